//! How what is read is found, beside the lists of findings (`finding/plans.rs`): nothing that grows with what there is to know
//! is gone through, except by what counts it.

use assay_criteria::{Condition, Criteria, Field, Test};
use sqlx::Row;

use crate::{
    Aggregation, CallFilter, CallOutcome, CoverageGroup, Database, Direction, FindingId, Fixes, GroupSort,
    Grouping, MemberList, Place, Proposal, ResourceId, ScopeId,
};

/// Tables that stay small, or that the question is to be counted through.
const SMALL: [&str; 9] = [
    "job",
    "generation",
    "scope",
    "account",
    "n",
    "s",
    "tally",
    "filter",
    "g",
];

async fn faults(database: &Database) -> Vec<String> {
    let asked = std::mem::take(&mut *database.asked.lock().unwrap());
    let mut faults = Vec::new();
    for statement in asked {
        let rows = database
            .rows(&statement.within("EXPLAIN QUERY PLAN ", ""))
            .await
            .unwrap();
        for row in rows {
            let step: String = row.try_get("detail").unwrap();
            let table = step.split_whitespace().nth(1).unwrap_or_default();
            if step.starts_with("SCAN") && !SMALL.contains(&table) {
                faults.push(format!("{step}: {}", statement.text));
            }
        }
    }
    database.asked.lock().unwrap().clear();
    faults
}

#[tokio::test]
async fn what_is_read_has_its_index() {
    let directory = tempfile::tempdir().unwrap();
    let database = Database::open(&Place::File(directory.path().join("assay.db")))
        .await
        .unwrap();
    let scope = database.scope("111111111111", "us-east-1").await.unwrap();
    let one = |field, test| Criteria {
        conditions: vec![Condition {
            field,
            tests: vec![test],
        }],
    };
    let criteria = [
        Criteria::default(),
        one(Field::ScanStatusCode, Test::Equals("ACTIVE".into())),
        one(Field::ResourceId, Test::Equals("i-1".into())),
        one(
            Field::ResourceTags,
            Test::Tag {
                key: "a".into(),
                value: None,
            },
        ),
    ];
    for criteria in &criteria {
        for after in [None, Some((7, "PACKAGE"))] {
            database
                .list_coverage(&[scope, ScopeId(2)], criteria, after, 100)
                .await
                .unwrap();
        }
        let groups = [
            CoverageGroup::Account,
            CoverageGroup::ResourceType,
            CoverageGroup::Status,
            CoverageGroup::Reason,
            CoverageGroup::Repository,
        ];
        for group in groups.map(Some).into_iter().chain([None]) {
            database
                .count_coverage(&[scope, ScopeId(2)], criteria, group)
                .await
                .unwrap();
        }
    }
    for by in Grouping::ALL {
        for criteria in [&criteria[0], &criteria[2]] {
            let is_of_verdicts = matches!(
                by,
                Grouping::Account | Grouping::Title | Grouping::Package | Grouping::Remedy
            );
            if is_of_verdicts && !criteria.conditions.is_empty() {
                continue;
            }
            let aggregation = Aggregation {
                scopes: &[scope, ScopeId(2)],
                by,
                criteria,
                names: &[],
                sort: GroupSort::All,
                direction: Direction::Descending,
            };
            let after = vec![7.into(), 1.into(), "a".into(), "".into(), 1.into()];
            for after in [None, Some(&after)] {
                database.aggregate(&aggregation, after, 100).await.unwrap();
            }
        }
    }
    database
        .prospects_of(&[ResourceId(1), ResourceId(2)])
        .await
        .unwrap();
    database.trends(&[scope], 1, 90, [Some(3); 6]).await.unwrap();
    let proposal = Proposal {
        scopes: vec![scope, ScopeId(2)],
        criteria: one(Field::VulnerabilityId, Test::Prefix("CVE-".into())),
        fixes: Fixes::NoneKnown,
    };
    database.would_suppress(&proposal, 10, 10).await.unwrap();
    database.changes(scope, 5, 100).await.unwrap();
    database.history(scope, FindingId(3)).await.unwrap();
    for identifiers in [None, Some(["a".to_owned()].as_slice())] {
        database
            .filters(scope, Some("SUPPRESS"), identifiers, 3, 10)
            .await
            .unwrap();
    }
    database.filter(scope, 3).await.unwrap();
    database.suppressed_by(3).await.unwrap();
    let calls = CallFilter {
        operation: Some("ListFindings".into()),
        outcome: Some(CallOutcome::Failure),
        from: Some(3),
        to: Some(9),
        ..CallFilter::default()
    };
    for before in [None, Some((7, 7))] {
        database.calls("111111111111", &calls, before, 10).await.unwrap();
    }
    database.resources_named(scope, "i-1").await.unwrap();
    database.finding_of(ResourceId(1), "CVE-1").await.unwrap();
    database.active_by_subject(ResourceId(1), 1).await.unwrap();
    database.effects(&[scope]).await.unwrap();
    database
        .document_scans("111111111111", "us-east-1", 1, 30)
        .await
        .unwrap();
    database.coverage_of(ResourceId(1)).await.unwrap();
    database.resources(&[ResourceId(1), ResourceId(2)]).await.unwrap();
    database.tags("arn").await.unwrap();
    database.ruled_by(scope).await.unwrap();
    for which in [MemberList::Accounts, MemberList::Members, MemberList::Associated] {
        database.members("o-1", which, "", 10).await.unwrap();
    }
    database.member("o-1", "111111111111").await.unwrap();
    database.auto_enable("o-1").await.unwrap();
    database.activations(scope).await.unwrap();
    database.unassessed(&[1, 2, 3]).await.unwrap();
    database.subjects_under(&["PyPI a".into()]).await.unwrap();
    database.subjects_with(&["CVE-1".into()]).await.unwrap();
    database.subjects_after(7, 10).await.unwrap();
    database.subjects_since(1, 3).await.unwrap();
    database.operating_systems().await.unwrap();
    database.vulnerabilities_after("CVE-1", 10).await.unwrap();
    database.people("111111111111").await.unwrap();
    database.keys("111111111111", "root").await.unwrap();
    database.key("AKIA").await.unwrap();
    database.job_counts().await.unwrap();
    let faults = faults(&database).await;
    assert!(faults.is_empty(), "{faults:#?}");
}
