//! Files of a folder, each a resource of its own: disks of hosts, packages of functions.

mod bucket;
mod directory;
mod disks;
mod functions;

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    reading::{ReadError, Reader, Target},
    service::{Reported, Service, Wish},
    source::{Item, Looked, Source, WatchError},
    state::StateFile,
};

pub(crate) use bucket::BucketFolder;
pub(crate) use directory::DirectoryFolder;
pub(crate) use disks::Disks;
pub(crate) use functions::Functions;
pub use functions::{describe as describe_function, layers as layers_of_function};

/// Files of one folder that are watched.
const MOST_FILES: usize = 100_000;
/// Bytes of what stands beside a file.
const LARGEST_NOTE: u64 = 1 << 20;

/// What the files are.
pub(crate) trait Sort: Send + Sync {
    /// The type of resource that each is.
    const RESOURCE_TYPE: &'static str;
    /// How messages and state call it.
    const NAME: &'static str;
    /// Whether one that changed is read at once, or when the service wants it.
    const READ_WHEN: When;

    /// Whether a file is one of these, by its name and the others that there are.
    fn is_one(name: &str, all: &Listing) -> bool;

    /// The resource that a file is, with what stands beside it in `NAME.json`; `None` where that says that it is none.
    fn resource(service: &Service, name: &str, note: &Value, modified: i64) -> Option<Value>;

    /// The files that it is made of, by their names.
    fn parts(name: &str, note: &Value) -> Vec<String>;

    /// How it is opened, where its parts are in a directory.
    fn target(directory: &Path, name: &str, note: &Value) -> Target;
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
pub(crate) struct Stamp {
    bytes: u64,
    /// In microseconds since 1970.
    modified: i64,
    /// What is another for other content, where the storage has such.
    #[serde(default)]
    tag: Option<String>,
}

/// Files by name.
pub(crate) type Listing = BTreeMap<String, Stamp>;

/// Where the files are.
pub(crate) trait Folder: Send + Sync {
    /// What messages and state call it.
    fn name(&self) -> String;

    /// The files that there are; those in folders below with a slash.
    fn list(&self) -> Result<Listing, WatchError>;

    /// What stands in a file that describes another.
    fn note(&self, name: &str) -> Result<Value, WatchError>;

    /// Has files in a directory.
    fn fetch(&self, names: &[String]) -> Result<Fetched, ReadError>;
}

/// Files that are in a directory, for as long as this lives where they were brought there.
pub(crate) struct Fetched {
    directory: PathBuf,
    _brought: Option<TempDir>,
}

/// A file as it was when it was told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Print {
    #[serde(flatten)]
    stamp: Stamp,
    /// What stands beside it.
    #[serde(default)]
    note: Option<Stamp>,
    /// What else it is made of, those that are not there without a stamp.
    #[serde(default)]
    parts: BTreeMap<String, Option<Stamp>>,
    /// What is told of it.
    resource: Value,
}

/// What is known of a folder: names of files, as they were when they were last told of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    files: BTreeMap<String, Print>,
}

/// A folder that is watched.
pub(crate) struct Files<S> {
    folder: Box<dyn Folder>,
    every: Duration,
    service: Arc<Service>,
    state: StateFile,
    known: Mutex<Known>,
    sort: std::marker::PhantomData<S>,
}

impl<S: Sort> Files<S> {
    pub(crate) fn open(
        folder: Box<dyn Folder>,
        every: Duration,
        service: Arc<Service>,
        state: &Path,
    ) -> io::Result<Files<S>> {
        let state = StateFile::of(state, S::NAME, &folder.name())?;
        let known = state.read()?.unwrap_or_default();
        Ok(Files {
            folder,
            every,
            service,
            state,
            known: Mutex::new(known),
            sort: std::marker::PhantomData,
        })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A file as it is, with what stands beside it; `None` for what is none of these, or no more.
    fn print(&self, name: &str, all: &Listing) -> Result<Option<(Print, Value)>, WatchError> {
        let Some(stamp) = all.get(name) else {
            return Ok(None);
        };
        let beside = note_of(name);
        let (note, value) = match all.get(&beside) {
            Some(note) => (Some(note.clone()), self.folder.note(&beside)?),
            None => (None, Value::Null),
        };
        let Some(resource) = S::resource(&self.service, name, &value, stamp.modified / 1_000_000) else {
            return Ok(None);
        };
        let others = S::parts(name, &value).into_iter().filter(|part| part != name);
        let print = Print {
            stamp: stamp.clone(),
            note,
            parts: others
                .map(|part| (part.clone(), all.get(&part).cloned()))
                .collect(),
            resource,
        };
        Ok(Some((print, value)))
    }

    /// What is known of a file that is as it was.
    fn unchanged(&self, name: &str, all: &Listing) -> Option<Print> {
        let known = self.known();
        let print = known.files.get(name)?;
        let is_it = Some(&print.stamp) == all.get(name)
            && print.note.as_ref() == all.get(&note_of(name))
            && print
                .parts
                .iter()
                .all(|(part, stamp)| stamp.as_ref() == all.get(part));
        is_it.then(|| print.clone())
    }

    /// Tells of a file; gives whether it is to be read.
    fn tell(&self, name: &str, all: &Listing) -> Result<bool, WatchError> {
        let print = match self.unchanged(name, all) {
            Some(_) if S::READ_WHEN == When::Changed => return Ok(false),
            Some(print) => print,
            None => match self.print(name, all)? {
                Some((print, _)) => print,
                None => return Ok(false),
            },
        };
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
        self.folder.name()
    }

    fn period(&self) -> Duration {
        self.every
    }

    fn look(&self) -> Looked {
        let mut looked = Looked::default();
        let all = match self.folder.list() {
            Ok(all) => all,
            // Nobody is gone because a folder is out of reach.
            Err(error) => {
                looked.miss(error);
                return looked;
            }
        };
        let is_one = |name: &String| all.contains_key(name) && S::is_one(name, &all);
        let gone: Vec<String> = {
            let known = self.known();
            known.files.keys().filter(|name| !is_one(name)).cloned().collect()
        };
        for name in gone {
            looked.add(self.end(&name).map(|()| Vec::new()));
        }
        for name in all.keys().filter(|name| is_one(name)) {
            let told = self.tell(name, &all).map(|is_wanted| match is_wanted {
                true => vec![name.clone()],
                false => Vec::new(),
            });
            looked.add(told.map_err(|error| format!("{name}: {error}")));
        }
        looked
    }

    fn read(&self, item: &Item, reader: &dyn Reader) -> Result<(), WatchError> {
        let Some((print, note)) = self.print(item, &self.folder.list()?)? else {
            return Ok(());
        };
        let read = self
            .folder
            .fetch(&S::parts(item, &note))
            .and_then(|fetched| reader.read(&S::target(&fetched.directory, item, &note)));
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

/// The name of what stands beside a file.
fn note_of(name: &str) -> String {
    format!("{}.json", stem(name))
}

/// The name of a file without what it ends with.
fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}
