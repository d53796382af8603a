//! Files, by what they begin with.

use std::{
    fs::File,
    io::{self, Read},
    sync::Arc,
};

use assay_model::{Artifact, ArtifactKind, Layer};

use super::{Opened, host, not_recognised, place_of, tree, tree_of, tree_of_image};
use crate::{
    ArtifactError, OpenOptions, Silent, Target, Tree,
    compressed::CompressedArchive,
    compression::{self, Compression},
    digest::Digest,
    docker,
    image::some_of,
    nodes::Nodes,
    oci,
    parts::{Parts, TarParts},
    sbom::{self, Look, SbomFile},
    single::SingleFile,
    source::{Stream, Stretch},
    tar::Header,
    target::Form,
    tree::{PlacedLayer, TreeForm},
    zip,
};

/// Bytes that tell what a file is, long enough for the first members of a JSON document.
const HEAD: u64 = 64 << 10;

/// Extensions of zip archives that are one thing of a language rather than a tree of files.
const LANGUAGE_ARCHIVES: [&str; 10] = [
    "jar", "war", "ear", "par", "hpi", "jpi", "aar", "whl", "egg", "nupkg",
];

/// Opens a file in the form that the target asks for, or that its content shows.
pub(super) fn open(
    target: &Target,
    stretch: Stretch,
    options: &OpenOptions,
) -> Result<Opened, ArtifactError> {
    let unreadable = |error| ArtifactError::from_stream(&place_of(target), stretch.len, error);
    let is_detected = matches!(target.form, Form::Detect | Form::StandardInput);
    if stretch.len == 0 {
        return Err(not_recognised(target, "an empty file".to_owned()));
    }
    if matches!(
        target.form,
        Form::Directory | Form::Repository | Form::Host | Form::Storage
    ) {
        let head = stretch.head().map_err(unreadable)?;
        return Err(not_recognised(target, looks_like(&head).to_owned()));
    }
    if target.form == Form::Disk {
        return disk(target, clone_of(&stretch).map_err(unreadable)?, options).map(tree);
    }
    if target.form == Form::File {
        return Ok(tree(single(target, stretch, options)));
    }
    let head = stretch.head().map_err(unreadable)?;
    let compression = compression::sniff(&head);
    let plain = read_head(&stretch, compression, options).map_err(unreadable)?;
    if target.form == Form::Sbom {
        return Ok(Opened::Sbom(Box::new(sbom(
            target,
            stretch,
            compression,
            options,
        ))));
    }
    if Header::sniff(&plain).is_some() {
        return match compression {
            _ if target.form == Form::Archive => archive(target, stretch, options).map(tree),
            Compression::None => open_tar(target, &stretch, options).map(tree),
            compression => Ok(tree(compressed(target, stretch, compression, options))),
        };
    }
    if zip::is_zip(&plain) && compression == Compression::None {
        let name = target.path.extension().and_then(|extension| extension.to_str());
        let of_language = name.is_some_and(|name| LANGUAGE_ARCHIVES.contains(&name.to_lowercase().as_str()));
        return match target.form {
            Form::Archive => archive(target, stretch, options).map(tree),
            _ if is_detected && of_language => Ok(tree(single(target, stretch, options))),
            _ if is_detected => archive(target, stretch, options).map(tree),
            _ => Err(not_recognised(target, looks_like(&plain).to_owned())),
        };
    }
    if !is_detected {
        return Err(not_recognised(target, looks_like(&plain).to_owned()));
    }
    if is_program(&plain) && compression == Compression::None {
        return Ok(tree(single(target, stretch, options)));
    }
    if assay_disks::sniff(&plain).is_some() && compression == Compression::None {
        return disk(target, clone_of(&stretch).map_err(unreadable)?, options).map(tree);
    }
    match sbom::look(&plain) {
        Look::Sbom => {
            return Ok(Opened::Sbom(Box::new(sbom(
                target,
                stretch,
                compression,
                options,
            ))));
        }
        Look::Unsupported(found) => return Err(not_recognised(target, found.to_owned())),
        Look::Json | Look::Other => {}
    }
    if (options.is_readable_alone)(&target.path.to_string_lossy()) && compression == Compression::None {
        return Ok(tree(single(target, stretch, options)));
    }
    if sbom::look(&plain) == Look::Json {
        let stream = stream(&stretch, compression, options).map_err(unreadable)?;
        if sbom::holds_mark_later(stream).map_err(unreadable)? {
            return Ok(Opened::Sbom(Box::new(sbom(
                target,
                stretch,
                compression,
                options,
            ))));
        }
    }
    let found = match compression {
        Compression::None => looks_like(&plain),
        _ => "a compressed file that holds no tar",
    };
    Err(not_recognised(target, found.to_owned()))
}

fn stream(stretch: &Stretch, compression: Compression, options: &OpenOptions) -> io::Result<Stream<'static>> {
    Stream::over(stretch, compression, None, options.limits, &Silent)
}

fn read_head(stretch: &Stretch, compression: Compression, options: &OpenOptions) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    stream(stretch, compression, options)?
        .take(HEAD)
        .read_to_end(&mut head)?;
    Ok(head)
}

fn is_program(head: &[u8]) -> bool {
    matches!(
        head,
        [0x7f, b'E', b'L', b'F', ..]
            | [b'M', b'Z', ..]
            | [0xfe, 0xed, 0xfa, 0xce | 0xcf, ..]
            | [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..]
            | [0xca, 0xfe, 0xba, 0xbe, ..]
    )
}

fn looks_like(head: &[u8]) -> &'static str {
    let is_text = std::str::from_utf8(head.get(..head.len().min(512)).unwrap_or_default())
        .map_or_else(|error| error.error_len().is_none(), |_| true)
        && !head.iter().take(512).any(|byte| matches!(byte, 0..=8 | 14..=26));
    match head {
        _ if zip::is_zip(head) => "a zip archive",
        [0x7f, b'E', b'L', b'F', ..] => "an ELF binary",
        [b'M', b'Z', ..] => "a Windows binary",
        _ if Header::sniff(head).is_some() => "a tar archive",
        _ if compression::sniff(head) != Compression::None => "a compressed file",
        [b'h' | b's', b's' | b'q', b'q' | b's', ..] if !is_text => "a squashfs image",
        [b'{' | b'[', ..] => "a JSON document of some other kind",
        _ if is_text => "a text file",
        _ => "a binary file of unknown kind",
    }
}

fn sbom(target: &Target, stretch: Stretch, compression: Compression, options: &OpenOptions) -> SbomFile {
    SbomFile::new(
        &target.text,
        place_of(target),
        stretch,
        compression,
        options.limits,
    )
}

fn clone_of(stretch: &Stretch) -> io::Result<File> {
    stretch.file.try_clone()
}

/// The image of a disk, or a disk.
pub(super) fn disk(target: &Target, file: File, options: &OpenOptions) -> Result<Tree, ArtifactError> {
    let path = (target.form != Form::StandardInput).then_some(target.path.as_path());
    let place = place_of(target);
    let device = host::image(file, path, &place, options)?;
    let disk = assay_disks::Disk {
        name: place.clone(),
        device,
    };
    host::tree(
        &target.text,
        &[disk],
        (Nodes::default(), Vec::new()),
        place,
        options,
    )
}

/// A single file as a tree of its own, under its own name.
fn single(target: &Target, stretch: Stretch, options: &OpenOptions) -> Tree {
    let name = target
        .path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let artifact = Artifact::new(&target.text, ArtifactKind::File);
    tree_of(artifact, TreeForm::File(SingleFile { name, stretch }), options)
}

/// A tar or zip with the files of a tree.
fn archive(target: &Target, stretch: Stretch, options: &OpenOptions) -> Result<Tree, ArtifactError> {
    let unreadable = |error| ArtifactError::from_stream(&place_of(target), stretch.len, error);
    let digest = Digest::of_stream(stretch.reader()).map_err(unreadable)?;
    let layer = Layer {
        index: 0,
        digest: digest.clone(),
    };
    let artifact = Artifact {
        digest: Some(digest.clone()),
        layers: vec![digest],
        ..Artifact::new(&target.text, ArtifactKind::Archive)
    };
    let place = place_of(target);
    let layer = match zip::is_zip(&stretch.head().map_err(unreadable)?) {
        true => PlacedLayer::zip(layer, stretch, "", place),
        false => PlacedLayer::tar(layer, stretch, place),
    };
    Ok(tree_of(artifact, TreeForm::Layers(vec![layer]), options))
}

fn open_tar(target: &Target, stretch: &Stretch, options: &OpenOptions) -> Result<Tree, ArtifactError> {
    let place = place_of(target);
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
            "a tar without {} or {}: it holds {}; write archive:FILE to have its files read",
            docker::MANIFEST,
            oci::INDEX,
            some_of(&parts.names())
        );
        not_recognised(target, found)
    })?;
    Ok(tree_of_image(image, place.trim_matches('"'), options))
}

fn compressed(target: &Target, stretch: Stretch, compression: Compression, options: &OpenOptions) -> Tree {
    let kind = match target.form {
        Form::Oci => ArtifactKind::OciLayout,
        _ => ArtifactKind::DockerArchive,
    };
    let archive = CompressedArchive {
        name: target.text.clone(),
        place: place_of(target),
        stretch,
        compression,
        form: target.form,
        options: options.clone(),
    };
    let artifact = Artifact::new(&target.text, kind);
    tree_of(artifact, TreeForm::Compressed(Box::new(archive)), options)
}
