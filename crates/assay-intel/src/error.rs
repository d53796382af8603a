//! What can be wrong with an intelligence file.

use std::{io, path::PathBuf};

use thiserror::Error;

/// Why an intelligence file cannot be used. Each message names the file and what to do.
#[derive(Debug, Error)]
pub enum IndexError {
    /// The file is not there.
    #[error("no intelligence file at {path}: run `assay db update` to make it")]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be read or written.
    #[error("cannot access the intelligence file {path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Something else altogether.
    #[error(
        "{path} is not an intelligence file: it does not start with the mark of one; run `assay db update`"
    )]
    NotAnIndex {
        /// The file.
        path: PathBuf,
    },
    /// Another version of the format.
    #[error("{path} has format {found} and this assay reads format {supported}: {advice}")]
    Version {
        /// The file.
        path: PathBuf,
        /// The format of the file.
        found: u32,
        /// The format of this build.
        supported: u32,
        /// What to do.
        advice: &'static str,
    },
    /// The file ends early.
    #[error("{path} is truncated: {found} bytes of {expected}; run `assay db update` to make it anew")]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Its length.
        found: u64,
        /// The length that it should have.
        expected: u64,
    },
    /// Bytes are not what was written.
    #[error("{path} is corrupt ({what}): run `assay db update` to make it anew")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Which part.
        what: String,
    },
}
