//! What time does: closed findings, resources that are gone and scopes that were turned off are forgotten.

use sqlx::Row;

use crate::{
    database::{Database, Writing},
    error::Result,
    finding::{count::DAY, uncount},
    network, report,
    statement::{Statement, bound, statement},
    turn::Matter,
};

/// Days that findings which closed stay in the counts of how long findings last, beyond what is forgotten with them.
const SPANS: i64 = 400;

/// Rows that one transaction forgets, so that nobody waits long.
const PORTION: i64 = 5_000;

impl Database {
    /// Forgets findings that closed before a time, with their history; gives how many.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn forget_closed(&self, before: i64, now: i64) -> Result<u64> {
        let due = statement(
            "SELECT id FROM finding WHERE closed_at > 0 AND closed_at < $1 LIMIT $2",
            bound![before, PORTION],
        );
        self.forget(&due, now, forget_findings).await
    }

    /// Forgets resources that were gone before a time, with all that they had; gives how many.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn forget_gone(&self, before: i64, now: i64) -> Result<u64> {
        let due = statement(
            "SELECT id FROM resource WHERE gone_at > 0 AND gone_at < $1 LIMIT 100",
            bound![before],
        );
        self.forget(&due, now, forget_resources).await
    }

    /// Forgets what had been found in images that were not monitored any more before a time; gives how many images that was.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn forget_expired(&self, before: i64, now: i64) -> Result<u64> {
        let due = statement(
            "SELECT id FROM resource WHERE expired_at > 0 AND expired_at < $1 LIMIT 100",
            bound![before],
        );
        self.forget(&due, now, forget_findings_of).await
    }

    /// Forgets what was found where a type of scan was turned off before a time, and what was told of networks where that was of
    /// hosts; gives how many resources that was.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn forget_disabled(&self, before: i64, now: i64) -> Result<u64> {
        let due = statement(
            "SELECT id FROM resource WHERE state = 'DISABLING' AND changed_at < $1 LIMIT 100",
            bound![before],
        );
        let mut writing = self.write().await?;
        network::forget_disabled(&mut writing, before).await?;
        writing.commit().await?;
        self.forget(&due, now, forget_resources).await
    }

    /// Forgets inventories that no resource and no finding has, reports that were over, verdicts that no finding has, calls and attempts before a time,
    /// and counts that nobody asks for any more.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn forget_unused(&self, before: i64) -> Result<()> {
        let due = statement(
            "SELECT i.id FROM inventory i WHERE i.created_at < $1 \
             AND NOT EXISTS (SELECT 1 FROM resource r WHERE r.inventory = i.id) \
             AND NOT EXISTS (SELECT 1 FROM resource r WHERE r.assessed_inventory = i.id) \
             AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.inventory = i.id AND f.inventory > 0) LIMIT 100",
            bound![before],
        );
        self.forget(&due, before, forget_inventories).await?;
        let due = statement(
            "SELECT d.id FROM verdict d WHERE NOT EXISTS (SELECT 1 FROM finding f WHERE f.verdict = d.id) LIMIT $1",
            bound![PORTION],
        );
        self.forget(&due, before, forget_verdicts).await?;
        let mut writing = self.write().await?;
        writing
            .run(&statement(
                "DELETE FROM attempt WHERE started_at < $1",
                bound![before],
            ))
            .await?;
        writing
            .run(&statement("DELETE FROM call WHERE at < $1", bound![before]))
            .await?;
        report::forget_ended(&mut writing, before).await?;
        writing
            .run(&statement(
                "DELETE FROM span WHERE findings = 0 OR closed_on >= 0 AND closed_on < $1",
                bound![before / DAY - SPANS],
            ))
            .await?;
        writing.commit().await
    }

    /// Forgets what is due, portion by portion; a function does it, with the time that it takes.
    async fn forget<F>(&self, due: &Statement, time: i64, how: F) -> Result<u64>
    where
        F: AsyncFn(&mut Writing, &[i64], i64) -> Result<()>,
    {
        let mut forgotten = 0;
        loop {
            // Mostly nothing is, and nobody has to wait.
            if self.row(due).await?.is_none() {
                return Ok(forgotten);
            }
            let mut writing = self.write().await?;
            writing.alone_at(Matter::Resources).await?;
            writing.alone_at(Matter::Findings).await?;
            // What came back meanwhile is not due any more.
            let rows = writing.rows(due).await?;
            let ids: Vec<i64> = rows
                .iter()
                .map(|row| row.try_get(0))
                .collect::<std::result::Result<_, _>>()?;
            if ids.is_empty() {
                return Ok(forgotten);
            }
            how(&mut writing, &ids, time).await?;
            writing.commit().await?;
            forgotten += u64::try_from(ids.len()).unwrap_or_default();
        }
    }
}

/// Runs a statement about rows by their ids.
async fn run(writing: &mut Writing, text: &str, ids: &[i64]) -> Result<()> {
    let mut statement = Statement::new(text);
    statement.bind_list(ids.iter().copied());
    writing.run(&statement).await?;
    Ok(())
}

async fn forget_findings(writing: &mut Writing, ids: &[i64], now: i64) -> Result<()> {
    uncount(writing, ids, now).await?;
    run(writing, "DELETE FROM change WHERE finding IN ", ids).await?;
    run(writing, "DELETE FROM finding WHERE id IN ", ids).await
}

async fn forget_findings_of(writing: &mut Writing, ids: &[i64], now: i64) -> Result<()> {
    all_findings_of(writing, ids, now).await?;
    run(writing, "UPDATE resource SET expired_at = 0 WHERE id IN ", ids).await
}

async fn forget_resources(writing: &mut Writing, ids: &[i64], now: i64) -> Result<()> {
    all_findings_of(writing, ids, now).await?;
    for text in [
        "DELETE FROM attribute WHERE resource IN ",
        "DELETE FROM coverage WHERE resource IN ",
        "DELETE FROM resource_tally WHERE resource IN ",
        "DELETE FROM layer_tally WHERE resource IN ",
        "DELETE FROM resource WHERE id IN ",
    ] {
        run(writing, text, ids).await?;
    }
    Ok(())
}

async fn all_findings_of(writing: &mut Writing, ids: &[i64], now: i64) -> Result<()> {
    let mut findings = Statement::new("SELECT id FROM finding WHERE resource IN ");
    findings.bind_list(ids.iter().copied());
    let rows = writing.rows(&findings).await?;
    let findings: Vec<i64> = rows
        .iter()
        .map(|row| row.try_get(0))
        .collect::<std::result::Result<_, _>>()?;
    for portion in findings.chunks(usize::try_from(PORTION).unwrap_or(usize::MAX)) {
        forget_findings(writing, portion, now).await?;
    }
    Ok(())
}

async fn forget_inventories(writing: &mut Writing, ids: &[i64], _: i64) -> Result<()> {
    run(writing, "DELETE FROM inventory_subject WHERE inventory IN ", ids).await?;
    run(writing, "DELETE FROM inventory WHERE id IN ", ids).await
}

async fn forget_verdicts(writing: &mut Writing, ids: &[i64], _: i64) -> Result<()> {
    run(
        writing,
        "DELETE FROM tally WHERE findings = 0 AND verdict IN ",
        ids,
    )
    .await?;
    run(writing, "DELETE FROM verdict_package WHERE verdict IN ", ids).await?;
    run(writing, "DELETE FROM verdict WHERE id IN ", ids).await
}
