//! Which containers run on a host, and of which images, by what container runtimes keep on disk. No runtime is asked or run.
//!
//! One file a runtime: [Docker](docker), [containerd](containerd), and [Podman and CRI-O](storage), which share a storage. What
//! cannot be read is left out, with a line in the log: a runtime that is broken does not hide the others.

mod container;
mod containerd;
mod docker;
mod host;
mod kubernetes;
mod storage;
mod users;

use std::path::{Path, PathBuf};

pub use container::{Container, Image, Pod, Runtime, Workload};

use host::Host;

/// The most containers that are told.
pub const MOST_CONTAINERS: usize = 1000;

/// The directories in which something comes or goes when a container starts or ends on the host whose files are below a root,
/// whether they are there yet or not: a few dozen, most of them below its `/run`.
pub fn places_of_change(root: &Path) -> Vec<PathBuf> {
    let host = Host::new(root);
    let places = [
        docker::places(&host),
        containerd::places(&host),
        storage::places(&host),
    ];
    places
        .concat()
        .into_iter()
        .map(|place| root.join(place))
        .collect()
}

/// The containers that run on the host whose files are below a root, in order of runtime and id. The sandboxes that Kubernetes
/// keeps for its pods are none.
pub fn running(root: &Path) -> Vec<Container> {
    let host = Host::new(root);
    let mut found = Vec::new();
    for read in [docker::running, containerd::running, storage::running] {
        found.extend(read(&host));
    }
    let mut containers = kubernetes::containers(found);
    containers.sort_by(|one, other| (one.runtime, &one.id).cmp(&(other.runtime, &other.id)));
    if containers.len() > MOST_CONTAINERS {
        tracing::warn!(
            "{} containers run; the first {MOST_CONTAINERS} are told",
            containers.len()
        );
        containers.truncate(MOST_CONTAINERS);
    }
    containers
}
