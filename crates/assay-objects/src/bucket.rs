//! A bucket: writing, reading and removing objects.

use std::{future::poll_fn, path::PathBuf, pin::Pin, sync::Arc};

use bytes::Bytes;
use futures_core::Stream;
use object_store::{ObjectStore, ObjectStoreExt, path::Path};

use crate::{directory, error::ObjectError, key, upload::Upload};

/// A bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    store: Arc<dyn ObjectStore>,
    name: Arc<str>,
    /// The directory, where it is one.
    folder: Option<PathBuf>,
}

/// What is in an object.
pub struct Contents {
    /// Its size in bytes.
    pub size: u64,
    /// Its bytes, piece by piece.
    pub pieces: Pin<Box<dyn Stream<Item = Result<Bytes, ObjectError>> + Send>>,
}

impl Contents {
    /// The next piece; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<Bytes, ObjectError>> {
        poll_fn(|context| self.pieces.as_mut().poll_next(context)).await
    }
}

/// An object as a bucket lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    path: Path,
    /// Its key, less the prefix by which it was listed.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was written last, in microseconds since 1970.
    pub modified: i64,
    /// What is another for other content, as the storage tells it.
    pub tag: Option<String>,
}

impl Bucket {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, name: &str, folder: Option<PathBuf>) -> Bucket {
        Bucket {
            store,
            name: Arc::from(name),
            folder,
        }
    }

    /// Begins an object, in the place of one of the same name that is there.
    ///
    /// # Errors
    ///
    /// A key that no object can have.
    pub fn upload(&self, key: &str) -> Result<Upload, ObjectError> {
        let path = key::path(key)?;
        Ok(Upload::new(
            Arc::clone(&self.store),
            path,
            Arc::clone(&self.name),
            key,
        ))
    }

    /// Reads an object.
    ///
    /// # Errors
    ///
    /// An object that is not there or may not be read.
    pub async fn read(&self, key: &str) -> Result<Contents, ObjectError> {
        let path = key::path(key)?;
        self.get(&path, key).await
    }

    /// Reads an object that was listed.
    ///
    /// # Errors
    ///
    /// An object that is no more or may not be read.
    pub async fn fetch(&self, object: &Object) -> Result<Contents, ObjectError> {
        self.get(&object.path, object.path.as_ref()).await
    }

    /// Lists the objects below a prefix, however deep.
    ///
    /// # Errors
    ///
    /// More objects than `most`; a bucket that is not there or may not be listed.
    pub async fn list(&self, prefix: &str, most: usize) -> Result<Vec<Object>, ObjectError> {
        let below = Path::parse(prefix).map_err(|error| ObjectError::Key {
            key: prefix.to_owned(),
            reason: error.to_string(),
        })?;
        let mut listed = self.store.list(Some(&below));
        let mut objects = Vec::new();
        while let Some(found) = poll_fn(|context| listed.as_mut().poll_next(context)).await {
            let found = found.map_err(|error| ObjectError::of(&error, &self.name, prefix))?;
            let Some(parts) = found.location.prefix_match(&below) else {
                continue;
            };
            let parts: Vec<String> = parts.map(|part| part.as_ref().to_owned()).collect();
            if objects.len() == most {
                return Err(ObjectError::TooMany {
                    prefix: format!("{}/{prefix}", self.name),
                    most,
                });
            }
            objects.push(Object {
                name: parts.join("/"),
                size: found.size,
                modified: found.last_modified.timestamp_micros(),
                tag: found.e_tag,
                path: found.location,
            });
        }
        Ok(objects)
    }

    async fn get(&self, path: &Path, key: &str) -> Result<Contents, ObjectError> {
        let got = self
            .store
            .get(path)
            .await
            .map_err(|error| ObjectError::of(&error, &self.name, key))?;
        let (name, key) = (Arc::clone(&self.name), key.to_owned());
        Ok(Contents {
            size: got.meta.size,
            pieces: Box::pin(Pieces {
                of: got.into_stream(),
                name,
                key,
            }),
        })
    }

    /// Removes an object. One that is not there is removed already.
    ///
    /// # Errors
    ///
    /// When it stays.
    pub async fn remove(&self, key: &str) -> Result<(), ObjectError> {
        let path = key::path(key)?;
        let removed = self.store.delete(&path).await;
        match removed.map_err(|error| ObjectError::of(&error, &self.name, key)) {
            Ok(()) | Err(ObjectError::NoObject(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Removes what is left of an object that was being written when the program was killed.
    ///
    /// # Errors
    ///
    /// When something stays.
    pub async fn sweep(&self, key: &str) -> Result<(), ObjectError> {
        let Some(folder) = &self.folder else {
            // An upload that was never finished; S3 lets buckets have a rule that drops such.
            return Ok(());
        };
        let path: Path = key::path(key)?;
        let file = folder.join(path.as_ref());
        let swept = tokio::task::spawn_blocking(move || directory::sweep(&file)).await;
        match swept {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(ObjectError::Failed(error.to_string())),
            Err(error) => Err(ObjectError::Failed(error.to_string())),
        }
    }
}

/// The pieces of an object, with errors of ours.
struct Pieces<S> {
    of: S,
    name: Arc<str>,
    key: String,
}

impl<S> Stream for Pieces<S>
where
    S: Stream<Item = object_store::Result<Bytes>> + Unpin,
{
    type Item = Result<Bytes, ObjectError>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let piece = Pin::new(&mut self.of).poll_next(context);
        piece.map(|piece| {
            piece.map(|piece| piece.map_err(|error| ObjectError::of(&error, &self.name, &self.key)))
        })
    }
}
