//! Exact reads of a file in a binary format, and what can go wrong with one.

use std::{borrow::Cow, io};

use assay_artifacts::{RandomAccess, zip::ZipError};
use assay_model::DiagnosticCode;
use thiserror::Error;

use crate::Facts;

/// Why a file in a binary format, or part of it, could not be read.
#[derive(Debug, Error)]
pub(crate) enum FormatError {
    /// The input failed.
    #[error("reading stopped midway: {0}")]
    Io(#[from] io::Error),
    /// The content breaks its format.
    #[error("{0}")]
    Malformed(Cow<'static, str>),
    /// The format allows it, and it is not handled.
    #[error("{0}")]
    Unsupported(Cow<'static, str>),
    /// More than is read.
    #[error("{0}")]
    LimitReached(Cow<'static, str>),
}

impl From<ZipError> for FormatError {
    fn from(error: ZipError) -> FormatError {
        match error {
            ZipError::Io(error) => FormatError::Io(error),
            ZipError::Malformed(what) => FormatError::Malformed(what),
            ZipError::Unsupported(what) => FormatError::Unsupported(what),
        }
    }
}

impl FormatError {
    /// The content breaks its format.
    pub(crate) fn malformed(what: impl Into<Cow<'static, str>>) -> FormatError {
        FormatError::Malformed(what.into())
    }

    /// Takes it down as a diagnostic about the file at hand.
    pub(crate) fn report(&self, facts: &mut Facts) {
        let code = match self {
            FormatError::Io(_) => DiagnosticCode::Unreadable,
            FormatError::Malformed(_) => DiagnosticCode::Malformed,
            FormatError::Unsupported(_) => DiagnosticCode::Unsupported,
            FormatError::LimitReached(_) => DiagnosticCode::LimitReached,
        };
        facts.diagnostic(code, self.to_string());
    }

    /// The same error, its message led by where it is.
    pub(crate) fn within(self, place: &str) -> FormatError {
        match self {
            FormatError::Io(error) => FormatError::Io(error),
            FormatError::Malformed(what) => FormatError::Malformed(format!("{place}: {what}").into()),
            FormatError::Unsupported(what) => FormatError::Unsupported(format!("{place}: {what}").into()),
            FormatError::LimitReached(what) => FormatError::LimitReached(format!("{place}: {what}").into()),
        }
    }
}

/// Fills `buffer` from `offset` on, all of it.
pub(crate) fn read_exact(file: &RandomAccess<'_>, offset: u64, buffer: &mut [u8]) -> Result<(), FormatError> {
    if file.read_at(buffer, offset)? < buffer.len() {
        return Err(FormatError::malformed("the file ends too early"));
    }
    Ok(())
}

/// The `count` bytes from `offset` on. Room is made only for what the file can hold.
pub(crate) fn read_vec(file: &RandomAccess<'_>, offset: u64, count: u64) -> Result<Vec<u8>, FormatError> {
    let too_early = || FormatError::malformed("the file ends too early");
    if offset.checked_add(count).is_none_or(|end| end > file.len()) {
        return Err(too_early());
    }
    let mut buffer = vec![0; usize::try_from(count).map_err(|_| too_early())?];
    read_exact(file, offset, &mut buffer)?;
    Ok(buffer)
}
