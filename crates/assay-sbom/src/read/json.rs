//! Reading JSON with errors that name the format.

use serde::Deserialize;

use crate::error::SbomError;

/// Reads JSON, naming the format in the error.
pub(crate) fn parse<'a, T: Deserialize<'a>>(
    format: &'static str,
    document: &'a [u8],
) -> Result<T, SbomError> {
    serde_json::from_slice(document).map_err(|error| SbomError::Malformed {
        format,
        reason: error.to_string(),
    })
}
