//! containerd's storage: blobs filed as in an OCI layout, and the names of images in a bbolt database.
//!
//! Source: containerd's `content/local`.

use std::path::{Path, PathBuf};

use assay_model::ArtifactKind;
use serde_json::json;

use super::{
    beneath,
    metadata::{METADATA, Metadata, NamedImage},
};
use crate::{
    ArtifactError, OpenOptions, Tree,
    docker::matches_reference,
    error,
    image::some_of,
    oci,
    parts::{Blob, DirectoryParts, Parts},
    tree::{PlacedLayer, TreeForm},
};

pub(super) const CONTENT: &str = "io.containerd.content.v1.content";

/// containerd's own root at or below a directory; Docker keeps one within its own.
pub(super) fn root(directory: &Path) -> Option<PathBuf> {
    ["", "containerd/daemon/", "containerd/"]
        .into_iter()
        .find_map(|own| {
            let part = |name: &str| beneath(directory, &format!("{own}{name}")).ok();
            let is_storage = part(METADATA)?.is_file() && part(CONTENT)?.is_dir();
            is_storage.then(|| directory.join(own))
        })
}

/// Opens the image that the options name, or the only one.
pub(super) fn open(name: &str, root: &Path, options: &OpenOptions) -> Result<Tree, ArtifactError> {
    let chosen = choose(images(root)?, root, options)?;
    let parts = StorageParts {
        root: root.join(CONTENT),
        blobs: DirectoryParts::new(root.join(CONTENT)),
        index: json!({ "manifests": [{
            "digest": chosen.digest,
            "annotations": { "org.opencontainers.image.ref.name": chosen.name },
        }] })
        .to_string()
        .into_bytes(),
    };
    // The name has done its work; what is left to choose is the platform.
    let options = OpenOptions {
        reference: None,
        ..options.clone()
    };
    let mut image = oci::find(&parts, name, &options)?.ok_or_else(|| ArtifactError::Missing {
        place: error::quoted(root),
        part: chosen.digest,
    })?;
    image.artifact.kind = ArtifactKind::ContainerStorage;
    let layers = PlacedLayer::all_of(&image, &root.display().to_string());
    Ok(Tree {
        artifact: image.artifact,
        form: TreeForm::Layers(layers),
        diagnostics: image.diagnostics,
        limits: options.limits,
        threads: options.threads,
    })
}

/// The images of every namespace.
fn images(root: &Path) -> Result<Vec<NamedImage>, ArtifactError> {
    let metadata = Metadata::open(root)?;
    let mut images = Vec::new();
    for namespace in metadata.namespaces()? {
        images.extend(metadata.images(&namespace)?);
    }
    Ok(images)
}

fn choose(images: Vec<NamedImage>, root: &Path, options: &OpenOptions) -> Result<NamedImage, ArtifactError> {
    let path = root.display().to_string();
    // Kubernetes names every image by its digest besides.
    let mut available: Vec<String> = images
        .iter()
        .map(|image| image.name.clone())
        .filter(|name| !name.starts_with("sha256:") && !name.contains("@sha256:"))
        .collect();
    available.sort();
    available.dedup();
    let is_wanted =
        |image: &NamedImage, wanted: &str| matches_reference(&image.name, wanted) || image.digest == wanted;
    let count = {
        let mut digests: Vec<&str> = images.iter().map(|image| image.digest.as_str()).collect();
        digests.sort_unstable();
        digests.dedup();
        digests.len()
    };
    let shown = some_of(&available);
    let wanted = options.reference.as_deref();
    match (wanted, count) {
        (Some(wanted), _) => images
            .into_iter()
            .find(|image| is_wanted(image, wanted))
            .ok_or_else(|| ArtifactError::NoSuchImage {
                path,
                wanted: format!("called {wanted}"),
                available: shown,
            }),
        (None, 0) => Err(ArtifactError::NoSuchImage {
            path,
            wanted: "at all".to_owned(),
            available: shown,
        }),
        (None, 1) => {
            let mut images = images;
            images.sort_by_key(|image| image.name.starts_with("sha256:"));
            images.into_iter().next().ok_or(ArtifactError::SeveralImages {
                path,
                available: shown,
            })
        }
        (None, _) => Err(ArtifactError::SeveralImages {
            path,
            available: shown,
        }),
    }
}

/// An OCI layout without an index file.
struct StorageParts {
    root: PathBuf,
    blobs: DirectoryParts,
    index: Vec<u8>,
}

impl StorageParts {
    /// Whether there is such a blob; one that is a link is none of an engine's.
    fn holds(&self, name: &str) -> Result<bool, ArtifactError> {
        match beneath(&self.root, name) {
            Ok(_) => Ok(true),
            Err(ArtifactError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Parts for StorageParts {
    fn place(&self) -> &str {
        self.blobs.place()
    }

    fn document(&self, name: &str) -> Result<Option<Vec<u8>>, ArtifactError> {
        match name {
            oci::INDEX => Ok(Some(self.index.clone())),
            _ if self.holds(name)? => self.blobs.document(name),
            _ => Ok(None),
        }
    }

    fn has(&self, name: &str) -> Result<bool, ArtifactError> {
        self.holds(name)
    }

    fn blob(&self, name: &str) -> Result<Option<Blob>, ArtifactError> {
        match self.holds(name)? {
            true => self.blobs.blob(name),
            false => Ok(None),
        }
    }

    fn names(&self) -> Vec<String> {
        self.blobs.names()
    }
}
