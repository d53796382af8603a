//! Tags of what the account has: filters and findings.

use std::{collections::BTreeMap, sync::Arc};

use assay_api::{Caller, Fault};
use assay_api_model::inspector2 as api;

use crate::{fault::store_fault, operations::filters, service::Service};

/// The most tags that one thing has.
const MOST_TAGS: usize = 50;

/// What keys of AWS's own begin with.
const RESERVED: &str = "aws:";

pub(super) async fn tag(
    service: Arc<Service>,
    caller: Caller,
    input: api::TagResourceRequest,
) -> Result<api::TagResourceResponse, Fault> {
    let new = checked("tags", input.tags)?;
    let present = tags_of(&service, &caller, &input.resource_arn).await?;
    let added = new.iter().filter(|(key, _)| !present.contains_key(key)).count();
    if present.len() + added > MOST_TAGS {
        return Err(Fault::BadRequest(format!(
            "{} has {} tags and would have {} more; it may have {MOST_TAGS}: remove some first",
            input.resource_arn,
            present.len(),
            added
        )));
    }
    service
        .database
        .tag(&input.resource_arn, &new)
        .await
        .map_err(store_fault)?;
    Ok(api::TagResourceResponse {})
}

pub(super) async fn untag(
    service: Arc<Service>,
    caller: Caller,
    input: api::UntagResourceRequest,
) -> Result<api::UntagResourceResponse, Fault> {
    tags_of(&service, &caller, &input.resource_arn).await?;
    if !input.tag_keys.is_empty() {
        service
            .database
            .untag(&input.resource_arn, &input.tag_keys)
            .await
            .map_err(store_fault)?;
    }
    Ok(api::UntagResourceResponse {})
}

pub(super) async fn list(
    service: Arc<Service>,
    caller: Caller,
    input: api::ListTagsForResourceRequest,
) -> Result<api::ListTagsForResourceResponse, Fault> {
    let tags = tags_of(&service, &caller, &input.resource_arn).await?;
    Ok(api::ListTagsForResourceResponse { tags: Some(tags) })
}

/// Tags that may be set, in order of their keys.
pub(super) fn checked(member: &str, tags: BTreeMap<String, String>) -> Result<Vec<(String, String)>, Fault> {
    if tags.len() > MOST_TAGS {
        return Err(Fault::field(
            member,
            format!("must have at most {MOST_TAGS} entries"),
        ));
    }
    if let Some(key) = tags.keys().find(|key| key.starts_with(RESERVED)) {
        return Err(Fault::field(
            member,
            format!("has the key `{key}`: keys that begin with `{RESERVED}` are reserved"),
        ));
    }
    Ok(tags.into_iter().collect())
}

/// The tags of something that is there.
async fn tags_of(service: &Service, caller: &Caller, arn: &str) -> Result<BTreeMap<String, String>, Fault> {
    let scope = service.scope(caller).await?;
    let is_filter = filters::find(service, caller, scope, arn).await?.is_some();
    if !is_filter && !is_finding(service, caller, arn).await? {
        return Err(Fault::NotFound(format!(
            "there is no {arn} in this account and region that could have tags"
        )));
    }
    let tags = service.database.tags(arn).await.map_err(store_fault)?;
    Ok(tags.into_iter().collect())
}

async fn is_finding(service: &Service, caller: &Caller, arn: &str) -> Result<bool, Fault> {
    let Some(id) = service.finding_arns.read(arn) else {
        return Ok(false);
    };
    let scope = service.scope(caller).await?;
    let found = service
        .database
        .findings(&[scope], &[id])
        .await
        .map_err(store_fault)?;
    Ok(found.iter().any(|finding| {
        service
            .finding_arns
            .arn(&finding.region, &finding.account, finding.id)
            == arn
    }))
}
