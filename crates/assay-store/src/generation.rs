//! Which intelligence is in force.

use sqlx::Row;

use crate::{
    database::Database,
    error::Result,
    finding::ScopeId,
    job,
    statement::{bound, statement},
    turn::Matter,
};

/// A generation of the intelligence that is or was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// Its number; later ones are greater.
    pub id: i64,
    /// The digest of its content.
    pub digest: String,
    /// The name of its file.
    pub file: String,
    /// Since when it is in force, in microseconds since 1970.
    pub taken_at: i64,
    /// Since when every finding is up to it; 0 until then.
    pub applied_at: i64,
}

impl Database {
    /// The latest generations, the one in force first.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn generations(&self, most: i64) -> Result<Vec<Generation>> {
        let select = statement("SELECT * FROM generation ORDER BY id DESC LIMIT $1", bound![most]);
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| {
                Ok(Generation {
                    id: row.try_get("id")?,
                    digest: row.try_get("digest")?,
                    file: row.try_get("file")?,
                    taken_at: row.try_get("taken_at")?,
                    applied_at: row.try_get("applied_at")?,
                })
            })
            .collect()
    }

    /// Puts a generation in force and owes the job of bringing findings to it.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn take_generation(&self, digest: &str, file: &str, now: i64) -> Result<i64> {
        let mut writing = self.write().await?;
        writing.alone_at(Matter::Findings).await?;
        let insert = statement(
            "INSERT INTO generation (digest, file, taken_at, applied_at) VALUES ($1, $2, $3, 0) RETURNING id",
            bound![digest, file, now],
        );
        let id = writing.number(&insert).await?;
        job::enqueue(&mut writing, job::ROLL_OUT, &id.to_string(), ScopeId(0), 100, now).await?;
        writing.commit().await?;
        Ok(id)
    }

    /// Marks that every finding is up to a generation, and ends the job.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn generation_applied(&self, id: i64, jobs: &[job::Job], started: i64, now: i64) -> Result<()> {
        let mut writing = self.write().await?;
        writing
            .run(&statement(
                "UPDATE generation SET applied_at = $2 WHERE id <= $1 AND applied_at = 0",
                bound![id, now],
            ))
            .await?;
        job::finish(&mut writing, jobs, started, now).await?;
        writing.commit().await
    }
}
