//! An image: its configuration and its layers in order, whatever archive it came in.

use std::collections::BTreeMap;

use assay_model::{Artifact, ArtifactKind, Diagnostic};
use serde::Deserialize;

use crate::{
    ArtifactError, Platform, base,
    digest::Digest,
    list::{List, MOST_LAYERS},
    parts::Blob,
};

/// Steps of the build of one image, of which most make no layer.
const MOST_STEPS: usize = 10_000;

/// An image that was found and read as far as its manifest and configuration.
pub(crate) struct Image {
    pub(crate) artifact: Artifact,
    pub(crate) layers: Vec<ImageLayer>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// One layer of an image.
pub(crate) struct ImageLayer {
    /// The digest of the uncompressed layer where known.
    pub(crate) digest: String,
    /// What the blob must hash to; `None` where the format does not promise it.
    pub(crate) expected: Option<Digest>,
    pub(crate) blob: Blob,
}

/// Members of an image configuration that matter here; Docker and OCI agree on them.
///
/// Source: OCI image specification, "Image Configuration".
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Configuration {
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    os: String,
    variant: Option<String>,
    #[serde(default)]
    rootfs: RootFileSystem,
    history: Option<List<Step, MOST_STEPS>>,
    config: Option<Settings>,
}

/// One step of the build, lowest first; an empty one made no layer.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Step {
    #[serde(default)]
    pub(crate) created_by: String,
    #[serde(default)]
    pub(crate) empty_layer: bool,
}

#[derive(Debug, Default, Deserialize)]
struct Settings {
    #[serde(rename = "Labels")]
    labels: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Default, Deserialize)]
struct RootFileSystem {
    #[serde(default)]
    diff_ids: List<String, MOST_LAYERS>,
}

impl Configuration {
    pub(crate) fn platform(&self) -> Option<Platform> {
        if self.os.is_empty() && self.architecture.is_empty() {
            return None;
        }
        let variant = self.variant.clone().filter(|variant| !variant.is_empty());
        Some(Platform {
            os: self.os.clone(),
            architecture: self.architecture.clone(),
            variant,
        })
    }

    /// The steps of the build.
    pub(crate) fn steps(&self) -> &[Step] {
        self.history.as_deref().unwrap_or_default()
    }

    pub(crate) fn label(&self, name: &str) -> Option<&str> {
        let labels = self.config.as_ref()?.labels.as_ref()?;
        labels.get(name).map(String::as_str)
    }

    /// The diff ids from the base up.
    pub(crate) fn all_diff_ids(&self) -> &[String] {
        &self.rootfs.diff_ids
    }

    /// The diff id of each of `count` layers; empty where the configuration has none at all.
    pub(crate) fn diff_ids(&self, count: usize, place: &str) -> Result<&[String], ArtifactError> {
        let ids = &self.rootfs.diff_ids;
        if ids.is_empty() || ids.len() == count {
            return Ok(ids);
        }
        let reason = format!(
            "its manifest names {count} layers and its configuration {}",
            ids.len()
        );
        Err(ArtifactError::Damaged {
            place: place.to_owned(),
            reason,
        })
    }
}

/// Parses a JSON document of an image.
pub(crate) fn parse<'a, T: Deserialize<'a>>(
    bytes: &'a [u8],
    name: &str,
    place: &str,
) -> Result<T, ArtifactError> {
    serde_json::from_slice(bytes).map_err(|error| ArtifactError::Damaged {
        place: format!("{name} in {place}"),
        reason: format!("it is not the JSON that belongs there ({error})"),
    })
}

/// The artifact that an image is, as far as its configuration tells.
pub(crate) fn artifact(
    name: &str,
    kind: ArtifactKind,
    configuration: &Configuration,
    layers: Vec<String>,
) -> Artifact {
    Artifact {
        platform: configuration.platform().map(|platform| platform.to_string()),
        commands: base::commands(configuration.steps(), layers.len()),
        base: base::find(configuration, layers.len()),
        layers,
        ..Artifact::new(name, kind)
    }
}

/// The digests of layers.
pub(crate) fn digests(layers: &[ImageLayer]) -> Vec<String> {
    layers.iter().map(|layer| layer.digest.clone()).collect()
}

/// The first few of many names, for a message.
pub(crate) fn some_of(names: &[String]) -> String {
    const SHOWN: usize = 5;
    const LONGEST: usize = 200;
    let shorten = |name: &String| name.chars().take(LONGEST).collect::<String>();
    let shown = names
        .iter()
        .take(SHOWN)
        .map(shorten)
        .collect::<Vec<_>>()
        .join(", ");
    match names.len() {
        0 => "nothing".to_owned(),
        count if count > SHOWN => format!("{shown} and {} more", count - SHOWN),
        _ => shown,
    }
}
