//! Bringing findings to what holds: what is new opens, what is gone closes, what came back within some days is open again
//! under its old name, and what differs is brought up to date. All of it set by set, in the transaction of the caller, with
//! every change numbered in the order of the feed.
//!
//! What holds is worked out once for an inventory, whoever has it, and what is said of a finding stands in a verdict that it
//! shares with others of its kind.

use super::{layers, record};
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

/// Resources that what is learned reaches: those that were scanned once and for all stay as they are.
const LEARNING: &str = "r.frequency <> 'SCAN_ON_PUSH'";

// CROSS JOIN throughout: SQLite knows nothing of how few rows the working tables have, and goes in the order that is written.
impl Touched {
    /// The inventories that may hold what was touched, with the types of those who have them.
    fn held(self) -> String {
        match self {
            Touched::Resources => format!(
                "INSERT INTO held (inventory, resource_type) SELECT DISTINCT r.inventory, r.type \
                 FROM touched t CROSS JOIN resource r WHERE r.id = t.id AND {HAVING}"
            ),
            Touched::Vulnerabilities => format!(
                "INSERT INTO held (inventory, resource_type) SELECT DISTINCT r.assessed_inventory, r.type \
                 FROM (SELECT DISTINCT i.inventory FROM touched t CROSS JOIN subject_match m \
                   CROSS JOIN inventory_subject i \
                   WHERE m.vulnerability = t.id AND m.gone = 0 AND i.subject = m.subject) n \
                 CROSS JOIN resource r WHERE r.assessed_inventory = n.inventory AND {HAVING} AND {LEARNING}"
            ),
        }
    }

    /// What every row of the truth is drawn from.
    fn truth(self) -> &'static str {
        match self {
            Touched::Resources => {
                "held o CROSS JOIN inventory_subject i CROSS JOIN subject_match m CROSS JOIN subject p \
                 WHERE i.inventory = o.inventory AND m.subject = i.subject AND m.gone = 0 AND p.id = m.subject"
            }
            Touched::Vulnerabilities => {
                "touched t CROSS JOIN subject_match m CROSS JOIN subject p CROSS JOIN inventory_subject i \
                 CROSS JOIN held o WHERE m.vulnerability = t.id AND m.gone = 0 AND p.id = m.subject \
                 AND i.subject = m.subject AND o.inventory = i.inventory"
            }
        }
    }

    /// The findings (`f`, with their resources `r`) that may have to close.
    fn findings(self) -> &'static str {
        match self {
            Touched::Resources => {
                "touched t CROSS JOIN finding f CROSS JOIN resource r \
                 WHERE f.resource = t.id AND f.retired = 0 AND r.id = f.resource"
            }
            Touched::Vulnerabilities => {
                "touched t CROSS JOIN verdict d CROSS JOIN finding f CROSS JOIN resource r \
                 WHERE d.vulnerability = t.id AND f.verdict = d.id AND f.retired = 0 AND r.id = f.resource \
                 AND r.frequency <> 'SCAN_ON_PUSH'"
            }
        }
    }

    /// The inventory of a resource (`r`) that tells what holds.
    fn inventory(self) -> &'static str {
        match self {
            Touched::Resources => "r.inventory",
            Touched::Vulnerabilities => "r.assessed_inventory",
        }
    }

    /// The rows of the truth (`t`) with the resources (`r`) that they are true of.
    fn holding(self) -> String {
        match self {
            Touched::Resources => format!(
                "touched w CROSS JOIN resource r CROSS JOIN truth t WHERE r.id = w.id \
                 AND t.inventory = r.inventory AND t.resource_type = r.type AND {HAVING}"
            ),
            Touched::Vulnerabilities => format!(
                "truth t CROSS JOIN resource r \
                 WHERE r.assessed_inventory = t.inventory AND r.type = t.resource_type AND {HAVING} AND {LEARNING}"
            ),
        }
    }
}

/// The verdict (`d`) that says what a row of the truth does.
const SAME_VERDICT: &str = "FROM verdict d WHERE d.vulnerability = truth.vulnerability \
     AND d.resource_type = truth.resource_type AND d.type = 1 AND d.severity = truth.severity AND d.score = truth.score \
     AND d.fix = truth.fix AND d.source = truth.source AND d.vendor_severity = truth.vendor_severity \
     AND d.title = truth.title";

/// Brings findings to what holds for the rows of the working table `touched`. Their times never go back, even where the clock
/// did: what was updated was first observed before.
pub(crate) async fn settle(writing: &mut Writing, touched: Touched, cause: &Cause) -> Result<Settled> {
    writing.empty(&["held", "truth", "holding", "changed"]).await?;
    find_truth(writing, touched).await?;
    close(writing, touched, cause).await?;
    open(writing, touched, cause).await?;
    if touched == Touched::Resources {
        writing
            .run_text(
                "UPDATE resource SET assessed_inventory = inventory WHERE id IN (SELECT id FROM touched)",
            )
            .await?;
        writing
            .run(&statement(
                "UPDATE finding SET last_observed_at = $1 WHERE resource IN (SELECT id FROM touched) \
                 AND retired = 0 AND status <> 3 AND last_observed_at < $1",
                bound![cause.at],
            ))
            .await?;
    }
    suppress(writing, cause.at).await?;
    let settled = record(writing, cause).await?;
    layers::keep(writing, Some(touched)).await?;
    Ok(settled)
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
               FROM {} GROUP BY o.inventory, o.resource_type, m.vulnerability, p.name) n \
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
    // Whatever has a verdict has these packages, as its title names them.
    writing
        .run_text(
            "INSERT INTO verdict_package (verdict, package, remedy) SELECT n.verdict, p.name, MIN(p.remedy) \
             FROM (SELECT t.verdict AS verdict, t.vulnerability AS vulnerability, MIN(t.inventory) AS inventory FROM truth t \
               WHERE NOT EXISTS (SELECT 1 FROM verdict_package x WHERE x.verdict = t.verdict) \
               GROUP BY t.verdict, t.vulnerability) n \
             CROSS JOIN inventory_subject i CROSS JOIN subject_match m CROSS JOIN subject p \
             WHERE i.inventory = n.inventory AND m.subject = i.subject AND m.vulnerability = n.vulnerability \
             AND m.gone = 0 AND p.id = m.subject GROUP BY n.verdict, p.name",
        )
        .await?;
    writing
        .run_text(&format!("{REMEDY} AND id IN (SELECT verdict FROM truth)"))
        .await?;
    Ok(())
}

/// Sets what is upgraded to be rid of verdicts that do not say so yet, where all their packages are upgraded as one.
pub(crate) const REMEDY: &str = "UPDATE verdict SET remedy = COALESCE((SELECT \
     CASE WHEN MIN(k.remedy) = MAX(k.remedy) THEN MIN(k.remedy) ELSE '' END \
     FROM verdict_package k WHERE k.verdict = verdict.id), '') WHERE remedy = ''";

async fn close(writing: &mut Writing, touched: Touched, cause: &Cause) -> Result<()> {
    let (findings, inventory) = (touched.findings(), touched.inventory());
    writing
        .run(&Statement::new(&format!(
            "INSERT INTO changed (finding, scope, kind, status, verdict) \
             SELECT f.id, f.scope, 3, f.status, f.verdict FROM {findings} \
             AND f.status <> 3 AND (NOT {HAVING} OR NOT EXISTS (SELECT 1 FROM truth h \
               WHERE h.inventory = {inventory} AND h.resource_type = r.type AND h.vulnerability = f.vulnerability))"
        )))
        .await?;
    writing
        .run(&statement(
            "UPDATE finding SET status = 3, closed_at = $1, filter = 0, \
             updated_at = CASE WHEN updated_at > $1 THEN updated_at ELSE $1 END, \
             inventory = (SELECT r.assessed_inventory FROM resource r WHERE r.id = finding.resource) \
             WHERE id IN (SELECT finding FROM changed)",
            bound![cause.at],
        ))
        .await?;
    Ok(())
}

async fn open(writing: &mut Writing, touched: Touched, cause: &Cause) -> Result<()> {
    // Every row of the truth in a resource, with the finding that tells of it already.
    writing
        .run(&Statement::new(&format!(
            "INSERT INTO holding (scope, resource, vulnerability, verdict, finding) \
             SELECT r.scope, r.id, t.vulnerability, t.verdict, COALESCE((SELECT f.id FROM finding f \
               WHERE f.resource = r.id AND f.vulnerability = t.vulnerability AND f.retired = 0), 0) FROM {}",
            touched.holding()
        )))
        .await?;
    // What closed too long ago makes room for a finding of a new name.
    let retired = writing
        .run(&statement(
            "UPDATE finding SET retired = id WHERE status = 3 AND closed_at < $1 \
             AND id IN (SELECT finding FROM holding WHERE finding > 0)",
            bound![cause.at - REOPENING],
        ))
        .await?;
    if retired > 0 {
        writing
            .run_text(
                "UPDATE holding SET finding = 0 WHERE finding IN \
                 (SELECT f.id FROM holding h CROSS JOIN finding f WHERE f.id = h.finding AND f.retired > 0)",
            )
            .await?;
    }
    let changed = writing
        .run(&Statement::new(
            "INSERT INTO changed (finding, scope, kind, status, verdict) \
             SELECT f.id, f.scope, \
               CASE WHEN f.status = 3 THEN 2 WHEN b.severity <> d.severity OR b.score <> d.score THEN 4 ELSE 5 END, \
               f.status, f.verdict \
             FROM holding h CROSS JOIN finding f CROSS JOIN verdict b CROSS JOIN verdict d WHERE f.id = h.finding \
             AND (f.status = 3 OR f.verdict <> h.verdict) AND b.id = f.verdict AND d.id = h.verdict",
        ))
        .await?;
    if changed > 0 {
        writing
            .run(&statement(
                "UPDATE finding SET updated_at = CASE WHEN updated_at > $1 THEN updated_at ELSE $1 END, \
                   verdict = (SELECT h.verdict FROM holding h WHERE h.resource = finding.resource \
                     AND h.vulnerability = finding.vulnerability), \
                   last_observed_at = CASE WHEN status = 3 AND last_observed_at < $1 THEN $1 ELSE last_observed_at END, \
                   status = 1, filter = 0, closed_at = 0, inventory = 0 \
                 WHERE id IN (SELECT c.finding FROM changed c WHERE c.kind <> 3)",
                bound![cause.at],
            ))
            .await?;
    }
    let opened = writing
        .run(&statement(
            "INSERT INTO finding (scope, resource, vulnerability, verdict, retired, status, first_observed_at, \
               last_observed_at, updated_at, closed_at, inventory, filter) \
             SELECT scope, resource, vulnerability, verdict, 0, 1, $1, $1, $1, 0, 0, 0 FROM holding WHERE finding = 0",
            bound![cause.at],
        ))
        .await?;
    if opened > 0 {
        writing
            .run_text(
                "INSERT INTO changed (finding, scope, kind, status, verdict) \
                 SELECT f.id, f.scope, 1, 1, 0 FROM holding h CROSS JOIN finding f WHERE h.finding = 0 \
                 AND f.resource = h.resource AND f.vulnerability = h.vulnerability AND f.retired = 0",
            )
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
            " WHERE id IN (SELECT f.id FROM changed n CROSS JOIN finding f CROSS JOIN scope s CROSS JOIN verdict d \
             CROSS JOIN resource r CROSS JOIN vulnerability v WHERE f.id = n.finding AND s.id = f.scope \
             AND d.id = f.verdict AND r.id = f.resource AND v.id = f.vulnerability AND f.status = 1 AND s.ruler = ",
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

/// Takes some open findings up again as if no rule had been there: the statements put them into the working table `changed`.
pub(crate) async fn suppress_again(
    writing: &mut Writing,
    which: &[Statement],
    cause: &Cause,
) -> Result<Settled> {
    writing.empty(&["changed"]).await?;
    let mut taken_up = 0;
    for which in which {
        taken_up += writing.run(which).await?;
    }
    if taken_up == 0 {
        return Ok(Settled::default());
    }
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
            "UPDATE finding SET updated_at = $1 WHERE updated_at < $1 AND id IN (SELECT finding FROM changed)",
            bound![cause.at],
        ))
        .await?;
    let settled = record(writing, cause).await?;
    layers::keep(writing, None).await?;
    Ok(settled)
}
