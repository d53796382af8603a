//! The loop itself.

use std::{sync::Arc, time::Duration};

use assay_store::{ASSESS, Assessed, Cause, Database, Failure, Job, ROLL_OUT, Subject, kind};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use tokio::sync::Notify;

use crate::{
    describe::Describe,
    error::{EngineError, Result},
    intelligence::{Current, Intelligence},
    work_out::work_out,
};

/// Resources that are assessed in one transaction.
const BATCH: i64 = 100;

/// How long a job is leased, in microseconds; who takes longer has died.
const LEASE: i64 = 2 * 60 * 1_000_000;

/// How often to look for work that nobody told of.
const LOOK: Duration = Duration::from_millis(500);

/// Tells the time, in microseconds since 1970.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The engine of one service.
pub struct Engine {
    pub(crate) database: Database,
    pub(crate) intelligence: Arc<Intelligence>,
    describe: Describe,
    now: Now,
    wake: Arc<Notify>,
}

impl Engine {
    /// An engine over a store and the intelligence in force.
    pub fn new(
        database: Database,
        intelligence: Arc<Intelligence>,
        describe: Describe,
        now: Now,
        wake: Arc<Notify>,
    ) -> Engine {
        Engine {
            database,
            intelligence,
            describe,
            now,
            wake,
        }
    }

    /// The time.
    pub(crate) fn now(&self) -> i64 {
        (self.now)()
    }

    /// Works until told to stop, through whatever goes wrong.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let work = async {
            self.release_leases().await;
            loop {
                match self.work().await {
                    Ok(0) => {
                        let _ = tokio::time::timeout(LOOK, self.wake.notified()).await;
                    }
                    Ok(_) => {}
                    Err(error) => {
                        tracing::error!(%error, "the engine cannot work");
                        tokio::time::sleep(LOOK).await;
                        // What was begun has come to nothing, and that could not be recorded.
                        let _ = self.database.release_leases().await;
                    }
                }
            }
        };
        let time = async {
            loop {
                if let Err(error) = self.tick().await {
                    tracing::error!(%error, "what is due by time is put off");
                }
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
        };
        tokio::select! {
            () = stop => {}
            () = work => {}
            () = time => {}
        }
    }

    /// Frees what was leased by whoever was killed before. A database server needs a moment to see that they are gone.
    async fn release_leases(&self) {
        for _ in 0..10 {
            match self.database.release_leases().await {
                Ok(true) => return,
                Ok(false) => tracing::info!("another process works on the database, or did until now"),
                Err(error) => tracing::warn!(%error, "cannot free jobs that were begun"),
            }
            tokio::time::sleep(LOOK).await;
        }
        tracing::warn!("jobs that were begun wait for their leases to end");
    }

    /// Does what is owed now; gives how many jobs and images that were.
    ///
    /// # Errors
    ///
    /// When the database does not answer. What a job itself fails of is recorded with it.
    pub async fn work(&self) -> Result<usize> {
        let started = self.now();
        let roll_outs = self
            .database
            .lease(ROLL_OUT, 100, started, started + LEASE)
            .await?;
        if !roll_outs.is_empty() {
            let done = self.roll_out(&roll_outs, started).await;
            self.settle(&roll_outs, done, started).await?;
        }
        let jobs = self
            .database
            .lease(ASSESS, BATCH, started, started + LEASE)
            .await?;
        if !jobs.is_empty() {
            match self.assess(&jobs, started).await {
                // One that cannot be done must not keep the others from being done.
                Err(error) if !error.is_passing() && jobs.len() > 1 => {
                    for job in &jobs {
                        let alone = std::slice::from_ref(job);
                        let done = self.assess(alone, started).await;
                        self.settle(alone, done, started).await?;
                    }
                }
                done => self.settle(&jobs, done, started).await?,
            }
        }
        // After those, so that it holds of what they found.
        let cause = self.cause("RESOURCE", String::new());
        let images = self.database.suppress_by_use(&cause).await?;
        Ok(roll_outs.len() + jobs.len() + usize::try_from(images).unwrap_or(usize::MAX))
    }

    pub(crate) fn cause(&self, word: &str, reference: String) -> Cause {
        Cause {
            code: kind::code(&kind::CAUSES, word).unwrap_or_default(),
            reference,
            at: self.now(),
        }
    }

    /// Works until nothing is owed.
    ///
    /// # Errors
    ///
    /// As for [`Engine::work`].
    pub async fn work_off(&self) -> Result<()> {
        while self.work().await? > 0 {}
        Ok(())
    }

    async fn settle(&self, jobs: &[Job], done: Result<()>, started: i64) -> Result<()> {
        let Err(error) = done else {
            return Ok(());
        };
        let failure = if error.is_passing() {
            Failure::Passing
        } else {
            Failure::Lasting
        };
        tracing::warn!(%error, jobs = jobs.len(), "jobs failed and are tried again");
        for job in jobs {
            self.database
                .fail(job, failure, &error.to_string(), started, self.now())
                .await?;
        }
        Ok(())
    }

    async fn assess(&self, jobs: &[Job], started: i64) -> Result<()> {
        let current = self.intelligence.current();
        let resources: Vec<i64> = jobs.iter().filter_map(|job| job.subject.parse().ok()).collect();
        let unassessed = self.database.unassessed(&resources).await?;
        let assessed = self.work_out(&current, unassessed.subjects).await?;
        let cause = self.cause("INVENTORY", current.index.generation());
        self.database
            .take_up(
                &unassessed.inventories,
                &assessed,
                current.generation,
                jobs,
                started,
                &cause,
            )
            .await?;
        Ok(())
    }

    pub(crate) async fn work_out(&self, current: &Arc<Current>, subjects: Vec<Subject>) -> Result<Assessed> {
        if subjects.is_empty() {
            return Ok(Assessed::default());
        }
        let (current, today, describe) = (Arc::clone(current), self.today(), self.describe);
        blocking(move || work_out(&current.index, today, &subjects, describe)).await
    }

    pub(crate) fn today(&self) -> Date {
        let now = Timestamp::from_microsecond(self.now()).unwrap_or(Timestamp::UNIX_EPOCH);
        TimeZone::UTC.to_datetime(now).date()
    }
}

/// Computes off the runtime's threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => Err(EngineError::Broken(error.to_string())),
    }
}
