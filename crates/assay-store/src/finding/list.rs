//! Listing findings: by any criteria, in any order, page by page.
//!
//! Where the criteria name few findings, these are gathered and sorted ([`super::gather`]). Else a page is read off what has
//! its order, from where the last page ended ([`super::walk`]). Both are bounded by what a page needs and not by how many
//! findings there are, except where criteria and order have nothing to do with each other and yet few findings match.

use assay_criteria::{Criteria, Field, Test};
use sqlx::{Row, any::AnyRow};

use super::{
    FindingId, ScopeId,
    order::{Direction, Path, Sorting, order},
};
use crate::{
    criteria::{self, About, Level, level, speaks_of},
    database::Database,
    error::{Result, StoreError},
    kind, narrow,
    statement::{Bound, Statement},
};

/// Where a page ended: the values of the order for its last finding, the last of which is its number.
pub type Position = Vec<serde_json::Value>;

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The findings, in order.
    pub findings: Vec<FindingId>,
    /// Where to go on; `None` at the end.
    pub next: Option<Position>,
}

/// What is asked for.
pub(super) struct Request<'a> {
    pub(super) scopes: &'a [ScopeId],
    /// The statuses that the criteria leave open.
    pub(super) statuses: Vec<i64>,
    pub(super) criteria: &'a Criteria,
    /// Conditions that a verdict and its count tell the outcome of.
    pub(super) of_verdicts: Criteria,
    /// All others.
    pub(super) of_others: Criteria,
    /// What its order is read off.
    pub(super) path: Path,
    /// What it compares.
    pub(super) columns: &'static [&'static str],
    pub(super) direction: Direction,
    pub(super) after: Option<&'a Position>,
    /// How many findings to find: one more than a page has.
    pub(super) wanted: usize,
}

impl Database {
    /// A page of the findings of some scopes that match.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] for a position of another order; when the database does not answer.
    pub async fn list_findings(
        &self,
        scopes: &[ScopeId],
        criteria: &Criteria,
        sorting: Sorting,
        after: Option<&Position>,
        most: usize,
    ) -> Result<Page> {
        let request = Request::new(scopes, criteria, sorting, after, most + 1);
        if after.is_some_and(|after| after.len() != request.columns.len()) {
            return Err(StoreError::Corrupt("a position of another order".to_owned()));
        }
        if scopes.is_empty() || request.statuses.is_empty() {
            return Ok(Page {
                findings: Vec::new(),
                next: None,
            });
        }
        let is_told_by_verdicts = request.path == Path::Verdicts && request.of_others.conditions.is_empty();
        let few = match is_told_by_verdicts {
            true => None,
            false => self.few(&request).await?,
        };
        let found = match (few, request.path) {
            (Some(source), _) => self.gather(&request, source).await?,
            (None, Path::Verdicts) => self.walk_verdicts(&request).await?,
            (None, Path::Findings) => self.walk_findings(&request).await?,
            (None, Path::Resources) => self.walk_resources(&request).await?,
        };
        page(found, most)
    }
}

fn page(mut found: Vec<Position>, most: usize) -> Result<Page> {
    let is_whole = found.len() <= most;
    found.truncate(most);
    let findings = found
        .iter()
        .map(|position| position.last().and_then(serde_json::Value::as_i64).map(FindingId))
        .collect::<Option<_>>()
        .ok_or_else(|| StoreError::Corrupt("a finding has no number".to_owned()))?;
    Ok(Page {
        findings,
        next: if is_whole { None } else { found.pop() },
    })
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

impl<'a> Request<'a> {
    pub(super) fn new(
        scopes: &'a [ScopeId],
        criteria: &'a Criteria,
        sorting: Sorting,
        after: Option<&'a Position>,
        wanted: usize,
    ) -> Request<'a> {
        let order = order(sorting.by);
        let (of_verdicts, of_others) = criteria
            .conditions
            .iter()
            .cloned()
            .partition(|condition| level(condition.field) == Level::Verdict);
        Request {
            scopes,
            statuses: statuses(criteria),
            criteria,
            of_verdicts: Criteria {
                conditions: of_verdicts,
            },
            of_others: Criteria {
                conditions: of_others,
            },
            path: order.path,
            columns: order.columns,
            direction: sorting.direction,
            after,
            wanted,
        }
    }

    /// Adds ` AND <name>.scope IN (…) AND <name>.status IN (…)`.
    pub(super) fn push_bounds(&self, select: &mut Statement, name: &str) {
        select.push(&format!(" AND {name}.scope IN "));
        select.bind_list(self.scopes.iter().map(|scope| scope.0));
        select.push(&format!(" AND {name}.status IN {}", self.statuses_in_list()));
    }

    /// Adds ` FROM … WHERE …`: a table or what stands for one, and others in the order that they are read in, with how each
    /// hangs on those before it. Of the others, what neither criteria nor order speak of is left out, except for findings.
    pub(super) fn push_from(
        &self,
        select: &mut Statement,
        first: impl FnOnce(&mut Statement),
        others: &[Table],
    ) {
        let is_wanted = |table: &&Table| {
            let letter = table.letter();
            let by_order = self.columns.iter().any(|column| column.starts_with(letter));
            let by_criteria = self
                .criteria
                .conditions
                .iter()
                .any(|condition| speaks_of(condition.field, letter));
            letter == 'f' || by_order || by_criteria
        };
        let others: Vec<&Table> = others.iter().filter(is_wanted).collect();
        select.push(" FROM ");
        first(select);
        // CROSS keeps SQLite from turning the order of the tables around.
        for table in &others {
            select.push(" CROSS JOIN ").push(table.name);
        }
        select.push(" WHERE 1 = 1");
        for table in others {
            select.push(" AND ").push(table.hangs);
        }
    }

    /// Adds ` FROM tally f … WHERE …`: the verdicts (`d`) that pass with how many findings they have in each scope and status.
    /// Tells whether packages are among what narrows them down.
    pub(super) fn push_from_tally(&self, select: &mut Statement) -> bool {
        select.push(
            " FROM tally f CROSS JOIN verdict d CROSS JOIN vulnerability v \
             WHERE d.id = f.verdict AND v.id = d.vulnerability AND f.findings > 0",
        );
        self.push_bounds(select, "f");
        criteria::push(select, &self.of_verdicts, About::Findings);
        narrow::push_verdicts(select, self.criteria)
    }

    /// The statuses as `(1, 2)`.
    pub(super) fn statuses_in_list(&self) -> String {
        let statuses: Vec<String> = self.statuses.iter().map(i64::to_string).collect();
        format!("({})", statuses.join(", "))
    }

    /// Adds ` ORDER BY … LIMIT …`.
    pub(super) fn push_order(&self, select: &mut Statement) {
        push_order(select, self.columns, self.direction);
        select.push(" LIMIT ").bind(count(self.wanted));
    }
}

/// A table of a statement.
pub(super) struct Table {
    /// As `finding f`.
    pub(super) name: &'static str,
    /// How it hangs on the tables before it.
    pub(super) hangs: &'static str,
}

impl Table {
    fn letter(&self) -> char {
        self.name.chars().last().unwrap_or_default()
    }
}

pub(super) const VERDICT: Table = Table {
    name: "verdict d",
    hangs: "d.id = f.verdict",
};
pub(super) const VULNERABILITY: Table = Table {
    name: "vulnerability v",
    hangs: "v.id = f.vulnerability",
};
pub(super) const RESOURCE: Table = Table {
    name: "resource r",
    hangs: "r.id = f.resource",
};

/// Adds ` AND (…) > (…)`, or another comparison.
pub(crate) fn push_later<C: AsRef<str>>(
    select: &mut Statement,
    columns: &[C],
    comparison: &str,
    than: &[serde_json::Value],
) {
    let columns: Vec<&str> = columns.iter().map(C::as_ref).collect();
    select.push(&format!(" AND ({}) {comparison} ", columns.join(", ")));
    select.bind_list(than.iter().map(|value| match value {
        serde_json::Value::String(text) => Bound::from(text.as_str()),
        other => Bound::from(other.as_i64().unwrap_or_default()),
    }));
}

pub(super) fn push_order(select: &mut Statement, columns: &[&str], direction: Direction) {
    let sorted: Vec<String> = columns
        .iter()
        .map(|column| format!("{column} {}", direction.word()))
        .collect();
    select.push(" ORDER BY ").push(&sorted.join(", "));
}

/// The first columns of rows.
pub(super) fn positions(rows: &[AnyRow], width: usize) -> Result<Vec<Position>> {
    rows.iter()
        .map(|row| (0..width).map(|column| value(row, column)).collect())
        .collect()
}

fn value(row: &AnyRow, column: usize) -> Result<serde_json::Value> {
    if let Ok(number) = row.try_get::<i64, _>(column) {
        return Ok(number.into());
    }
    Ok(row.try_get::<String, _>(column)?.into())
}

pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
