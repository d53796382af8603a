//! The scan of a bill of materials, which is a document in the request and another in the answer.

use std::collections::HashMap;

use aws_sdk_inspectorscan::types::OutputFormat;
use aws_smithy_types::Document;

use crate::service::scanner;

fn object<const N: usize>(members: [(&str, Document); N]) -> Document {
    Document::Object(members.map(|(name, value)| (name.to_owned(), value)).into())
}

fn bill() -> Document {
    let component = object([
        ("type", "library".into()),
        ("bom-ref", "one".into()),
        ("name", "PyYAML".into()),
        ("version", "5.3".into()),
        ("purl", "pkg:pypi/pyyaml@5.3".into()),
    ]);
    object([
        ("bomFormat", "CycloneDX".into()),
        ("specVersion", "1.5".into()),
        ("components", vec![component].into()),
    ])
}

fn members(document: &Document) -> &HashMap<String, Document> {
    document
        .as_object()
        .unwrap_or_else(|| panic!("no object: {document:?}"))
}

pub async fn a_bill_is_scanned() {
    // An account where nothing is turned on may scan.
    let client = scanner("newcomer");
    let scanned = client
        .scan_sbom()
        .sbom(bill())
        .output_format(OutputFormat::CycloneDx15);
    let answer = scanned.send().await.unwrap();
    let told = members(answer.sbom().unwrap());
    let flaws = told["vulnerabilities"].as_array().unwrap();
    let ids: Vec<&str> = flaws
        .iter()
        .filter_map(|flaw| members(flaw)["id"].as_string())
        .collect();
    assert_eq!(ids, ["CVE-2020-14343"]);
    let affected = members(&flaws[0])["affects"].as_array().unwrap();
    assert_eq!(members(&affected[0])["ref"].as_string(), Some("one"));

    let odd = client
        .scan_sbom()
        .sbom("no bill".into())
        .send()
        .await
        .unwrap_err();
    let odd = odd.into_service_error();
    assert!(odd.is_validation_exception(), "{odd:?}");
}
