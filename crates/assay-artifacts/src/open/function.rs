//! A serverless function: a zip archive with its code, and zip archives that are layers below it.
//!
//! Source: AWS Lambda developer guide, "Packaging Lambda layers": layers are unpacked in `/opt` one after another, the
//! code in `/var/task`.

use std::path::Path;

use assay_model::{Artifact, ArtifactKind, Layer};

use super::{stretch, tree_of};
use crate::{
    ArtifactError, OpenOptions, Target, Tree,
    digest::Digest,
    error,
    parts::open_regular,
    source::Stretch,
    tree::{PlacedLayer, TreeForm},
    zip,
};

/// Where the code of a function is.
const CODE: &str = "var/task";
/// Where layers are.
const LAYERS: &str = "opt";

/// Opens the code and every layer.
pub(super) fn open(target: &Target, options: &OpenOptions) -> Result<Tree, ArtifactError> {
    let layers = options
        .function_layers
        .iter()
        .map(|path| (path.as_path(), LAYERS));
    let archives = layers.chain([(target.path.as_path(), CODE)]);
    let mut placed = Vec::new();
    for (index, (path, directory)) in archives.enumerate() {
        let (archive, digest) = open_zip(path)?;
        let layer = Layer {
            index: u32::try_from(index).unwrap_or(u32::MAX),
            digest,
        };
        placed.push((layer, archive, directory, error::quoted(path)));
    }
    let digests: Vec<String> = placed.iter().map(|(layer, ..)| layer.digest.clone()).collect();
    let artifact = Artifact {
        digest: digests.last().cloned(),
        layers: digests,
        ..Artifact::new(&target.text, ArtifactKind::Function)
    };
    let layers = placed
        .into_iter()
        .map(|(layer, archive, directory, place)| PlacedLayer::zip(layer, archive, directory, place));
    Ok(tree_of(artifact, TreeForm::Layers(layers.collect()), options))
}

/// Opens an archive and computes its digest, by which Lambda tells versions apart as well.
fn open_zip(path: &Path) -> Result<(Stretch, String), ArtifactError> {
    let (file, len) = open_regular(path).map_err(|error| ArtifactError::from_open(path, error))?;
    let archive = stretch(file, len);
    let unreadable = |error| ArtifactError::from_stream(&error::quoted(path), len, error);
    if !zip::is_zip(&archive.head().map_err(unreadable)?) {
        return Err(ArtifactError::NotRecognised {
            place: error::quoted(path),
            expected: "a zip archive",
            found: "something else".to_owned(),
        });
    }
    let digest = Digest::of_stream(archive.reader()).map_err(unreadable)?;
    Ok((archive, digest))
}
