//! Keys for what is kept of scans of code, as whoever uses the service chose them.
//!
//! They are kept and told. Nothing is sealed with them: what they are for, lines of code, is not kept yet.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_api_model::inspector2 as api;

use crate::{fault::store_fault, service::Service};

pub(super) async fn get(
    service: Arc<Service>,
    caller: Caller,
    input: api::GetEncryptionKeyRequest,
) -> Result<api::GetEncryptionKeyResponse, Fault> {
    let scope = service.scope(&caller).await?;
    let (scan_type, resource_type) = (input.scan_type.as_str(), input.resource_type.as_str());
    let key = service
        .database
        .encryption_key(scope, scan_type, resource_type)
        .await
        .map_err(store_fault)?;
    match key {
        Some(kms_key_id) => Ok(api::GetEncryptionKeyResponse { kms_key_id }),
        None => Err(none(scan_type, resource_type)),
    }
}

pub(super) async fn update(
    service: Arc<Service>,
    caller: Caller,
    input: api::UpdateEncryptionKeyRequest,
) -> Result<api::UpdateEncryptionKeyResponse, Fault> {
    let scope = service.scope(&caller).await?;
    let (scan_type, resource_type) = (input.scan_type.as_str(), input.resource_type.as_str());
    service
        .database
        .set_encryption_key(scope, scan_type, resource_type, Some(&input.kms_key_id))
        .await
        .map_err(store_fault)?;
    Ok(api::UpdateEncryptionKeyResponse {})
}

pub(super) async fn reset(
    service: Arc<Service>,
    caller: Caller,
    input: api::ResetEncryptionKeyRequest,
) -> Result<api::ResetEncryptionKeyResponse, Fault> {
    let scope = service.scope(&caller).await?;
    let (scan_type, resource_type) = (input.scan_type.as_str(), input.resource_type.as_str());
    let had = service
        .database
        .set_encryption_key(scope, scan_type, resource_type, None)
        .await
        .map_err(store_fault)?;
    match had {
        true => Ok(api::ResetEncryptionKeyResponse {}),
        false => Err(none(scan_type, resource_type)),
    }
}

fn none(scan_type: &str, resource_type: &str) -> Fault {
    Fault::NotFound(format!(
        "no key was chosen for {scan_type} scans of {resource_type}; the service's own holds"
    ))
}
