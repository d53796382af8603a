//! `GET /assay/v1/changes` and `GET /assay/v1/history`: what happened to findings, numbered, so that whoever reads on after the
//! last number misses nothing and sees nothing twice.

use std::sync::Arc;

use assay_api::{Caller, Fault, Logged};
use assay_identity::Action;
use assay_service::store_fault;
use assay_store::{Change, kind};
use axum::{
    Json,
    extract::{Query, State as Shared},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::routes::Extensions;

/// Changes of one answer, unless fewer are asked for.
const MOST: i64 = 1_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct After {
    /// The number that was read last.
    #[serde(default)]
    after: i64,
    /// How many.
    limit: Option<i64>,
}

/// The changes after a number, in order. `lastSequence` is where to go on.
pub(crate) async fn changes(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Query(query): Query<After>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let most = query.limit.unwrap_or(MOST);
    if !(1..=MOST).contains(&most) {
        return Err(Fault::field("limit", format!("must be from 1 to {MOST}")));
    }
    let scope = extensions.service.scope(&caller).await?;
    let changes = extensions
        .database
        .changes(scope, query.after, most)
        .await
        .map_err(store_fault)?;
    let last = changes.last().map_or(query.after, |change| change.sequence);
    let told: Vec<Value> = changes
        .iter()
        .map(|change| tell(&extensions, &caller, change))
        .collect();
    Ok(logged(
        "ListChanges",
        json!({ "changes": told, "lastSequence": last }),
    ))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Of {
    /// The ARN of a finding.
    finding: String,
}

/// What happened to one finding, in order.
pub(crate) async fn history(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Query(query): Query<Of>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let id = extensions
        .service
        .finding_arns
        .read(&query.finding)
        .ok_or_else(|| Fault::field("finding", "must be the ARN of a finding of this service"))?;
    let scope = extensions.service.scope(&caller).await?;
    let changes = extensions
        .database
        .history(scope, id)
        .await
        .map_err(store_fault)?;
    if changes.is_empty() {
        return Err(Fault::NotFound(format!("there is no finding {}", query.finding)));
    }
    let told: Vec<Value> = changes
        .iter()
        .map(|change| tell(&extensions, &caller, change))
        .collect();
    Ok(logged("GetFindingHistory", json!({ "changes": told })))
}

fn tell(extensions: &Extensions, caller: &Caller, change: &Change) -> Value {
    let account = caller.principal.account.to_string();
    let score = |tenths: i64| match u32::try_from(tenths) {
        Ok(tenths) => json!(f64::from(tenths) / 10.0),
        Err(_) => Value::Null,
    };
    json!({
        "sequence": change.sequence,
        "findingArn": extensions.service.finding_arns.arn(&caller.region, &account, change.finding),
        "change": kind::word(&kind::CHANGES, change.kind),
        "status": kind::word(&kind::STATUSES, change.status),
        "cause": kind::word(&kind::CAUSES, change.cause),
        "causeReference": change.cause_reference,
        "at": jiff::Timestamp::from_microsecond(change.at).map(|at| at.to_string()).unwrap_or_default(),
        "severityBefore": kind::word(&kind::SEVERITIES, change.severity_before),
        "severity": kind::word(&kind::SEVERITIES, change.severity),
        "scoreBefore": score(change.score_before),
        "score": score(change.score),
    })
}

fn logged(name: &'static str, answer: Value) -> Response {
    let mut response = Json(answer).into_response();
    response.extensions_mut().insert(Logged {
        name,
        parameters: None,
        response: None,
    });
    response
}
