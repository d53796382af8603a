//! What is covered: every resource, scanned or not, with the reason.

use assay_criteria::Criteria;
use sqlx::{Row, any::AnyRow};

use crate::{
    criteria::{self, About},
    database::{Database, Writing},
    error::Result,
    finding::{ResourceId, ScopeId},
    inventory::NewResource,
    push::{Content, Kept, PushOutcome},
    registry,
    resource::{InUse, in_use},
    statement::{Statement, bound, statement},
};

/// One type of scan of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// The resource.
    pub resource: ResourceId,
    /// Its type.
    pub kind: String,
    /// Its id.
    pub name: String,
    /// The account.
    pub account: String,
    /// JSON of the resource's description.
    pub description: String,
    /// When the resource is scanned.
    pub frequency: String,
    /// When an image was last pulled, in microseconds since 1970; 0 for never.
    pub pulled_at: i64,
    /// Of an image, who runs it.
    pub in_use: InUse,
    /// The type of scan.
    pub scan_type: String,
    /// `ACTIVE` or `INACTIVE`.
    pub status: String,
    /// Why.
    pub reason: String,
    /// How; empty for none.
    pub mode: String,
    /// When it was last scanned, in microseconds since 1970; 0 for never.
    pub last_scanned_at: i64,
    /// JSON: what could not be assessed.
    pub diagnostics: String,
}

/// What coverage is counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoverageGroup {
    /// The account.
    Account,
    /// The type of the resource.
    ResourceType,
    /// The status.
    Status,
    /// The reason of the status.
    Reason,
    /// The repository of the image.
    Repository,
}

impl Database {
    /// The coverage of some scopes after a resource and type of scan, in order of these.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn list_coverage(
        &self,
        scopes: &[ScopeId],
        criteria: &Criteria,
        after: Option<(i64, &str)>,
        most: i64,
    ) -> Result<Vec<Covered>> {
        let mut select = Statement::new(
            "SELECT c.resource, r.type, r.name, s.account, r.description, r.frequency, r.ecr_pulled_at, r.ecr_in_use_at, r.ecr_in_use_count, c.scan_type, c.status, c.reason, c.mode, \
             c.last_scanned_at, c.diagnostics \
             FROM coverage c JOIN resource r ON r.id = c.resource JOIN scope s ON s.id = c.scope WHERE c.scope IN ",
        );
        select.bind_list(scopes.iter().map(|scope| scope.0));
        if let Some((resource, scan_type)) = after {
            select.push(" AND (c.resource, c.scan_type) > ");
            select.bind_list(bound![resource, scan_type]);
        }
        criteria::push(&mut select, criteria, About::Coverage);
        select.push(" ORDER BY c.resource, c.scan_type LIMIT ").bind(most);
        let rows = self.rows(&select).await?;
        rows.iter().map(read).collect()
    }

    /// How much is covered, by group, in order of the groups' names.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn count_coverage(
        &self,
        scopes: &[ScopeId],
        criteria: &Criteria,
        group: Option<CoverageGroup>,
    ) -> Result<Vec<(String, i64)>> {
        let column = match group {
            None => "''",
            Some(CoverageGroup::Account) => "s.account",
            Some(CoverageGroup::ResourceType) => "r.type",
            Some(CoverageGroup::Status) => "c.status",
            Some(CoverageGroup::Reason) => "c.reason",
            Some(CoverageGroup::Repository) => "r.ecr_repository",
        };
        let mut select = Statement::new(&format!(
            "SELECT {column} AS label, COUNT(*) AS number FROM coverage c JOIN resource r ON r.id = c.resource \
             JOIN scope s ON s.id = c.scope WHERE c.scope IN "
        ));
        select.bind_list(scopes.iter().map(|scope| scope.0));
        criteria::push(&mut select, criteria, About::Coverage);
        select.push(" GROUP BY 1 ORDER BY 1");
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }

    /// How many resources are there of which nothing is assessed, and how many that are not assessed as a whole.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn coverage_gaps(&self, scopes: &[ScopeId]) -> Result<(i64, i64)> {
        // Hosts that are stopped, and images that are scanned once, have been assessed.
        let mut count = Statement::new(
            "SELECT CAST(COALESCE(SUM(n.missing), 0) AS BIGINT) AS missing, \
             CAST(COALESCE(SUM(CASE WHEN n.missing = 1 THEN 0 ELSE n.part END), 0) AS BIGINT) AS part \
             FROM (SELECT CASE WHEN r.inventory = 0 OR r.state NOT IN ('ACTIVE', 'STOPPED') THEN 1 ELSE 0 END AS missing, \
               CASE WHEN c.diagnostics <> '[]' OR c.status = 'INACTIVE' \
                 AND c.reason NOT IN ('EC2_INSTANCE_STOPPED', 'SCAN_FREQUENCY_SCAN_ON_PUSH') THEN 1 ELSE 0 END AS part \
               FROM coverage c JOIN resource r ON r.id = c.resource WHERE c.scan_type = 'PACKAGE' AND r.state <> 'GONE' \
               AND r.type <> 'AWS_ECR_REPOSITORY' AND c.scope IN ",
        );
        count.bind_list(scopes.iter().map(|scope| scope.0)).push(") n");
        match self.row(&count).await? {
            Some(row) => Ok((row.try_get("missing")?, row.try_get("part")?)),
            None => Ok((0, 0)),
        }
    }

    /// Marks hosts whose last inventory is too old; gives how many.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn mark_stale(&self, before: i64) -> Result<u64> {
        let mut writing = self.write().await?;
        let marked = writing
            .run(&statement(
                "UPDATE coverage SET status = 'INACTIVE', reason = 'STALE_INVENTORY' \
                 WHERE reason = 'SUCCESSFUL' AND last_scanned_at < $1 AND resource IN \
                 (SELECT r.id FROM resource r WHERE r.type = 'AWS_EC2_INSTANCE' AND r.inventory_at < $1)",
                bound![before],
            ))
            .await?;
        writing.commit().await?;
        Ok(marked)
    }
}

/// What waits for its scan, or had the only one.
const WAITS: &str = "reason IN ('PENDING_INITIAL_SCAN', 'SCAN_FREQUENCY_SCAN_ON_PUSH')";

/// Brings coverage to what was pushed. Of a push without an inventory, neither when it was scanned nor what could not be
/// assessed is known.
pub(crate) async fn cover(
    writing: &mut Writing,
    id: i64,
    resource: &NewResource,
    (content, has): (Content<'_>, Kept),
    outcome: PushOutcome,
    now: i64,
) -> Result<()> {
    let is_heard = content != Content::Nothing;
    let is_on = resource.state == "ACTIVE";
    let cannot_be_read = is_on && !is_heard && resource.coverage.0 == "INACTIVE";
    if outcome == PushOutcome::Unchanged && !cannot_be_read {
        // Repositories have none.
        let is_awaited = has == Kept::No && resource.kind != registry::REPOSITORY;
        let mut again = Statement::new("UPDATE coverage SET mode = ");
        again.bind(resource.scan_mode.as_str());
        if is_on && is_awaited {
            // It could not be read before, or was not to be.
            again.push(", status = 'ACTIVE', reason = 'PENDING_INITIAL_SCAN'");
        } else if is_on && is_heard {
            // It was looked at again, after whatever time. What was stale or could not be read is fine.
            again.push(&format!(
                ", last_scanned_at = CASE WHEN {WAITS} THEN last_scanned_at ELSE "
            ));
            again.bind(now).push(&format!(
                " END, status = CASE WHEN {WAITS} THEN status ELSE 'ACTIVE' END, \
                 reason = CASE WHEN {WAITS} THEN reason ELSE 'SUCCESSFUL' END"
            ));
        }
        again
            .push(" WHERE scan_type = 'PACKAGE' AND resource = ")
            .bind(id);
        writing.run(&again).await?;
        return Ok(());
    }
    let (status, reason) = resource.coverage.clone();
    let upsert = statement(
        "INSERT INTO coverage (resource, scan_type, scope, status, reason, mode, last_scanned_at, diagnostics) \
         VALUES ($1, 'PACKAGE', $2, $3, $4, $5, 0, $6) ON CONFLICT (resource, scan_type) DO UPDATE \
         SET status = excluded.status, reason = excluded.reason, mode = excluded.mode, \
           diagnostics = CASE WHEN $7 = 1 THEN excluded.diagnostics ELSE coverage.diagnostics END",
        bound![
            id,
            resource.scope.0,
            status,
            reason,
            resource.scan_mode.clone(),
            resource.diagnostics.clone(),
            i64::from(matches!(content, Content::Whole(_)) || cannot_be_read)
        ],
    );
    writing.run(&upsert).await?;
    Ok(())
}

pub(crate) fn read(row: &AnyRow) -> Result<Covered> {
    Ok(Covered {
        resource: ResourceId(row.try_get("resource")?),
        kind: row.try_get("type")?,
        name: row.try_get("name")?,
        account: row.try_get("account")?,
        description: row.try_get("description")?,
        frequency: row.try_get("frequency")?,
        pulled_at: row.try_get("ecr_pulled_at")?,
        in_use: in_use(row)?,
        scan_type: row.try_get("scan_type")?,
        status: row.try_get("status")?,
        reason: row.try_get("reason")?,
        mode: row.try_get("mode")?,
        last_scanned_at: row.try_get("last_scanned_at")?,
        diagnostics: row.try_get("diagnostics")?,
    })
}
