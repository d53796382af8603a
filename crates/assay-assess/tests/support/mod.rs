//! What the tests of the matcher share.

#![allow(dead_code, reason = "each test takes what it needs")]

use assay_assess::{
    Applicability, AssessedSubject, Assessment, Assessor, Conditions, Finding, assess, subjects,
};
use assay_intel::{Builder, Index, IntelligenceKind};
use assay_model::{
    Advisory, Affected, Artifact, ArtifactKind, DiagnosticCode, Ecosystem, Inventory, Package, PackageKey,
    RangeEvent, VendorStatus,
};
use jiff::{Timestamp, civil::date};

pub(crate) fn affected(ecosystem: &str, name: &str, fixed: Option<&str>) -> Affected {
    let mut events = vec![RangeEvent::Introduced("0".into())];
    events.extend(fixed.map(|version| RangeEvent::Fixed(version.into())));
    Affected {
        package: PackageKey::new(Ecosystem::new(ecosystem), name),
        status: VendorStatus::Affected,
        ranges: vec![events],
        versions: Vec::new(),
        severity: None,
        module: None,
    }
}

pub(crate) fn advisory(source: &str, id: &str, affected: Affected) -> Advisory {
    let mut advisory = Advisory::new(source, id);
    advisory.affected = vec![affected];
    advisory
}

pub(crate) struct Outcome {
    pub(crate) findings: Vec<Finding>,
    pub(crate) codes: Vec<DiagnosticCode>,
}

/// Assesses packages (by package URL) against advisories.
pub(crate) fn run(advisories: &[Advisory], purls: &[&str]) -> Outcome {
    let packages: Vec<Package> = purls
        .iter()
        .map(|purl| Package::new(purl.parse().unwrap()))
        .collect();
    run_packages(advisories, packages)
}

pub(crate) fn run_packages(advisories: &[Advisory], packages: Vec<Package>) -> Outcome {
    let inventory = Inventory {
        artifact: Artifact::new("x", ArtifactKind::Directory),
        distribution: None,
        packages,
        diagnostics: Vec::new(),
    };
    let assessment = run_inventory(advisories, &inventory, date(1970, 1, 2).into());
    Outcome {
        findings: assessment.findings,
        codes: assessment.diagnostics.iter().map(|d| d.code).collect(),
    }
}

/// Assesses an inventory against advisories, twice.
pub(crate) fn run_inventory(
    advisories: &[Advisory],
    inventory: &Inventory,
    conditions: Conditions<'_>,
) -> Assessment {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("i.idx");
    let mut builder = Builder::new(IntelligenceKind::Upstream).unwrap();
    for advisory in advisories {
        builder.advisory(advisory).unwrap();
    }
    builder.finish(&path, Timestamp::UNIX_EPOCH).unwrap();
    let index = Index::open(&path).unwrap();
    let assessment = assess(inventory, &index, conditions).unwrap();
    let again = assess(inventory, &index, conditions).unwrap();
    assert_eq!(assessment, again, "equal input gives an equal assessment");
    assert_eq!(
        whole(&assessment),
        by_subject(inventory, &index, conditions),
        "what is found subject by subject is what is found in the whole"
    );
    assessment
}

/// Vulnerability, position of the package, and the finding but for these.
type Told = (String, Option<usize>, String);

fn told(finding: &Finding, subject: Option<usize>) -> Told {
    let mut rest = finding.clone();
    rest.subject = assay_assess::Subject::OperatingSystem;
    let id = finding.vulnerability.id.clone();
    // The operating system's name may be told at greater length by the inventory.
    let rest = match subject {
        Some(_) => format!("{rest:?}"),
        None => format!("{:?} {:?}", rest.severity, rest.installed),
    };
    (id, subject, rest)
}

fn whole(assessment: &Assessment) -> Vec<Told> {
    let applicable = assessment
        .findings
        .iter()
        .filter(|finding| finding.applicability == Applicability::Applicable);
    let mut whole: Vec<Told> = applicable
        .map(|finding| told(finding, finding.subject.package()))
        .collect();
    whole.sort();
    whole
}

fn by_subject(inventory: &Inventory, index: &Index, conditions: Conditions<'_>) -> Vec<Told> {
    let mut assessor = Assessor::new(index, conditions.today).unwrap();
    let mut found = Vec::new();
    for (subject, positions) in subjects(inventory, conditions.running_kernel) {
        let read_back = AssessedSubject::from_identity(&subject.identity()).unwrap();
        assert_eq!(read_back, subject);
        let findings = assessor.assess(&subject).unwrap();
        let keys = subject.keys();
        for finding in &findings {
            let is_keyed =
                |explained: &assay_assess::Match| keys.iter().any(|key| key.to_string() == explained.package);
            assert!(
                finding.severity_source == "assay" || finding.matches.iter().all(is_keyed),
                "{keys:?} {:?}",
                finding.matches
            );
            if positions.is_empty() {
                found.push(told(finding, None));
            }
            for position in &positions {
                found.push(told(finding, Some(*position)));
            }
        }
    }
    found.sort();
    found
}

pub(crate) fn ids(outcome: &Outcome) -> Vec<&str> {
    outcome
        .findings
        .iter()
        .map(|finding| finding.vulnerability.id.as_str())
        .collect()
}
