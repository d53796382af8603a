//! One-shot scans of bills of materials. Nothing is kept, and no account has to be enabled.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_api_model::inspector_scan as api;
use assay_inspector::{ScanFault, scan_sbom};

use crate::{fault::index_fault, service::Service};

pub(super) async fn scan(
    service: Arc<Service>,
    _: Caller,
    input: api::ScanSbomRequest,
) -> Result<api::ScanSbomResponse, Fault> {
    let now = service.clock.now();
    let format = input.output_format.unwrap_or(api::OutputFormat::CycloneDx1_5);
    service
        .read(move |current| {
            let sbom = scan_sbom(&input.sbom, format, &current.index, now).map_err(|fault| match fault {
                ScanFault::Invalid { field, message } => Fault::field(field, message),
                ScanFault::Intelligence(error) => index_fault(error),
            })?;
            Ok(api::ScanSbomResponse { sbom: Some(sbom) })
        })
        .await
}
