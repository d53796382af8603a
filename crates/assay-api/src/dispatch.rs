//! From an authenticated request to the handler of its operation, or to a route of our own.

use std::sync::Arc;

use assay_api_model::{Answer, Location, Operation, Shape, document_of};
use assay_identity::Effect;
use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header, request};
use serde_json::Value;

use crate::{
    authenticate::Authenticator,
    blocking::off_the_runtime,
    body::{BodySize, Held},
    call_log::redact,
    caller::Caller,
    coverage::SERVICES,
    fault::Fault,
    neighbour::{self, Regions},
    shell::Shared,
    trace::Trace,
};

/// The service that signatures of our own routes are scoped to.
const OURS: &str = "assay";

/// Bytes of an answer that is taken apart for the call log.
const LOGGED_ANSWER: usize = 64 << 10;

/// Answers whatever is no route of our own: operations of the model, and what there is not.
pub(crate) async fn dispatch(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if let Some(service) = shared.neighbours.service_of(&parts) {
        return neighbour::dispatch(&shared, service, parts, body).await;
    }
    match operate(&shared, parts, body).await {
        Ok(response) => response,
        Err(fault) => fault.into_response(),
    }
}

async fn operate(shared: &Arc<Shared>, parts: request::Parts, body: Body) -> Result<Response, Fault> {
    let trace = trace_of(&parts)?;
    let route = shared
        .router
        .route(parts.method.as_str(), parts.uri.path())
        .map_err(Fault::NoRoute);
    let (services, size) = match &route {
        Ok(route) => {
            let mut progress = trace.progress();
            progress.operation = Some((route.service, route.operation));
            progress.is_call = true;
            (vec![route.service.signing_name], body_size(route.operation))
        }
        Err(_) => {
            let services = SERVICES.iter().map(|service| service.signing_name);
            (services.chain([OURS]).collect(), BodySize::Small)
        }
    };
    let (parts, caller, held) = admit(shared, &trace, parts, body, services, Regions::Served, size).await?;
    let route = route?;
    let (service, operation) = (route.service, route.operation);
    let handler = shared
        .operations
        .handler(service, operation)
        .ok_or(Fault::NotImplemented {
            operation: operation.name,
        });

    let (bytes, size) = (held.bytes.clone(), held.bytes.len());
    let document = off_the_runtime(size, move || {
        let query = parts.uri.query().unwrap_or_default();
        document_of(operation, route.labels, query, &bytes)
    })
    .await?;
    if let Ok(document) = &document {
        trace.progress().parameters = Some(redact(document, operation.input));
    }
    let handler = handler?;
    caller.require(handler.action)?;
    let document = document?;
    let caller = match operation.input.member("nextToken") {
        Some(_) => Caller {
            pages: caller.pages_of(operation.name, &document),
            ..caller
        },
        None => caller,
    };
    let answer = (handler.run)(caller, document, size).await?;
    // The document may take several times the room of its body, for as long as the handler has it.
    drop(held);
    if handler.action.effect() == Effect::Write && answer.body.len() <= LOGGED_ANSWER {
        let response = serde_json::from_slice(&answer.body).ok();
        trace.progress().response = response.map(|response: Value| redact(&response, operation.output));
    }
    respond(answer)
}

/// How large the bodies of an operation are: what takes any document takes large ones.
fn body_size(operation: &Operation) -> BodySize {
    let takes_documents = operation
        .input
        .members()
        .iter()
        .any(|member| member.location == Location::Body && matches!(member.shape, Shape::Document));
    match takes_documents {
        true => BodySize::Large,
        false => BodySize::Small,
    }
}

/// Lets requests to routes of our own through to them, authenticated and with their bodies read.
pub(crate) async fn gate(
    State((shared, size)): State<(Arc<Shared>, BodySize)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.clone();
    let admitted = async {
        let trace = trace_of(&parts)?;
        trace.progress().is_call = true;
        // Routing took the prefix away, which the signature covers.
        parts.uri = trace.uri.clone();
        admit(&shared, &trace, parts, body, vec![OURS], Regions::Served, size).await
    };
    match admitted.await {
        Err(fault) => fault.into_response(),
        Ok((mut parts, caller, held)) => {
            parts.uri = path;
            parts.extensions.insert(caller);
            let Held { bytes, _room } = held;
            next.run(Request::from_parts(parts, Body::from(bytes))).await
        }
    }
}

/// Answers `POST /session`.
pub(crate) async fn sign_in(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answered = async {
        let trace = trace_of(&parts)?;
        {
            let mut progress = trace.progress();
            progress.is_call = true;
            progress.name = Some("CreateSession");
        }
        let held = shared
            .bodies
            .read(&parts.headers, body, BodySize::Small, &shared.limits)
            .await?;
        shared.sign_in.answer(&trace, &held.bytes).await
    };
    answered.await.unwrap_or_else(IntoResponse::into_response)
}

/// Finds out who sent a request, reads its body, and holds the signature against both.
pub(crate) async fn admit(
    shared: &Arc<Shared>,
    trace: &Trace,
    parts: request::Parts,
    body: Body,
    services: Vec<&'static str>,
    regions: Regions,
    size: BodySize,
) -> Result<(request::Parts, Caller, Held), Fault> {
    let claim = Authenticator::claim(&parts)?;
    trace.progress().access_key = Some(claim.access_key().to_owned());
    let suspect = shared.authenticator.suspect(&claim, &services, regions).await?;
    trace.progress().region = Some(suspect.region.clone());
    let held = shared
        .bodies
        .read(&parts.headers, body, size, &shared.limits)
        .await?;
    let bytes: Bytes = held.bytes.clone();
    let verifier = shared.clone();
    let (parts, suspect) = off_the_runtime(held.bytes.len(), move || {
        verifier
            .authenticator
            .verify(&suspect, &parts, &bytes)
            .map(|()| (parts, suspect))
    })
    .await??;
    {
        let mut progress = trace.progress();
        progress.principal = Some(suspect.principal.clone());
        progress.issued_at = suspect.issued_at;
    }
    shared
        .by_user
        .take(suspect.principal.arn(), shared.clock.now())
        .map_err(|retry_after| Fault::Throttled { retry_after })?;
    let account = suspect.principal.account;
    let caller = Caller {
        pages: shared.cursors.pages("", account, &suspect.region, &Value::Null),
        cursors: shared.cursors.clone(),
        sessions: shared.sessions.clone(),
        is_stopping: shared.is_stopping.clone(),
        principal: suspect.principal,
        access_key: suspect.access_key,
        signed_in_at: suspect.signed_in_at,
        region: suspect.region,
        user_agent: trace.user_agent().map(str::to_owned),
        address: trace.peer,
        request_id: trace.id,
    };
    Ok((parts, caller, held))
}

pub(crate) fn trace_of(parts: &request::Parts) -> Result<Arc<Trace>, Fault> {
    let trace = parts.extensions.get::<Arc<Trace>>().cloned();
    trace.ok_or_else(|| Fault::internal("a request came past the front door"))
}

fn respond(answer: Answer) -> Result<Response, Fault> {
    let status = StatusCode::from_u16(answer.status).map_err(Fault::internal)?;
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in answer.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(Fault::internal)?;
        headers.insert(name, HeaderValue::from_str(&value).map_err(Fault::internal)?);
    }
    Ok(response)
}
