//! One module an upstream format. Each reads bytes and hands on records; none opens files or matches anything.

pub(crate) mod archive;
pub(crate) mod bodhi;
pub(crate) mod csaf;
pub(crate) mod cvrf;
pub(crate) mod debian_tracker;
pub(crate) mod endoflife;
pub(crate) mod epss;
pub(crate) mod friendsofphp;
pub(crate) mod kev;
mod lines;
pub(crate) mod nodejs;
pub(crate) mod nvd;
pub(crate) mod osv;
mod osv_record;
mod osv_schema;
pub(crate) mod oval;
pub(crate) mod psf;
mod requirement;
pub(crate) mod retirejs;
mod rpm;
pub(crate) mod rubysec;
pub(crate) mod rustsec;
pub(crate) mod secdb;
pub(crate) mod updateinfo;
pub(crate) mod vulnrichment;
mod xml;
mod yaml;

use assay_model::RUNTIME;

/// Why a whole file could not be read.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The bytes are not of the format.
    Malformed(String),
    /// The sink refused a record.
    Sink(std::io::Error),
}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> ReadError {
        ReadError::Malformed(error.to_string())
    }
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> ReadError {
        ReadError::Sink(error)
    }
}

/// Whether a text can be an advisory's id; feeds also carry addresses and blanks in such places.
pub(crate) fn is_identifier(text: &str) -> bool {
    text.len() >= 4
        && text.len() <= 128
        && text.contains('-')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'+'))
}

/// Reads a date with or without zone and fraction; a missing zone means UTC.
pub(crate) fn timestamp(text: &str) -> Option<jiff::Timestamp> {
    text.parse().ok().or_else(|| format!("{text}Z").parse().ok())
}

/// The number in `CWE-79`; `None` for `NVD-CWE-noinfo` and the like.
pub(crate) fn cwe(text: &str) -> Option<u32> {
    text.strip_prefix("CWE-")?.parse().ok()
}

#[cfg(test)]
mod properties;

#[cfg(test)]
pub(crate) mod testing;
