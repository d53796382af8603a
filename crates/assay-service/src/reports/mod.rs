//! Making reports of findings and exports of bills of materials: jobs that are owed, made beside what is asked meanwhile.
//!
//! What to know first:
//!
//! * *Whole or not at all.* A report that was broken off, by a kill too, is made again from its beginning; what there was of it
//!   is removed first. Objects are noted in the store before they are written, so that nothing is lost sight of.
//! * *One maker at a time.* A report is made under a lease that is prolonged while it is worked at; whoever lost it stops.
//! * *Portion by portion*: reading, rendering and writing run beside each other, and each holds a portion.

mod bills;
mod findings;
pub(crate) mod order;
mod trouble;

use std::{sync::Arc, time::Duration};

use assay_api::Fault;
use assay_api_model::inspector2 as api;
use assay_objects::{Bucket, ObjectError, ObjectStorage, Place};
use assay_store::{Failure, Hold, Job, REPORT, ReportEnd, ReportFile, ReportKind, StoreError, StoredReport};

use crate::service::Service;
use trouble::Trouble;

/// How long a job is leased, in microseconds; it is prolonged long before.
const LEASE: i64 = 2 * 60 * 1_000_000;

/// How often a lease is prolonged and a cancellation noticed.
const BEAT: Duration = Duration::from_secs(1);

/// How often to look for work that nobody told of.
const LOOK: Duration = Duration::from_secs(1);

/// Attempts after which a report fails for good: some four minutes of a storage that fails.
const MOST_ATTEMPTS: i64 = 8;

/// Files that are listed, removed and forgotten at once.
const FILES: i64 = 500;

/// Makes what was ordered.
pub struct Reporter {
    service: Arc<Service>,
    storage: ObjectStorage,
}

/// A report that is being made.
pub(crate) struct Making<'a> {
    pub(crate) service: &'a Service,
    pub(crate) report: &'a StoredReport,
    pub(crate) job: &'a Job,
    pub(crate) bucket: Bucket,
    /// What the keys of its objects begin with, as it was ordered.
    pub(crate) prefix: String,
}

impl Reporter {
    /// A maker of the reports of a service.
    pub fn new(service: Arc<Service>, storage: ObjectStorage) -> Reporter {
        Reporter { service, storage }
    }

    /// Works until told to stop, through whatever goes wrong. What is begun then is made again later.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let work = async {
            loop {
                match self.work().await {
                    Ok(0) => {
                        let _ = tokio::time::timeout(LOOK, self.service.ordered.notified()).await;
                    }
                    Ok(_) => {}
                    Err(error) => {
                        tracing::error!(%error, "no reports can be made");
                        tokio::time::sleep(LOOK).await;
                    }
                }
            }
        };
        tokio::select! {
            () = stop => {}
            () = work => {}
        }
    }

    /// Makes what is owed now; gives how many reports that were.
    ///
    /// # Errors
    ///
    /// When the database does not answer. What a report itself fails of is recorded with it.
    pub async fn work(&self) -> Result<usize, StoreError> {
        let one = async || -> Result<usize, StoreError> {
            let mut done = 0;
            while let Some(job) = self.lease().await? {
                self.make(&job).await?;
                done += 1;
            }
            Ok(done)
        };
        // Two at once, whosever they are: memory is theirs.
        let (first, second) = tokio::join!(one(), one());
        Ok(first? + second?)
    }

    async fn lease(&self) -> Result<Option<Job>, StoreError> {
        let now = self.service.now();
        let jobs = self.service.database.lease(REPORT, 1, now, now + LEASE).await?;
        Ok(jobs.into_iter().next())
    }

    async fn make(&self, job: &Job) -> Result<(), StoreError> {
        let database = &self.service.database;
        let started = self.service.now();
        let Some(report) = database.report_to_make(&job.subject).await? else {
            return database.leave_report(job, started, self.service.now()).await;
        };
        let made = match report.is_in_progress() {
            true => self.try_to_make(&report, job).await,
            false => Err(Trouble::Lost),
        };
        match made {
            Ok(written) => {
                tracing::info!(report = report.order.id, written, "a report was made");
                let end = ReportEnd::Succeeded;
                let now = self.service.now();
                match database.end_report(job, &end, written, started, now).await? {
                    Hold::Kept => Ok(()),
                    Hold::Lost => self.leave(&report, job, started).await,
                }
            }
            Err(Trouble::Lost) => self.leave(&report, job, started).await,
            Err(trouble) if trouble.is_passing() && job.attempt < MOST_ATTEMPTS => {
                tracing::warn!(report = report.order.id, %trouble, "a report failed and is tried again");
                let now = self.service.now();
                match database.advance(job, 0, &[], now + LEASE).await? {
                    Hold::Kept => {
                        let reason = trouble.to_string();
                        database.fail(job, Failure::Passing, &reason, started, now).await
                    }
                    Hold::Lost => self.leave(&report, job, started).await,
                }
            }
            Err(trouble) => {
                tracing::warn!(report = report.order.id, %trouble, "a report failed");
                self.remove(&report).await;
                let end = ReportEnd::Failed {
                    code: trouble.code().as_str(),
                    message: trouble.for_people(),
                };
                let ended = database
                    .end_report(job, &end, 0, started, self.service.now())
                    .await?;
                match ended {
                    Hold::Kept => Ok(()),
                    Hold::Lost => self.leave(&report, job, started).await,
                }
            }
        }
    }

    async fn try_to_make(&self, report: &StoredReport, job: &Job) -> Result<i64, Trouble> {
        if job.attempt > 1 {
            self.remove(report).await;
        }
        let destination = order::destination(report).map_err(|fault| Trouble::broken(&fault))?;
        let (_, region) = self.service.database.account_of(report.order.scope).await?;
        let bucket = self.storage.bucket(&place(&destination, &region)).await?;
        let making = Making {
            service: &self.service,
            report,
            job,
            bucket,
            prefix: destination.key_prefix.clone().unwrap_or_default(),
        };
        match report.order.kind {
            ReportKind::Findings => findings::make(&making).await,
            ReportKind::BillsOfMaterials => bills::make(&making).await,
        }
    }

    /// Removes what there is of a report that is nobody's any more, and ends its job.
    async fn leave(&self, report: &StoredReport, job: &Job, started: i64) -> Result<(), StoreError> {
        let database = &self.service.database;
        let now = database.report_to_make(&report.order.id).await?;
        // Who makes it now, after this one lost it, removes what it finds.
        if now.is_some_and(|report| !report.is_in_progress() && report.status != "SUCCEEDED") {
            self.remove(report).await;
        }
        database.leave_report(job, started, self.service.now()).await
    }

    /// Removes what there is of a report, as far as that can be done.
    async fn remove(&self, report: &StoredReport) {
        if let Err(trouble) = self.try_to_remove(report).await {
            tracing::warn!(report = report.order.id, %trouble, "something is left of a report");
        }
    }

    async fn try_to_remove(&self, report: &StoredReport) -> Result<(), Trouble> {
        let database = &self.service.database;
        loop {
            let files = database.report_files(&report.order.id, "", FILES).await?;
            if files.is_empty() {
                return Ok(());
            }
            let bucket = open_bucket(&self.storage, &self.service, report).await?;
            for file in &files {
                if file.size.is_none() {
                    bucket.sweep(&file.name).await?;
                }
                bucket.remove(&file.name).await?;
            }
            let names: Vec<String> = files.into_iter().map(|file| file.name).collect();
            database.forget_report_files(&report.order.id, &names).await?;
        }
    }
}

impl Making<'_> {
    /// Notes how far it is.
    pub(crate) async fn advance(&self, written: i64, files: &[ReportFile]) -> Result<(), Trouble> {
        let until = self.service.now() + LEASE;
        match self
            .service
            .database
            .advance(self.job, written, files, until)
            .await?
        {
            Hold::Kept => Ok(()),
            Hold::Lost => Err(Trouble::Lost),
        }
    }
}

/// Opens the bucket of a report to read it.
///
/// # Errors
///
/// A bucket that cannot be one; when the database does not answer.
pub async fn open_bucket(
    storage: &ObjectStorage,
    service: &Service,
    report: &StoredReport,
) -> Result<Bucket, ObjectError> {
    let failed = |reason: String| ObjectError::Failed(reason);
    let destination =
        destination_of(report).map_err(|_| failed("the destination is unreadable".to_owned()))?;
    let (_, region) = service
        .database
        .account_of(report.order.scope)
        .await
        .map_err(|error| failed(error.to_string()))?;
    storage.open(&place(&destination, &region))
}

/// Where a report goes.
///
/// # Errors
///
/// What the store keeps is not what it should be.
pub fn destination_of(report: &StoredReport) -> Result<api::Destination, Fault> {
    order::destination(report)
}

fn place<'a>(destination: &'a api::Destination, region: &'a str) -> Place<'a> {
    Place {
        bucket: &destination.bucket_name,
        region,
        kms_key: &destination.kms_key_arn,
        owner: destination.expected_bucket_owner.as_deref(),
    }
}
