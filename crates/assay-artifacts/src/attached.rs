//! Bills of materials that a registry holds about an image.
//!
//! Source: OCI distribution specification 1.1, referrers, with the media types of CycloneDX and SPDX as artifact types;
//! Cosign's older way, a tag made of the image's digest and `.sbom`.

use std::io::{Seek, Write};

use assay_registry::{Connection, ImageReference, RegistryError};
use serde::Deserialize;

use crate::{
    ArtifactError, Limits, OpenOptions,
    compression::Compression,
    digest::Digest,
    image,
    list::{List, MOST_LAYERS},
    sbom::{LARGEST_SBOM, SbomFile},
    source::Stretch,
};

/// Artifact and media types of what is read, in order of preference.
const KINDS: [&str; 3] = [
    "application/vnd.cyclonedx+json",
    "application/spdx+json",
    "text/spdx+json",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    #[serde(default)]
    layers: List<Descriptor, MOST_LAYERS>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    #[serde(default)]
    media_type: String,
    digest: String,
}

/// Fetches the bill of materials that is attached to an image.
pub(crate) fn fetch(
    name: &str,
    reference: &ImageReference,
    options: &OpenOptions,
) -> Result<SbomFile, ArtifactError> {
    let connection = Connection::open(reference, &options.registry)?;
    let place = format!("\"{reference}\"");
    // A tag is believed to be what the registry says it is; a digest is what it says itself.
    let digest = match reference.digest() {
        Some(stated) => Digest::stated(stated, &place)?.to_string(),
        None => connection.manifest(reference.manifest_name())?.digest,
    };
    let referrers = connection.referrers(&digest)?;
    let wanted = KINDS.iter().find_map(|kind| {
        referrers
            .iter()
            .find(|referrer| referrer.artifact_type == *kind)
            .map(|found| found.digest.clone())
    });
    let manifest = match wanted {
        Some(stated) => {
            let expected = Digest::stated(&stated, &place)?;
            let manifest = connection.manifest(&expected.to_string())?;
            expected.verify(&manifest.bytes, &place)?;
            manifest
        }
        None => {
            let tag = format!("{}.sbom", digest.replace(':', "-"));
            match connection.manifest(&tag) {
                Ok(manifest) => manifest,
                Err(RegistryError::NotFound { .. }) => {
                    let others = referrers.iter().map(|referrer| referrer.artifact_type.clone());
                    let others: Vec<String> = others.filter(|kind| !kind.is_empty()).collect();
                    return Err(ArtifactError::Missing {
                        place,
                        part: format!(
                            "an attached bill of materials in CycloneDX or SPDX JSON (attached is {})",
                            image::some_of(&others)
                        ),
                    });
                }
                Err(error) => return Err(error.into()),
            }
        }
    };
    let document: Manifest = image::parse(&manifest.bytes, "the manifest of the bill of materials", &place)?;
    let layer = KINDS
        .iter()
        .find_map(|kind| {
            document
                .layers
                .iter()
                .find(|layer| layer.media_type.starts_with(kind))
        })
        .or(document.layers.first());
    let layer = layer.ok_or_else(|| ArtifactError::Damaged {
        place: place.clone(),
        reason: "the manifest of its bill of materials names no content".to_owned(),
    })?;
    let expected = Digest::stated(&layer.digest, &place)?;
    let bytes = connection.blob(&expected.to_string(), LARGEST_SBOM)?;
    expected.verify(&bytes, &place)?;
    kept(name, place, &bytes, options.limits)
}

fn kept(name: &str, place: String, bytes: &[u8], limits: Limits) -> Result<SbomFile, ArtifactError> {
    let written = tempfile::tempfile().and_then(|mut file| {
        file.write_all(bytes)?;
        file.rewind()?;
        Ok(file)
    });
    let file = written.map_err(|source| ArtifactError::Unreadable {
        place: format!("the temporary file for {place}"),
        source,
    })?;
    let stretch = Stretch {
        file: file.into(),
        offset: 0,
        len: bytes.len() as u64,
    };
    Ok(SbomFile::new(name, place, stretch, Compression::None, limits))
}
