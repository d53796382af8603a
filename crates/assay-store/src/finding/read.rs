//! Reading findings, their packages and their history.

use sqlx::{Row, any::AnyRow};

use super::{FindingId, ResourceId, ScopeId};
use crate::{
    database::Database,
    error::Result,
    kind::CLOSED,
    statement::{Statement, bound, statement},
};

/// A finding as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredFinding {
    /// Its number.
    pub id: FindingId,
    /// Whose it is.
    pub scope: ScopeId,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// What has it.
    pub resource: ResourceId,
    /// The vulnerability's id.
    pub vulnerability: String,
    /// What was last known of the vulnerability: one line, and the long text.
    pub title_of_vulnerability: String,
    /// The long text.
    pub description: String,
    /// A code of [`crate::kind::TYPES`].
    pub kind: i64,
    /// A code of [`crate::kind::STATUSES`].
    pub status: i64,
    /// A code of [`crate::kind::SEVERITIES`].
    pub severity: i64,
    /// The score in tenths; negative for none.
    pub score: i64,
    /// `YES`, `NO` or `PARTIAL`.
    pub fix: String,
    /// Who tells of it.
    pub source: String,
    /// The vendor's word; empty for none.
    pub vendor_severity: String,
    /// The title.
    pub title: String,
    /// When it was first observed, in microseconds since 1970.
    pub first_observed_at: i64,
    /// When it was last observed.
    pub last_observed_at: i64,
    /// When it last changed.
    pub updated_at: i64,
    /// The rule that suppresses it; 0 for none.
    pub filter: i64,
    /// Of a closed one, the inventory that had its packages; 0 while it is open.
    pub inventory: i64,
    /// Its packages.
    pub packages: Vec<StoredPackage>,
}

/// A package that has the vulnerability of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPackage {
    /// What was assessed: a package URL, or `os:` and a release.
    pub identity: String,
    /// The version that it is fixed in; empty for none.
    pub fixed_in: String,
    /// `YES` or `NO`.
    pub fix: String,
    /// A code of [`crate::kind::SEVERITIES`].
    pub severity: i64,
    /// JSON: where it was seen.
    pub places: String,
}

/// A change of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number in the scope.
    pub sequence: i64,
    /// The finding.
    pub finding: FindingId,
    /// A code of [`crate::kind::CHANGES`].
    pub kind: i64,
    /// The status since then.
    pub status: i64,
    /// A code of [`crate::kind::CAUSES`].
    pub cause: i64,
    /// Which inventory, generation or rule it was.
    pub cause_reference: String,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// The severity before.
    pub severity_before: i64,
    /// The severity since.
    pub severity: i64,
    /// The score before, in tenths; negative for none.
    pub score_before: i64,
    /// The score since.
    pub score: i64,
}

impl Database {
    /// Findings by their numbers, in the order of these; those of other scopes and those that are gone are left out.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn findings(&self, scopes: &[ScopeId], ids: &[FindingId]) -> Result<Vec<StoredFinding>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.rows(&findings_of(scopes, ids)).await?;
        let mut findings = Vec::with_capacity(ids.len());
        for row in &rows {
            findings.push(finding(row)?);
        }
        for row in self.rows(&packages_of(ids)).await? {
            let id = FindingId(row.try_get("finding")?);
            if let Some(finding) = findings.iter_mut().find(|finding| finding.id == id) {
                finding.packages.push(StoredPackage {
                    identity: row.try_get("identity")?,
                    fixed_in: row.try_get("fixed_in")?,
                    fix: row.try_get("fix")?,
                    severity: row.try_get("severity")?,
                    places: row.try_get("places")?,
                });
            }
        }
        findings.sort_by_cached_key(|finding| ids.iter().position(|id| *id == finding.id));
        Ok(findings)
    }

    /// The changes of a scope after a number, in order.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn changes(&self, scope: ScopeId, after: i64, most: i64) -> Result<Vec<Change>> {
        let select = statement(
            "SELECT * FROM change WHERE scope = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
            bound![scope.0, after, most],
        );
        self.rows(&select).await?.iter().map(change).collect()
    }

    /// A number that grows with every change of findings in these scopes.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn change_mark(&self, scopes: &[ScopeId]) -> Result<i64> {
        if scopes.is_empty() {
            return Ok(0);
        }
        let mut select = Statement::new(
            "SELECT CAST(COALESCE(SUM(next_change - 1), 0) AS BIGINT) FROM scope WHERE id IN ",
        );
        select.bind_list(scopes.iter().map(|scope| scope.0));
        let row = self.rows(&select).await?;
        let mark = row.first().map(|row| row.try_get(0)).transpose()?;
        Ok(mark.unwrap_or(0))
    }

    /// What happened to a finding, in order.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn history(&self, scope: ScopeId, finding: FindingId) -> Result<Vec<Change>> {
        let select = statement(
            "SELECT * FROM change WHERE finding = $1 AND scope = $2 ORDER BY sequence LIMIT 10000",
            bound![finding.0, scope.0],
        );
        self.rows(&select).await?.iter().map(change).collect()
    }
}

pub(super) fn findings_of(scopes: &[ScopeId], ids: &[FindingId]) -> Statement {
    let mut select = Statement::new(
        // CROSS and the sign keep SQLite from going through all findings of a scope.
        "SELECT f.id, f.scope, s.account, s.region, f.resource, v.name, v.title AS about, v.description, d.type, \
         f.status, d.severity, d.score, d.fix, d.source, d.vendor_severity, d.title, f.first_observed_at, \
         f.last_observed_at, f.updated_at, f.filter, f.inventory \
         FROM finding f CROSS JOIN scope s CROSS JOIN verdict d CROSS JOIN vulnerability v \
         WHERE s.id = f.scope AND d.id = f.verdict AND v.id = f.vulnerability AND f.id IN ",
    );
    select.bind_list(ids.iter().map(|id| id.0));
    select.push(" AND +f.scope IN ");
    select.bind_list(scopes.iter().map(|scope| scope.0));
    select
}

pub(super) fn packages_of(ids: &[FindingId]) -> Statement {
    let mut select = Statement::new(
        // CROSS keeps SQLite from going through whole inventories instead of what has the vulnerability.
        "SELECT f.id AS finding, p.identity, m.fixed_in, m.fix, m.severity, e.places \
         FROM finding f CROSS JOIN resource r CROSS JOIN subject_match m CROSS JOIN inventory_subject i \
         CROSS JOIN subject p CROSS JOIN evidence e \
         WHERE r.id = f.resource AND m.vulnerability = f.vulnerability AND i.subject = m.subject \
           AND i.inventory = CASE WHEN f.status = 3 THEN f.inventory ELSE r.assessed_inventory END \
           AND p.id = m.subject AND e.id = i.evidence AND (m.gone = 0 OR f.status = ",
    );
    select.push(&CLOSED.to_string()).push(") AND f.id IN ");
    select.bind_list(ids.iter().map(|id| id.0));
    select.push(" ORDER BY f.id, p.identity");
    select
}

fn finding(row: &AnyRow) -> Result<StoredFinding> {
    Ok(StoredFinding {
        id: FindingId(row.try_get("id")?),
        scope: ScopeId(row.try_get("scope")?),
        account: row.try_get("account")?,
        region: row.try_get("region")?,
        resource: ResourceId(row.try_get("resource")?),
        vulnerability: row.try_get("name")?,
        title_of_vulnerability: row.try_get("about")?,
        description: row.try_get("description")?,
        kind: row.try_get("type")?,
        status: row.try_get("status")?,
        severity: row.try_get("severity")?,
        score: row.try_get("score")?,
        fix: row.try_get("fix")?,
        source: row.try_get("source")?,
        vendor_severity: row.try_get("vendor_severity")?,
        title: row.try_get("title")?,
        first_observed_at: row.try_get("first_observed_at")?,
        last_observed_at: row.try_get("last_observed_at")?,
        updated_at: row.try_get("updated_at")?,
        filter: row.try_get("filter")?,
        inventory: row.try_get("inventory")?,
        packages: Vec::new(),
    })
}

fn change(row: &AnyRow) -> Result<Change> {
    Ok(Change {
        sequence: row.try_get("sequence")?,
        finding: FindingId(row.try_get("finding")?),
        kind: row.try_get("kind")?,
        status: row.try_get("status")?,
        cause: row.try_get("cause")?,
        cause_reference: row.try_get("cause_reference")?,
        at: row.try_get("at")?,
        severity_before: row.try_get("severity_before")?,
        severity: row.try_get("severity")?,
        score_before: row.try_get("score_before")?,
        score: row.try_get("score")?,
    })
}
