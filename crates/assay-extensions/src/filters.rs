//! What suppression rules have beyond Inspector's: an owner, an end, and the end by a fix; and whether they are stale.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_identity::Action;
use assay_service::{Service, store_fault};
use assay_store::Filter;
use axum::{body::Bytes, extract::State as Shared, response::Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::{
    answer::{exact_time, time, told},
    request::{self, Asked, page_size},
    routes::Extensions,
};

/// Filters of one answer, unless fewer are asked for.
const MOST: i64 = 100;

/// The action of a filter that suppresses.
const SUPPRESS: &str = "SUPPRESS";

/// After how long without anything to suppress a rule is stale, in microseconds: 90 days.
const STALE: i64 = 90 * 24 * 3600 * 1_000_000;

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// The most rules that are wanted.
    #[param(minimum = 1, maximum = 100)]
    max_results: Option<i64>,
    /// Where to go on, as the last answer had it.
    next_token: Option<String>,
}

/// Suppression rules.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rules {
    rules: Vec<Rule>,
    /// Where to go on; null at the end.
    next_token: Option<String>,
}

/// A filter with what it has beyond Inspector's.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rule {
    /// The ARN, as Inspector's operations have it.
    arn: String,
    /// The name.
    name: String,
    /// `SUPPRESS`; `NONE` for a filter that is only kept.
    #[schema(pattern = "^(NONE|SUPPRESS)$")]
    action: String,
    /// Why it is there; null where nothing is told.
    reason: Option<String>,
    /// Who answers for it; null for nobody.
    owner: Option<String>,
    /// Whether it holds a finding only while no version fixes it.
    until_fixed: bool,
    /// When it ends, or ended; null for never.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    updated_at: String,
    /// How many findings it suppresses now.
    suppressed: i64,
    /// When it was last seen to suppress anything, within the hour; null for never.
    #[schema(format = DateTime)]
    last_matched_at: Option<String>,
    /// Why nobody needs it any more; null where it is in use, or young.
    stale: Option<Stale>,
}

/// What a rule has beyond Inspector's.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Terms {
    /// Who answers for it; null for nobody.
    #[schema(max_length = 256)]
    owner: Option<String>,
    /// Whether it holds a finding only while no version fixes it.
    until_fixed: bool,
    /// When it ends and gives back what it suppressed; null for never. A time that is past ends it at once.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// Why a rule is stale.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stale {
    because: Reason,
    /// For people.
    message: String,
}

/// Why a rule is stale, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Reason {
    /// Its time is over.
    Expired,
    /// It has matched nothing for 90 days.
    Unmatched,
    /// It has been there for 90 days and never matched anything.
    NeverMatched,
}

/// Suppression rules with their terms
#[utoipa::path(get, path = "/filters", operation_id = "ListSuppressionRules", params(Page), responses((status = 200, description = "A page of them, the oldest first.", body = Rules)))]
pub(crate) async fn list(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Page>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let pages = caller.pages_of("ListSuppressionRules", &json!({}));
    let after: i64 = pages.position(asked.next_token.as_deref())?.unwrap_or_default();
    let size = page_size("maxResults", asked.max_results, MOST)?;
    let scope = extensions.service.scope(&caller).await?;
    let mut found = extensions
        .database
        .filters(scope, Some(SUPPRESS), None, after, size + 1)
        .await
        .map_err(store_fault)?;
    let size = usize::try_from(size).map_err(Fault::internal)?;
    let next_token = pages.cut(&mut found, size, |last| last.id)?;
    let mut rules = Vec::with_capacity(found.len());
    for filter in &found {
        rules.push(rule(&extensions, &caller, filter).await?);
    }
    let answer = Rules { rules, next_token };
    told("ListSuppressionRules", json!({}), &answer)
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// The ARN of a filter.
    #[param(min_length = 1, max_length = 128)]
    arn: String,
}

/// A filter with its terms
#[utoipa::path(get, path = "/filters/terms", operation_id = "GetFilterTerms", params(Which), responses(
    (status = 200, description = "The filter.", body = Rule),
    (status = 404, description = "There is no such filter in this account and region."),
))]
pub(crate) async fn get(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Which>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let filter = named(&extensions, &caller, &asked.arn).await?;
    let answer = rule(&extensions, &caller, &filter).await?;
    told("GetFilterTerms", json!({"arn": asked.arn}), &answer)
}

/// Set the terms of a filter
///
/// What is left out is set to nothing: no owner, no end. It has effect at once on what is open.
#[utoipa::path(put, path = "/filters/terms", operation_id = "SetFilterTerms", params(Which), request_body = Terms, responses(
    (status = 200, description = "The filter as it is now.", body = Rule),
    (status = 404, description = "There is no such filter in this account and region."),
))]
pub(crate) async fn set(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Which>,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::ManageSavedFilters)?;
    let terms: Terms = request::body("the terms of a filter", &body)?;
    if terms
        .owner
        .as_ref()
        .is_some_and(|owner| owner.chars().count() > 256)
    {
        return Err(Fault::field("owner", "must have at most 256 characters"));
    }
    let mut filter = named(&extensions, &caller, &asked.arn).await?;
    if filter.action == SUPPRESS {
        caller.require(Action::ManageSuppressionRules)?;
    }
    filter.owner = terms.owner.clone().unwrap_or_default();
    filter.until_fixed = terms.until_fixed;
    // 0 stands for never; nothing ended before 1970.
    filter.expires_at = terms
        .expires_at
        .map_or(0, |expires_at| expires_at.as_microsecond().max(1));
    let cause = extensions.service.because_of_filter(&asked.arn);
    filter.updated_at = extensions
        .database
        .update_filter(&filter, &cause)
        .await
        .map_err(store_fault)?;
    told(
        "SetFilterTerms",
        json!({"arn": asked.arn, "terms": terms}),
        &rule(&extensions, &caller, &filter).await?,
    )
}

async fn named(extensions: &Extensions, caller: &Caller, arn: &str) -> Result<Filter, Fault> {
    if arn.is_empty() || arn.chars().count() > 128 {
        return Err(Fault::field("arn", "must have 1 to 128 characters"));
    }
    extensions.service.filter(caller, arn).await
}

async fn rule(extensions: &Extensions, caller: &Caller, filter: &Filter) -> Result<Rule, Fault> {
    let suppressed = extensions
        .database
        .suppressed_by(filter.id)
        .await
        .map_err(store_fault)?;
    let now = extensions.service.now();
    let matched_at = if suppressed > 0 { now } else { filter.matched_at };
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    Ok(Rule {
        arn: Service::filter_arn(&caller.region, &caller.principal.account.to_string(), filter),
        name: filter.name.clone(),
        action: filter.action.clone(),
        reason: some(&filter.reason),
        owner: some(&filter.owner),
        until_fixed: filter.until_fixed,
        expires_at: time(filter.expires_at),
        created_at: exact_time(filter.created_at),
        updated_at: exact_time(filter.updated_at),
        suppressed,
        last_matched_at: time(matched_at),
        stale: stale(filter, matched_at, now),
    })
}

/// Why nobody needs a rule any more.
fn stale(filter: &Filter, matched_at: i64, now: i64) -> Option<Stale> {
    if filter.action != SUPPRESS {
        return None;
    }
    let is_over = filter.expires_at > 0 && filter.expires_at <= now;
    let (because, message) = match matched_at {
        _ if is_over => (
            Reason::Expired,
            format!(
                "it ended at {}; delete it, or set a later end",
                exact_time(filter.expires_at)
            ),
        ),
        0 if filter.created_at <= now - STALE => (
            Reason::NeverMatched,
            "it has been there for 90 days and never matched a finding; its criteria may be wrong".to_owned(),
        ),
        matched_at if matched_at > 0 && matched_at <= now - STALE => (
            Reason::Unmatched,
            format!(
                "it has matched nothing since {}; delete it",
                exact_time(matched_at)
            ),
        ),
        _ => return None,
    };
    Some(Stale { because, message })
}
