//! A database with an account in it.

use std::{collections::HashMap, sync::OnceLock};

use assay_store::{
    Assessed, Attribute, Cause, Database, FindingId, NewInventory, NewResource, NewSubject, Place,
    PushOutcome, ResourceId, ScopeId, SubjectMatch, Vulnerability,
};
use assay_testkit::Postgres;

/// Makes a test for each engine; the one for PostgreSQL says so where there is none.
macro_rules! both {
    ($name:ident, |$world:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn run($world: &World) $body

            async fn check(world: World) {
                run(&world).await;
                assert_eq!(world.database.contradictions().await.unwrap(), Vec::<String>::new());
            }

            #[tokio::test]
            async fn sqlite() {
                check(support::sqlite().await).await;
            }

            #[tokio::test]
            async fn postgres() {
                match support::postgres(stringify!($name)).await {
                    Ok(world) => check(world).await,
                    Err(reason) => println!("skipped: {reason}"),
                }
            }
        }
    };
}
pub(crate) use both;

pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) scope: ScopeId,
    _directory: Option<tempfile::TempDir>,
}

pub(crate) async fn sqlite() -> World {
    let directory = tempfile::tempdir().unwrap();
    let place = Place::File(directory.path().join("assay.db"));
    world(Database::open(&place).await.unwrap(), Some(directory)).await
}

pub(crate) async fn postgres(name: &str) -> Result<World, String> {
    static SERVER: OnceLock<Result<Postgres, String>> = OnceLock::new();
    let server = SERVER
        .get_or_init(Postgres::start)
        .as_ref()
        .map_err(String::clone)?;
    let address = server.database(name)?;
    Ok(world(Database::open(&Place::Server(address)).await.unwrap(), None).await)
}

async fn world(database: Database, directory: Option<tempfile::TempDir>) -> World {
    let scope = database.scope("111111111111", "us-east-1").await.unwrap();
    database.enable(scope, &["EC2"], 0).await.unwrap();
    database.take_generation("g1", "g1.idx", 0).await.unwrap();
    World {
        database,
        scope,
        _directory: directory,
    }
}

pub(crate) fn host(name: &str) -> NewResource {
    NewResource {
        scope: ScopeId(1),
        kind: "AWS_EC2_INSTANCE".into(),
        name: name.into(),
        state: "ACTIVE".into(),
        description: "{}".into(),
        attributes: vec![Attribute {
            name: "resource_tags",
            key: "team".into(),
            text: "red".into(),
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

pub(crate) fn package(name: &str, version: &str) -> NewSubject {
    NewSubject {
        identity: format!("pkg:deb/debian/{name}@{version}"),
        name: name.into(),
        version: version.into(),
        epoch: 0,
        release: String::new(),
        architecture: "amd64".into(),
        keys: vec![format!("Debian:12 {name}")],
        places: r#"[{"path":"var/lib/dpkg/status"}]"#.into(),
    }
}

pub(crate) fn found(id: &str, severity: i64) -> SubjectMatch {
    SubjectMatch {
        vulnerability: id.into(),
        severity,
        score: severity * 10,
        source: "NVD".into(),
        vendor_severity: "low".into(),
        fix: "NO".into(),
        fixed_in: String::new(),
    }
}

/// An outcome without subjects, with the vulnerabilities of some matches.
pub(crate) fn assessed(matches: &[SubjectMatch]) -> Assessed {
    Assessed {
        subjects: Vec::new(),
        vulnerabilities: matches
            .iter()
            .map(|found| Vulnerability {
                name: found.vulnerability.clone(),
                epss: 300_000,
                exploit: "NO".into(),
                digest: 1,
                title: "a flaw".into(),
                description: "at length".into(),
                related: vec![format!("GHSA-{}", found.vulnerability)],
            })
            .collect(),
    }
}

impl World {
    pub(crate) fn cause(&self, at: i64) -> Cause {
        Cause {
            code: 2,
            reference: "test".into(),
            at,
        }
    }

    pub(crate) async fn push(
        &self,
        resource: NewResource,
        subjects: &[&NewSubject],
        now: i64,
    ) -> (ResourceId, PushOutcome) {
        let identities: Vec<&str> = subjects.iter().map(|subject| subject.identity.as_str()).collect();
        let inventory = NewInventory {
            digest: identities.join(" "),
            document: vec![0, 1, 255],
            packages: 1,
            subjects: subjects.iter().map(|subject| (*subject).clone()).collect(),
        };
        let pushed = self
            .database
            .push(&resource, Some(&inventory), now)
            .await
            .unwrap();
        (pushed.resource, pushed.outcome)
    }

    /// What packages of some names have, whoever has these.
    pub(crate) async fn outcome(&self, told: &[(&str, &[SubjectMatch])]) -> Assessed {
        let told: HashMap<&str, &[SubjectMatch]> = told.iter().copied().collect();
        let mut subjects = self.database.subjects_after(0, 1000).await.unwrap();
        let waiting: Vec<i64> = self.waiting().await;
        subjects.extend(self.database.unassessed(&waiting).await.unwrap().subjects);
        let subjects: Vec<(i64, Vec<SubjectMatch>)> = subjects
            .iter()
            .filter_map(|subject| {
                let name = subject
                    .identity
                    .strip_prefix("pkg:deb/debian/")?
                    .split('@')
                    .next()?;
                if told.is_empty() {
                    return Some((subject.id, Vec::new()));
                }
                Some((subject.id, told.get(name)?.to_vec()))
            })
            .collect();
        let matches: Vec<SubjectMatch> = subjects.iter().flat_map(|(_, found)| found.clone()).collect();
        Assessed {
            subjects,
            ..assessed(&matches)
        }
    }

    async fn waiting(&self) -> Vec<i64> {
        let jobs = self
            .database
            .lease("assess", 1000, i64::MAX / 2, 0)
            .await
            .unwrap();
        jobs.iter().map(|job| job.subject.parse().unwrap()).collect()
    }

    /// Does every job that waits; packages whose name is not told have nothing.
    pub(crate) async fn assess(&self, told: &[(&str, &[SubjectMatch])], now: i64) {
        self.assess_because(told, &self.cause(now)).await;
    }

    /// The same for another reason.
    pub(crate) async fn assess_because(&self, told: &[(&str, &[SubjectMatch])], cause: &Cause) {
        let jobs = self
            .database
            .lease("assess", 1000, i64::MAX / 2, 0)
            .await
            .unwrap();
        let ids: Vec<i64> = jobs.iter().map(|job| job.subject.parse().unwrap()).collect();
        let told: HashMap<&str, &[SubjectMatch]> = told.iter().copied().collect();
        let new = self.database.unassessed(&ids).await.unwrap();
        let subjects: Vec<(i64, Vec<SubjectMatch>)> = new
            .subjects
            .iter()
            .map(|subject| {
                let name = subject.identity.strip_prefix("pkg:deb/debian/").unwrap();
                let name = name.split('@').next().unwrap();
                (
                    subject.id,
                    told.get(name).map(|found| found.to_vec()).unwrap_or_default(),
                )
            })
            .collect();
        let matches: Vec<SubjectMatch> = subjects.iter().flat_map(|(_, found)| found.clone()).collect();
        let outcome = Assessed {
            subjects,
            ..assessed(&matches)
        };
        let generation = self.database.generations(1).await.unwrap()[0].id;
        self.database
            .take_up(&new.inventories, &outcome, generation, &jobs, cause.at, cause)
            .await
            .unwrap();
    }

    /// The open finding of a vulnerability, or the last one.
    pub(crate) async fn named(&self, vulnerability: &str) -> FindingId {
        use assay_criteria::{Condition, Criteria, Field, Test};
        let criteria = Criteria {
            conditions: vec![Condition {
                field: Field::VulnerabilityId,
                tests: vec![Test::Equals(vulnerability.into())],
            }],
        };
        let sorting = assay_store::Sorting {
            by: assay_store::Sort::FirstObserved,
            direction: assay_store::Direction::Descending,
        };
        let page = self
            .database
            .list_findings(&[self.scope], &criteria, sorting, None, 1)
            .await
            .unwrap();
        page.findings[0]
    }
}
