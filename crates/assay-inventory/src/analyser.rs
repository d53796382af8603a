//! What every package manager's module provides, and the list of them all.

use assay_artifacts::{Content, Entry, Interest};
use xxhash_rust::xxh3::Xxh3;

use crate::{Facts, analysers};

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
pub trait Analyser: Sync {
    /// The word that stands in evidence, such as `dpkg`.
    fn name(&self) -> &'static str;

    /// Counts up when the same bytes give other facts than before, so that remembered ones are made anew.
    fn version(&self) -> u32;

    /// Whether it reads the file at a path. Asked for every file of every tree: it looks at a few bytes, mostly of
    /// [`FilePath::name`], and allocates nothing. What is told by its first bytes rather than its name gets
    /// [`Interest::IfExecutable`] here and a [`Content::peek`] in [`Analyser::analyse`].
    fn interest(&self, path: FilePath<'_>) -> Interest;

    /// Turns one file into facts. What cannot be read becomes a diagnostic; what could be read before counts.
    fn analyse(&self, entry: &Entry<'_>, content: &mut Content<'_>, facts: &mut Facts);
}

/// The analysers of a scan.
#[derive(Clone)]
pub struct Registry {
    analysers: Vec<&'static dyn Analyser>,
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

    /// These analysers and no others; the first 64 count.
    pub fn new(mut analysers: Vec<&'static dyn Analyser>) -> Registry {
        analysers.truncate(64);
        Registry { analysers }
    }

    /// A number that changes when any analyser does: the key, beside a layer's digest, of what is remembered.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = Xxh3::new();
        for analyser in &self.analysers {
            hasher.update(analyser.name().as_bytes());
            hasher.update(&analyser.version().to_le_bytes());
        }
        hasher.digest()
    }

    pub(crate) fn wanted(&self, path: &str) -> Wanted {
        let path = FilePath::new(path);
        let mut wanted = Wanted::default();
        for (at, analyser) in self.analysers.iter().enumerate() {
            match analyser.interest(path) {
                Interest::No => {}
                Interest::IfExecutable => wanted.if_executable |= 1 << at,
                Interest::Yes => wanted.always |= 1 << at,
            }
        }
        wanted
    }

    /// The analysers behind the bits.
    pub(crate) fn select(&self, bits: u64) -> impl Iterator<Item = &'static dyn Analyser> {
        self.analysers
            .iter()
            .enumerate()
            .filter(move |(at, _)| bits & (1 << at) != 0)
            .map(|(_, analyser)| *analyser)
    }
}
