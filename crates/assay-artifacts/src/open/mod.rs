//! From a name to an opened tree, or to one clear sentence about why not.

mod directory;
mod file;
mod function;
mod host;

use std::{
    fs::File,
    io::{self, Read},
    sync::Arc,
};

use assay_model::{Artifact, ArtifactKind};
use assay_registry::ImageReference;

use crate::{
    ArtifactError, Judge, OpenOptions, Target, Tree, attached, error,
    image::Image,
    oci, parts,
    registry::RegistryParts,
    sbom::SbomFile,
    source::Stretch,
    target::Form,
    tree::{PlacedLayer, TreeForm},
};

pub use host::{HostDisk, open_host};

/// What a target turned out to be.
#[derive(Debug)]
pub enum Opened {
    /// A file tree.
    Tree(Box<Tree>),
    /// A software bill of materials, still to be read.
    Sbom(Box<SbomFile>),
}

/// What can be opened, for messages about what cannot.
const EXPECTED: &str = "a directory, a docker archive, an OCI layout, an archive of files, a disk image, a program or a \
    CycloneDX or SPDX document in JSON";

/// Opens a target. Nothing but manifests, and the headers of an uncompressed archive, is read yet.
///
/// # Errors
///
/// When it is not there, cannot be read, or is nothing that is known.
pub fn open(target: &Target, options: &OpenOptions) -> Result<Opened, ArtifactError> {
    let path = &target.path;
    match target.form {
        Form::Registry => return open_registry(target, &path.to_string_lossy(), options),
        Form::StandardInput => {
            let (file, len) = spool(io::stdin().lock(), options)?;
            return file::open(target, stretch(file, len), options);
        }
        Form::Function => return function::open(target, options).map(tree),
        _ => {}
    }
    if path.as_os_str().is_empty() {
        return Err(ArtifactError::NotFound {
            path: target.text.clone(),
        });
    }
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => {
            // What is there goes before what may be meant by it.
            return match ImageReference::recognise(&target.text) {
                Some(_) if target.form == Form::Detect => open_registry(target, &target.text, options),
                _ => Err(ArtifactError::from_open(path, error)),
            };
        }
    };
    let kind = metadata.file_type();
    if kind.is_dir() {
        return directory::open(target, options).map(tree);
    }
    let is_disk = target.form == Form::Disk && std::os::unix::fs::FileTypeExt::is_block_device(&kind);
    if is_disk {
        let device = File::open(path).map_err(|error| ArtifactError::from_open(path, error))?;
        return file::disk(target, device, options).map(tree);
    }
    if !kind.is_file() {
        return Err(not_recognised(target, "a device, a pipe or a socket".to_owned()));
    }
    let (file, len) = parts::open_regular(path).map_err(|error| ArtifactError::from_open(path, error))?;
    file::open(target, stretch(file, len), options)
}

fn tree(tree: Tree) -> Opened {
    Opened::Tree(Box::new(tree))
}

fn stretch(file: File, len: u64) -> Stretch {
    Stretch {
        file: Arc::new(file),
        offset: 0,
        len,
    }
}

/// Puts what comes from a pipe into a temporary file that vanishes with its last reader: a pipe cannot be read twice.
fn spool(mut input: impl Read, options: &OpenOptions) -> Result<(File, u64), ArtifactError> {
    let place = || "standard input".to_owned();
    let unreadable = |source| ArtifactError::Unreadable {
        place: place(),
        source,
    };
    let limit = options.limits.layer_bytes;
    let mut file = tempfile::tempfile().map_err(unreadable)?;
    let len = io::copy(&mut (&mut input).take(limit.saturating_add(1)), &mut file).map_err(unreadable)?;
    match len > limit {
        true => Err(ArtifactError::LimitReached {
            place: place(),
            limit: format!("no more than {limit} bytes are read"),
        }),
        false => Ok((file, len)),
    }
}

fn open_registry(target: &Target, reference: &str, options: &OpenOptions) -> Result<Opened, ArtifactError> {
    let reference = ImageReference::parse(reference)?;
    if options.judge_by == Judge::AttachedSbom {
        let file = attached::fetch(&target.text, &reference, options)?;
        return Ok(Opened::Sbom(Box::new(file)));
    }
    let parts = RegistryParts::connect(&reference, options)?;
    let mut image = oci::find(&parts, &target.text, options)?
        .ok_or_else(|| not_recognised(target, "nothing".to_owned()))?;
    image.artifact.kind = ArtifactKind::Image;
    Ok(tree(tree_of_image(image, &reference.to_string(), options)))
}

fn tree_of_image(image: Image, name: &str, options: &OpenOptions) -> Tree {
    let layers = PlacedLayer::all_of(&image, name);
    Tree {
        diagnostics: image.diagnostics,
        ..tree_of(image.artifact, TreeForm::Layers(layers), options)
    }
}

fn tree_of(artifact: Artifact, form: TreeForm, options: &OpenOptions) -> Tree {
    Tree {
        artifact,
        form,
        diagnostics: Vec::new(),
        limits: options.limits,
        threads: options.threads,
    }
}

/// How messages call a target.
fn place_of(target: &Target) -> String {
    match target.form {
        Form::StandardInput => "standard input".to_owned(),
        _ => error::quoted(&target.path),
    }
}

fn not_recognised(target: &Target, found: String) -> ArtifactError {
    let expected = match target.form {
        Form::Detect | Form::StandardInput => EXPECTED,
        Form::Directory | Form::Repository | Form::Host => "a directory",
        Form::DockerArchive => "an image as docker save writes it",
        Form::Oci => "an OCI image layout",
        Form::Registry => "an image",
        Form::Storage => "the storage of docker, podman or containerd",
        Form::Archive => "a tar or zip archive",
        Form::Function => "a zip archive",
        Form::Disk => "the image of a disk",
        Form::File => "a single file",
        Form::Sbom => "a CycloneDX or SPDX document in JSON",
    };
    ArtifactError::NotRecognised {
        place: place_of(target),
        expected,
        found,
    }
}
