//! The loop over a real store and a real index: what changes, and what follows.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use assay_assess::{AssessedSubject, Finding, assess, subjects};
use assay_criteria::Criteria;
use assay_engine::{Described, Engine, Intelligence};
use assay_intel::{Builder, Index, IntelligenceKind};
use assay_model::{
    Advisory, Affected, Artifact, ArtifactKind, Ecosystem, Inventory, Package, PackageKey, RangeEvent,
    VendorStatus,
};
use assay_store::{
    Database, Direction, NewInventory, NewResource, NewSubject, Place, ScopeId, Sort, Sorting, kind,
};
use jiff::{Timestamp, civil::date};
use tempfile::TempDir;
use tokio::sync::Notify;

const DAY: i64 = 24 * 3600 * 1_000_000;

struct World {
    directory: TempDir,
    database: Database,
    intelligence: Arc<Intelligence>,
    engine: Engine,
    now: Arc<AtomicI64>,
    scope: ScopeId,
}

fn describe(finding: &Finding) -> Described {
    Described {
        source: "NVD".into(),
        vendor_severity: String::new(),
        score: -1,
        fix: if finding.fixed_in.is_some() { "YES" } else { "NO" },
        title: finding.vulnerability.title.clone(),
        description: String::new(),
    }
}

/// An advisory on a package of PyPI.
fn advisory(id: &str, name: &str, fixed: &str) -> Advisory {
    let mut advisory = Advisory::new("ghsa", id);
    advisory.affected = vec![Affected {
        package: PackageKey::new(Ecosystem::new("PyPI"), name),
        status: VendorStatus::Affected,
        ranges: vec![vec![
            RangeEvent::Introduced("0".into()),
            RangeEvent::Fixed(fixed.into()),
        ]],
        versions: Vec::new(),
        severity: Some(assay_model::Severity::High),
        module: None,
    }];
    advisory
}

fn index(directory: &Path, name: &str, advisories: &[Advisory]) -> PathBuf {
    let path = directory.join(name);
    let mut builder = Builder::new(IntelligenceKind::Upstream).unwrap();
    for advisory in advisories {
        builder.advisory(advisory).unwrap();
    }
    builder.finish(&path, Timestamp::UNIX_EPOCH).unwrap();
    path
}

fn inventory(purls: &[&str]) -> Inventory {
    Inventory {
        artifact: Artifact::new("", ArtifactKind::Host),
        distribution: None,
        packages: purls
            .iter()
            .map(|purl| Package::new(purl.parse().unwrap()))
            .collect(),
        diagnostics: Vec::new(),
    }
}

impl World {
    async fn new(advisories: &[Advisory]) -> World {
        let directory = tempfile::tempdir().unwrap();
        let database = Database::open(&Place::File(directory.path().join("assay.db")))
            .await
            .unwrap();
        let scope = database.scope("111111111111", "us-east-1").await.unwrap();
        let first = index(directory.path(), "first.idx", advisories);
        let folder = directory.path().join("intelligence");
        let intelligence = Arc::new(Intelligence::open(&database, &folder, &first, 0).await.unwrap());
        let now = Arc::new(AtomicI64::new(100 * DAY));
        let clock = Arc::clone(&now);
        let engine = Engine::new(
            database.clone(),
            Arc::clone(&intelligence),
            describe,
            Arc::new(move || clock.fetch_add(1, Ordering::SeqCst)),
            Arc::new(Notify::new()),
        );
        World {
            directory,
            database,
            intelligence,
            engine,
            now,
            scope,
        }
    }

    async fn push(&self, name: &str, purls: &[&str]) {
        let subjects = subjects(&inventory(purls), None)
            .into_iter()
            .map(|(subject, _)| {
                let AssessedSubject::Package(purl) = &subject else {
                    unreachable!()
                };
                NewSubject {
                    identity: subject.identity(),
                    name: purl.name.clone(),
                    version: purl.version.clone().unwrap(),
                    epoch: 0,
                    release: String::new(),
                    architecture: String::new(),
                    keys: subject.keys().iter().map(ToString::to_string).collect(),
                    places: "[]".into(),
                }
            })
            .collect();
        let new = NewInventory {
            digest: purls.join(" "),
            document: Vec::new(),
            packages: 1,
            subjects,
        };
        let resource = NewResource {
            scope: self.scope,
            kind: "AWS_EC2_INSTANCE".into(),
            name: name.into(),
            state: "ACTIVE".into(),
            description: "{}".into(),
            attributes: Vec::new(),
            ecr_pushed_at: 0,
            ecr_repository: String::new(),
            ecr_registry: String::new(),
            scan_mode: String::new(),
            coverage: ("ACTIVE".into(), "PENDING_INITIAL_SCAN".into()),
            diagnostics: "[]".into(),
        };
        let now = self.now.load(Ordering::SeqCst);
        self.database.push(&resource, Some(&new), now).await.unwrap();
        self.engine.work_off().await.unwrap();
    }

    async fn take(&self, name: &str, advisories: &[Advisory]) {
        let file = index(self.directory.path(), name, advisories);
        let now = self.now.load(Ordering::SeqCst);
        self.intelligence.take(&self.database, &file, now).await.unwrap();
        self.engine.work_off().await.unwrap();
    }

    /// Titles and statuses, sorted.
    async fn findings(&self) -> Vec<String> {
        let sorting = Sorting {
            by: Sort::Severity,
            direction: Direction::Descending,
        };
        let page = self
            .database
            .list_findings(&[self.scope], &Criteria::default(), sorting, None, 1000)
            .await
            .unwrap();
        let findings = self
            .database
            .findings(&[self.scope], &page.findings)
            .await
            .unwrap();
        let mut told: Vec<String> = findings
            .iter()
            .map(|finding| {
                format!(
                    "{} {}",
                    finding.title,
                    kind::word(&kind::STATUSES, finding.status)
                )
            })
            .collect();
        told.sort();
        told
    }
}

#[tokio::test]
async fn findings_open_and_close_by_themselves() {
    let a = advisory("GHSA-a", "alpha", "2");
    let world = World::new(std::slice::from_ref(&a)).await;
    world.push("i-1", &["pkg:pypi/alpha@1", "pkg:pypi/beta@1"]).await;
    assert_eq!(world.findings().await, ["GHSA-a - alpha ACTIVE"]);
    // A new advisory reaches what was stored, without any scan.
    world
        .take("second.idx", &[a.clone(), advisory("GHSA-b", "beta", "2")])
        .await;
    assert_eq!(
        world.findings().await,
        ["GHSA-a - alpha ACTIVE", "GHSA-b - beta ACTIVE"]
    );
    // The same intelligence again owes nothing.
    world
        .take("second.idx", &[a.clone(), advisory("GHSA-b", "beta", "2")])
        .await;
    assert_eq!(world.database.generations(10).await.unwrap().len(), 2);
    // One that says that a version was never affected closes; patching closes.
    world
        .take("third.idx", &[a.clone(), advisory("GHSA-b", "beta", "1")])
        .await;
    assert_eq!(
        world.findings().await,
        ["GHSA-a - alpha ACTIVE", "GHSA-b - beta CLOSED"]
    );
    world.push("i-1", &["pkg:pypi/alpha@2", "pkg:pypi/beta@1"]).await;
    assert_eq!(
        world.findings().await,
        ["GHSA-a - alpha CLOSED", "GHSA-b - beta CLOSED"]
    );
    // After a month they are forgotten.
    world.now.fetch_add(31 * DAY, Ordering::SeqCst);
    world.engine.tick().await.unwrap();
    assert!(world.findings().await.is_empty());
}

#[tokio::test]
async fn a_damaged_generation_is_refused_and_nothing_changes() {
    let world = World::new(&[advisory("GHSA-a", "alpha", "2")]).await;
    world.push("i-1", &["pkg:pypi/alpha@1"]).await;
    let file = index(
        world.directory.path(),
        "bad.idx",
        &[advisory("GHSA-b", "beta", "2")],
    );
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    std::fs::write(&file, bytes).unwrap();
    assert!(world.intelligence.take(&world.database, &file, 0).await.is_err());
    world.engine.work_off().await.unwrap();
    assert_eq!(world.findings().await, ["GHSA-a - alpha ACTIVE"]);
}

#[tokio::test]
async fn however_it_came_about_findings_are_those_of_a_fresh_assessment() {
    let names = ["alpha", "beta", "gamma", "delta"];
    let purls: Vec<String> = names
        .iter()
        .flat_map(|name| (1..4).map(move |version| format!("pkg:pypi/{name}@{version}")))
        .collect();
    // A small generator of its own: the same walk each time.
    let mut state = 7_u32;
    let mut pick = |most: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(state >> 16).unwrap() % most
    };
    let world = World::new(&[]).await;
    let mut held: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    let mut advisories: Vec<Advisory> = Vec::new();
    for step in 0..60 {
        if pick(3) == 0 {
            advisories = (0..pick(5))
                .map(|number| {
                    let fixed = (1 + pick(4)).to_string();
                    advisory(&format!("GHSA-{number}"), names[pick(4)], &fixed)
                })
                .collect();
            world.take(&format!("{step}.idx"), &advisories).await;
        } else {
            let mut chosen: Vec<String> = (0..1 + pick(4)).map(|_| purls[pick(12)].clone()).collect();
            chosen.sort();
            chosen.dedup();
            let host = format!("i-{}", pick(5));
            let borrowed: Vec<&str> = chosen.iter().map(String::as_str).collect();
            world.push(&host, &borrowed).await;
            held.insert(host, chosen);
        }
        let file = index(world.directory.path(), "fresh.idx", &advisories);
        let fresh = Index::open(&file).unwrap();
        let mut expected: Vec<String> = Vec::new();
        for purls in held.values() {
            let borrowed: Vec<&str> = purls.iter().map(String::as_str).collect();
            let assessment = assess(&inventory(&borrowed), &fresh, date(1970, 4, 1)).unwrap();
            let mut ids: Vec<String> = assessment
                .findings
                .iter()
                .map(|finding| finding.vulnerability.id.clone())
                .collect();
            ids.sort();
            ids.dedup();
            expected.extend(ids);
        }
        expected.sort();
        let mut actual: Vec<String> = world
            .findings()
            .await
            .into_iter()
            .filter_map(|told| Some(told.strip_suffix(" ACTIVE")?.split(" - ").next()?.to_owned()))
            .collect();
        actual.sort();
        assert_eq!(actual, expected, "after step {step}");
        let contradictions = world.database.contradictions().await.unwrap();
        assert!(
            contradictions.is_empty(),
            "after step {step}: {contradictions:#?}"
        );
    }
}
