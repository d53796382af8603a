use std::collections::BTreeSet;

use assay_intel::{Builder, IntelligenceKind};
use assay_model::{
    Advisory, AdvisoryKind, Affected, CvssVector, Ecosystem, KnownExploited, PackageKey, RangeEvent,
    Ransomware, Severity, VendorStatus,
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::json;
use tempfile::TempDir;

use super::*;

fn advisory(source: &str, id: &str, ecosystem: &str, name: &str, fixed: Option<&str>) -> Advisory {
    let mut events = vec![RangeEvent::Introduced("0".into())];
    events.extend(fixed.map(|version| RangeEvent::Fixed(version.into())));
    let mut advisory = Advisory::new(source, id);
    advisory.affected = vec![Affected {
        package: PackageKey::new(Ecosystem::new(ecosystem), name),
        status: VendorStatus::Affected,
        ranges: vec![events],
        versions: Vec::new(),
        severity: None,
        module: None,
    }];
    advisory
}

/// Advisories on a handful of packages.
fn index() -> (TempDir, Index) {
    let mut log4shell = advisory(
        "ghsa",
        "GHSA-jfh8-c2jp-5v3q",
        "Maven",
        "org.apache.logging.log4j:log4j-core",
        Some("2.15.0"),
    );
    log4shell.aliases = vec!["CVE-2021-44228".into()];
    log4shell.details = "Remote code execution".into();
    log4shell.cwes = vec![400, 502];
    log4shell.cvss = vec![CvssVector {
        source: "nvd".into(),
        vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H".into(),
    }];
    let mut shadow = advisory(
        "ubuntu",
        "CVE-2023-4641",
        "Ubuntu:22.04",
        "shadow",
        Some("1:4.8.1-2ubuntu2.2"),
    );
    shadow.severity = Some(Severity::Low);
    let mut hostile = advisory("malicious-packages", "MAL-2024-1", "npm", "evil", None);
    hostile.kind = AdvisoryKind::Malicious;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("index");
    let mut builder = Builder::new(IntelligenceKind::Upstream).unwrap();
    for advisory in [&log4shell, &shadow, &hostile] {
        builder.advisory(advisory).unwrap();
    }
    builder.known_exploited(&KnownExploited {
        id: "CVE-2021-44228".into(),
        date_added: "2021-12-10".into(),
        due_date: "2021-12-24".into(),
        ransomware: Ransomware::Known,
    });
    builder.finish(&path, Timestamp::UNIX_EPOCH).unwrap();
    let index = Index::open(&path).unwrap();
    (dir, index)
}

/// What Inspector's own generator writes, in small.
fn document() -> Value {
    let path = |path: &str| json!([{"name": "amazon:inspector:sbom_generator:source_path", "value": path}]);
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "metadata": {"component": {"bom-ref": "comp-1", "type": "container", "name": "image"}},
        "components": [
            {"bom-ref": "comp-2", "type": "operating-system", "name": "Ubuntu", "version": "22.04"},
            {"bom-ref": "comp-3", "type": "library", "name": "log4j-core", "version": "2.12.1",
             "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@2.12.1", "properties": path("/srv/app/foo.jar")},
            {"bom-ref": "comp-4", "type": "application", "name": "shadow",
             "purl": "pkg:deb/ubuntu/shadow@4.8.1-2ubuntu2.1?arch=amd64&distro=jammy&epoch=1",
             "components": [
                {"bom-ref": "comp-5", "type": "application", "name": "login",
                 "purl": "pkg:deb/ubuntu/login@4.8.1-2ubuntu2.1?arch=amd64&distro=jammy&epoch=1&source=shadow"}
             ]},
            {"bom-ref": "comp-6", "type": "library", "name": "evil", "purl": "pkg:npm/evil@1.0.0"},
            {"bom-ref": "comp-6", "type": "library", "name": "fine", "purl": "pkg:npm/fine@1.0.0"},
            {"type": "library", "name": "unknown", "purl": "pkg:unheard/of@1"},
            {"type": "library", "name": "nameless"},
        ],
    })
}

fn scan(document: &Value, format: OutputFormat) -> Value {
    let (_directory, index) = index();
    let now = Timestamp::from_second(1_750_000_000).unwrap();
    scan_sbom(document, format, &index, now).unwrap()
}

#[test]
fn cyclonedx() {
    let answer = scan(&document(), OutputFormat::CycloneDx1_5);
    let counts: Vec<_> = answer["metadata"]["properties"]
        .as_array()
        .unwrap()
        .iter()
        .map(|count| {
            (
                count["name"].as_str().unwrap().rsplit(':').next().unwrap(),
                count["value"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        counts,
        [
            ("critical_vulnerabilities", "2"),
            ("high_vulnerabilities", "0"),
            ("medium_vulnerabilities", "0"),
            ("low_vulnerabilities", "1"),
            ("other_vulnerabilities", "0"),
            ("malicious_packages", "1"),
        ]
    );
    let components = answer["components"].as_array().unwrap();
    let told: Vec<_> = components
        .iter()
        .map(|component| {
            let properties = component["properties"].as_array();
            let info = properties.and_then(|properties| {
                let is_info = |property: &&Value| property["name"].as_str().unwrap().ends_with(":info");
                properties.iter().find(is_info)?["value"].as_str()
            });
            (
                component["bom-ref"].as_str().unwrap(),
                component["name"].as_str().unwrap(),
                info,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("comp-2", "Ubuntu", None),
            ("comp-3", "log4j-core", None),
            ("comp-4", "shadow", None),
            ("comp-5", "login", None),
            ("comp-6", "evil", None),
            (
                "comp-1",
                "fine",
                Some("Component scanned: no vulnerabilities found.")
            ),
            (
                "comp-7",
                "unknown",
                Some("Component skipped: no rules found for packages of type unheard.")
            ),
            (
                "comp-8",
                "nameless",
                Some("Component skipped: it has no package URL.")
            ),
        ]
    );
    let log4shell = &answer["vulnerabilities"][0];
    assert_eq!(log4shell["id"], "CVE-2021-44228");
    assert_eq!(log4shell["references"][0]["source"]["name"], "GITHUB");
    assert_eq!(log4shell["ratings"][0]["score"], 10.0);
    assert_eq!(log4shell["cwes"], json!([400, 502]));
    assert_eq!(log4shell["analysis"]["state"], "exploitable");
    assert_eq!(log4shell["affects"], json!([{"ref": "comp-3"}]));
    let properties = json!([
        {"name": "amazon:inspector:sbom_scanner:exploit_available", "value": "true"},
        {"name": "amazon:inspector:sbom_scanner:cisa_kev_date_added", "value": "2021-12-10T00:00:00Z"},
        {"name": "amazon:inspector:sbom_scanner:cisa_kev_date_due", "value": "2021-12-24T00:00:00Z"},
        {"name": "amazon:inspector:sbom_scanner:fixed_version:comp-3", "value": "2.15.0"},
    ]);
    assert_eq!(log4shell["properties"], properties);
    let shadow = &answer["vulnerabilities"][2];
    assert_eq!(shadow["affects"], json!([{"ref": "comp-5"}, {"ref": "comp-4"}]));
    assert_eq!(
        shadow["properties"][0],
        json!({"name": "amazon:inspector:sbom_scanner:fixed_version:comp-5", "value": "1:4.8.1-2ubuntu2.2"})
    );
    let notes = answer["properties"].as_array().unwrap();
    assert!(notes.iter().any(|note| {
        note["value"]
            .as_str()
            .unwrap()
            .contains("of type unheard not assessed")
    }));
}

#[test]
fn inspector() {
    let answer = scan(&document(), OutputFormat::Inspector);
    assert_eq!(
        answer["status"],
        "SBOM parsed successfully, 3 vulnerabilities found"
    );
    let body = &answer["inspector"];
    assert_eq!(
        body["vulnerability_count"],
        json!({"critical": 2, "high": 0, "medium": 0, "low": 1, "other": 0})
    );
    let log4shell = &body["vulnerabilities"][0];
    assert_eq!(
        log4shell["affects"],
        json!([{
            "installed_version": "pkg:maven/org.apache.logging.log4j/log4j-core@2.12.1",
            "fixed_version": "2.15.0",
            "path": "srv/app/foo.jar",
        }])
    );
    assert_eq!(log4shell["severity"], "critical");
    assert_eq!(
        log4shell["source"],
        "https://nvd.nist.gov/vuln/detail/CVE-2021-44228"
    );
    assert_eq!(log4shell["related"], json!(["GHSA-jfh8-c2jp-5v3q"]));
    assert_eq!(log4shell["properties"]["cvss"][0]["cvss3_base_score"], 10.0);
    let fine = json!({
        "name": "fine",
        "purl": "pkg:npm/fine@1.0.0",
        "info": "Component scanned: no vulnerabilities found.",
    });
    assert!(body["messages"].as_array().unwrap().contains(&fine));
}

#[test]
fn inspector_alternative() {
    let answer = scan(&document(), OutputFormat::InspectorAlt);
    assert_eq!(answer["vulnerability_count"]["critical"], 2);
    assert_eq!(
        answer["vulnerabilities"][0]["properties"]["cvss"][0]["cvss_3_base_score"],
        10.0
    );
    assert!(answer["messages"][0]["info_message"].is_string());
}

#[test]
fn an_ended_operating_system_is_about_its_component() {
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "components": [{"bom-ref": "os", "type": "operating-system", "name": "Debian GNU/Linux", "version": "9"}],
    });
    let answer = scan(&document, OutputFormat::CycloneDx1_5);
    assert_eq!(answer["vulnerabilities"][0]["id"], "EOL-debian-9");
    assert_eq!(answer["vulnerabilities"][0]["affects"], json!([{"ref": "os"}]));
}

#[test]
fn what_is_no_document_is_refused_by_member() {
    let (_directory, index) = index();
    for (document, expected) in [
        (json!([]), "sbom must be a CycloneDX document, which is an object"),
        (json!({}), "sbom.bomFormat must be `CycloneDX`"),
        (
            json!({"spdxVersion": "SPDX-2.3"}),
            "sbom.bomFormat must be `CycloneDX`",
        ),
        (
            json!({"bomFormat": "CycloneDX"}),
            "sbom.specVersion must be a version of CycloneDX such as `1.5`",
        ),
        (
            json!({"bomFormat": "CycloneDX", "specVersion": "9"}),
            "sbom.specVersion is CycloneDX 9, which is not supported: 1.2 to 1.7 are",
        ),
    ] {
        let fault = scan_sbom(&document, OutputFormat::Inspector, &index, Timestamp::UNIX_EPOCH).unwrap_err();
        assert_eq!(fault.to_string(), expected);
    }
    let broken = json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{"type": 1}]});
    let fault = scan_sbom(&broken, OutputFormat::Inspector, &index, Timestamp::UNIX_EPOCH).unwrap_err();
    assert!(
        matches!(fault, ScanFault::Invalid { field: "sbom", .. }),
        "{fault}"
    );
}

prop_compose! {
    fn component()(
        kind in select(vec!["library", "operating-system", "container", "other", ""]),
        reference in option::of("[a-c]{0,1}|\\PC{0,3}"),
        (name, version) in (option::of("\\PC{0,8}"), option::of("\\PC{0,8}")),
        purl in option::of(select(vec![
            "pkg:npm/evil@1", "pkg:npm/evil", "pkg:npm/fine@1", "pkg:deb/ubuntu/shadow@1?distro=jammy", "npm", "pkg:x/y@1",
        ])),
    ) -> Value {
        json!({"type": kind, "bom-ref": reference, "name": name, "version": version, "purl": purl})
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever stands in a document, the answer points at its own components, counts what it lists, and repeats.
    #[test]
    fn answers_hang_together(components in vec(component(), 0..12)) {
        let document = json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": components});
        let answer = scan(&document, OutputFormat::CycloneDx1_5);
        prop_assert_eq!(&scan(&document, OutputFormat::CycloneDx1_5), &answer);
        let written = answer["components"].as_array().unwrap();
        prop_assert_eq!(written.len(), components.len());
        let references: BTreeSet<_> = written.iter().map(|component| component["bom-ref"].as_str().unwrap()).collect();
        prop_assert_eq!(references.len(), written.len());
        let vulnerabilities = answer["vulnerabilities"].as_array().unwrap();
        for affected in vulnerabilities.iter().flat_map(|found| found["affects"].as_array().unwrap()) {
            prop_assert!(references.contains(affected["ref"].as_str().unwrap()));
        }
        let counts = answer["metadata"]["properties"].as_array().unwrap();
        let count = |property: &Value| property["value"].as_str().unwrap().parse::<usize>().unwrap();
        let total: usize = counts.iter().take(5).map(count).sum();
        prop_assert_eq!(total, vulnerabilities.len());
        let other = scan(&document, OutputFormat::Inspector);
        prop_assert_eq!(other["inspector"]["vulnerabilities"].as_array().unwrap().len(), vulnerabilities.len());
    }
}
