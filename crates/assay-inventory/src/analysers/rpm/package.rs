//! From header to package.

use assay_model::{DiagnosticCode, Purl};

use super::header::{Header, Tag};
use crate::{Facts, FoundPackage, OwnedPaths, Owner, binary_file::FormatError, lines::text};

/// The name under which rpm keeps the public keys it trusts.
const PUBLIC_KEY: &[u8] = b"gpg-pubkey";

/// Bytes of a path that is hashed; no file can have a longer one. Without it, one long directory that each of many
/// files is in would take minutes.
const LONGEST_PATH: usize = 4096;

/// Takes the headers of a database, one at a time.
pub(super) struct Headers<'f> {
    facts: &'f mut Facts,
    path: Vec<u8>,
}

impl<'f> Headers<'f> {
    pub(super) fn new(facts: &'f mut Facts) -> Headers<'f> {
        Headers {
            facts,
            path: Vec::new(),
        }
    }

    /// Part of the database is not readable; what follows may be.
    pub(super) fn damage(&mut self, error: &FormatError) {
        error.report(self.facts);
    }

    /// A blob.
    pub(super) fn blob(&mut self, blob: &[u8]) {
        match Header::parse(blob) {
            Ok(header) => self.header(header),
            Err(error) => error.report(self.facts),
        }
    }

    fn header(&mut self, header: Header<'_>) {
        let string = |tag| text(header.string(tag).unwrap_or_default());
        let name = match header.string(Tag::Name) {
            Some(PUBLIC_KEY) => return,
            name => text(name.unwrap_or_default()),
        };
        let (version, release) = (string(Tag::Version), string(Tag::Release));
        if name.is_empty() || version.is_empty() {
            let message = if name.is_empty() {
                "a header without a package name".to_owned()
            } else {
                format!("the package {name} has no version")
            };
            self.facts.diagnostic(DiagnosticCode::Unidentified, message);
            return;
        }
        let version = match release.is_empty() {
            true => version,
            false => format!("{version}-{release}"),
        };
        let epoch = match header.numbers(Tag::Epoch).next() {
            None | Some(0) => String::new(),
            Some(epoch) => epoch.to_string(),
        };
        let architecture = string(Tag::Arch);
        let purl = Purl::new("rpm", &name, &version)
            .with_qualifier("arch", &architecture)
            .with_qualifier("epoch", &epoch)
            .with_qualifier("rpmmod", &string(Tag::ModularityLabel))
            .with_qualifier("upstream", &string(Tag::SourceRpm));
        let licence = string(Tag::License);
        let licences = if licence.is_empty() {
            Vec::new()
        } else {
            vec![licence]
        };
        self.facts
            .package(FoundPackage::system(purl).with_licences(licences));
        let files = self.files(header);
        let owner = Owner {
            kind: "rpm",
            name,
            version,
            architecture,
        };
        self.facts.owned(owner, files);
    }

    /// The paths of a package's files.
    fn files(&mut self, header: Header<'_>) -> OwnedPaths {
        let directories: Vec<&[u8]> = header.strings(Tag::DirNames).collect();
        let mut paths = OwnedPaths::new();
        let names = header.strings(Tag::BaseNames);
        for (name, directory) in names.zip(header.numbers(Tag::DirIndexes)) {
            let Some(directory) = directories.get(directory as usize) else {
                continue;
            };
            if directory.len().saturating_add(name.len()) <= LONGEST_PATH {
                self.path.clear();
                self.path.extend_from_slice(directory);
                self.path.extend_from_slice(name);
                paths.push(&self.path);
            }
        }
        if paths.is_empty() {
            for path in header.strings(Tag::OldFileNames) {
                paths.push(path);
            }
        }
        paths
    }
}

#[cfg(test)]
mod tests {
    use assay_testkit::rpm::HeaderBuilder;
    use proptest::prelude::*;

    use super::*;
    use crate::facts::Fact;

    fn run(blob: &[u8]) -> Vec<String> {
        let mut facts = Facts::new("rpm");
        Headers::new(&mut facts).blob(blob);
        let describe = |fact: Fact| match fact {
            Fact::Package { found, .. } => format!("{} under {}", found.purl, found.licences.join(" ")),
            Fact::Owned { owner, paths } => {
                format!(
                    "{} {} {} owns {paths:?}",
                    owner.name, owner.version, owner.architecture
                )
            }
            Fact::Diagnostic { code, message } => format!("{code}: {message}"),
            other => format!("{other:?}"),
        };
        facts.list.into_iter().map(describe).collect()
    }

    #[track_caller]
    fn check(header: &HeaderBuilder, expected: &[&str]) {
        assert_eq!(run(&header.build()), expected);
    }

    #[test]
    fn headers() {
        let bash = || HeaderBuilder::new("bash", "5.1.8", "9.el9");
        check(&bash(), &["pkg:rpm/bash@5.1.8-9.el9?arch=x86_64 under "]);
        check(&bash().epoch(0), &["pkg:rpm/bash@5.1.8-9.el9?arch=x86_64 under "]);
        check(
            &bash()
                .epoch(1)
                .licence("GPLv3+")
                .source("bash-5.1.8-9.el9.src.rpm")
                .module("shells:1:820:9a"),
            &[
                "pkg:rpm/bash@5.1.8-9.el9?arch=x86_64&epoch=1&rpmmod=shells:1:820:9a&upstream=bash-5.1.8-9.el9.src.rpm under GPLv3+",
            ],
        );
        let mut paths = OwnedPaths::new();
        paths.push(b"usr/bin/bash");
        paths.push(b"etc/skel/.bashrc");
        let owned = format!("bash 5.1.8-9.el9 x86_64 owns {paths:?}");
        let files = ["/bin/bash", "/etc/skel/.bashrc"];
        check(
            &bash().files(&files),
            &["pkg:rpm/bash@5.1.8-9.el9?arch=x86_64 under ", &owned],
        );
        check(
            &bash().old_files(&files),
            &["pkg:rpm/bash@5.1.8-9.el9?arch=x86_64 under ", &owned],
        );
        check(&HeaderBuilder::new("gpg-pubkey", "1", "1"), &[]);
        check(
            &HeaderBuilder::new("", "1", "1"),
            &["unidentified: a header without a package name"],
        );
        check(
            &HeaderBuilder::new("a", "", "1"),
            &["unidentified: the package a has no version"],
        );
    }

    #[test]
    fn what_follows_the_region_counts() {
        check(
            &HeaderBuilder::new("a", "1", "1")
                .licence("GPL")
                .in_region()
                .licence("MIT"),
            &["pkg:rpm/a@1-1?arch=x86_64 under MIT"],
        );
    }

    #[test]
    fn broken_frames() {
        assert_eq!(run(b""), ["malformed: a header is cut off"]);
        assert_eq!(run(&[0; 8]), ["malformed: a header with 0 index entries"]);
        assert_eq!(
            run(&[0xff; 64]),
            ["malformed: a header with 4294967295 index entries"]
        );
        let mut header = HeaderBuilder::new("a", "1", "1").build();
        header.pop();
        assert_eq!(run(&header), ["malformed: a header is cut off"]);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = run(&bytes);
        }

        #[test]
        fn changed_bytes(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..10)) {
            let mut bytes = HeaderBuilder::new("a", "1", "1").epoch(1).files(&["/a/b", "/c/d"]).build();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let _ = run(&bytes);
        }
    }
}
