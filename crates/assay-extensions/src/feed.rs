//! What happened to findings, numbered, so that whoever reads on after the last number misses nothing and sees nothing twice.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_identity::Action;
use assay_service::store_fault;
use assay_store::{Change, kind};
use axum::{extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema, openapi::ObjectBuilder};

use crate::{
    answer::{exact_time, told},
    request::{Asked, LARGEST, page_size},
    routes::Extensions,
    shapes::one_of,
};

/// Changes of one answer, unless fewer are asked for.
const MOST: i64 = 1_000;

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct After {
    /// The number that was read last; 0, or nothing, for the beginning.
    #[serde(default)]
    #[param(required = false, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    after: i64,
    /// The most changes that are wanted.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<i64>,
}

/// Changes in order.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Changes {
    changes: Vec<ToldChange>,
    /// The number of the last change here, to go on from; the number that was asked after where there is none.
    last_sequence: i64,
}

/// What happened to one finding, in order.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct History {
    changes: Vec<ToldChange>,
}

/// A change of a finding.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ToldChange {
    /// Its number, one more than that of the change before it in this account and region.
    sequence: i64,
    /// The finding.
    finding_arn: String,
    /// What happened.
    #[schema(schema_with = changes_words)]
    change: &'static str,
    /// The status of the finding since then.
    #[schema(schema_with = statuses)]
    status: &'static str,
    /// Why.
    #[schema(schema_with = causes)]
    cause: &'static str,
    /// Which inventory's or generation's digest, which rule or resource it was.
    cause_reference: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// The severity before.
    #[schema(schema_with = severities)]
    severity_before: &'static str,
    /// The severity since.
    #[schema(schema_with = severities)]
    severity: &'static str,
    /// The score before.
    score_before: Option<f64>,
    /// The score since.
    score: Option<f64>,
}

fn changes_words() -> ObjectBuilder {
    one_of(kind::CHANGES.map(|(word, _)| word))
}

pub(crate) fn statuses() -> ObjectBuilder {
    one_of(kind::STATUSES.map(|(word, _)| word))
}

fn causes() -> ObjectBuilder {
    one_of(kind::CAUSES.map(|(word, _)| word))
}

pub(crate) fn severities() -> ObjectBuilder {
    one_of(kind::SEVERITIES.map(|(word, _)| word))
}

/// Changes of findings after a number
#[utoipa::path(get, path = "/changes", operation_id = "ListChanges", params(After), responses((status = 200, description = "Changes in order.", body = Changes)))]
pub(crate) async fn changes(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<After>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let most = page_size("limit", asked.limit, MOST)?;
    if !(0..=LARGEST).contains(&asked.after) {
        return Err(Fault::field("after", format!("must be from 0 to {LARGEST}")));
    }
    let scope = extensions.service.scope(&caller).await?;
    let changes = extensions
        .database
        .changes(scope, asked.after, most)
        .await
        .map_err(store_fault)?;
    let answer = Changes {
        last_sequence: changes.last().map_or(asked.after, |change| change.sequence),
        changes: tell(&extensions, &caller, &changes),
    };
    told(
        "ListChanges",
        json!({"after": asked.after, "limit": asked.limit}),
        &answer,
    )
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Of {
    /// The ARN of a finding.
    #[param(pattern = r"^arn:aws:inspector2:[a-z0-9-]{1,32}:[0-9]{12}:finding/[0-9a-f]{32}$")]
    pub(crate) finding: String,
}

/// What happened to a finding
#[utoipa::path(get, path = "/history", operation_id = "GetFindingHistory", params(Of), responses(
    (status = 200, description = "Its changes in order.", body = History),
    (status = 404, description = "There is no such finding in this account and region."),
))]
pub(crate) async fn history(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Of>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let none = || Fault::NotFound(format!("there is no finding {}", asked.finding));
    require_finding_arn(&asked.finding)?;
    let id = extensions
        .service
        .finding_arns
        .read(&asked.finding)
        .ok_or_else(none)?;
    let scope = extensions.service.scope(&caller).await?;
    let changes = extensions
        .database
        .history(scope, id)
        .await
        .map_err(store_fault)?;
    if changes.is_empty() {
        return Err(none());
    }
    let answer = History {
        changes: tell(&extensions, &caller, &changes),
    };
    told("GetFindingHistory", json!({"finding": asked.finding}), &answer)
}

/// Refuses what cannot be the ARN of a finding.
pub(crate) fn require_finding_arn(arn: &str) -> Result<(), Fault> {
    let is_shaped = || {
        let rest = arn.strip_prefix("arn:aws:inspector2:")?;
        let (region, rest) = rest.split_once(':')?;
        let (account, digits) = rest.split_once(":finding/")?;
        let is_region = (1..=32).contains(&region.len())
            && region
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let is_hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_number = digits.len() == 32 && digits.bytes().all(is_hexadecimal);
        (is_region && is_account && is_number).then_some(())
    };
    is_shaped().ok_or_else(|| {
        Fault::field(
            "finding",
            "must be the ARN of a finding, as `arn:aws:inspector2:REGION:ACCOUNT:finding/32 DIGITS`",
        )
    })
}

fn tell(extensions: &Extensions, caller: &Caller, changes: &[Change]) -> Vec<ToldChange> {
    let account = caller.principal.account.to_string();
    let score = |tenths: i64| u32::try_from(tenths).ok().map(|tenths| f64::from(tenths) / 10.0);
    let tell = |change: &Change| ToldChange {
        sequence: change.sequence,
        finding_arn: extensions
            .service
            .finding_arns
            .arn(&caller.region, &account, change.finding),
        change: kind::word(&kind::CHANGES, change.kind),
        status: kind::word(&kind::STATUSES, change.status),
        cause: kind::word(&kind::CAUSES, change.cause),
        cause_reference: change.cause_reference.clone(),
        at: exact_time(change.at),
        severity_before: kind::word(&kind::SEVERITIES, change.severity_before),
        severity: kind::word(&kind::SEVERITIES, change.severity),
        score_before: score(change.score_before),
        score: score(change.score),
    };
    changes.iter().map(tell).collect()
}
