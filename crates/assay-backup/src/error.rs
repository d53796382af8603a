//! What can go wrong with a backup.

use std::{io, path::Path};

use assay_identity::MasterKeyError;
use assay_store::StoreError;
use thiserror::Error;

/// Why there is no backup, or it is not restored.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The store does not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be read or written.
    #[error("{place}: {reason}")]
    File {
        /// The file or directory.
        place: String,
        /// Why.
        reason: String,
    },
    /// There is something where the backup, or what is restored, should go.
    #[error("{0} is there already; name a place where there is nothing")]
    Occupied(String),
    /// The file is no backup of ours, or not all of one.
    #[error("{place} is not a whole backup: {reason}")]
    Damaged {
        /// The file.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// The master key in a backup is none.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// Another backup is being made.
    #[error("a backup is being made already; wait for it to end")]
    Busy,
}

impl BackupError {
    pub(crate) fn file(place: &Path, error: &io::Error) -> BackupError {
        BackupError::File {
            place: place.display().to_string(),
            reason: error.to_string(),
        }
    }

    pub(crate) fn damaged(place: &Path, reason: &(impl ToString + ?Sized)) -> BackupError {
        BackupError::Damaged {
            place: place.display().to_string(),
            reason: reason.to_string(),
        }
    }
}
