//! What whoever watches registries tells and asks.

use std::sync::Arc;

use assay_api::{Caller, Fault, Logged};
use assay_identity::{Action, Role};
use assay_service::store_fault;
use assay_store::{ImageUse, ResourceId};
use axum::{body::Bytes, extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::{
    answer::{logged, told},
    description::{is_digest, resource_types},
    request::{self, Asked, page_size},
    resources::Listed,
    routes::Extensions,
    shapes::DIGEST_PATTERN,
};

/// Pulls that are told at once, at most.
const MOST_PULLS: usize = 1000;

/// Resources of one answer, unless fewer are asked for.
const MOST: i64 = 200;

/// Images that were pulled.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Pulls {
    #[schema(max_items = 1000)]
    pulls: Vec<Pull>,
}

/// That somebody pulled an image.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Pull {
    /// The digest of the image, or of an index that it is part of.
    #[schema(pattern = r"^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$")]
    digest: String,
    /// The name of its repository; left out for every one that has it.
    #[serde(default)]
    repository: Option<String>,
    /// When, in seconds since 1970.
    #[serde(deserialize_with = "request::whole")]
    #[schema(value_type = u32, minimum = 0, maximum = 4294967295_u64)]
    pulled_at: Option<i64>,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Noted {
    /// How many images of the account and region these were.
    images: u64,
}

/// Tell that images were pulled
///
/// One that was not monitored any more, because nobody had pushed or pulled it for long, is assessed again. Idempotent; times
/// only go forward, and those that are to come are taken for now.
#[utoipa::path(post, path = "/images/pulls", operation_id = "NotePulls", request_body = Pulls, responses((status = 200, description = "They are kept.", body = Noted)))]
pub(crate) async fn pulls(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::Push)?;
    refuse_host(&caller)?;
    let told: Pulls = request::body("images that were pulled", &body)?;
    if told.pulls.len() > MOST_PULLS {
        return Err(Fault::field("pulls", format!("must be at most {MOST_PULLS}")));
    }
    let now = extensions.clock.now().as_microsecond();
    let mut uses = Vec::with_capacity(told.pulls.len());
    for (at, pull) in told.pulls.into_iter().enumerate() {
        if !is_digest(&pull.digest) {
            return Err(Fault::field(
                format!("pulls[{at}].digest"),
                format!("must match {DIGEST_PATTERN}"),
            ));
        }
        let pulled_at = pull.pulled_at.and_then(|at| u32::try_from(at).ok());
        let pulled_at = pulled_at.ok_or_else(|| {
            let message = "must be seconds since 1970, as a whole number of 32 bits";
            Fault::field(format!("pulls[{at}].pulledAt"), message)
        })?;
        uses.push(ImageUse {
            digest: pull.digest,
            repository: pull.repository.unwrap_or_default(),
            pulled_at: (i64::from(pulled_at) * 1_000_000).min(now),
            in_use_at: 0,
        });
    }
    let scope = extensions.service.scope(&caller).await?;
    let images = extensions.database.note_use(scope, &uses, now).await;
    let noted = Noted {
        images: images.map_err(store_fault)?,
    };
    extensions.wake.notify_one();
    let log = Logged {
        name: "NotePulls",
        parameters: Some(json!({ "pulls": uses.len() })),
        response: None,
    };
    logged(log, &noted)
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanting {
    /// The type, as Inspector's API has it; left out for every type.
    #[serde(rename = "type")]
    #[param(schema_with = resource_types, required = false)]
    kind: Option<String>,
    /// The most resources that are wanted.
    #[param(minimum = 1, maximum = 200)]
    max_results: Option<i64>,
    /// Where to go on, as the last answer had it.
    next_token: Option<String>,
}

/// Resources, in the order in which they were first heard of, and whose they are.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    /// The account.
    #[schema(pattern = "^[0-9]{12}$")]
    account_id: String,
    /// The region.
    region: String,
    resources: Vec<Listed>,
    /// Where to go on; null at the end.
    next_token: Option<String>,
}

/// The resources that are scanned and of which no inventory came yet
///
/// Whoever can read what they have is to push it. Those of which was told that it could not be read are not among them.
#[utoipa::path(get, path = "/resources/wanted", operation_id = "ListWantedResources", params(Wanting), responses((status = 200, description = "A page of them.", body = Wanted)))]
pub(crate) async fn wanted(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Wanting>,
) -> Result<Response, Fault> {
    caller.require(Action::Push)?;
    refuse_host(&caller)?;
    if let Some(kind) = &asked.kind {
        crate::description::require_resource_type(kind)?;
    }
    let parameters = json!({ "type": asked.kind });
    let pages = caller.pages_of("ListWantedResources", &parameters);
    let after: i64 = pages.position(asked.next_token.as_deref())?.unwrap_or_default();
    let size = page_size("maxResults", asked.max_results, MOST)?;
    let scope = extensions.service.scope(&caller).await?;
    // One more tells whether there is a next page.
    let mut found = extensions
        .database
        .resources_wanted(scope, asked.kind.as_deref(), ResourceId(after), size + 1)
        .await
        .map_err(store_fault)?;
    let size = usize::try_from(size).map_err(Fault::internal)?;
    let next_token = pages.cut(&mut found, size, |last| last.id.0)?;
    let answer = Wanted {
        account_id: caller.principal.account.to_string(),
        region: caller.region.to_string(),
        resources: found.iter().map(Listed::from).collect(),
        next_token,
    };
    told("ListWantedResources", parameters, &answer)
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
