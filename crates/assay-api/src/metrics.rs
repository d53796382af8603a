//! Figures of the service, as Prometheus reads them.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicU64},
    time::Duration,
};

use assay_identity::Pending;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};

/// Brings figures up to date that are not kept up by themselves.
pub trait Figures: Send + Sync + 'static {
    /// Does so, unless they are fresh enough.
    fn refresh(&self) -> Pending<'_, ()>;
}

/// How long an answer waits for figures; then it has the last ones.
const PATIENCE: Duration = Duration::from_secs(2);

/// Figures of the service. Others register theirs beside those of the shell.
pub struct Metrics {
    registry: Mutex<Registry>,
    refreshed: Mutex<Vec<Arc<dyn Figures>>>,
    requests: Family<RequestLabels, Counter>,
    durations: Family<OperationLabels, Histogram, fn() -> Histogram>,
    pub(crate) requests_now: Gauge,
    pub(crate) connections: Gauge,
    pub(crate) unlogged: Counter<u64, AtomicU64>,
    pub(crate) panics: Counter<u64, AtomicU64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    operation: &'static str,
    status: u16,
    fault: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabels {
    operation: &'static str,
}

/// From a millisecond to some thirty seconds.
fn histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.001, 2.0, 16))
}

impl Metrics {
    /// The figures of the shell, all zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("assay");
        let requests = Family::default();
        let durations = Family::new_with_constructor(histogram as fn() -> Histogram);
        let (requests_now, connections) = (Gauge::default(), Gauge::default());
        let (unlogged, panics) = (Counter::default(), Counter::default());
        registry.register(
            "api_requests",
            "Requests by operation, status and fault",
            requests.clone(),
        );
        registry.register_with_unit(
            "api_request_duration",
            "Time from a request's head to its answer, by operation",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register("api_requests_now", "Requests at work", requests_now.clone());
        registry.register("api_connections", "Open connections", connections.clone());
        registry.register(
            "api_calls_unlogged",
            "Calls whose record was not taken",
            unlogged.clone(),
        );
        registry.register("api_panics", "Requests that ended in a panic", panics.clone());
        Self {
            registry: Mutex::new(registry),
            refreshed: Mutex::default(),
            requests,
            durations,
            requests_now,
            connections,
            unlogged,
            panics,
        }
    }

    /// Lets somebody else register figures, under names that begin with `assay_`.
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Lets somebody bring figures up to date before they are read.
    pub fn refresh_by(&self, figures: Arc<dyn Figures>) {
        self.refreshed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(figures);
    }

    pub(crate) fn count(
        &self,
        operation: &'static str,
        status: StatusCode,
        fault: &'static str,
        took: Duration,
    ) {
        let labels = RequestLabels {
            operation,
            status: status.as_u16(),
            fault,
        };
        self.requests.get_or_create(&labels).inc();
        self.durations
            .get_or_create(&OperationLabels { operation })
            .observe(took.as_secs_f64());
    }

    /// The figures as text.
    pub fn render(&self) -> String {
        let mut text = String::new();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        // Writing into a text does not fail.
        let _ = encode(&mut text, &registry);
        text
    }

    pub(crate) async fn answer(&self) -> Response {
        let refreshed = self
            .refreshed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        for figures in refreshed {
            let _ = tokio::time::timeout(PATIENCE, figures.refresh()).await;
        }
        let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
        ([(header::CONTENT_TYPE, kind)], self.render()).into_response()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Metrics(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_all_are_rendered() {
        let metrics = Metrics::new();
        metrics.count("ListFindings", StatusCode::OK, "", Duration::from_millis(3));
        metrics.count(
            "ListFindings",
            StatusCode::TOO_MANY_REQUESTS,
            "ThrottlingException",
            Duration::ZERO,
        );
        let jobs: Counter = Counter::default();
        jobs.inc_by(7);
        metrics.register(|registry| registry.register("jobs", "Jobs that were done", jobs));
        let text = metrics.render();
        for line in [
            "assay_api_requests_total{operation=\"ListFindings\",status=\"200\",fault=\"\"} 1",
            "assay_api_requests_total{operation=\"ListFindings\",status=\"429\",fault=\"ThrottlingException\"} 1",
            "assay_api_request_duration_seconds_count{operation=\"ListFindings\"} 2",
            "assay_api_request_duration_seconds_bucket{le=\"0.004\",operation=\"ListFindings\"} 2",
            "assay_jobs_total 7",
            "# EOF",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}\n{text}");
        }
    }
}
