//! Containers of Podman and CRI-O, which share a storage of layers, images and containers.
//!
//! Source: `containers-storage(1)`, containers/storage's `containers.go` and `images.go`: lists of containers and images; podman's
//! and CRI-O's `storage/runtime.go`: what they note of a container; conmon's `pidfile`, which is there below `/run` when a
//! container has started. Without root, podman keeps both with the user: `podman(1)`, "Rootless mode". `runc(8)`, `crun(1)`: a directory
//! for each container for as long as it is there.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use serde::Deserialize;

use crate::{
    container::{Found, Image, Role, Runtime, nonempty},
    host::{self, Host},
    users::users,
};

/// Where both keep what they have, and what runs.
const ROOT: &str = "var/lib/containers/storage";
const STATE: &str = "run/containers/storage";

/// Where podman does for a user who is not root: below the home, and below what there is of the user while logged in.
const OF_USER: &str = ".local/share/containers/storage";
const STATE_OF_USER: &str = "containers";

/// The most containers of a user that are told: none may leave no room for those of others.
const MOST_OF_USER: usize = 100;

/// What both run containers by, which has a directory for each below `/run` or what there is of a user.
const OCI_RUNTIMES: [&str; 2] = ["crun", "runc"];

const DRIVERS: [&str; 4] = ["overlay", "vfs", "btrfs", "zfs"];

/// Bytes of a list of containers or images.
const LARGEST_LIST: u64 = 32 << 20;

/// Bytes of what one container is to be like.
const LARGEST: u64 = 4 << 20;

#[derive(Deserialize)]
struct KeptContainer {
    id: String,
    #[serde(default)]
    names: Option<Vec<String>>,
    #[serde(default)]
    image: String,
    /// JSON in JSON.
    #[serde(default)]
    metadata: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Noted {
    #[serde(default)]
    image_name: String,
    /// Of CRI-O alone.
    #[serde(default)]
    pod_name: Option<String>,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct KeptImage {
    id: String,
    #[serde(default)]
    digest: Option<String>,
    #[serde(default)]
    names: Option<Vec<String>>,
    /// Data that is kept for it by name: `manifest-sha256:…` for each manifest and index that it came by.
    #[serde(default)]
    big_data_names: Option<Vec<String>>,
}

/// What a container is to be like.
#[derive(Default, Deserialize)]
struct Specification {
    #[serde(default)]
    annotations: Option<BTreeMap<String, String>>,
}

/// The containers that run.
pub(crate) fn running(host: &Host) -> Vec<Found> {
    let mut found = Vec::new();
    if let (Some(root), Some(state)) = (host.directory(ROOT), host.directory(STATE)) {
        found.extend(of_storage(host, &root, &state));
    }
    for user in users(host) {
        let state = format!("{}/{STATE_OF_USER}", user.run());
        if let (Some(root), Some(state)) = (user.directory(OF_USER), host.directory(&state)) {
            let of_user = of_storage(host, &root, &state);
            if of_user.len() > MOST_OF_USER {
                tracing::warn!("of the containers in {} {MOST_OF_USER} are told", root.display());
            }
            found.extend(of_user.into_iter().take(MOST_OF_USER));
        }
    }
    found
}

/// Where containers come and go.
pub(crate) fn places(host: &Host) -> Vec<String> {
    let of = |run: &str, state: &str| {
        let runtimes = OCI_RUNTIMES.map(|runtime| format!("{run}/{runtime}"));
        let containers = DRIVERS.map(|driver| format!("{run}/{state}/{driver}-containers"));
        [runtimes.to_vec(), containers.to_vec()].concat()
    };
    let mut places = of("run", "containers/storage");
    for user in users(host) {
        // Who has run none yet is seen to when the host is read next.
        if user.directory(OF_USER).is_some() {
            places.extend(of(&user.run(), STATE_OF_USER));
        }
    }
    places
}

/// The containers of one storage that run.
fn of_storage(host: &Host, root: &Path, state: &Path) -> Vec<Found> {
    let mut found = Vec::new();
    for driver in DRIVERS {
        let path = format!("{driver}-containers/containers.json");
        let listed: Vec<KeptContainer> = host::document(root, &path, LARGEST_LIST).unwrap_or_default();
        let running: Vec<KeptContainer> = listed
            .into_iter()
            .filter(|container| is_running(host, state, driver, container))
            .collect();
        if running.is_empty() {
            continue;
        }
        let images = images(root, driver);
        found.extend(
            running
                .into_iter()
                .map(|container| of(root, driver, container, &images)),
        );
    }
    found
}

/// Whether its process is there and, where it is known, that of who watches over it: a number alone may be another's by now.
fn is_running(host: &Host, state: &Path, driver: &str, container: &KeptContainer) -> bool {
    if !host::is_word(&container.id) {
        return false;
    }
    let process = |file: &str| {
        let path = format!("{driver}-containers/{}/userdata/{file}", container.id);
        host::number(state, &path)
    };
    process("pidfile").is_some_and(|process| host.is_alive(process))
        && process("conmon.pid").is_none_or(|process| host.is_alive(process))
}

fn of(root: &Path, driver: &str, container: KeptContainer, images: &HashMap<String, Image>) -> Found {
    let noted: Noted = serde_json::from_str(&container.metadata).unwrap_or_default();
    let mut image = images.get(&container.image).cloned().unwrap_or_default();
    image.know(&format!("sha256:{}", container.image));
    image.name = nonempty(&noted.image_name).or(image.name);
    let path = format!("{driver}-containers/{}/userdata/config.json", container.id);
    let specification: Specification = host::document(root, &path, LARGEST).unwrap_or_default();
    let annotations = specification.annotations.unwrap_or_default();
    // CRI-O has the labels in one annotation.
    let mut labels: BTreeMap<String, String> = annotations
        .get("io.kubernetes.cri-o.Labels")
        .and_then(|labels| serde_json::from_str(labels).ok())
        .unwrap_or_default();
    let is_sandbox = annotations
        .get("io.kubernetes.cri-o.ContainerType")
        .is_some_and(|kind| kind == "sandbox");
    for (name, value) in annotations {
        if name.starts_with("io.kubernetes.pod.") || name.starts_with("io.kubernetes.container.") {
            labels.entry(name).or_insert(value);
        }
    }
    let names = container.names.unwrap_or_default();
    Found {
        runtime: match noted.pod_name {
            Some(_) => Runtime::CriO,
            None => Runtime::Podman,
        },
        name: nonempty(&noted.name).or_else(|| nonempty(names.first()?)),
        id: container.id,
        image,
        labels,
        role: if is_sandbox { Role::Sandbox } else { Role::Program },
    }
}

/// The images by their ids.
fn images(root: &Path, driver: &str) -> HashMap<String, Image> {
    let path = format!("{driver}-images/images.json");
    let listed: Vec<KeptImage> = host::document(root, &path, LARGEST_LIST).unwrap_or_default();
    let known = |kept: KeptImage| {
        let names = kept.names.unwrap_or_default();
        let mut image = Image::named(names.first().map(String::as_str).unwrap_or_default());
        image.know(&format!("sha256:{}", kept.id));
        image.know(kept.digest.as_deref().unwrap_or_default());
        for name in kept.big_data_names.unwrap_or_default() {
            if let Some(digest) = name.strip_prefix("manifest-") {
                image.know(digest);
            }
        }
        (kept.id, image)
    };
    listed.into_iter().map(known).collect()
}
