//! Reading findings in bulk: resource after resource, each with all its findings that match, and with their packages.
//!
//! A portion is some resources and takes a handful of statements, however many findings these have. What many findings share
//! (verdicts, matches of an inventory, packages, places) is read once and remembered within bounds. A finding belongs to one
//! resource for ever, so that each comes once at most, whatever changes meanwhile.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use assay_criteria::Criteria;
use sqlx::{Row, any::AnyRow};

use super::{
    FindingId, ResourceId, ScopeId,
    read::{StoredFinding, StoredPackage},
    remember::Remembered,
};
use crate::{
    criteria::{self, About, Level, level, speaks_of},
    database::Database,
    error::{Result, StoreError},
    kind::CLOSED,
    narrow,
    resource::{self, StoredResource},
    statement::Statement,
};

/// Findings that a portion should have.
const PORTION: usize = 2_000;

/// Resources of a portion, at most.
const MOST_RESOURCES: i64 = 64;

/// Names of one list of a statement.
const LISTED: usize = 2_000;

/// Inventories whose matches are read at once: each may have thousands.
const INVENTORIES: usize = 8;

/// Bytes that each kind of what is shared may take up.
const REMEMBERED: usize = 12 << 20;

/// Resources with their findings that match, in order of the resources.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Portion {
    /// The resources.
    pub resources: Vec<StoredResource>,
    /// Their findings, those of one resource together and in the order of the resources.
    pub findings: Vec<StoredFinding>,
}

/// What is read in bulk, and how far it was read.
pub struct Bulk {
    database: Database,
    scopes: Vec<ScopeId>,
    of_resources: Criteria,
    of_findings: Criteria,
    after: i64,
    /// Resources that the next portion takes.
    reach: i64,
    shared: Shared,
}

/// What many findings have in common.
struct Shared {
    places: HashMap<i64, (String, String)>,
    verdicts: Remembered<Arc<Verdict>>,
    matches: Remembered<Arc<HashMap<i64, Vec<Match>>>>,
    identities: Remembered<Arc<str>>,
    evidence: Remembered<Arc<str>>,
}

struct Verdict {
    vulnerability: String,
    about: String,
    description: String,
    kind: i64,
    severity: i64,
    score: i64,
    fix: String,
    source: String,
    vendor_severity: String,
    title: String,
}

/// A package of an inventory that has a vulnerability.
struct Match {
    subject: i64,
    evidence: i64,
    fixed_in: Box<str>,
    fix: Box<str>,
    severity: i64,
    is_gone: bool,
}

/// A finding without what it shares.
struct Bare {
    id: i64,
    scope: i64,
    resource: i64,
    vulnerability: i64,
    verdict: i64,
    status: i64,
    first_observed_at: i64,
    last_observed_at: i64,
    updated_at: i64,
    filter: i64,
    inventory: i64,
}

impl Database {
    /// All findings of some scopes that match, to be read portion by portion.
    pub fn bulk(&self, scopes: &[ScopeId], criteria: &Criteria) -> Bulk {
        let (of_resources, of_findings) = criteria
            .conditions
            .iter()
            .cloned()
            .partition(|condition| level(condition.field) == Level::Resource);
        Bulk {
            database: self.clone(),
            scopes: scopes.to_vec(),
            of_resources: Criteria {
                conditions: of_resources,
            },
            of_findings: Criteria {
                conditions: of_findings,
            },
            after: 0,
            reach: 16,
            shared: Shared::new(),
        }
    }

    /// Resources of some scopes after a number that match, are not gone or turned off, and have an inventory, in order.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn inventoried(
        &self,
        scopes: &[ScopeId],
        criteria: &Criteria,
        after: ResourceId,
        most: i64,
    ) -> Result<Vec<StoredResource>> {
        let mut select = Statement::new("SELECT r.* FROM resource r WHERE r.id > ");
        // The sign keeps SQLite from sorting all of a scope for each portion.
        select.bind(after.0).push(" AND +r.scope IN ");
        select.bind_list(scopes.iter().map(|scope| scope.0));
        select.push(" AND r.state = 'ACTIVE' AND r.inventory > 0");
        narrow::push_resources(&mut select, scopes, criteria);
        criteria::push(&mut select, criteria, About::Coverage);
        select.push(" ORDER BY r.id LIMIT ").bind(most);
        self.rows(&select).await?.iter().map(resource::read).collect()
    }
}

impl Bulk {
    /// The next resources with their findings; `None` at the end. A portion may have no findings.
    ///
    /// # Errors
    ///
    /// When the database does not answer, or what a finding says was forgotten while it was read.
    pub async fn next(&mut self) -> Result<Option<Portion>> {
        if self.scopes.is_empty() {
            return Ok(None);
        }
        let rows = self.database.rows(&self.resources()).await?;
        let resources: Vec<StoredResource> = rows.iter().map(resource::read).collect::<Result<_>>()?;
        let Some(last) = resources.last().map(|resource| resource.id.0) else {
            return Ok(None);
        };
        let findings = self.findings_of(&resources).await?;
        self.after = last;
        // Twice as many at most: the next resources may have more than these.
        self.reach = match findings.len() {
            many if many > PORTION => (self.reach / 2).max(1),
            few if few < PORTION / 2 => (self.reach * 2).min(MOST_RESOURCES),
            _ => self.reach,
        };
        Ok(Some(Portion { resources, findings }))
    }

    /// The findings of some resources that match, in the order of the resources' numbers.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn findings_of(&mut self, resources: &[StoredResource]) -> Result<Vec<StoredFinding>> {
        if resources.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.database.rows(&self.findings(resources)).await?;
        let bare: Vec<Bare> = rows.iter().map(bare).collect::<Result<_>>()?;
        drop(rows);
        let inventories: HashMap<i64, i64> = resources
            .iter()
            .map(|resource| (resource.id.0, resource.assessed_inventory))
            .collect();
        let inventory_of = |finding: &Bare| match finding.status {
            CLOSED => finding.inventory,
            _ => inventories.get(&finding.resource).copied().unwrap_or_default(),
        };
        self.shared.read(&self.database, &bare, inventory_of).await?;
        let findings = bare
            .iter()
            .map(|finding| self.shared.whole(finding, inventory_of(finding)))
            .collect();
        self.shared.forget();
        findings
    }

    fn resources(&self) -> Statement {
        let mut select = Statement::new("SELECT r.* FROM resource r WHERE r.id > ");
        // The sign keeps SQLite from sorting all of a scope for each portion.
        select.bind(self.after).push(" AND +r.scope IN ");
        select.bind_list(self.scopes.iter().map(|scope| scope.0));
        narrow::push_resources(&mut select, &self.scopes, &self.of_resources);
        criteria::push(&mut select, &self.of_resources, About::Coverage);
        select.push(" AND EXISTS (SELECT 1 FROM finding f WHERE f.resource = r.id) ORDER BY r.id LIMIT ");
        select.bind(self.reach);
        select
    }

    fn findings(&self, resources: &[StoredResource]) -> Statement {
        let mut select = Statement::new(
            "SELECT f.id, f.scope, f.resource, f.vulnerability, f.verdict, f.status, f.first_observed_at, \
             f.last_observed_at, f.updated_at, f.filter, f.inventory FROM resource r CROSS JOIN finding f",
        );
        let speaks_of_verdicts = self
            .of_findings
            .conditions
            .iter()
            .any(|condition| speaks_of(condition.field, 'd') || speaks_of(condition.field, 'v'));
        if speaks_of_verdicts {
            // CROSS and the signs keep SQLite from beginning elsewhere than with the resources.
            select.push(
                " CROSS JOIN verdict d CROSS JOIN vulnerability v WHERE d.id = f.verdict AND v.id = f.vulnerability",
            );
        } else {
            select.push(" WHERE 1 = 1");
        }
        select.push(" AND f.resource = r.id AND r.id IN ");
        select.bind_list(resources.iter().map(|resource| resource.id.0));
        select.push(" AND +f.scope IN ");
        select.bind_list(self.scopes.iter().map(|scope| scope.0));
        criteria::push(&mut select, &self.of_findings, About::Findings);
        select.push(" ORDER BY r.id, f.id");
        select
    }
}

impl Shared {
    fn new() -> Shared {
        Shared {
            places: HashMap::new(),
            verdicts: Remembered::new(REMEMBERED),
            matches: Remembered::new(REMEMBERED),
            identities: Remembered::new(REMEMBERED),
            evidence: Remembered::new(REMEMBERED),
        }
    }

    /// Reads what some findings need and is not remembered.
    async fn read(
        &mut self,
        database: &Database,
        findings: &[Bare],
        inventory_of: impl Fn(&Bare) -> i64,
    ) -> Result<()> {
        let scopes: BTreeSet<i64> = findings
            .iter()
            .map(|finding| finding.scope)
            .filter(|scope| !self.places.contains_key(scope))
            .collect();
        let select = "SELECT id, account, region FROM scope WHERE id IN ";
        for row in listed(database, select, scopes).await? {
            let place = (row.try_get(1)?, row.try_get(2)?);
            self.places.insert(row.try_get(0)?, place);
        }
        let verdicts = findings.iter().map(|finding| finding.verdict);
        let select = "SELECT d.id, v.name, v.title AS about, v.description, d.type, d.severity, d.score, d.fix, d.source, \
             d.vendor_severity, d.title FROM verdict d CROSS JOIN vulnerability v \
             WHERE v.id = d.vulnerability AND d.id IN ";
        for row in listed(database, select, self.verdicts.unknown(verdicts)).await? {
            let verdict = verdict(&row)?;
            let size = verdict.size();
            self.verdicts.keep(row.try_get(0)?, Arc::new(verdict), size);
        }
        let inventories = self.matches.unknown(findings.iter().map(&inventory_of));
        self.read_matches(database, inventories).await?;
        let (mut subjects, mut evidence) = (BTreeSet::new(), BTreeSet::new());
        for finding in findings {
            let of_inventory = self.matches.get(inventory_of(finding));
            let matches = of_inventory.and_then(|matches| matches.get(&finding.vulnerability));
            for found in matches.into_iter().flatten() {
                subjects.insert(found.subject);
                evidence.insert(found.evidence);
            }
        }
        let select = "SELECT id, identity FROM subject WHERE id IN ";
        read_texts(database, select, subjects, &mut self.identities).await?;
        let select = "SELECT id, places FROM evidence WHERE id IN ";
        read_texts(database, select, evidence, &mut self.evidence).await
    }

    /// Reads what has which vulnerability in some inventories.
    async fn read_matches(&mut self, database: &Database, inventories: BTreeSet<i64>) -> Result<()> {
        let mut all: HashMap<i64, HashMap<i64, Vec<Match>>> = inventories
            .iter()
            .map(|inventory| (*inventory, HashMap::new()))
            .collect();
        let select = "SELECT i.inventory, m.vulnerability, i.subject, i.evidence, m.fixed_in, m.fix, m.severity, m.gone \
             FROM inventory_subject i CROSS JOIN subject_match m WHERE m.subject = i.subject AND i.inventory IN ";
        let inventories: Vec<i64> = inventories.into_iter().collect();
        for inventories in inventories.chunks(INVENTORIES) {
            for row in listed(database, select, inventories.iter().copied()).await? {
                let of_inventory = all.entry(row.try_get(0)?).or_default();
                of_inventory
                    .entry(row.try_get(1)?)
                    .or_default()
                    .push(matching(&row)?);
            }
        }
        for (inventory, matches) in all {
            let size = matches.values().map(|found| 64 + found.len() * 80).sum();
            self.matches.keep(inventory, Arc::new(matches), size);
        }
        Ok(())
    }

    /// A finding with what it shares.
    fn whole(&self, finding: &Bare, inventory: i64) -> Result<StoredFinding> {
        let missing = |what: &str| {
            StoreError::Unavailable(format!(
                "the {what} of the finding {} changed meanwhile",
                finding.id
            ))
        };
        let (account, region) = self.places.get(&finding.scope).ok_or_else(|| missing("scope"))?;
        let verdict = self
            .verdicts
            .get(finding.verdict)
            .ok_or_else(|| missing("verdict"))?;
        let matches = self
            .matches
            .get(inventory)
            .and_then(|matches| matches.get(&finding.vulnerability))
            .map(Vec::as_slice)
            .unwrap_or_default();
        // What is no match any more tells of closed findings, and of those that are about to close.
        let all_are_gone = finding.status == CLOSED || matches.iter().all(|found| found.is_gone);
        let mut packages: Vec<StoredPackage> = matches
            .iter()
            .filter(|found| all_are_gone || !found.is_gone)
            .map(|found| StoredPackage {
                identity: self
                    .identities
                    .get(found.subject)
                    .map(|text| text.to_string())
                    .unwrap_or_default(),
                fixed_in: found.fixed_in.to_string(),
                fix: found.fix.to_string(),
                severity: found.severity,
                places: self
                    .evidence
                    .get(found.evidence)
                    .map(|text| text.to_string())
                    .unwrap_or_default(),
            })
            .collect();
        packages.sort_by(|a, b| a.identity.cmp(&b.identity));
        Ok(StoredFinding {
            id: FindingId(finding.id),
            scope: ScopeId(finding.scope),
            account: account.clone(),
            region: region.clone(),
            resource: ResourceId(finding.resource),
            vulnerability: verdict.vulnerability.clone(),
            title_of_vulnerability: verdict.about.clone(),
            description: verdict.description.clone(),
            kind: verdict.kind,
            status: finding.status,
            severity: verdict.severity,
            score: verdict.score,
            fix: verdict.fix.clone(),
            source: verdict.source.clone(),
            vendor_severity: verdict.vendor_severity.clone(),
            title: verdict.title.clone(),
            first_observed_at: finding.first_observed_at,
            last_observed_at: finding.last_observed_at,
            updated_at: finding.updated_at,
            filter: finding.filter,
            inventory: finding.inventory,
            packages,
        })
    }

    /// Forgets what was not asked for lately, down to the bounds.
    fn forget(&mut self) {
        self.verdicts.shrink();
        self.matches.shrink();
        self.identities.shrink();
        self.evidence.shrink();
    }
}

impl Verdict {
    fn size(&self) -> usize {
        300 + self.about.len() + self.description.len() + self.title.len()
    }
}

/// Every row of a statement that ends in a list of numbers.
async fn listed(
    database: &Database,
    text: &str,
    numbers: impl IntoIterator<Item = i64>,
) -> Result<Vec<AnyRow>> {
    let numbers: Vec<i64> = numbers.into_iter().collect();
    let mut rows = Vec::new();
    for numbers in numbers.chunks(LISTED) {
        let mut select = Statement::new(text);
        select.bind_list(numbers.iter().copied());
        rows.extend(database.rows(&select).await?);
    }
    Ok(rows)
}

async fn read_texts(
    database: &Database,
    text: &str,
    numbers: BTreeSet<i64>,
    into: &mut Remembered<Arc<str>>,
) -> Result<()> {
    let unknown = into.unknown(numbers.into_iter());
    for row in listed(database, text, unknown).await? {
        let text: &str = row.try_get(1)?;
        into.keep(row.try_get(0)?, Arc::from(text), 64 + text.len());
    }
    Ok(())
}

fn bare(row: &AnyRow) -> Result<Bare> {
    Ok(Bare {
        id: row.try_get(0)?,
        scope: row.try_get(1)?,
        resource: row.try_get(2)?,
        vulnerability: row.try_get(3)?,
        verdict: row.try_get(4)?,
        status: row.try_get(5)?,
        first_observed_at: row.try_get(6)?,
        last_observed_at: row.try_get(7)?,
        updated_at: row.try_get(8)?,
        filter: row.try_get(9)?,
        inventory: row.try_get(10)?,
    })
}

fn matching(row: &AnyRow) -> Result<Match> {
    Ok(Match {
        subject: row.try_get(2)?,
        evidence: row.try_get(3)?,
        fixed_in: row.try_get::<&str, _>(4)?.into(),
        fix: row.try_get::<&str, _>(5)?.into(),
        severity: row.try_get(6)?,
        is_gone: row.try_get::<i64, _>(7)? != 0,
    })
}

fn verdict(row: &AnyRow) -> Result<Verdict> {
    Ok(Verdict {
        vulnerability: row.try_get(1)?,
        about: row.try_get(2)?,
        description: row.try_get(3)?,
        kind: row.try_get(4)?,
        severity: row.try_get(5)?,
        score: row.try_get(6)?,
        fix: row.try_get(7)?,
        source: row.try_get(8)?,
        vendor_severity: row.try_get(9)?,
        title: row.try_get(10)?,
    })
}
