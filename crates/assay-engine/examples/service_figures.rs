//! The figures of the service, one JSON line each: `cargo xtask bench service`.
//!
//! 10,000 resources with 500 packages each, in two ways: as fleets are (200 different inventories) and with nothing shared
//! (every inventory different, and one package in each that nobody else has). Arguments: the number of resources, and
//! `--database postgres://…` for another engine than SQLite.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "a program for developers, which stops at the first mistake and prints figures"
)]

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use assay_assess::Finding;
use assay_criteria::{Condition, Criteria, Field, Test};
use assay_engine::{Described, Engine, Intelligence};
use assay_intel::{Builder, IntelligenceKind};
use assay_model::{Advisory, Affected, Ecosystem, PackageKey, RangeEvent, Severity, VendorStatus};
use assay_store::{
    Database, Direction, NewInventory, NewResource, NewSubject, Place, ScopeId, Sort, Sorting,
};
use jiff::Timestamp;
use tokio::sync::Notify;

/// Packages that one resource has.
const PACKAGES: usize = 500;
/// Packages that there are, each in a few versions.
const POOL: usize = 2_500;
/// Advisories at first, each on one package: with these a resource has some 100 findings.
const ADVISORIES: usize = 500;
/// Inventories of a fleet.
const SHARED: usize = 200;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sharing {
    Fleet,
    None,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let resources = arguments
        .iter()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(10_000);
    let server = arguments
        .iter()
        .position(|argument| argument == "--database")
        .and_then(|at| arguments.get(at + 1));
    let only_fleet = arguments.iter().any(|argument| argument == "--fleet");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    for sharing in [Sharing::Fleet, Sharing::None] {
        if sharing == Sharing::None && only_fleet {
            continue;
        }
        let place = match server {
            Some(address) => Place::Server(format!(
                "{address}_{}",
                if sharing == Sharing::Fleet {
                    "fleet"
                } else {
                    "unshared"
                }
            )),
            None => Place::File(PathBuf::from("assay.db")),
        };
        runtime.block_on(measure(&place, resources, sharing));
    }
}

fn tell(sharing: Sharing, place: &Place, figure: &str, value: f64, unit: &str) {
    let engine = match place {
        Place::File(_) => "sqlite",
        Place::Server(_) => "postgres",
    };
    let sharing = match sharing {
        Sharing::Fleet => "fleet",
        Sharing::None => "unshared",
    };
    println!(
        r#"{{"figure":"service {figure}","engine":"{engine}","inventories":"{sharing}","value":{value:.4},"unit":"{unit}"}}"#
    );
}

async fn measure(place: &Place, resources: usize, sharing: Sharing) {
    let directory = tempfile::tempdir().unwrap();
    let place_in_directory = match place {
        Place::File(name) => Place::File(directory.path().join(name)),
        other => other.clone(),
    };
    let database = Database::open(&place_in_directory).await.unwrap();
    let scope = database.scope("111111111111", "us-east-1").await.unwrap();
    let mut advisories: Vec<Advisory> = (0..ADVISORIES)
        .map(|number| advisory(number, number * 5, 3))
        .collect();
    let first = index(directory.path(), "first.idx", &advisories);
    let folder = directory.path().join("intelligence");
    let intelligence = Arc::new(
        Intelligence::open(&database, &folder, &first, now())
            .await
            .unwrap(),
    );
    let engine = Arc::new(Engine::new(
        database.clone(),
        Arc::clone(&intelligence),
        describe,
        Arc::new(now),
        Arc::new(Notify::new()),
    ));
    engine.work_off().await.unwrap();

    let begun = Instant::now();
    for from in (0..resources).step_by(25) {
        let pushes: Vec<(NewResource, NewInventory)> = (from..(from + 25).min(resources))
            .map(|number| (resource(scope, number), inventory(number, sharing)))
            .collect();
        database.push_many(&pushes, now()).await.unwrap();
    }
    let rate = resources as f64 / begun.elapsed().as_secs_f64();
    tell(sharing, place, "ingest, 25 a transaction", rate, "resources/s");

    let begun = Instant::now();
    engine.work_off().await.unwrap();
    tell(
        sharing,
        place,
        "first assessment of all",
        begun.elapsed().as_secs_f64(),
        "s",
    );
    let figures = database.figures().await.unwrap();
    let count: i64 = figures.findings.iter().map(|(_, count)| count).sum();
    tell(sharing, place, "findings stored", count as f64, "findings");

    // The package that everybody has.
    advisories.push(advisory(900_000, POOL, 3));
    let took = take(
        directory.path(),
        &database,
        &intelligence,
        &engine,
        "one.idx",
        &advisories,
    )
    .await;
    tell(sharing, place, "one advisory hits all", took, "s");
    let hit = assay_store::Proposal {
        scope,
        criteria: equals(Field::VulnerabilityId, "GHSA-900000"),
        fixes: assay_store::Fixes::Whichever,
    };
    let hit = database.would_suppress(&hit, i64::MAX, 1).await.unwrap();
    assert_eq!(hit.count(), i64::try_from(resources).unwrap());

    // New ones on packages that a resource here and there has in an affected version, and others that changed.
    for number in 0..500 {
        // One in 25 is on a package that every tenth resource has in such a version; nobody has the others.
        let package = if number % 25 == 0 {
            number * 5 + 1
        } else {
            800_000 + number
        };
        advisories.push(advisory(700_000 + number, package, 2));
        advisories[number].title = format!("changed {number}");
        if number % 25 == 1 {
            advisories[number].severity = Some(Severity::Low);
            advisories[number].affected[0].severity = Some(Severity::Low);
        } else {
            // Read anew, with nothing in it for anybody.
            advisories[number].affected[0].ranges.push(vec![
                RangeEvent::Introduced("90".into()),
                RangeEvent::Fixed("91".into()),
            ]);
        }
    }
    let before = count_changes(&database, scope).await;
    let took = take(
        directory.path(),
        &database,
        &intelligence,
        &engine,
        "many.idx",
        &advisories,
    )
    .await;
    tell(sharing, place, "1,000 changed advisories", took, "s");
    let changed = count_changes(&database, scope).await - before;
    tell(
        sharing,
        place,
        "changes of findings by these",
        changed as f64,
        "changes",
    );

    lists(place, sharing, &database, &engine, scope).await;
    tell(sharing, place, "peak memory of the process", peak_memory(), "MiB");
    if let Place::File(name) = place {
        let size = std::fs::metadata(directory.path().join(name)).unwrap().len();
        tell(
            sharing,
            place,
            "size of the database",
            size as f64 / 1_048_576.0,
            "MiB",
        );
    }
    database.close().await;
}

async fn count_changes(database: &Database, scope: ScopeId) -> i64 {
    let mut last = 0;
    loop {
        let page = database.changes(scope, last, 2_000).await.unwrap();
        match page.last() {
            Some(change) => last = change.sequence,
            None => return last,
        }
    }
}

async fn take(
    directory: &Path,
    database: &Database,
    intelligence: &Intelligence,
    engine: &Engine,
    name: &str,
    advisories: &[Advisory],
) -> f64 {
    let file = index(directory, name, advisories);
    let begun = Instant::now();
    intelligence.take(database, &file, now()).await.unwrap();
    engine.work_off().await.unwrap();
    begun.elapsed().as_secs_f64()
}

/// Lists while inventories keep coming.
async fn lists(place: &Place, sharing: Sharing, database: &Database, engine: &Arc<Engine>, scope: ScopeId) {
    let stop = Arc::new(AtomicBool::new(false));
    let ingest = {
        let (database, stop, engine) = (database.clone(), Arc::clone(&stop), Arc::clone(engine));
        tokio::spawn(async move {
            let mut number = 1_000_000;
            while !stop.load(Ordering::Relaxed) {
                let pushes: Vec<_> = (0..5)
                    .map(|more| {
                        (
                            resource(scope, number + more),
                            inventory(number + more, Sharing::None),
                        )
                    })
                    .collect();
                database.push_many(&pushes, now()).await.unwrap();
                engine.work_off().await.unwrap();
                number += 5;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
    };
    let active = || equals(Field::FindingStatus, "ACTIVE").conditions.remove(0);
    let with = |condition: Condition| Criteria {
        conditions: vec![active(), condition],
    };
    let one = |field, test| Condition {
        field,
        tests: vec![test],
    };
    let criteria = [
        ("all", Criteria::default()),
        ("active", equals(Field::FindingStatus, "ACTIVE")),
        (
            "severity",
            with(one(Field::Severity, Test::Equals("HIGH".into()))),
        ),
        (
            "resource",
            with(one(Field::ResourceId, Test::Equals("i-77".into()))),
        ),
        (
            "vulnerability",
            with(one(Field::VulnerabilityId, Test::Equals("GHSA-7".into()))),
        ),
        (
            "everywhere",
            with(one(Field::VulnerabilityId, Test::Equals("GHSA-900000".into()))),
        ),
        (
            "tag",
            with(one(
                Field::ResourceTags,
                Test::Tag {
                    key: "team".into(),
                    value: Some("7".into()),
                },
            )),
        ),
        (
            "no exploit",
            with(one(Field::ExploitAvailable, Test::Equals("NO".into()))),
        ),
        ("title", with(one(Field::Title, Test::Prefix("GHSA-1".into())))),
    ];
    let sorts = [
        Sort::Severity,
        Sort::LastObserved,
        Sort::Updated,
        Sort::Score,
        Sort::Vulnerability,
        Sort::Epss,
        Sort::ResourceType,
        Sort::Source,
        Sort::VendorSeverity,
        Sort::Status,
        Sort::Account,
        Sort::ImagePushed,
    ];
    let mut all = Vec::new();
    for _ in 0..3 {
        for (name, criteria) in &criteria {
            for by in sorts {
                let sorting = Sorting {
                    by,
                    direction: Direction::Descending,
                };
                let begun = Instant::now();
                let mut after = None;
                for _ in 0..2 {
                    let page = database
                        .list_findings(&[scope], criteria, sorting, after.as_ref(), 100)
                        .await
                        .unwrap();
                    database.findings(&[scope], &page.findings).await.unwrap();
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
                // Two pages were read.
                let took = begun.elapsed().as_secs_f64() * 500.0;
                all.push((took, format!("{name} by {by:?}")));
            }
        }
    }
    percentiles(
        place,
        sharing,
        "ListFindings, 100 of all by filters and orders",
        &mut all,
    );
    let mut coverage = Vec::new();
    for _ in 0..50 {
        let begun = Instant::now();
        database
            .list_coverage(&[scope], &Criteria::default(), None, 200)
            .await
            .unwrap();
        coverage.push((begun.elapsed().as_secs_f64() * 1000.0, "list".to_owned()));
        let begun = Instant::now();
        database
            .count_coverage(
                &[scope],
                &Criteria::default(),
                Some(assay_store::CoverageGroup::Reason),
            )
            .await
            .unwrap();
        coverage.push((begun.elapsed().as_secs_f64() * 1000.0, "count".to_owned()));
    }
    percentiles(place, sharing, "coverage, listed and counted", &mut coverage);
    stop.store(true, Ordering::Relaxed);
    ingest.await.unwrap();
}

fn percentiles(place: &Place, sharing: Sharing, name: &str, taken: &mut [(f64, String)]) {
    taken.sort_by(|a, b| a.0.total_cmp(&b.0));
    let at = |share: f64| {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a length"
        )]
        let place = ((taken.len() - 1) as f64 * share) as usize;
        taken[place].0
    };
    tell(sharing, place, &format!("{name}, p50"), at(0.5), "ms");
    tell(sharing, place, &format!("{name}, p95"), at(0.95), "ms");
    for (took, what) in taken.iter().rev().take(5) {
        eprintln!("slowest: {took:.1} ms {what}");
    }
}

fn describe(finding: &Finding) -> Described {
    Described {
        source: "NVD".into(),
        vendor_severity: finding.severity.to_string(),
        score: i64::from(finding.severity as u8) * 18,
        fix: "YES",
        title: finding.vulnerability.title.clone(),
        description: "A flaw in a package, told at the length that such texts have.".into(),
    }
}

fn now() -> i64 {
    Timestamp::now().as_microsecond()
}

fn equals(field: Field, text: &str) -> Criteria {
    Criteria {
        conditions: vec![Condition {
            field,
            tests: vec![Test::Equals(text.into())],
        }],
    }
}

fn advisory(number: usize, package: usize, fixed: usize) -> Advisory {
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

fn index(directory: &Path, name: &str, advisories: &[Advisory]) -> PathBuf {
    let path = directory.join(name);
    let mut builder = Builder::new(IntelligenceKind::Upstream).unwrap();
    for advisory in advisories {
        builder.advisory(advisory).unwrap();
    }
    builder.finish(&path, Timestamp::UNIX_EPOCH).unwrap();
    path
}

fn resource(scope: ScopeId, number: usize) -> NewResource {
    NewResource {
        scope,
        kind: "AWS_EC2_INSTANCE".into(),
        name: format!("i-{number}"),
        state: "ACTIVE".into(),
        description: "{}".into(),
        attributes: vec![assay_store::Attribute {
            name: Field::ResourceTags.name(),
            key: "team".into(),
            text: (number % 50).to_string(),
            number: 0.0,
        }],
        ecr_pushed_at: 0,
        ecr_repository: String::new(),
        ecr_registry: String::new(),
        scan_mode: "EC2_INSPECTOR_AGENT_BASED".into(),
        coverage: ("ACTIVE".into(), "PENDING_INITIAL_SCAN".into()),
        diagnostics: "[]".into(),
    }
}

fn inventory(number: usize, sharing: Sharing) -> NewInventory {
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
        .map(|(package, version)| NewSubject {
            identity: format!("pkg:pypi/package-{package}@{version}.0"),
            name: format!("package-{package}"),
            version: format!("{version}.0"),
            epoch: 0,
            release: String::new(),
            architecture: String::new(),
            keys: vec![format!("PyPI package-{package}")],
            places: r#"[{"path":"usr/lib/python3/dist-packages","analyser":"python"}]"#.into(),
        })
        .collect();
    NewInventory {
        digest: format!("{seed}-{}", sharing == Sharing::Fleet),
        document: vec![0; 8_000],
        packages: i64::try_from(PACKAGES).unwrap(),
        subjects,
    }
}

fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    let kib: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024.0
}
