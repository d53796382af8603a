//! Work that is owed: leased, tried again with growing pauses, put aside after too many attempts.

use sqlx::Row;

use crate::{
    database::{Database, Dialect, Writing},
    error::Result,
    finding::ScopeId,
    statement::{bound, statement},
};

/// Assessing what a resource has; the subject is the resource's number.
pub const ASSESS: &str = "assess";

/// Bringing every finding to a new generation of the intelligence; the subject is the generation's number.
pub const ROLL_OUT: &str = "roll-out";

/// Making a report; the subject is its id.
pub const REPORT: &str = "report";

/// Attempts after which a job is put aside.
const MOST_ATTEMPTS: i64 = 8;

/// Microseconds that no pause and no lease lasts: 5 minutes.
const LONGEST: i64 = 5 * 60 * 1_000_000;

/// Whether the same attempt may succeed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It may: a database that is full or away, a generation that is being swapped. Such a job is never put aside.
    Passing,
    /// Nothing is known that would change it.
    Lasting,
}

/// A job that is leased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// What to do.
    pub kind: String,
    /// What to do it to.
    pub subject: String,
    /// For whom; 0 for everybody.
    pub scope: ScopeId,
    /// The number of this attempt, from 1.
    pub attempt: i64,
}

/// Owes a job, unless the same is waiting already.
pub(crate) async fn enqueue(
    writing: &mut Writing,
    kind: &str,
    subject: &str,
    scope: ScopeId,
    priority: i64,
    now: i64,
) -> Result<()> {
    writing
        .run(&statement(
            "INSERT INTO job (kind, subject, scope, priority, state, due_at, leased_until, attempts, created_at) \
             VALUES ($1, $2, $3, $4, 'WAITING', $5, 0, 0, $5) ON CONFLICT DO NOTHING",
            bound![kind, subject, scope.0, priority, now],
        ))
        .await?;
    Ok(())
}

/// Ends jobs in the transaction that did what they asked for.
pub(crate) async fn finish(writing: &mut Writing, jobs: &[Job], started: i64, now: i64) -> Result<()> {
    for job in jobs {
        writing
            .run(&statement("DELETE FROM job WHERE id = $1", bound![job.id]))
            .await?;
        attempted(writing, job, started, now, "DONE").await?;
    }
    Ok(())
}

async fn attempted(writing: &mut Writing, job: &Job, started: i64, ended: i64, outcome: &str) -> Result<()> {
    writing
        .run(&statement(
            "INSERT INTO attempt (job, number, kind, subject, started_at, ended_at, outcome) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            bound![
                job.id,
                job.attempt,
                job.kind.clone(),
                job.subject.clone(),
                started,
                ended,
                outcome
            ],
        ))
        .await?;
    Ok(())
}

impl Database {
    /// Leases jobs of a kind that are due, in turn for each scope, so that one with many does not hold up the others.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn lease(&self, kind: &str, most: i64, now: i64, until: i64) -> Result<Vec<Job>> {
        let due = self
            .number(&statement(
                "SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE state IN ('WAITING', 'LEASED') AND due_at <= $1 \
                 AND leased_until <= $1 AND kind = $2 LIMIT 1) n",
                bound![now, kind],
            ))
            .await?;
        if due == 0 {
            return Ok(Vec::new());
        }
        let mut writing = self.write().await?;
        let skip = match writing.dialect {
            Dialect::Sqlite => "",
            Dialect::Postgres => "FOR UPDATE SKIP LOCKED",
        };
        // What waited longest, several times as much as is taken, is taken from in turn.
        let text = format!(
            "UPDATE job SET state = 'LEASED', leased_until = $1, attempts = attempts + 1 WHERE id IN (\
               SELECT n.id FROM (SELECT d.id, d.priority, \
                   ROW_NUMBER() OVER (PARTITION BY d.scope ORDER BY d.priority DESC, d.id) AS turn \
                 FROM (SELECT id, scope, priority FROM job WHERE state IN ('WAITING', 'LEASED') AND due_at <= $2 \
                   AND leased_until <= $2 AND kind = $3 ORDER BY priority DESC, due_at LIMIT $4 {skip}) d) n \
               ORDER BY n.turn, n.id LIMIT $5) \
             RETURNING id, kind, subject, scope, attempts"
        );
        let mut update = crate::statement::Statement::new("");
        for value in bound![until, now, kind, most.saturating_mul(8), most] {
            update.bind(value);
        }
        update.text = text;
        let rows = writing.rows(&update).await?;
        writing.commit().await?;
        rows.iter()
            .map(|row| {
                Ok(Job {
                    id: row.try_get("id")?,
                    kind: row.try_get("kind")?,
                    subject: row.try_get("subject")?,
                    scope: ScopeId(row.try_get("scope")?),
                    attempt: row.try_get("attempts")?,
                })
            })
            .collect()
    }

    /// Frees what a process that is no more had leased, where no other process works on this database. Tells whether that
    /// is so; the leases of others end by themselves.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn release_leases(&self) -> Result<bool> {
        if !self.is_alone().await? {
            return Ok(false);
        }
        let mut writing = self.write().await?;
        writing
            .run(&statement(
                "UPDATE job SET leased_until = 0 WHERE state = 'LEASED'",
                [],
            ))
            .await?;
        writing.commit().await?;
        Ok(true)
    }

    /// Makes due what would be so only later than any pause or lease lasts, because the clock went back; gives how many jobs
    /// that were.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn heed_clock(&self, now: i64) -> Result<u64> {
        let furthest = now + LONGEST;
        let late = self
            .number(&statement(
                "SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE due_at > $1 OR leased_until > $1 LIMIT 1) n",
                bound![furthest],
            ))
            .await?;
        if late == 0 {
            return Ok(0);
        }
        let mut writing = self.write().await?;
        let heeded = writing
            .run(&statement(
                "UPDATE job SET due_at = CASE WHEN due_at > $1 THEN $2 ELSE due_at END, \
                 leased_until = CASE WHEN leased_until > $1 THEN $2 ELSE leased_until END \
                 WHERE due_at > $1 OR leased_until > $1",
                bound![furthest, now],
            ))
            .await?;
        writing.commit().await?;
        Ok(heeded)
    }

    /// Records that an attempt failed. The job is tried again after a pause that doubles; what fails lastingly is put aside in
    /// the end.
    ///
    /// # Errors
    ///
    /// When the database does not answer; the job is free again when its lease ends.
    pub async fn fail(
        &self,
        job: &Job,
        failure: Failure,
        reason: &str,
        started: i64,
        now: i64,
    ) -> Result<()> {
        let mut writing = self.write().await?;
        let pause = 1_000_000_i64 << job.attempt.clamp(0, 8);
        let state = if failure == Failure::Lasting && job.attempt >= MOST_ATTEMPTS {
            "DEAD"
        } else {
            "WAITING"
        };
        let reason: String = reason.chars().take(500).collect();
        attempted(&mut writing, job, started, now, &reason).await?;
        // A later job about the same waits already, or lies aside: one is enough.
        let other = writing
            .row(&statement(
                "SELECT id FROM job WHERE kind = $1 AND subject = $2 AND state = $3 AND id <> $4 LIMIT 1",
                bound![job.kind.clone(), job.subject.clone(), state, job.id],
            ))
            .await?;
        let end = match other {
            Some(_) => statement("DELETE FROM job WHERE id = $1", bound![job.id]),
            None => statement(
                "UPDATE job SET state = $2, due_at = $3, leased_until = 0 WHERE id = $1",
                bound![job.id, state, now + pause],
            ),
        };
        writing.run(&end).await?;
        writing.commit().await
    }

    /// How many jobs there are in each state.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn job_counts(&self) -> Result<Vec<(String, String, i64)>> {
        let rows = self
            .rows(&statement(
                "SELECT kind, state, COUNT(*) FROM job GROUP BY kind, state ORDER BY kind, state",
                [],
            ))
            .await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
            .collect()
    }
}
