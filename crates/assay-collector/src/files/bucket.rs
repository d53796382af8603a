//! Files that are objects of a bucket, below a prefix. They are fetched to be read.

use std::{
    collections::BTreeMap,
    env,
    fs::{self, File},
    io::{self, Write},
    path::Path,
    sync::{Mutex, PoisonError},
};

use assay_objects::{Object, ObjectError, Shelf};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use super::{Fetched, Folder, LARGEST_NOTE, Listing, MOST_FILES, Stamp};
use crate::{
    configuration::{ConfigurationError, Packages, parts, read},
    reading::{ReadError, Unreadable, UnreadableReason},
    source::WatchError,
};

/// Bytes of one object that is fetched: four times the code and layers that a function may have.
const LARGEST: u64 = 1 << 30;

/// A bucket that is open.
pub(crate) struct BucketFolder {
    bucket: assay_objects::Bucket,
    prefix: String,
    name: String,
    runtime: Runtime,
    /// The objects that were listed last.
    listed: Mutex<BTreeMap<String, Object>>,
}

impl BucketFolder {
    /// Opens a bucket by its settings.
    ///
    /// # Errors
    ///
    /// A secret that cannot be read; a name that no bucket has.
    pub(crate) fn open(bucket: &str, settings: &Packages) -> Result<BucketFolder, ConfigurationError> {
        let unusable = |error: &dyn std::error::Error| ConfigurationError::Unusable {
            name: bucket.to_owned(),
            message: error.to_string(),
        };
        let secret = settings.secret_key_file.as_deref().map(read).transpose()?;
        let set = |name: &str| env::var(name).ok().filter(|region| !region.is_empty());
        let region = settings.region.clone();
        let region = region
            .or_else(|| set("AWS_REGION"))
            .or_else(|| set("AWS_DEFAULT_REGION"));
        let (name, prefix) = parts(bucket).unwrap_or_default();
        let endpoint = settings.endpoint.as_deref();
        let shelf = Shelf {
            bucket: name,
            region: region.as_deref().unwrap_or("us-east-1"),
            endpoint: endpoint.map(|endpoint| endpoint.trim_end_matches('/')),
            key: settings
                .access_key
                .as_deref()
                .zip(secret.as_deref().map(str::trim_end)),
        };
        Ok(BucketFolder {
            bucket: shelf.open().map_err(|error| unusable(&error))?,
            prefix: prefix.to_owned(),
            name: bucket.trim_end_matches('/').to_owned(),
            runtime: Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| unusable(&error))?,
            listed: Mutex::default(),
        })
    }

    fn object(&self, name: &str) -> Option<Object> {
        let listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        listed.get(name).cloned()
    }

    /// Writes what an object has.
    fn save(&self, object: &Object, most: u64, into: &mut dyn Write) -> Result<(), Failure> {
        let mut left = most;
        self.runtime.block_on(async {
            let mut contents = self.bucket.fetch(object).await?;
            while let Some(piece) = contents.next().await {
                let piece = piece?;
                // What it was listed with may not be what it is.
                left = left.checked_sub(piece.len() as u64).ok_or(Failure::Large(most))?;
                into.write_all(&piece)?;
            }
            Ok(())
        })
    }

    /// Brings an object into a directory.
    fn bring(&self, name: &str, directory: &Path) -> Result<(), ReadError> {
        let place = format!("{}/{name}", self.name);
        let lasting = |reason, message| ReadError::Lasting(Unreadable { reason, message });
        let Some(object) = self.object(name) else {
            let message = format!("{place} is not there");
            return Err(lasting(UnreadableReason::InvalidArtifact, message));
        };
        let path = directory.join(name);
        let saved = path
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| File::create(&path))
            .map_err(Failure::from)
            .and_then(|mut file| self.save(&object, LARGEST, &mut file));
        let Err(failure) = saved else {
            return Ok(());
        };
        let message = format!("cannot read {place}: {failure}");
        Err(match failure {
            Failure::Large(_) => lasting(UnreadableReason::ImageSizeExceeded, message),
            Failure::Object(ObjectError::Denied(_)) => lasting(UnreadableReason::AccessDenied, message),
            // One that is gone is ended when it is looked for; a full disk may have room again.
            Failure::Object(_) | Failure::File(_) => ReadError::Passing(message),
        })
    }
}

impl Folder for BucketFolder {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn list(&self) -> Result<Listing, WatchError> {
        let objects = self
            .runtime
            .block_on(self.bucket.list(&self.prefix, MOST_FILES))
            .map_err(|error| WatchError::Other(format!("cannot list {}: {error}", self.name).into()))?;
        let objects: BTreeMap<String, Object> = objects
            .into_iter()
            .map(|object| (object.name.clone(), object))
            .collect();
        let stamp = |object: &Object| Stamp {
            bytes: object.size,
            modified: object.modified,
            tag: object.tag.clone(),
        };
        let listing = objects
            .iter()
            .map(|(name, object)| (name.clone(), stamp(object)))
            .collect();
        *self.listed.lock().unwrap_or_else(PoisonError::into_inner) = objects;
        Ok(listing)
    }

    fn note(&self, name: &str) -> Result<Value, WatchError> {
        let failed = |error: &dyn std::error::Error| {
            WatchError::Other(format!("cannot read {}/{name}: {error}", self.name).into())
        };
        let Some(object) = self.object(name) else {
            return Ok(Value::Null);
        };
        let mut bytes = Vec::new();
        self.save(&object, LARGEST_NOTE, &mut bytes)
            .map_err(|error| failed(&error))?;
        serde_json::from_slice(&bytes).map_err(|error| failed(&error))
    }

    fn fetch(&self, names: &[String]) -> Result<Fetched, ReadError> {
        let folder = tempfile::tempdir()
            .map_err(|error| ReadError::Passing(format!("cannot make a temporary directory: {error}")))?;
        for name in names {
            self.bring(name, folder.path())?;
        }
        Ok(Fetched {
            directory: folder.path().to_owned(),
            _brought: Some(folder),
        })
    }
}

/// Why an object is not had.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Object(#[from] ObjectError),
    #[error(transparent)]
    File(#[from] io::Error),
    #[error("it has more than {0} bytes")]
    Large(u64),
}
