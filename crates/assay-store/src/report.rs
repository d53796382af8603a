//! Reports of findings and exports of bills of materials: ordered together with the job that makes them, and over once they
//! succeeded, failed or were cancelled.
//!
//! Who makes a report holds its job by a lease, which [`Database::advance`] prolongs. Whoever lost it, because somebody else
//! took the job or the report was cancelled, is told so there and at the end, and changes nothing any more.

use assay_criteria::Criteria;
use sqlx::{Row, any::AnyRow};

use crate::{
    database::{Database, Writing},
    error::{Result, StoreError},
    finding::ScopeId,
    job::{self, Job, REPORT},
    statement::{Bound, Statement, bound, statement},
};

/// Rows of one statement that inserts many.
const BATCH: usize = 400;

/// The state of a report that is being made, or waits to be.
const IN_PROGRESS: &str = "IN_PROGRESS";

/// What a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReportKind {
    /// Findings, in one file.
    Findings,
    /// Bills of materials, one a resource.
    BillsOfMaterials,
}

impl ReportKind {
    fn as_str(self) -> &'static str {
        match self {
            ReportKind::Findings => "FINDINGS",
            ReportKind::BillsOfMaterials => "BILLS_OF_MATERIALS",
        }
    }
}

/// A report as it is ordered.
#[derive(Clone, Debug, PartialEq)]
pub struct NewReport {
    /// Its id, one of a kind.
    pub id: String,
    /// Whose it is.
    pub scope: ScopeId,
    /// What it is.
    pub kind: ReportKind,
    /// How it is written, as the API has it.
    pub format: String,
    /// What was asked for, JSON as the API has it; empty for everything.
    pub filter_criteria: String,
    /// The same as we read it.
    pub criteria: Criteria,
    /// The scopes that it is about.
    pub scopes: Vec<ScopeId>,
    /// Where it goes, JSON as the API has it.
    pub destination: String,
}

/// A report as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredReport {
    /// What was ordered.
    pub order: NewReport,
    /// `IN_PROGRESS`, `SUCCEEDED`, `FAILED` or `CANCELLED`.
    pub status: String,
    /// Why it failed, a code of the API; empty for no reason.
    pub error_code: String,
    /// The same for people.
    pub error_message: String,
    /// When it was ordered, in microseconds since 1970.
    pub created_at: i64,
    /// When it was over; 0 until then.
    pub ended_at: i64,
    /// Findings, or resources, that were written so far.
    pub written: i64,
}

impl StoredReport {
    /// Whether it is being made, or waits to be.
    pub fn is_in_progress(&self) -> bool {
        self.status == IN_PROGRESS
    }
}

/// An object of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// Its key in the bucket.
    pub name: String,
    /// Its size in bytes; `None` where it is not whole.
    pub size: Option<i64>,
}

/// How a report ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportEnd {
    /// Everything is where it was to go.
    Succeeded,
    /// It cannot be made.
    Failed {
        /// A code of the API.
        code: &'static str,
        /// The reason, for people.
        message: String,
    },
}

/// Whether whoever makes a report still does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// It is theirs.
    Kept,
    /// It was cancelled, or somebody else makes it now.
    Lost,
}

const COLUMNS: &str = "id, scope, kind, format, filter_criteria, criteria, scopes, destination, status, error_code, \
     error_message, created_at, ended_at, written";

impl Database {
    /// Orders a report, which is to be made soon.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`] when one of the kind is in progress in the scope; when the database does not answer.
    pub async fn order_report(&self, order: &NewReport, now: i64) -> Result<()> {
        let unwritable = |error: serde_json::Error| StoreError::Corrupt(format!("a report: {error}"));
        let scopes: Vec<i64> = order.scopes.iter().map(|scope| scope.0).collect();
        let mut writing = self.write().await?;
        let mut insert = Statement::new(&format!("INSERT INTO report ({COLUMNS}) VALUES "));
        insert.bind_list::<Bound>(bound![
            order.id.clone(),
            order.scope.0,
            order.kind.as_str(),
            order.format.clone(),
            order.filter_criteria.clone(),
            serde_json::to_string(&order.criteria).map_err(unwritable)?,
            serde_json::to_string(&scopes).map_err(unwritable)?,
            order.destination.clone(),
            IN_PROGRESS,
            "",
            "",
            now,
            0_i64,
            0_i64
        ]);
        insert.push(" ON CONFLICT DO NOTHING");
        if writing.run(&insert).await? == 0 {
            return Err(StoreError::Exists("report in progress"));
        }
        job::enqueue(&mut writing, REPORT, &order.id, order.scope, 0, now).await?;
        writing.commit().await
    }

    /// A report of a scope by its id.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn report(&self, scope: ScopeId, kind: ReportKind, id: &str) -> Result<Option<StoredReport>> {
        let select = statement(
            "SELECT * FROM report WHERE id = $1 AND scope = $2 AND kind = $3",
            bound![id, scope.0, kind.as_str()],
        );
        self.row(&select).await?.as_ref().map(read).transpose()
    }

    /// A report by its id, whosever it is: for those who make it.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn report_to_make(&self, id: &str) -> Result<Option<StoredReport>> {
        let select = statement("SELECT * FROM report WHERE id = $1", bound![id]);
        self.row(&select).await?.as_ref().map(read).transpose()
    }

    /// The reports of a scope, the latest first, from before a time and an id on.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn reports(
        &self,
        scope: ScopeId,
        kind: Option<ReportKind>,
        before: Option<(i64, &str)>,
        most: i64,
    ) -> Result<Vec<StoredReport>> {
        let mut select = Statement::new("SELECT * FROM report WHERE scope = ");
        select.bind(scope.0);
        if let Some(kind) = kind {
            select.push(" AND kind = ").bind(kind.as_str());
        }
        if let Some((at, id)) = before {
            select.push(" AND (created_at, id) < ").bind_list(bound![at, id]);
        }
        select
            .push(" ORDER BY created_at DESC, id DESC LIMIT ")
            .bind(most);
        self.rows(&select).await?.iter().map(read).collect()
    }

    /// The objects of a report after one, in order of their names.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn report_files(&self, report: &str, after: &str, most: i64) -> Result<Vec<ReportFile>> {
        let select = statement(
            "SELECT name, size FROM report_file WHERE report = $1 AND name > $2 ORDER BY name LIMIT $3",
            bound![report, after, most],
        );
        self.rows(&select).await?.iter().map(read_file).collect()
    }

    /// An object of a report by its name.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn report_file(&self, report: &str, name: &str) -> Result<Option<ReportFile>> {
        let select = statement(
            "SELECT name, size FROM report_file WHERE report = $1 AND name = $2",
            bound![report, name],
        );
        self.row(&select).await?.as_ref().map(read_file).transpose()
    }

    /// Cancels a report that is in progress; tells whether it was. What there is of it is removed by whoever has its job.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn cancel_report(&self, scope: ScopeId, id: &str, now: i64) -> Result<bool> {
        let mut writing = self.write().await?;
        let cancelled = writing
            .run(&statement(
                "UPDATE report SET status = 'CANCELLED', ended_at = $3 \
                 WHERE id = $1 AND scope = $2 AND status = 'IN_PROGRESS'",
                bound![id, scope.0, now],
            ))
            .await?;
        writing.commit().await?;
        Ok(cancelled > 0)
    }

    /// Notes how far a report has come and which objects it is about to write, or has written, and prolongs the lease of its
    /// job.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn advance(
        &self,
        job: &Job,
        written: i64,
        files: &[ReportFile],
        leased_until: i64,
    ) -> Result<Hold> {
        let mut writing = self.write().await?;
        let held = writing
            .run(&statement(
                "UPDATE report SET written = $2 WHERE id = $1 AND status = 'IN_PROGRESS' AND EXISTS \
                 (SELECT 1 FROM job j WHERE j.id = $3 AND j.attempts = $4)",
                bound![job.subject.clone(), written, job.id, job.attempt],
            ))
            .await?;
        if held == 0 {
            return Ok(Hold::Lost);
        }
        writing
            .run(&statement(
                "UPDATE job SET state = 'LEASED', leased_until = $2 WHERE id = $1",
                bound![job.id, leased_until],
            ))
            .await?;
        for files in files.chunks(BATCH) {
            let mut insert = Statement::new("INSERT INTO report_file (report, name, size) VALUES ");
            for (at, file) in files.iter().enumerate() {
                insert.push(if at > 0 { ", " } else { "" });
                insert.bind_list::<Bound>(bound![
                    job.subject.clone(),
                    file.name.clone(),
                    file.size.unwrap_or(-1)
                ]);
            }
            insert.push(" ON CONFLICT (report, name) DO UPDATE SET size = excluded.size");
            writing.run(&insert).await?;
        }
        writing.commit().await?;
        Ok(Hold::Kept)
    }

    /// Ends a report together with its job.
    ///
    /// # Errors
    ///
    /// When the database does not answer; the report is made again then.
    pub async fn end_report(
        &self,
        job: &Job,
        end: &ReportEnd,
        written: i64,
        started: i64,
        now: i64,
    ) -> Result<Hold> {
        let (status, code, message) = match end {
            ReportEnd::Succeeded => ("SUCCEEDED", "", ""),
            ReportEnd::Failed { code, message } => ("FAILED", *code, message.as_str()),
        };
        let mut writing = self.write().await?;
        let held = writing
            .run(&statement(
                "UPDATE report SET status = $2, error_code = $3, error_message = $4, ended_at = $5, written = $6 \
                 WHERE id = $1 AND status = 'IN_PROGRESS' AND EXISTS \
                 (SELECT 1 FROM job j WHERE j.id = $7 AND j.attempts = $8)",
                bound![
                    job.subject.clone(),
                    status,
                    code,
                    message,
                    now,
                    written,
                    job.id,
                    job.attempt
                ],
            ))
            .await?;
        if held == 0 {
            return Ok(Hold::Lost);
        }
        job::finish(&mut writing, std::slice::from_ref(job), started, now).await?;
        writing.commit().await?;
        Ok(Hold::Kept)
    }

    /// Ends the job of a report that is over, unless somebody else has it now.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn leave_report(&self, job: &Job, started: i64, now: i64) -> Result<()> {
        let mut writing = self.write().await?;
        let held = writing
            .run(&statement(
                "UPDATE job SET leased_until = leased_until WHERE id = $1 AND attempts = $2 AND NOT EXISTS \
                 (SELECT 1 FROM report r WHERE r.id = $3 AND r.status = 'IN_PROGRESS')",
                bound![job.id, job.attempt, job.subject.clone()],
            ))
            .await?;
        if held > 0 {
            job::finish(&mut writing, std::slice::from_ref(job), started, now).await?;
        }
        writing.commit().await
    }

    /// Forgets that a report has objects, which were removed.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn forget_report_files(&self, report: &str, names: &[String]) -> Result<()> {
        let mut writing = self.write().await?;
        for names in names.chunks(BATCH) {
            let mut delete = Statement::new("DELETE FROM report_file WHERE report = ");
            delete.bind(report).push(" AND name IN ");
            delete.bind_list(names.iter().map(String::as_str));
            writing.run(&delete).await?;
        }
        writing.commit().await
    }
}

/// Forgets reports that were over before a time; their objects stay where they are.
pub(crate) async fn forget_ended(writing: &mut Writing, before: i64) -> Result<()> {
    writing
        .run(&statement(
            "DELETE FROM report_file WHERE report IN (SELECT id FROM report WHERE ended_at > 0 AND ended_at < $1)",
            bound![before],
        ))
        .await?;
    writing
        .run(&statement(
            "DELETE FROM report WHERE ended_at > 0 AND ended_at < $1",
            bound![before],
        ))
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<StoredReport> {
    let unreadable = |error: serde_json::Error| StoreError::Corrupt(format!("a report: {error}"));
    let scopes: Vec<i64> = serde_json::from_str(row.try_get("scopes")?).map_err(unreadable)?;
    Ok(StoredReport {
        order: NewReport {
            id: row.try_get("id")?,
            scope: ScopeId(row.try_get("scope")?),
            kind: match row.try_get("kind")? {
                "FINDINGS" => ReportKind::Findings,
                _ => ReportKind::BillsOfMaterials,
            },
            format: row.try_get("format")?,
            filter_criteria: row.try_get("filter_criteria")?,
            criteria: serde_json::from_str(row.try_get("criteria")?).map_err(unreadable)?,
            scopes: scopes.into_iter().map(ScopeId).collect(),
            destination: row.try_get("destination")?,
        },
        status: row.try_get("status")?,
        error_code: row.try_get("error_code")?,
        error_message: row.try_get("error_message")?,
        created_at: row.try_get("created_at")?,
        ended_at: row.try_get("ended_at")?,
        written: row.try_get("written")?,
    })
}

fn read_file(row: &AnyRow) -> Result<ReportFile> {
    let size: i64 = row.try_get("size")?;
    Ok(ReportFile {
        name: row.try_get("name")?,
        size: (size >= 0).then_some(size),
    })
}
