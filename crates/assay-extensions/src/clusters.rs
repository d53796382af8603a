//! What is told of clusters: which images run in them, and how often.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_identity::Action;
use assay_service::store_fault;
use assay_store::{Runs, Teller};
use axum::{body::Bytes, extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    answer::told,
    containers::{RunImage, Workload, cut},
    request::{self, whole},
    routes::Extensions,
    take_up::refuse_host,
};

/// The most characters of a cluster's ARN or name.
const LONGEST_CLUSTER: usize = 256;

/// The most containers of one image and workload.
const MOST_CONTAINERS: i64 = 1_000_000;

/// All that runs in a cluster.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Cluster {
    /// The ARN of the cluster, or a name, which then is one of EKS in the account and region.
    #[schema(min_length = 1, max_length = 256)]
    cluster: String,
    images: Vec<InCluster>,
}

/// That an image runs in a cluster.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct InCluster {
    image: RunImage,
    /// The namespace that it runs in.
    #[serde(default)]
    namespace: String,
    /// What runs it.
    #[serde(default)]
    workload: Option<Workload>,
    /// How many containers.
    #[serde(deserialize_with = "whole")]
    #[schema(value_type = i64, required = true, minimum = 1, maximum = 1000000)]
    containers: Option<i64>,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClusterTaken {
    /// The ARN of the cluster.
    cluster: String,
    /// Whether anything is different now.
    #[schema(value_type = String, pattern = "^(changed|unchanged)$")]
    outcome: &'static str,
}

/// Tell which images run in a cluster
///
/// It is all that runs there: what is left out runs no more. Idempotent. What nobody told of for 36 hours counts no more. Nodes
/// with an agent that say which cluster they are of are not counted besides.
#[utoipa::path(post, path = "/clusters", operation_id = "TellCluster", request_body = Cluster, responses((status = 200, description = "It is kept.", body = ClusterTaken)))]
pub(crate) async fn tell(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::Push)?;
    refuse_host(&caller)?;
    // Thousands of pods take a while to read.
    let asked: Cluster = tokio::task::spawn_blocking(move || request::body("what runs in a cluster", &body))
        .await
        .map_err(Fault::internal)??;
    let length = asked.cluster.chars().count();
    if length == 0 || length > LONGEST_CLUSTER {
        return Err(Fault::field(
            "cluster",
            format!("must have 1 to {LONGEST_CLUSTER} characters"),
        ));
    }
    let mut runs = Runs::new();
    for (at, mut run) in asked.images.into_iter().enumerate() {
        let containers = run
            .containers
            .filter(|containers| (1..=MOST_CONTAINERS).contains(containers))
            .ok_or_else(|| {
                Fault::field(
                    format!("images[{at}].containers"),
                    format!("must be 1 to {MOST_CONTAINERS}"),
                )
            })?;
        run.image.bound();
        cut(&mut run.namespace);
        if let Some(workload) = &mut run.workload {
            workload.bound();
        }
        let key = (run.image.stored(), stored(run.namespace, run.workload));
        *runs.entry(key).or_default() += containers;
    }
    let cluster = arn(&caller, &asked.cluster);
    let scope = extensions.service.scope(&caller).await?;
    let now = extensions.clock.now().as_microsecond();
    let is_changed = extensions
        .database
        .tell_running(scope, &Teller::Cluster(cluster.clone()), &runs, now)
        .await
        .map_err(store_fault)?;
    extensions.wake.notify_one();
    let taken = ClusterTaken {
        cluster,
        outcome: if is_changed { "changed" } else { "unchanged" },
    };
    told(
        "TellCluster",
        json!({ "cluster": taken.cluster, "images": runs.len() }),
        &taken,
    )
}

/// The ARN of a cluster; a name is one of EKS in the caller's account and region.
pub(crate) fn arn(caller: &Caller, cluster: &str) -> String {
    let mut named = cluster.to_owned();
    cut(&mut named);
    match named.starts_with("arn:") {
        true => named,
        false => format!(
            "arn:aws:eks:{}:{}:cluster/{named}",
            caller.region, caller.principal.account
        ),
    }
}

/// What runs an image, as the store has it.
pub(crate) fn stored(namespace: String, workload: Option<Workload>) -> assay_store::Workload {
    let (kind, name) = workload.map_or_else(Default::default, |workload| (workload.kind, workload.name));
    assay_store::Workload {
        namespace,
        kind,
        name,
    }
}
