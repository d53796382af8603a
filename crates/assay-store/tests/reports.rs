//! Reports in the store: findings read in bulk, and what becomes of an order.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

#[allow(dead_code, reason = "each test program uses a part of it")]
mod support;

use assay_criteria::{Condition, Criteria, Field, PackagePart, Test};
use assay_store::{
    Direction, FindingId, Hold, Job, NewReport, REPORT, ReportEnd, ReportFile, ReportKind, ResourceId,
    ScopeId, Sort, Sorting, StoreError, StoredFinding,
};
use support::{World, both, found, host, package};

fn criteria(conditions: &[(Field, Test)]) -> Criteria {
    Criteria {
        conditions: conditions
            .iter()
            .map(|(field, test)| Condition {
                field: *field,
                tests: vec![test.clone()],
            })
            .collect(),
    }
}

async fn in_bulk(world: &World, criteria: &Criteria) -> Vec<StoredFinding> {
    let mut bulk = world.database.bulk(&[world.scope], criteria);
    let mut findings = Vec::new();
    while let Some(portion) = bulk.next().await.unwrap() {
        for finding in &portion.findings {
            assert!(
                portion
                    .resources
                    .iter()
                    .any(|resource| resource.id == finding.resource)
            );
        }
        findings.extend(portion.findings);
    }
    let order: Vec<(ResourceId, FindingId)> = findings
        .iter()
        .map(|finding| (finding.resource, finding.id))
        .collect();
    assert!(order.is_sorted(), "resource after resource");
    findings.sort_by_key(|finding| finding.id);
    findings
}

async fn listed(world: &World, criteria: &Criteria) -> Vec<StoredFinding> {
    let sorting = Sorting {
        by: Sort::Severity,
        direction: Direction::Descending,
    };
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let page = world
            .database
            .list_findings(&[world.scope], criteria, sorting, after.as_ref(), 50)
            .await
            .unwrap();
        ids.extend(page.findings);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    ids.sort();
    world.database.findings(&[world.scope], &ids).await.unwrap()
}

both!(bulk_and_lists_agree, |world| {
    let (openssl, curl, zlib) = (
        package("openssl", "1"),
        package("curl", "1"),
        package("zlib", "1"),
    );
    let sets: [&[&assay_store::NewSubject]; 3] = [&[&openssl, &curl], &[&openssl], &[&curl, &zlib]];
    for number in 0..90 {
        world
            .push(host(&format!("i-{number}")), sets[number % 3], 10)
            .await;
    }
    let told: &[(&str, &[assay_store::SubjectMatch])] = &[
        ("openssl", &[found("CVE-1", 4), found("CVE-2", 3)]),
        ("curl", &[found("CVE-2", 3), found("CVE-3", 2)]),
    ];
    world.assess(told, 20).await;
    // Some close: what they had is told still.
    for number in 0..9 {
        world.push(host(&format!("i-{number}")), &[&zlib], 30).await;
    }
    world.assess(told, 40).await;
    let equals = |text: &str| Test::Equals(text.into());
    let checks = [
        (criteria(&[]), 210),
        (criteria(&[(Field::FindingStatus, equals("ACTIVE"))]), 189),
        (criteria(&[(Field::FindingStatus, equals("CLOSED"))]), 21),
        (criteria(&[(Field::Severity, equals("HIGH"))]), 60),
        (
            criteria(&[
                (Field::ResourceId, equals("i-10")),
                (Field::VulnerabilityId, equals("CVE-2")),
            ]),
            1,
        ),
        (
            criteria(&[(Field::ResourceType, equals("AWS_EC2_INSTANCE"))]),
            210,
        ),
        (
            criteria(&[(Field::AccountId, Test::NotEquals("111111111111".into()))]),
            0,
        ),
        (
            criteria(&[(Field::RelatedVulnerabilities, equals("GHSA-CVE-3"))]),
            60,
        ),
        (
            criteria(&[(
                Field::VulnerablePackages,
                Test::Package(vec![(PackagePart::Name, equals("curl"))]),
            )]),
            120,
        ),
    ];
    for (criteria, expected) in checks {
        let read = in_bulk(world, &criteria).await;
        assert_eq!(read.len(), expected, "{criteria:?}");
        assert_eq!(read, listed(world, &criteria).await, "{criteria:?}");
    }
    let strangers = world
        .database
        .bulk(&[ScopeId(999)], &Criteria::default())
        .next()
        .await
        .unwrap();
    assert_eq!(strangers, None);
    let resources = world
        .database
        .inventoried(
            &[world.scope],
            &criteria(&[(Field::ResourceId, equals("i-7"))]),
            ResourceId(0),
            10,
        )
        .await
        .unwrap();
    assert_eq!(resources.len(), 1);
});

fn order(id: &str, kind: ReportKind) -> NewReport {
    NewReport {
        id: id.into(),
        scope: ScopeId(1),
        kind,
        format: "CSV".into(),
        filter_criteria: "{}".into(),
        criteria: Criteria::default(),
        scopes: vec![ScopeId(1)],
        destination: "{}".into(),
    }
}

async fn leased(world: &World, now: i64) -> Job {
    world
        .database
        .lease(REPORT, 1, now, now + 100)
        .await
        .unwrap()
        .pop()
        .unwrap()
}

both!(an_order_is_made_once_and_by_one, |world| {
    let store = &world.database;
    let findings = ReportKind::Findings;
    store.order_report(&order("a", findings), 10).await.unwrap();
    let again = store.order_report(&order("b", findings), 11).await;
    assert!(matches!(again, Err(StoreError::Exists(_))), "{again:?}");
    store
        .order_report(&order("c", ReportKind::BillsOfMaterials), 12)
        .await
        .unwrap();
    let first = leased(world, 20).await;
    assert_eq!(first.subject, "a");
    let file = |size| ReportFile {
        name: "a.csv".into(),
        size,
    };
    assert_eq!(
        store.advance(&first, 5, &[file(None)], 200).await.unwrap(),
        Hold::Kept
    );
    // Whoever made it died; another takes it over, and the first finds that out.
    let second = store.lease(REPORT, 9, 300, 400).await.unwrap();
    let second = second.into_iter().find(|job| job.subject == "a").unwrap();
    assert_eq!(second.attempt, 2);
    assert_eq!(store.advance(&first, 9, &[], 500).await.unwrap(), Hold::Lost);
    let end = ReportEnd::Succeeded;
    assert_eq!(
        store.end_report(&first, &end, 9, 20, 301).await.unwrap(),
        Hold::Lost
    );
    assert_eq!(
        store.advance(&second, 7, &[file(Some(70))], 500).await.unwrap(),
        Hold::Kept
    );
    assert_eq!(
        store.end_report(&second, &end, 7, 300, 302).await.unwrap(),
        Hold::Kept
    );
    let made = store.report(world.scope, findings, "a").await.unwrap().unwrap();
    assert_eq!(
        (made.status.as_str(), made.ended_at, made.written),
        ("SUCCEEDED", 302, 7)
    );
    assert_eq!(store.report_files("a", "", 10).await.unwrap(), [file(Some(70))]);
    assert_eq!(store.report(ScopeId(2), findings, "a").await.unwrap(), None);
    assert_eq!(
        store
            .report(world.scope, ReportKind::BillsOfMaterials, "a")
            .await
            .unwrap(),
        None
    );
    // Over is over.
    assert!(!store.cancel_report(world.scope, "a", 310).await.unwrap());
    // Another may be ordered now.
    store.order_report(&order("d", findings), 320).await.unwrap();
    let ids = |reports: Vec<assay_store::StoredReport>| -> Vec<String> {
        reports.into_iter().map(|report| report.order.id).collect()
    };
    let listed = store.reports(world.scope, None, None, 2).await.unwrap();
    assert_eq!(ids(listed), ["d", "c"]);
    let rest = store
        .reports(world.scope, None, Some((12, "c")), 9)
        .await
        .unwrap();
    assert_eq!(ids(rest), ["a"]);
    let latest = store.reports(world.scope, Some(findings), None, 1).await.unwrap();
    assert_eq!(ids(latest), ["d"]);
});

both!(what_is_cancelled_is_nobodys, |world| {
    let store = &world.database;
    store
        .order_report(&order("a", ReportKind::Findings), 10)
        .await
        .unwrap();
    let job = leased(world, 20).await;
    let files = ["x".to_owned()].map(|name| ReportFile { name, size: None });
    store.advance(&job, 0, &files, 200).await.unwrap();
    assert!(
        !store.cancel_report(ScopeId(2), "a", 30).await.unwrap(),
        "not by others"
    );
    assert!(store.cancel_report(world.scope, "a", 30).await.unwrap());
    assert_eq!(store.advance(&job, 1, &[], 300).await.unwrap(), Hold::Lost);
    let failed = ReportEnd::Failed {
        code: "INTERNAL_ERROR",
        message: "x".into(),
    };
    assert_eq!(
        store.end_report(&job, &failed, 1, 20, 40).await.unwrap(),
        Hold::Lost
    );
    store.forget_report_files("a", &["x".to_owned()]).await.unwrap();
    store.leave_report(&job, 20, 40).await.unwrap();
    let jobs = store.job_counts().await.unwrap();
    assert!(jobs.iter().all(|(kind, _, _)| kind != REPORT), "{jobs:?}");
    let report = store
        .report(world.scope, ReportKind::Findings, "a")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((report.status.as_str(), report.ended_at), ("CANCELLED", 30));
    // And is forgotten in the end.
    store.forget_unused(50).await.unwrap();
    assert_eq!(
        store
            .report(world.scope, ReportKind::Findings, "a")
            .await
            .unwrap(),
        None
    );
});
