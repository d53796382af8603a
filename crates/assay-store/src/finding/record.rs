//! Writing down what changed: the numbered changes of each scope, which are history, feed and owed events, and how many
//! findings each verdict has.

use super::{Cause, Settled};
use crate::{
    database::Writing,
    error::Result,
    statement::{Statement, bound, statement},
};

/// Numbers the changes in the working table `changed`, writes them down and counts the findings anew.
pub(crate) async fn record(writing: &mut Writing, cause: &Cause) -> Result<Settled> {
    // Whoever else changes findings of these scopes waits until this is over, so that numbers follow one another.
    let locked = writing
        .run(&statement(
            "UPDATE scope SET next_change = next_change WHERE id IN (SELECT scope FROM changed)",
            [],
        ))
        .await?;
    if locked == 0 {
        return Ok(Settled::default());
    }
    let changes = writing
        .run(&statement(
            "INSERT INTO change (scope, sequence, finding, kind, status, cause, cause_reference, at, severity_before, \
               severity, score_before, score) \
             SELECT c.scope, s.next_change - 1 + ROW_NUMBER() OVER (PARTITION BY c.scope ORDER BY c.finding), \
               c.finding, c.kind, f.status, $1, $2, $3, COALESCE(b.severity, d.severity), d.severity, \
               COALESCE(b.score, d.score), d.score \
             FROM changed c CROSS JOIN finding f CROSS JOIN scope s CROSS JOIN verdict d \
             LEFT JOIN verdict b ON b.id = c.verdict \
             WHERE f.id = c.finding AND s.id = c.scope AND d.id = f.verdict",
            bound![cause.code, cause.reference.clone(), cause.at],
        ))
        .await?;
    writing
        .run_text(
            "UPDATE scope SET next_change = next_change + (SELECT COUNT(*) FROM changed c WHERE c.scope = scope.id) \
             WHERE id IN (SELECT scope FROM changed)",
        )
        .await?;
    count(
        writing,
        &Statement::new(
            "SELECT c.scope AS scope, c.status AS status, c.verdict AS verdict, -1 AS findings FROM changed c \
             WHERE c.verdict > 0 \
             UNION ALL SELECT f.scope, f.status, f.verdict, 1 FROM changed c CROSS JOIN finding f WHERE f.id = c.finding",
        ),
    )
    .await?;
    Ok(Settled { changes })
}

/// Takes findings that are about to be forgotten out of the count.
pub(crate) async fn uncount(writing: &mut Writing, which: &[i64]) -> Result<()> {
    let mut lock = Statement::new(
        "UPDATE scope SET next_change = next_change WHERE id IN (SELECT scope FROM finding WHERE id IN ",
    );
    lock.bind_list(which.iter().copied()).push(")");
    writing.run(&lock).await?;
    let mut gone =
        Statement::new("SELECT f.scope, f.status, f.verdict, -1 AS findings FROM finding f WHERE f.id IN ");
    gone.bind_list(which.iter().copied());
    count(writing, &gone).await
}

/// Adds differences to the count. The scopes of these are held by the caller.
async fn count(writing: &mut Writing, differences: &Statement) -> Result<()> {
    let upsert = differences.within(
        "INSERT INTO tally (scope, status, verdict, findings) SELECT n.scope, n.status, n.verdict, SUM(n.findings) FROM (",
        // TRUE keeps SQLite from reading ON as part of a join.
        ") n WHERE TRUE GROUP BY n.scope, n.status, n.verdict HAVING SUM(n.findings) <> 0 \
         ON CONFLICT (scope, status, verdict) DO UPDATE SET findings = tally.findings + excluded.findings",
    );
    writing.run(&upsert).await?;
    Ok(())
}
