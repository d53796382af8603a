//! What whoever watches registries tells of images beside what they are.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_identity::Action;
use assay_service::store_fault;
use axum::{body::Bytes, extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    answer::told, description::is_digest, request, routes::Extensions, shapes::DIGEST_PATTERN,
    take_up::refuse_host,
};

/// Pulls that are told at once, at most.
const MOST_PULLS: usize = 1000;

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
    let asked: Pulls = request::body("images that were pulled", &body)?;
    if asked.pulls.len() > MOST_PULLS {
        return Err(Fault::field("pulls", format!("must be at most {MOST_PULLS}")));
    }
    let now = extensions.clock.now().as_microsecond();
    let mut pulls = Vec::with_capacity(asked.pulls.len());
    for (at, pull) in asked.pulls.into_iter().enumerate() {
        if !is_digest(&pull.digest) {
            return Err(Fault::field(
                format!("pulls[{at}].digest"),
                format!("must match {DIGEST_PATTERN}"),
            ));
        }
        let seconds = pull.pulled_at.and_then(|at| u32::try_from(at).ok());
        let seconds = seconds.ok_or_else(|| {
            let message = "must be seconds since 1970, as a whole number of 32 bits";
            Fault::field(format!("pulls[{at}].pulledAt"), message)
        })?;
        pulls.push(assay_store::Pull {
            digest: pull.digest,
            repository: pull.repository.unwrap_or_default(),
            at: (i64::from(seconds) * 1_000_000).min(now),
        });
    }
    let scope = extensions.service.scope(&caller).await?;
    let images = extensions.database.note_pulls(scope, &pulls, now).await;
    let noted = Noted {
        images: images.map_err(store_fault)?,
    };
    extensions.wake.notify_one();
    told("NotePulls", json!({ "pulls": pulls.len() }), &noted)
}
