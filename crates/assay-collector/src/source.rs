//! What can be watched, whatever it is.

use std::{error::Error, fmt::Display, io, sync::Arc, time::Duration};

use assay_client::CallError;
use assay_registry::RegistryError;
use thiserror::Error;

use crate::{notification::Event, reading::Reader};

/// Something of a source that can be read, by the name that the source has for it.
pub type Item = String;

/// A source of resources. Most tell nothing by themselves and keep nothing.
pub trait Source: Send + Sync {
    /// What messages call it.
    fn name(&self) -> String;

    /// How often it is looked at.
    fn period(&self) -> Duration;

    /// Looks at all that it has, and tells of it. What goes wrong with one of it leaves the others.
    fn look(&self) -> Looked;

    /// Takes up what was told of it; gives what is to be read.
    ///
    /// # Errors
    ///
    /// What was told of cannot be looked at: all is, soon.
    fn hear(&self, _event: &Event) -> Result<Vec<Item>, WatchError> {
        Ok(Vec::new())
    }

    /// Reads something and tells what it has, or why it cannot be read.
    ///
    /// # Errors
    ///
    /// What may pass: it is asked for again.
    fn read(&self, _item: &Item, _reader: &dyn Reader) -> Result<(), WatchError> {
        Ok(())
    }

    /// What has an id in the service; `None` for what is another source's.
    fn item(&self, _id: &str) -> Option<Item> {
        None
    }

    /// What the service still wants of it, for sources that ask by themselves.
    fn ask(&self) -> Vec<Item> {
        Vec::new()
    }

    /// Keeps what is known.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    fn keep(&self) -> io::Result<()> {
        Ok(())
    }
}

/// A source that somebody else has to do with, too.
impl<S: Source + ?Sized> Source for Arc<S> {
    fn name(&self) -> String {
        (**self).name()
    }

    fn period(&self) -> Duration {
        (**self).period()
    }

    fn look(&self) -> Looked {
        (**self).look()
    }

    fn hear(&self, event: &Event) -> Result<Vec<Item>, WatchError> {
        (**self).hear(event)
    }

    fn read(&self, item: &Item, reader: &dyn Reader) -> Result<(), WatchError> {
        (**self).read(item, reader)
    }

    fn item(&self, id: &str) -> Option<Item> {
        (**self).item(id)
    }

    fn ask(&self) -> Vec<Item> {
        (**self).ask()
    }

    fn keep(&self) -> io::Result<()> {
        (**self).keep()
    }
}

/// What came of looking at a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// What is to be read.
    pub wanted: Vec<Item>,
    /// How many parts of it could not be looked at; each is in the log.
    pub missed: usize,
}

impl Looked {
    /// Adds what came of a part: what of it is to be read, or why it could not be looked at.
    pub fn add<P: Into<Looked>, E: Display>(&mut self, part: Result<P, E>) {
        match part.map(Into::into) {
            Ok(Looked { wanted, missed }) => {
                self.wanted.extend(wanted);
                self.missed += missed;
            }
            Err(error) => self.miss(error),
        }
    }

    /// Notes that a part could not be looked at, and logs why.
    pub fn miss(&mut self, error: impl Display) {
        tracing::warn!("{error}");
        self.missed += 1;
    }
}

impl From<Vec<Item>> for Looked {
    fn from(wanted: Vec<Item>) -> Self {
        Looked { wanted, missed: 0 }
    }
}

/// What went wrong with one thing; the others go on.
#[derive(Debug, Error)]
pub enum WatchError {
    /// A registry does not answer, or refuses.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The service does not, or does.
    #[error(transparent)]
    Call(#[from] CallError),
    /// A file that is not there, or is no file.
    #[error("cannot read {path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// Whatever a source has that is none of these.
    #[error(transparent)]
    Other(Box<dyn Error + Send + Sync>),
}
