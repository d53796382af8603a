//! The loop over a real store and a real index: what changes, and what follows.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

mod support;

use assay_assess::assess;
use assay_criteria::{Condition, Criteria, Field, Test};
use assay_intel::Index;
use assay_model::Advisory;
use assay_store::{Cause, Filter, RunImage, Runs, Teller, Workload};
use jiff::civil::date;
use std::sync::atomic::Ordering;
use support::{DAY, World, advisory, index, inventory};

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

/// An image that runs is not suppressed as one that nobody uses; it is again when nobody tells of it any more.
#[tokio::test]
async fn rules_that_speak_of_use_follow_it() {
    let world = World::new(&[advisory("GHSA-a", "alpha", "2")]).await;
    world.database.enable(world.scope, &["ECR"], 0).await.unwrap();
    world.push_image("sha256:a", &["pkg:pypi/alpha@1"]).await;
    let unused = Condition {
        field: Field::EcrImageInUseCount,
        tests: vec![Test::Number {
            lower: None,
            upper: Some(0.0),
        }],
    };
    let now = world.now.load(Ordering::SeqCst);
    let rule = Filter {
        id: 0,
        scope: world.scope,
        identifier: "unused".into(),
        name: "unused".into(),
        action: "SUPPRESS".into(),
        filter_criteria: "{}".into(),
        criteria: Criteria {
            conditions: vec![unused],
        },
        description: String::new(),
        reason: String::new(),
        owner: String::new(),
        until_fixed: false,
        expires_at: 0,
        created_at: now,
        updated_at: now,
        matched_at: 0,
    };
    let cause = Cause {
        code: 5,
        reference: String::new(),
        at: now,
    };
    world.database.create_filter(&rule, &cause).await.unwrap();
    assert_eq!(world.findings().await, ["GHSA-a - alpha SUPPRESSED"]);
    let image = RunImage {
        digests: ["sha256:a".to_owned()].into(),
        manifest: None,
    };
    let runs = Runs::from([((image, Workload::default()), 1)]);
    let host = Teller::Host("i-1".into());
    world
        .database
        .tell_running(world.scope, &host, &runs, now)
        .await
        .unwrap();
    world.engine.work_off().await.unwrap();
    assert_eq!(world.findings().await, ["GHSA-a - alpha ACTIVE"]);
    world.now.fetch_add(2 * DAY, Ordering::SeqCst);
    world.engine.tick().await.unwrap();
    world.engine.work_off().await.unwrap();
    assert_eq!(world.findings().await, ["GHSA-a - alpha SUPPRESSED"]);
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
