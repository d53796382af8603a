//! A store, an index and the engine over both, with a clock to move.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use assay_assess::{AssessedSubject, Finding, subjects};
use assay_criteria::{Criteria, Field};
use assay_engine::{Described, Engine, Intelligence};
use assay_intel::{Builder, IntelligenceKind};
use assay_model::{
    Advisory, Affected, Artifact, ArtifactKind, Ecosystem, Inventory, Package, PackageKey, RangeEvent,
    VendorStatus,
};
use assay_store::{
    Attribute, Database, Direction, NewInventory, NewResource, NewSubject, Place, ScopeId, Sort, Sorting,
    StoredFinding, kind,
};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::sync::Notify;

pub(crate) const DAY: i64 = 24 * 3600 * 1_000_000;

pub(crate) struct World {
    pub(crate) directory: TempDir,
    pub(crate) database: Database,
    pub(crate) intelligence: Arc<Intelligence>,
    pub(crate) engine: Engine,
    pub(crate) now: Arc<AtomicI64>,
    pub(crate) scope: ScopeId,
}

fn describe(finding: &Finding) -> Described {
    assert!(
        finding.vulnerability.id != "GHSA-impossible",
        "nobody can tell of this"
    );
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
pub(crate) fn advisory(id: &str, name: &str, fixed: &str) -> Advisory {
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

pub(crate) fn index(directory: &Path, name: &str, advisories: &[Advisory]) -> PathBuf {
    let path = directory.join(name);
    let mut builder = Builder::new(IntelligenceKind::Upstream).unwrap();
    for advisory in advisories {
        builder.advisory(advisory).unwrap();
    }
    builder.finish(&path, Timestamp::UNIX_EPOCH).unwrap();
    path
}

pub(crate) fn inventory(purls: &[&str]) -> Inventory {
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
    pub(crate) async fn new(advisories: &[Advisory]) -> World {
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

    pub(crate) async fn push(&self, name: &str, purls: &[&str]) {
        self.owe(name, purls).await;
        self.engine.work_off().await.unwrap();
    }

    /// Takes up what a host has, and leaves it to be assessed.
    pub(crate) async fn owe(&self, name: &str, purls: &[&str]) {
        self.keep("AWS_EC2_INSTANCE", name, Vec::new(), purls).await;
    }

    /// Takes up what an image of a registry has, and assesses it.
    pub(crate) async fn push_image(&self, digest: &str, purls: &[&str]) {
        let hash = Attribute {
            name: Field::EcrImageHash.name(),
            key: String::new(),
            text: digest.into(),
            number: 0.0,
        };
        self.keep("AWS_ECR_CONTAINER_IMAGE", digest, vec![hash], purls)
            .await;
        self.engine.work_off().await.unwrap();
    }

    async fn keep(&self, kind: &str, name: &str, attributes: Vec<Attribute>, purls: &[&str]) {
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
            kind: kind.into(),
            name: name.into(),
            state: "ACTIVE".into(),
            description: "{}".into(),
            attributes,
            ecr_pushed_at: self.now.load(Ordering::SeqCst),
            ecr_pulled_at: 0,
            ecr_repository: String::new(),
            ecr_registry: String::new(),
            scan_mode: String::new(),
            coverage: ("ACTIVE".into(), "PENDING_INITIAL_SCAN".into()),
            diagnostics: "[]".into(),
        };
        let now = self.now.load(Ordering::SeqCst);
        self.database.push(&resource, Some(&new), now).await.unwrap();
    }

    pub(crate) async fn take(&self, name: &str, advisories: &[Advisory]) {
        let file = index(self.directory.path(), name, advisories);
        let now = self.now.load(Ordering::SeqCst);
        self.intelligence.take(&self.database, &file, now).await.unwrap();
        self.engine.work_off().await.unwrap();
    }

    /// Every finding, as it is kept.
    pub(crate) async fn stored(&self) -> Vec<StoredFinding> {
        let sorting = Sorting {
            by: Sort::Severity,
            direction: Direction::Descending,
        };
        let page = self
            .database
            .list_findings(&[self.scope], &Criteria::default(), sorting, None, 1000)
            .await
            .unwrap();
        self.database
            .findings(&[self.scope], &page.findings)
            .await
            .unwrap()
    }

    /// Titles and statuses, sorted.
    pub(crate) async fn findings(&self) -> Vec<String> {
        let mut told: Vec<String> = self
            .stored()
            .await
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
