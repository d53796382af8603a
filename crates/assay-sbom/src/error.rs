//! Why a document cannot be read.

use thiserror::Error;

/// Why a document cannot be read; the caller names the file.
#[derive(Debug, Error)]
pub enum SbomError {
    /// It is no JSON, or breaks off, or has a field of another type than its format says.
    #[error("is not a valid {format} document: {reason}")]
    Malformed {
        /// The format that it says it is in.
        format: &'static str,
        /// Where and what.
        reason: String,
    },
    /// It is JSON of no kind that is known.
    #[error(
        "is JSON, but neither CycloneDX (bomFormat), SPDX 2 (spdxVersion), an Assay inventory (schema), a Systems Manager \
         inventory (Items, Entities, TypeName) nor osquery (osquery, snapshot)"
    )]
    Unknown,
    /// It is in a version that is not read.
    #[error("is {format} {version}, which is not supported: {supported} are")]
    Version {
        /// The format.
        format: &'static str,
        /// The version of the document.
        version: String,
        /// What is supported.
        supported: &'static str,
    },
}
