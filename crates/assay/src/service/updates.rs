//! Keeping the intelligence up to date by itself, and at once when SIGHUP asks for it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use assay_engine::{FeedOutcome, Intelligence, Outcome};
use assay_feeds::{FeedReport, FeedStatus, Place, Silent};
use assay_intel::FeedProvenance;
use assay_store::Database;
use jiff::Timestamp;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::Notify,
};

use crate::intelligence::compile;

/// How often new intelligence was looked for, by what came of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Updates(Family<OutcomeLabels, Counter>);

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    /// `taken`; `failed`, where the feeds could not be compiled; `refused`, where what came of them is not put in force.
    outcome: &'static str,
}

impl Updates {
    /// Tells of itself in the figures of the service.
    pub(crate) fn register(&self, registry: &mut Registry) {
        for outcome in ["taken", "failed", "refused"] {
            let _ = self.0.get_or_create(&OutcomeLabels { outcome });
        }
        registry.register(
            "intelligence_updates",
            "Looks for new intelligence, by what came of them",
            self.0.clone(),
        );
    }

    fn count(&self, outcome: &'static str) {
        self.0.get_or_create(&OutcomeLabels { outcome }).inc();
    }
}

/// Fetches and compiles feeds again and again, and puts what is new in force. What fails is tried again the next time;
/// whatever is in force stays.
pub(crate) async fn keep_up_to_date(
    database: Database,
    intelligence: Arc<Intelligence>,
    wake: Arc<Notify>,
    feeds: String,
    file: PathBuf,
    every: Duration,
    updates: Updates,
) {
    let mut asked = signal(SignalKind::hangup()).ok();
    loop {
        let (place, target) = (Place::parse(&feeds), file.clone());
        let compiled = tokio::task::spawn_blocking(move || compile(&place, &target, &Silent)).await;
        let at = Timestamp::now();
        let outcome = match compiled {
            Ok(Ok((_, reports))) => {
                note_feeds(&intelligence, &reports, at);
                let now = Timestamp::now().as_microsecond();
                match intelligence.take(&database, &file, now).await {
                    Ok(current) => {
                        tracing::info!(
                            generation = current.index.generation(),
                            "intelligence is up to date"
                        );
                        updates.count("taken");
                        wake.notify_one();
                        Outcome::Taken
                    }
                    Err(error) => {
                        updates.count("refused");
                        tracing::error!(%error, "new intelligence is not put in force");
                        Outcome::Refused(error.to_string())
                    }
                }
            }
            Ok(Err(error)) => {
                updates.count("failed");
                let error = format!("{error:#}");
                tracing::warn!(error, "the intelligence stays as it is");
                Outcome::Failed(error)
            }
            Err(error) => {
                updates.count("failed");
                tracing::error!(%error, "compiling the intelligence was broken off");
                Outcome::Failed("compiling the intelligence was broken off".to_owned())
            }
        };
        // Many services that were started together do not ask together for ever.
        let spread = u64::from(std::process::id() % 60);
        let pause = every + Duration::from_secs(spread);
        intelligence.note(|upkeep| {
            upkeep.looked(at, outcome);
            upkeep.next_at = Timestamp::now().checked_add(pause).ok();
        });
        let pause = tokio::time::sleep(pause);
        tokio::select! {
            () = pause => {}
            () = is_asked(&mut asked) => tracing::info!("asked to look for new intelligence"),
        }
    }
}

fn note_feeds(intelligence: &Intelligence, reports: &[FeedReport], at: Timestamp) {
    intelligence.note(|upkeep| {
        for report in reports {
            let outcome = match report.status {
                FeedStatus::Current => FeedOutcome::Current,
                FeedStatus::Stale => FeedOutcome::Stale,
                FeedStatus::Failed => FeedOutcome::Failed,
            };
            let read = FeedProvenance {
                name: report.name.clone(),
                date: report.date.clone(),
                records: report.records,
                bytes: report.bytes,
                warnings: report.warnings.clone(),
            };
            upkeep.fared(read, at, outcome);
        }
    });
}

/// Waits until somebody asks not to wait.
async fn is_asked(asked: &mut Option<Signal>) {
    let is_told = match asked {
        Some(signal) => signal.recv().await.is_some(),
        None => false,
    };
    if !is_told {
        // Without signals there is nothing to wait for but the time.
        std::future::pending::<()>().await;
    }
}
