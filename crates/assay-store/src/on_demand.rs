//! Scans that somebody asked for.

use sqlx::{Row, any::AnyRow};

use crate::{
    database::Database,
    error::Result,
    finding::{ResourceId, ScopeId},
    job,
    statement::{Statement, bound, statement},
};

/// A scan that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnDemandScan {
    /// Its number; later ones are greater.
    pub id: i64,
    /// Its name.
    pub identifier: String,
    /// The id of the resource.
    pub resource_name: String,
    /// When it was asked for, in microseconds since 1970.
    pub started_at: i64,
    /// How far it is.
    pub progress: ScanProgress,
}

/// How far a scan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanProgress {
    /// It waits, or is under way.
    UnderWay,
    /// It is done, since a time in microseconds since 1970.
    Done(i64),
    /// The resource is no more.
    ResourceGone,
}

/// What a scan is read from: it is done when nothing waits any more that was to assess its resource.
const SCANS: &str = "SELECT s.id, s.identifier, s.resource_name, s.started_at, \
     COALESCE((SELECT r.state FROM resource r WHERE r.id = s.resource), 'GONE') AS state, \
     COALESCE((SELECT MAX(c.last_scanned_at) FROM coverage c WHERE c.resource = s.resource), 0) AS scanned_at, \
     (SELECT COUNT(*) FROM job j WHERE j.kind = 'assess' AND j.subject = CAST(s.resource AS TEXT) \
       AND j.state IN ('WAITING', 'LEASED')) AS jobs FROM on_demand_scan s WHERE s.scope = ";

impl Database {
    /// Keeps a scan and owes the job of doing it; gives its name, which is that of an earlier one where the client asked
    /// with the same token before. `None` while another scan of the resource is under way.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn scan_on_demand(
        &self,
        scope: ScopeId,
        (resource, name): (ResourceId, &str),
        identifier: &str,
        token: &str,
        now: i64,
    ) -> Result<Option<String>> {
        let mut writing = self.write().await?;
        if !token.is_empty() {
            let before = writing
                .row(&statement(
                    "SELECT identifier FROM on_demand_scan WHERE scope = $1 AND resource_name = $2 AND token = $3",
                    bound![scope.0, name, token],
                ))
                .await?;
            if let Some(row) = before {
                return Ok(Some(row.try_get(0)?));
            }
        }
        let waiting = writing
            .number(&statement(
                "SELECT COUNT(*) FROM job WHERE kind = 'assess' AND subject = $1 AND state IN ('WAITING', 'LEASED')",
                bound![resource.0.to_string()],
            ))
            .await?;
        if waiting > 0 {
            return Ok(None);
        }
        writing
            .run(&statement(
                "INSERT INTO on_demand_scan (scope, identifier, token, resource, resource_name, started_at) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
                bound![scope.0, identifier, token, resource.0, name, now],
            ))
            .await?;
        job::enqueue(&mut writing, job::ASSESS, &resource.0.to_string(), scope, 1, now).await?;
        writing.commit().await?;
        Ok(Some(identifier.to_owned()))
    }

    /// A scan by its name.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn on_demand_scan(&self, scope: ScopeId, identifier: &str) -> Result<Option<OnDemandScan>> {
        let mut select = Statement::new(SCANS);
        select.bind(scope.0).push(" AND s.identifier = ").bind(identifier);
        self.row(&select).await?.as_ref().map(read).transpose()
    }

    /// The scans of a resource before a number, the latest first.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn on_demand_scans(
        &self,
        scope: ScopeId,
        resource: &str,
        before: i64,
        most: i64,
    ) -> Result<Vec<OnDemandScan>> {
        let mut select = Statement::new(SCANS);
        select
            .bind(scope.0)
            .push(" AND s.resource_name = ")
            .bind(resource);
        select.push(" AND s.id < ").bind(before);
        select.push(" ORDER BY s.id DESC LIMIT ").bind(most);
        self.rows(&select).await?.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<OnDemandScan> {
    let (state, scanned_at, jobs): (String, i64, i64) = (
        row.try_get("state")?,
        row.try_get("scanned_at")?,
        row.try_get("jobs")?,
    );
    let started_at = row.try_get("started_at")?;
    Ok(OnDemandScan {
        id: row.try_get("id")?,
        identifier: row.try_get("identifier")?,
        resource_name: row.try_get("resource_name")?,
        started_at,
        progress: match (state.as_str(), jobs) {
            ("GONE", _) => ScanProgress::ResourceGone,
            (_, 0) => ScanProgress::Done(scanned_at.max(started_at)),
            _ => ScanProgress::UnderWay,
        },
    })
}
