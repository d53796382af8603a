//! Whether the service runs, and whether it can do its work.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use assay_identity::Pending;

/// Tells whether the service can do its work.
pub trait Readiness: Send + Sync + 'static {
    /// Nothing if it can, else what it lacks, for people.
    fn ready(&self) -> Pending<'_, Result<(), String>>;
}

/// Always ready.
impl Readiness for () {
    fn ready(&self) -> Pending<'_, Result<(), String>> {
        Box::pin(async { Ok(()) })
    }
}

pub(crate) fn health() -> Response {
    status(StatusCode::OK, &json!({"status": "running"}))
}

pub(crate) fn readiness(ready: Result<(), String>) -> Response {
    match ready {
        Ok(()) => status(StatusCode::OK, &json!({"status": "ready"})),
        Err(reason) => status(
            StatusCode::SERVICE_UNAVAILABLE,
            &json!({"status": "not ready", "reason": reason}),
        ),
    }
}

fn status(status: StatusCode, body: &serde_json::Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, body.to_string()).into_response()
}
