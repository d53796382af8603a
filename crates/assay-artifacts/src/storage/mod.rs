//! Images in the storage of a container engine: its directory is read as it lies there, without the engine.
//!
//! Docker up to version 28, podman, buildah and CRI-O keep layers *unpacked*, each in a directory. containerd, and Docker
//! from version 29 on, keep the *blobs* as they came from the registry, and their names in a database.

mod bolt;
mod containerd;
mod unpacked;

use std::path::{Path, PathBuf};

use crate::{ArtifactError, OpenOptions, Tree, error};

/// Where engines keep their storage on a machine.
const USUAL: [&str; 4] = [
    "var/lib/docker",
    "var/lib/containers/storage",
    "var/lib/containerd",
    "var/lib/rancher/k3s/agent/containerd",
];

/// Whether a directory is such a storage.
pub(crate) fn is_storage(root: &Path) -> bool {
    unpacked::is_storage(root) || containerd::root(root).is_some()
}

/// The storage of this machine's engine, the first that has one.
pub(crate) fn usual(root: &Path) -> Option<PathBuf> {
    USUAL
        .iter()
        .map(|path| root.join(path))
        .find(|path| is_storage(path))
}

/// Opens the image that the options name, or the only one.
pub(crate) fn open(name: &str, root: &Path, options: &OpenOptions) -> Result<Tree, ArtifactError> {
    match containerd::root(root) {
        _ if unpacked::is_storage(root) => unpacked::open(name, root, options),
        Some(containerd) => containerd::open(name, &containerd, options),
        None => Err(ArtifactError::NotRecognised {
            place: error::quoted(root),
            expected: "the storage of docker, podman or containerd",
            found: "a directory without a list of images".to_owned(),
        }),
    }
}
