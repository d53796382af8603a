//! Why a disk, or part of it, could not be read.

use std::io;

use thiserror::Error;

/// What was wrong, in words for people; the caller names the file.
#[derive(Debug, Error)]
pub enum DiskError {
    /// The input failed.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It breaks its format.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// The format allows it, and it is not handled.
    #[error("it uses {0}, which is not supported")]
    Unsupported(String),
    /// Reading it takes more than the caller's [`ReadLimit`](crate::ReadLimit).
    #[error("more would have to be read of it than its size explains")]
    Exhausted,
}

impl DiskError {
    pub(crate) fn damaged(reason: impl Into<String>) -> DiskError {
        DiskError::Damaged(reason.into())
    }

    pub(crate) fn unsupported(feature: impl Into<String>) -> DiskError {
        DiskError::Unsupported(feature.into())
    }
}

impl From<DiskError> for io::Error {
    fn from(error: DiskError) -> io::Error {
        match error {
            DiskError::Io(error) => error,
            other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
        }
    }
}
