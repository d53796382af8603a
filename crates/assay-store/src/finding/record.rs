//! Writing down what changed: the numbered changes of each scope, which are history, feed and owed events, and the counts.

use super::{
    Cause, Settled,
    count::{count, count_events},
    layers,
};
use crate::{
    database::Writing,
    error::Result,
    generation_news::count_effect,
    kind::INVENTORY,
    statement::{Statement, bound, statement},
};

/// Numbers the changes in the working table `changed`, writes them down and brings the counts up to them.
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
    writing.empty(&["difference"]).await?;
    writing
        .run_text(
            "INSERT INTO difference (scope, status, verdict, resource, first_observed_at, findings) \
             SELECT c.scope, c.status, c.verdict, f.resource, f.first_observed_at, -1 \
             FROM changed c CROSS JOIN finding f WHERE c.verdict > 0 AND f.id = c.finding \
             UNION ALL SELECT f.scope, f.status, f.verdict, f.resource, f.first_observed_at, 1 \
             FROM changed c CROSS JOIN finding f WHERE f.id = c.finding",
        )
        .await?;
    count(writing, cause.at).await?;
    let fixed = i64::from(cause.code == INVENTORY);
    count_events(writing, cause.at, fixed).await?;
    count_effect(writing, cause).await?;
    Ok(Settled { changes })
}

/// Takes findings that are about to be forgotten out of the counts, as of a time.
pub(crate) async fn uncount(writing: &mut Writing, which: &[i64], at: i64) -> Result<()> {
    let mut lock = Statement::new(
        "UPDATE scope SET next_change = next_change WHERE id IN (SELECT scope FROM finding WHERE id IN ",
    );
    lock.bind_list(which.iter().copied()).push(")");
    writing.run(&lock).await?;
    writing.empty(&["difference"]).await?;
    let mut gone = Statement::new(
        "INSERT INTO difference (scope, status, verdict, resource, first_observed_at, findings) \
         SELECT f.scope, f.status, f.verdict, f.resource, f.first_observed_at, -1 FROM finding f WHERE f.id IN ",
    );
    gone.bind_list(which.iter().copied());
    writing.run(&gone).await?;
    count(writing, at).await?;
    layers::forget(writing, which).await
}
