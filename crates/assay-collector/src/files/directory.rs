//! Files of a directory.

use std::{
    fs::{self, Metadata},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use serde_json::Value;

use super::{Fetched, Folder, LARGEST_NOTE, Listing, MOST_FILES, Stamp};
use crate::{reading::ReadError, source::WatchError};

/// A directory. What lies in directories below is opened where it lies, and not listed.
pub(crate) struct DirectoryFolder {
    path: PathBuf,
}

impl DirectoryFolder {
    pub(crate) fn new(path: &Path) -> DirectoryFolder {
        DirectoryFolder {
            path: path.to_owned(),
        }
    }

    fn failed(&self, name: &str, source: io::Error) -> WatchError {
        WatchError::File {
            path: self.path.join(name).display().to_string(),
            source,
        }
    }
}

impl Folder for DirectoryFolder {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn list(&self) -> Result<Listing, WatchError> {
        let mut files = Listing::new();
        for entry in fs::read_dir(&self.path).map_err(|error| self.failed("", error))? {
            let entry = entry.map_err(|error| self.failed("", error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // One that goes while the others are listed is gone.
            if let Ok(metadata) = fs::metadata(entry.path())
                && metadata.is_file()
            {
                files.insert(name, stamp(&metadata));
            }
            if files.len() > MOST_FILES {
                let message = format!("{} has more than {MOST_FILES} files", self.path.display());
                return Err(WatchError::Other(message.into()));
            }
        }
        Ok(files)
    }

    fn note(&self, name: &str) -> Result<Value, WatchError> {
        read_note(&self.path.join(name)).map_err(|error| self.failed(name, error))
    }

    fn fetch(&self, _: &[String]) -> Result<Fetched, ReadError> {
        Ok(Fetched {
            directory: self.path.clone(),
            _brought: None,
        })
    }
}

fn stamp(metadata: &Metadata) -> Stamp {
    let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    let modified = modified
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Stamp {
        bytes: metadata.len(),
        modified: i64::try_from(modified.as_micros()).unwrap_or_default(),
        tag: None,
    }
}

fn read_note(path: &Path) -> io::Result<Value> {
    if fs::metadata(path)?.len() > LARGEST_NOTE {
        return Err(io::Error::other(format!("it has more than {LARGEST_NOTE} bytes")));
    }
    serde_json::from_slice(&fs::read(path)?).map_err(io::Error::other)
}
