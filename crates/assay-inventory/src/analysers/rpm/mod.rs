//! RPM packages: the header blobs in rpm's database, which has had three forms.
//!
//! Source: rpm's manual pages and format notes (`rpmdb(8)`, `docs/manual/format_header.md`). `Packages` is a Berkeley
//! DB hash (until rpm 4.15), `Packages.db` an "ndb" (SUSE), `rpmdb.sqlite` an SQLite database (since rpm 4.16). Each
//! maps a number to the same header blob. All three are read where they lie, page by page, without their libraries.
//!
//! The traps: the directory moved twice; public keys stand among the packages under the name `gpg-pubkey`; no epoch
//! and epoch 0 are the same; several versions of one package can be installed; SQLite may keep the latest changes in
//! a second file.

mod berkeley;
mod header;
mod ndb;
mod package;
mod pages;
mod sqlite;

use assay_artifacts::{Content, Entry, Interest, RandomAccess};
use assay_model::DiagnosticCode;

use self::package::Headers;
use crate::{Analyser, Description, Facts, FilePath, Kind, binary_file::FormatError};

/// The analyser of rpm's databases.
pub(crate) struct Rpm;

/// Bytes of one header blob that are read. A package of a million files has some 200 MB.
const LARGEST_HEADER: u64 = 256 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Berkeley,
    Ndb,
    Sqlite,
    /// Changes that SQLite has yet to move to the database.
    SqliteLog,
}

fn form(path: FilePath<'_>) -> Option<Form> {
    let form = match path.name {
        "Packages" => Form::Berkeley,
        "Packages.db" => Form::Ndb,
        "rpmdb.sqlite" => Form::Sqlite,
        "rpmdb.sqlite-wal" => Form::SqliteLog,
        _ => return None,
    };
    // The original place; since Fedora 36 and SUSE Tumbleweed; ostree's.
    matches!(
        path.directory,
        "var/lib/rpm" | "usr/lib/sysimage/rpm" | "usr/share/rpm"
    )
    .then_some(form)
}

impl Analyser for Rpm {
    fn describe(&self) -> Description {
        Description {
            name: "rpm",
            ecosystem: "RPM packages",
            reads: &[
                "var/lib/rpm/Packages",
                "var/lib/rpm/Packages.db",
                "var/lib/rpm/rpmdb.sqlite",
                "var/lib/rpm/rpmdb.sqlite-wal",
                "usr/lib/sysimage/rpm/Packages.db",
                "usr/lib/sysimage/rpm/rpmdb.sqlite",
                "usr/lib/sysimage/rpm/rpmdb.sqlite-wal",
                "usr/share/rpm/rpmdb.sqlite",
            ],
            kind: Kind::Installed,
            types: &["rpm"],
        }
    }

    fn version(&self) -> u32 {
        1
    }

    fn interest(&self, path: FilePath<'_>) -> Interest {
        match form(path) {
            Some(_) => Interest::Yes,
            None => Interest::No,
        }
    }

    fn analyse(&self, entry: &Entry<'_>, content: &mut Content<'_>, facts: &mut Facts) {
        let Some(form) = form(FilePath::new(entry.path)) else {
            return;
        };
        if entry.size == 0 {
            // An empty log is as good as none, and rpm leaves empty databases behind that it has moved.
            return;
        }
        if form == Form::SqliteLog {
            let message =
                "changes in SQLite's write-ahead log are not read; packages may be missing or outdated";
            facts.diagnostic(DiagnosticCode::Unsupported, message);
            return;
        }
        match content.random_access() {
            Ok(file) => read(form, file, facts),
            Err(error) => facts.failed(&error),
        }
    }
}

fn read(form: Form, file: RandomAccess<'_>, facts: &mut Facts) {
    let mut headers = Headers::new(facts);
    let read = match form {
        Form::Berkeley => berkeley::read(file, &mut headers),
        Form::Ndb => ndb::read(file, &mut headers),
        Form::Sqlite => sqlite::read(file, &mut headers),
        Form::SqliteLog => Ok(()),
    };
    if let Err(error) = read {
        error.report(facts);
    }
}

/// Whether a blob of this size is read.
fn check_size(size: u64) -> Result<(), FormatError> {
    if size > LARGEST_HEADER {
        let what = format!("a header has {size} bytes, more than the {LARGEST_HEADER} that are read");
        return Err(FormatError::LimitReached(what.into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use assay_testkit::{
        Endian,
        rpm::{BerkeleyBuilder, HeaderBuilder, NdbBuilder, SqliteBuilder},
    };
    use proptest::prelude::*;

    use super::*;
    use crate::facts::Fact;

    fn describe(form: Form, bytes: &[u8]) -> Vec<String> {
        let mut facts = Facts::new("rpm");
        read(form, RandomAccess::in_memory(bytes), &mut facts);
        let describe = |fact: Fact| match fact {
            Fact::Package { found, .. } => found.purl.to_string(),
            Fact::Owned { owner, paths } => format!("{} owns {}", owner.name, paths.len()),
            Fact::Diagnostic { code, message } => format!("{code}: {message}"),
            other => format!("{other:?}"),
        };
        let mut lines: Vec<String> = facts.list.into_iter().map(describe).collect();
        lines.sort();
        lines
    }

    fn build(form: Form, headers: &[Vec<u8>]) -> Vec<u8> {
        match form {
            Form::Berkeley => BerkeleyBuilder::new(512, Endian::Little).build(headers),
            Form::Ndb => NdbBuilder::new().build(headers),
            Form::Sqlite | Form::SqliteLog => SqliteBuilder::new(512).build(headers),
        }
    }

    /// Headers from a few bytes to many pages.
    fn headers() -> Vec<Vec<u8>> {
        let paths: Vec<String> = (0..300).map(|at| format!("/usr/share/{at}/file-{at}")).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let mut headers = vec![
            HeaderBuilder::new("bash", "5.1.8", "9.el9")
                .source("bash-5.1.8-9.el9.src.rpm")
                .build(),
            HeaderBuilder::new("big", "1", "1").epoch(2).files(&paths).build(),
            HeaderBuilder::new("gpg-pubkey", "fd431d51", "4ae0493b").build(),
        ];
        headers.extend((0..40).map(|at| HeaderBuilder::new(&format!("p{at:02}"), "1", "1").build()));
        headers
    }

    fn expected() -> Vec<String> {
        let mut lines = vec![
            "big owns 300".to_owned(),
            "pkg:rpm/bash@5.1.8-9.el9?arch=x86_64&upstream=bash-5.1.8-9.el9.src.rpm".to_owned(),
            "pkg:rpm/big@1-1?arch=x86_64&epoch=2".to_owned(),
        ];
        lines.extend((0..40).map(|at| format!("pkg:rpm/p{at:02}@1-1?arch=x86_64")));
        lines
    }

    const FORMS: [Form; 3] = [Form::Berkeley, Form::Ndb, Form::Sqlite];

    #[test]
    fn every_form_gives_the_same() {
        for form in FORMS {
            assert_eq!(describe(form, &build(form, &headers())), expected(), "{form:?}");
            assert_eq!(
                describe(form, &build(form, &[])),
                Vec::<String>::new(),
                "{form:?} without packages"
            );
        }
        for page_size in [512, 1024, 4096, 16384, 32768] {
            for endian in [Endian::Little, Endian::Big] {
                let bytes = BerkeleyBuilder::new(page_size, endian).build(&headers());
                assert_eq!(
                    describe(Form::Berkeley, &bytes),
                    expected(),
                    "{page_size} {endian:?}"
                );
            }
            let bytes = SqliteBuilder::new(page_size).build(&headers());
            assert_eq!(describe(Form::Sqlite, &bytes), expected(), "{page_size}");
        }
        let bytes = SqliteBuilder::new(65536).build(&headers());
        assert_eq!(describe(Form::Sqlite, &bytes), expected());
    }

    #[test]
    fn a_cut_off_database_gives_its_readable_part() {
        for form in FORMS {
            let bytes = build(form, &headers());
            let found = describe(form, &bytes[..bytes.len() * 9 / 10]);
            let is_malformed = |line: &String| line.starts_with("malformed");
            assert!(found.iter().any(is_malformed), "{form:?}: {found:?}");
            let rest: Vec<_> = found.iter().filter(|line| !is_malformed(line)).collect();
            assert!(!rest.is_empty(), "{form:?}: {found:?}");
            assert!(rest.iter().all(|line| expected().contains(line)), "{rest:?}");
        }
    }

    #[test]
    fn foreign_files() {
        for form in FORMS {
            for bytes in [&b"x"[..], &[0; 100], &[0xff; 5000], b"SQLite format 3\0"] {
                let found = describe(form, bytes);
                assert_eq!(found.len(), 1, "{form:?} {found:?}");
            }
        }
    }

    #[test]
    fn places() {
        let check = |path: &str, expected| assert_eq!(form(FilePath::new(path)), expected, "{path}");
        check("var/lib/rpm/Packages", Some(Form::Berkeley));
        check("usr/lib/sysimage/rpm/Packages.db", Some(Form::Ndb));
        check("usr/share/rpm/rpmdb.sqlite", Some(Form::Sqlite));
        check("var/lib/rpm/rpmdb.sqlite-wal", Some(Form::SqliteLog));
        check("var/lib/rpm/Name", None);
        check("home/a/Packages", None);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            for form in FORMS {
                let _ = describe(form, &bytes);
            }
        }

        #[test]
        fn changed_bytes(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20), cut in any::<prop::sample::Index>()) {
            for form in FORMS {
                let mut bytes = build(form, &headers()[..6]);
                for (at, byte) in &changes {
                    // Half of them where the structure is densest.
                    let room = if byte % 2 == 0 { bytes.len() } else { bytes.len().min(600) };
                    let at = at.index(room);
                    bytes[at] = *byte;
                }
                let _ = describe(form, &bytes);
                let _ = describe(form, &bytes[..cut.index(bytes.len())]);
            }
        }
    }
}
