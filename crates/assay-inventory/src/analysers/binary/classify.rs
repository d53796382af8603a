//! Well-known programs and libraries that no package manager knows of, told by their names and a text in them.
//!
//! The name decides first: [`stem`] takes a file's name to what it is called without its version, and only a file whose
//! stem is in the table is opened. Then one pattern is searched for, from the front, a piece at a time, to the first
//! match. What an operating-system package owns is found all the same and belongs to that package.

use std::sync::{LazyLock, OnceLock};

use assay_artifacts::{Content, Entry, Interest, RandomAccess};
use assay_model::{DiagnosticCode, Purl};
use regex::bytes::{Regex, RegexBuilder};
use xxhash_rust::xxh3::xxh3_64;

use super::{Format, classifiers::CLASSIFIERS};
use crate::{Analyser, Description, Facts, FilePath, FoundPackage, Kind};

/// The analyser of well-known programs.
pub(crate) struct KnownPrograms;

/// Bytes of a file that are searched.
const LARGEST: u64 = 512 << 20;
/// Bytes that are searched at a time.
const PIECE: usize = 256 << 10;
/// Bytes of a piece that are searched again with the next one; no match is longer.
const OVERLAP: usize = 2 << 10;
/// Names longer than this are none of the table's.
const LONGEST_NAME: usize = 64;

/// How a program is told.
pub(super) struct Classifier {
    form: Form,
    stems: &'static [&'static str],
    name: &'static str,
    pattern: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

/// The names of all that are told, in order, each once.
pub fn known_programs() -> Vec<&'static str> {
    let mut names: Vec<&str> = CLASSIFIERS.iter().map(|classifier| classifier.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What a file is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// An executable file of the system's format.
    Program,
    /// A shared library, which need not be executable.
    Library,
    /// An executable file of any format.
    Script,
}

impl Classifier {
    pub(super) const fn new(
        form: Form,
        stems: &'static [&'static str],
        name: &'static str,
        pattern: &'static str,
    ) -> Classifier {
        Classifier {
            form,
            stems,
            name,
            pattern,
            compiled: OnceLock::new(),
        }
    }

    /// The pattern, made ready when it is first needed.
    fn regex(&self) -> Option<&Regex> {
        let compile = || {
            let pattern = self.pattern.replace("{v}", r"([0-9]+\.[0-9]+\.[0-9]+)");
            RegexBuilder::new(&pattern).unicode(false).build().ok()
        };
        self.compiled.get_or_init(compile).as_ref()
    }
}

/// Hashes of form and stem, each with its classifier, in order.
static BY_STEM: LazyLock<Vec<(u64, usize)>> = LazyLock::new(|| {
    let mut all: Vec<(u64, usize)> = CLASSIFIERS
        .iter()
        .enumerate()
        .flat_map(|(at, classifier)| {
            classifier
                .stems
                .iter()
                .map(move |stem| (hash(stem, classifier.form), at))
        })
        .collect();
    all.sort_unstable();
    all
});

/// The hash of a stem, other for libraries than for what is run.
fn hash(stem: &str, form: Form) -> u64 {
    xxh3_64(stem.as_bytes()) ^ u64::from(form == Form::Library)
}

/// What a file is called without its version, and whether by its name it is a program or a library: `libssl.so.1.1`
/// is `libssl`, `python3.11` is `python`, `libruby-3.1.so.3.1.2` is `libruby`. None for files with endings of texts
/// and data.
fn stem(name: &str) -> Option<(&str, Form)> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    // The one program whose name has an ending.
    if name == "beam.smp" {
        return Some((name, Form::Program));
    }
    let (base, form) = match name.split_once(".so") {
        Some((base, "")) => (base, Form::Library),
        Some((base, rest)) if rest.starts_with('.') => (base, Form::Library),
        Some(_) => return None,
        None => (name.strip_suffix(".exe").unwrap_or(name), Form::Program),
    };
    // A digest stands behind the names of Rust's.
    if let Some((stem @ ("librustc_driver" | "libstd"), _)) = base.split_once('-') {
        return Some((stem, form));
    }
    let end = base.find(|c: char| c.is_ascii_digit()).unwrap_or(base.len());
    let (stem, version) = base.split_at_checked(end)?;
    let is_version = version
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_'));
    let stem = stem.trim_end_matches(['-', '.', '_']);
    (is_version && !stem.is_empty() && !stem.contains('.')).then_some((stem, form))
}

/// The classifiers for files of a name.
fn classifiers(name: &str) -> impl Iterator<Item = &'static Classifier> {
    let hash = stem(name).map(|(stem, form)| hash(stem, form));
    let all: &'static [(u64, usize)] = &BY_STEM;
    let start = hash.map_or(all.len(), |hash| all.partition_point(|(known, _)| *known < hash));
    let rest = all.get(start..).unwrap_or_default();
    rest.iter()
        .take_while(move |(known, _)| Some(*known) == hash)
        .filter_map(|(_, at)| CLASSIFIERS.get(*at))
}

impl Analyser for KnownPrograms {
    fn describe(&self) -> Description {
        Description {
            name: "program",
            ecosystem: "Well-known programs without a package",
            reads: &["*"],
            kind: Kind::Installed,
            types: &["generic"],
        }
    }

    fn version(&self) -> u32 {
        1
    }

    fn interest(&self, path: FilePath<'_>) -> Interest {
        match classifiers(path.name).next() {
            None => Interest::No,
            Some(classifier) if classifier.form == Form::Library => Interest::Yes,
            // Windows has no execute bits to keep.
            Some(_) if path.name.ends_with(".exe") => Interest::Yes,
            Some(_) => Interest::IfExecutable,
        }
    }

    fn analyse(&self, entry: &Entry<'_>, content: &mut Content<'_>, facts: &mut Facts) {
        let format = match content.peek(4) {
            Ok(magic) => Format::of(magic),
            Err(error) => return facts.failed(&error),
        };
        let fitting = classifiers(entry.name())
            .filter(|classifier| format.is_some() || classifier.form == Form::Script);
        for classifier in fitting {
            match content.random_access() {
                Ok(file) => search(file, classifier, facts),
                Err(error) => facts.failed(&error),
            }
        }
    }
}

/// Takes down the program that a classifier tells, if the file is it.
fn search(file: RandomAccess<'_>, classifier: &Classifier, facts: &mut Facts) {
    if file.len() > LARGEST {
        let message = format!("only programs of up to {LARGEST} bytes are searched for their versions");
        return facts.diagnostic(DiagnosticCode::LimitReached, message);
    }
    let Some(regex) = classifier.regex() else {
        return;
    };
    let mut buffer = vec![0; PIECE];
    let (mut kept, mut offset) = (0, 0_u64);
    loop {
        let room = buffer.get_mut(kept..).unwrap_or_default();
        let read = match file.read_at(room, offset) {
            Ok(read) => read,
            Err(error) => return facts.broke_off(&error),
        };
        offset += read as u64;
        let is_end = offset >= file.len() || read == 0;
        let piece = buffer.get(..kept + read).unwrap_or_default();
        if let Some(captures) = regex.captures(piece) {
            let is_whole = captures.get(0).is_some_and(|all| all.end() < piece.len());
            if is_whole || is_end {
                // Alternatives have a group each.
                let version = captures.iter().skip(1).flatten().next();
                if let Some(version) = version {
                    let version = String::from_utf8_lossy(version.as_bytes());
                    facts.package(FoundPackage::language(Purl::new(
                        "generic",
                        classifier.name,
                        &version,
                    )));
                }
                return;
            }
        }
        if is_end {
            return;
        }
        let end = kept + read;
        let from = end.saturating_sub(OVERLAP);
        buffer.copy_within(from..end, 0);
        kept = end - from;
    }
}

#[cfg(test)]
mod tests;
