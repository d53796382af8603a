//! Taking up what a resource is and what it has. It is acknowledged when all of it is kept together with the job of
//! assessing it; the same again changes nothing.

use std::{
    sync::{Arc, LazyLock},
    thread::available_parallelism,
};

use assay_api::{Caller, Fault, Logged};
use assay_delta::{Change, DIGEST};
use assay_identity::{Action, Role};
use assay_inspector::platform;
use assay_model::Diagnostic;
use assay_service::store_fault;
use assay_store::{Cause, Covered, Kept, PushOutcome, ScopeId, StoredResource, kind};
use axum::{body::Bytes, extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::{json, value::RawValue};
use tokio::sync::{Semaphore, SemaphorePermit};
use utoipa::ToSchema;

use crate::{
    agentless::{self, Decision},
    answer::logged,
    change,
    description::{Description, Enabled, State},
    inventory::{self, document_schema},
    kind::Kind,
    problem::Problem,
    request,
    resources::named,
    routes::Extensions,
    running::Running,
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
    /// this digest to. Or `{"base": "sha256:…", "digest": "sha256:…", "removed": […], "added": …}`: what changed since. Without one, the resource is described anew and keeps what it had.
    #[serde(borrow)]
    #[schema(schema_with = document_schema)]
    inventory: Option<&'a RawValue>,
    /// Why what it has could not be read. Beside an inventory, why that is not all.
    problem: Option<Problem>,
}

/// What a push says of the inventory of a resource.
pub(crate) enum Heard {
    /// All of it.
    Whole(Box<inventory::Read>),
    /// It is still the one of this digest, without the word before it.
    Same(String),
    /// Nothing.
    Nothing,
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
    resource: Named,
    /// The inventory; null where none was pushed.
    inventory: Option<Taken>,
    /// Whether there is anything to assess that was not there before.
    #[schema(value_type = String, pattern = "^(changed|unchanged)$")]
    outcome: &'static str,
    coverage: Coverage,
    /// Whether its type of scan is turned on.
    enabled: bool,
    /// Whether it is scanned and no inventory of it came yet: whoever can read what it has is to push it.
    wanted: bool,
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
    let mut turn = match body.len() {
        ..=SHORT => None,
        _ => Some(turn().await?),
    };
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

async fn turn() -> Result<SemaphorePermit<'static>, Fault> {
    TURNS.acquire().await.map_err(Fault::internal)
}

/// Takes a resource up, with its inventory where there is one, or why it could not be read.
///
/// # Errors
///
/// What is wrong with the description, or that the caller does not speak for the resource; an inventory that is another than
/// it is said to be; when the database does not answer.
pub(crate) async fn take_up(
    extensions: &Extensions,
    caller: &Caller,
    mut description: Description,
    (mut heard, mut problem): (Heard, Option<Problem>),
    diagnostics: String,
) -> Result<Pushed, Fault> {
    let kind: &Kind = description.kind()?;
    speaks_for(caller, kind, &description.id)?;
    let account = caller.principal.account.to_string();
    let now = extensions.clock.now();
    let scope = extensions.service.scope(caller).await?;
    let system = match &heard {
        Heard::Whole(read) => read.inventory.distribution.as_ref().map(platform),
        Heard::Same(_) => kept_platform(extensions, scope, kind, &description.id).await?,
        Heard::Nothing => None,
    };
    description.complete(kind, &account, system, now)?;
    let activations = extensions
        .database
        .activations(scope)
        .await
        .map_err(store_fault)?;
    let is_on = activations
        .iter()
        .any(|(scan_type, status, _)| scan_type == kind.scan_type && status == "ENABLED");
    let decision = agentless::decide(extensions, caller, scope, (kind, &description), now).await?;
    let is_due = matches!(decision, Decision::TakeAndWant);
    match decision {
        Decision::Take | Decision::TakeAndWant => {}
        Decision::Unmanaged => {
            heard = Heard::Nothing;
            problem = Some(Problem::unmanaged());
        }
        Decision::Leave(known) => return Ok(left(caller, *known, is_on)),
    }
    let is_enabled = if is_on { Enabled::Yes } else { Enabled::No };
    let stored = description.stored(scope, kind, is_enabled, problem.as_ref(), diagnostics);
    let at = now.as_microsecond();
    let pushed = match &heard {
        Heard::Whole(read) => extensions.database.push(&stored, Some(&read.kept), at).await,
        Heard::Nothing => extensions.database.push(&stored, None, at).await,
        Heard::Same(digest) => {
            let confirmed = extensions.database.confirm(&stored, digest, at).await;
            confirmed.map_err(store_fault)?.map(Ok).ok_or_else(|| {
                let what = format!("the inventory of {} is not {DIGEST}{digest}", description.id);
                change::push_the_whole(&description.id, &what)
            })?
        }
    }
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
    if kind.scan_type == "EC2" {
        // What is stopped or gone runs nothing.
        let running = description
            .running
            .as_ref()
            .filter(|_| description.state == State::Active);
        for (teller, runs) in Running::told(running, &description.id, caller) {
            let told = extensions.database.tell_running(scope, &teller, &runs, at).await;
            told.map_err(store_fault)?;
        }
    }
    extensions.wake.notify_one();
    Ok(Pushed {
        resource: Named {
            kind: kind.resource_type.to_owned(),
            id: description.id,
            region: caller.region.to_string(),
            account_id: account,
        },
        inventory: match &heard {
            Heard::Whole(read) => Some(Taken {
                digest: format!("{DIGEST}{}", read.kept.digest),
                packages: read.kept.packages,
            }),
            Heard::Same(_) | Heard::Nothing => None,
        },
        outcome: match pushed.outcome {
            PushOutcome::Changed => "changed",
            PushOutcome::Unchanged => "unchanged",
        },
        wanted: status_code == "ACTIVE"
            && matches!(heard, Heard::Nothing)
            && (is_due || pushed.inventory == Kept::No),
        coverage: Coverage { status_code, reason },
        enabled: is_on,
    })
}

/// The answer about a host that is as its agent told.
fn left(caller: &Caller, (resource, covered): (StoredResource, Covered), enabled: bool) -> Pushed {
    Pushed {
        resource: named(caller, resource),
        inventory: None,
        outcome: "unchanged",
        coverage: Coverage {
            status_code: covered.status,
            reason: covered.reason,
        },
        enabled,
        wanted: false,
    }
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

/// Refuses an agent of a host that speaks of another resource.
fn speaks_for(caller: &Caller, kind: &Kind, id: &str) -> Result<(), Fault> {
    let principal = &caller.principal;
    let is_its_own = kind.scan_type == "EC2" && principal.user.as_str() == id;
    if principal.role != Role::Host || is_its_own {
        return Ok(());
    }
    Err(Fault::AccessDenied(format!(
        "the agent of the host {} may tell of no other resource",
        principal.user
    )))
}

/// Refuses agents of hosts, which know nothing of other resources.
///
/// # Errors
///
/// When the caller is one.
pub(crate) fn refuse_host(caller: &Caller) -> Result<(), Fault> {
    match caller.principal.role {
        Role::Host => Err(Fault::AccessDenied(
            "the agent of a host may tell of that host only".to_owned(),
        )),
        _ => Ok(()),
    }
}

/// The system that a host was found to have, for pushes that do not say it again.
async fn kept_platform(
    extensions: &Extensions,
    scope: ScopeId,
    kind: &Kind,
    id: &str,
) -> Result<Option<String>, Fault> {
    let found = extensions.database.resources_named(scope, id).await;
    let found = found.map_err(store_fault)?;
    let kept = found
        .into_iter()
        .find(|resource| resource.kind == kind.resource_type);
    Ok(kept.and_then(|resource| Description::platform_of(&resource)))
}
