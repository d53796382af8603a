//! Which files of which layers are still there when all layers lie over each other.
//!
//! Source: OCI image specification, "Image Layer Filesystem Changeset".

use std::collections::HashMap;

use crate::{
    LayerFacts,
    layer::{FileFacts, Place, place},
};

/// For each path that a layer hides, the uppermost layer that does.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    /// A file, which hides the same path and, were that a directory, all below it.
    files: HashMap<u64, usize>,
    /// A removal mark or link; likewise.
    hidden: HashMap<u64, usize>,
    /// An emptied directory, which hides what is below it.
    emptied: HashMap<u64, usize>,
}

impl Overlay {
    /// From the layers, base first.
    pub(crate) fn new<'f>(layers: impl IntoIterator<Item = &'f LayerFacts>) -> Overlay {
        let mut overlay = Overlay::default();
        for (index, layer) in layers.into_iter().enumerate() {
            // Nothing lies below the base.
            if index == 0 {
                continue;
            }
            let is_file = |file: &&FileFacts| file.place == Place::File;
            let files = layer.files.iter().filter(is_file).map(|file| place(&file.path));
            overlay.files.extend(
                files
                    .chain(layer.replaced.iter().copied())
                    .map(|path| (path, index)),
            );
            overlay
                .hidden
                .extend(layer.hidden.iter().map(|path| (*path, index)));
            overlay
                .emptied
                .extend(layer.emptied.iter().map(|path| (*path, index)));
        }
        overlay
    }

    /// Whether a file of a layer is still there on top.
    pub(crate) fn shows(&self, index: usize, file: &FileFacts) -> bool {
        let is_above =
            |map: &HashMap<u64, usize>, path: u64| map.get(&path).is_some_and(|layer| *layer > index);
        let path: &str = &file.path;
        let own = place(path);
        if is_above(&self.files, own) || is_above(&self.hidden, own) {
            return false;
        }
        let directories = path
            .match_indices('/')
            .filter_map(|(at, _)| path.get(..at))
            .map(place);
        directories.chain([place("")]).all(|directory| {
            !is_above(&self.emptied, directory)
                && !is_above(&self.hidden, directory)
                && !is_above(&self.files, directory)
        })
    }
}
