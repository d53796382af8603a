//! One suite over both engines.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

mod support;

use assay_criteria::{Condition, Criteria, Field, PackagePart, Test};
use assay_store::{
    Cause, Direction, Failure, Filter, FindingId, PushOutcome, Sort, Sorting, StoreError, kind,
};
use support::{World, assessed, both, found, host, package};

const DAY: i64 = 24 * 3600 * 1_000_000;

fn only(field: Field, test: Test) -> Criteria {
    Criteria {
        conditions: vec![Condition {
            field,
            tests: vec![test],
        }],
    }
}

fn equals(field: Field, text: &str) -> Criteria {
    only(field, Test::Equals(text.into()))
}

/// Titles and statuses of all findings, by severity.
async fn listed(world: &World) -> Vec<String> {
    let page = world
        .database
        .list_findings(&[world.scope], &Criteria::default(), BY_SEVERITY, None, 100)
        .await
        .unwrap();
    let findings = world
        .database
        .findings(&[world.scope], &page.findings)
        .await
        .unwrap();
    findings
        .iter()
        .map(|finding| {
            format!(
                "{} {} {} {} [{}]",
                finding.title,
                kind::word(&kind::SEVERITIES, finding.severity),
                kind::word(&kind::STATUSES, finding.status),
                finding.fix,
                finding.packages.len()
            )
        })
        .collect()
}

const BY_SEVERITY: Sorting = Sorting {
    by: Sort::Severity,
    direction: Direction::Descending,
};

both!(findings_follow_what_a_resource_has, |world| {
    let a = package("a", "1");
    let b = package("b", "1");
    world.push(host("i-1"), &[&a, &b], 1).await;
    world
        .assess(
            &[
                ("a", &[found("CVE-1", 4)]),
                ("b", &[found("CVE-1", 3), found("CVE-2", 2)]),
            ],
            2,
        )
        .await;
    assert_eq!(
        listed(world).await,
        ["CVE-1 - a, b HIGH ACTIVE NO [2]", "CVE-2 - b LOW ACTIVE NO [1]"]
    );
    // Without b, one closes and the other has one package less.
    world.push(host("i-1"), &[&a], 3).await;
    world.assess(&[], 4).await;
    assert_eq!(
        listed(world).await,
        ["CVE-1 - a HIGH ACTIVE NO [1]", "CVE-2 - b LOW CLOSED NO [1]"]
    );
    // It comes back under its old name.
    let before = world.named("CVE-2").await;
    world.push(host("i-1"), &[&a, &b], DAY).await;
    world.assess(&[], DAY + 1).await;
    assert_eq!(world.named("CVE-2").await, before);
    let kinds: Vec<&str> = world
        .database
        .history(world.scope, before)
        .await
        .unwrap()
        .iter()
        .map(|change| kind::word(&kind::CHANGES, change.kind))
        .collect();
    assert_eq!(kinds, ["OPENED", "CLOSED", "REOPENED"]);
    // After more than a week it is another.
    world.push(host("i-1"), &[&a], 2 * DAY).await;
    world.assess(&[], 2 * DAY + 1).await;
    world.push(host("i-1"), &[&a, &b], 10 * DAY).await;
    world.assess(&[], 10 * DAY + 1).await;
    assert_ne!(world.named("CVE-2").await, before);
    let sequences: Vec<i64> = world
        .database
        .changes(world.scope, 0, 100)
        .await
        .unwrap()
        .iter()
        .map(|change| change.sequence)
        .collect();
    assert_eq!(
        sequences,
        (1..=i64::try_from(sequences.len()).unwrap()).collect::<Vec<_>>()
    );
});

both!(intelligence_reaches_every_resource, |world| {
    let a = package("a", "1");
    for number in 0..30 {
        world
            .push(
                host(&format!("i-{number}")),
                &[&a, &package("x", &number.to_string())],
                1,
            )
            .await;
    }
    world.assess(&[], 2).await;
    assert_eq!(listed(world).await.len(), 0);
    let generation = world.database.take_generation("g2", "g2.idx", 3).await.unwrap();
    let outcome = world.outcome(&[("a", &[found("CVE-9", 5)])]).await;
    let old = world
        .database
        .apply(&outcome, generation - 1, &world.cause(3))
        .await;
    assert!(matches!(old, Err(StoreError::Unavailable(_))));
    let settled = world
        .database
        .apply(&outcome, generation, &world.cause(3))
        .await
        .unwrap();
    assert_eq!(settled.changes, 30);
    // The same again changes nothing.
    let settled = world
        .database
        .apply(&outcome, generation, &world.cause(4))
        .await
        .unwrap();
    assert_eq!(settled.changes, 0);
    let milder = world.outcome(&[("a", &[found("CVE-9", 3)])]).await;
    let settled = world
        .database
        .apply(&milder, generation, &world.cause(5))
        .await
        .unwrap();
    assert_eq!(settled.changes, 30);
    let none = world.outcome(&[("a", &[])]).await;
    let settled = world
        .database
        .apply(&none, generation, &world.cause(6))
        .await
        .unwrap();
    assert_eq!(settled.changes, 30);
    let closed = equals(Field::FindingStatus, "CLOSED");
    let page = world
        .database
        .list_findings(&[world.scope], &closed, BY_SEVERITY, None, 100)
        .await
        .unwrap();
    assert_eq!(page.findings.len(), 30);
    let findings = world
        .database
        .findings(&[world.scope], &page.findings)
        .await
        .unwrap();
    assert!(
        findings.iter().all(|finding| finding.packages.len() == 1),
        "a closed finding tells its packages"
    );
});

both!(lists_are_whole_in_every_order, |world| {
    for number in 0..12_i64 {
        let name = format!("p{number}");
        world
            .push(
                host(&format!("i-{}", number % 4)),
                &[&package(&name, "1"), &package("q", "1")],
                number,
            )
            .await;
    }
    let severities: Vec<(String, Vec<assay_store::SubjectMatch>)> = (0..12)
        .map(|number| {
            (
                format!("p{number}"),
                vec![found(&format!("CVE-{number}"), number % 6)],
            )
        })
        .chain([("q".to_owned(), vec![found("CVE-q", 2), found("CVE-r", 2)])])
        .collect();
    let borrowed: Vec<(&str, &[assay_store::SubjectMatch])> = severities
        .iter()
        .map(|(name, found)| (name.as_str(), found.as_slice()))
        .collect();
    world.assess(&borrowed, 20).await;
    let criteria = [
        (Criteria::default(), 12),
        (equals(Field::FindingStatus, "ACTIVE"), 12),
        (equals(Field::ResourceId, "i-1"), 3),
        (equals(Field::VulnerabilityId, "CVE-q"), 4),
        (only(Field::VulnerabilityId, Test::Prefix("CVE-1".into())), 2),
        (only(Field::VulnerabilityId, Test::NotEquals("CVE-q".into())), 8),
        (only(Field::Severity, Test::Prefix("L".into())), 9),
        (
            only(
                Field::ResourceTags,
                Test::Tag {
                    key: "team".into(),
                    value: None,
                },
            ),
            12,
        ),
        (
            only(
                Field::EpssScore,
                Test::Number {
                    lower: Some(0.3),
                    upper: Some(0.3),
                },
            ),
            12,
        ),
        (
            only(
                Field::FirstObservedAt,
                Test::Time {
                    from: Some(20),
                    to: None,
                },
            ),
            12,
        ),
        (
            only(
                Field::VulnerablePackages,
                Test::Package(vec![
                    (PackagePart::Name, Test::Equals("q".into())),
                    (PackagePart::FilePath, Test::Prefix("var/".into())),
                ]),
            ),
            8,
        ),
        (
            only(
                Field::VulnerablePackages,
                Test::Package(vec![(
                    PackagePart::FilePath,
                    Test::Equals("VAR/lib/dpkg/status".into()),
                )]),
            ),
            0,
        ),
    ];
    // Read off an index, and gathered.
    let kinds = [0, 20_000].map(|few| world.database.clone().gathering(few));
    for by in Sort::ALL {
        for direction in [Direction::Ascending, Direction::Descending] {
            for ((criteria, expected), database) in criteria
                .iter()
                .flat_map(|one| kinds.iter().map(move |kind| (one, kind)))
            {
                let sorting = Sorting { by, direction };
                let mut all: Vec<FindingId> = Vec::new();
                let mut after = None;
                loop {
                    let page = database
                        .list_findings(&[world.scope], criteria, sorting, after.as_ref(), 3)
                        .await
                        .unwrap();
                    all.extend(page.findings);
                    match page.next {
                        Some(next) => after = Some(next),
                        None => break,
                    }
                }
                let whole = kinds[1]
                    .list_findings(&[world.scope], criteria, sorting, None, 1000)
                    .await
                    .unwrap();
                assert_eq!(all, whole.findings, "{by:?} {criteria:?}");
                assert_eq!(all.len(), *expected, "{by:?} {direction:?} {criteria:?}");
            }
        }
    }
});

both!(rules_suppress_and_give_back, |world| {
    world
        .push(host("i-1"), &[&package("a", "1"), &package("b", "1")], 1)
        .await;
    world
        .assess(&[("a", &[found("CVE-1", 4)]), ("b", &[found("CVE-2", 2)])], 2)
        .await;
    let cause = |at| Cause {
        code: 5,
        reference: "rule".into(),
        at,
    };
    let mut rule = Filter {
        id: 0,
        scope: world.scope,
        identifier: "abc".into(),
        name: "one".into(),
        action: "SUPPRESS".into(),
        filter_criteria: "{}".into(),
        criteria: equals(Field::VulnerabilityId, "CVE-1"),
        description: String::new(),
        reason: String::new(),
        owner: "team".into(),
        until_fixed: false,
        expires_at: 0,
        created_at: 3,
        updated_at: 3,
        matched_at: 0,
    };
    world.database.create_filter(&rule, &cause(3)).await.unwrap();
    assert!(matches!(
        world.database.create_filter(&rule, &cause(3)).await,
        Err(StoreError::Exists(_))
    ));
    let suppressed = ["CVE-1 - a HIGH SUPPRESSED NO [1]", "CVE-2 - b LOW ACTIVE NO [1]"];
    assert_eq!(listed(world).await, suppressed);
    rule = world
        .database
        .filters(world.scope, None, None, 0, 10)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (
            rule.owner.as_str(),
            world.database.suppressed_by(rule.id).await.unwrap()
        ),
        ("team", 1)
    );
    // What comes later is suppressed at once, and what was, closes all the same.
    world.push(host("i-2"), &[&package("a", "1")], 4).await;
    world.assess(&[], 5).await;
    assert_eq!(world.database.suppressed_by(rule.id).await.unwrap(), 2);
    world.push(host("i-2"), &[&package("b", "1")], 6).await;
    world.assess(&[], 7).await;
    assert_eq!(world.database.suppressed_by(rule.id).await.unwrap(), 1);
    rule.criteria = equals(Field::VulnerabilityId, "CVE-2");
    rule.updated_at = world.database.update_filter(&rule, &cause(8)).await.unwrap();
    assert_eq!(
        listed(world).await[..2],
        ["CVE-1 - a HIGH CLOSED NO [1]", "CVE-1 - a HIGH ACTIVE NO [1]"]
    );
    assert_eq!(world.database.suppressed_by(rule.id).await.unwrap(), 2);
    rule.expires_at = 10;
    rule.updated_at = world.database.update_filter(&rule, &cause(9)).await.unwrap();
    assert_eq!(world.database.expire_filters(&cause(11)).await.unwrap(), 2);
    rule.expires_at = 0;
    rule.updated_at = world.database.update_filter(&rule, &cause(12)).await.unwrap();
    assert_eq!(world.database.suppressed_by(rule.id).await.unwrap(), 2);
    world.database.delete_filter(&rule, &cause(13)).await.unwrap();
    let active = equals(Field::FindingStatus, "ACTIVE");
    let page = world
        .database
        .list_findings(&[world.scope], &active, BY_SEVERITY, None, 10)
        .await
        .unwrap();
    assert_eq!(page.findings.len(), 3);
});

both!(time_and_states_do_their_work, |world| {
    let (resource, outcome) = world.push(host("i-1"), &[&package("a", "1")], 1).await;
    assert_eq!(outcome, PushOutcome::Changed);
    world.assess(&[("a", &[found("CVE-1", 4)])], 2).await;
    assert_eq!(
        world.push(host("i-1"), &[&package("a", "1")], 3).await.1,
        PushOutcome::Unchanged
    );
    let stopped = world
        .database
        .change_state(
            resource,
            "STOPPED",
            ("INACTIVE", "EC2_INSTANCE_STOPPED"),
            &world.cause(4),
        )
        .await
        .unwrap();
    assert_eq!(stopped.changes, 0, "a stopped host keeps its findings");
    let gone = world
        .database
        .change_state(
            resource,
            "GONE",
            ("INACTIVE", "RESOURCE_TERMINATED"),
            &world.cause(5),
        )
        .await
        .unwrap();
    assert_eq!(gone.changes, 1);
    assert_eq!(world.database.forget_gone(5, 6).await.unwrap(), 0);
    assert_eq!(world.database.forget_gone(6, 6).await.unwrap(), 1);
    assert!(listed(world).await.is_empty());
    world.database.forget_unused(DAY).await.unwrap();
    // Turned off and on again within a day, everything is as it was; after a day it is forgotten.
    world.push(host("i-2"), &[&package("a", "1")], 7).await;
    world.assess(&[], 8).await;
    world.database.disable(world.scope, &["EC2"], 9).await.unwrap();
    assert_eq!(listed(world).await.len(), 1);
    world.database.enable(world.scope, &["EC2"], 10).await.unwrap();
    world.assess(&[], 11).await;
    assert_eq!(listed(world).await.len(), 1);
    world.database.disable(world.scope, &["EC2"], 12).await.unwrap();
    assert_eq!(world.database.forget_disabled(DAY, DAY).await.unwrap(), 1);
    assert!(listed(world).await.is_empty());
});

both!(jobs_are_fair_tried_again_and_put_aside, |world| {
    let other = world.database.scope("222222222222", "us-east-1").await.unwrap();
    for number in 0..20 {
        world
            .push(host(&format!("i-{number}")), &[&package("a", "1")], 1)
            .await;
    }
    let mut theirs = host("i-x");
    theirs.scope = other;
    world.push(theirs, &[&package("a", "1")], 2).await;
    let jobs = world.database.lease("assess", 4, 3, 100).await.unwrap();
    assert_eq!(jobs.len(), 4);
    assert!(
        jobs.iter().any(|job| job.scope == other),
        "one with many jobs does not hold up another"
    );
    // Leased ones are free again when the lease is over.
    assert_eq!(
        world.database.lease("assess", 100, 4, 100).await.unwrap().len(),
        17
    );
    assert_eq!(
        world.database.lease("assess", 100, 101, 200).await.unwrap().len(),
        21
    );
    // One that came while another about the same was leased is leased beside it.
    world.push(host("i-0"), &[&package("b", "1")], 201).await;
    assert_eq!(
        world.database.lease("assess", 100, 202, 203).await.unwrap().len(),
        22
    );
    let mut now = 300;
    let mut job = world
        .database
        .lease("assess", 1, now, now + 1)
        .await
        .unwrap()
        .remove(0);
    while job.attempt < 8 {
        world
            .database
            .fail(&job, Failure::Lasting, "because", now, now)
            .await
            .unwrap();
        now += 1_000_000_000_000;
        let again = world.database.lease("assess", 100, now, now + 1).await.unwrap();
        job = again.into_iter().find(|again| again.id == job.id).unwrap();
        now += 2;
    }
    world
        .database
        .fail(&job, Failure::Lasting, "because", now, now)
        .await
        .unwrap();
    let dead = world.database.job_counts().await.unwrap();
    assert!(dead.contains(&("assess".into(), "DEAD".into(), 1)), "{dead:?}");
});

both!(an_inventory_is_assessed_once_for_all, |world| {
    for number in 0..5 {
        world
            .push(
                host(&format!("i-{number}")),
                &[&package("a", "1"), &package("b", "2")],
                1,
            )
            .await;
    }
    let outcome = world.outcome(&[]).await;
    assert_eq!(outcome.subjects.len(), 2, "two packages, whoever has them");
    assert_eq!(assessed(&[]).subjects.len(), 0);
});

both!(a_description_alone_leaves_what_a_scan_told, |world| {
    let mut told = host("i-1");
    told.diagnostics = r#"[{"code":"limited"}]"#.into();
    world.push(told, &[&package("a", "1")], 1).await;
    world.assess(&[("a", &[found("CVE-1", 4)])], 2).await;
    for (state, status) in [("ACTIVE", "ACTIVE"), ("STOPPED", "INACTIVE")] {
        let mut described = host("i-1");
        described.state = state.into();
        described.coverage = (status.into(), "SUCCESSFUL".into());
        world.database.push(&described, None, 9).await.unwrap();
        let coverage = world
            .database
            .list_coverage(&[world.scope], &Criteria::default(), None, 10)
            .await
            .unwrap();
        assert_eq!(coverage.len(), 1, "{state}");
        assert_eq!(coverage[0].status, status);
        assert_eq!(coverage[0].last_scanned_at, 2, "{state}: nothing was scanned");
        assert_eq!(coverage[0].diagnostics, r#"[{"code":"limited"}]"#, "{state}");
    }
});
