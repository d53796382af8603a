//! Which operating system a tree is of.
//!
//! Sources: `os-release(5)`, whose file is shell assignments; where it is absent, the files that distributions had
//! before it. `etc/os-release` is usually a link to the one under `usr/lib`, which is read by its own name.

use std::io::Read;

use assay_artifacts::{Content, Entry, Interest};
use assay_model::{DiagnosticCode, Distribution};

use crate::{
    Analyser, Description, Facts, FilePath, Kind,
    lines::{Lines, text},
};

/// `os-release` and its forerunners.
pub(crate) struct DistributionFiles;

/// How the file that names the system is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Assignments `ID=debian`.
    Assignments,
    /// Assignments `DISTRIB_ID=Ubuntu`.
    LinuxStandardBase,
    /// A sentence: `CentOS Linux release 7.9.2009 (Core)`.
    Sentence,
    /// A version alone, of the distribution that it names.
    Version(&'static str),
}

/// The files by rank: the more telling, the lower.
const FILES: [(&str, Form); 12] = [
    ("etc/os-release", Form::Assignments),
    ("usr/lib/os-release", Form::Assignments),
    ("etc/alpine-release", Form::Version("alpine")),
    ("etc/lsb-release", Form::LinuxStandardBase),
    ("etc/debian_version", Form::Version("debian")),
    ("etc/oracle-release", Form::Sentence),
    ("etc/almalinux-release", Form::Sentence),
    ("etc/rocky-release", Form::Sentence),
    ("etc/centos-release", Form::Sentence),
    ("etc/fedora-release", Form::Sentence),
    ("etc/redhat-release", Form::Sentence),
    ("etc/system-release", Form::Sentence),
];

/// How sentences begin, and the id that `os-release` has for the same system. Longer beginnings come first.
const SENTENCES: [(&str, &str); 9] = [
    ("Red Hat", "rhel"),
    ("CentOS", "centos"),
    ("AlmaLinux", "almalinux"),
    ("Rocky", "rocky"),
    ("Oracle", "ol"),
    ("Fedora", "fedora"),
    ("Amazon", "amzn"),
    ("openEuler", "openeuler"),
    ("Scientific", "scientific"),
];

/// Bytes of such a file that are read.
const LARGEST: u64 = 1 << 20;

impl Analyser for DistributionFiles {
    fn describe(&self) -> Description {
        Description {
            name: "os-release",
            ecosystem: "Name and release of the distribution",
            reads: &[
                "etc/os-release",
                "usr/lib/os-release",
                "etc/lsb-release",
                "etc/debian_version",
                "etc/alpine-release",
                "etc/oracle-release",
                "etc/almalinux-release",
                "etc/rocky-release",
                "etc/centos-release",
                "etc/fedora-release",
                "etc/redhat-release",
                "etc/system-release",
            ],
            kind: Kind::Installed,
            types: &[],
        }
    }

    fn version(&self) -> u32 {
        1
    }

    fn interest(&self, path: FilePath<'_>) -> Interest {
        match path.directory {
            "etc" | "usr/lib" if rank(path.full).is_some() => Interest::Yes,
            _ => Interest::No,
        }
    }

    fn analyse(&self, entry: &Entry<'_>, content: &mut Content<'_>, facts: &mut Facts) {
        let Some((rank, form)) = rank(entry.path) else {
            return;
        };
        match content.bytes(LARGEST) {
            Ok(bytes) => match parse(bytes, form) {
                Some(distribution) => facts.distribution(rank, distribution),
                None => facts.diagnostic(DiagnosticCode::Malformed, "no operating system is named in it"),
            },
            Err(error) => facts.failed(&error),
        }
    }
}

fn rank(path: &str) -> Option<(u8, Form)> {
    let at = FILES.iter().position(|(file, _)| *file == path)?;
    let (_, form) = FILES.get(at)?;
    Some((u8::try_from(at).ok()?, *form))
}

fn parse(bytes: impl Read, form: Form) -> Option<Distribution> {
    let mut lines = Lines::new(bytes);
    match form {
        Form::Assignments => assignments(
            &mut lines,
            ["ID", "VERSION_ID", "VERSION_CODENAME", "PRETTY_NAME"],
        ),
        Form::LinuxStandardBase => {
            let keys = [
                "DISTRIB_ID",
                "DISTRIB_RELEASE",
                "DISTRIB_CODENAME",
                "DISTRIB_DESCRIPTION",
            ];
            assignments(&mut lines, keys)
        }
        Form::Sentence => sentence(&text(lines.next().ok()??)),
        Form::Version(id) => version(id, &text(lines.next().ok()??)),
    }
}

fn assignments(lines: &mut Lines<impl Read>, keys: [&str; 4]) -> Option<Distribution> {
    let mut values: [Option<String>; 4] = Default::default();
    while let Ok(Some(line)) = lines.next() {
        let Some((key, value)) = std::str::from_utf8(line)
            .ok()
            .and_then(|line| line.split_once('='))
        else {
            continue;
        };
        if let Some(at) = keys.iter().position(|wanted| *wanted == key.trim())
            && let Some(slot) = values.get_mut(at)
        {
            *slot = Some(unquote(value.trim())).filter(|value| !value.is_empty());
        }
    }
    let [id, version, codename, name] = values;
    let id = id?.to_ascii_lowercase();
    Some(Distribution {
        id,
        version: version.unwrap_or_default(),
        codename,
        name,
    })
}

/// Takes shell quotes and escapes off a value.
fn unquote(value: &str) -> String {
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''));
    let inner = match quote {
        Some(quote) => value
            .trim_start_matches(quote)
            .split_terminator(quote)
            .next()
            .unwrap_or_default(),
        None => value,
    };
    match quote {
        // Between single quotes a backslash is itself.
        Some('\'') => inner.to_owned(),
        _ if value.contains('\\') => unescape(value.strip_prefix('"').unwrap_or(value)),
        _ => inner.to_owned(),
    }
}

fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '"' => break,
            c => out.push(c),
        }
    }
    out
}

/// `CentOS Linux release 7.9.2009 (Core)`.
fn sentence(line: &str) -> Option<Distribution> {
    let (_, id) = SENTENCES.iter().find(|(start, _)| line.starts_with(start))?;
    let version = line
        .split(|c: char| c.is_whitespace())
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or_default();
    let name = Some(line.trim().to_owned());
    Some(Distribution {
        id: (*id).to_owned(),
        version: version.to_owned(),
        codename: None,
        name,
    })
}

/// `12.5`, `3.20.1`, or a codename as in `trixie/sid`.
fn version(id: &str, line: &str) -> Option<Distribution> {
    let line = line.trim();
    let mut distribution = Distribution {
        id: id.to_owned(),
        ..Distribution::default()
    };
    if line.starts_with(|c: char| c.is_ascii_digit()) {
        // Debian's os-release has the release without the point.
        let release = if id == "debian" {
            line.split('.').next().unwrap_or(line)
        } else {
            line
        };
        release.clone_into(&mut distribution.version);
    } else {
        let codename = line.split('/').next().filter(|codename| !codename.is_empty())?;
        distribution.codename = Some(codename.to_owned());
    }
    Some(distribution)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(path: &str, content: &str, qualifier: Option<&str>) {
        let (_, form) = rank(path).unwrap();
        let found = parse(content.as_bytes(), form);
        assert_eq!(
            found.map(|distribution| distribution.qualifier()).as_deref(),
            qualifier,
            "{content}"
        );
    }

    #[test]
    fn files() {
        let debian = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\nID=debian\n";
        check("etc/os-release", debian, Some("debian-12"));
        check(
            "usr/lib/os-release",
            "ID=debian\r\nVERSION_CODENAME='trixie'\r\n",
            Some("debian-13"),
        );
        check(
            "etc/os-release",
            "ID=\"opensuse-leap\"\nVERSION_ID=\"15.5\"",
            Some("opensuse-leap-15.5"),
        );
        check(
            "etc/os-release",
            "ID=Wolfi\n# ID=other\nVERSION_ID=20230201",
            Some("wolfi-20230201"),
        );
        check("etc/os-release", "ID=\nVERSION_ID=1", None);
        check("etc/os-release", "", None);
        check("etc/alpine-release", "3.20.1\n", Some("alpine-3.20.1"));
        check("etc/debian_version", "11.9\n", Some("debian-11"));
        check("etc/debian_version", "trixie/sid\n", Some("debian-13"));
        check(
            "etc/lsb-release",
            "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=14.04\n",
            Some("ubuntu-14.04"),
        );
        check(
            "etc/redhat-release",
            "CentOS Linux release 7.9.2009 (Core)",
            Some("centos-7.9.2009"),
        );
        check(
            "etc/system-release",
            "Amazon Linux release 2 (Karoo)",
            Some("amzn-2"),
        );
        check("etc/redhat-release", "Plan 9", None);
    }

    #[test]
    fn quotes() {
        for (value, expected) in [
            ("plain", "plain"),
            ("\"a b\"", "a b"),
            ("'a \\b'", "a \\b"),
            ("\"a \\\"b\\\"\"", "a \"b\""),
            ("\"open", "open"),
            ("\"", ""),
            ("\"\"", ""),
        ] {
            assert_eq!(unquote(value), expected, "{value}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200), file in 0..FILES.len()) {
            let _ = parse(&bytes[..], FILES[file].1);
        }

        #[test]
        fn any_assignment(value in ".{0,40}") {
            let _ = parse(format!("ID={value}").as_bytes(), Form::Assignments);
        }
    }
}
