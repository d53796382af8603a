//! SPDX 2.3 in JSON.
//!
//! Every package has an identifier made of its package URL. Files that a package owns are not listed; a language package
//! that an operating-system package owns is said to be contained by it, which reading takes back as ownership.
//!
//! Source: the SPDX 2.3 specification.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use assay_model::{Inventory, Package};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    identity::{digest, short, uuid},
    licence::Licence,
    supplement::Supplement,
};

/// The mandatory time of creation: a document follows from its content alone, and content has no time.
const NO_TIME: &str = "1970-01-01T00:00:00Z";

const ROOT: &str = "SPDXRef-artifact";

/// Writes an inventory as an SPDX document with a final newline.
///
/// # Errors
///
/// When `out` refuses.
pub fn write_spdx(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    write_spdx_with(inventory, &Supplement::default(), out)
}

/// Writes an inventory as an SPDX document with a final newline, with more than the inventory holds.
///
/// Flaws are external references of the category `OTHER`: the specification lists the types of the category `SECURITY`, and has
/// none for the bare id of a vulnerability.
///
/// # Errors
///
/// When `out` refuses.
pub fn write_spdx_with(
    inventory: &Inventory,
    supplement: &Supplement,
    out: &mut dyn Write,
) -> io::Result<()> {
    let flaws = supplement.by_package();
    let of_the_whole: Vec<&str> = supplement.of_the_whole().collect();
    let mut packages = vec![root(inventory)];
    let mut relationships = vec![relationship("SPDXRef-DOCUMENT", "DESCRIBES", ROOT)];
    if let Some(system) = operating_system(inventory) {
        packages.push(system);
        relationships.push(relationship(ROOT, "CONTAINS", "SPDXRef-operating-system"));
    }
    if let Some(last) = packages.last_mut() {
        add_flaws(last, &of_the_whole);
    }
    // Words that are no SPDX expression, by the reference that stands for them.
    let mut extracted: BTreeMap<String, String> = BTreeMap::new();
    for package in &inventory.packages {
        let id = identifier(&package.purl.to_string());
        relationships.push(relationship(ROOT, "CONTAINS", &id));
        if let Some(owner) = &package.owner {
            relationships.push(relationship(&identifier(&owner.to_string()), "CONTAINS", &id));
        }
        let mut json = package_json(package, &id, &mut extracted);
        if let Some(flaws) = flaws.get(package.purl.to_string().as_str()) {
            add_flaws(&mut json, flaws);
        }
        packages.push(json);
    }
    let licences: Vec<Value> = extracted
        .iter()
        .map(|(id, words)| json!({"licenseId": id, "name": words, "extractedText": words}))
        .collect();
    let created = supplement.created.map_or(NO_TIME.to_owned(), in_seconds);
    let mut document = json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": supplement.name.as_ref().unwrap_or(&inventory.artifact.name),
        "documentNamespace": format!("https://spdx.org/spdxdocs/assay-{}", uuid(&digest(inventory, supplement))),
        "creationInfo": {
            "created": created,
            "creators": [format!("Tool: assay-{}", env!("CARGO_PKG_VERSION"))],
        },
        "packages": packages,
        "relationships": relationships,
    });
    if !licences.is_empty() {
        document["hasExtractedLicensingInfos"] = json!(licences);
    }
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// A time as SPDX has it, without parts of seconds.
fn in_seconds(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second())
        .unwrap_or_default()
        .to_string()
}

fn add_flaws(package: &mut Value, flaws: &[&str]) {
    if flaws.is_empty() {
        return;
    }
    let mut references = match package["externalRefs"].take() {
        Value::Array(references) => references,
        _ => Vec::new(),
    };
    references.extend(flaws.iter().map(|id| {
        json!({
            "referenceCategory": "OTHER",
            "referenceType": "vulnerability",
            "referenceLocator": id,
        })
    }));
    package["externalRefs"] = json!(references);
}

fn identifier(purl: &str) -> String {
    format!("SPDXRef-package-{}", short(purl))
}

fn relationship(from: &str, kind: &str, to: &str) -> Value {
    json!({"spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to})
}

/// What the document is about.
fn root(inventory: &Inventory) -> Value {
    let artifact = &inventory.artifact;
    let mut package = bare(
        ROOT,
        &artifact.name,
        artifact.digest.as_deref().unwrap_or_default(),
    );
    let is_image = !artifact.layers.is_empty();
    package["primaryPackagePurpose"] = json!(if is_image { "CONTAINER" } else { "APPLICATION" });
    package
}

fn operating_system(inventory: &Inventory) -> Option<Value> {
    let distribution = inventory.distribution.as_ref()?;
    let mut package = bare(
        "SPDXRef-operating-system",
        &distribution.id,
        distribution.release_number(),
    );
    package["primaryPackagePurpose"] = json!("OPERATING-SYSTEM");
    if let Some(name) = &distribution.name {
        package["description"] = json!(name);
    }
    Some(package)
}

fn bare(id: &str, name: &str, version: &str) -> Value {
    let mut package = json!({
        "SPDXID": id,
        "name": name,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": false,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
    });
    if !version.is_empty() {
        package["versionInfo"] = json!(version);
    }
    package
}

fn package_json(package: &Package, id: &str, extracted: &mut BTreeMap<String, String>) -> Value {
    let version = package.purl.version.as_deref().unwrap_or_default();
    let mut json = bare(id, &package.purl.display_name(), version);
    json["primaryPackagePurpose"] = json!("LIBRARY");
    json["licenseDeclared"] = json!(declared(&package.licences, extracted));
    json["externalRefs"] = json!([{
        "referenceCategory": "PACKAGE-MANAGER",
        "referenceType": "purl",
        "referenceLocator": package.purl.to_string(),
    }]);
    if let Some(first) = package.evidence.first() {
        let paths: Vec<String> = package
            .evidence
            .iter()
            .map(|evidence| format!("/{}", evidence.path))
            .collect();
        json["sourceInfo"] = json!(format!(
            "acquired package info from {}: {}",
            first.analyser,
            paths.join(", ")
        ));
    }
    json
}

/// All recorded licences as one expression; words that are none get a reference of their own.
fn declared(recorded: &[String], extracted: &mut BTreeMap<String, String>) -> String {
    let licences: Vec<Licence<'_>> = recorded
        .iter()
        .filter(|text| !text.trim().is_empty())
        .map(|text| Licence::of(text))
        .collect();
    if let [Licence::Expression(expression)] = licences.as_slice() {
        return expression.clone();
    }
    let terms: Vec<String> = licences
        .into_iter()
        .map(|licence| match licence {
            Licence::Listed(id) => id.to_owned(),
            Licence::Expression(expression) => format!("({expression})"),
            Licence::Words(words) => {
                let id = format!("LicenseRef-{}", short(words));
                extracted.insert(id.clone(), words.to_owned());
                id
            }
        })
        .collect();
    if terms.is_empty() {
        "NOASSERTION".to_owned()
    } else {
        terms.join(" AND ")
    }
}
