//! Reading what is in something, and why it cannot be.

use std::path::PathBuf;

use assay_artifacts::{ArtifactError, ConnectOptions};
use assay_registry::RegistryError;
use serde::Serialize;
use thiserror::Error;

/// What is to be read.
#[derive(Clone, Debug)]
pub struct Target {
    /// As `assay scan` takes it: `registry:…`, `disk:…`, `function:…`.
    pub name: String,
    /// How registries are spoken to.
    pub registry: ConnectOptions,
    /// Of a function, the layers below it, the lowest first.
    pub function_layers: Vec<FunctionLayer>,
}

/// A layer of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionLayer {
    /// The archive.
    pub file: PathBuf,
    /// The layer's version, by its ARN.
    pub arn: String,
}

/// Reads what is installed in something.
pub trait Reader: Send + Sync {
    /// The inventory of a target, as a document that the service takes.
    ///
    /// # Errors
    ///
    /// [`ReadError`] tells whether to try again.
    fn read(&self, target: &Target) -> Result<Vec<u8>, ReadError>;
}

/// Something that was not read.
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

/// Why something cannot be read.
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
    /// We are not let.
    AccessDenied,
    /// We are not let use the key that it is encrypted with.
    AccessDeniedToEncryptionKey,
    /// The disks of a host are more, or larger, than what is read.
    AgentlessInstanceStorageLimitExceeded,
    /// It is put away where nobody can read it.
    ImageArchived,
    /// It is larger than what is read.
    ImageSizeExceeded,
    /// It is damaged, or another than its digest says.
    InvalidArtifact,
    /// Something of ours.
    InternalError,
    /// It is not what it should be, or of a sort that is not read.
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
