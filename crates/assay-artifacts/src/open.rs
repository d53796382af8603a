//! From a name to an opened tree, or to one clear sentence about why not.

use std::{fs::File, io, sync::Arc};

use assay_model::{Artifact, ArtifactKind};
use assay_registry::ImageReference;

use crate::{
    ArtifactError, Limits, OpenOptions, Silent, Target, Tree, checkout,
    compressed::CompressedArchive,
    compression::{self, Compression, Sniffed},
    directory::{Directory, Marks},
    docker, error,
    image::{Image, some_of},
    mounts::{self, Scope},
    oci,
    parts::{self, DirectoryParts, Parts, TarParts},
    registry::RegistryParts,
    sbom::{self, Look, SbomFile},
    source::{Stream, Stretch},
    storage,
    tar::Header,
    target::Form,
    tree::{PlacedLayer, TreeForm},
};

/// What a target turned out to be.
#[derive(Debug)]
pub enum Opened {
    /// A file tree.
    Tree(Box<Tree>),
    /// A software bill of materials, still to be read.
    Sbom(SbomFile),
}

/// What can be opened, for messages about what cannot.
const EXPECTED: &str = "a directory, a docker archive, an OCI layout, the storage of a container engine or a CycloneDX or SPDX document in JSON";

/// Opens a target. Nothing but manifests, and the headers of an uncompressed archive, is read yet.
pub fn open(target: &Target, options: &OpenOptions) -> Result<Opened, ArtifactError> {
    let path = &target.path;
    if target.form == Form::Registry {
        return open_registry(target, &path.to_string_lossy(), options);
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
        return open_directory(target, options).map(|tree| Opened::Tree(Box::new(tree)));
    }
    if !kind.is_file() {
        return Err(not_recognised(target, "a device, a pipe or a socket".to_owned()));
    }
    let (file, len) = parts::open_regular(path).map_err(|error| ArtifactError::from_open(path, error))?;
    open_file(target, file, len, options)
}

fn open_registry(target: &Target, reference: &str, options: &OpenOptions) -> Result<Opened, ArtifactError> {
    let reference = ImageReference::parse(reference)?;
    let parts = RegistryParts::connect(&reference, options)?;
    let mut image = oci::find(&parts, &target.text, options)?
        .ok_or_else(|| not_recognised(target, "nothing".to_owned()))?;
    image.artifact.kind = ArtifactKind::Image;
    let tree = tree_of_image(image, &reference.to_string(), options);
    Ok(Opened::Tree(Box::new(tree)))
}

fn not_recognised(target: &Target, found: String) -> ArtifactError {
    let expected = match target.form {
        Form::Detect => EXPECTED,
        Form::Directory | Form::Repository | Form::Host => "a directory",
        Form::DockerArchive => "an image as docker save writes it",
        Form::Oci => "an OCI image layout",
        Form::Sbom => "a CycloneDX or SPDX document in JSON",
        Form::Registry => "an image",
        Form::Storage => "the storage of docker or podman",
    };
    ArtifactError::NotRecognised {
        path: target.path.display().to_string(),
        expected,
        found,
    }
}

fn open_directory(target: &Target, options: &OpenOptions) -> Result<Tree, ArtifactError> {
    let path = &target.path;
    let is_layout = path.join("oci-layout").is_file() && path.join(oci::INDEX).is_file();
    match target.form {
        Form::Detect if is_layout => {}
        Form::Oci => {}
        Form::Storage => {
            let root = storage::usual(path).unwrap_or_else(|| path.clone());
            return storage::open(&target.text, &root, options);
        }
        Form::Detect if storage::is_storage(path) => return storage::open(&target.text, path, options),
        Form::Detect | Form::Directory => return tree_of_directory(target, Scope::Directory, options),
        Form::Repository => return tree_of_directory(target, Scope::Repository, options),
        Form::Host => return tree_of_directory(target, Scope::Host, options),
        Form::DockerArchive | Form::Sbom | Form::Registry => {
            return Err(not_recognised(target, "a directory".to_owned()));
        }
    }
    let parts = DirectoryParts::new(path.clone());
    let image = oci::find(&parts, &target.text, options)?
        .ok_or_else(|| not_recognised(target, format!("a directory with {}", some_of(&parts.names()))))?;
    Ok(tree_of_image(image, &path.display().to_string(), options))
}

fn tree_of_directory(target: &Target, scope: Scope, options: &OpenOptions) -> Result<Tree, ArtifactError> {
    // Mounts are listed by their real paths.
    let root = target
        .path
        .canonicalize()
        .map_err(|error| ArtifactError::from_open(&target.path, error))?;
    let mountinfo = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let mut left_out = mounts::left_out(&root, &mountinfo, scope);
    left_out.extend(
        options
            .exclude
            .iter()
            .map(|path| (path.trim_matches('/').to_owned(), None)),
    );
    let kind = match scope {
        Scope::Host => ArtifactKind::Host,
        Scope::Directory => ArtifactKind::Directory,
        Scope::Repository => ArtifactKind::Repository,
    };
    Ok(Tree {
        artifact: Artifact::new(&target.text, kind),
        form: TreeForm::Directory(Directory {
            root,
            left_out,
            is_pruned: match scope {
                Scope::Repository => checkout::is_pruned,
                Scope::Host | Scope::Directory => |_| false,
            },
            marks: Marks::None,
        }),
        diagnostics: Vec::new(),
        limits: options.limits,
        threads: options.threads,
    })
}

fn tree_of_image(image: Image, name: &str, options: &OpenOptions) -> Tree {
    let layers = PlacedLayer::all_of(&image, name);
    Tree {
        artifact: image.artifact,
        form: TreeForm::Layers(layers),
        diagnostics: image.diagnostics,
        limits: options.limits,
        threads: options.threads,
    }
}

fn open_file(target: &Target, file: File, len: u64, options: &OpenOptions) -> Result<Opened, ArtifactError> {
    let unreadable = |source| ArtifactError::from_stream(&error::quoted(&target.path), len, source);
    let stretch = Stretch {
        file: Arc::new(file),
        offset: 0,
        len,
    };
    if len == 0 {
        return Err(not_recognised(target, "an empty file".to_owned()));
    }
    if target.form == Form::Sbom {
        return Ok(Opened::Sbom(SbomFile::new(&target.text, target.path.clone())));
    }
    let head = stretch.head().map_err(unreadable)?;
    match compression::sniff(&head) {
        Sniffed::Unsupported(feature) => {
            let place = error::quoted(&target.path);
            return Err(ArtifactError::Unsupported {
                place,
                feature: feature.to_owned(),
            });
        }
        Sniffed::Handled(Compression::None) => {}
        Sniffed::Handled(compression) => {
            return open_compressed(target, stretch, compression, options)
                .map(|tree| Opened::Tree(Box::new(tree)));
        }
    }
    if Header::sniff(&head).is_some() {
        return open_tar(target, &stretch, options).map(|tree| Opened::Tree(Box::new(tree)));
    }
    let head = read_head(&stretch).map_err(unreadable)?;
    match (target.form, sbom::look(&head)) {
        (Form::Detect, Look::Sbom) => Ok(Opened::Sbom(SbomFile::new(&target.text, target.path.clone()))),
        (Form::Detect, Look::Json) => match sbom::holds_mark_later(&stretch.file).map_err(unreadable)? {
            true => Ok(Opened::Sbom(SbomFile::new(&target.text, target.path.clone()))),
            false => Err(not_recognised(
                target,
                "a JSON document of some other kind".to_owned(),
            )),
        },
        (_, Look::Unsupported(found)) => Err(not_recognised(target, found.to_owned())),
        _ => Err(not_recognised(target, looks_like(&head).to_owned())),
    }
}

/// The start of a file, long enough for the first members of a JSON document.
fn read_head(stretch: &Stretch) -> io::Result<Vec<u8>> {
    use io::Read;
    let mut head = Vec::new();
    stretch.reader().take(64 << 10).read_to_end(&mut head)?;
    Ok(head)
}

fn looks_like(head: &[u8]) -> &'static str {
    let is_text = std::str::from_utf8(head.get(..head.len().min(512)).unwrap_or_default())
        .map_or_else(|error| error.error_len().is_none(), |_| true)
        && !head.iter().take(512).any(|byte| matches!(byte, 0..=8 | 14..=26));
    match head {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => "a zip archive",
        [0x7f, b'E', b'L', b'F', ..] => "an ELF binary",
        [b'M', b'Z', ..] => "a Windows binary",
        [b'h' | b's', b's' | b'q', b'q' | b's', ..] if !is_text => "a squashfs image",
        [b'Q', b'F', b'I', 0xfb, ..] => "a qcow2 disk image",
        [b'{' | b'[', ..] => "a JSON document of some other kind",
        _ if is_text => "a text file",
        _ => "a binary file of unknown kind",
    }
}

fn open_tar(target: &Target, stretch: &Stretch, options: &OpenOptions) -> Result<Tree, ArtifactError> {
    if wants_directory(target.form) {
        return Err(not_recognised(target, "a tar archive".to_owned()));
    }
    let place = error::quoted(&target.path);
    let parts = TarParts::index(&place, Arc::clone(&stretch.file), stretch.len)?;
    let image = match target.form {
        Form::Oci => oci::find(&parts, &target.text, options)?,
        Form::DockerArchive => docker::find(&parts, &target.text, options)?,
        // Docker writes both since version 25; its own manifest says which image was saved.
        _ => match docker::find(&parts, &target.text, options)? {
            Some(image) => Some(image),
            None => oci::find(&parts, &target.text, options)?,
        },
    };
    let image = image.ok_or_else(|| {
        let found = format!(
            "a tar without {} or {}: it holds {}",
            docker::MANIFEST,
            oci::INDEX,
            some_of(&parts.names())
        );
        not_recognised(target, found)
    })?;
    Ok(tree_of_image(image, &target.path.display().to_string(), options))
}

fn open_compressed(
    target: &Target,
    stretch: Stretch,
    compression: Compression,
    options: &OpenOptions,
) -> Result<Tree, ArtifactError> {
    if wants_directory(target.form) {
        return Err(not_recognised(target, "a compressed file".to_owned()));
    }
    if !starts_with_tar(&stretch, compression, options.limits)
        .map_err(|error| ArtifactError::from_stream(&error::quoted(&target.path), stretch.len, error))?
    {
        return Err(not_recognised(
            target,
            "a compressed file that holds no tar".to_owned(),
        ));
    }
    let kind = match target.form {
        Form::Oci => ArtifactKind::OciLayout,
        _ => ArtifactKind::DockerArchive,
    };
    Ok(Tree {
        artifact: Artifact::new(&target.text, kind),
        form: TreeForm::Compressed(Box::new(CompressedArchive {
            name: target.text.clone(),
            path: target.path.clone(),
            stretch,
            compression,
            form: target.form,
            options: options.clone(),
        })),
        diagnostics: Vec::new(),
        limits: options.limits,
        threads: options.threads,
    })
}

fn wants_directory(form: Form) -> bool {
    matches!(
        form,
        Form::Directory | Form::Repository | Form::Host | Form::Storage
    )
}

fn starts_with_tar(stretch: &Stretch, compression: Compression, limits: Limits) -> io::Result<bool> {
    use io::Read;
    let mut head = Vec::new();
    Stream::over(stretch, compression, None, limits, &Silent)?
        .take(512)
        .read_to_end(&mut head)?;
    Ok(Header::sniff(&head).is_some())
}
