//! Reading a page off what has its order.

use std::cmp::Ordering;

use serde_json::Value;
use sqlx::Row;

use super::{
    list::{
        Position, RESOURCE, Request, Table, VERDICT, VULNERABILITY, count, positions, push_later, push_order,
    },
    order::Direction,
};
use crate::{
    criteria::{self, About},
    database::Database,
    error::Result,
    narrow,
    statement::{Bound, Statement, bound},
};

/// Verdicts that are asked for at first where their findings may not pass; each further time more.
const FIRST_VERDICTS: usize = 256;

/// Findings that are held against conditions at first; each further time more.
const FIRST_REACH: i64 = 1_000;

/// Findings that one statement holds against conditions at most, if there are several verdicts.
const MOST_REACH: i64 = 32_000;

/// Verdicts that one statement reads the findings of.
const VERDICTS_AT_ONCE: usize = 200;

/// Places of an index that one statement reads from.
const PLACES_AT_ONCE: usize = 100;

/// A verdict in a scope and status: the values of the order, and how many findings it has.
pub(super) struct Group {
    pub(super) values: Vec<Value>,
    pub(super) verdict: i64,
    pub(super) scope: i64,
    pub(super) status: i64,
    pub(super) findings: i64,
}

impl Database {
    /// Goes from verdict to verdict, and through the findings of each by their numbers.
    pub(super) async fn walk_verdicts(&self, request: &Request<'_>) -> Result<Vec<Position>> {
        let width = request.columns.len() - 1;
        let mut found: Vec<Position> = Vec::new();
        let mut begun = request
            .after
            .map(|after| (after[..width].to_vec(), after[width].as_i64().unwrap_or_default()));
        let mut last: Option<Vec<Value>> = None;
        // Each verdict has a finding at least.
        let (mut most, mut reach) = match request.of_others.conditions.is_empty() {
            true => (request.wanted, 0),
            false => (FIRST_VERDICTS, FIRST_REACH),
        };
        loop {
            let from = match (&last, &begun) {
                (Some(last), _) => Some((request.direction.later(), last.as_slice())),
                (None, Some((values, _))) => Some((request.direction.not_before(), values.as_slice())),
                (None, None) => None,
            };
            let groups = self.groups(request, from, most).await?;
            let mut rest = groups.as_slice();
            while !rest.is_empty() {
                let enough = reach.max(count(request.wanted - found.len()));
                let (portion, others) = rest.split_at(portion(rest, enough));
                rest = others;
                // The verdict that the last page ended in goes on where it ended.
                let within = begun
                    .take()
                    .filter(|(values, _)| portion.first().is_some_and(|first| first.values == *values));
                let above = within.map(|(_, finding)| finding);
                found.extend(
                    self.findings_of(request, portion, above, request.wanted - found.len())
                        .await?,
                );
                if found.len() >= request.wanted {
                    return Ok(found);
                }
                reach = (reach * 4).min(MOST_REACH);
            }
            match groups.last() {
                Some(group) if groups.len() == most => last = Some(group.values.clone()),
                _ => return Ok(found),
            }
            most *= 16;
        }
    }

    /// Verdicts in order, with the scopes and statuses that have findings of them.
    async fn groups(
        &self,
        request: &Request<'_>,
        from: Option<(&str, &[Value])>,
        most: usize,
    ) -> Result<Vec<Group>> {
        let select = groups(request, from, most);
        let width = request.columns.len() - 1;
        let rows = self.rows(&select).await?;
        let values = positions(&rows, width)?;
        rows.iter()
            .zip(values)
            .map(|(row, values)| {
                Ok(Group {
                    values,
                    verdict: row.try_get(width)?,
                    scope: row.try_get(width + 1)?,
                    status: row.try_get(width + 2)?,
                    findings: row.try_get(width + 3)?,
                })
            })
            .collect()
    }

    /// The findings of some verdicts that pass the other conditions.
    async fn findings_of(
        &self,
        request: &Request<'_>,
        groups: &[Group],
        above: Option<i64>,
        wanted: usize,
    ) -> Result<Vec<Position>> {
        let rows = self.rows(&findings_of(request, groups, above, wanted)).await?;
        rows.iter()
            .map(|row| {
                let place = usize::try_from(row.try_get::<i64, _>(0)?).unwrap_or_default();
                let mut position = groups[place].values.clone();
                position.push(row.try_get::<i64, _>(1)?.into());
                Ok(position)
            })
            .collect()
    }

    /// Goes along an index of the findings, in each scope and status.
    pub(super) async fn walk_findings(&self, request: &Request<'_>) -> Result<Vec<Position>> {
        let places: Vec<(i64, i64)> = request
            .scopes
            .iter()
            .flat_map(|scope| request.statuses.iter().map(|status| (scope.0, *status)))
            .collect();
        self.merge(request, &places, push_findings).await
    }

    /// Goes along an index of the resources, in each scope, and through the findings of each.
    pub(super) async fn walk_resources(&self, request: &Request<'_>) -> Result<Vec<Position>> {
        let places: Vec<i64> = request.scopes.iter().map(|scope| scope.0).collect();
        self.merge(request, &places, push_resources).await
    }

    /// The first findings of several places of an index.
    async fn merge<P: Copy>(
        &self,
        request: &Request<'_>,
        places: &[P],
        branch: fn(&mut Statement, &Request<'_>, P),
    ) -> Result<Vec<Position>> {
        let mut found = Vec::new();
        for places in places.chunks(PLACES_AT_ONCE) {
            let select = merged(request, places, branch);
            found.extend(positions(&self.rows(&select).await?, request.columns.len())?);
        }
        if places.len() > PLACES_AT_ONCE {
            found.sort_by(|a, b| match request.direction {
                Direction::Ascending => compare(a, b),
                Direction::Descending => compare(b, a),
            });
            found.truncate(request.wanted);
        }
        Ok(found)
    }
}

/// How many of some verdicts have so many findings together, at least one.
fn portion(groups: &[Group], enough: i64) -> usize {
    let mut sum = 0;
    let mut taken = 0;
    for group in groups.iter().take(VERDICTS_AT_ONCE) {
        taken += 1;
        sum += group.findings;
        if sum >= enough {
            break;
        }
    }
    taken
}

pub(super) fn groups(request: &Request<'_>, from: Option<(&str, &[Value])>, most: usize) -> Statement {
    let columns = &request.columns[..request.columns.len() - 1];
    let mut select = Statement::new(&format!(
        "SELECT {}, d.id AS verdict, f.scope AS scope, f.status AS status, f.findings",
        named(columns)
    ));
    request.push_from_tally(&mut select);
    narrow::push_types(&mut select, request.scopes, request.criteria);
    if let Some((comparison, than)) = from {
        push_later(&mut select, columns, comparison, than);
    }
    push_order(&mut select, columns, request.direction);
    select.push(" LIMIT ").bind(count(most));
    select
}

pub(super) fn findings_of(
    request: &Request<'_>,
    groups: &[Group],
    above: Option<i64>,
    wanted: usize,
) -> Statement {
    let mut select = Statement::new("WITH g (place, verdict, scope, status, above) AS (VALUES ");
    for (place, group) in groups.iter().enumerate() {
        select.push(if place > 0 { ", " } else { "" });
        let above = above.filter(|_| place == 0).unwrap_or(request.direction.start());
        select.bind_list::<Bound>(bound![
            count(place),
            group.verdict,
            group.scope,
            group.status,
            above
        ]);
    }
    select.push(") SELECT g.place, f.id");
    let places = |select: &mut Statement| {
        select.push("g");
    };
    let findings = Table {
        name: "finding f",
        hangs: "f.verdict = g.verdict AND f.scope = g.scope AND f.status = g.status",
    };
    let tables = [findings, VERDICT, VULNERABILITY, RESOURCE];
    // What verdicts tell was seen to when these were chosen.
    let needed = match request.of_others.conditions.is_empty() {
        true => 1,
        false => tables.len(),
    };
    request.push_from(&mut select, places, &tables[..needed]);
    select
        .push(" AND f.id ")
        .push(request.direction.later())
        .push(" g.above");
    criteria::push(&mut select, &request.of_others, About::Findings);
    select.push(&format!(
        " ORDER BY g.place, f.id {} LIMIT ",
        request.direction.word()
    ));
    select.bind(count(wanted));
    select
}

/// The findings of a scope and status.
pub(super) fn push_findings(select: &mut Statement, request: &Request<'_>, (scope, status): (i64, i64)) {
    push_columns(select, request);
    let findings = |select: &mut Statement| {
        select.push("finding f");
    };
    request.push_from(select, findings, &[VERDICT, VULNERABILITY, RESOURCE]);
    select.push(" AND f.scope = ").bind(scope);
    select.push(&format!(" AND f.status = {status}"));
}

/// The findings of the resources of a scope.
pub(super) fn push_resources(select: &mut Statement, request: &Request<'_>, scope: i64) {
    push_columns(select, request);
    let resources = |select: &mut Statement| {
        select.push("resource r");
    };
    let findings = Table {
        name: "finding f",
        hangs: "f.resource = r.id",
    };
    request.push_from(select, resources, &[findings, VERDICT, VULNERABILITY]);
    select.push(" AND r.scope = ").bind(scope);
    select.push(&format!(" AND f.status IN {}", request.statuses_in_list()));
}

/// What several places have, each in order, all together in order.
pub(super) fn merged<P: Copy>(
    request: &Request<'_>,
    places: &[P],
    branch: fn(&mut Statement, &Request<'_>, P),
) -> Statement {
    let mut select = Statement::default();
    for (at, place) in places.iter().enumerate() {
        select.push(if at > 0 {
            " UNION ALL SELECT * FROM ("
        } else {
            "SELECT * FROM ("
        });
        branch(&mut select, request, *place);
        criteria::push(&mut select, request.criteria, About::Findings);
        if let Some(after) = request.after {
            push_later(&mut select, request.columns, request.direction.later(), after);
        }
        request.push_order(&mut select);
        select.push(&format!(") b{at}"));
    }
    let direction = request.direction.word();
    let names: Vec<String> = (0..request.columns.len())
        .map(|at| format!("k{at} {direction}"))
        .collect();
    select.push(&format!(" ORDER BY {} LIMIT ", names.join(", ")));
    select.bind(count(request.wanted));
    select
}

pub(super) fn push_columns(select: &mut Statement, request: &Request<'_>) {
    select.push("SELECT ").push(&named(request.columns));
}

fn named(columns: &[&str]) -> String {
    let named: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| format!("{column} AS k{at}"))
        .collect();
    named.join(", ")
}

/// Numbers by size, texts by their bytes, as both engines do.
fn compare(a: &Position, b: &Position) -> Ordering {
    let one = |a: &Value, b: &Value| match (a, b) {
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (a, b) => a.as_i64().cmp(&b.as_i64()),
    };
    a.iter()
        .zip(b)
        .map(|(a, b)| one(a, b))
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}
