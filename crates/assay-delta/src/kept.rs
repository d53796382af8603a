//! The form that a service keeps inventories in.

use std::io;

use assay_model::{Artifact, ArtifactKind, Inventory};
use assay_sbom::SbomError;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// What digests begin with.
pub const DIGEST: &str = "sha256:";

/// An inventory as a service keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What was read.
    pub inventory: Inventory,
    /// The same as `assay.inventory/1`.
    pub document: Vec<u8>,
    /// The SHA-256 of the document, in hexadecimal digits.
    pub digest: String,
}

/// A document that no inventory can be had of.
#[derive(Debug, Error)]
pub enum KeptError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] SbomError),
    /// What was read cannot be written.
    #[error("cannot be written anew: {0}")]
    Unwritable(#[from] io::Error),
}

impl Kept {
    /// Reads a document of any form that is read.
    ///
    /// # Errors
    ///
    /// What is wrong with it as a whole.
    pub fn read(document: &[u8]) -> Result<Kept, KeptError> {
        let mut inventory = assay_sbom::read(document, Artifact::new("", ArtifactKind::Sbom))?;
        // What the same packages are called by is the resource's affair: a thousand equal hosts have one inventory.
        inventory.artifact.name.clear();
        let document = written(&inventory)?;
        let digest = digest(&document);
        Ok(Kept {
            inventory,
            document,
            digest,
        })
    }
}

pub(crate) fn written(inventory: &Inventory) -> io::Result<Vec<u8>> {
    let mut document = Vec::new();
    assay_reports::write_inventory(inventory, &mut document)?;
    Ok(document)
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
