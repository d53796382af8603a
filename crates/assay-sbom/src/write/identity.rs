//! Identifiers that follow from the content, so that equal inventories give equal documents.

use assay_model::Inventory;
use sha2::{Digest, Sha256};

use super::supplement::Supplement;

/// A digest of what an inventory holds (artifact, distribution, packages with licences, owners and evidence) and of the name and
/// the time that a document has beside it.
pub(crate) fn digest(inventory: &Inventory, supplement: &Supplement) -> [u8; 32] {
    let mut hash = Sha256::new();
    // Debug output of plain data is a faithful and stable spelling of it within one version of the program.
    hash.update(format!("{:?}", inventory.artifact));
    hash.update(format!("{:?}", inventory.distribution));
    for package in &inventory.packages {
        hash.update(format!("{package:?}"));
    }
    if supplement.name.is_some() || supplement.created.is_some() {
        hash.update(format!("{:?}{:?}", supplement.name, supplement.created));
    }
    hash.finalize().into()
}

/// A UUID (version 8, RFC 9562) made of a digest.
pub(crate) fn uuid(digest: &[u8; 32]) -> String {
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// The first half of the digest of a text, hexadecimal: short enough to read, long enough to be unique.
pub(crate) fn short(text: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    digest[..12].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_have_their_version_and_variant() {
        let id = uuid(&[0xff; 32]);
        assert_eq!(id, "ffffffff-ffff-8fff-bfff-ffffffffffff");
    }
}
