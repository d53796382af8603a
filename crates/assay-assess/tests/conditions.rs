//! Who has the last word on a package, when an operating system has ended, and which kernels count.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

mod support;

use assay_assess::{Applicability, Conditions, Reason, Subject};
use assay_model::{
    Advisory, AdvisoryKind, Artifact, ArtifactKind, DiagnosticCode, Distribution, Inventory, Package,
    RangeEvent, Severity, VendorStatus,
};
use jiff::civil::date;
use support::{advisory, affected, ids, run, run_inventory};

/// Red Hat's record of a flaw and the bulletin of an update for it, on one package.
fn red_hat(name: &str, status: VendorStatus, fixed: Option<&str>) -> Advisory {
    let mut entry = affected("Red Hat:8", name, fixed);
    entry.status = status;
    if status == VendorStatus::NotAffected {
        entry.ranges.clear();
    }
    advisory("redhat", "CVE-2024-1", entry)
}

fn bulletin(name: &str, fixed: &str) -> Advisory {
    let mut bulletin = advisory("redhat", "RHSA-2024:1", affected("Red Hat:8", name, Some(fixed)));
    bulletin.fixes = vec!["CVE-2024-1".into()];
    bulletin
}

fn openssl_libs(version: &str) -> String {
    format!(
        "pkg:rpm/redhat/openssl-libs@{version}?distro=rhel-8.6&epoch=1&upstream=openssl-{version}.src.rpm"
    )
}

#[test]
fn the_record_of_a_flaw_beats_bulletins_and_the_package_its_source() {
    use VendorStatus::{Affected, EndOfLife, NotAffected};
    let check = |advisories: &[&Advisory], version: &str, expected: usize| {
        let advisories: Vec<Advisory> = advisories.iter().map(|advisory| (*advisory).clone()).collect();
        let outcome = run(&advisories, &[&openssl_libs(version)]);
        assert_eq!(ids(&outcome).len(), expected, "{version} {advisories:#?}");
    };
    let fixed = red_hat("openssl-libs", Affected, Some("1:1.1.1k-7"));
    check(&[&fixed], "1.1.1k-6", 1);
    check(&[&bulletin("openssl-libs", "1:1.1.1k-9")], "1.1.1k-8", 1);
    // Fixed by the record, not yet by another source.
    check(&[&fixed, &bulletin("openssl-libs", "1:1.1.1k-9")], "1.1.1k-8", 0);
    check(&[&fixed, &bulletin("openssl-libs", "1:1.1.1k-5")], "1.1.1k-6", 1);
    let never = red_hat("openssl-libs", NotAffected, None);
    check(&[&never, &bulletin("openssl-libs", "1:1.1.1k-9")], "1.1.1k-6", 0);
    // What has no fix is named by its source; a word on the package itself beats it.
    let unfixed = red_hat("openssl", EndOfLife, None);
    check(&[&unfixed], "1.1.1k-6", 1);
    check(&[&unfixed, &fixed], "1.1.1k-8", 0);
}

#[test]
fn a_record_in_two_places_explains_itself_by_the_place() {
    let unfixed = red_hat("openssl", VendorStatus::WontFix, None);
    let outcome = run(&[unfixed], &[&openssl_libs("1.1.1k-6")]);
    let explained = &outcome.findings[0].matches[0];
    assert_eq!(
        (explained.package.as_str(), explained.status),
        ("Red Hat:8 openssl", VendorStatus::WontFix)
    );
}

#[test]
fn fixes_for_subscribers_count_where_they_are_installed() {
    let open = advisory("ubuntu", "CVE-2024-1", affected("Ubuntu:16.04", "unzip", None));
    let closed = advisory(
        "ubuntu",
        "CVE-2024-1",
        affected("Ubuntu:16.04", "unzip", Some("6.0-20ubuntu1")),
    );
    let pro = advisory(
        "ubuntu",
        "CVE-2024-1",
        affected("Ubuntu:Pro:16.04", "unzip", Some("6.0-20ubuntu1.1~esm1")),
    );
    let check = |advisories: &[&Advisory], version: &str, expected: &[&str]| {
        let advisories: Vec<Advisory> = advisories.iter().map(|advisory| (*advisory).clone()).collect();
        let purl = format!("pkg:deb/ubuntu/unzip@{version}?distro=ubuntu-16.04");
        let outcome = run(&advisories, &[&purl]);
        let fixes: Vec<&str> = outcome
            .findings
            .iter()
            .map(|finding| finding.fixed_in.as_deref().unwrap_or("none"))
            .collect();
        assert_eq!(fixes, expected, "{version}");
    };
    check(&[&open], "6.0-20ubuntu1", &["none"]);
    check(&[&open, &pro], "6.0-20ubuntu1", &["6.0-20ubuntu1.1~esm1"]);
    check(&[&open, &pro], "6.0-20ubuntu1.1~esm1", &[]);
    check(&[&closed, &pro], "6.0-20ubuntu1", &[]);
    check(&[&pro], "6.0-20ubuntu1", &["6.0-20ubuntu1.1~esm1"]);
    check(&[&pro], "6.0-20ubuntu1.1~esm2", &[]);
}

#[test]
fn a_publisher_speaks_of_its_own_program_before_who_packages_it() {
    let node = |id: &str, fixed| advisory("nodejs", id, affected("Runtime", "node", Some(fixed)));
    let packaged = |id: &str, name, fixed| advisory("bitnami", id, affected("Bitnami", name, Some(fixed)));
    let check = |advisories: &[Advisory], purl: &str, expected: &[&str]| {
        assert_eq!(ids(&run(advisories, &[purl])), expected, "{purl}");
    };
    let both = [
        node("CVE-2024-1", "18.1.0"),
        packaged("CVE-2024-1", "node", "18.9.0"),
    ];
    check(&both, "pkg:generic/node@18.0.0", &["CVE-2024-1"]);
    check(&both, "pkg:generic/node@18.5.0", &[]);
    let other = [
        node("CVE-2024-1", "18.1.0"),
        packaged("CVE-2024-2", "node", "18.9.0"),
    ];
    check(&other, "pkg:generic/node@18.5.0", &["CVE-2024-2"]);
    let apache = [packaged("CVE-2024-3", "apache", "2.4.50")];
    check(&apache, "pkg:generic/httpd@2.4.49", &["CVE-2024-3"]);
    check(&apache, "pkg:generic/apache@2.4.49", &[]);
}

fn system(id: &str, version: &str) -> Inventory {
    Inventory {
        artifact: Artifact::new("x", ArtifactKind::Host),
        distribution: Some(Distribution {
            id: id.into(),
            version: version.into(),
            ..Distribution::default()
        }),
        packages: Vec::new(),
        diagnostics: Vec::new(),
    }
}

#[test]
fn an_ended_operating_system_is_a_critical_finding() {
    let mut ended = advisory(
        "endoflife",
        "EOL-debian-9",
        affected("Operating System", "debian 9", None),
    );
    ended.kind = AdvisoryKind::EndOfLife;
    ended.title = "Debian 9 is past its end of life".into();
    ended.affected[0].ranges = vec![vec![RangeEvent::Introduced("2022-07-02".into())]];
    let mut endless = advisory(
        "endoflife",
        "EOL-debian-8",
        affected("Operating System", "debian 8", None),
    );
    endless.kind = AdvisoryKind::EndOfLife;
    endless.affected[0].ranges.clear();
    let advisories = [ended, endless];

    let check = |id: &str, version: &str, day: jiff::civil::Date, expected: Option<(&str, &str)>| {
        let assessment = run_inventory(&advisories, &system(id, version), day.into());
        let told = assessment.findings.first().map(|finding| {
            assert_eq!(finding.subject, Subject::OperatingSystem);
            assert_eq!(finding.severity, Severity::Critical);
            assert_eq!(finding.kind.as_str(), "end-of-life");
            assert_eq!(finding.installed, version);
            (
                finding.vulnerability.id.as_str(),
                finding.matches[0].range.as_str(),
            )
        });
        assert_eq!(told, expected, "{id} {version} {day}");
        assert!(
            assessment
                .diagnostics
                .iter()
                .all(|diagnostic| diagnostic.code != DiagnosticCode::DistributionEndOfLife),
            "the finding says it"
        );
    };
    let last = date(2022, 7, 1);
    check("debian", "9", last, None);
    check(
        "debian",
        "9",
        last.tomorrow().unwrap(),
        Some(("EOL-debian-9", ">= 2022-07-02")),
    );
    // What the intelligence says beats the table, which has 2020 for the end of this one.
    check("debian", "8", date(2026, 11, 24), None);
    check(
        "debian",
        "10.13",
        date(2026, 11, 24),
        Some(("EOL-debian-10", ">= 2024-06-30")),
    );
    check("debian", "12", date(2026, 11, 24), None);
    check("plan9", "4", date(2026, 11, 24), None);
    check(
        "alpine",
        "3.18.4",
        date(2026, 11, 24),
        Some(("EOL-alpine-3.18", ">= 2025-05-09")),
    );
}

#[test]
fn a_kernel_that_does_not_run_is_kept_as_not_applicable() {
    let linux = advisory("debian", "CVE-2024-1", affected("Debian:12", "linux", None));
    let purls = [
        "pkg:deb/debian/linux-image-6.1.0-13-amd64@6.1.55-1?distro=debian-12&upstream=linux",
        "pkg:deb/debian/linux-image-6.1.0-11-amd64@6.1.38-4?distro=debian-12&upstream=linux",
        "pkg:deb/debian/linux-libc-dev@6.1.55-1?distro=debian-12&upstream=linux",
    ];
    let check = |running: Option<&str>, expected: [Option<Reason>; 3]| {
        let inventory = Inventory {
            artifact: Artifact::new("x", ArtifactKind::Host),
            distribution: None,
            packages: purls
                .iter()
                .map(|purl| Package::new(purl.parse().unwrap()))
                .collect(),
            diagnostics: Vec::new(),
        };
        let conditions = Conditions {
            running_kernel: running,
            ..Conditions::from(date(2024, 1, 1))
        };
        let assessment = run_inventory(std::slice::from_ref(&linux), &inventory, conditions);
        for (position, reason) in expected.into_iter().enumerate() {
            let finding = assessment
                .findings
                .iter()
                .find(|finding| finding.subject == Subject::Package(position));
            let expected = reason.map_or(Applicability::Applicable, Applicability::NotApplicable);
            assert_eq!(finding.unwrap().applicability, expected, "{running:?} {position}");
        }
    };
    use Reason::{KernelHeaders, KernelNotRunning};
    check(None, [None, None, Some(KernelHeaders)]);
    check(
        Some("6.1.0-13-amd64"),
        [None, Some(KernelNotRunning), Some(KernelHeaders)],
    );
}
