//! What the figures are measured on.

use std::path::{Path, PathBuf};

use assay_assess::Finding;
use assay_criteria::{Condition, Criteria, Field, Test};
use assay_engine::Described;
use assay_intel::{Builder, IntelligenceKind};
use assay_model::{Advisory, Affected, Ecosystem, PackageKey, RangeEvent, Severity, VendorStatus};
use assay_store::{Attribute, NewInventory, NewResource, NewSubject, ScopeId};
use jiff::Timestamp;

use crate::Sharing;

/// Packages that one resource has.
const PACKAGES: usize = 500;
/// Packages that there are, each in a few versions.
pub(crate) const POOL: usize = 2_500;
/// Inventories of a fleet.
const SHARED: usize = 200;

/// Whether a resource is an image: every tenth.
fn is_image(number: usize) -> bool {
    number % 10 == 5
}

pub(crate) fn describe(finding: &Finding) -> Described {
    Described {
        source: "NVD".into(),
        vendor_severity: finding.severity.to_string(),
        score: i64::from(finding.severity as u8) * 18,
        fix: "YES",
        title: finding.vulnerability.title.clone(),
        description: "A flaw in a package, told at the length that such texts have.".into(),
    }
}

pub(crate) fn now() -> i64 {
    Timestamp::now().as_microsecond()
}

pub(crate) fn equals(field: Field, text: &str) -> Criteria {
    Criteria {
        conditions: vec![Condition {
            field,
            tests: vec![Test::Equals(text.into())],
        }],
    }
}

pub(crate) fn advisory(number: usize, package: usize, fixed: usize) -> Advisory {
    let mut advisory = Advisory::new("ghsa", format!("GHSA-{number}"));
    let severities = [
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
    ];
    let severity = Some(severities[number % 4]);
    advisory.severity = severity;
    advisory.affected = vec![Affected {
        package: PackageKey::new(Ecosystem::new("PyPI"), &format!("package-{package}")),
        status: VendorStatus::Affected,
        ranges: vec![vec![
            RangeEvent::Introduced("0".into()),
            RangeEvent::Fixed(format!("{fixed}.0")),
        ]],
        versions: Vec::new(),
        severity,
        module: None,
    }];
    advisory
}

pub(crate) fn index(directory: &Path, name: &str, advisories: &[Advisory]) -> PathBuf {
    let path = directory.join(name);
    let mut builder = Builder::new(IntelligenceKind::Upstream).unwrap();
    for advisory in advisories {
        builder.advisory(advisory).unwrap();
    }
    builder.finish(&path, Timestamp::UNIX_EPOCH).unwrap();
    path
}

pub(crate) fn resource(scope: ScopeId, number: usize) -> NewResource {
    NewResource {
        scope,
        kind: match is_image(number) {
            true => "AWS_ECR_CONTAINER_IMAGE".into(),
            false => "AWS_EC2_INSTANCE".into(),
        },
        name: format!("i-{number}"),
        state: "ACTIVE".into(),
        description: "{}".into(),
        attributes: vec![
            Attribute {
                name: Field::ResourceTags.name(),
                key: "team".into(),
                text: (number % 50).to_string(),
                number: 0.0,
            },
            Attribute {
                name: Field::Ec2InstanceImageId.name(),
                key: String::new(),
                text: format!("ami-{}", number % 40),
                number: 0.0,
            },
        ],
        ecr_pushed_at: 0,
        ecr_pulled_at: 0,
        ecr_repository: match is_image(number) {
            true => format!("repository-{}", number % 70),
            false => String::new(),
        },
        ecr_registry: String::new(),
        scan_mode: "EC2_INSPECTOR_AGENT_BASED".into(),
        coverage: ("ACTIVE".into(), "PENDING_INITIAL_SCAN".into()),
        diagnostics: "[]".into(),
    }
}

pub(crate) fn inventory(number: usize, sharing: Sharing) -> NewInventory {
    let seed = match sharing {
        Sharing::Fleet => number % SHARED,
        Sharing::None => number,
    };
    let mut random = u64::try_from(seed).unwrap().wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |most: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random >> 33).unwrap() % most
    };
    let mut chosen: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    chosen.insert(POOL, 1);
    while chosen.len() < PACKAGES - 1 {
        chosen.insert(next(POOL), 1 + next(2));
    }
    // What nobody else has.
    chosen.insert(POOL + 1 + seed, 1);
    let subjects = chosen
        .into_iter()
        .enumerate()
        .map(|(at, (package, version))| NewSubject {
            identity: format!("pkg:pypi/package-{package}@{version}.0"),
            name: format!("package-{package}"),
            version: format!("{version}.0"),
            epoch: 0,
            release: String::new(),
            architecture: String::new(),
            keys: vec![format!("PyPI package-{package}")],
            places: match is_image(number) {
                true => {
                    // Half of the ten layers are those of a base image.
                    let (layer, base) = (at / 50, number % 20);
                    let of = if layer < 5 { base } else { 1_000 + seed };
                    format!(r#"[{{"path":"usr/lib","layer":"sha256:{of}-{layer}","analyser":"python"}}]"#)
                }
                false => r#"[{"path":"usr/lib/python3/dist-packages","analyser":"python"}]"#.into(),
            },
        })
        .collect();
    NewInventory {
        digest: format!("{seed}-{}", sharing == Sharing::Fleet),
        document: vec![0; 8_000],
        packages: i64::try_from(PACKAGES).unwrap(),
        subjects,
    }
}
