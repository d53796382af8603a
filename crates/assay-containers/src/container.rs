//! A container that runs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// The most characters of a name.
const LONGEST_NAME: usize = 512;

/// The most digests of one image.
const MOST_DIGESTS: usize = 32;

/// What runs containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Runtime {
    /// Docker.
    #[serde(rename = "docker")]
    Docker,
    /// containerd, by itself or below Kubernetes.
    #[serde(rename = "containerd")]
    Containerd,
    /// Podman.
    #[serde(rename = "podman")]
    Podman,
    /// CRI-O.
    #[serde(rename = "cri-o")]
    CriO,
}

/// A container that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Container {
    /// What runs it.
    pub runtime: Runtime,
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it runs.
    pub image: Image,
    /// The pod that it is of, where Kubernetes runs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<Pod>,
}

/// The image that a container runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Image {
    /// The name that it was run by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The digest of the manifest for the platform that runs, where the runtime tells it apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<String>,
    /// Every digest that it is known under: of manifest, index and configuration.
    pub digests: BTreeSet<String>,
}

/// A pod of Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pod {
    /// The namespace that it is in.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What made it, as far as its labels tell.
    pub workload: Workload,
}

/// What makes pods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Workload {
    /// `Deployment`, `StatefulSet`, `DaemonSet`, `Job`, or `Pod` for one that nothing made.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its name.
    pub name: String,
}

/// A container as a runtime keeps it, with the labels that tell of Kubernetes.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) runtime: Runtime,
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) image: Image,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) role: Role,
}

/// What a container is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// To run a program.
    Program,
    /// To hold a pod's network open.
    Sandbox,
}

impl Image {
    /// An image of a name; an empty one is none.
    pub(crate) fn named(name: &str) -> Image {
        Image {
            name: nonempty(name),
            ..Image::default()
        }
    }

    /// Notes a digest that it is known under; what is no digest is passed over.
    pub(crate) fn know(&mut self, digest: &str) {
        if is_digest(digest) && self.digests.len() < MOST_DIGESTS {
            self.digests.insert(digest.to_owned());
        }
    }

    /// Notes the digest of the manifest that runs.
    pub(crate) fn know_manifest(&mut self, digest: &str) {
        if is_digest(digest) {
            self.know(digest);
            self.manifest = Some(digest.to_owned());
        }
    }
}

/// Whether a text is a digest as OCI writes them.
pub(crate) fn is_digest(text: &str) -> bool {
    let is_hex = |hex: &str| hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match text.split_once(':') {
        Some(("sha256", hex)) => hex.len() == 64 && is_hex(hex),
        Some(("sha512", hex)) => hex.len() == 128 && is_hex(hex),
        _ => false,
    }
}

/// A name that is told: not an empty one, and no more of it than anybody reads.
pub(crate) fn nonempty(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| name.chars().take(LONGEST_NAME).collect())
}
