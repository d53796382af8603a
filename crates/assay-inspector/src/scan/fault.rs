//! Why a bill of materials was not scanned.

use assay_intel::IndexError;
use assay_sbom::SbomError;
use thiserror::Error;

/// Why a bill of materials was not scanned.
#[derive(Debug, Error)]
pub enum ScanFault {
    /// The document is not what the operation takes.
    #[error("{field} {message}")]
    Invalid {
        /// The member that is wrong, as `sbom.specVersion`.
        field: &'static str,
        /// What is wrong with it and what to do.
        message: String,
    },
    /// The advisory database cannot be read, which is no fault of the caller.
    #[error(transparent)]
    Intelligence(#[from] IndexError),
}

impl ScanFault {
    pub(super) fn invalid(field: &'static str, message: impl Into<String>) -> ScanFault {
        ScanFault::Invalid {
            field,
            message: message.into(),
        }
    }
}

impl From<SbomError> for ScanFault {
    fn from(error: SbomError) -> Self {
        let field = match error {
            SbomError::Version { .. } => "sbom.specVersion",
            SbomError::Unknown => "sbom.bomFormat",
            SbomError::Malformed { .. } => "sbom",
        };
        ScanFault::invalid(field, error.to_string())
    }
}
