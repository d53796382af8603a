//! Scans of bills of materials that are not kept, as pipelines have them made.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_identity::Action;
use assay_service::store_fault;
use axum::{extract::State as Shared, response::Response};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    answer::told,
    request::Asked,
    routes::Extensions,
    trends::{Span, date},
};

/// How many bills of materials were scanned.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SbomScans {
    /// The first day that is counted, in UTC.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// How many in all.
    scans: i64,
    /// The days with any.
    days: Vec<ScansOfDay>,
}

/// How many bills of materials were scanned on a day.
#[derive(Serialize, ToSchema)]
struct ScansOfDay {
    /// The day, in UTC.
    #[schema(value_type = String, format = Date)]
    date: Date,
    scans: i64,
}

/// How many bills of materials were scanned by `ScanSbom`
///
/// In this account and region, day by day; the last 30 days unless others are asked for, at most 400. Those that were refused do
/// not count.
#[utoipa::path(get, path = "/sbom-scans", operation_id = "GetSbomScans", params(Span), responses((status = 200, description = "How many.", body = SbomScans)))]
pub(crate) async fn count(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Span>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let (from, to) = asked.days(&extensions);
    // They are counted as their calls are kept; those that were answered before this one are to be counted.
    extensions.calls.flush().await;
    let account = caller.principal.account.to_string();
    let days = extensions
        .database
        .document_scans(&account, &caller.region, from, to)
        .await
        .map_err(store_fault)?;
    let answer = SbomScans {
        from: date(from),
        to: date(to),
        scans: days.iter().map(|(_, scans)| scans).sum(),
        days: days
            .into_iter()
            .map(|(day, scans)| ScansOfDay {
                date: date(day),
                scans,
            })
            .collect(),
    };
    told(
        "GetSbomScans",
        json!({"from": answer.from, "to": answer.to}),
        &answer,
    )
}
