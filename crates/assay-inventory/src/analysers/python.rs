//! Installed Python distributions, by the metadata that their installer left.
//!
//! Sources: "Core metadata specifications" and "Recording installed projects" of the Python Packaging User Guide,
//! PEP 503 (names), PEP 639 (`License-Expression`), setuptools' documentation of the egg formats. Metadata are
//! headers as in mail; the description may follow as a body, which is not read.

use std::io::{self, Read};

use assay_artifacts::{Content, Entry, Interest};
use assay_model::{DiagnosticCode, Ecosystem, Purl};

use crate::{
    Analyser, Description, Facts, FilePath, FoundPackage, Kind,
    lines::{Lines, by_lines, field, text},
};

/// The analyser of Python metadata.
pub(crate) struct Python;

/// Bytes of a metadata file that are read.
const LARGEST: u64 = 16 << 20;
/// A licence longer than this is the licence's text rather than its name.
const LONGEST_LICENCE: usize = 120;
/// Licences of one package that are kept.
const MOST_LICENCES: usize = 16;

impl Analyser for Python {
    fn describe(&self) -> Description {
        Description {
            name: "python",
            ecosystem: "Python distributions",
            reads: &[
                "**/*.dist-info/METADATA",
                "**/*.egg-info/PKG-INFO",
                "**/EGG-INFO/PKG-INFO",
                "**/*.egg-info",
            ],
            kind: Kind::Installed,
            types: &["pypi"],
        }
    }

    fn version(&self) -> u32 {
        1
    }

    fn interest(&self, path: FilePath<'_>) -> Interest {
        let is_metadata = match path.name {
            "METADATA" => path.directory.ends_with(".dist-info"),
            "PKG-INFO" => path.directory.ends_with(".egg-info") || path.parent() == "EGG-INFO",
            name => name.ends_with(".egg-info"),
        };
        if is_metadata { Interest::Yes } else { Interest::No }
    }

    fn analyse(&self, entry: &Entry<'_>, content: &mut Content<'_>, facts: &mut Facts) {
        by_lines(entry, content, LARGEST, facts, |lines, facts| {
            metadata(lines, facts)
        });
    }
}

/// The headers that matter.
#[derive(Debug, Default)]
struct Headers {
    name: String,
    version: String,
    expression: String,
    licence: String,
    /// The licence goes on over several lines: its text.
    is_licence_long: bool,
    classifiers: Vec<String>,
}

fn metadata(lines: &mut Lines<impl Read>, facts: &mut Facts) -> io::Result<()> {
    let mut headers = Headers::default();
    let mut in_licence = false;
    while let Some(line) = lines.next()? {
        match line {
            [] => break,
            [b' ' | b'\t', ..] => headers.is_licence_long |= in_licence,
            line => {
                let Some((key, value)) = field(line) else { continue };
                in_licence = key.eq_ignore_ascii_case(b"License");
                headers.set(key, value);
            }
        }
    }
    match (headers.name.is_empty(), headers.version.is_empty()) {
        (true, _) => facts.diagnostic(DiagnosticCode::Unidentified, "Python metadata without a name"),
        (false, true) => {
            let message = format!("the Python package {} has no version", headers.name);
            facts.diagnostic(DiagnosticCode::Unidentified, message);
        }
        (false, false) => {
            let name = Ecosystem::new("PyPI").normalize_name(&headers.name);
            let purl = Purl::new("pypi", &name, &headers.version);
            facts.package(FoundPackage::language(purl).with_licences(headers.licences()));
        }
    }
    Ok(())
}

impl Headers {
    fn set(&mut self, key: &[u8], value: &[u8]) {
        let is = |name: &str| key.eq_ignore_ascii_case(name.as_bytes());
        if is("Name") {
            self.name = text(value);
        } else if is("Version") {
            self.version = text(value);
        } else if is("License-Expression") {
            self.expression = text(value);
        } else if is("License") {
            self.licence = text(value);
        } else if is("Classifier")
            && value.starts_with(b"License ::")
            && self.classifiers.len() < MOST_LICENCES
        {
            let value = text(value);
            let last = value.rsplit("::").next().unwrap_or_default().trim();
            if !matches!(last, "" | "OSI Approved") {
                self.classifiers.push(last.to_owned());
            }
        }
    }

    /// The expression, else the field where it is a name, else what the classifiers say.
    fn licences(self) -> Vec<String> {
        if !self.expression.is_empty() {
            return vec![self.expression];
        }
        let is_name = !self.licence.is_empty()
            && !self.is_licence_long
            && self.licence.len() <= LONGEST_LICENCE
            && !self.licence.eq_ignore_ascii_case("unknown");
        if is_name {
            vec![self.licence]
        } else {
            self.classifiers
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::Fact;

    fn run(content: &[u8]) -> Vec<String> {
        let mut facts = Facts::new("python");
        metadata(&mut Lines::new(content), &mut facts).unwrap();
        let describe = |fact: Fact| match fact {
            Fact::Package { found, .. } => format!("{} under {}", found.purl, found.licences.join(", ")),
            Fact::Diagnostic { code, message } => format!("{code}: {message}"),
            other => format!("{other:?}"),
        };
        facts.list.into_iter().map(describe).collect()
    }

    #[track_caller]
    fn check(content: &str, expected: &str) {
        assert_eq!(run(content.as_bytes()), [expected], "{content}");
        assert_eq!(
            run(content.replace('\n', "\r\n").as_bytes()),
            [expected],
            "with CRLF: {content}"
        );
    }

    #[test]
    fn headers() {
        let one = |extra: &str| format!("Metadata-Version: 2.1\nName: Foo_Bar.baz\nVersion: 1.0\n{extra}");
        let purl = "pkg:pypi/foo-bar-baz@1.0 under";
        check(&one(""), &format!("{purl} "));
        check(&one("License: MIT\n"), &format!("{purl} MIT"));
        check(&one("License: UNKNOWN\n"), &format!("{purl} "));
        check(
            &one("License: MIT\nLicense-Expression: MIT OR Apache-2.0\n"),
            &format!("{purl} MIT OR Apache-2.0"),
        );
        let text = "License: Copyright someone\n        Permission is granted\nClassifier: License :: OSI Approved :: BSD License\n";
        check(&one(text), &format!("{purl} BSD License"));
        check(&one("\nName: other\nVersion: 2\n"), &format!("{purl} "));
        check("Name: a\n", "unidentified: the Python package a has no version");
        check("", "unidentified: Python metadata without a name");
        check("\u{0}\u{1}", "unidentified: Python metadata without a name");
    }

    #[test]
    fn paths() {
        for (path, interest) in [
            (
                "usr/lib/python3/dist-packages/a-1.dist-info/METADATA",
                Interest::Yes,
            ),
            ("a.egg-info/PKG-INFO", Interest::Yes),
            ("a-1-py3.11.egg/EGG-INFO/PKG-INFO", Interest::Yes),
            ("usr/lib/python3/dist-packages/a-1.egg-info", Interest::Yes),
            ("a/METADATA", Interest::No),
            ("a/PKG-INFO", Interest::No),
        ] {
            assert_eq!(Python.interest(FilePath::new(path)), interest, "{path}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = run(&bytes);
        }
    }
}
