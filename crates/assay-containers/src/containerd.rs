//! Containers of containerd, by itself or below Kubernetes.
//!
//! Source: containerd's `metadata/buckets.go` and `runtime/v2/bundle.go`: a task has a directory below `/run` for as long as it is
//! there; `cri/labels`: which containers are sandboxes.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::Path,
};

use assay_artifacts::{
    ArtifactError,
    storage::{Metadata, NamedImage, containerd_document},
};
use serde::Deserialize;

use crate::{
    container::{Found, Image, Role, Runtime, nonempty},
    host::{self, Host},
};

/// Where containerd keeps what it has, and what runs.
const ROOTS: [(&str, &str); 4] = [
    ("var/lib/containerd", "run/containerd"),
    ("var/lib/rancher/k3s/agent/containerd", "run/k3s/containerd"),
    ("var/lib/rancher/rke2/agent/containerd", "run/k3s/containerd"),
    (
        "var/snap/microk8s/common/var/lib/containerd",
        "var/snap/microk8s/common/run/containerd",
    ),
];

/// Where it has the tasks, below what runs.
const TASKS: &str = "io.containerd.runtime.v2.task";

/// The most namespaces whose tasks are watched.
const MOST_NAMESPACES: usize = 100;

/// How often the database is read where it is written meanwhile: containerd uses pages again that no reader of its own needs.
const TRIES: usize = 3;

/// A manifest or an index.
#[derive(Default, Deserialize)]
struct Document {
    #[serde(default)]
    config: Option<Descriptor>,
    #[serde(default)]
    manifests: Option<Vec<Descriptor>>,
}

#[derive(Deserialize)]
struct Descriptor {
    #[serde(default)]
    digest: String,
    #[serde(default)]
    platform: Option<Platform>,
}

#[derive(Deserialize)]
struct Platform {
    #[serde(default)]
    architecture: String,
}

/// The containers that run.
pub(crate) fn running(host: &Host) -> Vec<Found> {
    let mut found = Vec::new();
    for (root, state) in ROOTS {
        let (Some(root), Some(tasks)) = (host.directory(root), host.directory(&format!("{state}/{TASKS}")))
        else {
            continue;
        };
        let mut read = of(host, &root, &tasks);
        for _ in 1..TRIES {
            if !matches!(read, Err(ArtifactError::Damaged { .. })) {
                break;
            }
            read = of(host, &root, &tasks);
        }
        found.extend(host::said(read).into_iter().flatten());
    }
    found
}

/// Where tasks come and go.
pub(crate) fn places(host: &Host) -> Vec<String> {
    let mut states: Vec<&str> = ROOTS.iter().map(|(_, state)| *state).collect();
    states.dedup();
    states.into_iter().flat_map(|state| tasks(host, state)).collect()
}

/// Where tasks come and go of a containerd that has what runs here: the directory of each namespace, and that of all of these.
pub(crate) fn tasks(host: &Host, state: &str) -> Vec<String> {
    let all = format!("{state}/{TASKS}");
    let namespaces = host.directory(&all).map(|tasks| host::names(&tasks));
    let namespaces = namespaces.into_iter().flatten().take(MOST_NAMESPACES);
    let below: Vec<String> = namespaces.map(|namespace| format!("{all}/{namespace}")).collect();
    [vec![all], below].concat()
}

fn of(host: &Host, root: &Path, tasks: &Path) -> Result<Vec<Found>, ArtifactError> {
    let mut found = Vec::new();
    for namespace in host::names(tasks) {
        let running: HashSet<String> = host::names(&tasks.join(&namespace))
            .into_iter()
            .filter(|id| {
                let process = host::number(tasks, &format!("{namespace}/{id}/init.pid"));
                process.is_none_or(|process| host.is_alive(process))
            })
            .collect();
        if running.is_empty() {
            continue;
        }
        let metadata = Metadata::open(root)?;
        let images = Images::new(root, metadata.images(&namespace)?);
        let mut known = HashMap::new();
        for made in metadata.containers(&namespace)? {
            // Docker keeps its images itself, and tells of its containers.
            if made.image.is_empty() || !running.contains(&made.id) {
                continue;
            }
            let image = known
                .entry(made.image)
                .or_insert_with_key(|name| images.image(name))
                .clone();
            let label = |name: &str| made.labels.get(name).map(String::as_str).unwrap_or_default();
            found.push(Found {
                runtime: Runtime::Containerd,
                name: nonempty(label("nerdctl/name")),
                image,
                role: match label("io.cri-containerd.kind") {
                    "sandbox" => Role::Sandbox,
                    _ => Role::Program,
                },
                id: made.id,
                labels: made.labels,
            });
        }
    }
    Ok(found)
}

/// The images of a namespace.
struct Images<'a> {
    root: &'a Path,
    by_name: HashMap<String, String>,
    /// The names of each target, in order.
    by_target: HashMap<String, BTreeSet<String>>,
}

impl Images<'_> {
    fn new(root: &Path, named: Vec<NamedImage>) -> Images<'_> {
        let mut images = Images {
            root,
            by_name: HashMap::new(),
            by_target: HashMap::new(),
        };
        for NamedImage { name, digest } in named {
            images
                .by_target
                .entry(digest.clone())
                .or_default()
                .insert(name.clone());
            images.by_name.insert(name, digest);
        }
        images
    }

    /// An image with every digest that it is known under.
    fn image(&self, name: &str) -> Image {
        let mut image = Image::named(name);
        let Some(target) = self.by_name.get(name) else {
            image.know(name);
            return image;
        };
        let names = self.by_target.get(target).into_iter().flatten();
        for other in names {
            // Kubernetes names every image by the digest of its configuration, too.
            image.know(other);
            let is_better = name.starts_with("sha256:") && !other.starts_with("sha256:");
            if is_better
                && image
                    .name
                    .as_deref()
                    .is_none_or(|known| known == name || known.contains('@'))
            {
                image.name = nonempty(other);
            }
        }
        image.know(target);
        match self.document(target) {
            Some(Document {
                manifests: Some(manifests),
                ..
            }) => {
                if let Some(manifest) = self.of_this_platform(&manifests) {
                    image.know_manifest(manifest);
                    self.know_configuration(&mut image, manifest);
                }
            }
            Some(Document {
                config: Some(config), ..
            }) => {
                image.know_manifest(target);
                image.know(&config.digest);
            }
            _ => {}
        }
        image
    }

    fn know_configuration(&self, image: &mut Image, manifest: &str) {
        if let Some(config) = self.document(manifest).and_then(|manifest| manifest.config) {
            image.know(&config.digest);
        }
    }

    /// The one manifest of an index that is there, else the one that is there for the processor that we run on.
    fn of_this_platform<'m>(&self, manifests: &'m [Descriptor]) -> Option<&'m str> {
        let architecture = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            "x86" => "386",
            other => other,
        };
        let of = |manifest: &Descriptor| match &manifest.platform {
            Some(platform) => platform.architecture.clone(),
            None => String::new(),
        };
        let mut there: Vec<&Descriptor> = manifests
            .iter()
            .take(MOST_MANIFESTS)
            // What attests something of the others is of no platform.
            .filter(|manifest| of(manifest) != "unknown" && self.document(&manifest.digest).is_some())
            .collect();
        if there.len() > 1 {
            there.retain(|manifest| of(manifest) == architecture);
        }
        match there.as_slice() {
            [only] => Some(&only.digest),
            _ => None,
        }
    }

    fn document(&self, digest: &str) -> Option<Document> {
        let bytes = host::said(containerd_document(self.root, digest))??;
        serde_json::from_slice(&bytes).ok()
    }
}

/// The most manifests of an index that are looked for.
const MOST_MANIFESTS: usize = 100;
