//! Reports of findings: ordering, asking how they are, cancelling.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_api_model::inspector2 as api;
use assay_criteria::{Condition, Field, Test};
use assay_store::{NewReport, ReportKind};

use crate::{
    reports::order::{self, Told},
    resource::known,
    service::Service,
};

const KIND: ReportKind = ReportKind::Findings;

pub(super) async fn create(
    service: Arc<Service>,
    caller: Caller,
    input: api::CreateFindingsReportRequest,
) -> Result<api::CreateFindingsReportResponse, Fault> {
    let visible = service.visible(&caller).await?;
    let filter = input.filter_criteria.as_ref();
    let mut asked = service.asked(&caller.region, &visible, filter).await?;
    let is_of_status = |condition: &Condition| condition.field == Field::FindingStatus;
    if !asked.criteria.conditions.iter().any(is_of_status) {
        let active = api::FindingStatus::Active.as_str().to_owned();
        asked.criteria.conditions.push(Condition {
            field: Field::FindingStatus,
            tests: vec![Test::Equals(active)],
        });
    }
    let new = NewReport {
        id: order::new_id(),
        scope: service.scope(&caller).await?,
        kind: KIND,
        format: input.report_format.as_str().to_owned(),
        filter_criteria: order::to_json(filter)?,
        criteria: asked.criteria,
        scopes: asked.scopes,
        destination: order::checked(&input.s3_destination)?,
    };
    order::place(&service, &new).await?;
    Ok(api::CreateFindingsReportResponse {
        report_id: Some(new.id),
    })
}

pub(super) async fn status(
    service: Arc<Service>,
    caller: Caller,
    input: api::GetFindingsReportStatusRequest,
) -> Result<api::GetFindingsReportStatusResponse, Fault> {
    let report = match &input.report_id {
        Some(id) => order::find(&service, &caller, KIND, id).await?,
        None => order::latest(&service, &caller, KIND).await?,
    };
    let told = Told::of(&report)?;
    Ok(api::GetFindingsReportStatusResponse {
        destination: Some(told.destination),
        error_code: told.error_code,
        error_message: told.error_message,
        filter_criteria: told.filter_criteria,
        report_id: Some(report.order.id),
        status: Some(known(&report.status)),
    })
}

pub(super) async fn cancel(
    service: Arc<Service>,
    caller: Caller,
    input: api::CancelFindingsReportRequest,
) -> Result<api::CancelFindingsReportResponse, Fault> {
    order::cancel(&service, &caller, KIND, &input.report_id).await?;
    Ok(api::CancelFindingsReportResponse {
        report_id: input.report_id,
    })
}
