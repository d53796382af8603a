//! Previews of rules, figures, copies of the whole: what those need who keep a service.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

#[allow(dead_code, reason = "each test program uses a part of it")]
mod support;

use assay_criteria::{Condition, Criteria, Field, Test};
use assay_store::{
    Cause, Database, Filter, Fixes, GenerationNews, NewVulnerabilities, Place, Preview, Proposal, StoreError,
    StoredCall, TOLD_GENERATIONS,
};
use support::{World, both, found, host, package};

fn equals(field: Field, text: &str) -> Criteria {
    only(field, Test::Equals(text.into()))
}

fn only(field: Field, test: Test) -> Criteria {
    Criteria {
        conditions: vec![Condition {
            field,
            tests: vec![test],
        }],
    }
}

/// Two hosts with a grave flaw that is fixed, one of them with a slight one that is not.
async fn fill(world: &World) {
    let mut grave = found("CVE-1", 4);
    grave.fix = "YES".into();
    let (a, b) = (package("a", "1"), package("b", "1"));
    world.push(host("i-1"), &[&a, &b], 1).await;
    world.push(host("i-2"), &[&a], 1).await;
    world
        .assess(&[("a", &[grave]), ("b", &[found("CVE-2", 2)])], 2)
        .await;
}

both!(a_preview_tells_what_a_rule_would_do, |world| {
    fill(world).await;
    let cause = Cause {
        code: 5,
        reference: "rule".into(),
        at: 3,
    };
    for (criteria, fixes, expected, examples) in [
        (Criteria::default(), Fixes::Whichever, &[(4, 2), (2, 1)][..], 2),
        (Criteria::default(), Fixes::NoneKnown, &[(2, 1)], 1),
        (equals(Field::ResourceId, "i-2"), Fixes::Whichever, &[(4, 1)], 1),
        (equals(Field::VulnerabilityId, "CVE-3"), Fixes::Whichever, &[], 0),
    ] {
        let proposal = Proposal {
            scopes: vec![world.scope],
            criteria,
            fixes,
        };
        let preview = world.database.would_suppress(&proposal, 100, 2).await.unwrap();
        assert_eq!(preview.by_severity, expected, "{proposal:?}");
        assert_eq!(preview.examples.len(), examples, "{proposal:?}");
        // It suppresses just these, once it is made.
        let filter = Filter {
            id: 0,
            scope: world.scope,
            identifier: "abc".into(),
            name: "one".into(),
            action: "SUPPRESS".into(),
            filter_criteria: "{}".into(),
            criteria: proposal.criteria.clone(),
            description: String::new(),
            reason: String::new(),
            owner: String::new(),
            until_fixed: fixes == Fixes::NoneKnown,
            expires_at: 0,
            created_at: 3,
            updated_at: 3,
            matched_at: 0,
        };
        world.database.create_filter(&filter, &cause).await.unwrap();
        let made = world
            .database
            .filters(world.scope, None, None, 0, 1)
            .await
            .unwrap()
            .remove(0);
        let suppressed = world.database.suppressed_by(made.id).await.unwrap();
        assert_eq!(suppressed, preview.count());
        // That it matched is noted once in a while.
        world.database.note_matching_filters(1 << 40).await.unwrap();
        let noted = world
            .database
            .filter(world.scope, made.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(noted.matched_at, if suppressed > 0 { 1 << 40 } else { 0 });
        world.database.delete_filter(&made, &cause).await.unwrap();
    }
    let proposal = Proposal {
        scopes: vec![world.scope],
        criteria: only(Field::ResourceId, Test::Prefix("i-".into())),
        fixes: Fixes::Whichever,
    };
    let bounded = world.database.would_suppress(&proposal, 2, 1).await.unwrap();
    assert_eq!(bounded.count(), 2, "no more are counted");
    assert_ne!(bounded, Preview::default());
});

both!(figures_are_what_there_is, |world| {
    assert_eq!(world.database.figures().await.unwrap().changes, 0);
    fill(world).await;
    world.push(host("i-3"), &[&package("c", "1")], 4).await;
    let figures = world.database.figures().await.unwrap();
    assert_eq!(
        figures.findings,
        [("ACTIVE", 3), ("SUPPRESSED", 0), ("CLOSED", 0)]
    );
    assert_eq!(figures.resources, [("ACTIVE".to_owned(), 3)]);
    assert_eq!(figures.changes, 3);
    let waiting = ("assess".to_owned(), "WAITING".to_owned(), 1);
    assert!(figures.jobs.contains(&waiting), "{figures:?}");
    let generation = world.database.generations(1).await.unwrap().remove(0);
    let jobs = world.database.lease("roll-out", 1, 10, 20).await.unwrap();
    world
        .database
        .generation_applied(generation.id, &jobs, 10, generation.taken_at + 7)
        .await
        .unwrap();
    assert_eq!(world.database.figures().await.unwrap().roll_out_took, 7);
});

#[tokio::test]
async fn a_copy_is_whole_while_others_write() {
    let world = support::sqlite().await;
    fill(&world).await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("copy.db");
    let writing = async {
        for number in 0..50 {
            world
                .push(host(&format!("i-{number}")), &[&package("a", "1")], 5)
                .await;
        }
    };
    let (copied, ()) = tokio::join!(world.database.copy_to(&file), writing);
    copied.unwrap();
    assay_store::verify_copy(&file).await.unwrap();
    let copy = Database::open(&Place::File(file.clone())).await.unwrap();
    assert_eq!(copy.changes(world.scope, 0, 100).await.unwrap().len(), 3);
    copy.close().await;
    let again = world.database.copy_to(&file).await;
    assert!(again.is_err(), "nothing is written over");
    // A page that is not what it was is noticed.
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0xff);
    let damaged = directory.path().join("damaged.db");
    std::fs::write(&damaged, &bytes).unwrap();
    let told = assay_store::verify_copy(&damaged).await;
    assert!(matches!(told, Err(StoreError::Corrupt(_))), "{told:?}");
    let none = directory.path().join("none.db");
    std::fs::write(&none, "no database").unwrap();
    assert!(assay_store::verify_copy(&none).await.is_err());
}

both!(of_two_who_change_the_same_one_is_told, |world| {
    let read = world.database.configuration(world.scope).await.unwrap();
    let set = |configuration| world.database.configure(world.scope, &read, configuration);
    set("one").await.unwrap();
    assert!(matches!(set("two").await, Err(StoreError::Unavailable(_))));
    assert_eq!(world.database.configuration(world.scope).await.unwrap(), "one");
    let made = Filter {
        id: 0,
        scope: world.scope,
        identifier: "abc".into(),
        name: "one".into(),
        action: "NONE".into(),
        filter_criteria: "{}".into(),
        criteria: Criteria::default(),
        description: String::new(),
        reason: String::new(),
        owner: String::new(),
        until_fixed: false,
        expires_at: 0,
        created_at: 3,
        updated_at: 3,
        matched_at: 0,
    };
    world
        .database
        .create_filter(&made, &world.cause(3))
        .await
        .unwrap();
    let read = async || {
        let filters = world.database.filters(world.scope, None, None, 0, 10).await;
        filters.unwrap().remove(0)
    };
    let (mut first, mut second) = (read().await, read().await);
    first.owner = "red".into();
    second.reason = "because".into();
    // By a clock that stands still, too.
    assert_eq!(
        world
            .database
            .update_filter(&first, &world.cause(3))
            .await
            .unwrap(),
        4
    );
    assert!(matches!(
        world.database.update_filter(&second, &world.cause(3)).await,
        Err(StoreError::Unavailable(_))
    ));
    let kept = read().await;
    assert_eq!((kept.owner.as_str(), kept.reason.as_str()), ("red", ""));
});

both!(verdicts_that_nothing_has_are_forgotten, |world| {
    world.push(host("i-1"), &[&package("a", "1")], 1).await;
    world.assess(&[("a", &[found("CVE-1", 4)])], 2).await;
    world.push(host("i-1"), &[&package("b", "1")], 3).await;
    world.assess(&[], 4).await;
    world.database.forget_closed(9, 9).await.unwrap();
    world.database.forget_unused(9).await.unwrap();
    assert_eq!(world.database.figures().await.unwrap().findings[2], ("CLOSED", 0));
    // What comes again is said anew.
    world.push(host("i-1"), &[&package("a", "1")], 10).await;
    world.assess(&[("a", &[found("CVE-1", 4)])], 11).await;
    assert_eq!(world.database.figures().await.unwrap().findings[0], ("ACTIVE", 1));
});

both!(what_a_generation_did_to_findings_is_counted, |world| {
    let (a, b) = (package("a", "1"), package("b", "1"));
    world.push(host("i-1"), &[&a, &b], 1).await;
    let because = |reference: &str, code: i64, at: i64| Cause {
        code,
        reference: reference.into(),
        at,
    };
    let effects = async || {
        let effects = world.database.effects(&[world.scope]).await.unwrap();
        let told = effects
            .into_iter()
            .map(|effect| (effect.digest, effect.opened, effect.closed));
        told.collect::<Vec<_>>()
    };
    // What came with an inventory is not the doing of a generation.
    world
        .assess_because(&[("a", &[found("CVE-1", 4)])], &because("inventory", 1, 2))
        .await;
    assert_eq!(effects().await, []);
    let generation = world.database.take_generation("g2", "g2.idx", 3).await.unwrap();
    let outcome = world
        .outcome(&[("a", &[]), ("b", &[found("CVE-2", 3), found("CVE-3", 3)])])
        .await;
    let cause = because("g2", 2, 4);
    world.database.apply(&outcome, generation, &cause).await.unwrap();
    assert_eq!(effects().await, [("g2".to_owned(), 2, 1)]);
    assert_eq!(world.database.effects(&[]).await.unwrap(), []);
    let news = GenerationNews {
        added: 2,
        changed: 0,
        removed: 1,
        vulnerabilities: NewVulnerabilities {
            new: vec!["CVE-2".into()],
            changed: vec!["CVE-3".into()],
        },
    };
    for _ in 0..2 {
        world.database.keep_news(generation, &news).await.unwrap();
    }
    assert_eq!(world.database.news().await.unwrap(), [(generation, news.clone())]);
    // Only so much is kept of what was.
    for number in 0..TOLD_GENERATIONS {
        let digest = format!("later-{number}");
        world
            .database
            .take_generation(&digest, "later.idx", 5)
            .await
            .unwrap();
    }
    world
        .database
        .keep_news(generation + TOLD_GENERATIONS, &news)
        .await
        .unwrap();
    assert_eq!(effects().await, []);
    assert_eq!(
        world.database.news().await.unwrap(),
        [(generation + TOLD_GENERATIONS, news)]
    );
});

both!(scans_of_documents_are_counted_with_their_calls, |world| {
    const DAY: i64 = 24 * 3600 * 1_000_000;
    let call = |operation: &str, outcome: &str, day: i64| StoredCall {
        id: 0,
        account: "111111111111".into(),
        region: "us-east-1".into(),
        person: "ada".into(),
        access_key: String::new(),
        operation: operation.into(),
        outcome: outcome.into(),
        at: day * DAY + 5,
        record: "{}".into(),
    };
    let scan = |day: i64| call("ScanSbom", "", day);
    let elsewhere = StoredCall {
        region: "eu-west-1".into(),
        ..scan(1)
    };
    let refused = call("ScanSbom", "ValidationException", 1);
    let calls = [
        scan(1),
        scan(2),
        scan(1),
        elsewhere,
        refused,
        call("ListFindings", "", 1),
    ];
    for _ in 0..2 {
        world.database.keep_calls(&calls).await.unwrap();
    }
    for (region, from, to, expected) in [
        ("us-east-1", 0, 9, &[(1, 4), (2, 2)][..]),
        ("us-east-1", 2, 9, &[(2, 2)]),
        ("eu-west-1", 0, 9, &[(1, 2)]),
        ("us-east-1", 3, 9, &[]),
    ] {
        let counted = world
            .database
            .document_scans("111111111111", region, from, to)
            .await;
        assert_eq!(counted.unwrap(), expected, "{region} {from}");
    }
});
