//! From an opened tree to its inventory.

use assay_artifacts::{ArtifactError, Begin, Contents, Progress, Tree};
use assay_model::{Inventory, Layer};

use crate::{LayerFacts, Registry, layer::LayerVisitor, merge};

/// Reads every layer with the analysers of `registry`, several at a time, and merges what they found.
///
/// Fails only where the artifact itself does: cut off, damaged, beyond a limit.
pub fn scan(tree: Tree, registry: &Registry, progress: &dyn Progress) -> Result<Inventory, ArtifactError> {
    let contents = tree.read(|_| Begin::Read(LayerVisitor::new(registry)), progress)?;
    let Contents {
        artifact,
        layers,
        visitors,
        diagnostics,
    } = contents;
    let facts: Vec<LayerFacts> = visitors.into_iter().map(LayerVisitor::finish).collect();
    let layers: Vec<(Option<Layer>, &LayerFacts)> = layers
        .into_iter()
        .filter_map(|(layer, at)| Some((layer, facts.get(at)?)))
        .collect();
    Ok(merge(artifact, &layers, diagnostics))
}
