//! Files of a directory, each a resource of its own: disks of hosts, packages of functions.

mod disks;
mod functions;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    configuration::Directory,
    reading::{Reader, Target},
    service::{Reported, Service, Wish},
    source::{Item, Source, WatchError},
    state::StateFile,
};

pub(crate) use disks::Disks;
pub(crate) use functions::Functions;
pub use functions::{describe as describe_function, layers as layers_of_function};

/// Files of one directory that are watched.
const MOST_FILES: usize = 100_000;
/// Bytes of what stands beside a file.
const LARGEST_NOTE: u64 = 1 << 20;

/// What the files are.
pub(crate) trait Sort: Send + Sync {
    /// The type of resource that each is.
    const RESOURCE_TYPE: &'static str;
    /// How messages and state call it.
    const NAME: &'static str;

    /// Whether a file is one of these, by its name.
    fn is_one(name: &str) -> bool;

    /// The resource that a file is, with what stands beside it in `NAME.json`.
    fn resource(service: &Service, path: &Path, note: &Value, modified: i64) -> Value;

    /// How it is opened.
    fn target(path: &Path, note: &Value) -> Target;

    /// Whether one that changed is read at once, or when the service wants it.
    const READ_WHEN: When;
}

/// When a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// When it is another than it was.
    Changed,
    /// When the service wants it.
    Wanted,
}

/// What tells that a file changed, without reading it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Print {
    bytes: u64,
    /// In microseconds since 1970.
    modified: i64,
    /// What is told of it.
    resource: Value,
}

/// What is known of a directory: names of files, as they were when they were last told of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    files: BTreeMap<String, Print>,
}

/// A directory that is watched.
pub(crate) struct Files<S> {
    settings: Directory,
    service: Arc<Service>,
    state: StateFile,
    known: Mutex<Known>,
    sort: std::marker::PhantomData<S>,
}

impl<S: Sort> Files<S> {
    pub(crate) fn open(settings: &Directory, service: Arc<Service>, state: &Path) -> io::Result<Files<S>> {
        let state = StateFile::of(state, S::NAME, &settings.directory.to_string_lossy())?;
        let known = state.read()?.unwrap_or_default();
        Ok(Files {
            settings: settings.clone(),
            service,
            state,
            known: Mutex::new(known),
            sort: std::marker::PhantomData,
        })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The files that there are, by name.
    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.settings.directory)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if S::is_one(&name) && entry.path().is_file() && names.len() < MOST_FILES {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn print(&self, name: &str) -> Result<(Print, Value), WatchError> {
        let path = self.path(name);
        let failed = |path: &Path, source| WatchError::File {
            path: path.display().to_string(),
            source,
        };
        let metadata = fs::metadata(&path).map_err(|error| failed(&path, error))?;
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let modified = modified
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let modified = i64::try_from(modified.as_micros()).unwrap_or_default();
        let beside = path.with_extension("json");
        let note = read_note(&beside).map_err(|error| failed(&beside, error))?;
        let resource = S::resource(&self.service, &path, &note, modified / 1_000_000);
        let print = Print {
            bytes: metadata.len(),
            modified,
            resource,
        };
        Ok((print, note))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.settings.directory.join(name)
    }

    /// Tells of a file; gives whether it is to be read.
    fn tell(&self, name: &str) -> Result<bool, WatchError> {
        let (print, _) = self.print(name)?;
        let has_changed = self.known().files.get(name) != Some(&print);
        if S::READ_WHEN == When::Changed && !has_changed {
            return Ok(false);
        }
        let wish = self.service.tell(&print.resource, None)?;
        Ok(match S::READ_WHEN {
            When::Wanted => {
                self.known().files.insert(name.to_owned(), print);
                wish == Wish::Inventory
            }
            // What it had before is known; what it has now is not. It is noted as known when it is read.
            When::Changed => wish == Wish::Inventory || self.known().files.contains_key(name),
        })
    }

    fn end(&self, name: &str) -> Result<(), WatchError> {
        let ended = self.known().files.get(name).cloned();
        if let Some(id) = ended.as_ref().and_then(|print| print.resource["id"].as_str()) {
            self.service.end(S::RESOURCE_TYPE, id)?;
        }
        self.known().files.remove(name);
        Ok(())
    }
}

impl<S: Sort> Source for Files<S> {
    fn name(&self) -> String {
        self.settings.directory.display().to_string()
    }

    fn period(&self) -> Duration {
        self.settings.every.unsigned_abs()
    }

    fn look(&self) -> Vec<Item> {
        let names = match self.list() {
            Ok(names) => names,
            // Nobody is gone because a directory is out of reach.
            Err(error) => {
                tracing::warn!("cannot list {}: {error}", self.settings.directory.display());
                return Vec::new();
            }
        };
        let gone: Vec<String> = {
            let known = self.known();
            let gone = known
                .files
                .keys()
                .filter(|name| names.binary_search(name).is_err());
            gone.cloned().collect()
        };
        for name in gone {
            if let Err(error) = self.end(&name) {
                tracing::warn!("{error}");
            }
        }
        let mut wanted = Vec::new();
        for name in names {
            match self.tell(&name) {
                Ok(true) => wanted.push(name),
                Ok(false) => {}
                Err(error) => tracing::warn!("{name}: {error}"),
            }
        }
        wanted
    }

    fn read(&self, item: &Item, reader: &dyn Reader) -> Result<(), WatchError> {
        let (print, note) = self.print(item)?;
        let read = reader.read(&S::target(&self.path(item), &note));
        match self.service.report(&print.resource, read)? {
            Reported::Inventory | Reported::Unreadable(_) => {}
            Reported::Later | Reported::Gone => return Ok(()),
        }
        self.known().files.insert(item.clone(), print);
        Ok(())
    }

    fn item(&self, id: &str) -> Option<Item> {
        let known = self.known();
        let mut files = known.files.iter();
        let found = files.find(|(_, print)| print.resource["id"].as_str() == Some(id));
        found.map(|(name, _)| name.clone())
    }

    fn keep(&self) -> io::Result<()> {
        let known = self.known().clone();
        self.state.write(&known)
    }
}

/// What stands beside a file; null for nothing.
fn read_note(path: &Path) -> io::Result<Value> {
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Value::Null),
        other => other?,
    };
    if metadata.len() > LARGEST_NOTE {
        return Err(io::Error::other(format!("it has more than {LARGEST_NOTE} bytes")));
    }
    serde_json::from_slice(&fs::read(path)?).map_err(io::Error::other)
}

/// The name of a file without what it ends with.
fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
