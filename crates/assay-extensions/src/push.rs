//! Taking up what a resource is and what it has. It is acknowledged when all of it is kept together with the job of
//! assessing it; the same again changes nothing.

use std::sync::Arc;

use assay_api::{Caller, Fault, Logged};
use assay_identity::Action;
use assay_inspector::platform;
use assay_service::store_fault;
use assay_store::{Cause, PushOutcome, kind};
use axum::{body::Bytes, extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::{json, value::RawValue};
use utoipa::ToSchema;

use crate::{
    answer::logged,
    description::{Description, Enabled, Kind, State},
    inventory::{self, document_schema},
    request,
    routes::Extensions,
};

/// A resource with what it has.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Push<'a> {
    resource: Description,
    /// What is installed in it: CycloneDX 1.2 to 1.7, SPDX 2.2 or 2.3, or what `assay sbom` writes, in JSON. Without one, the
    /// resource is described anew and keeps what it had.
    #[serde(borrow)]
    #[schema(schema_with = document_schema)]
    inventory: Option<&'a RawValue>,
}

/// What came of a push.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pushed {
    resource: Named,
    /// The inventory; null where none was pushed.
    inventory: Option<Taken>,
    /// Whether there is anything to assess that was not there before.
    #[schema(value_type = String, pattern = "^(changed|unchanged)$")]
    outcome: &'static str,
    coverage: Coverage,
    /// Whether its type of scan is turned on.
    enabled: bool,
}

/// Which resource it is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Named {
    /// The type, as Inspector's API has it.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The id, as Inspector's API has it.
    pub(crate) id: String,
    /// The region.
    pub(crate) region: String,
    /// The account.
    pub(crate) account_id: String,
}

/// An inventory that was taken up.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Taken {
    /// The digest of what was read of it: the same content has the same.
    #[schema(pattern = "^sha256:[0-9a-f]{64}$")]
    pub(crate) digest: String,
    /// How many packages it has.
    pub(crate) packages: i64,
}

/// Whether a resource is scanned.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Coverage {
    /// `ACTIVE` or `INACTIVE`.
    status_code: String,
    /// Why, as Inspector's `ScanStatusReason`.
    reason: String,
}

/// Push a resource with its inventory
///
/// Idempotent: the same again changes nothing. What was acknowledged is kept and will be assessed.
#[utoipa::path(post, path = "/resources", operation_id = "PushResource", request_body = Push, responses((status = 200, description = "All of it is kept.", body = Pushed)))]
pub(crate) async fn push(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::Push)?;
    // A large document takes a while to read.
    let (description, read) = tokio::task::spawn_blocking(move || parse(&body))
        .await
        .map_err(Fault::internal)??;
    let kind = description.kind()?;
    let log = Logged {
        name: "PushResource",
        parameters: Some(json!({ "type": kind.resource_type, "id": description.id })),
        response: read
            .as_ref()
            .map(|read| json!({ "inventory": format!("sha256:{}", read.kept.digest) })),
    };
    let diagnostics = read.as_ref().map_or_else(
        || "[]".to_owned(),
        |read| inventory::diagnostics(&read.inventory.diagnostics),
    );
    let pushed = take_up(&extensions, &caller, description, read, diagnostics).await?;
    logged(log, &pushed)
}

/// Takes a resource up, with its inventory where there is one.
///
/// # Errors
///
/// What is wrong with the description; when the database does not answer.
pub(crate) async fn take_up(
    extensions: &Extensions,
    caller: &Caller,
    mut description: Description,
    read: Option<inventory::Read>,
    diagnostics: String,
) -> Result<Pushed, Fault> {
    let kind: &Kind = description.kind()?;
    let account = caller.principal.account.to_string();
    let now = extensions.clock.now();
    let system = read
        .as_ref()
        .and_then(|read| read.inventory.distribution.as_ref())
        .map(platform);
    description.complete(kind, &account, system, now)?;
    let scope = extensions.service.scope(caller).await?;
    let activations = extensions
        .database
        .activations(scope)
        .await
        .map_err(store_fault)?;
    let is_on = activations
        .iter()
        .any(|(scan_type, status, _)| scan_type == kind.scan_type && status == "ENABLED");
    let is_enabled = if is_on { Enabled::Yes } else { Enabled::No };
    let stored = description.stored(scope, kind, is_enabled, diagnostics);
    let at = now.as_microsecond();
    let pushed = extensions
        .database
        .push(&stored, read.as_ref().map(|read| &read.kept), at)
        .await
        .map_err(store_fault)?;
    if let Some(repository) = description.repository(&stored, &caller.region, &account) {
        extensions
            .database
            .push(&repository, None, at)
            .await
            .map_err(store_fault)?;
    }
    let (status_code, reason) = pushed.coverage;
    if description.state == State::Terminated {
        let cause = Cause {
            code: kind::code(&kind::CAUSES, "RESOURCE").unwrap_or_default(),
            reference: description.id.clone(),
            at,
        };
        extensions
            .database
            .change_state(pushed.resource, "GONE", (&status_code, &reason), &cause)
            .await
            .map_err(store_fault)?;
    }
    extensions.wake.notify_one();
    Ok(Pushed {
        resource: Named {
            kind: kind.resource_type.to_owned(),
            id: description.id,
            region: caller.region.to_string(),
            account_id: account,
        },
        inventory: read.map(|read| Taken {
            digest: format!("sha256:{}", read.kept.digest),
            packages: read.kept.packages,
        }),
        outcome: match pushed.outcome {
            PushOutcome::Changed => "changed",
            PushOutcome::Unchanged => "unchanged",
        },
        coverage: Coverage { status_code, reason },
        enabled: is_on,
    })
}

fn parse(body: &[u8]) -> Result<(Description, Option<inventory::Read>), Fault> {
    let push: Push<'_> = request::body("a resource with its inventory", body)?;
    let read = match push.inventory {
        Some(document) => Some(
            inventory::read(document.get().as_bytes())
                .map_err(|message| Fault::field("inventory", message))?,
        ),
        None => None,
    };
    Ok((push.resource, read))
}
