//! Documents and files of our own.

use assay_intel::Index;
use assay_inventory::{LayerFacts, Registry};
use assay_model::{Artifact, ArtifactKind};

use super::artifacts::written;

/// A bill of materials of any kind.
pub(super) fn sbom(bytes: &[u8]) {
    let _ = assay_sbom::read(bytes, Artifact::new("seed", ArtifactKind::Sbom));
}

/// Facts of a layer that an earlier scan kept.
pub(super) fn layer_record(bytes: &[u8]) {
    let _ = LayerFacts::from_record(bytes, &Registry::default());
}

/// The compiled advisories: opened, verified, walked.
pub(super) fn index(bytes: &[u8]) {
    let Some(file) = written(bytes, ".idx") else {
        return;
    };
    let Ok(index) = Index::open(file.path()) else {
        return;
    };
    let _ = index.verify();
    let mut keys = Vec::new();
    let _ = index.for_each_package(|key, _| {
        keys.push(key.to_vec());
        Ok(())
    });
    for key in keys.iter().take(200) {
        let Ok(Some(rules)) = index.rules(key) else {
            continue;
        };
        for rule in rules.take(200) {
            if let Ok(advisory) = index.advisory(rule.advisory) {
                let _ = index.vulnerabilities_of(&advisory);
            }
        }
    }
    for position in 0..50 {
        let _ = index.vulnerability(position);
    }
}
