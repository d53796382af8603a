//! Keeping the counts up to date: by verdict, by resource, and how they went from day to day.

use crate::{
    database::Writing,
    error::Result,
    statement::{Statement, bound, statement},
};

/// Microseconds of a day.
pub(crate) const DAY: i64 = 86_400_000_000;

/// The columns of counts by severity, in the order of the numbers of these.
pub(crate) const SEVERITIES: [&str; 6] = ["untriaged", "informational", "low", "medium", "high", "critical"];

/// `SUM(CASE …)`: a number by severity, for each of [`SEVERITIES`].
pub(crate) fn by_severity(severity: &str, number: &str) -> [String; 6] {
    [0, 1, 2, 3, 4, 5]
        .map(|code| format!("CAST(SUM(CASE WHEN {severity} = {code} THEN {number} ELSE 0 END) AS BIGINT)"))
}

/// `untriaged = <table>.untriaged + excluded.untriaged, …` for columns.
pub(crate) fn added(table: &str, columns: &[&str]) -> String {
    let added = columns
        .iter()
        .map(|column| format!("{column} = {table}.{column} + excluded.{column}"));
    added.collect::<Vec<_>>().join(", ")
}

/// Adds the rows of the working table `difference` to the counts, as of a time. The scopes of these are held by the caller.
pub(crate) async fn count(writing: &mut Writing, at: i64) -> Result<()> {
    // TRUE keeps SQLite from reading ON as part of a join.
    writing
        .run_text(
            "INSERT INTO tally (scope, status, verdict, findings) \
             SELECT scope, status, verdict, SUM(findings) FROM difference WHERE TRUE \
             GROUP BY scope, status, verdict HAVING SUM(findings) <> 0 \
             ON CONFLICT (scope, status, verdict) DO UPDATE SET findings = tally.findings + excluded.findings",
        )
        .await?;
    let columns: Vec<&str> = SEVERITIES.into_iter().chain(["network"]).collect();
    writing
        .run_text(&format!(
            "INSERT INTO resource_tally (resource, {}) \
             SELECT n.resource, {}, CAST(SUM(CASE WHEN d.type = 2 THEN n.findings ELSE 0 END) AS BIGINT) \
             FROM difference n CROSS JOIN verdict d WHERE n.status = 1 AND d.id = n.verdict GROUP BY n.resource \
             ON CONFLICT (resource) DO UPDATE SET {}",
            columns.join(", "),
            by_severity("d.severity", "n.findings").join(", "),
            added("resource_tally", &columns),
        ))
        .await?;
    writing
        .run(&statement(
            "INSERT INTO trend (scope, day, severity, opened, reopened, closed, active) \
             SELECT n.scope, $1, d.severity, 0, 0, 0, CAST(SUM(n.findings) AS BIGINT) \
             FROM difference n CROSS JOIN verdict d WHERE n.status = 1 AND d.id = n.verdict \
             GROUP BY n.scope, d.severity HAVING SUM(n.findings) <> 0 \
             ON CONFLICT (scope, day, severity) DO UPDATE SET active = trend.active + excluded.active",
            bound![at / DAY],
        ))
        .await?;
    writing
        .run_text(&format!(
            "INSERT INTO span (scope, severity, opened_on, closed_on, fixed, findings, seconds) \
             SELECT n.scope, d.severity, n.first_observed_at / {DAY}, -1, 0, CAST(SUM(n.findings) AS BIGINT), 0 \
             FROM difference n CROSS JOIN verdict d WHERE n.status = 1 AND d.id = n.verdict \
             GROUP BY n.scope, d.severity, n.first_observed_at / {DAY} HAVING SUM(n.findings) <> 0 \
             ON CONFLICT (scope, severity, opened_on, closed_on, fixed) \
             DO UPDATE SET findings = span.findings + excluded.findings",
        ))
        .await
}

/// Adds the changes in the working table `changed` to what happened on a day. `fixed` is 1 where what closed was fixed.
pub(crate) async fn count_events(writing: &mut Writing, at: i64, fixed: i64) -> Result<()> {
    let columns = ["opened", "reopened", "closed"];
    let sums =
        [1, 2, 3].map(|kind| format!("CAST(SUM(CASE WHEN c.kind = {kind} THEN 1 ELSE 0 END) AS BIGINT)"));
    let mut events = Statement::new(
        "INSERT INTO trend (scope, day, severity, opened, reopened, closed, active) SELECT c.scope, ",
    );
    events.bind(at / DAY);
    events.push(&format!(
        ", d.severity, {}, 0 FROM changed c CROSS JOIN finding f CROSS JOIN verdict d \
         WHERE c.kind <= 3 AND f.id = c.finding AND d.id = f.verdict GROUP BY c.scope, d.severity \
         ON CONFLICT (scope, day, severity) DO UPDATE SET {}",
        sums.join(", "),
        added("trend", &columns),
    ));
    writing.run(&events).await?;
    let mut closed = Statement::new(&format!(
        "INSERT INTO span (scope, severity, opened_on, closed_on, fixed, findings, seconds) \
         SELECT c.scope, d.severity, f.first_observed_at / {DAY}, "
    ));
    closed.bind(at / DAY).push(", ").bind(fixed);
    closed.push(&format!(
        ", COUNT(*), CAST(SUM(CASE WHEN f.closed_at > f.first_observed_at \
         THEN (f.closed_at - f.first_observed_at) / 1000000 ELSE 0 END) AS BIGINT) \
         FROM changed c CROSS JOIN finding f CROSS JOIN verdict d \
         WHERE c.kind = 3 AND c.status = 1 AND f.id = c.finding AND d.id = f.verdict \
         GROUP BY c.scope, d.severity, f.first_observed_at / {DAY} \
         ON CONFLICT (scope, severity, opened_on, closed_on, fixed) DO UPDATE SET {}",
        added("span", &["findings", "seconds"]),
    ));
    writing.run(&closed).await?;
    Ok(())
}
