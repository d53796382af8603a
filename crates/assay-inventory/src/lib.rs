//! File tree to packages with evidence and diagnostics, one module a package manager.
//!
//! Each [`Analyser`] says by path which files it reads and turns one file at a time into [`Facts`]. The facts of a
//! layer are gathered without regard to any other layer, so layers are read in parallel and can be remembered by
//! digest; [`merge()`] then lays the layers over each other and settles what only the whole can tell.
//!
//! A new analyser is a file in `analysers` and a line in its list: nothing else knows of single ones. Its
//! [`Description`] has the patterns of the paths that it reads, by which files find their analysers and people the
//! formats that are covered. It gets each file with [`Content`](assay_artifacts::Content), which gives the first bytes,
//! the whole, a stream, or access at random; a format that is one text is no more than a `Document`. JSON, YAML and
//! XML come as bounded trees (`tree`, `xml`), of which what is not of the expected form costs only itself.
//!
//! The traps of the domain, each handled in one place:
//!
//! - A layer replaces files, removes them, empties directories and turns directories into links. Only what is
//!   still there on top is installed (`overlay`).
//! - A package database says nothing of its distribution, which may even be told in another layer; the release is
//!   put into the package URLs at the end (`merge`).
//! - A Python or npm package may belong to an operating-system package, whose distribution then speaks for it.
//!   Package managers list paths through `/lib`, trees have them under `/usr/lib` (`ownership`).
//! - The same package at several places is one package with several pieces of evidence.
//! - A package that was removed may leave its entry in the database; one that is half installed has its files there.
//! - Not every `package.json` is a package, and not every one that is has a name.
//! - Databases and archives may point in circles or unpack without end: pages, depth, bytes and ratio are bounded
//!   (`analysers::rpm`, `analysers::java`).
//! - A Java archive rarely tells its group outside Maven's description, and nobody's group is made up.
//! - A program bears the list of what was linked into it or it does not; most of them must cost next to nothing.
//! - A lock file names what a build would install, not what is installed: only a checkout is judged by it
//!   (`analysers::lock`, [`Registry::checkout`]).
//! - A project's description may need the ones above it to tell a version (Maven, .NET): it is settled when all are
//!   known (`projects`), within the checkout and never by asking a repository.
//! - A folder can tell a package by its name alone (Nix); it hides nothing of the layers below.
//! - A well-known program is told by a text in it, and only a file of the right name is searched
//!   (`analysers::binary::classify`).
//! - What stands in a version's place may be a range, a branch, a commit, a path or an address. None of them is made a
//!   version; what could not be told is counted in a diagnostic.
//! - In YAML a version may look like a number: `1.10` is not `1.1`.
//! - Odd input gives part of an inventory and a diagnostic, never nothing.

mod analyser;
mod analysers;
mod binary_file;
mod byte_order;
mod description;
mod facts;
mod glob;
mod jar_index;
mod layer;
mod layer_record;
mod lines;
mod memory;
mod merge;
mod origin;
mod overlay;
mod ownership;
mod path_index;
mod projects;
mod scan;
mod tree;
mod xml;

pub use analyser::{Analyser, FilePath, Registry};
pub use analysers::known_programs;
pub use description::{Description, Kind};
pub use facts::{Facts, FoundPackage, Owner};
pub use jar_index::{JarIndex, JarIndexError};
pub use layer::LayerFacts;
pub use memory::{Forgetful, Memory, MemoryFolder};
pub use merge::merge;
pub use ownership::OwnedPaths;
pub use scan::{scan, scan_remembering};

pub use assay_artifacts::{Interest, Progress, Silent};
