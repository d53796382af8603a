//! Bringing findings to what holds: what is new opens, what is gone closes, what came back within some days is open again
//! under its old name, and what differs is brought up to date. All of it set by set, in the transaction of the caller, with
//! every change numbered in the order of the feed.

use crate::{
    criteria::{self, About},
    database::Writing,
    error::Result,
    filter,
    kind::SUPPRESSED,
    statement::{Statement, bound, statement},
};

/// How long after closing the same finding opens again, in microseconds: 7 days. Later it is a new one.
const REOPENING: i64 = 7 * 24 * 3600 * 1_000_000;

/// Why findings change, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// A code of [`crate::kind::CAUSES`].
    pub code: i64,
    /// Which inventory, generation or rule it was.
    pub reference: String,
    /// When, in microseconds since 1970.
    pub at: i64,
}

/// What findings were touched by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touched {
    /// Everything about some resources, whose latest inventories are taken up.
    Resources,
    /// Some vulnerabilities, wherever they are.
    Vulnerabilities,
}

/// How many findings changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Changes, each an event that is owed.
    pub changes: u64,
}

/// What every row of the truth is drawn from, by package names first, so that a title names each package once.
const TRUTH_OF_RESOURCES: &str = "FROM touched t JOIN resource r ON r.id = t.id \
     JOIN inventory_subject i ON i.inventory = r.inventory \
     JOIN subject_match m ON m.subject = i.subject AND m.gone = 0 \
     JOIN subject p ON p.id = m.subject \
     WHERE r.state IN ('ACTIVE', 'STOPPED', 'DISABLING')";
const TRUTH_OF_VULNERABILITIES: &str = "FROM touched t \
     JOIN subject_match m ON m.vulnerability = t.id AND m.gone = 0 \
     JOIN subject p ON p.id = m.subject \
     JOIN inventory_subject i ON i.subject = m.subject \
     JOIN resource r ON r.assessed_inventory = i.inventory \
     WHERE r.state IN ('ACTIVE', 'STOPPED', 'DISABLING')";

/// Brings findings to what holds for the rows of the working table `touched`.
pub(crate) async fn settle(writing: &mut Writing, touched: Touched, cause: &Cause) -> Result<Settled> {
    writing.run_text("DELETE FROM truth; DELETE FROM changed").await?;
    let from = match touched {
        Touched::Resources => TRUTH_OF_RESOURCES,
        Touched::Vulnerabilities => TRUTH_OF_VULNERABILITIES,
    };
    writing
        .run(&Statement::new(&format!(
            "INSERT INTO truth (resource, vulnerability, severity, score, fix, source, vendor_severity, title) \
             SELECT n.resource, n.vulnerability, MAX(n.severity), MAX(n.score), \
               CASE WHEN MIN(n.least_fix) = MAX(n.most_fix) THEN MIN(n.least_fix) ELSE 'PARTIAL' END, \
               MAX(n.source), MAX(n.vendor_severity), \
               SUBSTR((SELECT v.name FROM vulnerability v WHERE v.id = n.vulnerability) || ' - ' \
                 || STRING_AGG(n.name, ', ' ORDER BY n.name), 1, 1024) \
             FROM (SELECT r.id AS resource, m.vulnerability AS vulnerability, p.name AS name, \
                 MAX(m.severity) AS severity, MAX(m.score) AS score, MIN(m.fix) AS least_fix, \
                 MAX(m.fix) AS most_fix, MAX(m.source) AS source, MAX(m.vendor_severity) AS vendor_severity \
               {from} GROUP BY r.id, m.vulnerability, p.name) n \
             GROUP BY n.resource, n.vulnerability"
        )))
        .await?;
    close(writing, touched, cause).await?;
    open(writing, cause).await?;
    if touched == Touched::Resources {
        writing
            .run(&statement(
                "UPDATE finding SET last_observed_at = $1 WHERE id IN (SELECT f.id FROM truth t JOIN finding f \
                 ON f.resource = t.resource AND f.vulnerability = t.vulnerability AND f.retired = 0)",
                bound![cause.at],
            ))
            .await?;
        writing
            .run_text(
                "UPDATE resource SET assessed_inventory = inventory WHERE id IN (SELECT id FROM touched)",
            )
            .await?;
    }
    suppress(writing, cause.at).await?;
    record(writing, cause).await
}

async fn close(writing: &mut Writing, touched: Touched, cause: &Cause) -> Result<()> {
    let by = match touched {
        Touched::Resources => "f.resource",
        Touched::Vulnerabilities => "f.vulnerability",
    };
    writing
        .run(&Statement::new(&format!(
            "INSERT INTO changed (finding, scope, kind, status, severity_before, score_before) \
             SELECT f.id, f.scope, 3, f.status, f.severity, f.score \
             FROM touched t JOIN finding f ON {by} = t.id AND f.retired = 0 \
             WHERE f.status <> 3 AND NOT EXISTS (SELECT 1 FROM truth h \
               WHERE h.resource = f.resource AND h.vulnerability = f.vulnerability)"
        )))
        .await?;
    writing
        .run(&statement(
            "UPDATE finding SET status = 3, closed_at = $1, updated_at = $1, filter = 0, \
             inventory = (SELECT r.assessed_inventory FROM resource r WHERE r.id = finding.resource) \
             WHERE id IN (SELECT finding FROM changed)",
            bound![cause.at],
        ))
        .await?;
    Ok(())
}

async fn open(writing: &mut Writing, cause: &Cause) -> Result<()> {
    // What closed too long ago makes room for a finding of a new name.
    writing
        .run(&statement(
            "UPDATE finding SET retired = id WHERE id IN (SELECT f.id FROM truth t JOIN finding f \
             ON f.resource = t.resource AND f.vulnerability = t.vulnerability AND f.retired = 0 \
             WHERE f.status = 3 AND f.closed_at < $1)",
            bound![cause.at - REOPENING],
        ))
        .await?;
    writing
        .run_text(
            "INSERT INTO changed (finding, scope, kind, status, severity_before, score_before) \
             SELECT f.id, f.scope, \
               CASE WHEN f.status = 3 THEN 2 WHEN f.severity <> t.severity OR f.score <> t.score THEN 4 ELSE 5 END, \
               f.status, f.severity, f.score \
             FROM truth t JOIN finding f \
               ON f.resource = t.resource AND f.vulnerability = t.vulnerability AND f.retired = 0 \
             WHERE f.status = 3 OR f.severity <> t.severity OR f.score <> t.score OR f.fix <> t.fix \
               OR f.title <> t.title OR f.source <> t.source OR f.vendor_severity <> t.vendor_severity",
        )
        .await?;
    writing
        .run(&statement(
            "UPDATE finding SET severity = t.severity, score = t.score, fix = t.fix, title = t.title, \
               source = t.source, vendor_severity = t.vendor_severity, updated_at = $1, \
               last_observed_at = CASE WHEN finding.status = 3 THEN $1 ELSE finding.last_observed_at END, \
               status = 1, filter = 0, closed_at = 0, inventory = 0 \
             FROM truth t WHERE finding.id IN (SELECT c.finding FROM changed c WHERE c.kind <> 3) \
               AND t.resource = finding.resource AND t.vulnerability = finding.vulnerability",
            bound![cause.at],
        ))
        .await?;
    let before = writing
        .number(&statement("SELECT COALESCE(MAX(id), 0) FROM finding", []))
        .await?;
    let opened = writing
        .run(&statement(
            "INSERT INTO finding (scope, resource, vulnerability, retired, type, status, severity, score, fix, \
               source, vendor_severity, title, first_observed_at, last_observed_at, updated_at, closed_at, inventory, filter) \
             SELECT r.scope, t.resource, t.vulnerability, 0, 1, 1, t.severity, t.score, t.fix, t.source, \
               t.vendor_severity, t.title, $1, $1, $1, 0, 0, 0 \
             FROM truth t JOIN resource r ON r.id = t.resource \
             WHERE NOT EXISTS (SELECT 1 FROM finding f \
               WHERE f.resource = t.resource AND f.vulnerability = t.vulnerability AND f.retired = 0)",
            bound![cause.at],
        ))
        .await?;
    if opened > 0 {
        writing
            .run(&statement(
                "INSERT INTO changed (finding, scope, kind, status, severity_before, score_before) \
                 SELECT f.id, f.scope, 1, 1, f.severity, f.score FROM truth t JOIN finding f \
                 ON f.resource = t.resource AND f.vulnerability = t.vulnerability AND f.retired = 0 \
                 WHERE f.id > $1",
                bound![before],
            ))
            .await?;
    }
    Ok(())
}

/// Holds the rules of suppression against what changed.
async fn suppress(writing: &mut Writing, now: i64) -> Result<()> {
    let rules = filter::rules_of_changed(writing, now).await?;
    for rule in rules {
        let mut update = Statement::new("UPDATE finding SET status = 2, filter = ");
        update.bind(rule.id);
        update.push(
            " WHERE id IN (SELECT f.id FROM changed n JOIN finding f ON f.id = n.finding \
             JOIN resource r ON r.id = f.resource JOIN vulnerability v ON v.id = f.vulnerability \
             WHERE f.status = 1 AND f.scope = ",
        );
        update.bind(rule.scope.0);
        if rule.until_fixed {
            update.push(" AND f.fix = 'NO'");
        }
        criteria::push(&mut update, &rule.criteria, About::Findings);
        update.push(")");
        writing.run(&update).await?;
    }
    Ok(())
}

/// Takes some open findings up again as if no rule had been there: the condition says which, of `f`, `r` and `v`.
pub(crate) async fn suppress_again(
    writing: &mut Writing,
    which: &Statement,
    cause: &Cause,
) -> Result<Settled> {
    writing.run_text("DELETE FROM truth; DELETE FROM changed").await?;
    writing.run(which).await?;
    writing
        .run_text("UPDATE finding SET status = 1, filter = 0 WHERE id IN (SELECT finding FROM changed)")
        .await?;
    suppress(writing, cause.at).await?;
    // What is again as it was did not change.
    writing
        .run_text(
            "DELETE FROM changed WHERE status = (SELECT f.status FROM finding f WHERE f.id = changed.finding)",
        )
        .await?;
    writing
        .run(&statement(
            "UPDATE changed SET kind = CASE WHEN (SELECT f.status FROM finding f WHERE f.id = changed.finding) = $1 \
             THEN 6 ELSE 7 END",
            bound![SUPPRESSED],
        ))
        .await?;
    writing
        .run(&statement(
            "UPDATE finding SET updated_at = $1 WHERE id IN (SELECT finding FROM changed)",
            bound![cause.at],
        ))
        .await?;
    record(writing, cause).await
}

/// Numbers the changes of each scope and writes them down.
async fn record(writing: &mut Writing, cause: &Cause) -> Result<Settled> {
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
               c.finding, c.kind, f.status, $1, $2, $3, c.severity_before, f.severity, c.score_before, f.score \
             FROM changed c JOIN finding f ON f.id = c.finding JOIN scope s ON s.id = c.scope",
            bound![cause.code, cause.reference.clone(), cause.at],
        ))
        .await?;
    writing
        .run_text(
            "UPDATE scope SET next_change = next_change + (SELECT COUNT(*) FROM changed c WHERE c.scope = scope.id) \
             WHERE id IN (SELECT scope FROM changed)",
        )
        .await?;
    Ok(Settled { changes })
}
