//! Alpine packages: the database of apk-tools.
//!
//! Source: the Alpine wiki, "Apk spec" (installed database v2): paragraphs of one-letter fields, in which `F:` opens
//! a directory and each `R:` after it is a file there. The source package is the origin, `o:`.

use std::io::{self, Read};

use assay_artifacts::{Content, Entry, Interest};
use assay_model::{DiagnosticCode, Purl};

use crate::{
    Analyser, Description, Facts, FilePath, FoundPackage, Kind, OwnedPaths, Owner,
    lines::{Lines, by_lines, text},
};

/// The analyser of apk's database.
pub(crate) struct Apk;

/// Bytes of a database that are read.
const LARGEST: u64 = 256 << 20;

impl Analyser for Apk {
    fn describe(&self) -> Description {
        Description {
            name: "apk",
            ecosystem: "Alpine packages",
            reads: &["lib/apk/db/installed", "usr/lib/apk/db/installed"],
            kind: Kind::Installed,
            types: &["apk"],
        }
    }

    fn version(&self) -> u32 {
        1
    }

    fn interest(&self, path: FilePath<'_>) -> Interest {
        match path.full {
            // The second since apk-tools 3 and the merge of /usr.
            "lib/apk/db/installed" | "usr/lib/apk/db/installed" => Interest::Yes,
            _ => Interest::No,
        }
    }

    fn analyse(&self, entry: &Entry<'_>, content: &mut Content<'_>, facts: &mut Facts) {
        by_lines(entry, content, LARGEST, facts, |lines, facts| {
            installed(lines, facts)
        });
    }
}

/// One paragraph.
#[derive(Debug, Default)]
struct Paragraph {
    name: String,
    version: String,
    architecture: String,
    origin: String,
    licence: String,
    files: OwnedPaths,
    /// The directory that was opened last, with a slash at its end, and room for a file's name behind it.
    path: Vec<u8>,
    directory_len: usize,
    has_fields: bool,
}

fn installed(lines: &mut Lines<impl Read>, facts: &mut Facts) -> io::Result<()> {
    let mut paragraph = Paragraph::default();
    let mut is_broken = false;
    while let Some(line) = lines.next()? {
        match line {
            [] => finish(std::mem::take(&mut paragraph), facts),
            [key, b':', value @ ..] => paragraph.set(*key, value),
            _ if !is_broken => {
                is_broken = true;
                facts.diagnostic(DiagnosticCode::Malformed, "a line that is no field");
            }
            _ => {}
        }
    }
    finish(paragraph, facts);
    Ok(())
}

impl Paragraph {
    fn set(&mut self, key: u8, value: &[u8]) {
        self.has_fields = true;
        let slot = match key {
            b'P' => &mut self.name,
            b'V' => &mut self.version,
            b'A' => &mut self.architecture,
            b'o' => &mut self.origin,
            b'L' => &mut self.licence,
            b'F' => {
                self.path.clear();
                if !value.is_empty() {
                    self.path.extend_from_slice(value);
                    self.path.push(b'/');
                }
                self.directory_len = self.path.len();
                return;
            }
            b'R' => {
                self.path.truncate(self.directory_len);
                self.path.extend_from_slice(value);
                self.files.push(&self.path);
                return;
            }
            _ => return,
        };
        *slot = text(value.trim_ascii());
    }
}

fn finish(paragraph: Paragraph, facts: &mut Facts) {
    if !paragraph.has_fields {
        return;
    }
    let Paragraph {
        name,
        version,
        architecture,
        origin,
        licence,
        files,
        ..
    } = paragraph;
    if name.is_empty() || version.is_empty() {
        let what = if name.is_empty() {
            "an entry without a package name".to_owned()
        } else {
            format!("the package {name} has no version")
        };
        facts.diagnostic(DiagnosticCode::Unidentified, what);
        return;
    }
    let upstream = if origin == name { "" } else { origin.as_str() };
    let purl = Purl::new("apk", &name, &version)
        .with_qualifier("arch", &architecture)
        .with_qualifier("upstream", upstream);
    let licences = if licence.is_empty() {
        Vec::new()
    } else {
        vec![licence]
    };
    facts.package(FoundPackage::system(purl).with_licences(licences));
    facts.owned(
        Owner {
            kind: "apk",
            name,
            version: String::new(),
            architecture: String::new(),
        },
        files,
    );
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::Fact;

    fn run(content: &[u8]) -> Vec<String> {
        let mut facts = Facts::new("apk");
        installed(&mut Lines::new(content), &mut facts).unwrap();
        let describe = |fact: Fact| match fact {
            Fact::Package { found, .. } => format!("{} under {}", found.purl, found.licences.join(" ")),
            Fact::Owned { owner, paths } => format!("{} owns {}", owner.name, paths.len()),
            Fact::Diagnostic { code, message } => format!("{code}: {message}"),
            other => format!("{other:?}"),
        };
        facts.list.into_iter().map(describe).collect()
    }

    #[track_caller]
    fn check(content: &str, expected: &[&str]) {
        assert_eq!(run(content.as_bytes()), expected, "{content}");
        assert_eq!(
            run(content.replace('\n', "\r\n").as_bytes()),
            expected,
            "with CRLF: {content}"
        );
    }

    #[test]
    fn paragraphs() {
        let musl =
            "C:Q1x=\nP:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\no:musl\nF:lib\nR:ld-musl-x86_64.so.1\na:0:0:755\n";
        let owned = "musl owns 1";
        check(musl, &["pkg:apk/musl@1.2.5-r0?arch=x86_64 under MIT", owned]);
        check(
            "P:libssl3\nV:3.3.1-r0\no:openssl\n\n\nP:b\nV:1\n",
            &[
                "pkg:apk/libssl3@3.3.1-r0?upstream=openssl under ",
                "pkg:apk/b@1 under ",
            ],
        );
        let root = "a owns 1";
        check("P:a\nV:1\nF:\nR:init\n", &["pkg:apk/a@1 under ", root]);
        check(
            "P:a\n\nV:1\n",
            &[
                "unidentified: the package a has no version",
                "unidentified: an entry without a package name",
            ],
        );
        check(
            "rubbish\n\nP:a\nV:1\n",
            &["malformed: a line that is no field", "pkg:apk/a@1 under "],
        );
        check("", &[]);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = run(&bytes);
        }
    }
}
