//! What was found in an image: the findings that Inspector's API lists, in ECR's words.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_api_model::inspector2 as api;
use assay_service::{Service, store_fault};
use assay_store::{Covered, Position};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    ecr::images::{ImageId, find},
    page_size, seconds,
};

/// Findings of a page, where nobody says how many, and the most.
const USUAL: usize = 100;
const MOST: usize = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Asked {
    registry_id: Option<String>,
    repository_name: String,
    image_id: ImageId,
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) async fn describe(service: Arc<Service>, caller: Caller, asked: Asked) -> Result<Value, Fault> {
    let (registry, scope) = service
        .account_below(&caller, asked.registry_id.as_deref())
        .await?;
    let image = find(
        &service,
        (&registry, scope),
        &asked.repository_name,
        &asked.image_id,
    )
    .await?;
    let covered = service
        .database
        .coverage_of(image.resource.id)
        .await
        .map_err(store_fault)?;
    let covered = covered.into_iter().find(|covered| covered.scan_type == "PACKAGE");
    let no_scan = |why: &str| Fault::Named {
        code: "ScanNotFoundException",
        message: format!("the image {} is not scanned: {why}", image.resource.name),
    };
    let covered = covered.ok_or_else(|| no_scan("nothing covers it"))?;
    if covered.reason == "SCAN_FREQUENCY_MANUAL" {
        return Err(no_scan("no rule of the registry has its repository"));
    }
    let after: Option<Position> = caller.pages.position(asked.next_token.as_deref())?;
    let size = page_size(asked.max_results, USUAL, MOST);
    let name = &image.resource.name;
    let (findings, next) = service.open_findings(scope, name, after.as_ref(), size).await?;
    let counts = service.active_by_severity(scope, name).await?;
    let findings = findings
        .iter()
        .map(enhanced)
        .collect::<Result<Vec<Value>, Fault>>()?;
    let counts: Map<String, Value> = counts
        .into_iter()
        .map(|(severity, count)| (severity.to_owned(), Value::from(count)))
        .collect();
    let mut found = json!({"enhancedFindings": findings, "findingSeverityCounts": counts});
    if covered.last_scanned_at > 0 {
        found["imageScanCompletedAt"] = Value::from(seconds(covered.last_scanned_at));
    }
    let mut answer = json!({
        "registryId": registry,
        "repositoryName": asked.repository_name,
        "imageId": {"imageDigest": image.digest},
        "imageScanStatus": status(&covered),
        "imageScanFindings": found,
    });
    if let Some(tag) = asked.image_id.image_tag {
        answer["imageId"]["imageTag"] = Value::from(tag);
    }
    if let Some(next) = next {
        answer["nextToken"] = Value::from(caller.pages.token(&next)?);
    }
    Ok(answer)
}

/// The status of a scan, of ECR's.
fn status(covered: &Covered) -> Value {
    let status = match covered.reason.as_str() {
        "SUCCESSFUL" => "ACTIVE",
        "SCAN_FREQUENCY_SCAN_ON_PUSH" => "COMPLETE",
        "PENDING_INITIAL_SCAN" | "PENDING_REVIVAL_SCAN" => "PENDING",
        "SCAN_IN_PROGRESS" => "IN_PROGRESS",
        "SCAN_ELIGIBILITY_EXPIRED" => "SCAN_ELIGIBILITY_EXPIRED",
        "UNSUPPORTED_OS" | "UNSUPPORTED_MEDIA_TYPE" => "UNSUPPORTED_IMAGE",
        "IMAGE_ARCHIVED" => "IMAGE_ARCHIVED",
        _ => "FINDINGS_UNAVAILABLE",
    };
    json!({"status": status, "description": covered.reason})
}

/// A finding in ECR's words: the members are the same but for a few names.
fn enhanced(finding: &api::Finding) -> Result<Value, Fault> {
    let mut shape = serde_json::to_value(finding).map_err(Fault::internal)?;
    let Some(members) = shape.as_object_mut() else {
        return Ok(shape);
    };
    if let Some(score) = members.remove("inspectorScore") {
        members.insert("score".to_owned(), score);
    }
    if let Some(mut details) = members.remove("inspectorScoreDetails") {
        let adjusted = details["adjustedCvss"].take();
        members.insert("scoreDetails".to_owned(), json!({"cvss": adjusted}));
    }
    if let Some(recommendation) = members
        .get_mut("remediation")
        .and_then(|remediation| remediation.get_mut("recommendation"))
        .and_then(Value::as_object_mut)
        && let Some(url) = recommendation.remove("Url")
    {
        recommendation.insert("url".to_owned(), url);
    }
    Ok(shape)
}
