//! SPDX 2.2 and 2.3 in JSON.
//!
//! Source: the SPDX specification; `sourceInfo` is read as Trivy and Syft write it.

use std::collections::HashMap;

use assay_model::{Artifact, Distribution, Inventory, Package, Purl};
use serde::Deserialize;

use super::{
    collect::{Collector, evidence},
    json::parse,
    purl::{SourcePackage, normalize},
};
use crate::error::SbomError;

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    packages: Option<Vec<SpdxPackage>>,
    #[serde(default)]
    relationships: Option<Vec<Relationship>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Relationship {
    spdx_element_id: String,
    relationship_type: String,
    related_spdx_element: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SpdxPackage {
    #[serde(rename = "SPDXID")]
    id: Option<String>,
    name: Option<String>,
    version_info: Option<String>,
    external_refs: Option<Vec<ExternalRef>>,
    license_concluded: Option<String>,
    license_declared: Option<String>,
    source_info: Option<String>,
    primary_package_purpose: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ExternalRef {
    reference_type: Option<String>,
    reference_locator: Option<String>,
}

/// Reads a document.
pub(crate) fn read(document: &[u8], artifact: Artifact) -> Result<Inventory, SbomError> {
    let document: Document = parse("SPDX", document)?;
    let mut collector = Collector::new(artifact);
    let packages = document.packages.unwrap_or_default();
    let owners = owners(&packages, document.relationships.unwrap_or_default());
    for package in &packages {
        let owner = package.id.as_ref().and_then(|id| owners.get(id));
        take(package, owner, &mut collector);
    }
    Ok(collector.finish())
}

/// Packages of an operating system by the identifiers of the language packages that they contain.
fn owners(packages: &[SpdxPackage], relationships: Vec<Relationship>) -> HashMap<String, Purl> {
    let systems: HashMap<&str, Purl> = packages
        .iter()
        .filter_map(|package| {
            let purl: Purl = package.purl()?.parse().ok()?;
            let is_system = matches!(purl.kind.as_str(), "deb" | "apk" | "rpm");
            Some((package.id.as_deref()?, normalize(purl, None))).filter(|_| is_system)
        })
        .collect();
    let contained = relationships
        .into_iter()
        .filter(|relation| relation.relationship_type == "CONTAINS");
    contained
        .filter_map(|relation| {
            let owner = systems.get(relation.spdx_element_id.as_str())?;
            Some((relation.related_spdx_element, owner.clone()))
        })
        .collect()
}

impl SpdxPackage {
    fn purl(&self) -> Option<&str> {
        let mut references = self.external_refs.iter().flatten();
        references
            .find(|reference| reference.reference_type.as_deref() == Some("purl"))?
            .reference_locator
            .as_deref()
    }
}

fn take(package: &SpdxPackage, owner: Option<&Purl>, collector: &mut Collector) {
    let name = package.name.as_deref().unwrap_or("a package without name");
    let version = package
        .version_info
        .as_deref()
        .filter(|version| *version != "NOASSERTION")
        .unwrap_or_default();
    let purpose = package.primary_package_purpose.as_deref().unwrap_or_default();
    if purpose.eq_ignore_ascii_case("OPERATING-SYSTEM") || purpose.eq_ignore_ascii_case("OPERATING_SYSTEM") {
        let qualifier = if version.is_empty() {
            name.to_owned()
        } else {
            format!("{name}-{version}")
        };
        collector.distribution = Some(Distribution::from_qualifier(&qualifier));
        return;
    }
    let Some(text) = package.purl() else {
        if !matches!(
            purpose,
            "CONTAINER" | "FILE" | "SOURCE" | "APPLICATION" | "ARCHIVE"
        ) {
            collector.unidentified(&format!("{name} {version}"), "has no package URL");
        }
        return;
    };
    let purl: Purl = match text.parse() {
        Ok(purl) => purl,
        Err(error) => return collector.unidentified(name, &format!("has a broken package URL ({error})")),
    };
    if matches!(purl.kind.as_str(), "oci" | "docker") {
        return;
    }
    let source_info = package.source_info.as_deref().unwrap_or_default();
    let mut found = Package::new(normalize(purl, source_package(source_info).as_ref()));
    let licence = [&package.license_declared, &package.license_concluded]
        .into_iter()
        .flatten();
    found.licences = licence
        .filter(|text| !matches!(text.as_str(), "NOASSERTION" | "NONE" | ""))
        .cloned()
        .collect();
    found.owner = owner
        .filter(|_| !matches!(found.purl.kind.as_str(), "deb" | "apk" | "rpm"))
        .cloned();
    found.evidence = locations(source_info).map(evidence).collect();
    collector.package(found);
}

/// `built package from: openssl 3.0.11-1`
fn source_package(source_info: &str) -> Option<SourcePackage> {
    let stated = source_info.strip_prefix("built package from: ")?;
    let mut words = stated.split_whitespace();
    let name = words.next()?.to_owned();
    Some(SourcePackage {
        name,
        version: words.next().map(str::to_owned),
    })
}

/// `acquired package info from DPKG DB: /var/lib/dpkg/status, /usr/share/doc/x`
fn locations(source_info: &str) -> impl Iterator<Item = &str> {
    let stated = source_info
        .strip_prefix("acquired package info from ")
        .and_then(|rest| rest.split_once(": "));
    let paths = stated.into_iter().flat_map(|(_, paths)| paths.split(", "));
    paths.filter(|path| path.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_info() {
        let source = source_package("built package from: openssl 3.0.11-1~deb12u2").unwrap();
        assert_eq!(
            (source.name.as_str(), source.version.as_deref()),
            ("openssl", Some("3.0.11-1~deb12u2"))
        );
        assert_eq!(source_package("made by hand"), None);
        let paths: Vec<_> =
            locations("acquired package info from DPKG DB: /var/lib/dpkg/status, /x").collect();
        assert_eq!(paths, ["/var/lib/dpkg/status", "/x"]);
    }
}
