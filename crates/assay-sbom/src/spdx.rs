//! SPDX 2.2 and 2.3 in JSON.
//!
//! Source: the SPDX specification; `sourceInfo` is read as Trivy and Syft write it.

use assay_model::{Artifact, Distribution, Inventory, Package, Purl};
use serde::Deserialize;

use crate::{
    collect::{Collector, evidence},
    error::SbomError,
    json::parse,
    purl::{SourcePackage, normalize},
};

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    packages: Option<Vec<SpdxPackage>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SpdxPackage {
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
    for package in document.packages.into_iter().flatten() {
        take(&package, &mut collector);
    }
    Ok(collector.finish())
}

fn take(package: &SpdxPackage, collector: &mut Collector) {
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
    let mut references = package.external_refs.iter().flatten();
    let purl = references.find(|reference| reference.reference_type.as_deref() == Some("purl"));
    let Some(text) = purl.and_then(|reference| reference.reference_locator.as_deref()) else {
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
