//! Rules of suppression that speak of use: whoever changes the use of an image notes it, and the rules are held anew against what
//! was found there, beside those who tell of containers and some images at a time.

use assay_criteria::Field;

use super::ids;
use crate::{
    criteria::{self, About},
    database::{Database, Writing},
    error::Result,
    filter::{Rule, rules_about},
    finding::{Cause, suppress_again},
    inventory::{BATCH, insert},
    statement::{Bound, Statement, bound, statement},
    turn::Matter,
};

/// Images that one transaction holds rules against.
const PORTION: i64 = 100;

/// What of use rules may speak of.
const USE: [Field; 2] = [Field::EcrImageInUseCount, Field::EcrImageLastInUseAt];

/// Notes that the use of images changed.
pub(super) async fn note_changed(writing: &mut Writing, images: &[i64]) -> Result<()> {
    for part in images.chunks(BATCH) {
        let rows: Vec<Vec<Bound>> = part.iter().map(|image| bound![*image].into()).collect();
        let head = "INSERT INTO use_changed (resource) VALUES ";
        insert(writing, head, &rows, " ON CONFLICT DO NOTHING").await?;
    }
    Ok(())
}

impl Database {
    /// Holds rules of suppression that speak of use anew against what was found in some images whose use changed; gives how
    /// many images those were, 0 when none is left.
    ///
    /// # Errors
    ///
    /// When the database does not answer; the images are due still.
    pub async fn suppress_by_use(&self, cause: &Cause) -> Result<u64> {
        let due = statement(
            "SELECT resource FROM use_changed ORDER BY resource LIMIT $1",
            bound![PORTION],
        );
        if self.row(&due).await?.is_none() {
            return Ok(0);
        }
        let mut writing = self.write().await?;
        writing.alone_at(Matter::Findings).await?;
        // Whoever changes the use of one of these meanwhile would find it noted already.
        writing.alone_at(Matter::Use).await?;
        let images = ids(&writing.rows(&due).await?)?;
        let mut forget = Statement::new("DELETE FROM use_changed WHERE resource IN ");
        forget.bind_list(images.iter().copied());
        writing.run(&forget).await?;
        let rules = rules_about(&mut writing, &images, &USE, cause.at).await?;
        let which: Vec<Statement> = rules.iter().map(|rule| differing(&images, rule)).collect();
        suppress_again(&mut writing, &which, cause).await?;
        writing.commit().await?;
        Ok(u64::try_from(images.len()).unwrap_or_default())
    }
}

/// Takes up what a rule suppresses and does not match any more, and what is active and matches it now.
fn differing(images: &[i64], rule: &Rule) -> Statement {
    let mut which = Statement::new(
        "INSERT INTO changed (finding, scope, kind, status, verdict) \
         SELECT f.id, f.scope, 6, f.status, f.verdict FROM resource r CROSS JOIN finding f CROSS JOIN scope s \
         CROSS JOIN verdict d CROSS JOIN vulnerability v WHERE r.id IN ",
    );
    which.bind_list(images.iter().copied());
    which.push(
        " AND f.resource = r.id AND f.retired = 0 AND f.status IN (1, 2) AND s.id = f.scope AND d.id = f.verdict \
         AND v.id = f.vulnerability AND s.ruler = ",
    );
    which.bind(rule.scope.0).push(" AND (f.filter = ").bind(rule.id);
    which.push(" AND NOT (1 = 1");
    criteria::push(&mut which, &rule.criteria, About::Findings);
    which.push(") OR f.status = 1");
    if rule.until_fixed {
        which.push(" AND d.fix = 'NO'");
    }
    criteria::push(&mut which, &rule.criteria, About::Findings);
    which.push(") ON CONFLICT DO NOTHING");
    which
}
