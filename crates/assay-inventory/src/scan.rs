//! From an opened tree to its inventory.

use assay_artifacts::{ArtifactError, Begin, Contents, Progress, Tree};
use assay_model::{Inventory, Layer};

use crate::{
    Forgetful, LayerFacts, Memory, Registry,
    layer::LayerVisitor,
    memory::{layer_key, name_base},
    merge,
};

/// Reads every layer with the analysers of `registry`, several at a time, and merges what they found.
///
/// # Errors
///
/// Only where the artifact itself fails: cut off, damaged, beyond a limit.
pub fn scan(tree: Tree, registry: &Registry, progress: &dyn Progress) -> Result<Inventory, ArtifactError> {
    scan_remembering(tree, registry, &Forgetful, progress)
}

/// Reads every layer that `memory` does not know with the analysers of `registry`, several at a time, and merges what
/// they found.
///
/// # Errors
///
/// Only where the artifact itself fails: cut off, damaged, beyond a limit.
pub fn scan_remembering(
    tree: Tree,
    registry: &Registry,
    memory: &dyn Memory,
    progress: &dyn Progress,
) -> Result<Inventory, ArtifactError> {
    let begin = |identity: Option<&str>| {
        let Some(key) = identity.map(|identity| layer_key(identity, registry)) else {
            return Begin::Read(LayerVisitor::new(registry, None));
        };
        let known = memory
            .recall(&key)
            .and_then(|bytes| LayerFacts::from_record(&bytes, registry));
        match known {
            Some(facts) => Begin::Known(LayerVisitor::knowing(registry, facts)),
            None => Begin::Read(LayerVisitor::new(registry, Some(key))),
        }
    };
    let Contents {
        mut artifact,
        layers,
        visitors,
        diagnostics,
    } = tree.read(begin, progress)?;
    let finished = visitors.into_iter().map(|visitor| {
        let (facts, key) = visitor.finish();
        if let Some((key, record)) = key.and_then(|key| Some((key, facts.to_record(registry)?))) {
            memory.keep(&key, &record);
        }
        facts
    });
    let facts: Vec<LayerFacts> = finished.collect();
    name_base(&mut artifact, memory);
    let layers: Vec<(Option<Layer>, &LayerFacts)> = layers
        .into_iter()
        .filter_map(|(layer, at)| Some((layer, facts.get(at)?)))
        .collect();
    Ok(merge(artifact, &layers, diagnostics))
}
