//! Which packages match which rules, and what the finding says.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

mod support;

use assay_assess::FixState;
use assay_model::{
    Advisory, AdvisoryKind, CvssVector, DiagnosticCode, Package, Severity, Standing, VendorStatus,
};
use support::{advisory, affected, ids, run, run_packages};

#[test]
fn a_vendors_not_affected_beats_any_other_source() {
    let mut cleared = affected("Debian:12", "openssl", None);
    cleared.status = VendorStatus::NotAffected;
    cleared.ranges.clear();
    let advisories = [
        advisory("osv", "CVE-2024-1", affected("Debian:12", "openssl", Some("9"))),
        advisory("debian", "CVE-2024-1", cleared),
        advisory("osv", "CVE-2024-2", affected("Debian:12", "openssl", Some("9"))),
    ];
    let outcome = run(
        &advisories,
        &["pkg:deb/debian/libssl3@3.0-1?distro=debian-12&upstream=openssl"],
    );
    assert_eq!(ids(&outcome), ["CVE-2024-2"]);
}

#[test]
fn distributions_and_ecosystems_do_not_speak_for_each_other() {
    let advisories = [
        advisory("ghsa", "CVE-2024-1", affected("PyPI", "six", None)),
        advisory("debian", "CVE-2024-2", affected("Debian:12", "six", None)),
        advisory("debian", "CVE-2024-3", affected("Debian:13", "six", None)),
    ];
    let debian = "pkg:deb/debian/python3-six@1.16-4?distro=debian-12&upstream=six";
    assert_eq!(ids(&run(&advisories, &[debian])), ["CVE-2024-2"]);
    assert_eq!(ids(&run(&advisories, &["pkg:pypi/six@1.16"])), ["CVE-2024-1"]);
    let mut owned = Package::new("pkg:pypi/six@1.16".parse().unwrap());
    owned.owner = Some(debian.parse().unwrap());
    let packages = vec![Package::new(debian.parse().unwrap()), owned];
    assert_eq!(ids(&run_packages(&advisories, packages)), ["CVE-2024-2"]);
}

#[test]
fn package_urls_that_lose_the_case_of_a_name_lose_no_finding() {
    let advisories = [
        advisory(
            "go",
            "CVE-2024-1",
            affected("Go", "github.com/Azure/go-ntlmssp", None),
        ),
        advisory("ghsa", "CVE-2024-2", affected("npm", "JSONStream", None)),
    ];
    for purls in [
        [
            "pkg:golang/github.com/Azure/go-ntlmssp@v0.1.0",
            "pkg:npm/JSONStream@1.0.0",
        ],
        [
            "pkg:golang/github.com/azure/go-ntlmssp@v0.1.0",
            "pkg:npm/jsonstream@1.0.0",
        ],
    ] {
        assert_eq!(
            ids(&run(&advisories, &purls)),
            ["CVE-2024-1", "CVE-2024-2"],
            "{purls:?}"
        );
    }
}

#[test]
fn module_streams_are_kept_apart() {
    let fixed = "1:14.18.2-2.module_el8.5.0+119+9a9ec082";
    let mut fourteen = affected("AlmaLinux:8", "nodejs", Some(fixed));
    fourteen.module = Some("nodejs:14".into());
    let mut bulletin = advisory("almalinux", "ALSA-2022:1", fourteen);
    bulletin.fixes = vec!["CVE-2022-1".into(), "CVE-2022-2".into()];
    let mut update = advisory(
        "almalinux",
        "ALBA-2022:1",
        affected("AlmaLinux:8", "nodejs", None),
    );
    update.kind = AdvisoryKind::Update;
    let advisories = [bulletin, update];
    let check = |version: &str, stream: &str, expected: &[&str]| {
        let purl = format!("pkg:rpm/almalinux/nodejs@{version}?distro=almalinux-8.5&epoch=1{stream}");
        let outcome = run(&advisories, &[&purl]);
        assert_eq!(ids(&outcome), expected, "{purl}");
        assert!(
            outcome
                .findings
                .iter()
                .all(|finding| finding.fixed_in.as_deref() == Some(fixed))
        );
    };
    // A bulletin is a finding for each flaw that it fixes.
    check(
        "14.17.3-1.module_el8.4.0",
        "&rpmmod=nodejs:14:8040:ab",
        &["CVE-2022-1", "CVE-2022-2"],
    );
    check("12.22.3-1.module_el8.4.0", "&rpmmod=nodejs:12:8040:ab", &[]);
    check("10.24.0-1.el8", "", &[]);
    check(
        "14.18.2-2.module_el8.5.0%2B119%2B9a9ec082",
        "&rpmmod=nodejs:14:8040:ab",
        &[],
    );
}

#[test]
fn records_of_one_flaw_make_one_finding_that_all_of_them_explain() {
    let mut ghsa = advisory("ghsa", "GHSA-aaaa", affected("PyPI", "django", Some("3.2.1")));
    ghsa.aliases = vec!["CVE-2021-1".into()];
    let mut pysec = advisory("pysec", "PYSEC-1", affected("PyPI", "django", Some("3.2.10")));
    pysec.aliases = vec!["GHSA-aaaa".into()];
    let mut withdrawn = advisory("pysec", "PYSEC-2", affected("PyPI", "django", None));
    withdrawn.standing = Standing::Withdrawn;
    let outcome = run(&[ghsa, pysec, withdrawn], &["pkg:pypi/Django@3.2"]);
    assert_eq!(ids(&outcome), ["CVE-2021-1"]);
    let finding = &outcome.findings[0];
    assert_eq!(finding.vulnerability.aliases, ["GHSA-aaaa", "PYSEC-1"]);
    assert_eq!(
        finding.fixed_in.as_deref(),
        Some("3.2.10"),
        "the version that satisfies both"
    );
    let explained: Vec<_> = finding
        .matches
        .iter()
        .map(|m| format!("{} {}", m.advisory, m.range))
        .collect();
    assert_eq!(explained, ["GHSA-aaaa < 3.2.1", "PYSEC-1 < 3.2.10"]);
}

/// The severity of a flaw with these vectors (each with its source) and the advisory's own word.
fn severity_of(
    ecosystem: &str,
    vectors: &[(&str, &str)],
    word: Option<Severity>,
    kind: AdvisoryKind,
) -> Severity {
    let (source, purl) = match ecosystem {
        "PyPI" => ("ghsa", "pkg:pypi/x@1"),
        _ => ("debian", "pkg:deb/debian/x@1?distro=debian-12"),
    };
    let mut entry = affected(ecosystem, "x", None);
    entry.severity = word.filter(|_| source == "debian");
    let mut told = advisory(source, "CVE-2024-1", entry);
    told.severity = word;
    told.kind = kind;
    let mut catalogue = Advisory::new("nvd", "CVE-2024-1");
    for (source, vector) in vectors {
        let cvss = CvssVector {
            source: (*source).into(),
            vector: (*vector).into(),
        };
        if *source == "nvd" {
            catalogue.cvss.push(cvss);
        } else {
            told.cvss.push(cvss);
        }
    }
    run(&[told, catalogue], &[purl]).findings[0].severity
}

#[test]
fn severities() {
    const CRITICAL: (&str, &str) = ("nvd", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
    const MEDIUM_V2: &str = "AV:N/AC:L/Au:N/C:N/I:N/A:P";
    use AdvisoryKind::*;
    for (ecosystem, vectors, word, kind, expected) in [
        (
            "Debian:12",
            &[CRITICAL][..],
            Some(Severity::Low),
            Vulnerability,
            Severity::Low,
        ),
        ("Debian:12", &[CRITICAL], None, Vulnerability, Severity::Critical),
        (
            "PyPI",
            &[CRITICAL],
            Some(Severity::Low),
            Vulnerability,
            Severity::Critical,
        ),
        (
            "PyPI",
            &[("ghsa", MEDIUM_V2), CRITICAL],
            None,
            Vulnerability,
            Severity::Critical,
        ),
        (
            "PyPI",
            &[("nvd", MEDIUM_V2)],
            None,
            Vulnerability,
            Severity::Medium,
        ),
        ("PyPI", &[], Some(Severity::High), Vulnerability, Severity::High),
        ("PyPI", &[], None, Vulnerability, Severity::Untriaged),
        ("PyPI", &[], None, Unmaintained, Severity::Informational),
        ("PyPI", &[], None, Malicious, Severity::Critical),
    ] {
        assert_eq!(
            severity_of(ecosystem, vectors, word, kind),
            expected,
            "{ecosystem} {vectors:?} {word:?} {kind:?}"
        );
    }
}

#[test]
fn the_gravest_reading_of_several_records_counts() {
    use AdvisoryKind::*;
    for (kinds, expected) in [
        ([Vulnerability, Malicious], Malicious),
        ([Notice, Unmaintained], Unmaintained),
        ([Unsound, Vulnerability], Vulnerability),
    ] {
        let mut records =
            ["ghsa", "osv"].map(|source| advisory(source, "CVE-2024-1", affected("npm", "x", None)));
        for (record, kind) in records.iter_mut().zip(kinds) {
            record.kind = kind;
        }
        assert_eq!(run(&records, &["pkg:npm/x@1"]).findings[0].kind, expected);
    }
}

#[test]
fn fix_states() {
    let check = |status: VendorStatus, fixed: Option<&str>, expected: FixState| {
        let mut entry = affected("Debian:12", "x", fixed);
        entry.status = status;
        let outcome = run(
            &[advisory("debian", "CVE-2024-1", entry)],
            &["pkg:deb/debian/x@1?distro=debian-12"],
        );
        assert_eq!(outcome.findings[0].fix_state, expected, "{status:?}");
    };
    check(VendorStatus::Affected, Some("2"), FixState::Fixed);
    check(VendorStatus::Affected, None, FixState::Pending);
    check(VendorStatus::Postponed, None, FixState::Pending);
    check(VendorStatus::Undetermined, None, FixState::Pending);
    check(VendorStatus::WontFix, None, FixState::WontFix);
    check(VendorStatus::EndOfLife, None, FixState::WontFix);
    let outcome = run(
        &[advisory("ghsa", "CVE-2024-1", affected("npm", "x", None))],
        &["pkg:npm/x@1"],
    );
    assert_eq!(outcome.findings[0].fix_state, FixState::NoneKnown);
}

#[test]
fn what_is_not_assessed_is_said() {
    let known = [advisory("ghsa", "CVE-2024-1", affected("npm", "x", None))];
    let check = |purl: &str, expected: &[DiagnosticCode]| {
        let mut codes = run(&known, &[purl]).codes;
        codes.retain(|code| *code != DiagnosticCode::IntelligenceIncomplete);
        assert_eq!(codes, expected, "{purl}");
    };
    check("pkg:npm/y@1", &[]);
    check("pkg:npm/y", &[DiagnosticCode::Unidentified]);
    check("pkg:pypi/y@1", &[DiagnosticCode::EcosystemNotCovered]);
    check("pkg:generic/y@1", &[DiagnosticCode::EcosystemNotCovered]);
    check(
        "pkg:deb/debian/y@1?distro=debian-12",
        &[DiagnosticCode::DistributionUnknown],
    );
    check(
        "pkg:rpm/plan9/y@1?distro=plan9-4",
        &[DiagnosticCode::DistributionUnknown],
    );
}
