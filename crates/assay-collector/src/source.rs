//! What can be watched, whatever it is.

use std::{io, time::Duration};

use assay_client::CallError;
use assay_registry::RegistryError;
use thiserror::Error;

use crate::{notification::Event, reading::Reader};

/// Something of a source that can be read, by the name that the source has for it.
pub(crate) type Item = String;

/// A source of resources. Most tell nothing by themselves and keep nothing.
pub(crate) trait Source: Send + Sync {
    /// What messages call it.
    fn name(&self) -> String;

    /// How often it is looked at.
    fn period(&self) -> Duration;

    /// Looks at all that it has, and tells of it; gives what is to be read. What goes wrong with one of it leaves the others.
    fn look(&self) -> Vec<Item>;

    /// Takes up what was told of it; gives what is to be read.
    fn hear(&self, _event: &Event) -> Result<Vec<Item>, WatchError> {
        Ok(Vec::new())
    }

    /// Reads something and tells what it has, or why it cannot be read.
    fn read(&self, _item: &Item, _reader: &dyn Reader) -> Result<(), WatchError> {
        Ok(())
    }

    /// What has an id in the service; `None` for what is another source's.
    fn item(&self, _id: &str) -> Option<Item> {
        None
    }

    /// Keeps what is known.
    fn keep(&self) -> io::Result<()> {
        Ok(())
    }
}

/// What went wrong with one thing; the others go on.
#[derive(Debug, Error)]
pub(crate) enum WatchError {
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("cannot read {path}: {source}")]
    File { path: String, source: io::Error },
}
