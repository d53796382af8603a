//! What goes wrong beside the loop: clocks that jump, jobs that cannot be done, generations that are not there.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

mod support;

use std::sync::atomic::Ordering;

use support::{DAY, World, advisory};

const HOUR: i64 = DAY / 24;

/// Microseconds in ten years.
const TEN_YEARS: i64 = 3_653 * DAY;

#[tokio::test]
async fn a_clock_that_goes_back_a_day_loses_nothing() {
    let world = World::new(&[advisory("GHSA-a", "alpha", "2"), advisory("GHSA-b", "beta", "2")]).await;
    world.push("i-1", &["pkg:pypi/alpha@1", "pkg:pypi/beta@1"]).await;
    // One job waits, one is begun.
    world.owe("i-2", &["pkg:pypi/alpha@1"]).await;
    let now = world.now.load(Ordering::SeqCst);
    let begun = world
        .database
        .lease("assess", 1, now, now + HOUR / 30)
        .await
        .unwrap();
    assert_eq!(begun.len(), 1);
    world.owe("i-3", &["pkg:pypi/beta@1"]).await;
    world.now.fetch_sub(DAY, Ordering::SeqCst);
    // What time does is looked at each minute; it sets right what is due when.
    world.engine.tick().await.unwrap();
    world.engine.work_off().await.unwrap();
    assert!(world.database.job_counts().await.unwrap().is_empty());
    assert_eq!(
        world.findings().await,
        [
            "GHSA-a - alpha ACTIVE",
            "GHSA-a - alpha ACTIVE",
            "GHSA-b - beta ACTIVE",
            "GHSA-b - beta ACTIVE"
        ]
    );
    // Changes by the clock of yesterday come after those of today in the feed, and no time of a finding goes back.
    world.push("i-1", &["pkg:pypi/alpha@1", "pkg:pypi/beta@2"]).await;
    world.push("i-1", &["pkg:pypi/alpha@1", "pkg:pypi/beta@1"]).await;
    let changes = world.database.changes(world.scope, 0, 100).await.unwrap();
    let sequences: Vec<i64> = changes.iter().map(|change| change.sequence).collect();
    assert_eq!(sequences, (1..=6).collect::<Vec<_>>());
    for finding in world.stored().await {
        assert!(finding.updated_at >= finding.first_observed_at, "{finding:?}");
        assert!(
            finding.last_observed_at >= finding.first_observed_at,
            "{finding:?}"
        );
    }
}

#[tokio::test]
async fn a_clock_that_goes_on_ten_years_and_back_leaves_what_is_open() {
    let world = World::new(&[advisory("GHSA-a", "alpha", "2")]).await;
    world.push("i-1", &["pkg:pypi/alpha@1"]).await;
    world.owe("i-2", &["pkg:pypi/alpha@1"]).await;
    let now = world.now.load(Ordering::SeqCst);
    world
        .database
        .lease("assess", 1, now, now + HOUR / 30)
        .await
        .unwrap();
    world.now.fetch_add(TEN_YEARS, Ordering::SeqCst);
    world.engine.tick().await.unwrap();
    world.engine.work_off().await.unwrap();
    let both = ["GHSA-a - alpha ACTIVE", "GHSA-a - alpha ACTIVE"];
    assert_eq!(world.findings().await, both);
    world.now.fetch_sub(TEN_YEARS, Ordering::SeqCst);
    world.engine.tick().await.unwrap();
    world.push("i-3", &["pkg:pypi/alpha@1"]).await;
    world.push("i-2", &["pkg:pypi/alpha@2"]).await;
    assert_eq!(
        world.findings().await,
        [
            "GHSA-a - alpha ACTIVE",
            "GHSA-a - alpha ACTIVE",
            "GHSA-a - alpha CLOSED"
        ]
    );
    for finding in world.stored().await {
        assert!(finding.updated_at >= finding.first_observed_at, "{finding:?}");
    }
}

#[tokio::test]
async fn an_impossible_job_is_put_aside_alone() {
    let world = World::new(&[
        advisory("GHSA-a", "alpha", "2"),
        advisory("GHSA-impossible", "beta", "2"),
    ])
    .await;
    for host in ["i-1", "i-2", "i-3"] {
        world.owe(host, &["pkg:pypi/alpha@1"]).await;
    }
    world.owe("i-4", &["pkg:pypi/beta@1"]).await;
    world.engine.work().await.unwrap();
    assert_eq!(
        world.findings().await,
        ["GHSA-a - alpha ACTIVE"; 3],
        "the others are done at once"
    );
    for _ in 0..20 {
        world.now.fetch_add(HOUR, Ordering::SeqCst);
        world.engine.work().await.unwrap();
    }
    let jobs = world.database.job_counts().await.unwrap();
    assert_eq!(jobs, [("assess".to_owned(), "DEAD".to_owned(), 1)]);
}

#[tokio::test]
async fn what_fails_for_a_while_is_never_put_aside() {
    let a = advisory("GHSA-a", "alpha", "2");
    let world = World::new(std::slice::from_ref(&a)).await;
    world.engine.work_off().await.unwrap();
    world.owe("i-1", &["pkg:pypi/alpha@1"]).await;
    // Another generation is in force by the database, which this process does not have.
    world
        .database
        .take_generation("other", "other.idx", 0)
        .await
        .unwrap();
    for _ in 0..30 {
        world.now.fetch_add(HOUR, Ordering::SeqCst);
        world.engine.work().await.unwrap();
    }
    let jobs = world.database.job_counts().await.unwrap();
    let waiting = |kind: &str| (kind.to_owned(), "WAITING".to_owned(), 1);
    assert_eq!(jobs, [waiting("assess"), waiting("roll-out")]);
    assert!(world.findings().await.is_empty());
    world.now.fetch_add(HOUR, Ordering::SeqCst);
    world
        .take("next.idx", &[a, advisory("GHSA-b", "beta", "2")])
        .await;
    assert_eq!(world.findings().await, ["GHSA-a - alpha ACTIVE"]);
    assert!(world.database.job_counts().await.unwrap().is_empty());
}
