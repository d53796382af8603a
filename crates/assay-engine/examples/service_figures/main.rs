//! The figures of the service, one JSON line each: `cargo xtask bench service`.
//!
//! 10,000 resources with 500 packages each, every tenth an image of ten layers, in two ways: as fleets are (200 different inventories) and with nothing shared
//! (every inventory different, and one package in each that nobody else has). Arguments: the number of resources, and
//! `--database postgres://…` for another engine than SQLite.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "a program for developers, which stops at the first mistake and prints figures"
)]

mod groups;
mod lists;
mod world;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use assay_criteria::Field;
use assay_engine::{Engine, Intelligence};
use assay_model::{Advisory, RangeEvent, Severity};
use assay_store::{Database, NewInventory, NewResource, Place, ScopeId};
use lists::lists;
use tokio::sync::Notify;
use world::{POOL, advisory, describe, equals, index, inventory, now, resource};

/// Advisories at first, each on one package: with these a resource has some 100 findings.
const ADVISORIES: usize = 500;

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
        scopes: vec![scope],
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

fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    let kib: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024.0
}
