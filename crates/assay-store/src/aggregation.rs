//! Counting active findings by what they have in common: set by set over the counts that are kept, never over the findings.

use assay_criteria::{Criteria, Field, Test};
use sqlx::{Row, any::AnyRow};

use crate::{
    criteria::{self, About},
    database::Database,
    error::Result,
    finding::{
        Direction, Position, ResourceId, ScopeId,
        count::{SEVERITIES, by_severity},
        push_later,
    },
    narrow,
    statement::Statement,
};

/// What findings are counted by. Each group is within one account, except where it says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// The account.
    Account,
    /// The title, and with it the vulnerability.
    Title,
    /// The name of a package; a finding with several packages is in each group.
    Package,
    /// The resource.
    Resource,
    /// The repository of the image.
    Repository,
    /// The machine image that hosts were started from, or that was looked into itself; the detail is the type of the resources.
    MachineImage,
    /// The layer of an image or a function; a finding with packages in several layers is in each group.
    Layer,
    /// What is upgraded to end them, by the key of advisories, over all accounts at once.
    Remedy,
}

impl Grouping {
    /// Every way to count.
    pub const ALL: [Grouping; 8] = [
        Grouping::Account,
        Grouping::Title,
        Grouping::Package,
        Grouping::Resource,
        Grouping::Repository,
        Grouping::MachineImage,
        Grouping::Layer,
        Grouping::Remedy,
    ];
}

/// What groups are sorted by; then by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupSort {
    /// How many findings are critical.
    Critical,
    /// How many are high.
    High,
    /// How many there are.
    All,
    /// How many are on the network; for resources.
    Network,
    /// How many resources have any; for repositories and machine images.
    Affected,
}

/// What is to be counted.
#[derive(Clone, Debug)]
pub struct Aggregation<'a> {
    /// Whose findings.
    pub scopes: &'a [ScopeId],
    /// By what.
    pub by: Grouping,
    /// Which findings: conditions on what verdicts say for accounts, titles and packages, on resources for all others.
    pub criteria: &'a Criteria,
    /// Which packages or layers, by name; all, if there is no test.
    pub names: &'a [Test],
    /// By what groups are sorted.
    pub sort: GroupSort,
    /// Which way.
    pub direction: Direction,
}

/// How many active findings there are, by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeverityCounts {
    /// In all.
    pub all: i64,
    /// Those that nobody judged.
    pub untriaged: i64,
    /// Those of no weight.
    pub informational: i64,
    /// Low ones.
    pub low: i64,
    /// Medium ones.
    pub medium: i64,
    /// High ones.
    pub high: i64,
    /// Critical ones.
    pub critical: i64,
}

/// A group of findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// The account in a region; 0 for what is over all accounts.
    pub scope: ScopeId,
    /// The name: of a title, package, resource, repository, machine image or layer; empty for accounts.
    pub name: String,
    /// Of a title the vulnerability.
    pub detail: String,
    /// Of resources and layers, which.
    pub resource: ResourceId,
    /// Its findings.
    pub counts: SeverityCounts,
    /// Those on the network.
    pub network: i64,
    /// Of accounts, those of vulnerabilities with known exploits.
    pub exploitable: i64,
    /// Of accounts, those with a fix.
    pub fixable: i64,
    /// Of repositories and machine images, the resources with findings.
    pub affected: i64,
}

/// Groups, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregates {
    /// The groups.
    pub groups: Vec<Aggregate>,
    /// Where to go on; `None` at the end.
    pub next: Option<Position>,
}

impl Database {
    /// A page of groups that have findings.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn aggregate(
        &self,
        aggregation: &Aggregation<'_>,
        after: Option<&Position>,
        most: usize,
    ) -> Result<Aggregates> {
        if aggregation.scopes.is_empty() {
            return Ok(Aggregates {
                groups: Vec::new(),
                next: None,
            });
        }
        let rows = self.rows(&paged(aggregation, after, most + 1)).await?;
        let mut groups = rows.iter().map(aggregate).collect::<Result<Vec<_>>>()?;
        let is_whole = groups.len() <= most;
        groups.truncate(most);
        let next = match groups.last() {
            Some(last) if !is_whole => Some(vec![
                last.sorted_by(aggregation.sort).into(),
                last.scope.0.into(),
                last.name.as_str().into(),
                last.detail.as_str().into(),
                last.resource.0.into(),
            ]),
            _ => None,
        };
        Ok(Aggregates { groups, next })
    }

    /// How many active findings some resources have whose vulnerabilities have known exploits, and how many with a fix.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn prospects_of(&self, resources: &[ResourceId]) -> Result<Vec<(ResourceId, i64, i64)>> {
        if resources.is_empty() {
            return Ok(Vec::new());
        }
        let mut select = Statement::new(
            "SELECT f.resource, CAST(SUM(CASE WHEN v.exploit = 'YES' THEN 1 ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN d.fix = 'YES' THEN 1 ELSE 0 END) AS BIGINT) \
             FROM finding f CROSS JOIN verdict d CROSS JOIN vulnerability v WHERE f.resource IN ",
        );
        select.bind_list(resources.iter().map(|resource| resource.0));
        select.push(" AND f.retired = 0 AND +f.status = 1 AND d.id = f.verdict AND v.id = d.vulnerability GROUP BY f.resource");
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| Ok((ResourceId(row.try_get(0)?), row.try_get(1)?, row.try_get(2)?)))
            .collect()
    }
}

impl Aggregate {
    fn sorted_by(&self, sort: GroupSort) -> i64 {
        match sort {
            GroupSort::Critical => self.counts.critical,
            GroupSort::High => self.counts.high,
            GroupSort::All => self.counts.all,
            GroupSort::Network => self.network,
            GroupSort::Affected => self.affected,
        }
    }
}

fn aggregate(row: &AnyRow) -> Result<Aggregate> {
    let number = |name: &str| row.try_get::<i64, _>(name);
    Ok(Aggregate {
        scope: ScopeId(number("scope")?),
        name: row.try_get("name")?,
        detail: row.try_get("detail")?,
        resource: ResourceId(number("resource")?),
        counts: SeverityCounts {
            all: number("number")?,
            untriaged: number("untriaged")?,
            informational: number("informational")?,
            low: number("low")?,
            medium: number("medium")?,
            high: number("high")?,
            critical: number("critical")?,
        },
        network: number("network")?,
        exploitable: number("exploitable")?,
        fixable: number("fixable")?,
        affected: number("affected")?,
    })
}

fn paged(aggregation: &Aggregation<'_>, after: Option<&Position>, most: usize) -> Statement {
    let mut select = Statement::new("SELECT g.* FROM (");
    push_groups(&mut select, aggregation);
    select.push(") g WHERE g.number > 0");
    let sorted = match aggregation.sort {
        GroupSort::Critical => "g.critical",
        GroupSort::High => "g.high",
        GroupSort::All => "g.number",
        GroupSort::Network => "g.network",
        GroupSort::Affected => "g.affected",
    };
    let columns = [sorted, "g.scope", "g.name", "g.detail", "g.resource"];
    if let Some(after) = after {
        push_later(&mut select, &columns, aggregation.direction.later(), after);
    }
    let order = columns.map(|column| format!("{column} {}", aggregation.direction.word()));
    select.push(" ORDER BY ").push(&order.join(", "));
    select
        .push(" LIMIT ")
        .bind(i64::try_from(most).unwrap_or(i64::MAX));
    select
}

fn push_groups(select: &mut Statement, aggregation: &Aggregation<'_>) {
    match aggregation.by {
        Grouping::Account => push_verdicts(select, aggregation, ("''", "''"), ""),
        Grouping::Title => push_verdicts(select, aggregation, ("d.title", "v.name"), ""),
        Grouping::Package => {
            push_verdicts(
                select,
                aggregation,
                ("k.package", "''"),
                " CROSS JOIN verdict_package k",
            );
        }
        Grouping::Remedy => push_verdicts(select, aggregation, ("d.remedy", "''"), ""),
        Grouping::Resource => push_resources(select, aggregation, "r.name", Each::Resource),
        Grouping::Repository => push_resources(select, aggregation, "r.ecr_repository", Each::Name),
        Grouping::MachineImage => push_resources(select, aggregation, "x.text", Each::Name),
        Grouping::Layer => push_resources(select, aggregation, "t.layer", Each::Resource),
    }
}

/// Counts over the verdicts and how many findings each has.
fn push_verdicts(
    select: &mut Statement,
    aggregation: &Aggregation<'_>,
    (name, detail): (&str, &str),
    more: &str,
) {
    let sum =
        |condition: &str| format!("CAST(SUM(CASE WHEN {condition} THEN f.findings ELSE 0 END) AS BIGINT)");
    let scope = match aggregation.by {
        Grouping::Remedy => "0",
        _ => "f.scope",
    };
    select.push(&format!(
        "SELECT {scope} AS scope, {name} AS name, {detail} AS detail, 0 AS resource, \
         CAST(SUM(f.findings) AS BIGINT) AS number, {}, {} AS network, {} AS exploitable, {} AS fixable, 0 AS affected \
         FROM tally f CROSS JOIN verdict d CROSS JOIN vulnerability v{more} WHERE f.status = 1 AND f.scope IN ",
        named(&by_severity("d.severity", "f.findings")),
        sum("d.type = 2"),
        sum("v.exploit = 'YES'"),
        sum("d.fix = 'YES'"),
    ));
    select.bind_list(aggregation.scopes.iter().map(|scope| scope.0));
    select.push(" AND f.findings > 0 AND d.id = f.verdict AND v.id = d.vulnerability");
    if !more.is_empty() {
        select.push(" AND k.verdict = d.id");
        criteria::push_texts(select, "k.package", aggregation.names);
    }
    criteria::push(select, aggregation.criteria, About::Findings);
    if aggregation.by == Grouping::Remedy {
        select.push(" AND d.fix = 'YES' AND d.remedy <> ''");
    }
    let columns: Vec<&str> = [scope, name, detail]
        .into_iter()
        .filter(|column| !["0", "''"].contains(column))
        .collect();
    select.push(" GROUP BY ").push(&columns.join(", "));
}

/// Whether each row is a group, or each name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Each {
    Resource,
    Name,
}

/// Counts over the resources and how many findings each, or each of its layers, has.
fn push_resources(select: &mut Statement, aggregation: &Aggregation<'_>, name: &str, each: Each) {
    let (table, network) = match aggregation.by {
        Grouping::Layer => ("layer_tally", "0"),
        _ => ("resource_tally", "t.network"),
    };
    let detail = match aggregation.by {
        Grouping::MachineImage => "r.type",
        _ => "''",
    };
    let total = SEVERITIES.map(|column| format!("t.{column}")).join(" + ");
    let sum = |number: &str| match each {
        Each::Resource => number.to_owned(),
        Each::Name => format!("CAST(SUM({number}) AS BIGINT)"),
    };
    let columns = named(&SEVERITIES.map(|column| sum(&format!("t.{column}"))));
    select.push(&format!(
        "SELECT r.scope AS scope, {name} AS name, {detail} AS detail, {} AS resource, {} AS number, {}, {} AS network, \
         0 AS exploitable, 0 AS fixable, {} AS affected FROM (SELECT r.* FROM resource r WHERE r.scope IN ",
        match each {
            Each::Resource => "r.id",
            Each::Name => "0",
        },
        sum(&total),
        columns,
        sum(network),
        sum(&format!("CASE WHEN {total} > 0 THEN 1 ELSE 0 END")),
    ));
    select.bind_list(aggregation.scopes.iter().map(|scope| scope.0));
    narrow::push_resources(select, aggregation.scopes, aggregation.criteria);
    // What is asked of resources alone is told apart as coverage is.
    criteria::push(select, aggregation.criteria, About::Coverage);
    select.push(&format!(") r CROSS JOIN {table} t"));
    if aggregation.by == Grouping::MachineImage {
        select.push(" CROSS JOIN attribute x");
    }
    select.push(" WHERE t.resource = r.id");
    match aggregation.by {
        Grouping::MachineImage => {
            select.push(&format!(
                " AND x.resource = r.id AND x.key = '' AND x.name = \
                 CASE r.type WHEN 'MACHINE_IMAGE' THEN '{}' ELSE '{}' END",
                Field::MachineImageId.name(),
                Field::Ec2InstanceImageId.name()
            ));
            criteria::push_texts(select, "x.text", aggregation.names);
        }
        Grouping::Layer => criteria::push_texts(select, "t.layer", aggregation.names),
        Grouping::Repository => {
            select.push(" AND r.ecr_repository <> ''");
        }
        _ => {}
    }
    if each == Each::Name {
        let type_of = if detail == "''" { "" } else { ", r.type" };
        select.push(&format!(" GROUP BY r.scope, {name}{type_of}"));
    }
}

/// Numbers by severity under their names.
fn named(numbers: &[String; 6]) -> String {
    let named = numbers.iter().zip(SEVERITIES);
    let named: Vec<String> = named
        .map(|(number, name)| format!("{number} AS {name}"))
        .collect();
    named.join(", ")
}
