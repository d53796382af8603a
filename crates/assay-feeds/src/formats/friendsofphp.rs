//! FriendsOfPHP's database: a YAML file an advisory, on Composer packages.
//!
//! Traps: a branch's list of comparisons is a conjunction, and the branches together are what is affected; the name
//! of the package stands in `reference`; an advisory without a CVE has no id at all, so that it is named after its file.
//!
//! Source: github.com/FriendsOfPHP/security-advisories and its README.

use std::io::Read;

use assay_model::{Advisory, Affected, Ecosystem, PackageKey, Reference, VendorStatus};
use assay_versions::Scheme;

use super::{
    ReadError,
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
        // `security-advisories-master/VENDOR/NAME/FILE.yaml`; what lies higher up is no advisory.
        |path| path.ends_with(".yaml") && path.matches('/').count() >= 3 && !path.contains("/."),
        parse,
        sink,
    )
}

fn parse(path: &str, yaml: &[u8]) -> Result<Advisory, String> {
    let text = std::str::from_utf8(yaml).map_err(|error| error.to_string())?;
    let document = Value::parse(text)?;
    let name = document
        .text_of("reference")
        .and_then(|reference| reference.strip_prefix("composer://"))
        .ok_or_else(|| "it names no package".to_owned())?;
    let cve = document.text_of("cve").filter(|cve| is_identifier(cve));
    let link = document.text_of("link");
    let mut advisory = Advisory::new(
        "friendsofphp",
        cve.map_or_else(|| id_of(name, path), str::to_owned),
    );
    advisory.aliases = link.and_then(drupal_id).into_iter().collect();
    document
        .text_of("title")
        .unwrap_or_default()
        .clone_into(&mut advisory.title);
    advisory.references = link
        .map(|url| Reference {
            kind: "ADVISORY".to_owned(),
            url: url.to_owned(),
        })
        .into_iter()
        .collect();

    let Some(Value::Map(branches)) = document.get("branches") else {
        return Err("it names no branches".to_owned());
    };
    let mut affected = Versions::none(Scheme::Packagist);
    for (branch, value) in branches {
        let time = value.text_of("time").unwrap_or_default().replacen(' ', "T", 1);
        advisory.published = advisory.published.max(timestamp(&time));
        let versions = value.get("versions").map(Value::texts).unwrap_or_default();
        let set = Versions::parse(&versions.join(" "), Dialect::Composer, Scheme::Packagist)
            .ok_or_else(|| format!("the versions of branch {branch} cannot be read"))?;
        affected = affected.or(&set);
    }
    // Each branch ends with its fix.
    let fixed = affected.not();
    advisory.affected.push(Affected {
        package: PackageKey::new(Ecosystem::new("Packagist"), name),
        status: VendorStatus::Affected,
        ranges: affected.ranges("0", &fixed),
        versions: Vec::new(),
        severity: None,
        module: None,
    });
    Ok(advisory)
}

/// An id for an advisory that has none: of its package and its file's name.
fn id_of(name: &str, path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.strip_suffix(".yaml").unwrap_or(file);
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '-'
        }
    };
    format!("FOP-{name}-{stem}").chars().map(plain).collect()
}

/// Drupal's own id in `https://www.drupal.org/sa-core-2018-006`, as its OSV records write it.
fn drupal_id(link: &str) -> Option<String> {
    let name = link.strip_prefix("https://www.drupal.org/")?.to_ascii_uppercase();
    let id = format!("DRUPAL-{}", name.strip_prefix("SA-")?);
    is_identifier(&id).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::told;

    fn check(yaml: &str, expected: &str) {
        match parse("s/amphp/artax/2017-05-09.yaml", yaml.as_bytes()) {
            Ok(advisory) => assert_eq!(told(&advisory), [expected]),
            Err(error) => assert_eq!(error, expected),
        }
    }

    #[test]
    fn branches() {
        let branches = "branches:\n    2.x:\n        time: 2017-05-09 19:42:02\n        versions: ['>=2', '<2.0.6']\n    1.x:\n        time: ~\n        versions: ['<1.0.6']\nreference: composer://amphp/artax\n";
        check(
            &format!("title: Cookies\nlink: https://x\ncve: ~\n{branches}"),
            "FOP-amphp-artax-2017-05-09 - [] Packagist amphp/artax [0, 1.0.6) [2, 2.0.6)",
        );
        check(
            &format!("cve: CVE-2016-5385\n{branches}"),
            "CVE-2016-5385 - [] Packagist amphp/artax [0, 1.0.6) [2, 2.0.6)",
        );
        check(
            "reference: composer://a/b\nbranches:\n  1.x:\n    versions: ['?']\n",
            "the versions of branch 1.x cannot be read",
        );
        check("title: x\n", "it names no package");
        assert_eq!(
            drupal_id("https://www.drupal.org/sa-core-2018-006").as_deref(),
            Some("DRUPAL-CORE-2018-006")
        );
    }
}
