//! Making the counts anew out of the findings, their changes and what is installed.

use sqlx::Row;

use crate::{
    database::{Database, Writing},
    error::Result,
    evidence::{keep_layers, layers_of},
    finding::{
        REMEDY,
        count::{DAY, SEVERITIES, by_severity},
        layers,
    },
    kind::INVENTORY,
    statement::{Bound, bound, statement},
    turn::Matter,
};

/// Evidence that is read at once.
const PORTION: i64 = 2_000;

impl Database {
    /// Makes every count anew, as the migration did that began to keep them; of days, only what changes and findings still
    /// tell. Takes time by how much there is, and nobody else writes meanwhile.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn recount(&self) -> Result<()> {
        let mut writing = self.write().await?;
        writing.alone_at(Matter::Resources).await?;
        writing.alone_at(Matter::Findings).await?;
        recount(&mut writing).await?;
        writing.commit().await
    }
}

/// Makes every count anew. Takes time by how much there is.
pub(crate) async fn recount(writing: &mut Writing) -> Result<()> {
    for table in [
        "verdict_package",
        "resource_tally",
        "evidence_layer",
        "finding_layer",
        "layer_tally",
        "trend",
        "span",
    ] {
        writing.run_text(&format!("DELETE FROM {table}")).await?;
    }
    // Of several keys the first in order stands for that which was first.
    writing
        .run_text(
            "UPDATE subject SET remedy = COALESCE((SELECT MIN(k.advisory_key) FROM subject_key k \
             WHERE k.subject = subject.id), '') WHERE remedy = ''",
        )
        .await?;
    writing
        .run_text(
            "INSERT INTO verdict_package (verdict, package, remedy) SELECT n.verdict, p.name, MIN(p.remedy) \
             FROM (SELECT verdict, MIN(id) AS finding FROM finding GROUP BY verdict) n \
             CROSS JOIN finding f CROSS JOIN resource r CROSS JOIN inventory_subject i CROSS JOIN subject_match m \
             CROSS JOIN subject p WHERE f.id = n.finding AND r.id = f.resource \
             AND i.inventory = CASE WHEN f.status = 3 THEN f.inventory ELSE r.assessed_inventory END \
             AND m.subject = i.subject AND m.vulnerability = f.vulnerability AND (m.gone = 0 OR f.status = 3) \
             AND p.id = m.subject GROUP BY n.verdict, p.name",
        )
        .await?;
    writing.run_text(REMEDY).await?;
    writing
        .run_text(&format!(
            "INSERT INTO resource_tally (resource, {}, network) SELECT f.resource, {}, {} \
             FROM finding f CROSS JOIN verdict d WHERE f.status = 1 AND d.id = f.verdict GROUP BY f.resource",
            SEVERITIES.join(", "),
            by_severity("d.severity", "1").join(", "),
            "CAST(SUM(CASE WHEN d.type = 2 THEN 1 ELSE 0 END) AS BIGINT)",
        ))
        .await?;
    recount_layers(writing).await?;
    recount_days(writing).await
}

async fn recount_layers(writing: &mut Writing) -> Result<()> {
    let mut after = 0;
    loop {
        let rows = writing
            .rows(&statement(
                "SELECT id, places FROM evidence WHERE id > $1 ORDER BY id LIMIT $2",
                bound![after, PORTION],
            ))
            .await?;
        let mut kept: Vec<Vec<Bound>> = Vec::new();
        for row in &rows {
            after = row.try_get(0)?;
            let places: String = row.try_get(1)?;
            kept.extend(
                layers_of(&places)
                    .into_iter()
                    .map(|layer| bound![after, layer].into()),
            );
        }
        if rows.is_empty() {
            break;
        }
        keep_layers(writing, &kept).await?;
    }
    writing.empty(&["layered"]).await?;
    writing
        .run_text(
            "INSERT INTO layered (finding) SELECT f.id FROM finding f CROSS JOIN verdict d \
             WHERE f.status = 1 AND d.id = f.verdict AND d.resource_type IN \
             ('AWS_ECR_CONTAINER_IMAGE', 'AWS_LAMBDA_FUNCTION')",
        )
        .await?;
    writing.run_text(layers::LOOK_UP).await?;
    layers::add(writing, "").await
}

/// What happened on each day is drawn from the changes that are kept. How many were active is drawn from when what is active
/// now was first observed: of what was active in between and is no more, nothing tells.
async fn recount_days(writing: &mut Writing) -> Result<()> {
    writing
        .run_text(&format!(
            "INSERT INTO trend (scope, day, severity, opened, reopened, closed, active) \
             SELECT n.scope, n.day, n.severity, CAST(SUM(n.opened) AS BIGINT), CAST(SUM(n.reopened) AS BIGINT), \
               CAST(SUM(n.closed) AS BIGINT), CAST(SUM(n.active) AS BIGINT) \
             FROM (SELECT c.scope AS scope, c.at / {DAY} AS day, c.severity AS severity, \
                 CASE WHEN c.kind = 1 THEN 1 ELSE 0 END AS opened, CASE WHEN c.kind = 2 THEN 1 ELSE 0 END AS reopened, \
                 CASE WHEN c.kind = 3 THEN 1 ELSE 0 END AS closed, 0 AS active FROM change c WHERE c.kind <= 3 \
               UNION ALL SELECT f.scope, f.first_observed_at / {DAY}, d.severity, 0, 0, 0, 1 \
               FROM finding f CROSS JOIN verdict d WHERE f.status = 1 AND d.id = f.verdict) n \
             GROUP BY n.scope, n.day, n.severity"
        ))
        .await?;
    writing
        .run_text(&format!(
            "INSERT INTO span (scope, severity, opened_on, closed_on, fixed, findings, seconds) \
             SELECT f.scope, d.severity, f.first_observed_at / {DAY}, -1, 0, COUNT(*), 0 \
             FROM finding f CROSS JOIN verdict d WHERE f.status = 1 AND d.id = f.verdict \
             GROUP BY f.scope, d.severity, f.first_observed_at / {DAY}"
        ))
        .await?;
    writing
        .run_text(&format!(
            "INSERT INTO span (scope, severity, opened_on, closed_on, fixed, findings, seconds) \
             SELECT f.scope, c.severity, f.first_observed_at / {DAY}, c.at / {DAY}, \
               CASE WHEN c.cause = {INVENTORY} THEN 1 ELSE 0 END, COUNT(*), \
               CAST(SUM(CASE WHEN c.at > f.first_observed_at THEN (c.at - f.first_observed_at) / 1000000 ELSE 0 END) AS BIGINT) \
             FROM change c CROSS JOIN finding f WHERE c.kind = 3 AND f.id = c.finding \
             GROUP BY f.scope, c.severity, f.first_observed_at / {DAY}, c.at / {DAY}, \
               CASE WHEN c.cause = {INVENTORY} THEN 1 ELSE 0 END"
        ))
        .await
}
