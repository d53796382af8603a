//! Images in the storage of a container engine: its directory is read as it lies there, without the engine.
//!
//! Docker up to version 28, podman, buildah and CRI-O keep layers *unpacked*, each in a directory. containerd, and Docker
//! from version 29 on, keep the *blobs* as they came from the registry, and their names in a database.

mod bolt;
mod containerd;
mod metadata;
mod unpacked;

use std::path::{Path, PathBuf};

pub use metadata::{MadeContainer, Metadata, NamedImage};

use crate::{
    ArtifactError, OpenOptions, Tree,
    digest::Digest,
    error,
    parts::{LARGEST_DOCUMENT, open_regular},
    source::Stretch,
};

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

/// The storage of a machine's engine, the first that has one. That of the machine we run on may lie behind a link.
pub(crate) fn usual(root: &Path) -> Option<PathBuf> {
    let is_own = root == Path::new("/");
    USUAL
        .iter()
        .filter(|path| is_own || beneath(root, path).is_ok())
        .map(|path| root.join(path))
        .find(|path| is_storage(path))
}

/// A path in a storage, no part of which below the root is a link: a storage that is not this machine's own must not make
/// us read what is.
///
/// # Errors
///
/// A link, and what is not there.
pub fn beneath(root: &Path, path: &str) -> Result<PathBuf, ArtifactError> {
    let mut full = root.to_owned();
    for part in path.split('/') {
        full.push(part);
        let metadata =
            std::fs::symlink_metadata(&full).map_err(|error| ArtifactError::from_open(&full, error))?;
        if metadata.is_symlink() {
            return Err(ArtifactError::Damaged {
                place: error::quoted(&full),
                reason: "it is a symbolic link, which an engine does not put there".to_owned(),
            });
        }
    }
    Ok(full)
}

/// All of a file below an engine's directory, no part of whose path is a link.
///
/// # Errors
///
/// A link, what is no regular file, and one of more bytes than `most`.
pub fn document(root: &Path, path: &str, most: u64) -> Result<Vec<u8>, ArtifactError> {
    let full = beneath(root, path)?;
    let (file, len) = open_regular(&full).map_err(|error| ArtifactError::from_open(&full, error))?;
    let stretch = Stretch {
        file: file.into(),
        offset: 0,
        len,
    };
    stretch
        .read(most)
        .map_err(|error| ArtifactError::from_stream(&error::quoted(&full), len, error))
}

/// A manifest, index or configuration that containerd keeps below its root; `None` where it does not have it, or the digest is
/// none.
///
/// # Errors
///
/// A link, what is no regular file, and what has not the content that its digest promises.
pub fn containerd_document(root: &Path, digest: &str) -> Result<Option<Vec<u8>>, ArtifactError> {
    let Some(checked) = Digest::parse(digest) else {
        return Ok(None);
    };
    let path = format!("{}/{}", containerd::CONTENT, checked.blob_path());
    match document(root, &path, LARGEST_DOCUMENT) {
        Ok(bytes) => {
            checked.verify(&bytes, &error::quoted(&root.join(path)))?;
            Ok(Some(bytes))
        }
        Err(ArtifactError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
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
