//! Pushing what a resource is and what it has. It is acknowledged when all of it is kept together with the job of
//! assessing it; the same again changes nothing.

use std::{
    sync::{Arc, LazyLock},
    thread::available_parallelism,
};

use assay_api::{Caller, Fault, Logged};
use assay_delta::{Change, DIGEST};
use assay_identity::Action;
use assay_model::Diagnostic;
use axum::{body::Bytes, extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::{json, value::RawValue};
use tokio::sync::{Semaphore, SemaphorePermit};
use utoipa::ToSchema;

use crate::{
    answer::logged,
    change,
    description::Description,
    inventory::{self, document_schema},
    problem::Problem,
    request,
    routes::Extensions,
    take_up::{Heard, speaks_for, take_up},
};

/// Bytes of a body that is read at once; a larger one waits for its turn.
const SHORT: usize = 64 << 10;

/// Inventories that are read and taken up at once. Read, they are many times as large as they were sent.
static TURNS: LazyLock<Semaphore> = LazyLock::new(|| {
    let processors = available_parallelism().map_or(1, usize::from);
    Semaphore::new(2 * processors)
});

/// A resource with what it has.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Push<'a> {
    resource: Description,
    /// What is installed in it: CycloneDX 1.2 to 1.7, SPDX 2.2 or 2.3, what `assay sbom` writes, an inventory of AWS Systems
    /// Manager or tables of osquery, in JSON. Or `{"digest": "sha256:…"}`: it is still the one that the service answered
    /// this digest to. Or `{"base": "sha256:…", "digest": "sha256:…", "removed": […], "added": …}`: what changed since. Without one, the resource is described anew
    /// and keeps what it had.
    #[serde(borrow)]
    #[schema(schema_with = document_schema)]
    inventory: Option<&'a RawValue>,
    /// Why what it has could not be read. Beside an inventory, why that is not all.
    problem: Option<Problem>,
}

/// What a push has where its inventory is.
enum Told {
    /// What is heard of it at once.
    Heard(Heard),
    /// What changed of the one that is kept.
    Changed(Box<Change>),
}

/// What came of a push.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pushed {
    pub(crate) resource: Named,
    /// The inventory; null where none was pushed.
    pub(crate) inventory: Option<Taken>,
    /// Whether there is anything to assess that was not there before.
    #[schema(value_type = String, pattern = "^(changed|unchanged)$")]
    pub(crate) outcome: &'static str,
    pub(crate) coverage: Coverage,
    /// Whether its type of scan is turned on.
    pub(crate) enabled: bool,
    /// Whether it is scanned and no inventory of it came yet: whoever can read what it has is to push it.
    pub(crate) wanted: bool,
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
    pub(crate) status_code: String,
    /// Why, as Inspector's `ScanStatusReason`.
    pub(crate) reason: String,
}

/// Push a resource with its inventory
///
/// Idempotent: the same again changes nothing. What was acknowledged is kept and will be assessed. A host is told of by several,
/// each of whom leaves out what it does not know: an agent what the host has, a connector its tags and where it is in the cloud.
#[utoipa::path(post, path = "/resources", operation_id = "PushResource", request_body = Push, responses(
    (status = 200, description = "All of it is kept.", body = Pushed),
    (status = 409, description = "The service has another inventory than the digest says, or what changed does not make the one that it is said to: push the whole."),
))]
pub(crate) async fn push(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::Push)?;
    let mut turn = turn_for(&body).await?;
    // A large document takes a while to read.
    let (description, told, problem) = tokio::task::spawn_blocking(move || parse(&body))
        .await
        .map_err(Fault::internal)??;
    let kind = description.kind()?;
    let heard = match told {
        Told::Heard(heard) => heard,
        Told::Changed(change) => {
            speaks_for(&caller, kind, &description.id)?;
            // However short it is, it makes a whole one.
            if turn.is_none() {
                turn = Some(self::turn().await?);
            }
            let read = change::whole(&extensions, &caller, kind, &description.id, *change).await?;
            Heard::Whole(Box::new(read))
        }
    };
    let log = Logged {
        name: "PushResource",
        parameters: Some(json!({ "type": kind.resource_type, "id": description.id })),
        response: match &heard {
            Heard::Whole(read) => Some(&read.kept.digest),
            Heard::Same(digest) => Some(digest),
            Heard::Nothing => None,
        }
        .map(|digest| json!({ "inventory": format!("{DIGEST}{digest}") })),
    };
    let found: &[Diagnostic] = match &heard {
        Heard::Whole(read) => &read.inventory.diagnostics,
        Heard::Same(_) | Heard::Nothing => &[],
    };
    let diagnostics = inventory::diagnostics(found, problem.as_ref());
    // One that was read in part is scanned.
    let problem = problem.filter(|_| matches!(heard, Heard::Nothing));
    let pushed = take_up(&extensions, &caller, description, (heard, problem), diagnostics).await?;
    drop(turn);
    logged(log, &pushed)
}

/// Waits for the turn of a body, where it is not read at once.
///
/// # Errors
///
/// None but those of a service that ends.
pub(crate) async fn turn_for(body: &[u8]) -> Result<Option<SemaphorePermit<'static>>, Fault> {
    Ok(match body.len() {
        ..=SHORT => None,
        _ => Some(turn().await?),
    })
}

async fn turn() -> Result<SemaphorePermit<'static>, Fault> {
    TURNS.acquire().await.map_err(Fault::internal)
}

fn parse(body: &[u8]) -> Result<(Description, Told, Option<Problem>), Fault> {
    let push: Push<'_> = request::body("a resource with its inventory", body)?;
    let Some(document) = push.inventory.map(|document| document.get().as_bytes()) else {
        return Ok((push.resource, Told::Heard(Heard::Nothing), push.problem));
    };
    let told = if let Some(digest) = inventory::same(document) {
        Told::Heard(Heard::Same(digest?))
    } else if let Some(change) = inventory::change(document) {
        Told::Changed(Box::new(change?))
    } else {
        let read = inventory::read(document).map_err(|message| Fault::field("inventory", message))?;
        Told::Heard(Heard::Whole(Box::new(read)))
    };
    Ok((push.resource, told, push.problem))
}
