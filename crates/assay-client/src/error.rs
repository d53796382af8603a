//! What fails of calls.

use std::{io, path::PathBuf};

use thiserror::Error;

/// A client that cannot be made.
#[derive(Debug, Error)]
pub enum ClientError {
    /// No address of a service.
    #[error("{0} is no address of a service: write it as https://HOST:PORT")]
    Address(String),
    /// A file of authorities that cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of authorities without any.
    #[error("{} holds no certificate in PEM form", _0.display())]
    NoCertificate(PathBuf),
}

/// A call that failed.
#[derive(Debug, Error)]
pub enum CallError {
    /// Nobody answered, or not to the end.
    #[error("cannot reach {server}: {message}")]
    Unreachable {
        /// The service.
        server: String,
        /// Why.
        message: String,
    },
    /// The service refused.
    #[error("{server} refuses: {message} ({status})")]
    Refused {
        /// The service.
        server: String,
        /// The status of HTTP.
        status: u16,
        /// AWS's name of the fault; empty where the service told none.
        code: String,
        /// The reason, as the service told.
        message: String,
    },
    /// The key cannot sign.
    #[error("cannot sign the call: {0}")]
    Signing(String),
}

impl CallError {
    /// Whether the same call may pass later: nobody was there, or somebody was busy.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { status, .. } => matches!(status, 408 | 429 | 500..),
            Self::Signing(_) => false,
        }
    }

    /// Whether the key that signed is not good any more.
    pub fn is_expired(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "ExpiredTokenException")
    }

    /// The status of a refusal.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            Self::Unreachable { .. } | Self::Signing(_) => None,
        }
    }
}
