//! Inventories as the store keeps them.

use assay_api::Fault;
use assay_model::{Artifact, ArtifactKind, Inventory};

/// The largest document that is read back; larger ones are not taken up either.
const LARGEST: usize = 1 << 30;

/// Reads an inventory back that the store keeps. It may take a while: off the runtime's threads.
///
/// # Errors
///
/// A document that is damaged.
pub fn kept_inventory(document: &[u8]) -> Result<Inventory, Fault> {
    let whole = zstd::bulk::Decompressor::upper_bound(document)
        .filter(|size| *size <= LARGEST)
        .ok_or_else(|| Fault::internal("a kept inventory is damaged"))?;
    let document = zstd::bulk::decompress(document, whole).map_err(Fault::internal)?;
    assay_sbom::read(&document, Artifact::new("", ArtifactKind::Sbom)).map_err(Fault::internal)
}
