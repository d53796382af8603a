//! Toolchains that say in a small file of their own which version they are.
//!
//! Sources: the tools' documentation of their directories. Java's `release` is assignments (JEP 223), Go's `VERSION`
//! begins with `go1.21.3`, Erlang's `OTP_VERSION` is a version alone.

use assay_model::Purl;

use super::document::{Document, DocumentError, Text};
use crate::{Description, Facts, FoundPackage, Kind};

/// The analyser of such files.
pub(crate) static RELEASES: Document = Document {
    description: Description {
        name: "release-file",
        ecosystem: "Toolchains of Java, Go and Erlang",
        reads: &[
            "**/release",
            "**/go/VERSION",
            "**/go-*/VERSION",
            "**/releases/*/OTP_VERSION",
        ],
        kind: Kind::Installed,
        types: &["generic"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let first = file.text.lines().next().unwrap_or_default().trim();
    let is_version = |text: &str| text.starts_with(|c: char| c.is_ascii_digit()) && text.len() < 40;
    let purl = match file.path.name {
        "OTP_VERSION" => {
            is_version(first).then(|| Purl::new("generic", "erlang", first.trim_end_matches("**")))
        }
        "VERSION" => first
            .strip_prefix("go")
            .filter(|version| is_version(version))
            .map(|version| Purl::new("generic", "go", version)),
        _ => java(file.text),
    };
    if let Some(purl) = purl {
        facts.package(FoundPackage::language(purl));
    }
    Ok(())
}

/// Java's; a file of this name need not be one.
fn java(text: &str) -> Option<Purl> {
    let value = |name: &str| {
        let value = text
            .lines()
            .find_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='))?;
        Some(value.trim_matches('"')).filter(|value| !value.is_empty())
    };
    let version = value("JAVA_VERSION")?;
    let is_oracle =
        value("IMPLEMENTOR") == Some("Oracle Corporation") && value("BUILD_TYPE") == Some("commercial");
    Some(match is_oracle {
        true => Purl::new("generic", "jdk", version).with_namespace("oracle"),
        false => Purl::new("generic", "openjdk", version),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn files() {
        check(
            &RELEASES,
            "usr/lib/jvm/java-17/release",
            "IMPLEMENTOR=\"Debian\"\nJAVA_RUNTIME_VERSION=\"17.0.9+9\"\nJAVA_VERSION=\"17.0.9\"\nOS_NAME=\"Linux\"\n",
            &["pkg:generic/openjdk@17.0.9"],
        );
        check(
            &RELEASES,
            "opt/jdk/release",
            "BUILD_TYPE=\"commercial\"\nIMPLEMENTOR=\"Oracle Corporation\"\nJAVA_VERSION=\"21\"\n",
            &["pkg:generic/oracle/jdk@21"],
        );
        check(&RELEASES, "src/release", "#!/bin/sh\n", &[]);
        check(
            &RELEASES,
            "usr/local/go/VERSION",
            "go1.21.3\ntime 2023-10-09T17:04:35Z\n",
            &["pkg:generic/go@1.21.3"],
        );
        check(&RELEASES, "usr/lib/go-1.19/VERSION", "devel go1.22-abc\n", &[]);
        check(
            &RELEASES,
            "usr/lib/erlang/releases/25/OTP_VERSION",
            "25.2.3\n",
            &["pkg:generic/erlang@25.2.3"],
        );
    }
}
