//! OCI image layouts: `oci-layout`, `index.json`, and blobs filed under their digests.
//!
//! Source: OCI image specification, "Image Layout", "Image Index", "Image Manifest". The traps: an index may name
//! indexes; entries without a platform are common; build attestations stand among the images with the platform
//! `unknown/unknown`; and Docker's media types turn up in place of OCI's.

use std::collections::BTreeMap;

use assay_model::{Artifact, ArtifactKind, BaseImage, Diagnostic, DiagnosticCode};
use serde::Deserialize;

use crate::{
    ArtifactError, OpenOptions, Platform, base,
    digest::Digest,
    docker::matches_reference,
    image::{self, Configuration, Image, ImageLayer, some_of},
    list::{List, MOST_LAYERS},
    parts::Parts,
};

/// The document that every layout has.
pub(crate) const INDEX: &str = "index.json";

/// Indexes within indexes; one is usual.
const DEEPEST: usize = 8;
/// Manifests that are considered.
const MOST_MANIFESTS: usize = 200;
/// Manifests and indexes that one index names; those of layouts with many images are long.
pub(crate) const MOST_NAMED: usize = 20_000;
/// Bytes of all manifests and indexes that are read, and what the shortest of them counts.
const MOST_BYTES: u64 = 16 << 20;
const LEAST_BYTES: u64 = 4 << 10;

const REFERENCE_NAME: &str = "org.opencontainers.image.ref.name";
const CONTAINERD_NAME: &str = "io.containerd.image.name";
const REFERENCE_TYPE: &str = "vnd.docker.reference.type";

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    #[serde(default)]
    media_type: String,
    digest: String,
    platform: Option<StatedPlatform>,
    annotations: Option<BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Deserialize)]
struct StatedPlatform {
    #[serde(default)]
    os: String,
    #[serde(default)]
    architecture: String,
    variant: Option<String>,
}

/// An index or a manifest: which one shows in its members, whatever its media type says.
#[derive(Debug, Deserialize)]
struct Document {
    manifests: Option<List<Descriptor, MOST_NAMED>>,
    config: Option<Descriptor>,
    layers: Option<List<Descriptor, MOST_LAYERS>>,
    annotations: Option<BTreeMap<String, String>>,
}

impl Descriptor {
    fn annotation(&self, key: &str) -> Option<&str> {
        self.annotations.as_ref()?.get(key).map(String::as_str)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        [CONTAINERD_NAME, REFERENCE_NAME]
            .into_iter()
            .filter_map(|key| self.annotation(key))
    }

    fn platform(&self) -> Option<Platform> {
        let stated = self.platform.as_ref()?;
        let variant = stated.variant.clone().filter(|variant| !variant.is_empty());
        Some(Platform {
            os: stated.os.clone(),
            architecture: stated.architecture.clone(),
            variant,
        })
    }

    /// Statements about images rather than images.
    fn is_attestation(&self) -> bool {
        self.annotation(REFERENCE_TYPE) == Some("attestation-manifest")
            || self
                .platform
                .as_ref()
                .is_some_and(|platform| platform.os == "unknown" && platform.architecture == "unknown")
    }
}

/// A manifest that was found below the index.
struct Candidate {
    digest: Digest,
    platform: Option<Platform>,
    tags: Vec<String>,
    document: Document,
}

/// Finds the image; `None` where there is no index.
pub(crate) fn find(
    parts: &dyn Parts,
    name: &str,
    options: &OpenOptions,
) -> Result<Option<Image>, ArtifactError> {
    let Some(bytes) = parts.document(INDEX)? else {
        return Ok(None);
    };
    let place = parts.place();
    let index: Document = image::parse(&bytes, INDEX, place)?;
    let mut collection = Collection {
        parts,
        candidates: Vec::new(),
        bytes: 0,
    };
    collection.add(&index, &[], 0)?;
    let mut diagnostics = Vec::new();
    let chosen = choose(parts, collection.candidates, options, &mut diagnostics)?;
    let (config, platform) = (configuration(parts, &chosen)?, chosen.platform);
    let descriptors = chosen.document.layers.unwrap_or_default();
    let diff_ids = config.diff_ids(descriptors.len(), place)?;
    let mut layers = Vec::with_capacity(descriptors.len());
    for (index, descriptor) in descriptors.iter().enumerate() {
        let digest = diff_ids.get(index).unwrap_or(&descriptor.digest).clone();
        layers.extend(layer(parts, index, descriptor, digest, &mut diagnostics)?);
    }
    let mut artifact = Artifact {
        digest: Some(chosen.digest.to_string()),
        tags: chosen.tags,
        ..image::artifact(name, ArtifactKind::OciLayout, &config, image::digests(&layers))
    };
    if artifact.platform.is_none() {
        artifact.platform = platform.map(|platform| platform.to_string());
    }
    if let Some(stated) = chosen
        .document
        .annotations
        .and_then(|annotations| base::stated(&annotations))
    {
        let layers = artifact.base.map_or(0, |base| base.layers);
        artifact.base = Some(BaseImage { layers, ..stated });
    }
    Ok(Some(Image {
        artifact,
        layers,
        diagnostics,
    }))
}

/// Reads a document that is filed under a digest, and holds it to it.
fn verified(parts: &dyn Parts, digest: &Digest) -> Result<Vec<u8>, ArtifactError> {
    let place = parts.place();
    let name = digest.blob_path();
    let bytes = parts.document(&name)?.ok_or_else(|| ArtifactError::Missing {
        place: place.to_owned(),
        part: name.clone(),
    })?;
    digest.verify(&bytes, &format!("{name} in {place}"))?;
    Ok(bytes)
}

/// The image manifests below an index, in their order.
struct Collection<'p> {
    parts: &'p dyn Parts,
    candidates: Vec<Candidate>,
    /// Bytes of all documents so far, one that is named again counted again: it may be with another tag.
    bytes: u64,
}

impl Collection<'_> {
    fn add(&mut self, index: &Document, tags: &[String], depth: usize) -> Result<(), ArtifactError> {
        let place = self.parts.place();
        let limit = |limit: String| ArtifactError::LimitReached {
            place: place.to_owned(),
            limit,
        };
        if depth > DEEPEST {
            return Err(limit(format!("indexes are nested more than {DEEPEST} deep")));
        }
        let named = index.manifests.iter().flat_map(|list| list.iter());
        for descriptor in named.filter(|descriptor| !descriptor.is_attestation()) {
            if self.candidates.len() >= MOST_MANIFESTS {
                return Err(limit(format!("more than {MOST_MANIFESTS} manifests")));
            }
            let digest = Digest::stated(&descriptor.digest, place)?;
            // A layout need not hold every platform of a multi-platform image.
            if !self.parts.has(&digest.blob_path())? {
                continue;
            }
            let bytes = verified(self.parts, &digest)?;
            self.bytes += (bytes.len() as u64).max(LEAST_BYTES);
            if self.bytes > MOST_BYTES {
                return Err(limit(format!("more than {MOST_BYTES} bytes of manifests")));
            }
            let document: Document = image::parse(&bytes, &digest.blob_path(), place)?;
            let mut all_tags: Vec<String> = descriptor.names().map(str::to_owned).collect();
            all_tags.dedup();
            if all_tags.is_empty() {
                all_tags = tags.to_vec();
            }
            if document.manifests.is_some() {
                self.add(&document, &all_tags, depth + 1)?;
            } else {
                self.candidates.push(Candidate {
                    digest,
                    platform: descriptor.platform(),
                    tags: all_tags,
                    document,
                });
            }
        }
        Ok(())
    }
}

fn choose(
    parts: &dyn Parts,
    mut candidates: Vec<Candidate>,
    options: &OpenOptions,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Candidate, ArtifactError> {
    let place = parts.place();
    let path = place.trim_matches('"');
    let missing = |wanted: String, available: &[String]| ArtifactError::NoSuchImage {
        path: path.to_owned(),
        wanted,
        available: some_of(available),
    };
    if candidates.is_empty() {
        let reason = "its index names no image that is in it".to_owned();
        return Err(ArtifactError::Damaged {
            place: place.to_owned(),
            reason,
        });
    }
    if let Some(reference) = &options.reference {
        let tags: Vec<String> = candidates
            .iter()
            .flat_map(|candidate| candidate.tags.clone())
            .collect();
        candidates.retain(|candidate| candidate.tags.iter().any(|tag| matches_reference(tag, reference)));
        if candidates.is_empty() {
            return Err(missing(format!("tagged {reference}"), &tags));
        }
    }
    let wanted = options.platform.clone().unwrap_or_else(Platform::of_this_machine);
    for candidate in candidates
        .iter_mut()
        .filter(|candidate| candidate.platform.is_none())
    {
        candidate.platform = configuration(parts, candidate)?.platform();
    }
    let accepted = |candidate: &Candidate| {
        candidate
            .platform
            .as_ref()
            .is_some_and(|platform| wanted.accepts(platform))
    };
    let chosen = match candidates.iter().position(accepted) {
        Some(at) => at,
        None if options.platform.is_none() => 0,
        None => {
            let platforms: Vec<String> = candidates.iter().map(describe).collect();
            return Err(missing(format!("for {wanted}"), &platforms));
        }
    };
    let chosen = candidates.swap_remove(chosen);
    if !candidates.is_empty() {
        let others: Vec<String> = candidates.iter().map(describe).collect();
        let message = format!("{} is read; not read: {}", describe(&chosen), some_of(&others));
        diagnostics.push(Diagnostic::new(DiagnosticCode::Skipped, message));
    }
    Ok(chosen)
}

fn describe(candidate: &Candidate) -> String {
    let platform = candidate
        .platform
        .as_ref()
        .map_or_else(|| "no platform".to_owned(), Platform::to_string);
    match candidate.tags.first() {
        Some(tag) => format!("{tag} for {platform}"),
        None => platform,
    }
}

fn configuration(parts: &dyn Parts, candidate: &Candidate) -> Result<Configuration, ArtifactError> {
    let Some(descriptor) = &candidate.document.config else {
        return Ok(Configuration::default());
    };
    // Artifacts other than images have configurations of their own.
    if !descriptor.media_type.is_empty() && !descriptor.media_type.contains("image") {
        return Ok(Configuration::default());
    }
    let digest = Digest::stated(&descriptor.digest, parts.place())?;
    image::parse(&verified(parts, &digest)?, &digest.blob_path(), parts.place())
}

fn layer(
    parts: &dyn Parts,
    index: usize,
    descriptor: &Descriptor,
    digest: String,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<ImageLayer>, ArtifactError> {
    let media_type = descriptor.media_type.as_str();
    let place = format!("layer {index} ({digest}) of {}", parts.place());
    if media_type.ends_with("+encrypted") {
        return Err(ArtifactError::Unsupported {
            place,
            feature: "encryption".to_owned(),
        });
    }
    if !media_type.is_empty() && !media_type.contains("tar") {
        return Err(ArtifactError::Unsupported {
            place,
            feature: format!("the media type {media_type}, no file system layer"),
        });
    }
    let expected = Digest::stated(&descriptor.digest, &place)?;
    match parts.blob(&expected.blob_path())? {
        Some(blob) => Ok(Some(ImageLayer {
            digest,
            expected: Some(expected),
            blob,
        })),
        // Base layers of Windows that may not be passed on.
        None if media_type.contains("foreign") || media_type.contains("nondistributable") => {
            let message = format!("layer {index} ({digest}) may not be distributed and is not in the layout");
            diagnostics.push(Diagnostic::new(DiagnosticCode::Skipped, message));
            Ok(None)
        }
        None => Err(ArtifactError::Missing {
            place,
            part: expected.blob_path(),
        }),
    }
}
