//! The local copy of feed files and what is known about each: validators, digest, when it was fetched.

use std::{
    collections::{BTreeMap, HashSet},
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{error::FeedError, place::Place};

/// What is known about one cached file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CachedFile {
    /// The server's validator for the next request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) etag: Option<String>,
    /// When the server, or the directory, says that the content was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_modified: Option<String>,
    /// When it was last known to be current (RFC 3339).
    pub(crate) checked: String,
    /// Length in bytes.
    pub(crate) length: u64,
    /// SHA-256 that the publisher states, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sha256: Option<String>,
}

/// Most changes that the state file may lag behind.
const MOST_UNSAVED: usize = 32;

/// The version of the state file's layout.
const STATE_VERSION: u32 = 1;

#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    version: u32,
    place: String,
    files: BTreeMap<String, CachedFile>,
}

/// A directory of cached feed files of one place.
#[derive(Debug)]
pub(crate) struct Cache {
    root: PathBuf,
    state: State,
    /// Changes since the state was last written.
    unsaved: usize,
    /// Held while this lives, so that two updates never write the same files.
    _lock: fs::File,
}

impl Cache {
    /// Opens the cache of a place below a directory. Copies of different places are kept apart.
    pub(crate) fn open(directory: &Path, place: &Place) -> Result<Cache, FeedError> {
        // The same relative path means another directory elsewhere.
        let place = match place {
            Place::Directory(path) => fs::canonicalize(path)
                .map_err(io_error(path))?
                .display()
                .to_string(),
            Place::Mirror(_) | Place::Upstream => place.to_string(),
        };
        let digest: [u8; 32] = Sha256::digest(place.as_bytes()).into();
        let name: String = digest[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        let root = directory.join(name);
        fs::create_dir_all(&root).map_err(io_error(&root))?;
        let lock = fs::File::create(root.join("lock")).map_err(io_error(&root))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(FeedError::Busy { path: root }),
            Err(fs::TryLockError::Error(error)) => return Err(io_error(&root)(error)),
        }
        let state: Option<State> = fs::read(root.join("state.json"))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        // A state that cannot be read costs a full download, nothing else.
        let state = state
            .filter(|state| state.version == STATE_VERSION)
            .unwrap_or_default();
        Ok(Cache {
            root,
            state: State {
                version: STATE_VERSION,
                place,
                ..state
            },
            unsaved: 0,
            _lock: lock,
        })
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// Where a download is collected until it is complete.
    pub(crate) fn partial(&self, file: &str) -> PathBuf {
        self.root.join(format!("{file}.part"))
    }

    fn last_good(&self, file: &str) -> PathBuf {
        self.root.join(format!("{file}.last-good"))
    }

    /// What is known about a file that is there.
    pub(crate) fn get(&self, file: &str) -> Option<&CachedFile> {
        self.state.files.get(file).filter(|_| self.path(file).exists())
    }

    /// Paths of every file that is known.
    pub(crate) fn known(&self) -> impl Iterator<Item = &str> {
        self.state.files.keys().map(String::as_str)
    }

    /// Puts a complete partial file in the place of the cached one, which is kept until [`Cache::accept`].
    pub(crate) fn replace(&mut self, file: &str, entry: CachedFile) -> Result<(), FeedError> {
        let path = self.path(file);
        if path.exists() {
            let last_good = self.last_good(file);
            fs::rename(&path, &last_good).map_err(io_error(&path))?;
        }
        fs::rename(self.partial(file), &path).map_err(io_error(&path))?;
        self.state.files.insert(file.to_owned(), entry);
        self.changed()
    }

    /// Notes that a file is still current.
    pub(crate) fn confirm(&mut self, file: &str, checked: String) -> Result<(), FeedError> {
        if let Some(entry) = self.state.files.get_mut(file) {
            entry.checked = checked;
        }
        self.changed()
    }

    /// The new content of a file proved readable: the copy before it can go.
    pub(crate) fn accept(&self, file: &str) {
        // It may not exist; a left-over costs only space.
        let _ = fs::remove_file(self.last_good(file));
    }

    /// The new content of a file is broken: brings back the copy before it. Tells whether there was one.
    pub(crate) fn reject(&mut self, file: &str) -> Result<bool, FeedError> {
        let path = self.path(file);
        // Forgetting the validators makes the next update fetch it anew.
        self.state.files.entry(file.to_owned()).and_modify(|entry| {
            *entry = CachedFile {
                checked: entry.checked.clone(),
                ..CachedFile::default()
            };
        });
        self.save()?;
        match fs::rename(self.last_good(file), &path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::remove_file(&path).map_err(io_error(&path))?;
                Ok(false)
            }
            Err(error) => Err(io_error(&path)(error)),
        }
    }

    /// Removes the files below a directory that are not among those to keep, such as the archive before the present one.
    pub(crate) fn keep_only(&mut self, directory: &str, keep: &HashSet<&str>) -> Result<(), FeedError> {
        let gone: Vec<String> = self
            .known()
            .filter(|path| path.starts_with(directory) && !keep.contains(path))
            .map(str::to_owned)
            .collect();
        for path in gone {
            // What cannot be removed costs only space.
            let _ = fs::remove_file(self.path(&path));
            self.state.files.remove(&path);
            self.changed()?;
        }
        Ok(())
    }

    /// Writes the state now and then: what a crash loses of it costs a download, and feeds of many files would
    /// write it for each.
    fn changed(&mut self) -> Result<(), FeedError> {
        self.unsaved += 1;
        if self.unsaved < MOST_UNSAVED {
            return Ok(());
        }
        self.save()
    }

    /// Writes the state.
    pub(crate) fn save(&mut self) -> Result<(), FeedError> {
        self.unsaved = 0;
        let path = self.root.join("state.json");
        let json = serde_json::to_vec_pretty(&self.state).map_err(|error| io_error(&path)(error.into()))?;
        let temporary = self.root.join("state.json.new");
        fs::write(&temporary, json).map_err(io_error(&temporary))?;
        fs::rename(&temporary, &path).map_err(io_error(&path))
    }
}

/// Names the path in an input or output error.
pub(crate) fn io_error(path: &Path) -> impl Fn(io::Error) -> FeedError + use<'_> {
    |error| FeedError::Io {
        path: path.to_owned(),
        error,
    }
}
