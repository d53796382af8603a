//! What is learned of a request while it is served, for the call log, the metrics and the service's own log.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use assay_api_model::{Operation, Service};
use assay_identity::Principal;
use axum::{extract::Request, response::Response};
use http::{Uri, header};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    call_log::{CallRecord, SessionAttributes, SessionContext, UserIdentity},
    fault::Told,
};

/// Where a connection comes from; the server puts it beside each request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// What a route of our own tells the call log, put into the extensions of its answer.
#[derive(Clone, Debug)]
pub struct Logged {
    /// The name of the call, as `PushInventory`; it also names its metrics.
    pub name: &'static str,
    /// The request without secrets.
    pub parameters: Option<Value>,
    /// The answer without secrets, where the call changed something.
    pub response: Option<Value>,
}

/// A request under way.
pub(crate) struct Trace {
    pub(crate) id: Uuid,
    pub(crate) peer: SocketAddr,
    /// The address as it came over the wire, which signatures cover and routing changes.
    pub(crate) uri: Uri,
    method: http::Method,
    arrived: Timestamp,
    user_agent: Option<String>,
    progress: Mutex<Progress>,
}

/// What is known by now.
#[derive(Default)]
pub(crate) struct Progress {
    /// The operation and its service.
    pub(crate) operation: Option<(&'static Service, &'static Operation)>,
    /// The signing name of a neighbour's service, and the operation.
    pub(crate) neighbour: Option<(&'static str, &'static str)>,
    /// The name of a call that is no operation of the model.
    pub(crate) name: Option<&'static str>,
    /// Whether it is a call at all, and not a stranger's request for a path that there is not.
    pub(crate) is_call: bool,
    /// Who called, proved.
    pub(crate) principal: Option<Principal>,
    /// The access key, proved or not.
    pub(crate) access_key: Option<String>,
    /// When temporary credentials were given out.
    pub(crate) issued_at: Option<Timestamp>,
    /// The region.
    pub(crate) region: Option<Arc<str>>,
    /// The request, redacted.
    pub(crate) parameters: Option<Value>,
    /// The answer, redacted.
    pub(crate) response: Option<Value>,
}

impl Trace {
    pub(crate) fn new(request: &Request, arrived: Timestamp) -> Self {
        let peer = request.extensions().get::<Peer>();
        let user_agent = request.headers().get(header::USER_AGENT);
        Self {
            id: Uuid::new_v4(),
            peer: peer.map_or(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)), |peer| peer.0),
            uri: request.uri().clone(),
            method: request.method().clone(),
            arrived,
            user_agent: user_agent.map(|value| {
                let text = String::from_utf8_lossy(value.as_bytes());
                text.chars().take(256).collect()
            }),
            progress: Mutex::default(),
        }
    }

    pub(crate) fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// Takes over what the route told of itself.
    pub(crate) fn learn(&self, response: &mut Response) {
        if let Some(logged) = response.extensions_mut().remove::<Logged>() {
            let mut progress = self.progress();
            progress.name = Some(logged.name);
            progress.parameters = logged.parameters;
            progress.response = logged.response;
        }
    }

    /// The name that metrics go by, one of a bounded number.
    pub(crate) fn label(&self) -> &'static str {
        let progress = self.progress();
        if let Some((_, name)) = progress.neighbour {
            return name;
        }
        match (progress.operation, progress.name) {
            (Some((_, operation)), _) => operation.name,
            (None, Some(name)) => name,
            (None, None) => "other",
        }
    }

    /// Whether it is known who called.
    pub(crate) fn is_proved(&self) -> bool {
        self.progress().principal.is_some()
    }

    /// The record of the call; none if it was none.
    pub(crate) fn record(&self, told: Option<&Told>, default_region: &str) -> Option<CallRecord> {
        let mut progress = self.progress();
        if !progress.is_call {
            return None;
        }
        let (source, name, reads) = match (progress.operation, progress.name) {
            _ if progress.neighbour.is_some() => {
                let (service, name) = progress.neighbour.unwrap_or_default();
                (format!("{service}.amazonaws.com"), name.to_owned(), reads(name))
            }
            (Some((service, operation)), _) => (
                format!("{}.amazonaws.com", service.signing_name),
                operation.name.to_owned(),
                reads(operation.name),
            ),
            (None, Some(name)) => ("assay".to_owned(), name.to_owned(), self.method.is_safe()),
            (None, None) => {
                let path: String = self.uri.path().chars().take(256).collect();
                (
                    "assay".to_owned(),
                    format!("{} {path}", self.method),
                    self.method.is_safe(),
                )
            }
        };
        let response = match (reads, told) {
            (false, None) => progress.response.take(),
            _ => None,
        };
        Some(CallRecord {
            event_version: "1.11".to_owned(),
            user_identity: identity(&progress),
            event_time: self.arrived,
            event_source: source,
            event_name: name,
            aws_region: progress.region.as_deref().unwrap_or(default_region).to_owned(),
            source_ip_address: self.peer.ip().to_string(),
            user_agent: self.user_agent.clone(),
            error_code: told.map(|told| told.code.to_owned()),
            error_message: told.map(|told| told.message.chars().take(1024).collect()),
            request_parameters: progress.parameters.take(),
            response_elements: response,
            request_id: self.id.to_string(),
            event_id: Uuid::new_v4().to_string(),
            read_only: reads,
            event_type: "AwsApiCall".to_owned(),
            management_event: true,
            recipient_account_id: progress
                .principal
                .as_ref()
                .map(|principal| principal.account.to_string()),
            event_category: "Management".to_owned(),
        })
    }
}

fn identity(progress: &Progress) -> UserIdentity {
    let Some(principal) = &progress.principal else {
        return UserIdentity {
            kind: "Unknown".to_owned(),
            access_key_id: progress.access_key.clone(),
            ..UserIdentity::default()
        };
    };
    UserIdentity {
        kind: match principal.assumed {
            None => "IAMUser",
            Some(_) => "AssumedRole",
        }
        .to_owned(),
        principal_id: Some(principal.arn()),
        arn: Some(principal.arn()),
        account_id: Some(principal.account.to_string()),
        access_key_id: progress.access_key.clone(),
        user_name: Some(principal.user.to_string()),
        session_context: progress.issued_at.map(|creation_date| SessionContext {
            attributes: SessionAttributes {
                creation_date,
                mfa_authenticated: "false".to_owned(),
            },
        }),
    }
}

/// Whether an operation leaves things as they are, by AWS's way of naming them: the model itself hardly says.
fn reads(operation: &str) -> bool {
    ["BatchGet", "Describe", "Get", "List", "ScanSbom", "Search"]
        .iter()
        .any(|verb| operation.starts_with(verb))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::SERVICES;

    #[test]
    fn writing_operations() {
        let mut verbs: Vec<String> = SERVICES
            .iter()
            .flat_map(|service| service.operations)
            .filter(|operation| !reads(operation.name))
            .map(|operation| {
                let rest = operation.name.char_indices().skip(1);
                let end = rest.into_iter().find(|(_, letter)| letter.is_uppercase());
                operation.name[..end.map_or(operation.name.len(), |(end, _)| end)].to_owned()
            })
            .collect();
        verbs.sort();
        verbs.dedup();
        assert_eq!(
            verbs.join(" "),
            "Associate Batch Cancel Create Delete Disable Disassociate Enable Reset Send Start Stop Tag Untag Update"
        );
    }
}
