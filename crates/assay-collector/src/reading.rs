//! Reading what is in something, and why it cannot be.

use std::{
    fmt::{self, Display, Formatter},
    path::PathBuf,
};

use assay_artifacts::{ArtifactError, ConnectOptions, HostDisk};
use assay_registry::RegistryError;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What is to be read.
#[derive(Clone, Debug)]
pub enum Target {
    /// An image in a registry.
    Image {
        /// `HOST/REPOSITORY@DIGEST`, or with a tag.
        reference: String,
        /// How the registry is spoken to.
        registry: ConnectOptions,
    },
    /// A version of a function.
    Function {
        /// The archive with its code.
        package: PathBuf,
        /// The layers below it, the lowest first.
        layers: Vec<FunctionLayer>,
    },
    /// A host that has no agent.
    Host {
        /// What its inventory calls it.
        name: String,
        /// All of its disks.
        disks: Vec<HostDisk>,
    },
}

impl Display for Target {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Target::Image { reference, .. } => write!(f, "{reference}"),
            Target::Function { package, .. } => write!(f, "{}", package.display()),
            Target::Host { name, .. } => write!(f, "{name}"),
        }
    }
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// The reason in a word.
    pub reason: UnreadableReason,
    /// For people.
    pub message: String,
}

/// The reasons, as Inspector's `ScanStatusReason` has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// There is nothing of it that could be read.
    NoResourcesFound,
    /// Nobody is to read the disks of a host that has no agent.
    #[serde(rename = "UNMANAGED_EC2_INSTANCE")]
    UnmanagedEc2Instance,
    /// Its system is none that is read.
    #[serde(rename = "UNSUPPORTED_OS")]
    UnsupportedOs,
    /// It is not what it should be, or of a sort that is not read.
    UnsupportedMediaType,
}

impl From<&ArtifactError> for ReadError {
    fn from(error: &ArtifactError) -> Self {
        let message = error.to_string();
        let reason = match error {
            ArtifactError::Registry(error) => return error.into(),
            ArtifactError::Unfetched { .. } => return Self::Passing(message),
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
