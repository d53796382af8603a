//! Figures of the whole store, for whoever watches over it.

use sqlx::Row;

use crate::{database::Database, error::Result, kind, statement::statement};

/// How much there is of what, over all scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Jobs by kind and state (`WAITING`, `LEASED`, `DEAD`).
    pub jobs: Vec<(String, String, i64)>,
    /// Findings by status.
    pub findings: Vec<(&'static str, i64)>,
    /// Resources by state.
    pub resources: Vec<(String, i64)>,
    /// Changes of findings that were numbered, in all scopes.
    pub changes: i64,
    /// When the generation of the intelligence in force was taken, in microseconds since 1970; 0 for none.
    pub generation_taken_at: i64,
    /// How long the last roll-out took from there until every finding was up to it, in microseconds; 0 for none.
    pub roll_out_took: i64,
}

impl Database {
    /// Counts what there is. Of findings the counts are kept; resources are counted.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn figures(&self) -> Result<Figures> {
        let jobs = self.job_counts().await?;
        let rows = self
            .rows(&statement(
                "SELECT status, CAST(SUM(findings) AS BIGINT) FROM tally GROUP BY status",
                [],
            ))
            .await?;
        let counted = rows
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect::<Result<Vec<(i64, i64)>>>()?;
        let findings = kind::STATUSES.map(|(word, code)| {
            let count = counted.iter().find(|(status, _)| *status == code);
            (word, count.map_or(0, |(_, count)| *count))
        });
        let rows = self
            .rows(&statement(
                "SELECT state, COUNT(*) FROM resource GROUP BY state ORDER BY state",
                [],
            ))
            .await?;
        let resources = rows
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect::<Result<_>>()?;
        let changes = self
            .number(&statement(
                "SELECT CAST(COALESCE(SUM(next_change - 1), 0) AS BIGINT) FROM scope",
                [],
            ))
            .await?;
        let generations = self.generations(20).await?;
        let applied = generations.iter().find(|generation| generation.applied_at > 0);
        Ok(Figures {
            jobs,
            findings: findings.to_vec(),
            resources,
            changes,
            generation_taken_at: generations.first().map_or(0, |generation| generation.taken_at),
            roll_out_took: applied.map_or(0, |applied| applied.applied_at - applied.taken_at),
        })
    }
}
