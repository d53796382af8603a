//! Writing an object piece by piece.

use std::sync::Arc;

use bytes::Bytes;
use object_store::{ObjectStore, buffered::BufWriter, path::Path};
use tokio::io::AsyncWriteExt;

use crate::error::ObjectError;

/// The bytes of one part: S3 takes 10,000 parts of 5 MiB at least, which makes 80 GB here.
const PART: usize = 8 << 20;

/// Parts that are on their way at once.
const AT_ONCE: usize = 2;

/// An object that is being written. It is there once it is finished; dropped before, it never was.
pub struct Upload {
    writer: BufWriter,
    bucket: Arc<str>,
    key: String,
    size: u64,
}

impl Upload {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, path: Path, bucket: Arc<str>, key: &str) -> Upload {
        Upload {
            writer: BufWriter::with_capacity(store, path, PART).with_max_concurrency(AT_ONCE),
            bucket,
            key: key.to_owned(),
            size: 0,
        }
    }

    /// Writes a piece; waits while too much is on its way.
    ///
    /// # Errors
    ///
    /// When the storage does not take it; the object cannot be finished then.
    pub async fn write(&mut self, piece: Bytes) -> Result<(), ObjectError> {
        self.size += piece.len() as u64;
        let written = self.writer.put(piece).await;
        written.map_err(|error| ObjectError::of(&error, &self.bucket, &self.key))
    }

    /// Finishes the object; gives its size in bytes.
    ///
    /// # Errors
    ///
    /// When the storage does not take it; there is no object then.
    pub async fn finish(mut self) -> Result<u64, ObjectError> {
        match self.writer.shutdown().await {
            Ok(()) => Ok(self.size),
            Err(error) => {
                let error = error.downcast::<object_store::Error>().unwrap_or_else(|error| {
                    object_store::Error::Generic {
                        store: "upload",
                        source: Box::new(error),
                    }
                });
                Err(ObjectError::of(&error, &self.bucket, &self.key))
            }
        }
    }

    /// Drops what was written.
    ///
    /// # Errors
    ///
    /// When something may be left of it, which nobody sees.
    pub async fn abort(mut self) -> Result<(), ObjectError> {
        let aborted = self.writer.abort().await;
        aborted.map_err(|error| ObjectError::of(&error, &self.bucket, &self.key))
    }
}
