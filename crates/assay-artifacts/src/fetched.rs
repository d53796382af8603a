//! Disks whose bytes come from elsewhere and may fail to.
//!
//! What is wrong with a file is told of it and the others are read, but what did not come is not missing on the disk: a tree
//! without it would say that it is. So the first failure is kept, ends all reading, and is the outcome.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use assay_disks::{Device, DiskError};

use crate::ArtifactError;

/// A device that fails for good once it failed.
pub(crate) struct Fetched {
    name: String,
    device: Arc<dyn Device>,
    failure: Mutex<Option<io::Error>>,
}

impl Fetched {
    /// A device, and what messages call it.
    pub(crate) fn new(name: String, device: Arc<dyn Device>) -> Fetched {
        Fetched {
            name,
            device,
            failure: Mutex::default(),
        }
    }

    /// Why reading failed, if it did; for the first who asks.
    pub(crate) fn failure(&self) -> Option<ArtifactError> {
        let source = self.lock().take()?;
        Some(ArtifactError::Unfetched {
            place: self.name.clone(),
            source,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Option<io::Error>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Device for Fetched {
    fn len(&self) -> u64 {
        self.device.len()
    }

    fn held(&self) -> u64 {
        self.device.held()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError> {
        let again = |error: &io::Error| DiskError::Io(io::Error::new(error.kind(), error.to_string()));
        if let Some(error) = &*self.lock() {
            return Err(again(error));
        }
        match self.device.read_at(buffer, offset) {
            Err(DiskError::Io(error)) => {
                let told = again(&error);
                self.lock().get_or_insert(error);
                Err(told)
            }
            other => other,
        }
    }
}
