//! Gathering the findings that criteria name, where these are few.

use assay_criteria::{Criteria, Field, Test};

use super::{
    list::{Position, RESOURCE, Request, Table, VERDICT, VULNERABILITY, positions, push_later},
    walk::push_columns,
};
use crate::{
    criteria::{self, About, Level, level},
    database::Database,
    error::Result,
    narrow,
    statement::Statement,
};

/// What findings are gathered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Their own index.
    Findings,
    /// The resources that have them.
    Resources,
    /// What is said of them.
    Verdicts,
}

impl Database {
    /// What few findings, among them all that match, can be gathered by; `None` where there is no such thing.
    pub(super) async fn few(&self, request: &Request<'_>) -> Result<Option<Source>> {
        let has = |wanted: fn(&Test) -> bool, field: Field| {
            let condition = |condition: &&assay_criteria::Condition| {
                condition.field == field && !condition.tests.is_empty() && condition.tests.iter().all(wanted)
            };
            request.criteria.conditions.iter().any(|one| condition(&one))
        };
        if has(|test| matches!(test, Test::Equals(_)), Field::FindingArn) {
            return Ok(Some(Source::Findings));
        }
        if let Some(select) = resources(request, self.few)
            && self.number(&select).await? <= self.few
        {
            return Ok(Some(Source::Resources));
        }
        if let Some(select) = verdicts(request)
            && self.number(&select).await? <= self.few
        {
            return Ok(Some(Source::Verdicts));
        }
        for select in times(request, self.few) {
            if self.number(&select).await? <= self.few {
                return Ok(Some(Source::Findings));
            }
        }
        Ok(None)
    }

    /// Gathers all that match and sorts them.
    pub(super) async fn gather(&self, request: &Request<'_>, source: Source) -> Result<Vec<Position>> {
        let rows = self.rows(&gathered(request, source)).await?;
        positions(&rows, request.columns.len())
    }
}

pub(super) fn gathered(request: &Request<'_>, source: Source) -> Statement {
    let mut select = Statement::default();
    push_columns(&mut select, request);
    match source {
        Source::Findings => {
            let findings = |select: &mut Statement| {
                select.push("finding f");
            };
            request.push_from(&mut select, findings, &[VERDICT, VULNERABILITY, RESOURCE]);
            request.push_bounds(&mut select, "f");
        }
        Source::Resources => {
            let resources = |select: &mut Statement| {
                push_resources(select, request);
            };
            let findings = Table {
                name: "finding f",
                hangs: "f.resource = r.id",
            };
            request.push_from(&mut select, resources, &[findings, VERDICT, VULNERABILITY]);
            // The sign keeps SQLite from going through all findings of a status.
            select.push(&format!(" AND +f.status IN {}", request.statuses_in_list()));
        }
        Source::Verdicts => {
            let tally = |select: &mut Statement| {
                select.push("(SELECT f.scope, f.status, f.verdict");
                request.push_from_tally(select);
                select.push(") t");
            };
            // The sign keeps SQLite from reading an index of times for each verdict.
            let findings = Table {
                name: "finding f",
                hangs: "f.verdict = t.verdict AND f.scope = t.scope AND +f.status = t.status",
            };
            request.push_from(&mut select, tally, &[findings, VERDICT, VULNERABILITY, RESOURCE]);
        }
    }
    criteria::push(&mut select, request.criteria, About::Findings);
    if let Some(after) = request.after {
        // The sign keeps SQLite from reading an index of the order for each of what is gathered.
        let signed: Vec<String> = request
            .columns
            .iter()
            .map(|column| format!("{}{column}", if column.starts_with("f.") { "+" } else { "" }))
            .collect();
        push_later(&mut select, &signed, request.direction.later(), after);
    }
    request.push_order(&mut select);
    select
}

/// Adds the resources that are named, in a place of their own: so PostgreSQL narrows them down before it joins anything to
/// them, too. Tells whether any are named.
fn push_resources(select: &mut Statement, request: &Request<'_>) -> bool {
    select.push("(SELECT r.* FROM resource r WHERE r.scope IN ");
    select.bind_list(request.scopes.iter().map(|scope| scope.0));
    let is_any = narrow::push_resources(select, request.scopes, request.criteria);
    select.push(") r");
    is_any
}

/// Counts the findings of the resources that are named, so far as it matters.
pub(super) fn resources(request: &Request<'_>, few: i64) -> Option<Statement> {
    let mut select = Statement::new("SELECT COUNT(*) FROM (SELECT 1 FROM ");
    if !push_resources(&mut select, request) {
        return None;
    }
    select.push(" CROSS JOIN finding f WHERE f.resource = r.id");
    select.push(" LIMIT ").bind(few + 1).push(") n");
    Some(select)
}

/// Counts the findings of the verdicts that pass.
pub(super) fn verdicts(request: &Request<'_>) -> Option<Statement> {
    let is_open = |field| matches!(field, Field::FindingStatus | Field::AccountId);
    let mut select = Statement::new("SELECT CAST(COALESCE(SUM(f.findings), 0) AS BIGINT)");
    let has_packages = request.push_from_tally(&mut select);
    let conditions = &request.of_verdicts.conditions;
    let is_narrow = has_packages || !conditions.iter().all(|condition| is_open(condition.field));
    is_narrow.then_some(select)
}

/// Counts the findings of each span of time that is named, so far as it matters.
pub(super) fn times<'r>(request: &'r Request<'_>, few: i64) -> impl Iterator<Item = Statement> + use<'r> {
    let of_times = |condition: &&assay_criteria::Condition| {
        level(condition.field) == Level::Finding
            && condition
                .tests
                .iter()
                .all(|test| matches!(test, Test::Time { .. }))
    };
    request
        .criteria
        .conditions
        .iter()
        .filter(of_times)
        .map(move |condition| {
            let mut select = Statement::new("SELECT COUNT(*) FROM (SELECT 1 FROM finding f WHERE 1 = 1");
            request.push_bounds(&mut select, "f");
            let alone = Criteria {
                conditions: vec![condition.clone()],
            };
            criteria::push(&mut select, &alone, About::Findings);
            select.push(" LIMIT ").bind(few + 1).push(") n");
            select
        })
}
