//! Figures of store and engine, as Prometheus reads them.

use std::time::{Duration, Instant};

use assay_api::{Clock, Figures as Refreshed, Metrics};
use assay_identity::Pending;
use assay_store::{Database, Figures};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Unit,
};
use tokio::sync::Mutex;

/// How old figures may be, however often they are asked for.
const FRESH: Duration = Duration::from_secs(5);

/// How much of the time may go into counting: one part in so many.
const SHARE: u32 = 50;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobLabels {
    kind: String,
    state: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StatusLabels {
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabels {
    state: String,
}

/// What the store has and the engine owes, counted when somebody asks, and not too often.
#[derive(Debug)]
pub struct StoreFigures {
    database: Database,
    clock: Clock,
    jobs: Family<JobLabels, Gauge>,
    findings: Family<StatusLabels, Gauge>,
    resources: Family<StateLabels, Gauge>,
    changes: Gauge,
    age: Gauge,
    roll_out: Gauge<f64, std::sync::atomic::AtomicU64>,
    /// Until when the figures are good.
    good_until: Mutex<Option<Instant>>,
}

impl StoreFigures {
    /// Figures of a store, registered with the others.
    pub fn register(database: Database, clock: Clock, metrics: &Metrics) -> StoreFigures {
        let figures = StoreFigures {
            database,
            clock,
            jobs: Family::default(),
            findings: Family::default(),
            resources: Family::default(),
            changes: Gauge::default(),
            age: Gauge::default(),
            roll_out: Gauge::default(),
            good_until: Mutex::new(None),
        };
        metrics.register(|registry| {
            registry.register(
                "jobs",
                "Jobs that are owed, by kind and state",
                figures.jobs.clone(),
            );
            registry.register("findings", "Findings by status", figures.findings.clone());
            registry.register("resources", "Resources by state", figures.resources.clone());
            registry.register(
                "changes",
                "Changes of findings that were numbered so far",
                figures.changes.clone(),
            );
            registry.register_with_unit(
                "intelligence_age",
                "Time since the generation in force was taken; -1 where there is none",
                Unit::Seconds,
                figures.age.clone(),
            );
            registry.register_with_unit(
                "roll_out_duration",
                "Time from the last generation that is rolled out to all findings being up to it",
                Unit::Seconds,
                figures.roll_out.clone(),
            );
        });
        figures
    }

    fn set(&self, told: &Figures) {
        self.jobs.clear();
        for (kind, state, count) in &told.jobs {
            let labels = JobLabels {
                kind: kind.clone(),
                state: state.to_lowercase(),
            };
            self.jobs.get_or_create(&labels).set(*count);
        }
        for (status, count) in &told.findings {
            self.findings.get_or_create(&StatusLabels { status }).set(*count);
        }
        self.resources.clear();
        for (state, count) in &told.resources {
            let labels = StateLabels { state: state.clone() };
            self.resources.get_or_create(&labels).set(*count);
        }
        self.changes.set(told.changes);
        self.age.set(match told.generation_taken_at {
            0 => -1,
            taken_at => (self.clock.now().as_microsecond() - taken_at) / 1_000_000,
        });
        #[allow(clippy::cast_precision_loss, reason = "durations are short")]
        self.roll_out.set(told.roll_out_took as f64 / 1e6);
    }
}

impl Refreshed for StoreFigures {
    fn refresh(&self) -> Pending<'_, ()> {
        Box::pin(async {
            let mut good_until = self.good_until.lock().await;
            let started = Instant::now();
            if good_until.is_some_and(|until| started < until) {
                return;
            }
            match self.database.figures().await {
                Ok(told) => self.set(&told),
                Err(error) => tracing::warn!(%error, "the figures of the store are old"),
            }
            *good_until = Some(Instant::now() + FRESH.max(started.elapsed() * SHARE));
        })
    }
}
