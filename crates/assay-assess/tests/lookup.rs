//! What is known behind an id.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

mod support;

use assay_assess::{affected_ecosystems, vulnerability};
use assay_intel::{Builder, Index, IntelligenceKind};
use assay_model::VendorStatus;
use jiff::Timestamp;
use support::{advisory, affected};

#[test]
fn any_id_leads_to_a_flaw_and_to_where_it_is() {
    let mut github = advisory("ghsa", "GHSA-1", affected("npm", "a", Some("2")));
    github.aliases = vec!["CVE-2024-1".into()];
    let mut debian = advisory("debian", "CVE-2024-1", affected("Debian:12", "a", None));
    let mut never = affected("Debian:11", "a", None);
    never.status = VendorStatus::NotAffected;
    debian.affected.push(never);
    let mut one = advisory("ubuntu", "USN-1", affected("Ubuntu:22.04", "a", Some("2")));
    one.fixes = vec!["CVE-2024-1".into()];
    let mut two = advisory("redhat", "RHSA-1", affected("Red Hat:9", "a", Some("2")));
    two.fixes = vec!["CVE-2024-1".into(), "CVE-2024-2".into()];

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("index");
    let mut builder = Builder::new(IntelligenceKind::Upstream).unwrap();
    for advisory in [&github, &debian, &one, &two] {
        builder.advisory(advisory).unwrap();
    }
    builder.finish(&path, Timestamp::UNIX_EPOCH).unwrap();
    let index = Index::open(&path).unwrap();

    for (id, expected) in [
        ("CVE-2024-1", Some("CVE-2024-1")),
        ("cve-2024-1", Some("CVE-2024-1")),
        ("GHSA-1", Some("CVE-2024-1")),
        ("USN-1", Some("CVE-2024-1")),
        ("RHSA-1", None),
        ("CVE-2024-2", Some("CVE-2024-2")),
        ("CVE-2024-3", None),
    ] {
        let found = vulnerability(&index, id).unwrap();
        assert_eq!(found.map(|found| found.id.clone()).as_deref(), expected, "{id}");
    }
    let names = |id| {
        let ecosystems = affected_ecosystems(&index, id).unwrap();
        ecosystems.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        names("CVE-2024-1"),
        ["Debian:12", "Red Hat:9", "Ubuntu:22.04", "npm"]
    );
    assert_eq!(names("CVE-2024-2"), ["Red Hat:9"]);
    assert!(names("CVE-2024-3").is_empty());
}
