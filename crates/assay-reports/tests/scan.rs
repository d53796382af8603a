//! What a scan shows of an ended operating system, of what is not applicable, and of SSVC.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use assay_assess::{Assessment, assess};
use assay_intel::{Builder, Index, IntelligenceKind};
use assay_model::{
    Advisory, Affected, Artifact, ArtifactKind, Distribution, Ecosystem, Inventory, Package, PackageKey,
    RangeEvent, Ssvc, VendorStatus,
};
use assay_reports::{Detail, NotApplicable, Selection, select, select_among, write_scan, write_table};
use jiff::{Timestamp, civil::date};

struct Scan {
    inventory: Inventory,
    index: Index,
    assessment: Assessment,
    _directory: tempfile::TempDir,
}

/// An image of an ended Debian with a flaw in its kernel's headers and in its shell.
fn scan() -> Scan {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("i.idx");
    let mut builder = Builder::new(IntelligenceKind::Upstream).unwrap();
    for (id, package) in [("CVE-2024-1", "linux"), ("CVE-2024-2", "bash")] {
        let mut advisory = Advisory::new("debian", id);
        advisory.ssvc = Ssvc::from_code(0b10_01_11);
        advisory.affected.push(Affected {
            package: PackageKey::new(Ecosystem::new("Debian:9"), package),
            status: VendorStatus::Affected,
            ranges: vec![vec![RangeEvent::Introduced("0".into())]],
            versions: Vec::new(),
            severity: None,
            module: None,
        });
        builder.advisory(&advisory).unwrap();
    }
    builder.finish(&path, Timestamp::UNIX_EPOCH).unwrap();
    let index = Index::open(&path).unwrap();
    let purls = [
        "pkg:deb/debian/bash@4.4-5?distro=debian-9",
        "pkg:deb/debian/linux-libc-dev@4.9-1?distro=debian-9&upstream=linux",
    ];
    let inventory = Inventory {
        artifact: Artifact::new("x", ArtifactKind::Image),
        distribution: Some(Distribution::from_qualifier("debian-9")),
        packages: purls
            .iter()
            .map(|purl| Package::new(purl.parse().unwrap()))
            .collect(),
        diagnostics: Vec::new(),
    };
    let assessment = assess(&inventory, &index, date(2026, 11, 24)).unwrap();
    Scan {
        inventory,
        index,
        assessment,
        _directory: directory,
    }
}

#[test]
fn what_is_not_applicable_is_shown_on_demand_and_counted_nowhere() {
    let scan = scan();
    assert_eq!(scan.assessment.findings.len(), 3);
    let table = |not_applicable| {
        let (findings, hidden) = select_among(&scan.assessment, Selection::default(), not_applicable);
        assert_eq!(hidden, 0);
        let mut out = Vec::new();
        write_table(
            &scan.inventory,
            &scan.index,
            &scan.assessment,
            &findings,
            hidden,
            Detail::All,
            &mut out,
        )
        .unwrap();
        (findings.len(), String::from_utf8(out).unwrap())
    };
    let (count, text) = table(NotApplicable::Hidden);
    assert_eq!(count, select(&scan.assessment, Selection::default()).0.len());
    assert_eq!(count, 2);
    assert!(
        text.contains("2 findings in ") && text.contains("; 1 not applicable here"),
        "{text}"
    );
    assert!(!text.contains("CVE-2024-1"), "{text}");
    let (count, text) = table(NotApplicable::Shown);
    assert_eq!(count, 3);
    assert!(text.contains("not applicable (kernel-headers)"), "{text}");
    assert!(!text.contains("not applicable here"), "{text}");
}

#[test]
fn an_ended_system_stands_among_the_findings_once() {
    let scan = scan();
    let (findings, hidden) = select(&scan.assessment, Selection::default());
    let mut out = Vec::new();
    write_table(
        &scan.inventory,
        &scan.index,
        &scan.assessment,
        &findings,
        hidden,
        Detail::Gravest,
        &mut out,
    )
    .unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(
        text.contains("upgrade debian 9 to a release that is still supported"),
        "{text}"
    );
    assert_eq!(
        text.matches("gets no security updates since 2022-07-01").count(),
        1,
        "{text}"
    );
    assert!(text.contains("1 critical"), "{text}");
}

#[test]
fn members_of_the_json_document() {
    let scan = scan();
    let (findings, _) = select_among(&scan.assessment, Selection::default(), NotApplicable::Shown);
    let mut out = Vec::new();
    write_scan(
        &scan.inventory,
        &scan.index,
        &scan.assessment,
        &findings,
        &mut out,
    )
    .unwrap();
    let document: serde_json::Value = serde_json::from_slice(&out).unwrap();
    let find = |id: &str| {
        let findings = document["findings"].as_array().unwrap();
        findings
            .iter()
            .find(|finding| finding["id"] == id)
            .unwrap()
            .clone()
    };
    let ended = find("EOL-debian-9");
    assert_eq!(ended["kind"], "end-of-life");
    assert_eq!(ended["severity"], "critical");
    assert_eq!(ended["package"]["purl"], "pkg:generic/debian@9");
    assert!(ended["ssvc"].is_null());
    let headers = find("CVE-2024-1");
    assert_eq!(headers["notApplicable"], "kernel-headers");
    assert_eq!(headers["ssvc"]["exploitation"], "active");
    assert_eq!(headers["ssvc"]["automatable"], "no");
    assert_eq!(headers["ssvc"]["technicalImpact"], "total");
    assert_eq!(headers["exploitKnown"], true);
    assert!(find("CVE-2024-2")["notApplicable"].is_null());
}
