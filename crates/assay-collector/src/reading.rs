//! Reading what is in an image, and why it cannot be.

use assay_artifacts::{ArtifactError, ConnectOptions};
use assay_registry::RegistryError;
use serde::Serialize;
use thiserror::Error;

/// Reads what is installed in images.
pub trait Reader: Send + Sync {
    /// The inventory of the image with a name such as `registry/repository@sha256:…`, as a document that the service takes.
    ///
    /// # Errors
    ///
    /// [`ReadError`] tells whether to try again.
    fn read(&self, name: &str, options: &ConnectOptions) -> Result<Vec<u8>, ReadError>;
}

/// An image that was not read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// It may be read later.
    #[error("{0}")]
    Passing(String),
    /// It is no more.
    #[error("{0}")]
    Gone(String),
    /// It cannot be read as it is.
    #[error("{}", .0.message)]
    Lasting(Unreadable),
}

/// Why an image cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unreadable {
    /// The reason in a word.
    pub reason: UnreadableReason,
    /// For people.
    pub message: String,
}

/// The reasons, as Inspector's `ScanStatusReason` has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UnreadableReason {
    /// The registry does not let us.
    AccessDenied,
    /// It is larger than what is read.
    ImageSizeExceeded,
    /// It is damaged, or another than its digest says.
    InvalidArtifact,
    /// Something of ours.
    InternalError,
    /// It is no image, or one of a sort that is not read.
    UnsupportedMediaType,
}

impl From<&ArtifactError> for ReadError {
    fn from(error: &ArtifactError) -> Self {
        let message = error.to_string();
        let reason = match error {
            ArtifactError::Registry(error) => return error.into(),
            ArtifactError::LimitReached { .. } => UnreadableReason::ImageSizeExceeded,
            ArtifactError::Unsupported { .. } | ArtifactError::NotRecognised { .. } => {
                UnreadableReason::UnsupportedMediaType
            }
            ArtifactError::Damaged { .. }
            | ArtifactError::CutOff { .. }
            | ArtifactError::DigestMismatch { .. }
            | ArtifactError::Missing { .. } => UnreadableReason::InvalidArtifact,
            _ => UnreadableReason::InternalError,
        };
        Self::Lasting(Unreadable { reason, message })
    }
}

impl From<&RegistryError> for ReadError {
    fn from(error: &RegistryError) -> Self {
        let message = error.to_string();
        let reason = match error {
            RegistryError::NotFound { .. } => return Self::Gone(message),
            RegistryError::Unauthorised { .. } | RegistryError::Credentials { .. } => {
                UnreadableReason::AccessDenied
            }
            RegistryError::Malformed { .. } | RegistryError::InvalidReference { .. } => {
                UnreadableReason::InvalidArtifact
            }
            RegistryError::Refused { status, .. } if *status < 500 => UnreadableReason::AccessDenied,
            RegistryError::Refused { .. }
            | RegistryError::Unreachable { .. }
            | RegistryError::BrokeOff { .. }
            | RegistryError::File { .. } => return Self::Passing(message),
        };
        Self::Lasting(Unreadable { reason, message })
    }
}
