//! Exports of bills of materials: ordering, asking how they are, cancelling.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_api_model::inspector2 as api;
use assay_inspector::resource_criteria;
use assay_store::{NewReport, ReportKind};

use crate::{
    fault::filter_fault,
    reports::order::{self, Told},
    resource::known,
    service::Service,
};

const KIND: ReportKind = ReportKind::BillsOfMaterials;

pub(super) async fn create(
    service: Arc<Service>,
    caller: Caller,
    input: api::CreateSbomExportRequest,
) -> Result<api::CreateSbomExportResponse, Fault> {
    let filter = input.resource_filter_criteria.as_ref();
    let criteria = filter.map(resource_criteria).transpose();
    let criteria = criteria.map_err(|errors| filter_fault("resourceFilterCriteria", errors))?;
    let new = NewReport {
        id: order::new_id(),
        scope: service.scope(&caller).await?,
        kind: KIND,
        format: input.report_format.as_str().to_owned(),
        filter_criteria: order::to_json(filter)?,
        criteria: criteria.unwrap_or_default(),
        scopes: service.scopes(&caller).await?,
        destination: order::checked(&input.s3_destination)?,
    };
    order::place(&service, &new).await?;
    Ok(api::CreateSbomExportResponse {
        report_id: Some(new.id),
    })
}

pub(super) async fn get(
    service: Arc<Service>,
    caller: Caller,
    input: api::GetSbomExportRequest,
) -> Result<api::GetSbomExportResponse, Fault> {
    let report = order::find(&service, &caller, KIND, &input.report_id).await?;
    let told = Told::of(&report)?;
    Ok(api::GetSbomExportResponse {
        error_code: told.error_code,
        error_message: told.error_message,
        filter_criteria: told.filter_criteria,
        format: Some(known(&report.order.format)),
        report_id: Some(report.order.id),
        s3_destination: Some(told.destination),
        status: Some(known(&report.status)),
    })
}

pub(super) async fn cancel(
    service: Arc<Service>,
    caller: Caller,
    input: api::CancelSbomExportRequest,
) -> Result<api::CancelSbomExportResponse, Fault> {
    order::cancel(&service, &caller, KIND, &input.report_id).await?;
    Ok(api::CancelSbomExportResponse {
        report_id: Some(input.report_id),
    })
}
