//! How long lists take while inventories keep coming.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use assay_criteria::{Condition, Criteria, Field, Test};
use assay_engine::Engine;
use assay_store::{Database, Direction, Place, ScopeId, Sort, Sorting};

use crate::{
    Sharing, groups, tell,
    world::{equals, inventory, now, resource},
};

/// Lists while inventories keep coming.
pub(crate) async fn lists(
    place: &Place,
    sharing: Sharing,
    database: &Database,
    engine: &Arc<Engine>,
    scope: ScopeId,
) {
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
    groups::groups(place, sharing, database, scope).await;
    stop.store(true, Ordering::Relaxed);
    ingest.await.unwrap();
}

pub(crate) fn percentiles(place: &Place, sharing: Sharing, name: &str, taken: &mut [(f64, String)]) {
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
