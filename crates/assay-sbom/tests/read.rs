//! Documents of each format and writer, whole and broken.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use assay_model::{Artifact, ArtifactKind, Inventory};
use assay_sbom::read;
use proptest::prelude::*;

fn open(document: &str) -> Result<Inventory, String> {
    read(document.as_bytes(), Artifact::new("x.json", ArtifactKind::Sbom)).map_err(|error| error.to_string())
}

fn purls(inventory: &Inventory) -> Vec<String> {
    inventory
        .packages
        .iter()
        .map(|package| package.purl.to_string())
        .collect()
}

const CYCLONEDX: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.5",
  "metadata":{"component":{"type":"container","name":"image","purl":"pkg:oci/image@sha256:1"}},
  "components":[
    {"type":"operating-system","name":"debian","version":"12.5"},
    {"type":"library","name":"bsdutils","version":"1:2.38.1-5","purl":"pkg:deb/debian/bsdutils@2.38.1-5?distro=debian-12.5&epoch=1",
     "licenses":[{"license":{"id":"MIT"}},{"expression":"MIT OR Apache-2.0"},{"license":{"name":"own words"}}],
     "properties":[{"name":"aquasecurity:trivy:SrcName","value":"util-linux"},{"name":"aquasecurity:trivy:SrcVersion","value":"2.38.1"},
                   {"name":"aquasecurity:trivy:SrcRelease","value":"5"}]},
    {"type":"library","name":"lodash","purl":"pkg:npm/lodash@4.17.1",
     "evidence":{"occurrences":[{"location":"/app/node_modules/lodash/package.json"}]},
     "components":[{"type":"library","name":"inner","purl":"pkg:npm/inner@1.0.0"}]},
    {"type":"library","name":"lodash","purl":"pkg:npm/lodash@4.17.1","properties":[{"name":"syft:location:0:path","value":"/b"}]},
    {"type":"library","name":"nameless","version":"1"},{"type":"file","name":"/bin/x"},
    {"type":"library","name":"broken","purl":"npm/lodash"}]}"#;

#[test]
fn cyclonedx() {
    let inventory = open(CYCLONEDX).unwrap();
    assert_eq!(
        inventory.distribution.as_ref().unwrap().qualifier(),
        "debian-12.5"
    );
    assert_eq!(
        purls(&inventory),
        [
            "pkg:deb/debian/bsdutils@1:2.38.1-5?distro=debian-12.5&upstream=util-linux%402.38.1-5",
            "pkg:npm/inner@1.0.0",
            "pkg:npm/lodash@4.17.1",
        ]
    );
    assert_eq!(
        inventory.packages[0].licences,
        ["MIT", "MIT OR Apache-2.0", "own words"]
    );
    let paths: Vec<_> = inventory.packages[2]
        .evidence
        .iter()
        .map(|evidence| evidence.path.as_str())
        .collect();
    assert_eq!(paths, ["app/node_modules/lodash/package.json", "b"]);
    let messages: Vec<_> = inventory.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert_eq!(
        messages[1],
        "nameless 1 has no package URL, so it was not assessed [unidentified]"
    );
}

#[test]
fn spdx() {
    let inventory = open(
        r#"{"spdxVersion":"SPDX-2.3","name":"x","packages":[
            {"SPDXID":"SPDXRef-OS","name":"alpine","versionInfo":"3.18.4","primaryPackagePurpose":"OPERATING-SYSTEM"},
            {"SPDXID":"SPDXRef-1","name":"libcrypto3","versionInfo":"3.1.4-r5","sourceInfo":"built package from: openssl 3.1.4-r5",
             "licenseDeclared":"Apache-2.0","licenseConcluded":"NOASSERTION",
             "externalRefs":[{"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a:x"},
                             {"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:apk/alpine/libcrypto3@3.1.4-r5?distro=3.18.4"}]},
            {"SPDXID":"SPDXRef-2","name":"image","primaryPackagePurpose":"CONTAINER"},
            {"SPDXID":"SPDXRef-3","name":"left-pad","versionInfo":"1"}]}"#,
    )
    .unwrap();
    assert_eq!(
        purls(&inventory),
        ["pkg:apk/alpine/libcrypto3@3.1.4-r5?distro=alpine-3.18.4&upstream=openssl"]
    );
    assert_eq!(inventory.packages[0].licences, ["Apache-2.0"]);
    assert_eq!(inventory.diagnostics.len(), 1);
}

#[test]
fn own_inventory() {
    let inventory = open(
        r#"{"schema":"assay.inventory/1","artifact":{"name":"r","kind":"directory","distribution":{"id":"debian","version":"12","name":"D"}},
            "packages":[{"purl":"pkg:pypi/six@1.0","owner":"pkg:deb/debian/python3-six@1.0?distro=debian-12",
                         "evidence":[{"path":"p","analyser":"python","layer":{"index":1,"digest":"sha256:a"}}]}],
            "diagnostics":[{"code":"malformed","path":"q","message":"m"},{"code":"distribution-unknown","message":"old"}]}"#,
    )
    .unwrap();
    assert_eq!(inventory.packages[0].owner.as_ref().unwrap().name, "python3-six");
    assert_eq!(inventory.packages[0].evidence[0].layer.as_ref().unwrap().index, 1);
    assert_eq!(inventory.diagnostics.len(), 1);
}

#[test]
fn what_cannot_be_read_says_why() {
    for (document, expected) in [
        (
            "{}",
            "is JSON, but neither CycloneDX (bomFormat), SPDX 2 (spdxVersion), an Assay inventory (schema), a Systems Manager \
             inventory (Items, Entities, TypeName) nor osquery (osquery, snapshot)",
        ),
        (
            "[1]",
            "is not a valid JSON document: invalid type: integer `1`, expected an object at line 1 column 2",
        ),
        (
            r#"{"bomFormat":"CycloneDX","specVersion":"0.9"}"#,
            "is CycloneDX 0.9, which is not supported: 1.2 to 1.7 are",
        ),
        (
            r#"{"spdxVersion":"SPDX-1.2"}"#,
            "is SPDX SPDX-1.2, which is not supported: SPDX-2.2 and SPDX-2.3 are",
        ),
        (
            r#"{"@context":"https://spdx.org/rdf/3.0.1"}"#,
            "is SPDX 3, which is not supported: SPDX-2.2 and SPDX-2.3 are",
        ),
        (
            r#"{"schema":"assay.scan/9"}"#,
            "is Assay document assay.scan/9, which is not supported: assay.inventory/1 and assay.scan/1 are",
        ),
    ] {
        assert_eq!(open(document).unwrap_err(), expected, "{document}");
    }
    assert!(
        open(&CYCLONEDX[..CYCLONEDX.len() - 9])
            .unwrap_err()
            .starts_with("is not a valid JSON document: EOF")
    );
    let nested = r#"{"components":["#.repeat(9000);
    let deep = format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{nested}"#);
    let closed = format!("{deep}{}]}}", "]}".repeat(9000));
    assert!(open(&closed).unwrap_err().contains("recursion limit"));
}

proptest! {
    #[test]
    fn never_panics(cut in 0..CYCLONEDX.len(), flip: u8, at in 0..CYCLONEDX.len()) {
        let mut bytes = CYCLONEDX.as_bytes().to_vec();
        bytes[at] ^= flip;
        bytes.truncate(cut);
        let _ = read(&bytes, Artifact::new("x", ArtifactKind::Sbom));
    }
}
