//! The archive that `docker save` writes, and that podman, skopeo, kaniko, Bazel and Nix write too.
//!
//! Source: Docker image specification v1.2, "Combined Image JSON + Filesystem Changeset Format". The traps: layers
//! may come before `manifest.json`; a layer may be a symbolic link to an equal one of another image; the name of
//! a layer is `<id>/layer.tar`, `<digest>.tar`, `<digest>.tar.gz` or, since Docker 25, `blobs/sha256/<digest>`;
//! and a `.tar` may be compressed all the same.

use assay_model::{Artifact, ArtifactKind, Diagnostic, DiagnosticCode};
use serde::Deserialize;

use crate::{
    ArtifactError, OpenOptions,
    digest::Digest,
    image::{self, Configuration, Image, ImageLayer, some_of},
    list::{List, MOST_LAYERS},
    parts::Parts,
};

/// The document that tells such an archive.
pub(crate) const MANIFEST: &str = "manifest.json";

/// Images of one archive, and names of one image.
const MOST_IMAGES: usize = 10_000;

#[derive(Debug, Deserialize)]
struct Manifest {
    #[serde(rename = "Config", default)]
    config: String,
    #[serde(rename = "RepoTags", default)]
    tags: Option<List<String, MOST_IMAGES>>,
    #[serde(rename = "Layers", default)]
    layers: Option<List<String, MOST_LAYERS>>,
}

impl Manifest {
    fn tags(&self) -> Vec<String> {
        self.tags.as_deref().unwrap_or_default().to_vec()
    }
}

/// Finds the image; `None` where there is no manifest.
pub(crate) fn find(
    parts: &dyn Parts,
    name: &str,
    options: &OpenOptions,
) -> Result<Option<Image>, ArtifactError> {
    let Some(bytes) = parts.document(MANIFEST)? else {
        return Ok(None);
    };
    let place = parts.place();
    let manifests: List<Manifest, MOST_IMAGES> = image::parse(&bytes, MANIFEST, place)?;
    let mut diagnostics = Vec::new();
    let manifest = choose(&manifests, place, options, &mut diagnostics)?;
    let config_bytes = parts
        .document(&manifest.config)?
        .ok_or_else(|| ArtifactError::Missing {
            place: format!("{MANIFEST} in {place}"),
            part: manifest.config.clone(),
        })?;
    let config: Configuration = image::parse(&config_bytes, &manifest.config, place)?;
    let names = manifest.layers.as_deref().unwrap_or_default();
    let diff_ids = config.diff_ids(names.len(), place)?;
    let mut layers = Vec::with_capacity(names.len());
    for (index, layer) in names.iter().enumerate() {
        let blob = parts.blob(layer)?.ok_or_else(|| ArtifactError::Missing {
            place: format!("{MANIFEST} in {place}"),
            part: layer.clone(),
        })?;
        let digest = diff_ids.get(index).cloned().unwrap_or_else(|| layer.clone());
        layers.push(ImageLayer {
            digest,
            expected: None,
            blob,
        });
    }
    let tags = manifest.tags();
    let digest = Some(Digest::of(&config_bytes));
    let artifact = Artifact {
        digest,
        tags,
        ..image::artifact(
            name,
            ArtifactKind::DockerArchive,
            &config,
            image::digests(&layers),
        )
    };
    Ok(Some(Image {
        artifact,
        layers,
        diagnostics,
    }))
}

fn choose<'a>(
    manifests: &'a [Manifest],
    place: &str,
    options: &OpenOptions,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<&'a Manifest, ArtifactError> {
    let all_tags: Vec<String> = manifests.iter().flat_map(Manifest::tags).collect();
    if let Some(wanted) = &options.reference {
        return manifests
            .iter()
            .find(|manifest| manifest.tags().iter().any(|tag| matches_reference(tag, wanted)))
            .ok_or_else(|| ArtifactError::NoSuchImage {
                path: place.trim_matches('"').to_owned(),
                wanted: format!("tagged {wanted}"),
                available: some_of(&all_tags),
            });
    }
    let first = manifests.first().ok_or_else(|| ArtifactError::Damaged {
        place: place.to_owned(),
        reason: format!("its {MANIFEST} names no image"),
    })?;
    if manifests.len() > 1 {
        let others: Vec<String> = manifests.iter().skip(1).flat_map(Manifest::tags).collect();
        let message = format!(
            "the first of {} images is read; not read: {}",
            manifests.len(),
            some_of(&others)
        );
        diagnostics.push(Diagnostic::new(DiagnosticCode::Skipped, message));
    }
    Ok(first)
}

/// Whether a full name is what the user calls it: the same, or its tag alone, or its last parts.
pub(crate) fn matches_reference(full: &str, wanted: &str) -> bool {
    full == wanted
        || full
            .strip_suffix(wanted)
            .is_some_and(|rest| rest.ends_with(':') || rest.ends_with('/'))
        || full
            .strip_suffix(":latest")
            .is_some_and(|name| name == wanted || name.ends_with(&format!("/{wanted}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        for (full, wanted, expected) in [
            ("docker.io/library/debian:12", "debian:12", true),
            ("debian:12", "12", true),
            ("debian:latest", "debian", true),
            ("debian:12", "2", false),
            ("debian:12", "ebian:12", false),
        ] {
            assert_eq!(matches_reference(full, wanted), expected, "{full} {wanted}");
        }
    }
}
