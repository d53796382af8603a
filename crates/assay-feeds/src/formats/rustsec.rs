//! RustSec's database: a Markdown file an advisory, with its facts as TOML in a fence at the top.
//!
//! Traps: the versions told are those that are *not* affected (patched and unaffected), so the affected ones are their
//! complement; an advisory without patched versions affects all; notices (unmaintained, unsound) stand among the
//! flaws; advisories on the tool chain name `std` or `cargo` as Rust's own release, not the crate, and are left out.
//!
//! Source: github.com/rustsec/advisory-db and the format that rustsec.org describes.

use std::io::Read;

use assay_model::{
    Advisory, AdvisoryKind, Affected, CvssVector, Ecosystem, PackageKey, Reference, Standing, VendorStatus,
};
use assay_versions::Scheme;
use serde::Deserialize;

use super::{
    ReadError,
    archive::advisories_in_tar,
    is_identifier,
    requirement::{Dialect, Versions},
    timestamp,
};
use crate::record::{Sink, Summary};

#[derive(Deserialize)]
struct Front {
    advisory: Facts,
    #[serde(default)]
    versions: Requirements,
}

#[derive(Deserialize)]
struct Facts {
    id: String,
    package: String,
    #[serde(default)]
    date: String,
    #[serde(default)]
    withdrawn: Option<String>,
    #[serde(default)]
    informational: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    related: Vec<String>,
    #[serde(default)]
    cvss: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    references: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Requirements {
    #[serde(default)]
    patched: Vec<String>,
    #[serde(default)]
    unaffected: Vec<String>,
}

/// Reads the database as a tar.
///
/// # Errors
///
/// When the tar is broken, or the sink refuses.
pub(crate) fn read_tar(tar: impl Read, sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    advisories_in_tar(
        tar,
        |path| path.contains("/crates/") && path.ends_with(".md"),
        |_, markdown| parse(markdown),
        sink,
    )
}

fn parse(markdown: &[u8]) -> Result<Advisory, String> {
    let text = std::str::from_utf8(markdown).map_err(|error| error.to_string())?;
    let fenced = text
        .trim_start()
        .strip_prefix("```toml")
        .ok_or_else(|| "it does not begin with a fence of TOML".to_owned())?;
    let (front, body) = fenced
        .split_once("\n```")
        .ok_or_else(|| "its fence does not end".to_owned())?;
    let Front {
        advisory: facts,
        versions,
    } = toml::from_str(front).map_err(|error| error.message().to_owned())?;
    if !is_identifier(&facts.id) {
        return Err(format!("\"{}\" is no identifier", facts.id));
    }
    let mut advisory = Advisory::new("rustsec", facts.id);
    advisory.kind = match facts.informational.as_deref() {
        None => AdvisoryKind::Vulnerability,
        Some("unmaintained") => AdvisoryKind::Unmaintained,
        Some("unsound") => AdvisoryKind::Unsound,
        Some(_) => AdvisoryKind::Notice,
    };
    if facts.withdrawn.is_some() {
        advisory.standing = Standing::Withdrawn;
    }
    advisory.aliases = facts.aliases;
    advisory.aliases.retain(|alias| is_identifier(alias));
    advisory.related = facts.related;
    advisory.published = timestamp(&format!("{}T00:00:00", facts.date.trim()));
    (advisory.title, advisory.details) = heading(body);
    advisory.cvss = facts
        .cvss
        .into_iter()
        .map(|vector| CvssVector {
            source: "rustsec".to_owned(),
            vector,
        })
        .collect();
    let links = facts.url.into_iter().chain(facts.references);
    advisory.references = links
        .map(|url| Reference {
            kind: "WEB".to_owned(),
            url,
        })
        .collect();
    let requirements = versions.patched.iter().chain(&versions.unaffected);
    let good = Versions::any_of(requirements.map(String::as_str), Dialect::Cargo, Scheme::SemVer)
        .ok_or_else(|| "a requirement of versions cannot be read".to_owned())?;
    advisory.affected.push(Affected {
        package: PackageKey::new(Ecosystem::new("crates.io"), &facts.package),
        status: VendorStatus::Affected,
        // As the database's own OSV export writes the beginning.
        ranges: good.not().ranges("0.0.0-0", &good),
        versions: Vec::new(),
        severity: None,
        module: None,
    });
    Ok(advisory)
}

/// The first heading, and what follows it.
fn heading(body: &str) -> (String, String) {
    let body = body.trim_start_matches('`').trim();
    match body.strip_prefix("# ") {
        Some(rest) => {
            let (title, details) = rest.split_once('\n').unwrap_or((rest, ""));
            (title.trim().to_owned(), details.trim().to_owned())
        }
        None => (String::new(), body.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::told;

    fn check(front: &str, expected: &[&str]) {
        let markdown = format!("```toml\n{front}\n```\n\n# A title\n\nText.\n");
        match parse(markdown.as_bytes()) {
            Ok(advisory) => {
                assert_eq!(
                    (advisory.title.as_str(), advisory.details.as_str()),
                    ("A title", "Text.")
                );
                assert_eq!(told(&advisory), expected);
            }
            Err(error) => assert_eq!([error.as_str()], expected),
        }
    }

    #[test]
    fn advisories() {
        let facts = "[advisory]\nid = \"RUSTSEC-2021-0072\"\npackage = \"tokio\"\ndate = \"2021-07-07\"\naliases = [\"CVE-2021-38191\"]";
        check(
            &format!(
                "{facts}\n[versions]\npatched = [\">= 1.5.1, < 1.6.0\", \">= 1.8.1\"]\nunaffected = [\"< 0.3.0\"]"
            ),
            &["RUSTSEC-2021-0072 - [] crates.io tokio [0.3.0, 1.5.1) [1.6.0, 1.8.1)"],
        );
        check(
            &format!("{facts}\ninformational = \"unmaintained\"\n[versions]\npatched = []"),
            &["RUSTSEC-2021-0072 - [] crates.io tokio [0.0.0-0, …)"],
        );
        check(
            &format!("{facts}\n[versions]\npatched = [\"one day\"]"),
            &["a requirement of versions cannot be read"],
        );
        assert!(parse(b"# no fence").is_err() && parse(b"```toml\n").is_err() && parse(b"\xff").is_err());
    }
}
