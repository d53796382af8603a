//! Where images run.

use std::{collections::BTreeMap, sync::Arc};

use assay_api::{Caller, Fault};
use assay_api_model::inspector2 as api;

use crate::{fault::store_fault, operations::page_size, resource::clusters, service::Service};

/// The most clusters that a page has.
const MOST_CLUSTERS: usize = 100;

/// The clusters that whoever pushed an image told of; for a name without a digest, those of every image of the repository.
pub(super) async fn list(
    service: Arc<Service>,
    caller: Caller,
    input: api::GetClustersForImageRequest,
) -> Result<api::GetClustersForImageResponse, Fault> {
    let after: Option<String> = caller.pages.position(input.next_token.as_deref())?;
    let scopes = service.scopes(&caller).await?;
    let named = service
        .database
        .images_named(&scopes, &input.filter.resource_id)
        .await
        .map_err(store_fault)?;
    let mut found: BTreeMap<String, api::ClusterInformation> = BTreeMap::new();
    for image in named {
        for cluster in clusters(&image.description) {
            match found.get_mut(&cluster.cluster_arn) {
                Some(known) => {
                    let details = known.cluster_details.get_or_insert_default();
                    details.extend(cluster.cluster_details.unwrap_or_default());
                    details.truncate(MOST_CLUSTERS);
                }
                None => {
                    found.insert(cluster.cluster_arn.clone(), cluster);
                }
            }
        }
    }
    let mut page: Vec<api::ClusterInformation> = found
        .into_values()
        .filter(|cluster| after.as_ref().is_none_or(|after| cluster.cluster_arn > *after))
        .collect();
    let size = page_size(input.max_results, MOST_CLUSTERS);
    let next_token = caller
        .pages
        .cut(&mut page, size, |last| last.cluster_arn.clone())?;
    Ok(api::GetClustersForImageResponse {
        cluster: page,
        next_token,
    })
}
