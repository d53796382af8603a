//! What a rule would suppress, before it is one.

use assay_criteria::{Condition, Criteria, Field, Test};
use sqlx::Row;

use crate::{
    criteria::{self, About, Level, level},
    database::Database,
    error::Result,
    finding::{Direction, FindingId, ScopeId, Sort, Sorting},
    statement::Statement,
};

/// A rule that is thought of.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// In which scopes: those in which its owner rules.
    pub scopes: Vec<ScopeId>,
    /// What it would match.
    pub criteria: Criteria,
    /// Which findings it would hold.
    pub fixes: Fixes,
}

/// Which findings a rule holds by whether a fix is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixes {
    /// Whatever it matches.
    Whichever,
    /// What no fix is known for.
    NoneKnown,
}

impl Proposal {
    /// The criteria of what it would suppress: active findings that it matches.
    fn suppressed(&self) -> Criteria {
        let mut criteria = self.criteria.clone();
        let mut add = |field, word: &str| {
            criteria.conditions.push(Condition {
                field,
                tests: vec![Test::Equals(word.to_owned())],
            });
        };
        add(Field::FindingStatus, "ACTIVE");
        if self.fixes == Fixes::NoneKnown {
            add(Field::FixAvailable, "NO");
        }
        criteria
    }
}

/// What a rule would suppress.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// Active findings by code of [`crate::kind::SEVERITIES`], the worst first.
    pub by_severity: Vec<(i64, i64)>,
    /// The worst of them.
    pub examples: Vec<FindingId>,
}

impl Preview {
    /// How many they are.
    pub fn count(&self) -> i64 {
        self.by_severity.iter().map(|(_, count)| count).sum()
    }
}

impl Database {
    /// The active findings that a rule would suppress, counted up to a number where each has to be looked at.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn would_suppress(
        &self,
        proposal: &Proposal,
        most: i64,
        most_examples: usize,
    ) -> Result<Preview> {
        let criteria = proposal.suppressed();
        let rows = self.rows(&count(&proposal.scopes, &criteria, most)).await?;
        let by_severity = rows
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect::<Result<Vec<(i64, i64)>>>()?;
        let worst_first = Sorting {
            by: Sort::Severity,
            direction: Direction::Descending,
        };
        let page = self
            .list_findings(&proposal.scopes, &criteria, worst_first, None, most_examples)
            .await?;
        Ok(Preview {
            by_severity,
            examples: page.findings,
        })
    }
}

/// Counts findings by severity. What verdicts tell of is counted already, and then there is no bound.
fn count(scopes: &[ScopeId], criteria: &Criteria, most: i64) -> Statement {
    let is_told_by_verdicts = criteria
        .conditions
        .iter()
        .all(|condition| level(condition.field) == Level::Verdict);
    let mut count = Statement::new(match is_told_by_verdicts {
        true => {
            "SELECT d.severity, CAST(SUM(f.findings) AS BIGINT) FROM tally f CROSS JOIN verdict d \
             CROSS JOIN vulnerability v WHERE d.id = f.verdict AND v.id = d.vulnerability AND f.findings > 0 \
             AND f.scope IN "
        }
        false => {
            "SELECT n.severity, COUNT(*) FROM (SELECT d.severity AS severity FROM finding f \
             JOIN verdict d ON d.id = f.verdict JOIN resource r ON r.id = f.resource \
             JOIN vulnerability v ON v.id = f.vulnerability WHERE f.scope IN "
        }
    });
    count.bind_list(scopes.iter().map(|scope| scope.0));
    criteria::push(&mut count, criteria, About::Findings);
    if is_told_by_verdicts {
        count.push(" GROUP BY d.severity ORDER BY d.severity DESC");
    } else {
        count.push(" LIMIT ").bind(most);
        count.push(") n GROUP BY n.severity ORDER BY n.severity DESC");
    }
    count
}
