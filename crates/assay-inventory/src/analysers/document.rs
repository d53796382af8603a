//! Formats of which one file is read whole, as text.
//!
//! Most package managers keep such files. A format is then a [`Document`]: what it says of itself, which includes
//! the files that it reads, and a function from text to facts.

use std::borrow::Cow;

use assay_artifacts::{Content, Entry, Interest};
use assay_model::DiagnosticCode;
use thiserror::Error;

use crate::{Analyser, Description, Facts, FilePath, glob};

/// Bytes of a file that are read.
const LARGEST: u64 = 64 << 20;

/// A format of which one file is read whole.
pub(crate) struct Document {
    /// What it is called, reads and finds.
    pub(super) description: Description,
    /// Counts up when the same file gives other facts.
    pub(super) version: u32,
    /// Takes down what a file says.
    pub(super) read: fn(&Text<'_>, &mut Facts) -> Result<(), DocumentError>,
}

/// A file as text.
#[derive(Clone, Copy)]
pub(super) struct Text<'t> {
    /// Where it is.
    pub(super) path: FilePath<'t>,
    /// What is in it; what is no text is U+FFFD.
    pub(super) text: &'t str,
}

/// Why a file is none of its format.
#[derive(Debug, Error)]
pub(super) enum DocumentError {
    /// It lacks what every file of the format has.
    #[error("{0}")]
    Form(&'static str),
}

impl Document {
    /// Takes down what the bytes of a file at a path say.
    pub(super) fn read_bytes(&self, path: &str, bytes: &[u8], facts: &mut Facts) {
        let text = decode(bytes);
        let file = Text {
            path: FilePath::new(path),
            text: &text,
        };
        if let Err(error) = (self.read)(&file, facts) {
            facts.diagnostic(DiagnosticCode::Malformed, error.to_string());
        }
    }
}

/// Text in UTF-8, or in UTF-16 where a mark says so, as Windows' tools write it.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let units = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, _) = bytes.as_chunks();
        let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
        Cow::Owned(String::from_utf16_lossy(&units))
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes),
    }
}

impl Analyser for Document {
    fn describe(&self) -> Description {
        self.description
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn interest(&self, path: FilePath<'_>) -> Interest {
        let reads = self.description.reads;
        match reads.iter().any(|pattern| glob::matches(pattern, path.full)) {
            true => Interest::Yes,
            false => Interest::No,
        }
    }

    fn analyse(&self, entry: &Entry<'_>, content: &mut Content<'_>, facts: &mut Facts) {
        match content.bytes(LARGEST) {
            Ok(bytes) => self.read_bytes(entry.path, bytes, facts),
            Err(error) => facts.failed(&error),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    //! What the tests of all formats share.

    use proptest::{collection::vec, prelude::*, sample::Index, test_runner::TestRunner};

    use super::*;
    use crate::facts::Fact;

    /// What a file gives, one line a fact: package URLs, with licences after a `|`, and codes of diagnostics.
    pub(crate) fn run(format: &Document, path: &str, content: &[u8]) -> Vec<String> {
        let mut facts = Facts::new(format.description.name);
        format.read_bytes(path, content, &mut facts);
        facts.list.into_iter().map(describe).collect()
    }

    /// A fact in one line.
    pub(crate) fn describe(fact: Fact) -> String {
        match fact {
            Fact::Package { found, .. } if found.licences.is_empty() => found.purl.to_string(),
            Fact::Package { found, .. } => format!("{} | {}", found.purl, found.licences.join(", ")),
            Fact::Diagnostic { code, .. } => code.to_string(),
            Fact::Owned { owner, paths } => format!("{} {} owns {}", owner.kind, owner.name, paths.len()),
            other => format!("{other:?}"),
        }
    }

    /// Checks that the file is wanted and gives these package URLs and diagnostic codes, however its lines end; and
    /// that no damage to it makes the reader panic.
    #[track_caller]
    pub(crate) fn check(format: &Document, path: &str, content: &str, expected: &[&str]) {
        assert_eq!(format.interest(FilePath::new(path)), Interest::Yes, "{path}");
        assert_eq!(run(format, path, content.as_bytes()), expected, "{content}");
        assert_eq!(
            run(format, path, content.replace('\n', "\r\n").as_bytes()),
            expected,
            "with CRLF: {content}"
        );
        let damage = (vec((any::<Index>(), any::<u8>()), 0..4), any::<Index>());
        let mut runner = TestRunner::new(ProptestConfig {
            cases: 64,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let outcome = runner.run(&damage, |(changes, end)| {
            let mut bytes = content.as_bytes().to_vec();
            if bytes.is_empty() {
                return Ok(());
            }
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.truncate(end.index(bytes.len()) + 1);
            let _ = run(format, path, &bytes);
            Ok(())
        });
        outcome.unwrap();
    }

    #[test]
    fn encodings() {
        for (bytes, expected) in [
            (&b"\xef\xbb\xbfa"[..], "a"),
            (b"\xff\xfea\0b\0c", "ab"),
            (b"\xfe\xff\0a", "a"),
            (b"a\xffb", "a\u{fffd}b"),
        ] {
            assert_eq!(decode(bytes), expected);
        }
    }
}
