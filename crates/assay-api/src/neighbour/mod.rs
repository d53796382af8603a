//! Operations of other services of AWS's that clients look for beside Inspector's: their protocols, and their handlers.
//!
//! They are signed, limited, permitted, counted and logged like every other call. Requests and answers are documents; handlers
//! have types of their own for what they read of them.

mod document;
mod xml;

use std::{collections::HashMap, fmt, sync::Arc};

use assay_identity::{Action, Pending};
use assay_sigv4::Dialect;
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header, request};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    body::BodySize,
    caller::Caller,
    dispatch::{admit, trace_of},
    fault::{Fault, Told},
    shell::Shared,
};

/// What JSON requests name their operation in.
const TARGET: &str = "x-amz-target";

/// A service beside Inspector's.
#[derive(Clone, Copy, Debug)]
pub struct NeighbourService {
    /// What signatures for it name.
    pub signing_name: &'static str,
    /// How it is spoken.
    pub protocol: Protocol,
    /// For which regions it is signed.
    pub regions: Regions,
    /// Its fault for a request that is not what an operation takes.
    pub invalid: Invalid,
}

/// The name of a fault for what cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid(pub &'static str);

/// How a service is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// AWS JSON 1.1: `X-Amz-Target` names the operation behind a prefix and a dot.
    Json {
        /// The prefix.
        target: &'static str,
    },
    /// AWS Query: a form, whose `Action` is the operation, is answered in XML.
    Query {
        /// The namespace of the answers.
        namespace: &'static str,
    },
}

/// The regions that a service is signed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regions {
    /// Those that are served.
    Served,
    /// Any: it has none, and clients sign for whichever they believe it to be in.
    Any,
}

type Run = Box<dyn Fn(Caller, Value) -> Pending<'static, Result<Value, Fault>> + Send + Sync>;

struct Handler {
    name: &'static str,
    action: Action,
    run: Run,
}

/// The services beside Inspector's, and their operations.
#[derive(Default)]
pub struct Neighbours {
    services: Vec<NeighbourService>,
    handlers: HashMap<(&'static str, &'static str), Handler>,
}

impl Neighbours {
    /// Takes up the handler of an operation. Callers who may not do the action never reach it.
    #[must_use]
    pub fn on<S, I, O, F, R>(
        mut self,
        service: &NeighbourService,
        name: &'static str,
        action: Action,
        state: &Arc<S>,
        handler: F,
    ) -> Self
    where
        S: Send + Sync + 'static,
        I: DeserializeOwned + Send + 'static,
        O: Serialize + Send + 'static,
        F: Fn(Arc<S>, Caller, I) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<O, Fault>> + Send + 'static,
    {
        let (state, invalid) = (state.clone(), service.invalid);
        let run: Run = Box::new(move |caller, document| {
            let (state, handler) = (state.clone(), handler.clone());
            Box::pin(async move {
                let input = serde_json::from_value(document).map_err(|error| Fault::Named {
                    code: invalid.0,
                    message: format!("the request is not what the operation takes: {error}"),
                })?;
                let output = handler(state, caller, input).await?;
                serde_json::to_value(&output).map_err(Fault::internal)
            })
        });
        if !self
            .services
            .iter()
            .any(|known| known.signing_name == service.signing_name)
        {
            self.services.push(*service);
        }
        let handler = Handler { name, action, run };
        self.handlers.insert((service.signing_name, name), handler);
        self
    }

    /// Every operation, as the signing name of its service and its own name, in order.
    pub fn names(&self) -> Vec<(&'static str, &'static str)> {
        let mut names: Vec<_> = self.handlers.keys().copied().collect();
        names.sort_unstable();
        names
    }

    /// The service that a request is for, by its path and headers; none for Inspector's.
    pub(crate) fn service_of(&self, parts: &request::Parts) -> Option<NeighbourService> {
        if parts.uri.path() != "/" || parts.method != http::Method::POST {
            return None;
        }
        let text = |name: &str| parts.headers.get(name)?.to_str().ok();
        let asked = text(TARGET).and_then(|target| target.split_once('.'));
        let is_form =
            text("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let found = self.services.iter().find(|service| match service.protocol {
            Protocol::Json { target } => asked.is_some_and(|(prefix, _)| prefix == target),
            Protocol::Query { .. } => asked.is_none() && is_form,
        });
        found.copied()
    }
}

/// Answers a request for a neighbour's service.
pub(crate) async fn dispatch(
    shared: &Arc<Shared>,
    service: NeighbourService,
    parts: request::Parts,
    body: Body,
) -> Response {
    let id = trace_of(&parts)
        .map(|trace| trace.id.to_string())
        .unwrap_or_default();
    match operate(shared, service, parts, body).await {
        Ok((name, answer)) => answered(service.protocol, name, &answer, &id),
        Err(fault) => refused(service.protocol, fault, &id),
    }
}

async fn operate(
    shared: &Arc<Shared>,
    service: NeighbourService,
    parts: request::Parts,
    body: Body,
) -> Result<(&'static str, Value), Fault> {
    let trace = trace_of(&parts)?;
    trace.progress().is_call = true;
    let services = vec![service.signing_name];
    let (parts, caller, held) = admit(
        shared,
        &trace,
        parts,
        body,
        services,
        service.regions,
        BodySize::Small,
    )
    .await?;
    let invalid = |message: String| Fault::Named {
        code: service.invalid.0,
        message,
    };
    let (name, document) = match service.protocol {
        Protocol::Json { .. } => {
            let target = parts.headers.get(TARGET).and_then(|target| target.to_str().ok());
            let name = target.and_then(|target| target.split_once('.'));
            let document = document::of_json(&held.bytes).map_err(invalid)?;
            (name.map_or("", |(_, name)| name).to_owned(), document)
        }
        Protocol::Query { .. } => document::of_form(&held.bytes).map_err(invalid)?,
    };
    let handler = shared
        .neighbours
        .handlers
        .iter()
        .find(|((signing_name, operation), _)| *signing_name == service.signing_name && *operation == name);
    let Some((_, handler)) = handler else {
        return Err(Fault::Named {
            code: match service.protocol {
                Protocol::Json { .. } => "UnknownOperationException",
                Protocol::Query { .. } => "InvalidAction",
            },
            message: format!(
                "this service has no operation `{name}` of {}",
                service.signing_name
            ),
        });
    };
    {
        let mut progress = trace.progress();
        progress.neighbour = Some((service.signing_name, handler.name));
        progress.parameters = Some(Value::Object(document.clone()));
    }
    caller.require(handler.action)?;
    let mut asked = document.clone();
    for paging in ["nextToken", "maxResults", "NextToken", "MaxResults"] {
        asked.remove(paging);
    }
    let pages = caller.pages_of(handler.name, &Value::Object(asked));
    let caller = Caller { pages, ..caller };
    let answer = (handler.run)(caller, Value::Object(document)).await?;
    Ok((handler.name, answer))
}

fn answered(protocol: Protocol, name: &str, answer: &Value, id: &str) -> Response {
    let (kind, text) = match protocol {
        Protocol::Json { .. } => ("application/x-amz-json-1.1", answer.to_string()),
        Protocol::Query { namespace } => ("text/xml", xml::answer(name, namespace, answer, id)),
    };
    let mut response = (StatusCode::OK, text).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// A fault in the form of a protocol, with the headers that it has anyhow.
fn refused(protocol: Protocol, fault: Fault, id: &str) -> Response {
    let message = fault.message();
    let code = match (&fault, protocol) {
        (Fault::Signature(fault), Protocol::Query { .. }) => fault.code(Dialect::Query),
        (Fault::AccessDenied(_), Protocol::Query { .. }) => "AccessDenied",
        (Fault::Throttled { .. }, Protocol::Query { .. }) => "Throttling",
        _ => fault.code(),
    };
    let plain = fault.into_response();
    let (mut parts, _) = plain.into_parts();
    let (kind, text) = match protocol {
        Protocol::Json { .. } => {
            let mut body = Map::new();
            body.insert("__type".to_owned(), Value::from(code));
            body.insert("message".to_owned(), Value::from(message.clone()));
            ("application/x-amz-json-1.1", Value::Object(body).to_string())
        }
        Protocol::Query { namespace } => {
            let whose = match parts.status.is_server_error() {
                true => xml::Whose::Receiver,
                false => xml::Whose::Sender,
            };
            ("text/xml", xml::fault(namespace, code, &message, whose, id))
        }
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    parts.extensions.insert(Told { code, message });
    Response::from_parts(parts, Body::from(text))
}

impl fmt::Debug for Neighbours {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.names()).finish()
    }
}
