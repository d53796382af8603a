//! A fleet to report on: 10,000 hosts with 500 packages each, of 200 different inventories, and some 100 findings each.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use assay_criteria::Field;
use assay_engine::{Engine, Intelligence};
use assay_intel::{Builder, IntelligenceKind};
use assay_model::{
    Advisory, Affected, CvssVector, Ecosystem, PackageKey, RangeEvent, Reference, Severity, VendorStatus,
};
use assay_service::describe;
use assay_store::{Attribute, Database, NewInventory, NewResource, NewSubject, ScopeId};
use jiff::Timestamp;
use tokio::sync::Notify;

const HOSTS: usize = 10_000;
const INVENTORIES: usize = 200;
/// Packages that a host has.
const PACKAGES: usize = 500;
/// Packages that there are, each in two versions.
const POOL: usize = 2_500;
/// Advisories, each on one package and one version of it at least.
const ADVISORIES: usize = 500;

/// Fills a store, and takes a while.
pub(crate) async fn fill(database: &Database, scope: ScopeId, directory: &Path) {
    let now = || Timestamp::now().as_microsecond();
    let first = index(&directory.join("first.idx"));
    let folder = directory.join("intelligence");
    let intelligence = Intelligence::open(database, &folder, &first, now())
        .await
        .unwrap();
    let engine = Engine::new(
        database.clone(),
        Arc::new(intelligence),
        describe,
        Arc::new(now),
        Arc::new(Notify::new()),
    );
    for from in (0..HOSTS).step_by(25) {
        let pushes: Vec<(NewResource, NewInventory)> = (from..from + 25)
            .map(|number| (host(scope, number), inventory(number % INVENTORIES)))
            .collect();
        database.push_many(&pushes, now()).await.unwrap();
    }
    engine.work_off().await.unwrap();
}

fn index(path: &Path) -> PathBuf {
    let mut builder = Builder::new(IntelligenceKind::Upstream).unwrap();
    for number in 0..ADVISORIES {
        builder.advisory(&advisory(number)).unwrap();
    }
    builder.finish(path, Timestamp::UNIX_EPOCH).unwrap();
    path.to_owned()
}

fn advisory(number: usize) -> Advisory {
    let mut advisory = Advisory::new("ghsa", format!("GHSA-{number}"));
    let severities = [
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
    ];
    advisory.severity = Some(severities[number % 4]);
    advisory.title = format!("A flaw in the package {}", number * 5);
    advisory.details = "A flaw in a package, told at the length that such texts have. ".repeat(8);
    advisory.cvss = vec![CvssVector {
        source: "ghsa".into(),
        vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".into(),
    }];
    advisory.references = (0..6)
        .map(|link| Reference {
            kind: "WEB".into(),
            url: format!("https://example.org/advisories/{number}/{link}"),
        })
        .collect();
    advisory.affected = vec![Affected {
        package: PackageKey::new(Ecosystem::new("PyPI"), &format!("package-{}", number * 5)),
        status: VendorStatus::Affected,
        ranges: vec![vec![
            RangeEvent::Introduced("0".into()),
            RangeEvent::Fixed("3.0".into()),
        ]],
        versions: Vec::new(),
        severity: advisory.severity,
        module: None,
    }];
    advisory
}

fn host(scope: ScopeId, number: usize) -> NewResource {
    NewResource {
        scope,
        kind: "AWS_EC2_INSTANCE".into(),
        name: format!("i-{number:017x}"),
        state: "ACTIVE".into(),
        description:
            r#"{"details":{"awsEc2Instance":{"platform":"DEBIAN_12","imageId":"ami-0123456789abcdef0"}}}"#
                .into(),
        attributes: vec![Attribute {
            name: Field::ResourceTags.name(),
            key: "team".into(),
            text: (number % 50).to_string(),
            number: 0.0,
        }],
        ecr_pushed_at: 0,
        ecr_pulled_at: 0,
        ecr_repository: String::new(),
        ecr_registry: String::new(),
        scan_mode: "EC2_INSPECTOR_AGENT_BASED".into(),
        coverage: ("ACTIVE".into(), "PENDING_INITIAL_SCAN".into()),
        diagnostics: "[]".into(),
    }
}

/// Packages by a walk that is the same at every run.
fn inventory(seed: usize) -> NewInventory {
    let mut chosen: BTreeMap<usize, usize> = BTreeMap::new();
    let mut at = seed;
    while chosen.len() < PACKAGES {
        at = (at * 1_103 + 12_345) % 1_000_003;
        chosen.insert(at % POOL, 1 + at % 2);
    }
    let subjects = chosen.into_iter().map(|(package, version)| NewSubject {
        identity: format!("pkg:pypi/package-{package}@{version}.0"),
        name: format!("package-{package}"),
        version: format!("{version}.0"),
        epoch: 0,
        release: String::new(),
        architecture: String::new(),
        keys: vec![format!("PyPI package-{package}")],
        places: r#"[{"path":"usr/lib/python3/dist-packages","analyser":"python"}]"#.into(),
    });
    NewInventory {
        digest: seed.to_string(),
        document: Vec::new(),
        packages: 500,
        subjects: subjects.collect(),
    }
}
