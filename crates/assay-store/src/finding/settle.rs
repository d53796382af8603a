//! Bringing findings to what holds: what is new opens, what is gone closes, what came back within some days is open again
//! under its old name, and what differs is brought up to date. All of it set by set, in the transaction of the caller, with
//! every change numbered in the order of the feed.
//!
//! What holds is worked out once for an inventory, whoever has it, and what is said of a finding stands in a verdict that it
//! shares with others of its kind.

use super::record;
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

/// States of resources in which they have findings.
const HAVING: &str = "r.state IN ('ACTIVE', 'STOPPED', 'DISABLING')";

impl Touched {
    /// The inventories that may hold what was touched, with the types of those who have them.
    fn held(self) -> String {
        match self {
            Touched::Resources => format!(
                "INSERT INTO held (inventory, resource_type) SELECT DISTINCT r.inventory, r.type \
                 FROM touched t JOIN resource r ON r.id = t.id WHERE {HAVING}"
            ),
            Touched::Vulnerabilities => format!(
                "INSERT INTO held (inventory, resource_type) SELECT DISTINCT r.assessed_inventory, r.type \
                 FROM (SELECT DISTINCT i.inventory FROM touched t \
                   JOIN subject_match m ON m.vulnerability = t.id AND m.gone = 0 \
                   JOIN inventory_subject i ON i.subject = m.subject) n \
                 JOIN resource r ON r.assessed_inventory = n.inventory WHERE {HAVING}"
            ),
        }
    }

    /// What every row of the truth is drawn from.
    fn truth(self) -> &'static str {
        match self {
            Touched::Resources => {
                "FROM held o JOIN inventory_subject i ON i.inventory = o.inventory \
                 JOIN subject_match m ON m.subject = i.subject AND m.gone = 0 JOIN subject p ON p.id = m.subject"
            }
            Touched::Vulnerabilities => {
                "FROM touched t JOIN subject_match m ON m.vulnerability = t.id AND m.gone = 0 \
                 JOIN subject p ON p.id = m.subject JOIN inventory_subject i ON i.subject = m.subject \
                 JOIN held o ON o.inventory = i.inventory"
            }
        }
    }

    /// The findings (`f`, with their resources `r`) that may have to close, with the inventory that tells.
    fn findings(self) -> (&'static str, &'static str) {
        match self {
            Touched::Resources => (
                "touched t JOIN finding f ON f.resource = t.id AND f.retired = 0",
                "r.inventory",
            ),
            Touched::Vulnerabilities => (
                "touched t JOIN verdict d ON d.vulnerability = t.id \
                 JOIN finding f ON f.verdict = d.id AND f.retired = 0",
                "r.assessed_inventory",
            ),
        }
    }

    /// The resources (`r`) that the rows of the truth (`t`) are true of.
    fn resources(self) -> &'static str {
        match self {
            Touched::Resources => {
                "touched w JOIN resource r ON r.id = w.id \
                 JOIN truth t ON t.inventory = r.assessed_inventory AND t.resource_type = r.type"
            }
            Touched::Vulnerabilities => {
                "truth t JOIN resource r ON r.assessed_inventory = t.inventory AND r.type = t.resource_type"
            }
        }
    }
}

/// The finding (`f`) of a row of the truth in a resource.
const ITS_FINDING: &str =
    "JOIN finding f ON f.resource = r.id AND f.vulnerability = t.vulnerability AND f.retired = 0";

/// The verdicts (`d`) that say what a row of the truth does. Equal ones can be made twice, by two at a time.
const SAME_VERDICT: &str = "FROM verdict d WHERE d.vulnerability = truth.vulnerability \
     AND d.resource_type = truth.resource_type AND d.type = 1 AND d.severity = truth.severity AND d.score = truth.score \
     AND d.fix = truth.fix AND d.source = truth.source AND d.vendor_severity = truth.vendor_severity \
     AND d.title = truth.title";

/// Brings findings to what holds for the rows of the working table `touched`.
pub(crate) async fn settle(writing: &mut Writing, touched: Touched, cause: &Cause) -> Result<Settled> {
    writing
        .run_text("DELETE FROM held; DELETE FROM truth; DELETE FROM changed")
        .await?;
    find_truth(writing, touched).await?;
    close(writing, touched, cause).await?;
    if touched == Touched::Resources {
        writing
            .run_text(
                "UPDATE resource SET assessed_inventory = inventory WHERE id IN (SELECT id FROM touched)",
            )
            .await?;
    }
    open(writing, touched, cause).await?;
    if touched == Touched::Resources {
        writing
            .run(&statement(
                "UPDATE finding SET last_observed_at = $1 WHERE resource IN (SELECT id FROM touched) \
                 AND retired = 0 AND status <> 3 AND last_observed_at <> $1",
                bound![cause.at],
            ))
            .await?;
    }
    suppress(writing, cause.at).await?;
    record(writing, cause).await
}

async fn find_truth(writing: &mut Writing, touched: Touched) -> Result<()> {
    writing.run(&Statement::new(&touched.held())).await?;
    // By package names first, so that a title names each package once. Source and word are those of the worst package.
    writing
        .run(&Statement::new(&format!(
            "INSERT INTO truth (inventory, resource_type, vulnerability, severity, score, fix, source, vendor_severity, \
               title, verdict) \
             SELECT n.inventory, n.resource_type, n.vulnerability, MAX(n.severity), MAX(n.score), \
               CASE WHEN MIN(n.least_fix) = MAX(n.most_fix) THEN MIN(n.least_fix) ELSE 'PARTIAL' END, \
               SUBSTR(MAX(n.source), 6), SUBSTR(MAX(n.vendor_severity), 6), \
               SUBSTR((SELECT v.name FROM vulnerability v WHERE v.id = n.vulnerability) || ' - ' \
                 || STRING_AGG(n.name, ', ' ORDER BY n.name), 1, 1024), 0 \
             FROM (SELECT o.inventory AS inventory, o.resource_type AS resource_type, \
                 m.vulnerability AS vulnerability, p.name AS name, \
                 MAX(m.severity) AS severity, MAX(m.score) AS score, MIN(m.fix) AS least_fix, MAX(m.fix) AS most_fix, \
                 MAX(CAST(10001 + m.severity * 1000 + m.score AS TEXT) || m.source) AS source, \
                 MAX(CAST(10001 + m.severity * 1000 + m.score AS TEXT) || m.vendor_severity) AS vendor_severity \
               {} GROUP BY o.inventory, o.resource_type, m.vulnerability, p.name) n \
             GROUP BY n.inventory, n.resource_type, n.vulnerability",
            touched.truth()
        )))
        .await?;
    writing
        .run(&Statement::new(&format!(
            "INSERT INTO verdict (vulnerability, resource_type, type, severity, score, fix, source, vendor_severity, title) \
             SELECT DISTINCT vulnerability, resource_type, 1, severity, score, fix, source, vendor_severity, title \
             FROM truth WHERE NOT EXISTS (SELECT 1 {SAME_VERDICT})"
        )))
        .await?;
    writing
        .run(&Statement::new(&format!(
            "UPDATE truth SET verdict = (SELECT MIN(d.id) {SAME_VERDICT})"
        )))
        .await?;
    Ok(())
}

async fn close(writing: &mut Writing, touched: Touched, cause: &Cause) -> Result<()> {
    let (findings, inventory) = touched.findings();
    writing
        .run(&Statement::new(&format!(
            "INSERT INTO changed (finding, scope, kind, status, verdict) \
             SELECT f.id, f.scope, 3, f.status, f.verdict FROM {findings} JOIN resource r ON r.id = f.resource \
             WHERE f.status <> 3 AND (NOT {HAVING} OR NOT EXISTS (SELECT 1 FROM truth h \
               WHERE h.inventory = {inventory} AND h.resource_type = r.type AND h.vulnerability = f.vulnerability))"
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

async fn open(writing: &mut Writing, touched: Touched, cause: &Cause) -> Result<()> {
    let resources = touched.resources();
    // What closed too long ago makes room for a finding of a new name.
    let mut retire = Statement::new(&format!(
        "UPDATE finding SET retired = id WHERE id IN (SELECT f.id FROM {resources} {ITS_FINDING} \
         WHERE {HAVING} AND f.status = 3 AND f.closed_at < "
    ));
    retire.bind(cause.at - REOPENING).push(")");
    writing.run(&retire).await?;
    writing
        .run(&Statement::new(&format!(
            "INSERT INTO changed (finding, scope, kind, status, verdict) \
             SELECT f.id, f.scope, \
               CASE WHEN f.status = 3 THEN 2 WHEN d.severity <> t.severity OR d.score <> t.score THEN 4 ELSE 5 END, \
               f.status, f.verdict \
             FROM {resources} {ITS_FINDING} JOIN verdict d ON d.id = f.verdict \
             WHERE {HAVING} AND (f.status = 3 OR f.verdict <> t.verdict)"
        )))
        .await?;
    writing
        .run(&statement(
            "UPDATE finding SET verdict = t.verdict, updated_at = $1, \
               last_observed_at = CASE WHEN finding.status = 3 THEN $1 ELSE finding.last_observed_at END, \
               status = 1, filter = 0, closed_at = 0, inventory = 0 \
             FROM resource r, truth t WHERE finding.id IN (SELECT c.finding FROM changed c WHERE c.kind <> 3) \
               AND r.id = finding.resource AND t.inventory = r.assessed_inventory AND t.resource_type = r.type \
               AND t.vulnerability = finding.vulnerability",
            bound![cause.at],
        ))
        .await?;
    let before = writing
        .number(&statement("SELECT COALESCE(MAX(id), 0) FROM finding", []))
        .await?;
    let mut insert = Statement::new(
        "INSERT INTO finding (scope, resource, vulnerability, verdict, retired, status, first_observed_at, \
           last_observed_at, updated_at, closed_at, inventory, filter) \
         SELECT r.scope, r.id, t.vulnerability, t.verdict, 0, 1, ",
    );
    insert.bind(cause.at).push(", ").bind(cause.at).push(", ").bind(cause.at);
    insert.push(&format!(
        ", 0, 0, 0 FROM {resources} WHERE {HAVING} AND NOT EXISTS (SELECT 1 FROM finding f \
           WHERE f.resource = r.id AND f.vulnerability = t.vulnerability AND f.retired = 0)"
    ));
    if writing.run(&insert).await? > 0 {
        let mut note = Statement::new(&format!(
            "INSERT INTO changed (finding, scope, kind, status, verdict) \
             SELECT f.id, f.scope, 1, 1, 0 FROM {resources} {ITS_FINDING} WHERE {HAVING} AND f.id > "
        ));
        note.bind(before);
        writing.run(&note).await?;
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
             JOIN verdict d ON d.id = f.verdict JOIN resource r ON r.id = f.resource \
             JOIN vulnerability v ON v.id = f.vulnerability WHERE f.status = 1 AND f.scope = ",
        );
        update.bind(rule.scope.0);
        if rule.until_fixed {
            update.push(" AND d.fix = 'NO'");
        }
        criteria::push(&mut update, &rule.criteria, About::Findings);
        update.push(")");
        writing.run(&update).await?;
    }
    Ok(())
}

/// Takes some open findings up again as if no rule had been there: the statement puts them into the working table `changed`.
pub(crate) async fn suppress_again(
    writing: &mut Writing,
    which: &Statement,
    cause: &Cause,
) -> Result<Settled> {
    writing.run_text("DELETE FROM changed").await?;
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
