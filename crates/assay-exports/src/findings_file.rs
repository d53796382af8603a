//! A file of findings, in either format, portion by portion.

use std::io;

use assay_api_model::inspector2 as api;
use jiff::Timestamp;

use crate::{csv_findings::FindingsCsv, json_findings::FindingsJson};

/// A file that is written portion by portion.
#[derive(Debug)]
pub enum FindingsFile {
    /// CSV.
    Csv(Box<FindingsCsv>),
    /// JSON.
    Json(FindingsJson),
}

impl FindingsFile {
    /// A file in CSV, whose ages are those at a time.
    ///
    /// # Errors
    ///
    /// When memory is no place to write to; it is.
    pub fn csv(now: Timestamp) -> io::Result<FindingsFile> {
        Ok(FindingsFile::Csv(Box::new(FindingsCsv::start(now)?)))
    }

    /// A file in JSON.
    pub fn json() -> FindingsFile {
        FindingsFile::Json(FindingsJson::start())
    }

    /// Adds a finding.
    ///
    /// # Errors
    ///
    /// As for [`FindingsFile::csv`].
    pub fn write(&mut self, finding: &api::Finding) -> io::Result<()> {
        match self {
            FindingsFile::Csv(csv) => csv.write(finding).map_err(io::Error::from),
            FindingsFile::Json(json) => json.write(finding).map_err(io::Error::from),
        }
    }

    /// Takes what was written since.
    ///
    /// # Errors
    ///
    /// As for [`FindingsFile::csv`].
    pub fn take(&mut self) -> io::Result<Vec<u8>> {
        match self {
            FindingsFile::Csv(csv) => csv.take().map_err(io::Error::from),
            FindingsFile::Json(json) => Ok(json.take()),
        }
    }

    /// What comes after the last finding.
    pub fn end(self) -> Vec<u8> {
        match self {
            FindingsFile::Csv(_) => Vec::new(),
            FindingsFile::Json(json) => json.end(),
        }
    }
}
