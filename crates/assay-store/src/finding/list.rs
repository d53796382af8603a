//! Listing findings: by any criteria, in any order, page by page.
//!
//! A page is read off the index of its order, from where the last page ended. Where the criteria name few findings (those of
//! a resource, of a vulnerability) these are gathered and sorted instead. A list over several statuses or scopes is read
//! off several places of the index and merged.

use assay_criteria::{Criteria, Field, Test};
use sqlx::Row;

use super::{FindingId, ScopeId};
use crate::{
    criteria::{self, About},
    database::Database,
    error::Result,
    kind,
    statement::{Bound, Statement},
};

/// Up to how many findings are gathered and sorted.
const FEW: i64 = 20_000;

/// What findings are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// The account.
    Account,
    /// The type.
    Type,
    /// The severity.
    Severity,
    /// When it was first observed.
    FirstObserved,
    /// When it was last observed.
    LastObserved,
    /// When it last changed.
    Updated,
    /// The status.
    Status,
    /// The type of the resource.
    ResourceType,
    /// When the image was pushed.
    ImagePushed,
    /// The repository of the image.
    ImageRepository,
    /// The registry of the image.
    ImageRegistry,
    /// The vulnerability's id.
    Vulnerability,
    /// Who tells of the vulnerability.
    Source,
    /// The score.
    Score,
    /// The vendor's word.
    VendorSeverity,
    /// The probability of exploitation.
    Epss,
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The least first.
    Ascending,
    /// The most first.
    Descending,
}

/// An order of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorting {
    /// By what.
    pub by: Sort,
    /// Which way.
    pub direction: Direction,
}

/// Where a page ended: the values of the order for its last finding.
pub type Position = Vec<serde_json::Value>;

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The findings, in order.
    pub findings: Vec<FindingId>,
    /// Where to go on; `None` at the end.
    pub next: Option<Position>,
}

/// How an order is read: the columns, each of whose values are numbers or texts, and where they come from.
struct Order {
    /// What to select from, with `f`, `r`, `v`.
    from: &'static str,
    /// The scope as the index has it.
    scope: &'static str,
    /// The status is part of the index.
    status: bool,
    columns: &'static [&'static str],
}

const BY_FINDING: &str =
    "finding f JOIN resource r ON r.id = f.resource JOIN vulnerability v ON v.id = f.vulnerability";
// CROSS keeps SQLite from turning the order of the tables around.
const BY_RESOURCE: &str = "resource r CROSS JOIN finding f CROSS JOIN vulnerability v WHERE f.resource = r.id AND v.id = f.vulnerability";
const BY_VULNERABILITY: &str = "vulnerability v CROSS JOIN finding f CROSS JOIN resource r WHERE f.vulnerability = v.id AND r.id = f.resource";

fn order(by: Sort) -> Order {
    let finding = |columns| Order {
        from: BY_FINDING,
        scope: "f.scope",
        status: true,
        columns,
    };
    let resource = |columns| Order {
        from: BY_RESOURCE,
        scope: "r.scope",
        status: false,
        columns,
    };
    let vulnerability = |columns| Order {
        from: BY_VULNERABILITY,
        scope: "f.scope",
        status: false,
        columns,
    };
    match by {
        Sort::Severity => finding(&["f.severity", "f.id"]),
        Sort::Score => finding(&["f.score", "f.id"]),
        Sort::FirstObserved => finding(&["f.first_observed_at", "f.id"]),
        Sort::LastObserved => finding(&["f.last_observed_at", "f.id"]),
        Sort::Updated => finding(&["f.updated_at", "f.id"]),
        Sort::Type => finding(&["f.type", "f.id"]),
        Sort::Source => finding(&["f.source", "f.id"]),
        Sort::VendorSeverity => finding(&["f.vendor_severity", "f.id"]),
        Sort::Account => finding(&["f.scope", "f.severity", "f.id"]),
        Sort::Status => finding(&["f.status", "f.severity", "f.id"]),
        Sort::ResourceType => resource(&["r.type", "r.id", "f.id"]),
        Sort::ImagePushed => resource(&["r.ecr_pushed_at", "r.id", "f.id"]),
        Sort::ImageRepository => resource(&["r.ecr_repository", "r.id", "f.id"]),
        Sort::ImageRegistry => resource(&["r.ecr_registry", "r.id", "f.id"]),
        Sort::Vulnerability => vulnerability(&["v.name", "v.id", "f.id"]),
        Sort::Epss => vulnerability(&["v.epss", "v.id", "f.id"]),
    }
}

impl Database {
    /// A page of the findings of some scopes that match.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn list_findings(
        &self,
        scopes: &[ScopeId],
        criteria: &Criteria,
        sorting: Sorting,
        after: Option<&Position>,
        most: usize,
    ) -> Result<Page> {
        let order = order(sorting.by);
        let statuses = statuses(criteria);
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let few = self.few(scopes, criteria).await?;
        let mut select = Statement::default();
        match few {
            Some(from) => {
                let gathered = Order { from, ..order };
                branch(&mut select, &gathered, sorting, after, most + 1, |select| {
                    select.push(" AND f.scope IN ");
                    select.bind_list(scopes.iter().map(|scope| scope.0));
                    criteria::push(select, criteria, About::Findings);
                });
            }
            None => {
                let statuses: Vec<Option<i64>> = match order.status {
                    true => statuses.into_iter().map(Some).collect(),
                    false => vec![None],
                };
                let places = scopes
                    .iter()
                    .flat_map(|scope| statuses.iter().map(move |status| (*scope, *status)));
                for (at, (scope, status)) in places.enumerate() {
                    select.push(if at > 0 {
                        " UNION ALL SELECT * FROM ("
                    } else {
                        "SELECT * FROM ("
                    });
                    branch(&mut select, &order, sorting, after, most + 1, |select| {
                        select.push(" AND ").push(order.scope).push(" = ").bind(scope.0);
                        if let Some(status) = status {
                            select.push(&format!(" AND f.status = {status}"));
                        }
                        criteria::push(select, criteria, About::Findings);
                    });
                    select.push(") b").push(&at.to_string());
                }
                if select.text.is_empty() {
                    return Ok(Page {
                        findings: Vec::new(),
                        next: None,
                    });
                }
                let direction = direction_of(sorting);
                let names: Vec<String> = (0..order.columns.len())
                    .map(|at| format!("k{at} {direction}"))
                    .collect();
                select.push(&format!(" ORDER BY {} LIMIT ", names.join(", ")));
                select.bind(most + 1);
            }
        }
        let rows = self.rows(&select).await?;
        let width = order.columns.len();
        let mut findings = Vec::with_capacity(rows.len());
        let mut next = None;
        for (at, row) in rows.iter().enumerate() {
            if i64::try_from(at).unwrap_or(i64::MAX) >= most {
                let last = &rows[at - 1];
                next = Some(
                    (0..width)
                        .map(|column| value(last, column))
                        .collect::<Result<_>>()?,
                );
                break;
            }
            findings.push(FindingId(row.try_get(width - 1)?));
        }
        Ok(Page { findings, next })
    }

    /// How to gather the findings that criteria name by what few have; `None` when they name none so, or not few.
    async fn few(&self, scopes: &[ScopeId], criteria: &Criteria) -> Result<Option<&'static str>> {
        for condition in &criteria.conditions {
            let is_plain = condition
                .tests
                .iter()
                .all(|test| matches!(test, Test::Equals(_) | Test::Tag { .. }));
            let from = match condition.field {
                _ if !is_plain => continue,
                Field::FindingArn => BY_FINDING,
                Field::VulnerabilityId => BY_VULNERABILITY,
                Field::ResourceId
                | Field::EcrImageHash
                | Field::EcrImageRepositoryName
                | Field::EcrImageTags
                | Field::LambdaFunctionName
                | Field::Ec2InstanceVpcId
                | Field::Ec2InstanceImageId
                | Field::Ec2InstanceSubnetId
                | Field::CodeRepositoryProjectName
                | Field::ResourceTags => BY_RESOURCE,
                _ => continue,
            };
            let mut select = Statement::new("SELECT COUNT(*) FROM (SELECT 1 FROM ");
            select.push(from);
            if !from.contains(" WHERE ") {
                select.push(" WHERE 1 = 1");
            }
            select.push(" AND f.scope IN ");
            select.bind_list(scopes.iter().map(|scope| scope.0));
            let alone = Criteria {
                conditions: vec![condition.clone()],
            };
            criteria::push(&mut select, &alone, About::Findings);
            select.push(" LIMIT ").bind(FEW + 1).push(") n");
            if self.number(&select).await? <= FEW {
                return Ok(Some(from));
            }
        }
        Ok(None)
    }
}

/// The statuses that criteria leave open.
fn statuses(criteria: &Criteria) -> Vec<i64> {
    let fits = |word: &str| {
        criteria
            .conditions
            .iter()
            .filter(|condition| condition.field == Field::FindingStatus)
            .all(|condition| {
                let (negative, positive): (Vec<_>, Vec<_>) =
                    condition.tests.iter().partition(|test| test.is_negative());
                let passes = |test: &Test| match test {
                    Test::Equals(text) => text == word,
                    Test::NotEquals(text) => text != word,
                    Test::Prefix(text) => word.starts_with(text.as_str()),
                    _ => false,
                };
                negative.into_iter().all(passes) && (positive.is_empty() || positive.into_iter().any(passes))
            })
    };
    kind::STATUSES
        .iter()
        .filter(|(word, _)| fits(word))
        .map(|(_, code)| *code)
        .collect()
}

fn direction_of(sorting: Sorting) -> &'static str {
    match sorting.direction {
        Direction::Ascending => "ASC",
        Direction::Descending => "DESC",
    }
}

fn branch(
    select: &mut Statement,
    order: &Order,
    sorting: Sorting,
    after: Option<&Position>,
    most: i64,
    conditions: impl FnOnce(&mut Statement),
) {
    let named: Vec<String> = order
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| format!("{column} AS k{at}"))
        .collect();
    select.push(&format!("SELECT {} FROM {}", named.join(", "), order.from));
    if !order.from.contains(" WHERE ") {
        select.push(" WHERE 1 = 1");
    }
    if let Some(after) = after {
        let sign = match sorting.direction {
            Direction::Ascending => ">",
            Direction::Descending => "<",
        };
        select.push(&format!(" AND ({}) {sign} ", order.columns.join(", ")));
        select.bind_list(after.iter().map(|value| match value {
            serde_json::Value::String(text) => Bound::from(text.as_str()),
            other => Bound::from(other.as_i64().unwrap_or_default()),
        }));
    }
    conditions(select);
    let direction = direction_of(sorting);
    let sorted: Vec<String> = order
        .columns
        .iter()
        .map(|column| format!("{column} {direction}"))
        .collect();
    select.push(&format!(" ORDER BY {} LIMIT ", sorted.join(", ")));
    select.bind(most);
}

fn value(row: &sqlx::any::AnyRow, column: usize) -> Result<serde_json::Value> {
    if let Ok(number) = row.try_get::<i64, _>(column) {
        return Ok(number.into());
    }
    Ok(row.try_get::<String, _>(column)?.into())
}
