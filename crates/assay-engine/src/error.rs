//! What can go wrong with the engine.

use std::path::Path;

use assay_intel::IndexError;
use assay_store::StoreError;
use thiserror::Error;

/// Why the engine cannot do what it should.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The store does not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The intelligence cannot be read.
    #[error(transparent)]
    Intelligence(#[from] IndexError),
    /// A folder cannot be used.
    #[error("cannot use {place}: {reason}")]
    Folder {
        /// Where.
        place: String,
        /// Why.
        reason: String,
    },
    /// Work was broken off.
    #[error("work was broken off: {0}")]
    Broken(String),
}

impl EngineError {
    pub(crate) fn folder(place: &Path, error: &std::io::Error) -> EngineError {
        EngineError::Folder {
            place: place.display().to_string(),
            reason: error.to_string(),
        }
    }

    /// Whether trying again later may help. Intelligence that is damaged is replaced by the next that comes.
    pub fn is_passing(&self) -> bool {
        match self {
            EngineError::Store(error) => error.is_passing(),
            EngineError::Intelligence(_) | EngineError::Folder { .. } => true,
            EngineError::Broken(_) => false,
        }
    }
}

/// What the engine answers.
pub type Result<T> = std::result::Result<T, EngineError>;
