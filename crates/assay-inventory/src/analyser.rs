//! What every package manager's module provides, and the list of them all.

use std::{ops::Deref, sync::Arc};

use assay_artifacts::{Content, Entry, Interest};
use xxhash_rust::xxh3::Xxh3;

use crate::{Description, Facts, JarIndex, analysers, path_index::PathIndex};

/// A path in the parts that analysers look at.
#[derive(Clone, Copy, Debug)]
pub struct FilePath<'a> {
    /// All of it: `/`-separated, without a leading slash.
    pub full: &'a str,
    /// The directory, empty at the root.
    pub directory: &'a str,
    /// The last part.
    pub name: &'a str,
}

impl<'a> FilePath<'a> {
    /// Splits a path.
    pub fn new(full: &'a str) -> FilePath<'a> {
        let (directory, name) = full.rsplit_once('/').unwrap_or(("", full));
        FilePath {
            full,
            directory,
            name,
        }
    }

    /// The last part of the directory, empty at the root.
    pub fn parent(&self) -> &'a str {
        FilePath::new(self.directory).name
    }
}

/// Reads the files of one package manager, language or other source of facts.
pub trait Analyser: Send + Sync {
    /// What it is called, reads and finds.
    fn describe(&self) -> Description;

    /// Counts up when the same bytes give other facts than before, so that remembered ones are made anew.
    fn version(&self) -> u32;

    /// Whether it reads the file at a path whose name fits one of [`Description::reads`]. It allocates nothing. What
    /// is told by its first bytes rather than its name gets [`Interest::IfExecutable`] here and a [`Content::peek`]
    /// in [`Analyser::analyse`].
    fn interest(&self, path: FilePath<'_>) -> Interest;

    /// Turns one file into facts. What cannot be read becomes a diagnostic; what could be read before counts.
    fn analyse(&self, entry: &Entry<'_>, content: &mut Content<'_>, facts: &mut Facts);

    /// The folder at or above a path that tells by its own name that something is installed. Asked for every file.
    fn folder<'p>(&self, path: &'p str) -> Option<&'p str> {
        let _ = path;
        None
    }

    /// Turns the path of such a folder into facts.
    fn analyse_folder(&self, folder: FilePath<'_>, facts: &mut Facts) {
        let _ = (folder, facts);
    }
}

/// The analysers of a scan.
#[derive(Clone)]
pub struct Registry {
    analysers: Vec<Held>,
    index: PathIndex,
    /// Those that look at folders, as bits.
    of_folders: u64,
}

/// An analyser that is always there, or one made for this scan.
#[derive(Clone)]
enum Held {
    Static(&'static dyn Analyser),
    Shared(Arc<dyn Analyser>),
}

impl Deref for Held {
    type Target = dyn Analyser;

    fn deref(&self) -> &Self::Target {
        match self {
            Held::Static(analyser) => *analyser,
            Held::Shared(analyser) => &**analyser,
        }
    }
}

impl Default for Registry {
    /// Every analyser of what is installed.
    fn default() -> Registry {
        Registry::new(analysers::ALL.to_vec())
    }
}

/// Analysers that want one path, as bits by position in the registry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) always: u64,
    pub(crate) if_executable: u64,
}

impl Wanted {
    pub(crate) fn interest(self) -> Interest {
        match (self.always, self.if_executable) {
            (0, 0) => Interest::No,
            (0, _) => Interest::IfExecutable,
            _ => Interest::Yes,
        }
    }

    /// Whether whoever reads the same file under the path of `other` wants it under this path as well.
    pub(crate) fn covers(self, other: Wanted) -> bool {
        other.always & !self.always == 0 && other.if_executable & !(self.always | self.if_executable) == 0
    }
}

impl Registry {
    /// The analysers of a checkout of source code: lock files, which say what a build will install, and Java
    /// archives, which checkouts carry themselves. Nothing but these reads lock files, since an image that has one
    /// need not have installed what it names.
    pub fn checkout() -> Registry {
        Registry::new(analysers::CHECKOUT.to_vec())
    }

    /// The analysers of one file by itself: all there are.
    pub fn single_file() -> Registry {
        let installed = analysers::ALL.iter().map(|analyser| analyser.describe().name);
        let installed: Vec<&str> = installed.collect();
        let others = analysers::CHECKOUT
            .iter()
            .filter(|analyser| !installed.contains(&analyser.describe().name));
        Registry::new(analysers::ALL.iter().chain(others).copied().collect())
    }

    /// Whether any of them reads the file at a path, maybe only if it is executable.
    pub fn reads(&self, path: &str) -> bool {
        self.wanted(path) != Wanted::default()
    }

    /// These analysers and no others; the first 64 count.
    pub fn new(analysers: Vec<&'static dyn Analyser>) -> Registry {
        Registry::holding(analysers.into_iter().map(Held::Static).collect())
    }

    fn holding(mut analysers: Vec<Held>) -> Registry {
        analysers.truncate(64);
        let patterns = analysers.iter().enumerate().flat_map(|(at, analyser)| {
            let reads = analyser.describe().reads;
            reads.iter().map(move |pattern| (*pattern, 1_u64 << at))
        });
        let (folders, files): (Vec<_>, Vec<_>) = patterns.partition(|(pattern, _)| pattern.ends_with('/'));
        Registry {
            index: PathIndex::new(files.into_iter()),
            of_folders: folders.iter().fold(0, |bits, (_, bit)| bits | bit),
            analysers,
        }
    }

    /// The same, Java archives that nothing else names looked up by their digest.
    #[must_use]
    pub fn with_jar_index(mut self, index: JarIndex) -> Registry {
        let java: Arc<dyn Analyser> = Arc::new(analysers::java(index));
        let name = java.describe().name;
        for held in &mut self.analysers {
            if held.describe().name == name {
                *held = Held::Shared(java.clone());
            }
        }
        self
    }

    /// What each analyser says of itself, in the order in which they are asked.
    pub fn descriptions(&self) -> impl Iterator<Item = Description> + '_ {
        self.analysers.iter().map(|analyser| analyser.describe())
    }

    /// A number that changes when any analyser does: the key, beside a layer's digest, of what is remembered.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = Xxh3::new();
        for analyser in &self.analysers {
            hasher.update(analyser.describe().name.as_bytes());
            hasher.update(&analyser.version().to_le_bytes());
        }
        hasher.digest()
    }

    pub(crate) fn wanted(&self, path: &str) -> Wanted {
        let path = FilePath::new(path);
        let mut wanted = Wanted::default();
        let mut candidates = self.index.candidates(path.name);
        while candidates != 0 {
            let at = candidates.trailing_zeros();
            candidates &= candidates - 1;
            let Some(analyser) = self.analysers.get(at as usize) else {
                continue;
            };
            match analyser.interest(path) {
                Interest::No => {}
                Interest::IfExecutable => wanted.if_executable |= 1 << at,
                Interest::Yes => wanted.always |= 1 << at,
            }
        }
        wanted
    }

    /// The folders at or above a path that tell by their own names, each with its analyser.
    pub(crate) fn folders<'p>(&self, path: &'p str) -> impl Iterator<Item = (&'p str, &dyn Analyser)> {
        self.select(self.of_folders)
            .filter_map(move |analyser| Some((analyser.folder(path)?, analyser)))
    }

    /// The analysers behind the bits.
    pub(crate) fn select(&self, bits: u64) -> impl Iterator<Item = &dyn Analyser> {
        let mut rest = bits;
        std::iter::from_fn(move || {
            let at = (rest != 0).then(|| rest.trailing_zeros())?;
            rest &= rest - 1;
            Some(at)
        })
        .filter_map(|at| self.analysers.get(at as usize).map(|held| &**held))
    }
}
