//! Orders of reports: what both kinds have in common.

use assay_api::{Caller, Fault, ValidationReason};
use assay_api_model::{Open, inspector2 as api};
use assay_objects::check_prefix;
use assay_store::{NewReport, ReportKind, StoreError, StoredReport};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{fault::store_fault, resource::known, service::Service};

/// What the service says whose API this is, so that clients that look for it find it.
const ONE_AT_A_TIME: &str = "Cannot have multiple reports in-progress";

/// An id that nobody guesses.
pub(crate) fn new_id() -> String {
    Uuid::new_v4().to_string()
}

pub(crate) fn to_json<T: Serialize>(filter: Option<&T>) -> Result<String, Fault> {
    match filter {
        Some(filter) => serde_json::to_string(filter).map_err(Fault::internal),
        None => Ok(String::new()),
    }
}

/// A destination as the store keeps it. Whether it is there turns out when the report is made.
pub(crate) fn checked(destination: &api::Destination) -> Result<String, Fault> {
    let prefix = destination.key_prefix.as_deref().unwrap_or_default();
    check_prefix(prefix).map_err(|problem| Fault::field("s3Destination.keyPrefix", problem))?;
    serde_json::to_string(destination).map_err(Fault::internal)
}

/// Orders a report.
pub(crate) async fn place(service: &Service, new: &NewReport) -> Result<(), Fault> {
    let ordered = service.database.order_report(new, service.now()).await;
    ordered.map_err(|error| match error {
        StoreError::Exists(_) => Fault::Validation {
            message: format!("{ONE_AT_A_TIME}: wait until the one that is being made is over, or cancel it"),
            reason: ValidationReason::Other,
            fields: Vec::new(),
        },
        error => store_fault(error),
    })?;
    service.ordered.notify_one();
    Ok(())
}

/// A report of the caller's account by its id.
pub(crate) async fn find(
    service: &Service,
    caller: &Caller,
    kind: ReportKind,
    id: &str,
) -> Result<StoredReport, Fault> {
    let scope = service.scope(caller).await?;
    let found = service
        .database
        .report(scope, kind, id)
        .await
        .map_err(store_fault)?;
    found.ok_or_else(|| Fault::NotFound(format!("there is no report `{id}` in this account and region")))
}

/// The report that the caller's account ordered last.
pub(crate) async fn latest(
    service: &Service,
    caller: &Caller,
    kind: ReportKind,
) -> Result<StoredReport, Fault> {
    let scope = service.scope(caller).await?;
    let found = service.database.reports(scope, Some(kind), None, 1).await;
    let found = found.map_err(store_fault)?.pop();
    found.ok_or_else(|| Fault::NotFound("no report was ordered in this account and region".to_owned()))
}

/// Cancels a report. One that was cancelled already stays so.
pub(crate) async fn cancel(
    service: &Service,
    caller: &Caller,
    kind: ReportKind,
    id: &str,
) -> Result<(), Fault> {
    let report = find(service, caller, kind, id).await?;
    let cancelled = service
        .database
        .cancel_report(report.order.scope, id, service.now())
        .await
        .map_err(store_fault)?;
    service.ordered.notify_one();
    // It may have ended in between.
    let now = find(service, caller, kind, id).await?;
    match cancelled || now.status == "CANCELLED" {
        true => Ok(()),
        false => Err(Fault::Validation {
            message: format!(
                "the report `{id}` is over ({}) and cannot be cancelled",
                now.status
            ),
            reason: ValidationReason::Other,
            fields: Vec::new(),
        }),
    }
}

/// What both kinds tell of a report.
pub(crate) struct Told<F> {
    pub(crate) destination: api::Destination,
    pub(crate) error_code: Option<Open<api::ReportingErrorCode>>,
    pub(crate) error_message: Option<String>,
    pub(crate) filter_criteria: Option<F>,
}

impl<F: DeserializeOwned> Told<F> {
    pub(crate) fn of(report: &StoredReport) -> Result<Told<F>, Fault> {
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        let filter = some(&report.order.filter_criteria);
        Ok(Told {
            destination: destination(report)?,
            error_code: some(&report.error_code).map(|code| known(&code)),
            error_message: some(&report.error_message),
            filter_criteria: filter
                .map(|filter| serde_json::from_str(&filter))
                .transpose()
                .map_err(Fault::internal)?,
        })
    }
}

/// Where a report goes.
pub(crate) fn destination(report: &StoredReport) -> Result<api::Destination, Fault> {
    serde_json::from_str(&report.order.destination).map_err(Fault::internal)
}
