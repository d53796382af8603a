//! Why an inventory has a vulnerability, and why it has not.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

mod support;

use assay_assess::{Explained, Outcome, Word, assess, explain};
use assay_intel::{Builder, Index, IntelligenceKind};
use assay_model::{Advisory, Artifact, ArtifactKind, Inventory, Package, RangeEvent, Standing, VendorStatus};
use jiff::{Timestamp, civil::date};
use support::{advisory, affected};

const OPENSSL: &str = "pkg:deb/debian/libssl3@3.0-1?distro=debian-12&upstream=openssl";

fn of(advisories: &[Advisory], packages: Vec<Package>, id: &str) -> Option<Explained> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("i.idx");
    let mut builder = Builder::new(IntelligenceKind::Upstream).unwrap();
    for advisory in advisories {
        builder.advisory(advisory).unwrap();
    }
    builder.finish(&path, Timestamp::UNIX_EPOCH).unwrap();
    let index = Index::open(&path).unwrap();
    let inventory = Inventory {
        artifact: Artifact::new("x", ArtifactKind::Directory),
        distribution: None,
        packages,
        diagnostics: Vec::new(),
    };
    let today = date(1970, 1, 2);
    let explained = explain(&inventory, &index, id, today).unwrap();
    // What is explained as affected is what is found.
    let found: Vec<usize> = assess(&inventory, &index, today)
        .unwrap()
        .findings
        .iter()
        .filter(|finding| {
            explained
                .as_ref()
                .is_some_and(|known| known.vulnerability.id == finding.vulnerability.id)
        })
        .filter_map(|finding| finding.subject.package())
        .collect();
    let told: Vec<usize> = explained
        .iter()
        .flat_map(|explained| &explained.packages)
        .filter(|package| package.outcome == Outcome::Affected)
        .map(|package| package.position)
        .collect();
    assert_eq!(told, found);
    explained
}

fn packages(purls: &[&str]) -> Vec<Package> {
    purls
        .iter()
        .map(|purl| Package::new(purl.parse().unwrap()))
        .collect()
}

/// Outcome, then of each statement its source, its word and its range.
fn told(explained: &Explained) -> Vec<String> {
    let told = explained.packages.iter().map(|package| {
        let said: Vec<String> = package
            .statements
            .iter()
            .map(|said| format!("{} {} {}", said.source, said.word.as_str(), said.range))
            .collect();
        format!("{}: {}", package.outcome.as_str(), said.join("; "))
    });
    told.collect()
}

#[test]
fn every_record_has_its_say() {
    let mut cleared = affected("Debian:12", "openssl", None);
    cleared.status = VendorStatus::NotAffected;
    cleared.ranges.clear();
    let mut withdrawn = advisory("ghsa", "GHSA-1", affected("PyPI", "flask", Some("3")));
    withdrawn.aliases = vec!["CVE-2024-1".into()];
    withdrawn.standing = Standing::Withdrawn;
    let mut between = affected("PyPI", "flask", None);
    between.ranges = vec![
        vec![
            RangeEvent::Introduced("1.0".into()),
            RangeEvent::Fixed("1.2".into()),
        ],
        vec![
            RangeEvent::Introduced("2.0".into()),
            RangeEvent::Fixed("2.3".into()),
        ],
    ];
    let mut flask = advisory("pypa", "PYSEC-1", between);
    flask.aliases = vec!["CVE-2024-1".into()];
    let advisories = [
        advisory("osv", "CVE-2024-1", affected("Debian:12", "openssl", Some("9"))),
        advisory("debian", "CVE-2024-1", cleared),
        withdrawn,
        flask,
    ];
    for (purls, expected) in [
        (
            &[OPENSSL][..],
            &["not-affected: osv affected < 9; debian not-affected "][..],
        ),
        (
            &["pkg:pypi/flask@2.1"],
            &["affected: ghsa withdrawn < 3; pypa affected >= 1.0, < 1.2 or >= 2.0, < 2.3"],
        ),
        (
            &["pkg:pypi/flask@1.5"],
            &["outside-range: ghsa withdrawn < 3; pypa outside-range >= 1.0, < 1.2 or >= 2.0, < 2.3"],
        ),
        (&["pkg:pypi/django@1"], &[]),
    ] {
        let explained = of(&advisories, packages(purls), "CVE-2024-1").unwrap();
        let sorted = |text: &str| {
            let (outcome, said) = text.split_once(": ").unwrap();
            let mut said: Vec<String> = said.split("; ").map(str::to_owned).collect();
            said.sort();
            (outcome.to_owned(), said)
        };
        // Records of one package come in the order of the file.
        let found: Vec<_> = told(&explained).iter().map(|line| sorted(line)).collect();
        let expected: Vec<_> = expected.iter().map(|line| sorted(line)).collect();
        assert_eq!(found, expected, "{purls:?}");
    }
    assert_eq!(of(&advisories, packages(&[OPENSSL]), "CVE-1999-1"), None);
    let by_alias = of(&advisories, packages(&["pkg:pypi/flask@2.1"]), "PYSEC-1").unwrap();
    assert_eq!(by_alias.vulnerability.id, "CVE-2024-1");
    let fixed: Vec<Option<&str>> = by_alias.packages[0]
        .statements
        .iter()
        .filter(|said| said.word == Word::Affected)
        .map(|said| said.fixed_in.as_deref())
        .collect();
    assert_eq!(fixed, [Some("2.3")]);
}

#[test]
fn what_the_system_owns_and_what_nobody_could_assess_is_said() {
    let advisories = [advisory("ghsa", "CVE-2024-1", affected("PyPI", "six", None))];
    let mut owned = Package::new("pkg:pypi/six@1.16".parse().unwrap());
    owned.owner = Some(OPENSSL.parse().unwrap());
    let mut all = vec![owned];
    all.extend(packages(&["pkg:pypi/six", "pkg:unheard/of@1"]));
    let explained = of(&advisories, all, "CVE-2024-1").unwrap();
    assert_eq!(
        told(&explained),
        ["owned-by-operating-system: ghsa affected all versions"]
    );
    assert_eq!(explained.diagnostics.len(), 2, "{:?}", explained.diagnostics);
}
