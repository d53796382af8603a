//! Which layer brought a package that stands in a database: each layer that installs something writes the whole database
//! anew, so the uppermost one names every package, whoever brought it.

use std::collections::HashMap;

use assay_model::Purl;

use crate::{
    LayerFacts,
    facts::{Fact, FoundPackage, Scope},
};

/// For each database by its path, the layer that each of its packages came with.
#[derive(Default)]
pub(crate) struct Origins<'f>(HashMap<&'f str, HashMap<&'f Purl, usize>>);

impl<'f> Origins<'f> {
    /// From the layers, base first.
    pub(crate) fn new(layers: impl IntoIterator<Item = &'f LayerFacts>) -> Origins<'f> {
        let mut origins = Origins::default();
        for (index, layer) in layers.into_iter().enumerate() {
            for file in &layer.files {
                let packages = file.facts.iter().filter_map(|fact| match fact {
                    Fact::Package { found, .. } if found.scope == Scope::System => Some(&found.purl),
                    _ => None,
                });
                // A package that a layer removes and a later one installs again came with the later one.
                let before = origins.0.remove(&*file.path).unwrap_or_default();
                let now: HashMap<&Purl, usize> = packages
                    .map(|purl| (purl, before.get(purl).copied().unwrap_or(index)))
                    .collect();
                if !now.is_empty() {
                    origins.0.insert(&file.path, now);
                }
            }
        }
        origins
    }

    /// The layer that brought a package of a file; `None` for what is no package of a system's database.
    pub(crate) fn layer(&self, path: &str, found: &FoundPackage) -> Option<usize> {
        self.0
            .get(path)?
            .get(&found.purl)
            .copied()
            .filter(|_| found.scope == Scope::System)
    }
}
