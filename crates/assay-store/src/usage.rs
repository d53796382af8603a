//! What the service is used for: hours that resources are looked after, and scans of images.

use sqlx::Row;

use crate::{
    database::{Database, Writing},
    error::Result,
    finding::{ScopeId, count::DAY},
    statement::{Statement, bound, statement},
};

/// The name of the setting with the time up to which hours are counted.
const METERED: &str = "metered-at";

/// Microseconds that are counted at once, at most: while the service was down it looked after nothing.
const MOST: i64 = 3600 * 1_000_000;

/// Usage of one type, over some days.
#[derive(Clone, Debug, PartialEq)]
pub struct Usage {
    /// The account in a region.
    pub scope: ScopeId,
    /// The type, as Inspector's API has it.
    pub kind: String,
    /// Hours, or scans.
    pub quantity: f64,
    /// The first day with any, in days since 1970.
    pub since: i64,
}

impl Database {
    /// Counts the time since it was last counted, an hour at most, for every resource that is looked after.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn meter(&self, now: i64) -> Result<()> {
        let mut writing = self.write().await?;
        let found = writing
            .row(&statement(
                "SELECT value FROM setting WHERE name = $1",
                bound![METERED],
            ))
            .await?;
        let last = match found {
            Some(row) => row.try_get::<String, _>(0)?.parse().unwrap_or(now),
            None => now,
        };
        writing
            .run(&statement(
                "INSERT INTO setting (name, value) VALUES ($1, $2) \
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                bound![METERED, now.to_string()],
            ))
            .await?;
        if now > last {
            #[allow(clippy::cast_precision_loss, reason = "an hour has few microseconds")]
            let hours = (now - last).min(MOST) as f64 / 3_600_000_000.0;
            writing
                .run(&statement(
                    "INSERT INTO usage (scope, day, type, quantity) \
                     SELECT n.scope, $1, n.type, n.number * $2 FROM (SELECT c.scope AS scope, CASE \
                         WHEN r.type = 'AWS_LAMBDA_FUNCTION' THEN 'LAMBDA_FUNCTION_HOURS' \
                         WHEN r.type = 'MACHINE_IMAGE' THEN 'EC2_AMI_HOURS' \
                         WHEN c.mode = 'EC2_AGENTLESS' THEN 'EC2_AGENTLESS_INSTANCE_HOURS' \
                         ELSE 'EC2_INSTANCE_HOURS' END AS type, COUNT(*) AS number \
                       FROM coverage c JOIN resource r ON r.id = c.resource WHERE c.status = 'ACTIVE' \
                       AND c.scan_type = 'PACKAGE' AND r.type IN ('AWS_EC2_INSTANCE', 'AWS_LAMBDA_FUNCTION', 'MACHINE_IMAGE') GROUP BY 1, 2) n \
                     WHERE TRUE ON CONFLICT (scope, day, type) DO UPDATE SET quantity = usage.quantity + excluded.quantity",
                    bound![now / DAY, hours],
                ))
                .await?;
        }
        writing.commit().await
    }

    /// What was used from a day on, of each account.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn usage(&self, scopes: &[ScopeId], from: i64) -> Result<Vec<Usage>> {
        if scopes.is_empty() {
            return Ok(Vec::new());
        }
        let mut select =
            Statement::new("SELECT scope, type, SUM(quantity), MIN(day) FROM usage WHERE scope IN ");
        select.bind_list(scopes.iter().map(|scope| scope.0));
        select.push(" AND day >= ").bind(from);
        select.push(" GROUP BY scope, type ORDER BY scope, type");
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| {
                Ok(Usage {
                    scope: ScopeId(row.try_get(0)?),
                    kind: row.try_get(1)?,
                    quantity: row.try_get(2)?,
                    since: row.try_get(3)?,
                })
            })
            .collect()
    }
}

/// Counts the images among the resources in the working table `touched` that are scanned for the first time.
pub(crate) async fn count_first_scans(writing: &mut Writing, at: i64) -> Result<()> {
    let mut first = Statement::new("INSERT INTO usage (scope, day, type, quantity) SELECT c.scope, ");
    first.bind(at / DAY);
    first.push(
        ", 'ECR_INITIAL_SCAN', COUNT(*) FROM touched t CROSS JOIN resource r CROSS JOIN coverage c \
         WHERE r.id = t.id AND r.type = 'AWS_ECR_CONTAINER_IMAGE' AND r.inventory > 0 AND c.resource = r.id \
         AND c.scan_type = 'PACKAGE' AND c.status = 'ACTIVE' AND c.last_scanned_at = 0 GROUP BY c.scope \
         ON CONFLICT (scope, day, type) DO UPDATE SET quantity = usage.quantity + excluded.quantity",
    );
    writing.run(&first).await?;
    Ok(())
}

/// Notes that everything in the working table `held` was scanned again, if it was not since a generation was taken, and
/// counts the images among it.
pub(crate) async fn count_scans_again(writing: &mut Writing, taken_at: i64, at: i64) -> Result<()> {
    // What was scanned in the moment that the generation was taken was so before it.
    const AGAIN: &str = "FROM held h CROSS JOIN resource r CROSS JOIN coverage c \
         WHERE r.assessed_inventory = h.inventory AND r.type = h.resource_type AND c.resource = r.id \
         AND c.scan_type = 'PACKAGE' AND c.status = 'ACTIVE' AND c.last_scanned_at > 0 AND c.last_scanned_at <= ";
    let mut images = Statement::new("INSERT INTO usage (scope, day, type, quantity) SELECT c.scope, ");
    images.bind(at / DAY);
    images
        .push(", 'ECR_RESCAN', COUNT(*) ")
        .push(AGAIN)
        .bind(taken_at);
    images.push(
        " AND r.type = 'AWS_ECR_CONTAINER_IMAGE' GROUP BY c.scope \
         ON CONFLICT (scope, day, type) DO UPDATE SET quantity = usage.quantity + excluded.quantity",
    );
    writing.run(&images).await?;
    let mut scanned = Statement::new("UPDATE coverage SET last_scanned_at = ");
    scanned.bind(at);
    scanned.push(" WHERE scan_type = 'PACKAGE' AND resource IN (SELECT c.resource ");
    scanned.push(AGAIN).bind(taken_at).push(")");
    writing.run(&scanned).await?;
    Ok(())
}
