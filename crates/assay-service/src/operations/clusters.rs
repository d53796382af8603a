//! Where images run.

use std::{collections::BTreeMap, sync::Arc};

use assay_api::{Caller, Fault};
use assay_api_model::{EpochSeconds, inspector2 as api};
use assay_store::{ClusterUse, ResourceId};

use crate::{fault::store_fault, operations::page_size, render::time, resource::clusters, service::Service};

/// The most clusters that a page has.
const MOST_CLUSTERS: usize = 100;

/// The most namespaces of a cluster, and workloads of a namespace.
const MOST_OF_CLUSTER: usize = 100;

/// The clusters that tell of an image themselves, or whose nodes do, and those that whoever pushed it told of; for a name without a digest, those of every image of the repository.
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
    let images: Vec<ResourceId> = named.iter().map(|image| image.id).collect();
    let running = service.database.clusters_of(&scopes, &images).await;
    let mut found: BTreeMap<String, Vec<api::ClusterDetails>> = BTreeMap::new();
    for (cluster, details) in by_namespace(running.map_err(store_fault)?) {
        found.entry(cluster).or_default().push(details);
    }
    for cluster in named.iter().flat_map(|image| clusters(&image.description)) {
        let details = found.entry(cluster.cluster_arn).or_default();
        details.extend(cluster.cluster_details.unwrap_or_default());
    }
    let mut page: Vec<api::ClusterInformation> = found
        .into_iter()
        .filter(|(arn, _)| after.as_ref().is_none_or(|after| arn > after))
        .map(|(cluster_arn, mut details)| {
            details.truncate(MOST_OF_CLUSTER);
            api::ClusterInformation {
                cluster_arn,
                cluster_details: (!details.is_empty()).then_some(details),
            }
        })
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

/// What runs in clusters, namespace by namespace.
fn by_namespace(running: Vec<ClusterUse>) -> Vec<(String, api::ClusterDetails)> {
    let mut found: BTreeMap<(String, String), Vec<ClusterUse>> = BTreeMap::new();
    for using in running {
        let key = (using.cluster.clone(), using.workload.namespace.clone());
        found.entry(key).or_default().push(using);
    }
    let details = found.into_iter().map(|((cluster, namespace), uses)| {
        let containers = uses.iter().map(|using| using.containers).sum();
        let last_at = uses.iter().map(|using| using.told_at).max().unwrap_or_default();
        let workloads: Vec<api::AwsEksWorkloadInfo> = uses
            .into_iter()
            .map(|using| using.workload)
            .filter(|workload| !workload.kind.is_empty() && !workload.name.is_empty())
            .take(MOST_OF_CLUSTER)
            .map(|workload| api::AwsEksWorkloadInfo {
                name: workload.name,
                r#type: workload.kind,
            })
            .collect();
        let metadata = api::AwsEksMetadataDetails {
            namespace: (!namespace.is_empty()).then_some(namespace),
            workload_info_list: (!workloads.is_empty()).then_some(workloads),
        };
        let details = api::ClusterDetails {
            cluster_metadata: api::ClusterMetadata::AwsEksMetadataDetails(metadata).into(),
            last_in_use: EpochSeconds(time(last_at)),
            running_unit_count: Some(containers),
            stopped_unit_count: None,
        };
        (cluster, details)
    });
    details.collect()
}
