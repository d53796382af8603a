//! Who called what, when, from where, and what came of it.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_identity::Action;
use assay_service::store_fault;
use assay_store::{CallFilter, CallOutcome};
use axum::{extract::State as Shared, response::Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use crate::{
    answer::told,
    request::{Asked, page_size},
    routes::Extensions,
};

/// Calls of one answer, unless fewer are asked for.
const MOST: i64 = 200;

#[derive(Deserialize, Serialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// From a time on.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Up to a time.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Of a user, by name.
    #[param(min_length = 1, max_length = 64)]
    user: Option<String>,
    /// With an access key, by its id.
    #[param(pattern = "^[A-Z0-9]{16,128}$")]
    access_key: Option<String>,
    /// Of an operation, as `ListFindings`.
    #[param(min_length = 1, max_length = 512)]
    event_name: Option<String>,
    /// With an outcome.
    #[param(inline)]
    outcome: Option<Outcome>,
    /// That failed with a fault of this name, as `AccessDeniedException`.
    #[param(min_length = 1, max_length = 128)]
    error_code: Option<String>,
    /// The most calls that are wanted.
    #[param(minimum = 1, maximum = 200)]
    max_results: Option<i64>,
    /// Where to go on, as the last answer had it.
    next_token: Option<String>,
}

/// What came of a call.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    /// It was done.
    Success,
    /// It failed.
    Failure,
}

/// Calls, the latest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Calls {
    /// Records in the form that CloudTrail has (version 1.11).
    #[serde(rename = "Records")]
    records: Vec<Map<String, Value>>,
    /// Where to go on; null at the end.
    #[serde(rename = "nextToken")]
    next_token: Option<String>,
}

/// The log of calls of this account
///
/// Every call of this account in every region, whatever came of it. Calls are kept for 90 days; the files of the service have
/// them for longer.
#[utoipa::path(get, path = "/calls", operation_id = "ListCalls", params(Wanted), responses((status = 200, description = "A page of them.", body = Calls)))]
pub(crate) async fn list(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Wanted>,
) -> Result<Response, Fault> {
    caller.require(Action::ReadCalls)?;
    check(&asked)?;
    let parameters = serde_json::to_value(&asked).map_err(Fault::internal)?;
    let pages = caller.pages_of("ListCalls", &parameters);
    let before: Option<(i64, i64)> = pages.position(asked.next_token.as_deref())?;
    let size = page_size("maxResults", asked.max_results, MOST)?;
    let filter = CallFilter {
        operation: asked.event_name,
        person: asked.user,
        access_key: asked.access_key,
        outcome: match (asked.error_code, asked.outcome) {
            (Some(name), _) => Some(CallOutcome::Fault(name)),
            (None, Some(Outcome::Success)) => Some(CallOutcome::Success),
            (None, Some(Outcome::Failure)) => Some(CallOutcome::Failure),
            (None, None) => None,
        },
        from: asked.from.map(Timestamp::as_microsecond),
        to: asked.to.map(Timestamp::as_microsecond),
    };
    // Calls that were answered before this one are to be found.
    extensions.calls.flush().await;
    let account = caller.principal.account.to_string();
    let mut found = extensions
        .database
        .calls(&account, &filter, before, size + 1)
        .await
        .map_err(store_fault)?;
    let size = usize::try_from(size).map_err(Fault::internal)?;
    let next_token = pages.cut(&mut found, size, |last| (last.at, last.id))?;
    let answer = Calls {
        records: found
            .iter()
            .map(|call| serde_json::from_str(&call.record).map_err(Fault::internal))
            .collect::<Result<_, _>>()?,
        next_token,
    };
    told("ListCalls", parameters, &answer)
}

fn check(asked: &Wanted) -> Result<(), Fault> {
    for (name, value, most) in [
        ("user", &asked.user, 64),
        ("eventName", &asked.event_name, 512),
        ("errorCode", &asked.error_code, 128),
    ] {
        let length = value.as_ref().map(|value| value.chars().count());
        if length.is_some_and(|length| !(1..=most).contains(&length)) {
            return Err(Fault::field(name, format!("must have 1 to {most} characters")));
        }
    }
    let is_key = |key: &String| {
        (16..=128).contains(&key.len())
            && key
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    match &asked.access_key {
        Some(key) if !is_key(key) => Err(Fault::field(
            "accessKey",
            "must be the id of an access key, 16 to 128 capital letters and digits",
        )),
        _ => Ok(()),
    }
}
