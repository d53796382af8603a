//! Applications that Bitnami built into its images, under `/opt/bitnami`.
//!
//! Source: Bitnami's images and its advisory database. Each application has an SPDX document `.spdx-<name>.spdx`;
//! older images have a list of all in `.bitnami_components.json`. The trap: versions have the number of Bitnami's own
//! build behind a hyphen, `1.25.3-2`, which advisories do not know and semantic versions would take for a
//! pre-release.

use assay_model::Purl;

use super::document::{Document, DocumentError, Text};
use crate::{
    Description, Facts, FoundPackage, Kind,
    tree::{Misfit, Node, Tally},
};

/// The analyser of Bitnami's applications.
pub(crate) static BITNAMI: Document = Document {
    description: Description {
        name: "bitnami",
        ecosystem: "Bitnami applications",
        reads: &[
            "opt/bitnami/*/.spdx-*.spdx",
            "opt/bitnami/.bitnami_components.json",
        ],
        kind: Kind::Installed,
        types: &["bitnami"],
    },
    version: 1,
    read,
};

fn read(file: &Text<'_>, facts: &mut Facts) -> Result<(), DocumentError> {
    let root = Node::of_json(file.text, facts);
    let mut tally = Tally::default();
    if file.path.name == ".bitnami_components.json" {
        for (name, entry) in root.entries() {
            tally.count(component(name, entry, facts));
        }
    } else {
        for entry in root.list_in("packages", &mut tally) {
            tally.count(described(entry, facts));
        }
    }
    tally.report(facts);
    Ok(())
}

fn component(name: &str, entry: &Node, facts: &mut Facts) -> Result<(), Misfit> {
    let purl = Purl::new("bitnami", name, release(entry.required("version")?))
        .with_qualifier("arch", entry.optional("arch")?)
        .with_qualifier("distro", entry.optional("distro")?);
    facts.package(FoundPackage::language(purl));
    Ok(())
}

/// A package of an SPDX document, by the package URL that it refers to.
fn described(entry: &Node, facts: &mut Facts) -> Result<(), Misfit> {
    let licences = ["licenseConcluded", "licenseDeclared"]
        .iter()
        .filter_map(|key| entry.get(key).text())
        .find(|licence| !matches!(*licence, "NOASSERTION" | "NONE" | ""));
    for reference in entry.get("externalRefs").items() {
        if reference.get("referenceType").text() != Some("purl") {
            continue;
        }
        let mut purl: Purl = reference
            .required("referenceLocator")?
            .parse()
            .map_err(|_| Misfit)?;
        if purl.kind == "bitnami" {
            purl.version = purl.version.map(|version| release(&version).to_owned());
        }
        if purl.version.is_some() {
            let licences = licences.into_iter().map(str::to_owned).collect();
            facts.package(FoundPackage::language(purl).with_licences(licences));
        }
    }
    Ok(())
}

/// A version without the number of Bitnami's build.
fn release(version: &str) -> &str {
    match version.rsplit_once('-') {
        Some((release, build)) if !build.is_empty() && build.bytes().all(|byte| byte.is_ascii_digit()) => {
            release
        }
        _ => version,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysers::document::tests::check;

    #[test]
    fn applications() {
        check(
            &BITNAMI,
            "opt/bitnami/nginx/.spdx-nginx.spdx",
            r#"{"SPDXID": "SPDXRef-DOCUMENT", "packages": [
                {"name": "nginx", "versionInfo": "1.25.3", "licenseConcluded": "BSD-2-Clause", "externalRefs": [
                    {"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:x"},
                    {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:bitnami/nginx@1.25.3-2?arch=amd64&distro=debian-11"}]},
                {"name": "zlib", "versionInfo": "1.3", "licenseConcluded": "NOASSERTION", "externalRefs": [
                    {"referenceType": "purl", "referenceLocator": "pkg:generic/zlib@1.3"}]},
                {"name": "bare"}, {"externalRefs": [{"referenceType": "purl", "referenceLocator": "nothing"}]}]}"#,
            &[
                "pkg:bitnami/nginx@1.25.3?arch=amd64&distro=debian-11 | BSD-2-Clause",
                "pkg:generic/zlib@1.3",
                "malformed",
            ],
        );
        check(
            &BITNAMI,
            "opt/bitnami/.bitnami_components.json",
            r#"{"postgresql": {"arch": "amd64", "digest": "ab", "distro": "debian-12", "type": "NAMI", "version": "16.1.0-3"}, "rc": {"version": "1.0.0-rc1"}, "odd": 1}"#,
            &[
                "pkg:bitnami/postgresql@16.1.0?arch=amd64&distro=debian-12",
                "pkg:bitnami/rc@1.0.0-rc1",
                "malformed",
            ],
        );
    }
}
