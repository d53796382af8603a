//! Scans that somebody asks for.
//!
//! The model has machine images alone; its pattern of ids has images, hosts and functions. Whatever was pushed and has such
//! an id can be scanned again: an image that nobody pulled for long, without pushing it anew.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_api_model::{DateTime, inspector2 as api};
use assay_store::{OnDemandScan, ScanProgress};
use sha2::{Digest, Sha256};

use crate::{fault::store_fault, operations::page_size, render::time, service::Service};

/// The most scans that a page has.
const MOST_SCANS: usize = 100;

pub(super) async fn start(
    service: Arc<Service>,
    caller: Caller,
    input: api::StartOnDemandScanRequest,
) -> Result<api::StartOnDemandScanResponse, Fault> {
    let scope = service.scope(&caller).await?;
    let named = service
        .database
        .resources_named(scope, &input.resource_id)
        .await
        .map_err(store_fault)?;
    let known = named
        .iter()
        .find(|resource| resource.inventory > 0 && matches!(resource.state.as_str(), "ACTIVE" | "STOPPED"));
    let Some(resource) = known else {
        return Err(Fault::field(
            "resourceId",
            "is no resource of this account and region that is scanned; push what it has first",
        ));
    };
    let now = service.now();
    let token = input.client_token.unwrap_or_default();
    let identifier = identifier(&input.resource_id, now, &caller.request_id.to_string());
    let scan_id = service
        .database
        .scan_on_demand(scope, (resource.id, &input.resource_id), &identifier, &token, now)
        .await
        .map_err(store_fault)?;
    let Some(scan_id) = scan_id else {
        return Err(Fault::Conflict {
            message: "a scan of this resource is under way".to_owned(),
            resource_id: input.resource_id,
            resource_type: input.resource_type.as_str().to_owned(),
        });
    };
    service.wake.notify_one();
    Ok(api::StartOnDemandScanResponse { scan_id })
}

/// A name that no other scan has.
fn identifier(resource: &str, now: i64, request: &str) -> String {
    let digest = Sha256::digest(format!("{resource} {now} {request}").as_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

pub(super) async fn status(
    service: Arc<Service>,
    caller: Caller,
    input: api::GetOnDemandScanStatusRequest,
) -> Result<api::GetOnDemandScanStatusResponse, Fault> {
    let scope = service.scope(&caller).await?;
    let found = service
        .database
        .on_demand_scan(scope, &input.scan_id)
        .await
        .map_err(store_fault)?;
    let scan = found
        .filter(|scan| scan.resource_name == input.resource_id)
        .ok_or_else(|| {
            Fault::NotFound(format!(
                "there is no scan {} of {}",
                input.scan_id, input.resource_id
            ))
        })?;
    let scan = shown(scan);
    Ok(api::GetOnDemandScanStatusResponse {
        completed_at: scan.completed_at,
        resource_id: scan.resource_id,
        resource_type: scan.resource_type,
        scan_id: scan.scan_id,
        scan_status: scan.scan_status,
        scan_status_reason: scan.scan_status_reason,
        started_at: scan.started_at,
    })
}

pub(super) async fn list(
    service: Arc<Service>,
    caller: Caller,
    input: api::ListOnDemandScansRequest,
) -> Result<api::ListOnDemandScansResponse, Fault> {
    let scope = service.scope(&caller).await?;
    let before: Option<i64> = caller.pages.position(input.next_token.as_deref())?;
    let size = page_size(input.max_results, MOST_SCANS);
    let most = i64::try_from(size + 1).map_err(Fault::internal)?;
    let mut scans = service
        .database
        .on_demand_scans(scope, &input.resource_id, before.unwrap_or(i64::MAX), most)
        .await
        .map_err(store_fault)?;
    let next_token = caller.pages.cut(&mut scans, size, |last| last.id)?;
    Ok(api::ListOnDemandScansResponse {
        items: scans.into_iter().map(shown).collect(),
        next_token,
    })
}

fn shown(scan: OnDemandScan) -> api::OnDemandScan {
    let (status, reason, completed_at) = match scan.progress {
        ScanProgress::UnderWay => (api::OnDemandScanStatus::InProgress, None, None),
        ScanProgress::Done(at) => (api::OnDemandScanStatus::Successful, None, Some(at)),
        ScanProgress::ResourceGone => (
            api::OnDemandScanStatus::Failed,
            Some(api::OnDemandScanStatusReason::ResourceTerminated.into()),
            None,
        ),
    };
    api::OnDemandScan {
        completed_at: completed_at.map(|at| DateTime(time(at))),
        resource_id: scan.resource_name,
        resource_type: api::OnDemandResourceType::Ami.into(),
        scan_id: scan.identifier,
        scan_status: status.into(),
        scan_status_reason: reason,
        started_at: DateTime(time(scan.started_at)),
    }
}
