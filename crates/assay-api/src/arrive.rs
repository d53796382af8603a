//! What happens to every request, whatever it is for: an id, a turn, and words about it afterwards.

use std::{
    any::Any,
    sync::{Arc, atomic::AtomicI64},
    time::Instant,
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue};
use prometheus_client::metrics::gauge::Gauge;
use tokio::time::timeout;
use tracing::Instrument;

use crate::{
    fault::{Fault, Told},
    shell::Shared,
    sign_in::network,
    trace::Trace,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// Serves a request on a task of its own: a client that goes away stops nothing half-way, and leaves a record.
pub(crate) async fn arrive(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    let trace = Arc::new(Trace::new(&request, shared.clock.now()));
    let id = trace.id;
    let span = tracing::info_span!(
        "request",
        %id,
        method = %request.method(),
        path = request.uri().path(),
        peer = %trace.peer,
    );
    request.extensions_mut().insert(trace.clone());
    let work = async move {
        let started = Instant::now();
        let _one = Counted::new(&shared.metrics.requests_now);
        let mut response = next.run(request).await;
        trace.learn(&mut response);
        let told = response.extensions_mut().remove::<Told>();
        record(&shared, &trace, told.as_ref()).await;
        let code = told.as_ref().map_or("", |told| told.code);
        let (operation, took) = (trace.label(), started.elapsed());
        shared.metrics.count(operation, response.status(), code, took);
        tracing::debug!(
            operation,
            status = response.status().as_u16(),
            fault = code,
            milliseconds = took.as_secs_f64() * 1000.0,
            "answered"
        );
        response
    };
    let mut response = match tokio::spawn(work.instrument(span)).await {
        Ok(response) => response,
        // What panics beside the handlers, or is stopped with the runtime.
        Err(error) => Fault::internal(error).into_response(),
    };
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Hands the record of a call over, if it was one.
async fn record(shared: &Shared, trace: &Trace, told: Option<&Told>) {
    let region = &shared.authenticator.regions()[0];
    let Some(record) = trace.record(told, region) else {
        return;
    };
    if !trace.is_proved() {
        let taken = shared.unproved.take(network(trace.peer.ip()), shared.clock.now());
        if taken.is_err() {
            shared.metrics.unlogged.inc();
            return;
        }
    }
    if let Err(error) = shared.call_log.append(record).await {
        shared.metrics.unlogged.inc();
        tracing::error!(%error, "the record of a call was not taken");
    }
}

/// Lets so many requests be worked at at once, and others wait for a while.
pub(crate) async fn take_turns(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let patience = shared.limits.turn_timeout;
    match timeout(patience, shared.turns.clone().acquire_owned()).await {
        Ok(Ok(_turn)) => next.run(request).await,
        _ => Fault::Unavailable {
            message: "too many requests at once; try again".to_owned(),
            retry_after: patience,
        }
        .into_response(),
    }
}

/// Answers for a handler that panicked. It runs within the span of the request, so that the log tells which it was.
pub(crate) fn panicked(payload: &(dyn Any + Send)) -> Response {
    let message = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(message), _) => (*message).to_owned(),
        (_, Some(message)) => message.clone(),
        _ => "no message".to_owned(),
    };
    Fault::internal(format!("a handler panicked: {message}")).into_response()
}

/// One more in a gauge, for as long as it lives.
pub(crate) struct Counted(Gauge<i64, AtomicI64>);

impl Counted {
    pub(crate) fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
