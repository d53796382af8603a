//! An opened tree, and the reading of its layers.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use assay_model::{Artifact, Diagnostic, Layer};

use crate::{
    ArtifactError, Limits, Progress, RandomAccess, Visitor,
    compressed::{self, CompressedArchive},
    compression::{self, Compression},
    digest::Digest,
    directory::{self, Directory},
    disk::Disks,
    identity,
    image::Image,
    parts::Blob,
    registry::RemoteBlob,
    single::SingleFile,
    source::{Source, Stream, Stretch, Window},
    tar::{self, Header, Surroundings},
    zip::{self, ZipError},
};

/// A file tree in one or more layers, open and not read yet.
#[derive(Debug)]
pub struct Tree {
    pub(crate) artifact: Artifact,
    pub(crate) form: TreeForm,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) limits: Limits,
    pub(crate) threads: usize,
}

#[derive(Debug)]
pub(crate) enum TreeForm {
    Directory(Directory),
    File(SingleFile),
    Disks(Disks),
    Layers(Vec<PlacedLayer>),
    Compressed(Box<CompressedArchive>),
}

/// A layer that lies in a file or can be fetched into one.
#[derive(Debug)]
pub(crate) struct PlacedLayer {
    layer: Layer,
    source: LayerSource,
    expected: Option<Digest>,
    /// Equal only for equal content, where that can be told without reading it.
    identity: Option<String>,
    /// How messages call it.
    place: String,
}

/// Where the bytes of a layer are.
#[derive(Debug)]
enum LayerSource {
    Stretch(Stretch),
    /// A zip archive, and the directory that it is unpacked in.
    Zip(Stretch, &'static str),
    Directory(Directory),
    Remote(RemoteBlob),
}

/// What to do about a layer.
#[derive(Debug)]
pub enum Begin<V> {
    /// Read it with this visitor.
    Read(V),
    /// Leave it unread: what is in it is known.
    Known(V),
}

/// What the layers held.
#[derive(Debug)]
pub struct Contents<V> {
    /// What was opened; of a compressed archive this is known only now.
    pub artifact: Artifact,
    /// The layers from the base up, each with the index of its visitor in `visitors`. A directory has one entry
    /// and no layer. A layer that occurs twice was read once.
    pub layers: Vec<(Option<Layer>, usize)>,
    /// The visitors.
    pub visitors: Vec<V>,
    /// What could not be looked at in the artifact as a whole.
    pub diagnostics: Vec<Diagnostic>,
}

impl Tree {
    /// What was opened, as far as it is known before reading.
    pub fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    /// Reads every layer once, several at a time, each with a visitor of its own from `begin`.
    ///
    /// `begin` gets a text that is equal only for layers of equal content, where that can be told without reading
    /// them: not for a directory or a single file, nor for an archive that is compressed as a whole.
    pub fn read<V, F>(self, begin: F, progress: &dyn Progress) -> Result<Contents<V>, ArtifactError>
    where
        V: Visitor + Send,
        F: Fn(Option<&str>) -> Begin<V> + Sync,
    {
        let Tree {
            artifact,
            form,
            diagnostics,
            limits,
            threads,
        } = self;
        let surroundings = Surroundings {
            limits: &limits,
            progress,
        };
        let whole = Whole {
            artifact,
            diagnostics,
            progress,
        };
        match form {
            TreeForm::Directory(directory) => whole.read(begin(None), |visitor| {
                directory::walk(&directory, visitor, &limits, progress)
            }),
            TreeForm::File(file) => whole.read(begin(None), |visitor| {
                file.visit(visitor, &limits);
                Ok(())
            }),
            TreeForm::Disks(disks) => whole.read(begin(None), |visitor| disks.walk(visitor, &surroundings)),
            TreeForm::Layers(layers) => {
                progress.begin(Some(layers.len()));
                let Whole {
                    artifact,
                    diagnostics,
                    ..
                } = whole;
                read_layers(artifact, &layers, diagnostics, &begin, threads, &surroundings)
            }
            TreeForm::Compressed(archive) => {
                progress.begin(None);
                compressed::read(&archive, || begin(None), whole.diagnostics, &surroundings)
            }
        }
    }
}

/// A tree that is read as one, without layers.
struct Whole<'p> {
    artifact: Artifact,
    diagnostics: Vec<Diagnostic>,
    progress: &'p dyn Progress,
}

impl Whole<'_> {
    fn read<V: Visitor>(
        self,
        begun: Begin<V>,
        read: impl FnOnce(&mut V) -> Result<(), ArtifactError>,
    ) -> Result<Contents<V>, ArtifactError> {
        self.progress.begin(Some(1));
        let visitor = match begun {
            Begin::Known(visitor) => visitor,
            Begin::Read(mut visitor) => {
                read(&mut visitor)?;
                visitor
            }
        };
        self.progress.layer_done();
        Ok(Contents {
            artifact: self.artifact,
            layers: vec![(None, 0)],
            visitors: vec![visitor],
            diagnostics: self.diagnostics,
        })
    }
}

impl PlacedLayer {
    /// The layers of an image that lies in files.
    pub(crate) fn all_of(image: &Image, name: &str) -> Vec<PlacedLayer> {
        let mut out = Vec::with_capacity(image.layers.len());
        for (index, layer) in image.layers.iter().enumerate() {
            // Visited blobs occur in compressed archives only, which take another way.
            let source = match &layer.blob {
                Blob::Placed(stretch) => LayerSource::Stretch(stretch.clone()),
                Blob::Remote(remote) => LayerSource::Remote(remote.clone()),
                Blob::Visited(_) => continue,
            };
            out.push(PlacedLayer {
                layer: Layer {
                    index: u32::try_from(index).unwrap_or(u32::MAX),
                    digest: layer.digest.clone(),
                },
                identity: match (&layer.expected, &source) {
                    (Some(digest), _) => Some(digest.to_string()),
                    (None, LayerSource::Stretch(stretch)) => identity::of_stretch(stretch),
                    (None, _) => None,
                },
                source,
                expected: layer.expected.clone(),
                place: format!("layer {index} ({}) of {name}", layer.digest),
            });
        }
        out
    }

    /// A layer that is a tar, compressed or not.
    pub(crate) fn tar(layer: Layer, archive: Stretch, place: String) -> PlacedLayer {
        PlacedLayer {
            identity: Some(layer.digest.clone()),
            layer,
            source: LayerSource::Stretch(archive),
            expected: None,
            place,
        }
    }

    /// A layer that is a zip archive to be unpacked in a directory.
    pub(crate) fn zip(layer: Layer, archive: Stretch, directory: &'static str, place: String) -> PlacedLayer {
        PlacedLayer {
            identity: Some(format!("{} in /{directory}", layer.digest)),
            layer,
            source: LayerSource::Zip(archive, directory),
            expected: None,
            place,
        }
    }

    /// A layer that a container engine keeps unpacked.
    pub(crate) fn stored(layer: Layer, directory: Directory, place: String) -> PlacedLayer {
        PlacedLayer {
            identity: identity::of_directory(&directory.root, &layer.digest),
            layer,
            source: LayerSource::Directory(directory),
            expected: None,
            place,
        }
    }

    fn is_same_blob(&self, other: &PlacedLayer) -> bool {
        let is_same_place = match (&self.source, &other.source) {
            (LayerSource::Stretch(one), LayerSource::Stretch(other)) => {
                std::sync::Arc::ptr_eq(&one.file, &other.file)
                    && (one.offset, one.len) == (other.offset, other.len)
            }
            _ => false,
        };
        is_same_place || self.expected.is_some() && self.expected == other.expected
    }
}

fn read_layers<V, F>(
    artifact: Artifact,
    layers: &[PlacedLayer],
    diagnostics: Vec<Diagnostic>,
    begin: &F,
    threads: usize,
    surroundings: &Surroundings<'_>,
) -> Result<Contents<V>, ArtifactError>
where
    V: Visitor + Send,
    F: Fn(Option<&str>) -> Begin<V> + Sync,
{
    let mut distinct: Vec<&PlacedLayer> = Vec::new();
    let mut order = Vec::with_capacity(layers.len());
    for layer in layers {
        let at = distinct
            .iter()
            .position(|known| known.is_same_blob(layer))
            .unwrap_or_else(|| {
                distinct.push(layer);
                distinct.len() - 1
            });
        order.push((Some(layer.layer.clone()), at));
    }
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<V, ArtifactError>)>> = Mutex::new(Vec::new());
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(layer) = distinct.get(at) else { break };
            let result = match begin(layer.identity.as_deref()) {
                Begin::Known(visitor) => Ok(visitor),
                Begin::Read(mut visitor) => read_layer(layer, &mut visitor, surroundings).map(|()| visitor),
            };
            if result.is_err() {
                // Nothing of the image will be used, so no further layer need be read.
                next.store(distinct.len(), Ordering::Relaxed);
            }
            surroundings.progress.layer_done();
            results
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .push((at, result));
        }
    };
    let threads = match threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    match threads.min(distinct.len()) {
        0 | 1 => work(),
        threads => std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        }),
    }
    let mut results = results
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    let visitors = results
        .into_iter()
        .map(|(_, result)| result)
        .collect::<Result<Vec<V>, ArtifactError>>()?;
    Ok(Contents {
        artifact,
        layers: order,
        visitors,
        diagnostics,
    })
}

fn read_layer(
    layer: &PlacedLayer,
    visitor: &mut dyn Visitor,
    surroundings: &Surroundings<'_>,
) -> Result<(), ArtifactError> {
    let place = &layer.place;
    let fetched;
    let stretch = match &layer.source {
        LayerSource::Stretch(stretch) => stretch,
        LayerSource::Remote(remote) => {
            fetched = remote.fetch(place, surroundings.progress)?;
            &fetched
        }
        LayerSource::Zip(archive, directory) => {
            let file = RandomAccess::in_file(&archive.file, archive.offset, archive.len);
            return zip::walk(file, directory, visitor, surroundings)
                .map_err(|error| zip_error(error, place));
        }
        LayerSource::Directory(directory) => {
            return directory::walk(directory, visitor, surroundings.limits, surroundings.progress);
        }
    };
    let unreadable = |error| ArtifactError::from_stream(place, stretch.len, error);
    // A layer without a single byte is what some builders write for a step that changed nothing.
    if stretch.len == 0 {
        return Ok(());
    }
    let head = stretch.head().map_err(unreadable)?;
    let compression = compression::sniff(&head);
    let is_zero = head.iter().all(|byte| *byte == 0);
    if compression == Compression::None && head.len() == 512 && !is_zero && Header::sniff(&head).is_none() {
        let reason = "it is neither a tar nor a compressed one".to_owned();
        return Err(ArtifactError::Damaged {
            place: place.clone(),
            reason,
        });
    }
    let links = pass(
        layer,
        stretch,
        compression,
        visitor,
        surroundings,
        &tar::Links::new(),
    )?;
    if !links.is_empty() {
        pass(layer, stretch, compression, visitor, surroundings, &links)?;
    }
    Ok(())
}

fn zip_error(error: ZipError, place: &str) -> ArtifactError {
    let place = place.to_owned();
    match error {
        ZipError::Io(source) => ArtifactError::Unreadable { place, source },
        ZipError::Malformed(reason) => ArtifactError::Damaged {
            place,
            reason: reason.into_owned(),
        },
        ZipError::Unsupported(feature) => ArtifactError::Unsupported {
            place,
            feature: feature.into_owned(),
        },
    }
}

/// One pass over a layer.
fn pass(
    layer: &PlacedLayer,
    stretch: &Stretch,
    compression: Compression,
    visitor: &mut dyn Visitor,
    surroundings: &Surroundings<'_>,
    again: &tar::Links,
) -> Result<tar::Links, ArtifactError> {
    let place = &layer.place;
    let mut source: Box<dyn Source + '_> = if compression == Compression::None && layer.expected.is_none() {
        Box::new(Window::new(stretch.clone(), surroundings.progress))
    } else {
        let expected = layer.expected.clone();
        Stream::over(
            stretch,
            compression,
            expected,
            *surroundings.limits,
            surroundings.progress,
        )
        .map(Box::new)
        .map_err(|error| ArtifactError::from_stream(place, 0, error))?
    };
    tar::walk(&mut *source, visitor, surroundings, again)
        .map_err(|error| ArtifactError::from_stream(place, source.raw_bytes(), error))
}
