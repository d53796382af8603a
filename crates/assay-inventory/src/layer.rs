//! What one layer contributes, without regard to the others.

use std::collections::HashMap;

use assay_artifacts::{Content, Entry, Interest, LinkAnswer, Visitor};
use assay_model::{Diagnostic, DiagnosticCode};
use xxhash_rust::xxh3::xxh3_64;

use crate::{Facts, FilePath, Registry, analyser::Wanted, facts::Fact};

/// The facts of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileFacts {
    pub(crate) path: Box<str>,
    pub(crate) place: Place,
    pub(crate) facts: Vec<Fact>,
}

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A file: it hides the same path, and all below it, in lower layers.
    File,
    /// A folder that tells by its own name: it hides nothing.
    Folder,
}

/// The facts of one layer by path, and what the layer hides of those below.
///
/// Paths that only hide are kept as hashes: eight bytes for a removal mark or link, nothing at all for a file that
/// no analyser reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerFacts {
    /// Files with facts, in order of path, each once.
    pub(crate) files: Vec<FileFacts>,
    /// Files that an analyser read in vain, or would have read if they were executable.
    pub(crate) replaced: Vec<u64>,
    /// Removal marks and links: they hide a path and all below it.
    pub(crate) hidden: Vec<u64>,
    /// Directories whose lower content is gone.
    pub(crate) emptied: Vec<u64>,
    /// What could not be looked at in the layer as such.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Diagnostics of one kind about one layer that are kept.
const MOST_DIAGNOSTICS: u32 = 1000;

/// Files of one layer whose facts are kept.
const MOST_FILES: usize = 500_000;

/// The hash of a path that layers hide each other's by.
pub(crate) fn place(path: &str) -> u64 {
    xxh3_64(path.as_bytes())
}

/// Gathers the facts of a layer as it goes by.
pub(crate) struct LayerVisitor<'r> {
    registry: &'r Registry,
    facts: LayerFacts,
    /// Where in `facts.files` a path is.
    by_path: HashMap<u64, usize>,
    diagnostics: HashMap<DiagnosticCode, u32>,
    /// As many files as are kept have gone by.
    is_full: bool,
    /// What to remember the facts under.
    key: Option<String>,
}

impl<'r> LayerVisitor<'r> {
    /// For a layer whose facts are to be remembered under a key, or of no key.
    pub(crate) fn new(registry: &'r Registry, key: Option<String>) -> LayerVisitor<'r> {
        LayerVisitor {
            registry,
            facts: LayerFacts::default(),
            by_path: HashMap::new(),
            diagnostics: HashMap::new(),
            is_full: false,
            key,
        }
    }

    /// For a layer that need not be read.
    pub(crate) fn knowing(registry: &'r Registry, facts: LayerFacts) -> LayerVisitor<'r> {
        LayerVisitor {
            facts,
            ..LayerVisitor::new(registry, None)
        }
    }

    /// Takes down the folders at or above a path that tell by their own names, each once.
    fn folders(&mut self, path: &str) {
        let registry = self.registry;
        for (folder, analyser) in registry.folders(path) {
            if self.by_path.contains_key(&place(folder)) {
                continue;
            }
            let mut facts = Facts::new(analyser.describe().name);
            analyser.analyse_folder(FilePath::new(folder), &mut facts);
            self.record(folder, Place::Folder, facts.list);
        }
    }

    /// The facts, in order, and what to remember them under.
    pub(crate) fn finish(mut self) -> (LayerFacts, Option<String>) {
        for (code, count) in self
            .diagnostics
            .into_iter()
            .filter(|(_, count)| *count > MOST_DIAGNOSTICS)
        {
            let message = format!("{} more of this kind are not listed", count - MOST_DIAGNOSTICS);
            self.facts.diagnostics.push(Diagnostic::new(code, message));
        }
        self.facts.files.sort_by(|left, right| left.path.cmp(&right.path));
        (self.facts, self.key)
    }

    /// Takes down what a path holds; an archive may name a path twice, and then the later entry counts.
    fn record(&mut self, path: &str, kind: Place, facts: Vec<Fact>) {
        match self.by_path.get(&place(path)) {
            Some(&at) => {
                if let Some(file) = self.facts.files.get_mut(at) {
                    file.facts = facts;
                }
            }
            // What only hides is kept as a hash.
            None if facts.is_empty() => {
                if kind == Place::File {
                    self.facts.replaced.push(place(path));
                }
            }
            None if self.facts.files.len() >= MOST_FILES => {
                if !std::mem::replace(&mut self.is_full, true) {
                    let message = format!("more than {MOST_FILES} files to analyse; the rest is left out");
                    self.diagnostic(Diagnostic::new(DiagnosticCode::LimitReached, message));
                }
            }
            None => {
                self.by_path.insert(place(path), self.facts.files.len());
                self.facts.files.push(FileFacts {
                    path: path.into(),
                    place: kind,
                    facts,
                });
            }
        }
    }
}

impl Visitor for LayerVisitor<'_> {
    fn interest(&mut self, path: &str) -> Interest {
        self.folders(path);
        self.registry.wanted(path).interest()
    }

    fn file(&mut self, entry: &Entry<'_>, content: &mut Content<'_>) {
        let Wanted {
            always,
            if_executable,
        } = self.registry.wanted(entry.path);
        let bits = if entry.is_executable() {
            always | if_executable
        } else {
            always
        };
        let mut all = Vec::new();
        for analyser in self.registry.select(bits) {
            let mut facts = Facts::new(analyser.describe().name);
            analyser.analyse(entry, content, &mut facts);
            all.append(&mut facts.list);
        }
        self.record(entry.path, Place::File, all);
    }

    fn passed_over(&mut self, path: &str) {
        self.facts.replaced.push(place(path));
    }

    fn hard_link(&mut self, path: &str, target: &str) -> LinkAnswer {
        let wanted = self.registry.wanted(path);
        if wanted == Wanted::default() {
            return LinkAnswer::Done;
        }
        if !self.registry.wanted(target).covers(wanted) {
            return LinkAnswer::ReadTarget;
        }
        let target = self
            .by_path
            .get(&place(target))
            .and_then(|at| self.facts.files.get(*at));
        match target.map(|file| file.facts.clone()) {
            Some(facts) => self.record(path, Place::File, facts),
            None => self.facts.replaced.push(place(path)),
        }
        LinkAnswer::Done
    }

    fn symbolic_link(&mut self, path: &str) {
        self.facts.hidden.push(place(path));
    }

    fn whiteout(&mut self, path: &str) {
        self.facts.hidden.push(place(path));
    }

    fn opaque(&mut self, directory: &str) {
        self.facts.emptied.push(place(directory));
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) {
        let count = self.diagnostics.entry(diagnostic.code).or_default();
        *count = count.saturating_add(1);
        if *count <= MOST_DIAGNOSTICS {
            self.facts.diagnostics.push(diagnostic);
        }
    }
}
