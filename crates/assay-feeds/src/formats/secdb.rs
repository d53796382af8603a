//! Fixes by version: origin package → fixed version → ids. Alpine's secdb is one file a branch and repository; Wolfi
//! and Chainguard took the layout over with one file for everything and without branches.
//!
//! Traps: the version "0" means that the package never had the flaw; one string can name the same flaw several
//! times ("CVE-2019-1 XSA-1"); a package can stand twice in a file; a flaw that is not listed is unknown or not fixed
//! yet, never absent, since fixes only are published.
//!
//! Source: secdb.alpinelinux.org, packages.wolfi.dev/os/security.json, packages.cgr.dev/chainguard/security.json.

use std::{borrow::Cow, collections::BTreeMap};

use assay_model::{Advisory, Affected, Ecosystem, PackageKey, RangeEvent, VendorStatus};
use serde::Deserialize;

use super::{ReadError, is_identifier};
use crate::record::{Sink, Summary};

/// Whose fixes a file tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecdbSource {
    /// Alpine's, of the branch that the file names.
    Alpine,
    /// Wolfi's.
    Wolfi,
    /// Chainguard's.
    Chainguard,
}

impl SecdbSource {
    fn name(self) -> &'static str {
        match self {
            SecdbSource::Alpine => "alpine",
            SecdbSource::Wolfi => "wolfi",
            SecdbSource::Chainguard => "chainguard",
        }
    }

    fn ecosystem(self, file: &File<'_>) -> Result<Ecosystem, ReadError> {
        match self {
            SecdbSource::Alpine if file.distroversion.is_empty() => {
                Err(ReadError::Malformed("it names no distroversion".to_owned()))
            }
            SecdbSource::Alpine => Ok(Ecosystem::new(&format!("Alpine:{}", file.distroversion))),
            SecdbSource::Wolfi => Ok(Ecosystem::new("Wolfi")),
            SecdbSource::Chainguard => Ok(Ecosystem::new("Chainguard")),
        }
    }
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow, default)]
    distroversion: Cow<'a, str>,
    #[serde(borrow)]
    packages: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    pkg: Package<'a>,
}

#[derive(Deserialize)]
struct Package<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    secfixes: Option<BTreeMap<Cow<'a, str>, Ids<'a>>>,
}

/// Ids fixed by one version; null where it fixes none.
type Ids<'a> = Option<Vec<Cow<'a, str>>>;

/// Reads one file.
///
/// # Errors
///
/// When the bytes are no such file, or the sink refuses.
pub(crate) fn read(json: &[u8], source: SecdbSource, sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let file: File<'_> = serde_json::from_slice(json)?;
    let ecosystem = source.ecosystem(&file)?;
    let mut summary = Summary::default();
    for Entry { pkg } in &file.packages {
        for (version, names) in pkg.secfixes.iter().flatten() {
            for name in names.iter().flatten() {
                let mut ids = name.split_whitespace().filter(|id| is_identifier(id));
                let Some(id) = ids.next() else {
                    summary.warn(format!("{}: \"{name}\" names no identifier", pkg.name));
                    continue;
                };
                let mut advisory = Advisory::new(source.name(), id);
                advisory.aliases = ids.map(str::to_owned).collect();
                advisory
                    .affected
                    .push(affected(PackageKey::new(ecosystem.clone(), &pkg.name), version));
                summary.records += 1;
                sink.advisory(advisory)?;
            }
        }
    }
    Ok(summary)
}

fn affected(package: PackageKey, version: &str) -> Affected {
    let (status, ranges) = match version {
        "0" => (VendorStatus::NotAffected, Vec::new()),
        fixed => {
            let events = vec![
                RangeEvent::Introduced("0".to_owned()),
                RangeEvent::Fixed(fixed.to_owned()),
            ];
            (VendorStatus::Affected, vec![events])
        }
    };
    Affected {
        package,
        status,
        ranges,
        versions: Vec::new(),
        severity: None,
        module: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::Collected;

    #[test]
    fn fixes_and_never_affected() {
        let json = br#"{"distroversion":"v3.18","reponame":"main","packages":[
            {"pkg":{"name":"xen","secfixes":{"4.1-r0":["CVE-2019-1 XSA-1", "XSA-2"],"0":["CVE-2019-3"],"5":null}}},
            {"pkg":{"name":"xen","secfixes":{"4.2-r0":["?"]}}},{"pkg":{"name":"nothing","secfixes":null}}]}"#;
        let mut collected = Collected::default();
        let summary = read(json, SecdbSource::Alpine, &mut collected).unwrap();
        assert_eq!((summary.records, summary.passed_over), (3, 1));
        let told: Vec<_> = collected
            .advisories
            .iter()
            .map(|advisory| {
                (
                    advisory.id.as_str(),
                    advisory.aliases.len(),
                    advisory.affected[0].status,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("CVE-2019-3", 0, VendorStatus::NotAffected),
                ("CVE-2019-1", 1, VendorStatus::Affected),
                ("XSA-2", 0, VendorStatus::Affected)
            ]
        );
        assert_eq!(
            collected.advisories[0].affected[0].package.to_string(),
            "Alpine:v3.18 xen"
        );
        assert!(read(br#"{"packages":[]}"#, SecdbSource::Alpine, &mut collected).is_err());
    }

    #[test]
    fn files_without_branches() {
        let json = br#"{"apkurl":"{{urlprefix}}/{{arch}}/{{pkg.name}}-{{pkg.ver}}.apk","archs":["x86_64"],"reponame":"os",
            "urlprefix":"https://packages.wolfi.dev","packages":[{"pkg":{"name":"curl","secfixes":
            {"8.4.0-r0":["CVE-2023-38545 GHSA-7xw4-g7mm-r4hh"],"0":["CVE-2016-1"]}}}]}"#;
        for (source, package) in [
            (SecdbSource::Wolfi, "Wolfi curl"),
            (SecdbSource::Chainguard, "Chainguard curl"),
        ] {
            let mut collected = Collected::default();
            assert_eq!(read(json, source, &mut collected).unwrap().records, 2);
            let [never, fixed] = collected.advisories.as_slice() else {
                panic!("two records");
            };
            assert_eq!(never.affected[0].status, VendorStatus::NotAffected);
            assert_eq!(fixed.affected[0].package.to_string(), package);
            assert_eq!(fixed.aliases, ["GHSA-7xw4-g7mm-r4hh"]);
        }
    }
}
