//! What the engine works out: which subjects have which vulnerabilities, and what follows for findings.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::Row;

use crate::{
    database::{Database, Dialect, Writing},
    error::{Result, StoreError},
    finding::{Cause, Settled, Touched, settle},
    inventory::insert,
    job::{self, Job},
    statement::{Bound, Statement, bound, statement},
    turn::Matter,
    usage,
};

/// A subject that is to be assessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its number.
    pub id: i64,
    /// The text that tells it apart.
    pub identity: String,
}

/// What is to be assessed before the findings of some resources can be brought up to date.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unassessed {
    /// The latest inventories of the resources.
    pub inventories: Vec<i64>,
    /// Subjects in these that no generation was held against yet.
    pub subjects: Vec<Subject>,
}

/// What is kept of a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vulnerability {
    /// Its canonical id.
    pub name: String,
    /// The probability of exploitation in millionths; negative for none.
    pub epss: i64,
    /// `YES` or `NO`.
    pub exploit: String,
    /// A digest of what else is said of it.
    pub digest: i64,
    /// One line.
    pub title: String,
    /// The long text, cut to what is shown.
    pub description: String,
    /// Other ids.
    pub related: Vec<String>,
}

/// A subject has a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectMatch {
    /// The vulnerability's canonical id.
    pub vulnerability: String,
    /// A code of [`crate::kind::SEVERITIES`].
    pub severity: i64,
    /// The score in tenths; negative for none.
    pub score: i64,
    /// Who tells of it.
    pub source: String,
    /// The vendor's word; empty for none.
    pub vendor_severity: String,
    /// `YES` or `NO`.
    pub fix: String,
    /// The version that it is fixed in; empty for none.
    pub fixed_in: String,
}

/// The outcome of assessing subjects with one generation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assessed {
    /// For each subject, by number, what it has.
    pub subjects: Vec<(i64, Vec<SubjectMatch>)>,
    /// Every vulnerability named there, once.
    pub vulnerabilities: Vec<Vulnerability>,
}

impl Database {
    /// The latest inventories of some resources, with those of their subjects that no generation was held against yet.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn unassessed(&self, resources: &[i64]) -> Result<Unassessed> {
        let mut unassessed = Unassessed::default();
        if resources.is_empty() {
            return Ok(unassessed);
        }
        let mut select =
            Statement::new("SELECT DISTINCT inventory FROM resource WHERE inventory > 0 AND id IN ");
        select.bind_list(resources.iter().copied());
        for row in self.rows(&select).await? {
            unassessed.inventories.push(row.try_get(0)?);
        }
        if unassessed.inventories.is_empty() {
            return Ok(unassessed);
        }
        // CROSS keeps SQLite from going through the new subjects of everybody.
        let mut select = Statement::new(
            "SELECT DISTINCT s.id, s.identity FROM inventory_subject i CROSS JOIN subject s \
             WHERE s.id = i.subject AND s.generation = 0 AND i.inventory IN ",
        );
        select.bind_list(unassessed.inventories.iter().copied());
        select.push(" ORDER BY s.id");
        unassessed.subjects = self
            .rows(&select)
            .await?
            .iter()
            .map(subject)
            .collect::<Result<_>>()?;
        Ok(unassessed)
    }

    /// Subjects that advisories under some keys may name, after a number, in order.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn subjects_under(&self, keys: &[String]) -> Result<Vec<Subject>> {
        let mut found = BTreeMap::new();
        for part in keys.chunks(1000) {
            let mut select = Statement::new(
                "SELECT s.id, s.identity FROM subject_key k JOIN subject s ON s.id = k.subject \
                 WHERE s.generation > 0 AND k.advisory_key IN ",
            );
            select.bind_list(part.iter().map(String::as_str));
            for row in self.rows(&select).await? {
                let subject = subject(&row)?;
                found.insert(subject.id, subject);
            }
        }
        Ok(found.into_values().collect())
    }

    /// Subjects that have one of some vulnerabilities.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn subjects_with(&self, vulnerabilities: &[String]) -> Result<Vec<Subject>> {
        let mut found = BTreeMap::new();
        for part in vulnerabilities.chunks(1000) {
            let mut select = Statement::new(
                "SELECT s.id, s.identity FROM vulnerability v JOIN subject_match m ON m.vulnerability = v.id \
                 JOIN subject s ON s.id = m.subject WHERE m.gone = 0 AND v.name IN ",
            );
            select.bind_list(part.iter().map(String::as_str));
            for row in self.rows(&select).await? {
                let subject = subject(&row)?;
                found.insert(subject.id, subject);
            }
        }
        Ok(found.into_values().collect())
    }

    /// Subjects after a number, in order.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn subjects_after(&self, after: i64, most: i64) -> Result<Vec<Subject>> {
        let select = statement(
            "SELECT id, identity FROM subject WHERE id > $1 AND generation > 0 ORDER BY id LIMIT $2",
            bound![after, most],
        );
        self.rows(&select).await?.iter().map(subject).collect()
    }

    /// Subjects that were last assessed by a generation after one and before another.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn subjects_since(&self, after: i64, before: i64) -> Result<Vec<Subject>> {
        let select = statement(
            "SELECT id, identity FROM subject WHERE generation > $1 AND generation < $2",
            bound![after, before],
        );
        self.rows(&select).await?.iter().map(subject).collect()
    }

    /// Releases of operating systems, whose outcome depends on the day.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn operating_systems(&self) -> Result<Vec<Subject>> {
        let select = statement(
            "SELECT id, identity FROM subject WHERE identity >= 'os:' AND identity < 'os;' AND generation > 0",
            [],
        );
        self.rows(&select).await?.iter().map(subject).collect()
    }

    /// Vulnerabilities after a name, with the digests of what is kept of them.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn vulnerabilities_after(&self, after: &str, most: i64) -> Result<Vec<(String, i64)>> {
        let select = statement(
            "SELECT name, digest FROM vulnerability WHERE name > $1 ORDER BY name LIMIT $2",
            bound![after, most],
        );
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }

    /// Brings what is kept of vulnerabilities up to date. No finding is rewritten.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn refresh_vulnerabilities(&self, vulnerabilities: &[Vulnerability]) -> Result<()> {
        let mut writing = self.write().await?;
        keep_vulnerabilities(&mut writing, vulnerabilities).await?;
        writing.commit().await
    }

    /// Keeps what was worked out for subjects, and brings to it the findings of all who have them.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when the generation in force is another by now; when the database does not answer.
    pub async fn apply(&self, assessed: &Assessed, generation: i64, cause: &Cause) -> Result<Settled> {
        let mut writing = self.write().await?;
        writing.alone_at(Matter::Findings).await?;
        hold(&mut writing, generation).await?;
        let touched = keep_matches(&mut writing, assessed, generation).await?;
        let settled = settle_vulnerabilities(&mut writing, &touched, cause).await?;
        if !touched.is_empty() {
            let taken_at = writing
                .number(&statement(
                    "SELECT taken_at FROM generation WHERE id = $1",
                    bound![generation],
                ))
                .await?;
            usage::count_scans_again(&mut writing, taken_at, cause.at).await?;
        }
        writing.commit().await?;
        Ok(settled)
    }

    /// Brings the findings of resources to their latest inventories, which are all of those given, and ends the jobs that
    /// asked for it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when the generation in force is another by now, or a resource has another inventory; when
    /// the database does not answer.
    pub async fn take_up(
        &self,
        inventories: &[i64],
        assessed: &Assessed,
        generation: i64,
        jobs: &[Job],
        started: i64,
        cause: &Cause,
    ) -> Result<Settled> {
        let mut writing = self.write().await?;
        writing.alone_at(Matter::Findings).await?;
        hold(&mut writing, generation).await?;
        // No finding tells of subjects that are new: whoever else has them awaits an assessment of its own.
        keep_matches(&mut writing, assessed, generation).await?;
        let resources: Vec<Vec<Bound>> = jobs
            .iter()
            .filter_map(|job| job.subject.parse::<i64>().ok())
            .map(|id| bound![id].into())
            .collect();
        writing.empty(&["touched"]).await?;
        insert(
            &mut writing,
            "INSERT INTO touched (id) VALUES ",
            &resources,
            " ON CONFLICT DO NOTHING",
        )
        .await?;
        if writing.dialect == Dialect::Postgres {
            // What is pushed meanwhile waits, so that every statement sees the same inventories.
            writing
                .run_text(
                    "SELECT id FROM resource WHERE id IN (SELECT id FROM touched) ORDER BY id FOR UPDATE",
                )
                .await?;
        }
        let mut others = Statement::new(
            "SELECT COUNT(*) FROM touched t CROSS JOIN resource r WHERE r.id = t.id AND r.inventory > 0",
        );
        if !inventories.is_empty() {
            others.push(" AND r.inventory NOT IN ");
            others.bind_list(inventories.iter().copied());
        }
        if writing.number(&others).await? > 0 {
            return Err(StoreError::Unavailable(
                "a resource changed while it was being assessed".to_owned(),
            ));
        }
        let settled = settle(&mut writing, Touched::Resources, cause).await?;
        usage::count_first_scans(&mut writing, cause.at).await?;
        writing
            .run(&statement(
                "UPDATE coverage SET last_scanned_at = $1, \
                 reason = CASE (SELECT o.frequency FROM resource o WHERE o.id = coverage.resource) \
                   WHEN 'SCAN_ON_PUSH' THEN 'SCAN_FREQUENCY_SCAN_ON_PUSH' ELSE 'SUCCESSFUL' END, \
                 status = CASE (SELECT o.frequency FROM resource o WHERE o.id = coverage.resource) \
                   WHEN 'SCAN_ON_PUSH' THEN 'INACTIVE' ELSE status END WHERE scan_type = 'PACKAGE' \
                 AND status = 'ACTIVE' AND resource IN (SELECT r.id FROM touched t CROSS JOIN resource r \
                   WHERE r.id = t.id AND r.inventory > 0)",
                bound![cause.at],
            ))
            .await?;
        job::finish(&mut writing, jobs, started, cause.at).await?;
        writing.commit().await?;
        Ok(settled)
    }
}

fn subject(row: &sqlx::any::AnyRow) -> Result<Subject> {
    Ok(Subject {
        id: row.try_get("id")?,
        identity: row.try_get("identity")?,
    })
}

/// Makes sure that a generation is in force; it stays so for whoever is alone at findings.
async fn hold(writing: &mut Writing, generation: i64) -> Result<()> {
    let newest = writing
        .number(&statement("SELECT COALESCE(MAX(id), 0) FROM generation", []))
        .await?;
    if newest == generation {
        Ok(())
    } else {
        Err(StoreError::Unavailable(format!(
            "generation {newest} of the intelligence is in force, not {generation}"
        )))
    }
}

async fn settle_vulnerabilities(
    writing: &mut Writing,
    vulnerabilities: &BTreeSet<i64>,
    cause: &Cause,
) -> Result<Settled> {
    if vulnerabilities.is_empty() {
        return Ok(Settled::default());
    }
    writing.empty(&["touched"]).await?;
    let rows: Vec<Vec<Bound>> = vulnerabilities.iter().map(|id| bound![*id].into()).collect();
    insert(writing, "INSERT INTO touched (id) VALUES ", &rows, "").await?;
    settle(writing, Touched::Vulnerabilities, cause).await
}

/// Keeps what subjects have; gives the vulnerabilities that anything changed for.
async fn keep_matches(writing: &mut Writing, assessed: &Assessed, generation: i64) -> Result<BTreeSet<i64>> {
    let ids = keep_vulnerabilities(writing, &assessed.vulnerabilities).await?;
    let mut touched = BTreeSet::new();
    for part in assessed.subjects.chunks(300) {
        let mut select = Statement::new(
            "SELECT subject, vulnerability, gone, severity, score, source, vendor_severity, fix, fixed_in \
             FROM subject_match WHERE subject IN ",
        );
        select.bind_list(part.iter().map(|(subject, _)| *subject));
        let mut before: HashMap<(i64, i64), Vec<Bound>> = HashMap::new();
        for row in writing.rows(&select).await? {
            let values: Vec<Bound> = bound![
                row.try_get::<i64, _>("gone")?,
                row.try_get::<i64, _>("severity")?,
                row.try_get::<i64, _>("score")?,
                row.try_get::<String, _>("source")?,
                row.try_get::<String, _>("vendor_severity")?,
                row.try_get::<String, _>("fix")?,
                row.try_get::<String, _>("fixed_in")?,
            ]
            .into();
            before.insert((row.try_get("subject")?, row.try_get("vulnerability")?), values);
        }
        let mut rows = Vec::new();
        for (subject, matches) in part {
            for found in matches {
                let Some(&vulnerability) = ids.get(found.vulnerability.as_str()) else {
                    continue;
                };
                let values: Vec<Bound> = bound![
                    0,
                    found.severity,
                    found.score,
                    found.source.clone(),
                    found.vendor_severity.clone(),
                    found.fix.clone(),
                    found.fixed_in.clone(),
                ]
                .into();
                if before.remove(&(*subject, vulnerability)).as_ref() != Some(&values) {
                    touched.insert(vulnerability);
                    let mut row: Vec<Bound> = bound![*subject, vulnerability].into();
                    row.extend(values);
                    rows.push(row);
                }
            }
        }
        insert(
            writing,
            "INSERT INTO subject_match (subject, vulnerability, gone, severity, score, source, vendor_severity, fix, fixed_in) \
             VALUES ",
            &rows,
            " ON CONFLICT (subject, vulnerability) DO UPDATE SET gone = excluded.gone, severity = excluded.severity, \
             score = excluded.score, source = excluded.source, vendor_severity = excluded.vendor_severity, \
             fix = excluded.fix, fixed_in = excluded.fixed_in",
        )
        .await?;
        for ((subject, vulnerability), values) in before {
            if values.first() == Some(&Bound::Integer(0)) {
                touched.insert(vulnerability);
                writing
                    .run(&statement(
                        "UPDATE subject_match SET gone = 1 WHERE subject = $1 AND vulnerability = $2",
                        bound![subject, vulnerability],
                    ))
                    .await?;
            }
        }
        let mut update = Statement::new("UPDATE subject SET generation = ");
        update
            .bind(generation)
            .push(" WHERE generation <> ")
            .bind(generation)
            .push(" AND id IN ");
        update.bind_list(part.iter().map(|(subject, _)| *subject));
        writing.run(&update).await?;
    }
    Ok(touched)
}

async fn keep_vulnerabilities<'v>(
    writing: &mut Writing,
    vulnerabilities: &'v [Vulnerability],
) -> Result<HashMap<&'v str, i64>> {
    let sorted: BTreeMap<&str, &Vulnerability> = vulnerabilities
        .iter()
        .map(|vulnerability| (vulnerability.name.as_str(), vulnerability))
        .collect();
    let all: Vec<&Vulnerability> = sorted.values().copied().collect();
    let mut ids = HashMap::new();
    for part in all.chunks(300) {
        let mut upsert = Statement::new(
            "INSERT INTO vulnerability (name, epss, exploit, digest, title, description) VALUES ",
        );
        for (at, vulnerability) in part.iter().enumerate() {
            upsert.push(if at > 0 { ", " } else { "" });
            upsert.bind_list(bound![
                vulnerability.name.clone(),
                vulnerability.epss,
                vulnerability.exploit.clone(),
                vulnerability.digest,
                vulnerability.title.clone(),
                vulnerability.description.clone(),
            ]);
        }
        // An update of what is the same gives the number all the same.
        upsert.push(
            " ON CONFLICT (name) DO UPDATE SET epss = excluded.epss, exploit = excluded.exploit, \
             digest = excluded.digest, title = excluded.title, description = excluded.description RETURNING id, name",
        );
        for row in writing.rows(&upsert).await? {
            let name: String = row.try_get("name")?;
            if let Some((name, _)) = sorted.get_key_value(name.as_str()) {
                ids.insert(*name, row.try_get::<i64, _>("id")?);
            }
        }
        let related: Vec<Vec<Bound>> = part
            .iter()
            .filter_map(|vulnerability| Some((ids.get(vulnerability.name.as_str())?, vulnerability)))
            .flat_map(|(id, vulnerability)| {
                vulnerability
                    .related
                    .iter()
                    .map(|name| bound![*id, name.clone()].into())
            })
            .collect();
        insert(
            writing,
            "INSERT INTO related (vulnerability, name) VALUES ",
            &related,
            " ON CONFLICT DO NOTHING",
        )
        .await?;
    }
    Ok(ids)
}
