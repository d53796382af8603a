//! An image in a registry, seen as an OCI layout whose parts are fetched when they are asked for.
//!
//! Documents are fetched at once, layers when they are read: a layer whose content is known already is never
//! downloaded. A layer goes into an unlinked temporary file, since it may have to be read twice.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use assay_registry::{Connection, ImageReference};
use serde::Deserialize;

use crate::{
    ArtifactError, OpenOptions, Platform, Progress,
    digest::Digest,
    list::{List, MOST_LAYERS},
    oci::{self, MOST_NAMED},
    parts::{Blob, LARGEST_DOCUMENT, Parts},
    source::Stretch,
};

/// The parts of an image in a registry.
pub(crate) struct RegistryParts {
    place: String,
    connection: Arc<Connection>,
    platform: Platform,
    state: Mutex<State>,
    /// Bytes of a layer that are fetched at most.
    largest_layer: u64,
}

#[derive(Default)]
struct State {
    /// Documents by their paths in a layout.
    documents: HashMap<String, Vec<u8>>,
    /// Digests that an index calls manifests; what else is asked for is a blob.
    manifests: HashMap<String, Wanted>,
    /// Sizes of blobs that a manifest names.
    sizes: HashMap<String, u64>,
}

/// Whether a manifest of an index is of use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Yes,
    /// It is for another platform, and one for the wanted platform stands beside it.
    No,
}

#[derive(Deserialize)]
struct Named {
    manifests: Option<List<Descriptor, MOST_NAMED>>,
    config: Option<Descriptor>,
    layers: Option<List<Descriptor, MOST_LAYERS>>,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
    #[serde(default)]
    size: u64,
    platform: Option<StatedPlatform>,
}

#[derive(Deserialize)]
struct StatedPlatform {
    #[serde(default)]
    os: String,
    #[serde(default)]
    architecture: String,
    variant: Option<String>,
}

impl Descriptor {
    fn suits(&self, wanted: &Platform) -> bool {
        self.platform.as_ref().is_some_and(|stated| {
            wanted.accepts(&Platform {
                os: stated.os.clone(),
                architecture: stated.architecture.clone(),
                variant: stated.variant.clone().filter(|variant| !variant.is_empty()),
            })
        })
    }
}

impl RegistryParts {
    /// Connects, and fetches the manifest or index that the reference names.
    pub(crate) fn connect(
        reference: &ImageReference,
        options: &OpenOptions,
    ) -> Result<RegistryParts, ArtifactError> {
        let connection = Connection::open(reference, &options.registry)?;
        let document = connection.manifest(reference.manifest_name())?;
        if let Some(expected) = reference.digest()
            && expected.starts_with("sha256:")
            && expected != document.digest
        {
            return Err(ArtifactError::DigestMismatch {
                place: reference.to_string(),
                expected: expected.to_owned(),
                found: document.digest,
            });
        }
        // A layout's index names what it holds; the name of the image goes along as its tag.
        let digest = reference.digest().unwrap_or(&document.digest).to_owned();
        let index = serde_json::json!({
            "schemaVersion": 2,
            "manifests": [{
                "digest": digest,
                "annotations": { "org.opencontainers.image.ref.name": reference.to_string() },
            }],
        });
        let parts = RegistryParts {
            place: format!("\"{reference}\""),
            connection: Arc::new(connection),
            platform: options.platform.clone().unwrap_or_else(Platform::of_this_machine),
            state: Mutex::default(),
            largest_layer: options.limits.layer_bytes,
        };
        let path = Digest::parse(&digest).map(|digest| digest.blob_path());
        let path = path.ok_or_else(|| ArtifactError::Unsupported {
            place: parts.place.clone(),
            feature: format!("the digest \"{digest}\""),
        })?;
        let mut state = parts.state();
        state.manifests.insert(path.clone(), Wanted::Yes);
        state
            .documents
            .insert(oci::INDEX.to_owned(), index.to_string().into_bytes());
        state.note(&document.bytes, &parts.platform);
        state.documents.insert(path, document.bytes);
        drop(state);
        Ok(parts)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes down what a manifest or index names. What is wrong with it is for its reader to say.
    fn note(&mut self, bytes: &[u8], platform: &Platform) {
        let Ok(named) = serde_json::from_slice::<Named>(bytes) else {
            return;
        };
        let manifests = named.manifests.unwrap_or_default();
        let has_match = manifests.iter().any(|descriptor| descriptor.suits(platform));
        for descriptor in manifests.iter() {
            let wanted = if !has_match || descriptor.suits(platform) {
                Wanted::Yes
            } else {
                Wanted::No
            };
            if let Some(digest) = Digest::parse(&descriptor.digest) {
                self.manifests.entry(digest.blob_path()).or_insert(wanted);
            }
        }
        for descriptor in named.config.into_iter().chain(named.layers.into_iter().flatten()) {
            if let Some(digest) = Digest::parse(&descriptor.digest) {
                self.sizes.insert(digest.blob_path(), descriptor.size);
            }
        }
    }
}

impl Parts for RegistryParts {
    fn place(&self) -> &str {
        &self.place
    }

    fn document(&self, name: &str) -> Result<Option<Vec<u8>>, ArtifactError> {
        let mut state = self.state();
        if let Some(known) = state.documents.get(name) {
            return Ok(Some(known.clone()));
        }
        let Some(digest) = Digest::of_blob_path(name) else {
            return Ok(None);
        };
        if !state.manifests.contains_key(name) {
            return Ok(Some(self.connection.blob(&digest.to_string(), LARGEST_DOCUMENT)?));
        }
        let document = self.connection.manifest(&digest.to_string())?;
        state.note(&document.bytes, &self.platform);
        state.documents.insert(name.to_owned(), document.bytes.clone());
        Ok(Some(document.bytes))
    }

    fn has(&self, name: &str) -> Result<bool, ArtifactError> {
        Ok(self.state().manifests.get(name) != Some(&Wanted::No))
    }

    fn blob(&self, name: &str) -> Result<Option<Blob>, ArtifactError> {
        let Some(digest) = Digest::of_blob_path(name) else {
            return Ok(None);
        };
        let size = self.state().sizes.get(name).copied().unwrap_or_default();
        if size > self.largest_layer {
            return Err(ArtifactError::LimitReached {
                place: format!("{name} of {}", self.place),
                limit: format!("{size} bytes, where {} are read", self.largest_layer),
            });
        }
        Ok(Some(Blob::Remote(RemoteBlob {
            connection: Arc::clone(&self.connection),
            digest,
            size,
        })))
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.state().documents.keys().cloned().collect();
        names.sort();
        names
    }
}

/// A layer that lies in a registry.
#[derive(Clone, Debug)]
pub(crate) struct RemoteBlob {
    connection: Arc<Connection>,
    digest: Digest,
    size: u64,
}

impl RemoteBlob {
    /// Fetches it into a temporary file that vanishes with the last reader.
    pub(crate) fn fetch(&self, place: &str, progress: &dyn Progress) -> Result<Stretch, ArtifactError> {
        let unreadable = |source| ArtifactError::Unreadable {
            place: format!("the temporary file for {place}"),
            source,
        };
        let mut file = tempfile::tempfile().map_err(unreadable)?;
        let mut arrived = |count| progress.bytes(count);
        self.connection
            .download(&self.digest.to_string(), self.size, &mut file, &mut arrived)?;
        Ok(Stretch {
            file: Arc::new(file),
            offset: 0,
            len: self.size,
        })
    }
}
