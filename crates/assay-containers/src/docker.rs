//! Containers of Docker.
//!
//! Source: moby's `container/container.go` and `image/`, `reference/store.go`: one `config.v2.json` for each container, with the
//! id of its image, which is the digest of its configuration or, with containerd's image store, of its manifest or index;
//! `repositories.json` has the digests that images were pulled by.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
};

use serde::Deserialize;

use crate::{
    container::{Found, Image, Role, Runtime, nonempty},
    containerd,
    host::{self, Host},
};

/// Where Docker keeps what it has.
const ROOTS: [&str; 2] = ["var/lib/docker", "var/snap/docker/common/var-lib-docker"];

/// Where a containerd of Docker's own has what runs; without one, its tasks are with the host's.
const STATES: [&str; 2] = [
    "run/docker/containerd/daemon",
    "run/snap.docker/containerd/daemon",
];

const DRIVERS: [&str; 6] = [
    "overlay2",
    "fuse-overlayfs",
    "vfs",
    "btrfs",
    "zfs",
    "devicemapper",
];

/// Bytes of the file of one container.
const LARGEST: u64 = 4 << 20;

/// Bytes of the list of the names of images.
const LARGEST_LIST: u64 = 32 << 20;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Kept {
    state: State,
    #[serde(default)]
    name: String,
    #[serde(default)]
    image: String,
    #[serde(default)]
    image_manifest: Option<Descriptor>,
    config: Config,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    #[serde(default)]
    running: bool,
    #[serde(default)]
    pid: u64,
}

#[derive(Deserialize)]
struct Descriptor {
    #[serde(default)]
    digest: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    #[serde(default)]
    image: String,
    #[serde(default)]
    labels: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Repositories {
    #[serde(default)]
    repositories: BTreeMap<String, BTreeMap<String, String>>,
}

/// The containers that run.
pub(crate) fn running(host: &Host) -> Vec<Found> {
    let mut found = Vec::new();
    for root in ROOTS.iter().filter_map(|root| host.directory(root)) {
        let pulled = pulled(&root);
        for id in host::names(&root.join("containers")) {
            let path = format!("containers/{id}/config.v2.json");
            let Some(kept) = host::document::<Kept>(&root, &path, LARGEST) else {
                continue;
            };
            // After a crash a container is still said to run.
            if kept.state.running && (kept.state.pid == 0 || host.is_alive(kept.state.pid)) {
                found.push(container(id, kept, &pulled));
            }
        }
    }
    found
}

/// Where tasks of containers come and go.
pub(crate) fn places(host: &Host) -> Vec<String> {
    let tasks = |state| containerd::tasks(host, state);
    STATES.into_iter().flat_map(tasks).collect()
}

fn container(id: String, kept: Kept, pulled: &HashMap<String, BTreeSet<String>>) -> Found {
    let mut image = Image::named(&kept.config.image);
    image.know(&kept.image);
    for digest in pulled.get(&kept.image).into_iter().flatten() {
        image.know(digest);
    }
    if let Some(manifest) = kept.image_manifest {
        image.know_manifest(&manifest.digest);
    }
    let labels = kept.config.labels.unwrap_or_default();
    let is_sandbox = labels
        .get("io.kubernetes.docker.type")
        .is_some_and(|kind| kind == "podsandbox");
    Found {
        runtime: Runtime::Docker,
        id,
        name: nonempty(kept.name.trim_start_matches('/')),
        image,
        role: if is_sandbox { Role::Sandbox } else { Role::Program },
        labels,
    }
}

/// The digests that images were pulled by, by the ids of the images.
fn pulled(root: &Path) -> HashMap<String, BTreeSet<String>> {
    let mut pulled: HashMap<String, BTreeSet<String>> = HashMap::new();
    for driver in DRIVERS {
        let path = format!("image/{driver}/repositories.json");
        let listed = host::document::<Repositories>(root, &path, LARGEST_LIST);
        for (name, id) in listed
            .into_iter()
            .flat_map(|listed| listed.repositories)
            .flat_map(|(_, images)| images)
        {
            if let Some((_, digest)) = name.rsplit_once('@') {
                pulled.entry(id).or_default().insert(digest.to_owned());
            }
        }
    }
    pulled
}
