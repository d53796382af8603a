//! `POST /assay/v1/resources`: what a resource is and what it has. It is acknowledged when all of it is kept together with
//! the job of assessing it; the same again changes nothing.

use std::sync::Arc;

use assay_api::{Caller, Fault, Logged};
use assay_identity::Action;
use assay_inspector::platform;
use assay_service::store_fault;
use assay_store::{Cause, PushOutcome, kind};
use axum::{
    Json,
    body::Bytes,
    extract::State as Shared,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{json, value::RawValue};

use crate::{
    description::{Description, Enabled, State},
    inventory,
    routes::Extensions,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request<'a> {
    resource: Description,
    #[serde(borrow)]
    inventory: Option<&'a RawValue>,
}

pub(crate) async fn push(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::Push)?;
    let account = caller.principal.account.to_string();
    // A large document takes a while to read.
    let (mut description, read) = tokio::task::spawn_blocking(move || parse(&body))
        .await
        .map_err(Fault::internal)??;
    let kind = description.kind()?;
    let now = extensions.clock.now();
    let system = read
        .as_ref()
        .and_then(|read| read.inventory.distribution.as_ref())
        .map(platform);
    description.complete(kind, &account, system, now)?;
    let scope = extensions
        .database
        .scope(&account, &caller.region)
        .await
        .map_err(store_fault)?;
    let activations = extensions
        .database
        .activations(scope)
        .await
        .map_err(store_fault)?;
    let is_on = activations
        .iter()
        .any(|(scan_type, status, _)| scan_type == kind.scan_type && status == "ENABLED");
    let is_enabled = if is_on { Enabled::Yes } else { Enabled::No };
    let diagnostics = read.as_ref().map_or_else(
        || "[]".to_owned(),
        |read| inventory::diagnostics(&read.inventory.diagnostics),
    );
    let stored = description.stored(scope, kind, is_enabled, diagnostics);
    let at = now.as_microsecond();
    let pushed = extensions
        .database
        .push(&stored, read.as_ref().map(|read| &read.kept), at)
        .await
        .map_err(store_fault)?;
    if description.state == State::Terminated {
        let cause = Cause {
            code: kind::code(&kind::CAUSES, "RESOURCE").unwrap_or_default(),
            reference: description.id.clone(),
            at,
        };
        let (status, reason) = &stored.coverage;
        extensions
            .database
            .change_state(pushed.resource, "GONE", (status, reason), &cause)
            .await
            .map_err(store_fault)?;
    }
    extensions.wake.notify_one();
    let answer = json!({
        "resource": { "type": kind.resource_type, "id": description.id, "region": &*caller.region, "accountId": account },
        "inventory": read.as_ref().map(|read| json!({
            "digest": format!("sha256:{}", read.kept.digest), "packages": read.kept.packages,
        })),
        "outcome": match pushed.outcome {
            PushOutcome::Changed => "changed",
            PushOutcome::Unchanged => "unchanged",
        },
        "coverage": { "statusCode": stored.coverage.0, "reason": stored.coverage.1 },
        "enabled": is_on,
    });
    let mut response = Json(answer).into_response();
    response.extensions_mut().insert(Logged {
        name: "PushResource",
        parameters: Some(json!({ "type": kind.resource_type, "id": description.id })),
        response: read.map(|read| json!({ "inventory": format!("sha256:{}", read.kept.digest) })),
    });
    Ok(response)
}

fn parse(body: &[u8]) -> Result<(Description, Option<inventory::Read>), Fault> {
    let request: Request<'_> = serde_json::from_slice(body).map_err(|error| Fault::Validation {
        message: format!("the body is not a resource with its inventory: {error}"),
        reason: assay_api::ValidationReason::CannotParse,
        fields: Vec::new(),
    })?;
    let read = match request.inventory {
        Some(document) => Some(
            inventory::read(document.get().as_bytes())
                .map_err(|message| Fault::field("inventory", message))?,
        ),
        None => None,
    };
    Ok((request.resource, read))
}
