//! What to do to be rid of findings: upgrading what advisories speak of under one name, and what that ends.

use std::collections::{BTreeMap, BTreeSet};

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
        let counted = self.resources_by_findings(scopes, &keys).await?;
        let others: Vec<String> = keys
            .into_iter()
            .filter(|key| !counted.contains_key(key))
            .collect();
        let others = match others.is_empty() {
            true => BTreeMap::new(),
            false => self.resources_by_inventories(scopes, &others).await?,
        };
        for (key, resources) in counted.into_iter().chain(others) {
            if let Some(remedy) = of(&mut remedies, &key) {
                remedy.resources = resources;
            }
        }
        Ok((remedies, page.next))
    }

    /// How many resources some upgrades help, for those of which one vulnerability tells: one that all has which is to be
    /// upgraded, and nothing else. Each resource that has any of it has one open finding of that vulnerability, and how many of
    /// these there are is kept. (Images that are scanned on push alone may have none; then there is nothing to end there.)
    async fn resources_by_findings(
        &self,
        scopes: &[ScopeId],
        keys: &[String],
    ) -> Result<BTreeMap<String, i64>> {
        let mut select = Statement::new(
            "WITH s AS (SELECT p.remedy AS remedy, p.id AS id FROM subject p WHERE EXISTS \
                 (SELECT 1 FROM subject_match m WHERE m.subject = p.id AND m.gone = 0 AND m.fix = 'YES') AND p.remedy IN ",
        );
        select.bind_list(keys.to_vec());
        select.push(
            "), n AS (SELECT remedy, COUNT(*) AS subjects FROM s GROUP BY remedy), \
             c AS (SELECT s.remedy AS remedy, m.vulnerability AS vulnerability, COUNT(*) AS subjects \
               FROM s CROSS JOIN subject_match m WHERE m.subject = s.id AND m.gone = 0 \
               GROUP BY s.remedy, m.vulnerability), \
             w AS (SELECT c.remedy AS remedy, MIN(c.vulnerability) AS vulnerability FROM n CROSS JOIN c \
               WHERE c.remedy = n.remedy AND c.subjects = n.subjects AND NOT EXISTS \
                 (SELECT 1 FROM subject_match m CROSS JOIN subject p \
                  WHERE m.vulnerability = c.vulnerability AND m.gone = 0 AND p.id = m.subject AND p.remedy <> c.remedy) \
               GROUP BY c.remedy) \
             SELECT w.remedy, CAST(SUM(t.findings) AS BIGINT) FROM w CROSS JOIN verdict d CROSS JOIN tally t \
             WHERE d.vulnerability = w.vulnerability AND t.verdict = d.id AND t.status IN (1, 2) AND t.scope IN ",
        );
        select.bind_list(scopes.iter().map(|scope| scope.0));
        select.push(" GROUP BY w.remedy");
        self.numbers_by_name(&select).await
    }

    /// The same by who has it in their inventory, for upgrades of which no vulnerability tells.
    async fn resources_by_inventories(
        &self,
        scopes: &[ScopeId],
        keys: &[String],
    ) -> Result<BTreeMap<String, i64>> {
        // How many have an inventory is counted once, not for each upgrade that it could do with.
        let mut select = Statement::new(
            "WITH w AS (SELECT r.assessed_inventory AS inventory, COUNT(*) AS number FROM resource r \
               WHERE r.state IN ('ACTIVE', 'STOPPED', 'DISABLING') AND r.scope IN ",
        );
        select.bind_list(scopes.iter().map(|scope| scope.0));
        select.push(
            " GROUP BY r.assessed_inventory) SELECT n.remedy, CAST(SUM(w.number) AS BIGINT) \
             FROM (SELECT DISTINCT p.remedy AS remedy, i.inventory AS inventory \
               FROM subject p CROSS JOIN inventory_subject i WHERE i.subject = p.id AND EXISTS \
                 (SELECT 1 FROM subject_match m WHERE m.subject = p.id AND m.gone = 0 AND m.fix = 'YES') \
               AND p.remedy IN ",
        );
        select.bind_list(keys.to_vec());
        select.push(") n CROSS JOIN w WHERE w.inventory = n.inventory GROUP BY n.remedy");
        self.numbers_by_name(&select).await
    }

    async fn numbers_by_name(&self, select: &Statement) -> Result<BTreeMap<String, i64>> {
        let rows = self.rows(select).await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }
}

fn of<'r>(remedies: &'r mut [Remedy], key: &str) -> Option<&'r mut Remedy> {
    remedies.iter_mut().find(|remedy| remedy.key == key)
}
