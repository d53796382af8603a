//! What runs, by the pods that there are.
//!
//! Source: Kubernetes API, `PodList` of `v1`. `imageID` of a container's status is, by runtime, `NAME@sha256:…`,
//! `docker-pullable://NAME@sha256:…`, `docker://sha256:…` or `sha256:…`: of a manifest or index, else of a configuration.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::api::Api;

/// Pods of one page.
const PAGE: usize = 500;

/// Pages of one cluster: more are no cluster, but a server that leads us in circles.
const MOST_PAGES: usize = 2_000;

/// Images with their workloads of one cluster.
const MOST_RUNS: usize = 200_000;

/// Characters of a name.
const LONGEST_NAME: usize = 253;

#[derive(Deserialize)]
struct PodList {
    metadata: ListMetadata,
    #[serde(default, deserialize_with = "or_none")]
    items: Vec<Pod>,
}

#[derive(Deserialize)]
struct ListMetadata {
    #[serde(default, rename = "continue", deserialize_with = "or_none")]
    next: String,
}

#[derive(Deserialize)]
struct Pod {
    metadata: PodMetadata,
    #[serde(default, deserialize_with = "or_none")]
    status: PodStatus,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PodMetadata {
    #[serde(default)]
    name: String,
    #[serde(default)]
    namespace: String,
    #[serde(default, deserialize_with = "or_none")]
    labels: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "or_none")]
    owner_references: Vec<Owner>,
}

#[derive(Deserialize)]
struct Owner {
    kind: String,
    name: String,
    #[serde(default)]
    controller: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PodStatus {
    #[serde(default, deserialize_with = "or_none")]
    container_statuses: Vec<ContainerStatus>,
    #[serde(default, deserialize_with = "or_none")]
    init_container_statuses: Vec<ContainerStatus>,
    #[serde(default, deserialize_with = "or_none")]
    ephemeral_container_statuses: Vec<ContainerStatus>,
}

#[derive(Deserialize)]
struct ContainerStatus {
    #[serde(default)]
    image: String,
    #[serde(default, rename = "imageID")]
    image_id: String,
    #[serde(default, deserialize_with = "or_none")]
    state: State,
}

#[derive(Default, Deserialize)]
struct State {
    running: Option<Value>,
}

/// What is null is not there.
fn or_none<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// An image, and what runs it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Run {
    namespace: String,
    kind: String,
    workload: String,
    digest: String,
    image: String,
}

/// How many containers run which images.
#[derive(Debug, Default)]
pub(super) struct Pods {
    runs: BTreeMap<Run, u32>,
}

impl Pods {
    /// Lists all pods of a cluster.
    pub(super) fn list(api: &Api) -> Result<Pods, String> {
        // A list that became too old while it was read is begun anew, once.
        match Pods::list_once(api)? {
            Some(pods) => Ok(pods),
            None => Pods::list_once(api)?.ok_or_else(|| "changes faster than its pods are listed".to_owned()),
        }
    }

    fn list_once(api: &Api) -> Result<Option<Pods>, String> {
        let mut pods = Pods::default();
        let mut next = String::new();
        for _ in 0..MOST_PAGES {
            let Some(page) = api.pods(PAGE, &next)? else {
                return Ok(None);
            };
            next = pods.take(&page)?;
            if next.is_empty() {
                return Ok(Some(pods));
            }
        }
        Err(format!("has more than {MOST_PAGES} pages of pods"))
    }

    /// Takes up a page; gives where the next one is, an empty text for the last.
    fn take(&mut self, page: &[u8]) -> Result<String, String> {
        let list: PodList =
            serde_json::from_slice(page).map_err(|error| format!("sent no list of pods: {error}"))?;
        for pod in list.items {
            let (kind, workload) = owner(&pod.metadata);
            let PodStatus {
                container_statuses,
                init_container_statuses,
                ephemeral_container_statuses,
            } = pod.status;
            let statuses = container_statuses
                .into_iter()
                .chain(init_container_statuses)
                .chain(ephemeral_container_statuses);
            for status in statuses.filter(|status| status.state.running.is_some()) {
                let Some(digest) = digest(&status.image_id) else {
                    continue;
                };
                let run = Run {
                    namespace: shortened(&pod.metadata.namespace),
                    kind: shortened(&kind),
                    workload: shortened(&workload),
                    digest,
                    image: shortened(&status.image),
                };
                let count = self.runs.entry(run).or_default();
                *count = count.saturating_add(1);
            }
            if self.runs.len() > MOST_RUNS {
                return Err(format!("has more than {MOST_RUNS} workloads"));
            }
        }
        Ok(list.metadata.next)
    }

    /// How many containers run.
    pub(super) fn containers(&self) -> u64 {
        self.runs.values().map(|count| u64::from(*count)).sum()
    }

    /// How many images run.
    pub(super) fn images(&self) -> usize {
        let digests: std::collections::BTreeSet<&str> =
            self.runs.keys().map(|run| run.digest.as_str()).collect();
        digests.len()
    }

    /// As the service is told.
    pub(super) fn told(&self, cluster: &str) -> Value {
        let image = |(run, containers): (&Run, &u32)| {
            json!({
                "image": { "name": run.image, "digests": [run.digest] },
                "namespace": run.namespace,
                "workload": { "type": run.kind, "name": run.workload },
                "containers": containers,
            })
        };
        json!({ "cluster": cluster, "images": self.runs.iter().map(image).collect::<Vec<_>>() })
    }
}

/// What made a pod: its controller, and of a replica set the deployment that the set's name begins with.
fn owner(pod: &PodMetadata) -> (String, String) {
    let owners = &pod.owner_references;
    let owner = owners
        .iter()
        .find(|owner| owner.controller == Some(true))
        .or(owners.first());
    let Some(owner) = owner else {
        return ("Pod".to_owned(), pod.name.clone());
    };
    let deployment = pod
        .labels
        .get("pod-template-hash")
        .filter(|_| owner.kind == "ReplicaSet")
        .and_then(|hash| owner.name.strip_suffix(hash.as_str())?.strip_suffix('-'));
    match deployment {
        Some(deployment) => ("Deployment".to_owned(), deployment.to_owned()),
        None => (owner.kind.clone(), owner.name.clone()),
    }
}

/// The digest that an id of an image ends with.
fn digest(image_id: &str) -> Option<String> {
    let tail = image_id.rsplit(['@', '/']).next()?;
    let (algorithm, hex) = tail.split_once(':')?;
    let length = match algorithm {
        "sha256" => 64,
        "sha512" => 128,
        _ => return None,
    };
    let is_hex = hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (hex.len() == length && is_hex).then(|| tail.to_owned())
}

fn shortened(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn digests_of_images() {
        let hex = "a".repeat(64);
        for (id, is_one) in [
            (format!("docker.io/library/nginx@sha256:{hex}"), true),
            (format!("docker-pullable://nginx@sha256:{hex}"), true),
            (format!("docker://sha256:{hex}"), true),
            (format!("sha256:{hex}"), true),
            (format!("sha256:{hex}0"), false),
            (hex.clone(), false),
            ("docker.io/library/nginx:1".to_owned(), false),
            (String::new(), false),
        ] {
            let expected = is_one.then(|| format!("sha256:{hex}"));
            assert_eq!(digest(&id), expected, "{id}");
        }
    }

    #[test]
    fn what_makes_pods() {
        for (labels, owners, expected) in [
            (json!({}), json!([]), "Pod web-1"),
            (
                json!({"pod-template-hash": "7d"}),
                json!([{"kind": "ReplicaSet", "name": "web-7d", "controller": true}]),
                "Deployment web",
            ),
            (
                json!({"pod-template-hash": "7d"}),
                json!([{"kind": "ReplicaSet", "name": "other", "controller": true}]),
                "ReplicaSet other",
            ),
            (
                Value::Null,
                json!([{"kind": "X", "name": "x"}, {"kind": "DaemonSet", "name": "logs", "controller": true}]),
                "DaemonSet logs",
            ),
        ] {
            let pod = json!({"name": "web-1", "labels": labels, "ownerReferences": owners});
            let (kind, name) = owner(&serde_json::from_value(pod).unwrap());
            assert_eq!(format!("{kind} {name}"), expected);
        }
    }

    proptest! {
        #[test]
        fn odd_pages(page in prop::collection::vec(any::<u8>(), 0..200), text in ".{0,40}") {
            let mut pods = Pods::default();
            let _ = pods.take(&page);
            let odd = json!({"metadata": {"continue": text}, "items": [{"metadata": {"name": text}, "status": {
                "containerStatuses": [{"imageID": text, "state": {"running": {}}}, {"state": null}]}}]});
            prop_assert_eq!(pods.take(odd.to_string().as_bytes()), Ok(text));
        }
    }
}
