//! Storages that keep each layer unpacked in a directory.
//!
//! Two layouts are known. Docker's (`/var/lib/docker`): `image/<driver>/repositories.json` names images by the digest
//! of their configuration, whose diff ids lead to chain ids, whose `cache-id` leads to a directory. That of podman,
//! buildah, CRI-O and skopeo (`/var/lib/containers/storage`): `<driver>-images/images.json` and
//! `<driver>-layers/layers.json` name everything outright.
//!
//! A layer is a directory; what it removes from those below is marked as overlayfs marks it. The driver `vfs` has the
//! whole tree in the topmost one instead.
//!
//! Sources: OCI image specification, "Layer ChainID"; containers-storage(1); the kernel's `overlayfs.rst`.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use assay_model::{Artifact, ArtifactKind, Layer};
use base64::Engine;
use serde::Deserialize;

use super::beneath;
use crate::{
    ArtifactError, OpenOptions, Tree,
    digest::Digest,
    directory::{Directory, Marks},
    docker::matches_reference,
    error,
    image::{self, Configuration, some_of},
    list::{List, MOST_LAYERS},
    parts::LARGEST_DOCUMENT,
    tree::{PlacedLayer, TreeForm},
};

/// Bytes of a list of images or layers: a large build server has some ten thousand layers, of which each takes half a KiB.
const LARGEST_LIST: u64 = 32 << 20;

/// Images of a storage, layers of it, and names of one image.
const MOST_IMAGES: usize = 100_000;

/// How the driver keeps layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Driver {
    /// One directory with the differences for each layer.
    Overlay,
    /// One directory with everything for each layer.
    Whole,
}

/// Whose layout it is, and where.
#[derive(Debug)]
enum Layout {
    Docker { driver: &'static str, kind: Driver },
    Containers { driver: &'static str, kind: Driver },
}

const DOCKER_DRIVERS: [(&str, Driver); 3] = [
    ("overlay2", Driver::Overlay),
    ("fuse-overlayfs", Driver::Overlay),
    ("vfs", Driver::Whole),
];
const CONTAINERS_DRIVERS: [(&str, Driver); 2] = [("overlay", Driver::Overlay), ("vfs", Driver::Whole)];

/// One image of a storage.
#[derive(Debug)]
struct Stored {
    names: Vec<String>,
    /// The digest of the configuration, by which the engine knows it.
    id: String,
    /// Only of the containers layout: the digest of the manifest, and the topmost layer.
    manifest: Option<String>,
    top: String,
}

impl Stored {
    fn is_called(&self, wanted: &str) -> bool {
        let hex = self.id.trim_start_matches("sha256:");
        self.names.iter().any(|name| matches_reference(name, wanted))
            || self.id == wanted
            || self.manifest.as_deref() == Some(wanted)
            || wanted.len() >= 12 && hex.starts_with(wanted)
    }

    fn shown(&self) -> String {
        match self.names.first() {
            Some(name) => name.clone(),
            None => self.id.chars().take("sha256:".len() + 12).collect(),
        }
    }
}

/// Whether a directory is such a storage.
pub(super) fn is_storage(root: &Path) -> bool {
    layout(root).is_some()
}

fn layout(root: &Path) -> Option<Layout> {
    for (driver, kind) in DOCKER_DRIVERS {
        if root
            .join("image")
            .join(driver)
            .join("repositories.json")
            .is_file()
        {
            return Some(Layout::Docker { driver, kind });
        }
    }
    for (driver, kind) in CONTAINERS_DRIVERS {
        if root.join(format!("{driver}-images/images.json")).is_file() {
            return Some(Layout::Containers { driver, kind });
        }
    }
    None
}

/// Opens the image that the options name, or the only one.
pub(super) fn open(name: &str, root: &Path, options: &OpenOptions) -> Result<Tree, ArtifactError> {
    let storage = Storage { root };
    let layout = layout(root).ok_or_else(|| ArtifactError::NotRecognised {
        place: error::quoted(root),
        expected: "the storage of docker, podman or containerd",
        found: "a directory without a list of images".to_owned(),
    })?;
    let images = match &layout {
        Layout::Docker { driver, .. } => storage.docker_images(driver)?,
        Layout::Containers { driver, .. } => storage.containers_images(driver)?,
    };
    let stored = choose(&images, root, options)?;
    let (configuration, kind) = match &layout {
        Layout::Docker { driver, kind } => {
            let hex = stored.id.trim_start_matches("sha256:");
            let path = format!("image/{driver}/imagedb/content/sha256/{hex}");
            (storage.document::<Configuration>(&path, LARGEST_DOCUMENT)?, *kind)
        }
        Layout::Containers { driver, kind } => {
            let hex = stored.id.trim_start_matches("sha256:");
            let path = format!("{driver}-images/{hex}/{}", data_name(&format!("sha256:{hex}")));
            // An image that was built or pulled by an old engine may have been kept without one.
            let configuration = storage.optional::<Configuration>(&path)?.unwrap_or_default();
            (configuration, *kind)
        }
    };
    let mut directories = match &layout {
        Layout::Docker { driver, .. } => storage.docker_layers(driver, &configuration)?,
        Layout::Containers { driver, .. } => storage.containers_layers(driver, &stored.top)?,
    };
    let digests: Vec<String> = directories.iter().map(|(digest, _)| digest.clone()).collect();
    if kind == Driver::Whole {
        directories = directories.split_off(directories.len().saturating_sub(1));
    }
    let place = error::quoted(root);
    let first = digests.len() - directories.len();
    let layers = directories.into_iter().enumerate().map(|(at, (digest, path))| {
        let index = first + at;
        let place = format!("layer {index} ({digest}) in {place}");
        let layer = Layer {
            index: u32::try_from(index).unwrap_or(u32::MAX),
            digest,
        };
        PlacedLayer::stored(layer, Directory::layer(path, marks(kind)), place)
    });
    Ok(Tree {
        form: TreeForm::Layers(layers.collect()),
        artifact: Artifact {
            digest: Some(stored.manifest.clone().unwrap_or_else(|| stored.id.clone())),
            tags: stored.names.clone(),
            ..image::artifact(name, ArtifactKind::ContainerStorage, &configuration, digests)
        },
        diagnostics: Vec::new(),
        limits: options.limits,
        threads: options.threads,
    })
}

fn marks(kind: Driver) -> Marks {
    match kind {
        Driver::Overlay => Marks::Overlay,
        Driver::Whole => Marks::None,
    }
}

fn choose<'a>(images: &'a [Stored], root: &Path, options: &OpenOptions) -> Result<&'a Stored, ArtifactError> {
    let available: Vec<String> = images.iter().map(Stored::shown).collect();
    let missing = |wanted: String| ArtifactError::NoSuchImage {
        path: root.display().to_string(),
        wanted,
        available: some_of(&available),
    };
    match (&options.reference, images) {
        (Some(wanted), _) => {
            let found = images.iter().find(|image| image.is_called(wanted));
            found.ok_or_else(|| missing(format!("called {wanted}")))
        }
        (None, [only]) => Ok(only),
        (None, []) => Err(missing("at all".to_owned())),
        (None, _) => Err(ArtifactError::SeveralImages {
            path: root.display().to_string(),
            available: some_of(&available),
        }),
    }
}

/// How the containers storage calls the file of a named piece of data.
///
/// Letters, digits and a few signs stand for themselves; anything else makes the whole name base 64 behind `=`.
fn data_name(key: &str) -> String {
    let is_plain = key
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    match is_plain {
        true => key.to_owned(),
        false => format!("={}", base64::engine::general_purpose::STANDARD.encode(key)),
    }
}

/// Whether a word can stand in a path and lead nowhere else.
fn is_identifier(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !name.is_empty() && name.bytes().all(is_plain)
}

#[derive(Deserialize)]
struct Repositories {
    #[serde(rename = "Repositories", default)]
    repositories: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct ContainersImage {
    id: String,
    #[serde(default)]
    digest: Option<String>,
    #[serde(default)]
    names: Option<List<String, MOST_IMAGES>>,
    #[serde(default)]
    layer: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ContainersLayer {
    id: String,
    #[serde(default)]
    parent: String,
    #[serde(default)]
    diff_digest: Option<String>,
}

struct Storage<'a> {
    root: &'a Path,
}

impl Storage<'_> {
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, ArtifactError> {
        super::document(self.root, path, limit)
    }

    fn document<T: serde::de::DeserializeOwned>(&self, path: &str, limit: u64) -> Result<T, ArtifactError> {
        image::parse(&self.read(path, limit)?, path, &error::quoted(self.root))
    }

    fn optional<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<Option<T>, ArtifactError> {
        match self.document(path, LARGEST_DOCUMENT) {
            Ok(document) => Ok(Some(document)),
            Err(ArtifactError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A word that another file gives for use in a path.
    fn word(&self, path: &str) -> Result<String, ArtifactError> {
        let bytes = self.read(path, 4096)?;
        let text = String::from_utf8_lossy(&bytes).trim().to_owned();
        self.checked(text, path)
    }

    /// Refuses what would lead out of the storage.
    fn checked(&self, name: String, origin: &str) -> Result<String, ArtifactError> {
        match is_identifier(&name) {
            true => Ok(name),
            false => Err(ArtifactError::Damaged {
                place: format!("{origin} in {}", error::quoted(self.root)),
                reason: "it names a layer or image by what is no identifier".to_owned(),
            }),
        }
    }

    fn docker_images(&self, driver: &str) -> Result<Vec<Stored>, ArtifactError> {
        let path = format!("image/{driver}/repositories.json");
        let listed: Repositories = self.document(&path, LARGEST_LIST)?;
        let mut by_id: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, id) in listed.repositories.into_values().flatten() {
            by_id.entry(id).or_default().push(name);
        }
        // Images without a name are there by their configurations alone.
        let folder = beneath(self.root, &format!("image/{driver}/imagedb/content/sha256"));
        let entries = folder.ok().and_then(|folder| std::fs::read_dir(folder).ok());
        for entry in entries.into_iter().flatten().flatten().take(MOST_IMAGES) {
            let name = entry.file_name().to_string_lossy().into_owned();
            // What the engine is about to write begins with a dot.
            if is_identifier(&name) {
                by_id.entry(format!("sha256:{name}")).or_default();
            }
        }
        let stored = |(id, mut names): (String, Vec<String>)| {
            // `name@digest` says where it was pulled from; a tag tells more.
            names.sort_by_key(|name| name.contains('@'));
            self.checked(id.trim_start_matches("sha256:").to_owned(), &path)
                .map(|_| Stored {
                    names,
                    id,
                    manifest: None,
                    top: String::new(),
                })
        };
        by_id.into_iter().map(stored).collect()
    }

    fn docker_layers(
        &self,
        driver: &str,
        configuration: &Configuration,
    ) -> Result<Vec<(String, PathBuf)>, ArtifactError> {
        let mut chain = String::new();
        let mut layers = Vec::new();
        for diff in configuration.all_diff_ids() {
            chain = match chain.is_empty() {
                true => diff.clone(),
                false => Digest::of(format!("{chain} {diff}").as_bytes()),
            };
            let hex = self.checked(
                chain.trim_start_matches("sha256:").to_owned(),
                "the image's configuration",
            )?;
            let cache = self.word(&format!("image/{driver}/layerdb/sha256/{hex}/cache-id"))?;
            let path = match driver {
                "vfs" => format!("vfs/dir/{cache}"),
                _ => format!("{driver}/{cache}/diff"),
            };
            layers.push((diff.clone(), beneath(self.root, &path)?));
        }
        Ok(layers)
    }

    fn containers_images(&self, driver: &str) -> Result<Vec<Stored>, ArtifactError> {
        let path = format!("{driver}-images/images.json");
        let listed: List<ContainersImage, MOST_IMAGES> = self.document(&path, LARGEST_LIST)?;
        let stored = |image: ContainersImage| {
            let hex = self.checked(image.id, &path)?;
            Ok(Stored {
                names: image.names.as_deref().unwrap_or_default().to_vec(),
                id: format!("sha256:{hex}"),
                manifest: image.digest.filter(|digest| !digest.is_empty()),
                top: image.layer,
            })
        };
        listed.into_iter().map(stored).collect()
    }

    fn containers_layers(&self, driver: &str, top: &str) -> Result<Vec<(String, PathBuf)>, ArtifactError> {
        let path = format!("{driver}-layers/layers.json");
        let listed: List<ContainersLayer, MOST_IMAGES> = self.document(&path, LARGEST_LIST)?;
        let by_id: HashMap<&str, &ContainersLayer> =
            listed.iter().map(|layer| (layer.id.as_str(), layer)).collect();
        let mut layers = Vec::new();
        let mut at = top;
        while !at.is_empty() {
            let layer = by_id
                .get(at)
                .filter(|_| layers.len() < listed.len().min(MOST_LAYERS));
            let layer = layer.ok_or_else(|| ArtifactError::Missing {
                place: format!("{path} in {}", error::quoted(self.root)),
                part: format!("the layer {at}"),
            })?;
            let id = self.checked(layer.id.clone(), &path)?;
            let directory = match driver {
                "vfs" => format!("vfs/dir/{id}"),
                _ => format!("{driver}/{id}/diff"),
            };
            let digest = layer.diff_digest.clone().unwrap_or_else(|| id.clone());
            layers.push((digest, directory));
            at = &layer.parent;
        }
        let layers = layers.into_iter().rev();
        layers
            .map(|(digest, directory)| Ok((digest, beneath(self.root, &directory)?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_data() {
        assert_eq!(data_name("manifest"), "manifest");
        assert_eq!(data_name("sha256:ab"), "=c2hhMjU2OmFi");
    }
}
