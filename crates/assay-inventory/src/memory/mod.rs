//! What is remembered from one scan to the next: the facts of layers, and which images layers make up.

mod folder;

use assay_model::{Artifact, BaseImage};
use xxhash_rust::xxh3::Xxh3;

use crate::Registry;

pub use folder::MemoryFolder;

/// Keeps bytes under keys. What is lost costs time and nothing else, so neither side tells of failures.
pub trait Memory: Sync {
    /// What was kept under a key of hexadecimal digits.
    fn recall(&self, key: &str) -> Option<Vec<u8>>;

    /// Keeps bytes under a key, over what was there.
    fn keep(&self, key: &str, bytes: &[u8]);
}

/// Remembers nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Forgetful;

impl Memory for Forgetful {
    fn recall(&self, _: &str) -> Option<Vec<u8>> {
        None
    }

    fn keep(&self, _: &str, _: &[u8]) {}
}

/// Longest name of an image that is remembered, in bytes.
const LONGEST_NAME: usize = 500;

fn key(purpose: &str, parts: &[&[u8]]) -> String {
    let mut hasher = Xxh3::new();
    hasher.update(purpose.as_bytes());
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    format!("{:032x}", hasher.digest128())
}

/// The key of a layer's facts: what it holds, and who read it.
pub(crate) fn layer_key(identity: &str, registry: &Registry) -> String {
    key(
        "layer",
        &[identity.as_bytes(), &registry.fingerprint().to_le_bytes()],
    )
}

fn image_key(layers: &[String]) -> String {
    let parts: Vec<&[u8]> = layers.iter().map(|layer| layer.as_bytes()).collect();
    key("image", &parts)
}

/// Names the base of an image that was scanned before under a name, and remembers this one's.
pub(crate) fn name_base(artifact: &mut Artifact, memory: &dyn Memory) {
    let layers = artifact.layers.as_slice();
    let is_named = artifact.base.as_ref().is_some_and(|base| base.name.is_some());
    let known = (1..layers.len()).rev().find_map(|count| {
        let bytes = memory.recall(&image_key(layers.get(..count)?))?;
        Some((count, String::from_utf8(bytes).ok()?))
    });
    let tag = artifact.tags.first().filter(|tag| tag.len() <= LONGEST_NAME);
    if let (Some(tag), false) = (tag, layers.is_empty()) {
        memory.keep(&image_key(layers), tag.as_bytes());
    }
    if let (Some((count, name)), false) = (known, is_named) {
        let digest = artifact.base.take().and_then(|base| base.digest);
        artifact.base = Some(BaseImage {
            name: Some(name),
            digest,
            layers: u32::try_from(count).unwrap_or(u32::MAX),
        });
    }
}
