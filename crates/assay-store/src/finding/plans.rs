//! The access paths of every list: whatever the criteria and the order, nothing that grows with the findings is read whole.

use assay_criteria::{Condition, Criteria, Field, PackagePart, Test};
use sqlx::Row;

use super::{
    Direction, FindingId, ScopeId, Sort, Sorting,
    gather::{Source, gathered, resources, times, verdicts},
    list::Request,
    order::{Path, order},
    read,
    walk::{Group, findings_of, groups, merged, push_findings, push_resources},
};
use crate::{
    database::{Database, Place},
    statement::Statement,
};

async fn plan(database: &Database, statement: &Statement) -> Vec<String> {
    let rows = database
        .rows(&statement.within("EXPLAIN QUERY PLAN ", ""))
        .await
        .unwrap();
    rows.iter().map(|row| row.try_get("detail").unwrap()).collect()
}

/// What a step of a plan does wrong, if anything.
fn fault(step: &str) -> Option<&'static str> {
    let whole = [
        "finding",
        "resource",
        "attribute",
        "change",
        "subject",
        "coverage",
    ];
    let named = |alias: &str| step.split_whitespace().nth(1) == Some(alias);
    if step.starts_with("SCAN")
        && (["f", "r", "x", "p", "c"].into_iter().any(named) || whole.into_iter().any(named))
    {
        return Some("goes through all");
    }
    // All findings of a scope or a status are no better than all.
    if named("f")
        && step.contains("INDEX finding_")
        && (step.ends_with("(scope=?)") || step.ends_with("(scope=? AND status=?)"))
    {
        return Some("goes through all of a scope or status");
    }
    None
}

fn criteria() -> Vec<Criteria> {
    let one = |field, test| Criteria {
        conditions: vec![Condition {
            field,
            tests: vec![test],
        }],
    };
    let text = |text: &str| Test::Equals(text.into());
    vec![
        Criteria::default(),
        one(Field::FindingStatus, text("ACTIVE")),
        one(Field::FindingArn, text("7")),
        one(Field::Severity, text("HIGH")),
        one(Field::VulnerabilityId, Test::Prefix("CVE-2026".into())),
        one(Field::RelatedVulnerabilities, text("GHSA-1")),
        one(Field::ResourceId, Test::Prefix("i-".into())),
        one(
            Field::ResourceTags,
            Test::Tag {
                key: "team".into(),
                value: Some("red".into()),
            },
        ),
        one(Field::EcrImageRepositoryName, text("shop")),
        one(
            Field::UpdatedAt,
            Test::Time {
                from: Some(1),
                to: Some(2),
            },
        ),
        one(
            Field::VulnerablePackages,
            Test::Package(vec![(PackagePart::Name, text("openssl"))]),
        ),
    ]
}

#[tokio::test]
async fn no_list_reads_everything() {
    let directory = tempfile::tempdir().unwrap();
    let database = Database::open(&Place::File(directory.path().join("assay.db")))
        .await
        .unwrap();
    let scopes = [ScopeId(1), ScopeId(2)];
    let group = || Group {
        values: Vec::new(),
        verdict: 1,
        scope: 1,
        status: 1,
        findings: 1,
    };
    for criteria in criteria() {
        for by in Sort::ALL {
            let sorting = Sorting {
                by,
                direction: Direction::Descending,
            };
            let after = order(by).columns.iter().map(|_| 1.into()).collect();
            let request = Request::new(&scopes, &criteria, sorting, Some(&after), 101);
            let is_by_number =
                matches!(criteria.conditions.first(), Some(one) if one.field == Field::FindingArn);
            let mut walks = match order(by).path {
                Path::Verdicts => vec![],
                Path::Findings => vec![merged(&request, &[(1, 1), (2, 1)], push_findings)],
                Path::Resources => vec![merged(&request, &[1, 2], push_resources)],
            };
            // The order comes from the index: nothing is sorted in a place, only what the places gave.
            for walk in &walks {
                let steps = plan(&database, walk).await;
                let place = steps.iter().take_while(|step| !step.starts_with("SCAN b"));
                assert!(
                    !place
                        .into_iter()
                        .any(|step| step == "USE TEMP B-TREE FOR ORDER BY"),
                    "{by:?} {criteria:?}: {steps:#?}"
                );
            }
            if order(by).path == Path::Verdicts {
                walks.push(groups(&request, None, 256));
                walks.push(findings_of(&request, &[group(), group()], Some(1), 101));
            }
            walks.push(gathered(&request, Source::Verdicts));
            if times(&request, 1).next().is_some()
                || matches!(criteria.conditions.first(), Some(one) if one.field == Field::FindingArn)
            {
                walks.push(gathered(&request, Source::Findings));
            }
            walks.extend(times(&request, 1));
            walks.extend(verdicts(&request));
            if let Some(count) = resources(&request, 1) {
                walks.extend([count, gathered(&request, Source::Resources)]);
            }
            let ids: Vec<FindingId> = (0..100).map(FindingId).collect();
            walks.extend([read::findings_of(&scopes[..1], &ids), read::packages_of(&ids)]);
            for (gathered, index) in [
                (gathered(&request, Source::Verdicts), "finding_verdict (verdict=?"),
                (
                    gathered(&request, Source::Resources),
                    "sqlite_autoindex_finding_1 (resource=?",
                ),
            ] {
                let steps = plan(&database, &gathered).await;
                let is_by_it = |step: &String| step.starts_with("SEARCH f ") && step.contains(index);
                assert!(
                    is_by_number || steps.iter().any(is_by_it),
                    "{by:?} {criteria:?}: {steps:#?}"
                );
            }
            for walk in walks {
                for step in plan(&database, &walk).await {
                    if let Some(fault) = fault(&step) {
                        panic!("{by:?} {criteria:?}: {step}: {fault}\n{}", walk.text);
                    }
                }
            }
        }
    }
}
