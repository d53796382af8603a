//! Debian packages: dpkg's status database, its lists of files, and the licences in `usr/share/doc`.
//!
//! Sources: Debian Policy §5 (control fields), `dpkg(1)` and `dpkg-query(1)` (states), `deb-src-control(5)` for the
//! form of `Source`; Bazel's distroless images for `status.d`. The traps: an entry outlives its package (state
//! `config-files`); `Source` is absent when it equals the package's name and bears a version of its own when that
//! differs; binary rebuilds (`+b1`) are such a case.

use std::io::{self, Read};

use assay_artifacts::{Content, Entry, Interest};
use assay_model::{DiagnosticCode, Purl};

use crate::{
    Analyser, Description, Facts, FilePath, FoundPackage, Kind, OwnedPaths, Owner,
    lines::{Lines, by_lines, field, text},
};

/// The analyser of dpkg's files.
pub(crate) struct Dpkg;

/// The type of the package URLs.
const KIND: &str = "deb";

const STATUS: &str = "var/lib/dpkg/status";
/// One file a package, and beside it one with checksums of its files.
const STATUS_DIRECTORY: &str = "var/lib/dpkg/status.d";
const INFO_DIRECTORY: &str = "var/lib/dpkg/info";

/// Bytes of a status database that are read.
const LARGEST_STATUS: u64 = 256 << 20;
/// Bytes of a list of files that are read.
const LARGEST_LIST: u64 = 64 << 20;
/// Bytes of a copyright file that are read.
const LARGEST_COPYRIGHT: u64 = 16 << 20;
/// Licences of one package that are kept.
const MOST_LICENCES: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form<'p> {
    /// Paragraphs of installed packages.
    Status,
    /// Paths, one a line, of the package named.
    List(&'p str),
    /// `<md5>  <path>` lines, of the package named.
    Checksums(&'p str),
    /// The copyright file of the package named.
    Copyright(&'p str),
}

fn form(path: FilePath<'_>) -> Option<Form<'_>> {
    match path.directory {
        "var/lib/dpkg" if path.full == STATUS => Some(Form::Status),
        STATUS_DIRECTORY => match path.name.strip_suffix(".md5sums") {
            Some(package) => Some(Form::Checksums(package)),
            None => Some(Form::Status),
        },
        INFO_DIRECTORY => path.name.strip_suffix(".list").map(Form::List),
        directory if path.name == "copyright" => directory
            .strip_prefix("usr/share/doc/")
            .filter(|package| !package.contains('/'))
            .map(Form::Copyright),
        _ => None,
    }
}

impl Analyser for Dpkg {
    fn describe(&self) -> Description {
        Description {
            name: "dpkg",
            ecosystem: "Debian packages",
            reads: &[
                "var/lib/dpkg/status",
                "var/lib/dpkg/status.d/*",
                "var/lib/dpkg/info/*.list",
                "usr/share/doc/*/copyright",
            ],
            kind: Kind::Installed,
            types: &["deb"],
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
        let limit = match form {
            Form::Status => LARGEST_STATUS,
            Form::List(_) | Form::Checksums(_) => LARGEST_LIST,
            Form::Copyright(_) => LARGEST_COPYRIGHT,
        };
        by_lines(entry, content, limit, facts, |lines, facts| match form {
            Form::Status => status(lines, KIND, facts),
            Form::List(package) => list(lines, owner(KIND, package), facts),
            Form::Checksums(package) => checksums(lines, package, facts),
            Form::Copyright(package) => copyright(lines, package, facts),
        });
    }
}

/// The fields of one paragraph that matter.
#[derive(Debug, Default)]
struct Paragraph {
    package: String,
    status: String,
    architecture: String,
    version: String,
    source: String,
    has_fields: bool,
}

/// Reads a status database into package URLs of a type; opkg's has the same form.
pub(super) fn status(lines: &mut Lines<impl Read>, kind: &'static str, facts: &mut Facts) -> io::Result<()> {
    let mut paragraph = Paragraph::default();
    let mut is_broken = false;
    while let Some(line) = lines.next()? {
        match line {
            [] => finish(&std::mem::take(&mut paragraph), kind, facts),
            // The field before goes on.
            [b' ' | b'\t', ..] => {}
            line => match field(line) {
                Some((key, value)) => paragraph.set(key, value),
                None if !is_broken => {
                    is_broken = true;
                    facts.diagnostic(
                        DiagnosticCode::Malformed,
                        "a line that is neither a field nor goes on with one",
                    );
                }
                None => {}
            },
        }
    }
    finish(&paragraph, kind, facts);
    Ok(())
}

impl Paragraph {
    fn set(&mut self, key: &[u8], value: &[u8]) {
        self.has_fields = true;
        let slot = match key {
            b"Package" => &mut self.package,
            b"Status" => &mut self.status,
            b"Architecture" => &mut self.architecture,
            b"Version" => &mut self.version,
            b"Source" => &mut self.source,
            _ => return,
        };
        *slot = text(value);
    }

    /// Whether files of the package are there. Distroless images state nothing: all is installed.
    fn is_installed(&self) -> bool {
        !matches!(
            self.status.split_ascii_whitespace().nth(2),
            Some("not-installed" | "config-files")
        )
    }

    /// The `upstream` qualifier: `source[@version]`, empty where it would say nothing new.
    fn upstream(&self) -> String {
        let (name, version) = match self.source.split_once('(') {
            Some((name, version)) => (name.trim(), version.trim().trim_end_matches(')').trim()),
            None => (self.source.trim(), ""),
        };
        let name = if name.is_empty() {
            self.package.as_str()
        } else {
            name
        };
        match version {
            version if !version.is_empty() && version != self.version => format!("{name}@{version}"),
            _ if name == self.package => String::new(),
            _ => name.to_owned(),
        }
    }
}

fn finish(paragraph: &Paragraph, kind: &str, facts: &mut Facts) {
    if !paragraph.has_fields || !paragraph.is_installed() {
        return;
    }
    match (paragraph.package.is_empty(), paragraph.version.is_empty()) {
        (true, true) => {}
        (true, false) => facts.diagnostic(DiagnosticCode::Unidentified, "an entry without a package name"),
        (false, true) => {
            let message = format!("the package {} has no version", paragraph.package);
            facts.diagnostic(DiagnosticCode::Unidentified, message);
        }
        (false, false) => {
            let purl = Purl::new(kind, &paragraph.package, &paragraph.version)
                .with_qualifier("arch", &paragraph.architecture)
                .with_qualifier("upstream", &paragraph.upstream());
            facts.package(FoundPackage::system(purl));
        }
    }
}

/// `libc6:amd64` or `adduser`: the owner that a file in the database is named after.
pub(super) fn owner(kind: &'static str, package: &str) -> Owner {
    let (name, architecture) = package.split_once(':').unwrap_or((package, ""));
    Owner {
        kind,
        name: name.to_owned(),
        architecture: architecture.to_owned(),
        version: String::new(),
    }
}

/// Reads a list of the files of a package.
pub(super) fn list(lines: &mut Lines<impl Read>, owner: Owner, facts: &mut Facts) -> io::Result<()> {
    let mut paths = OwnedPaths::new();
    while let Some(line) = lines.next()? {
        paths.push(line);
    }
    facts.owned(owner, paths);
    Ok(())
}

fn checksums(lines: &mut Lines<impl Read>, package: &str, facts: &mut Facts) -> io::Result<()> {
    let mut paths = OwnedPaths::new();
    while let Some(line) = lines.next()? {
        if let Some(space) = line.iter().position(|byte| *byte == b' ') {
            paths.push(line.get(space..).unwrap_or_default().trim_ascii_start());
        }
    }
    // Later distroless images call the files after packages in base64, which a plain name may be by chance.
    if let Some(decoded) = base64(package) {
        facts.owned(owner(KIND, &decoded), paths.clone());
    }
    facts.owned(owner(KIND, package), paths);
    Ok(())
}

/// The name of a package that a text stands for in base64, if it does.
fn base64(text: &str) -> Option<String> {
    let text = text.trim_end_matches('=').as_bytes();
    let mut name = String::with_capacity(text.len());
    for group in text.chunks(4) {
        let mut bits: u32 = 0;
        for byte in group {
            let value = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        let bits = bits << (6 * (4 - group.len()));
        let [_, bytes @ ..] = bits.to_be_bytes();
        for byte in bytes.into_iter().take(group.len().saturating_sub(1)) {
            let is_name_part = byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte);
            name.push(is_name_part.then(|| char::from(byte))?);
        }
    }
    (name.len() >= 2).then_some(name)
}

/// Short names of the licences in a machine-readable copyright file; one written as prose says nothing here.
///
/// Source: Debian's "Machine-readable debian/copyright file" 1.0.
fn copyright(lines: &mut Lines<impl Read>, package: &str, facts: &mut Facts) -> io::Result<()> {
    let mut licences: Vec<String> = Vec::new();
    let mut is_machine_readable = false;
    while let Some(line) = lines.next()? {
        match field(line) {
            _ if line.is_empty() || matches!(line.first(), Some(b' ' | b'\t' | b'#')) => {}
            Some((b"Format" | b"Format-Specification", _)) => is_machine_readable = true,
            _ if !is_machine_readable => return Ok(()),
            Some((b"License", value)) if !value.is_empty() && licences.len() < MOST_LICENCES => {
                let licence = text(value);
                if !licences.contains(&licence) {
                    licences.push(licence);
                }
            }
            _ => {}
        }
    }
    facts.licences(owner(KIND, package), licences);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::Fact;

    fn run(path: &str, content: &[u8]) -> Vec<String> {
        let mut facts = Facts::new("dpkg");
        let mut lines = Lines::new(content);
        match form(FilePath::new(path)).unwrap() {
            Form::Status => status(&mut lines, KIND, &mut facts),
            Form::List(package) => list(&mut lines, owner(KIND, package), &mut facts),
            Form::Checksums(package) => checksums(&mut lines, package, &mut facts),
            Form::Copyright(package) => copyright(&mut lines, package, &mut facts),
        }
        .unwrap();
        let describe = |fact: Fact| match fact {
            Fact::Package { found, .. } => found.purl.to_string(),
            Fact::Owned { owner, paths } => {
                format!("{}:{} owns {}", owner.name, owner.architecture, paths.len())
            }
            Fact::Licences { owner, licences } => format!("{} under {}", owner.name, licences.join(" ")),
            Fact::Diagnostic { code, message } => format!("{code}: {message}"),
            other => format!("{other:?}"),
        };
        facts.list.into_iter().map(describe).collect()
    }

    #[track_caller]
    fn check(path: &str, content: &str, expected: &[&str]) {
        assert_eq!(run(path, content.as_bytes()), expected, "{content}");
        assert_eq!(
            run(path, content.replace('\n', "\r\n").as_bytes()),
            expected,
            "with CRLF: {content}"
        );
    }

    #[test]
    fn paragraphs() {
        let one = |extra: &str| {
            format!("Package: a\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:2-3\n{extra}")
        };
        check(STATUS, &one(""), &["pkg:deb/a@1:2-3?arch=amd64"]);
        check(
            STATUS,
            &one("Source: b\n"),
            &["pkg:deb/a@1:2-3?arch=amd64&upstream=b"],
        );
        check(STATUS, &one("Source: a\n"), &["pkg:deb/a@1:2-3?arch=amd64"]);
        check(
            STATUS,
            &one("Source: a (1:2-2)\n"),
            &["pkg:deb/a@1:2-3?arch=amd64&upstream=a%401:2-2"],
        );
        check(
            STATUS,
            &one("Source: b (1:2-3)\n"),
            &["pkg:deb/a@1:2-3?arch=amd64&upstream=b"],
        );
        check(
            STATUS,
            &one("Description: x\n Version: 9\n .\n more\n"),
            &["pkg:deb/a@1:2-3?arch=amd64"],
        );
        check(
            STATUS,
            &format!("{}\n\n\n{}", one(""), one("")),
            &["pkg:deb/a@1:2-3?arch=amd64"; 2],
        );
        check(
            "var/lib/dpkg/status.d/tzdata",
            "Package: tzdata\nVersion: 1\n",
            &["pkg:deb/tzdata@1"],
        );
        check(
            STATUS,
            "Package: a\nStatus: install ok installed\n",
            &["unidentified: the package a has no version"],
        );
        check(
            STATUS,
            "Version: 1\n",
            &["unidentified: an entry without a package name"],
        );
        check(STATUS, "", &[]);
        let broken = "malformed: a line that is neither a field nor goes on with one";
        check(
            STATUS,
            &format!("junk\njunk\n{}", one("")),
            &[broken, "pkg:deb/a@1:2-3?arch=amd64"],
        );
    }

    #[test]
    fn states() {
        for (status, is_there) in [
            ("install ok installed", true),
            ("hold ok installed", true),
            ("install ok half-configured", true),
            ("install ok unpacked", true),
            ("install reinstreq half-installed", true),
            ("install ok triggers-pending", true),
            ("deinstall ok config-files", false),
            ("purge ok not-installed", false),
            ("deinstall ok installed", true),
        ] {
            let content = format!("Package: a\nStatus: {status}\nVersion: 1\n");
            assert_eq!(run(STATUS, content.as_bytes()).len() == 1, is_there, "{status}");
        }
    }

    #[test]
    fn files_and_licences() {
        check(
            "var/lib/dpkg/info/libc6:amd64.list",
            "/.\n/lib\n/lib/x.so\n",
            &["libc6:amd64 owns 3"],
        );
        check(
            "var/lib/dpkg/status.d/base.md5sums",
            "d41d8cd9  etc/x\n\nbad\n",
            &["base: owns 1"],
        );
        check(
            "var/lib/dpkg/status.d/bGlic3NsMw==.md5sums",
            "d41d8cd9  etc/x\n",
            &["libssl3: owns 1", "bGlic3NsMw==: owns 1"],
        );
        let copyright = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: GPL-2+\n text\n\nFiles: x\nLicense: MIT\n\nLicense: GPL-2+\n";
        check("usr/share/doc/a/copyright", copyright, &["a under GPL-2+ MIT"]);
        check(
            "usr/share/doc/a/copyright",
            "This was packaged by\nLicense: no\n",
            &[],
        );
        assert_eq!(form(FilePath::new("usr/share/doc/a/b/copyright")), None);
        assert_eq!(form(FilePath::new("var/lib/dpkg/status-old")), None);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for path in [STATUS, "var/lib/dpkg/info/a.list", "var/lib/dpkg/status.d/a.md5sums", "usr/share/doc/a/copyright"] {
                let _ = run(path, &bytes);
            }
        }

        #[test]
        fn any_fields(source in ".{0,30}", version in ".{0,10}") {
            let _ = run(STATUS, format!("Package: a\nVersion: {version}\nSource: {source}\n").as_bytes());
        }
    }
}
