//! What to do to be rid of findings: upgrading what advisories speak of under one name, and what that ends.

use std::collections::BTreeSet;

use assay_criteria::Criteria;
use sqlx::Row;

use crate::{
    aggregation::{Aggregation, GroupSort, Grouping, SeverityCounts},
    database::Database,
    error::Result,
    finding::{Direction, Position, ScopeId},
    statement::Statement,
};

/// An upgrade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// What is upgraded: the key that advisories about it stand under, such as `Debian:12 openssl`.
    pub key: String,
    /// The findings that are gone then.
    pub counts: SeverityCounts,
    /// The resources that have what is to be upgraded.
    pub resources: i64,
    /// What is installed: names and versions, the least first.
    pub installed: BTreeSet<(String, String)>,
    /// The versions that fix something, as the advisories have them.
    pub fixed_in: BTreeSet<String>,
}

impl Database {
    /// A page of the upgrades by which findings end, those first that end most of the severity sorted by. A finding that only
    /// several upgrades together end is in none.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn remedies(
        &self,
        scopes: &[ScopeId],
        criteria: &Criteria,
        sort: GroupSort,
        after: Option<&Position>,
        most: usize,
    ) -> Result<(Vec<Remedy>, Option<Position>)> {
        let aggregation = Aggregation {
            scopes,
            by: Grouping::Remedy,
            criteria,
            names: &[],
            sort,
            direction: Direction::Descending,
        };
        let page = self.aggregate(&aggregation, after, most).await?;
        let mut remedies: Vec<Remedy> = page
            .groups
            .into_iter()
            .map(|group| Remedy {
                key: group.name,
                counts: group.counts,
                resources: 0,
                installed: BTreeSet::new(),
                fixed_in: BTreeSet::new(),
            })
            .collect();
        if remedies.is_empty() {
            return Ok((remedies, None));
        }
        let keys: Vec<String> = remedies.iter().map(|remedy| remedy.key.clone()).collect();
        let mut versions = Statement::new(
            "SELECT DISTINCT p.remedy, p.name, p.version, m.fixed_in FROM subject p CROSS JOIN subject_match m \
             WHERE m.subject = p.id AND m.gone = 0 AND m.fix = 'YES' AND p.remedy IN ",
        );
        versions.bind_list(keys.clone());
        for row in self.rows(&versions).await? {
            if let Some(remedy) = of(&mut remedies, &row.try_get::<String, _>(0)?) {
                remedy.installed.insert((row.try_get(1)?, row.try_get(2)?));
                remedy.fixed_in.insert(row.try_get(3)?);
            }
        }
        // How many have an inventory is counted once, not for each upgrade that it could do with.
        let mut resources = Statement::new(
            "WITH w AS (SELECT r.assessed_inventory AS inventory, COUNT(*) AS number FROM resource r \
               WHERE r.state IN ('ACTIVE', 'STOPPED', 'DISABLING') AND r.scope IN ",
        );
        resources.bind_list(scopes.iter().map(|scope| scope.0));
        resources.push(
            " GROUP BY r.assessed_inventory) SELECT n.remedy, CAST(SUM(w.number) AS BIGINT) \
             FROM (SELECT DISTINCT p.remedy AS remedy, i.inventory AS inventory \
               FROM subject p CROSS JOIN inventory_subject i WHERE i.subject = p.id AND EXISTS \
                 (SELECT 1 FROM subject_match m WHERE m.subject = p.id AND m.gone = 0 AND m.fix = 'YES') \
               AND p.remedy IN ",
        );
        resources.bind_list(keys);
        resources.push(") n CROSS JOIN w WHERE w.inventory = n.inventory GROUP BY n.remedy");
        for row in self.rows(&resources).await? {
            if let Some(remedy) = of(&mut remedies, &row.try_get::<String, _>(0)?) {
                remedy.resources = row.try_get(1)?;
            }
        }
        Ok((remedies, page.next))
    }
}

fn of<'r>(remedies: &'r mut [Remedy], key: &str) -> Option<&'r mut Remedy> {
    remedies.iter_mut().find(|remedy| remedy.key == key)
}
