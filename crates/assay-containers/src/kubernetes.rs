//! What Kubernetes labels containers with, whichever runtime runs them.
//!
//! Sources: kubelet's `kuberuntime/labels.go`; Kubernetes' "Well-Known Labels, Annotations and Taints". A container has the
//! names of its pod; the labels of the pod are those of its sandbox.

use std::collections::{BTreeMap, HashMap};

use crate::container::{Container, Found, Pod, Role, Workload, nonempty};

/// The label with the name of a container in its pod.
pub(crate) const CONTAINER: &str = "io.kubernetes.container.name";
const NAMESPACE: &str = "io.kubernetes.pod.namespace";
const POD: &str = "io.kubernetes.pod.name";

type Labels = BTreeMap<String, String>;

/// Containers with the pods that they are of; sandboxes have done their work then.
pub(crate) fn containers(found: Vec<Found>) -> Vec<Container> {
    let (sandboxes, programs): (Vec<Found>, Vec<Found>) =
        found.into_iter().partition(|found| found.role == Role::Sandbox);
    let by_pod: HashMap<(&str, &str), &Labels> = sandboxes
        .iter()
        .filter_map(|sandbox| Some((pod_of(&sandbox.labels)?, &sandbox.labels)))
        .collect();
    let none = Labels::new();
    let with_pod = |found: Found| {
        let pod = pod_of(&found.labels).map(|(namespace, name)| Pod {
            namespace: nonempty(namespace).unwrap_or_default(),
            name: nonempty(name).unwrap_or_default(),
            workload: workload(name, by_pod.get(&(namespace, name)).copied().unwrap_or(&none)),
        });
        let in_pod = found.labels.get(CONTAINER).filter(|_| pod.is_some());
        Container {
            runtime: found.runtime,
            name: in_pod.and_then(|name| nonempty(name)).or(found.name),
            id: found.id,
            image: found.image,
            pod,
        }
    };
    programs.into_iter().map(with_pod).collect()
}

/// Namespace and name of a container's pod.
fn pod_of(labels: &Labels) -> Option<(&str, &str)> {
    let label = |name: &str| labels.get(name).filter(|value| !value.is_empty());
    Some((label(NAMESPACE)?, label(POD)?))
}

/// What made a pod, by the labels that controllers put on pods and by how they name them.
fn workload(pod: &str, labels: &Labels) -> Workload {
    let label = |name: &str| labels.get(name).filter(|value| !value.is_empty());
    let stem = pod.rsplit_once('-').map_or(pod, |(stem, _)| stem);
    let (kind, name) = if let Some(job) = label("batch.kubernetes.io/job-name").or_else(|| label("job-name"))
    {
        ("Job", job.as_str())
    } else if label("statefulset.kubernetes.io/pod-name").is_some() {
        ("StatefulSet", stem)
    } else if let Some(hash) = label("pod-template-hash") {
        let deployment = stem
            .strip_suffix(hash.as_str())
            .and_then(|name| name.strip_suffix('-'));
        ("Deployment", deployment.unwrap_or(stem))
    } else if label("controller-revision-hash").is_some() {
        ("DaemonSet", stem)
    } else {
        ("Pod", pod)
    };
    Workload {
        kind,
        name: nonempty(name).unwrap_or_else(|| pod.chars().take(1).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_pods() {
        for (pod, labels, expected) in [
            (
                "web-5d8f9c7b6d-x2x4z",
                vec![("pod-template-hash", "5d8f9c7b6d")],
                "Deployment web",
            ),
            (
                "my-web-5d8f-x2x4z",
                vec![("pod-template-hash", "5d8f")],
                "Deployment my-web",
            ),
            (
                "cut-off-x2x4z",
                vec![("pod-template-hash", "5d8f")],
                "Deployment cut-off",
            ),
            (
                "db-0",
                vec![
                    ("statefulset.kubernetes.io/pod-name", "db-0"),
                    ("controller-revision-hash", "db-6c"),
                ],
                "StatefulSet db",
            ),
            (
                "node-exporter-9k2xk",
                vec![("controller-revision-hash", "7f")],
                "DaemonSet node-exporter",
            ),
            ("backup-28-kxk", vec![("job-name", "backup-28")], "Job backup-28"),
            (
                "kube-apiserver-node1",
                vec![("tier", "control-plane")],
                "Pod kube-apiserver-node1",
            ),
            ("-x", vec![("pod-template-hash", "x")], "Deployment -"),
        ] {
            let labels: Labels = labels
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect();
            let Workload { kind, name } = workload(pod, &labels);
            assert_eq!(format!("{kind} {name}"), expected);
        }
    }
}
