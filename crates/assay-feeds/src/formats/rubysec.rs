//! The Ruby advisory database: a YAML file an advisory, on gems and on the runtimes of Ruby.
//!
//! Traps: the versions told are those that are *not* affected (patched and unaffected), so the affected ones are their
//! complement; ids are written without their prefix, and a number alone is read as text lest `2013-0156` be a sum;
//! the same flaw stands once for every gem that has it.
//!
//! Source: github.com/rubysec/ruby-advisory-db and its README.

use std::io::Read;

use assay_model::{Advisory, Affected, CvssVector, Ecosystem, PackageKey, Reference, VendorStatus};
use assay_versions::Scheme;

use super::{
    RUNTIME, ReadError,
    archive::advisories_in_tar,
    is_identifier,
    requirement::{Dialect, Versions},
    timestamp,
    yaml::Value,
};
use crate::record::{Sink, Summary};

/// Reads the database as a tar.
///
/// # Errors
///
/// When the tar is broken, or the sink refuses.
pub(crate) fn read_tar(tar: impl Read, sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    advisories_in_tar(
        tar,
        |path| (path.contains("/gems/") || path.contains("/rubies/")) && path.ends_with(".yml"),
        |_, yaml| parse(yaml),
        sink,
    )
}

fn parse(yaml: &[u8]) -> Result<Advisory, String> {
    let text = std::str::from_utf8(yaml).map_err(|error| error.to_string())?;
    let document = Value::parse(text)?;
    let names = [("cve", "CVE-"), ("ghsa", "GHSA-"), ("osvdb", "OSVDB-")];
    let mut ids = names
        .iter()
        .filter_map(|(key, prefix)| Some(format!("{prefix}{}", document.text_of(key)?)))
        .filter(|id| is_identifier(id));
    let id = ids.next().ok_or_else(|| "it names no identifier".to_owned())?;
    let mut advisory = Advisory::new("rubysec", id);
    advisory.aliases = ids.collect();
    let text_of = |key| document.text_of(key).unwrap_or_default();
    advisory.title = text_of("title").split_whitespace().collect::<Vec<_>>().join(" ");
    advisory.details = text_of("description").to_owned();
    advisory.published = timestamp(&format!("{}T00:00:00", text_of("date")));
    // A score without its vector is not kept: vectors are what is scored.
    for key in ["cvss_v3_vector", "cvss_v4_vector"] {
        advisory
            .cvss
            .extend(document.text_of(key).map(|vector| CvssVector {
                source: "rubysec".to_owned(),
                vector: vector.to_owned(),
            }));
    }
    let related = document.get("related").and_then(|related| related.get("url"));
    let links = document.text_of("url").into_iter();
    let links = links.chain(related.map(Value::texts).unwrap_or_default());
    advisory.references = links
        .map(|url| Reference {
            kind: "WEB".to_owned(),
            url: url.trim().to_owned(),
        })
        .collect();

    let (ecosystem, name, scheme) = match (document.text_of("gem"), document.text_of("engine")) {
        (Some(gem), _) => ("RubyGems", gem, Scheme::RubyGems),
        (None, Some(engine)) => (RUNTIME, engine, Scheme::Generic),
        (None, None) => return Err("it names no gem and no engine".to_owned()),
    };
    let requirements = ["patched_versions", "unaffected_versions"]
        .iter()
        .flat_map(|key| document.get(key).map(Value::texts).unwrap_or_default());
    let good = Versions::any_of(requirements, Dialect::Ruby, scheme)
        .ok_or_else(|| "a requirement of versions cannot be read".to_owned())?;
    advisory.affected.push(Affected {
        package: PackageKey::new(Ecosystem::new(ecosystem), name),
        status: VendorStatus::Affected,
        ranges: good.not().ranges("0", &good),
        versions: Vec::new(),
        severity: None,
        module: None,
    });
    Ok(advisory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::told;

    fn check(yaml: &str, expected: &str) {
        match parse(yaml.as_bytes()) {
            Ok(advisory) => assert_eq!(told(&advisory), [expected]),
            Err(error) => assert_eq!(error, expected),
        }
    }

    #[test]
    fn gems_and_runtimes() {
        check(
            "---\ngem: actionpack\ncve: 2013-0156\nghsa: jmgw-6vjg-jjwg\ndate: 2013-01-08\npatched_versions:\n  - \"~> 2.3.15\"\n  - \">= 3.2.11\"\nunaffected_versions:\n  - \"< 2.0\"\n",
            "CVE-2013-0156 - [] RubyGems actionpack [2.0, 2.3.15) [2.4.a, 3.2.11)",
        );
        check(
            "engine: ruby\ncve: 2008-3656\npatched_versions:\n  - \"~> 1.8.6.287\"\n  - \">= 1.9.0\"\n",
            "CVE-2008-3656 - [] Runtime ruby [0, 1.8.6.287) [1.8.7, 1.9.0)",
        );
        check("gem: x\nosvdb: 94317\n", "OSVDB-94317 - [] RubyGems x [0, …)");
        check("gem: x\n", "it names no identifier");
        check("cve: 2013-0156\n", "it names no gem and no engine");
        assert!(parse(b"[").is_err());
    }
}
