//! Image archives that are compressed as a whole.
//!
//! Such an archive can only be read front to back, and its manifest may come last. So every part that looks like
//! a layer is visited as it goes by, small documents are kept, and which visits belong to the image, and in which
//! order, is settled at the end.

use std::{collections::HashMap, io::Read};

use assay_model::{Diagnostic, DiagnosticCode, Layer};

use crate::{
    ArtifactError, Begin, Contents, OpenOptions, Visitor,
    compression::{self, Compression},
    digest::Digest,
    docker,
    image::some_of,
    oci,
    parts::{Blob, LARGEST_DOCUMENT, MOST_PARTS, Parts, follow, link_target, name_of},
    source::{Source, Stream, Stretch},
    tar::{self, Header, Kind, Surroundings, TarReader},
    target::Form,
};

/// Layers of one archive, and so visitors that are alive at a time.
const MOST_LAYERS: usize = 2000;
/// Bytes of all documents of one archive.
const DOCUMENT_BYTES: u64 = 64 << 20;

/// An archive that turned out to be compressed.
#[derive(Debug)]
pub(crate) struct CompressedArchive {
    pub(crate) name: String,
    /// How messages call it.
    pub(crate) place: String,
    pub(crate) stretch: Stretch,
    pub(crate) compression: Compression,
    pub(crate) form: Form,
    pub(crate) options: OpenOptions,
}

/// Reads the archive in one pass.
pub(crate) fn read<V: Visitor + Send>(
    archive: &CompressedArchive,
    begin: impl Fn() -> Begin<V>,
    mut diagnostics: Vec<Diagnostic>,
    surroundings: &Surroundings<'_>,
) -> Result<Contents<V>, ArtifactError> {
    let mut reader = PassingReader {
        parts: Passing {
            place: archive.place.clone(),
            ..Passing::default()
        },
        visitors: Vec::new(),
        begin,
        surroundings,
    };
    reader.read(archive)?;
    let PassingReader {
        parts: passing,
        visitors,
        ..
    } = reader;

    let docker = match archive.form {
        Form::Oci => None,
        _ => docker::find(&passing, &archive.name, &archive.options)?,
    };
    let image = match docker {
        Some(image) => Some(image),
        None if archive.form == Form::DockerArchive => None,
        None => oci::find(&passing, &archive.name, &archive.options)?,
    };
    let image = image.ok_or_else(|| ArtifactError::NotRecognised {
        place: archive.place.clone(),
        expected: "an image",
        found: format!("a compressed tar with {}", some_of(&passing.names())),
    })?;
    diagnostics.extend(image.diagnostics);
    let mut layers = Vec::with_capacity(image.layers.len());
    for (index, layer) in image.layers.iter().enumerate() {
        let Blob::Visited(visitor) = layer.blob else {
            continue;
        };
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        layers.push((
            Some(Layer {
                index,
                digest: layer.digest.clone(),
            }),
            visitor,
        ));
    }
    Ok(Contents {
        artifact: image.artifact,
        layers,
        visitors,
        diagnostics,
    })
}

/// What went by.
#[derive(Default)]
struct Passing {
    place: String,
    documents: HashMap<String, Vec<u8>>,
    document_bytes: u64,
    visits: HashMap<String, usize>,
    links: HashMap<String, String>,
    others: Vec<String>,
}

/// Reads what goes by.
struct PassingReader<'a, V, B> {
    parts: Passing,
    visitors: Vec<V>,
    begin: B,
    surroundings: &'a Surroundings<'a>,
}

impl<V: Visitor, B: Fn() -> Begin<V>> PassingReader<'_, V, B> {
    fn read(&mut self, archive: &CompressedArchive) -> Result<(), ArtifactError> {
        let place = self.parts.place.clone();
        let failed = |bytes, error| ArtifactError::from_stream(&place, bytes, error);
        let Surroundings { limits, progress } = *self.surroundings;
        let mut source = Stream::over(&archive.stretch, archive.compression, None, *limits, progress)
            .map_err(|error| failed(0, error))?;
        let mut tar = TarReader::new(&mut source);
        let mut name = String::new();
        loop {
            let member = match tar.next() {
                Ok(Some(member)) => member,
                Ok(None) => break,
                Err(error) => return Err(failed(tar.source().raw_bytes(), error)),
            };
            if !name_of(tar.path(), &mut name) {
                continue;
            }
            match member.kind {
                Kind::File => {
                    let mut content = tar.content();
                    let mut head = Vec::new();
                    let read = (&mut content).take(512).read_to_end(&mut head);
                    read.map_err(|error| failed(archive.stretch.len, error))?;
                    let whole = head.as_slice().chain(content);
                    self.file(&name, member.size, &head, Box::new(whole))?;
                }
                Kind::SymbolicLink => {
                    if let Some(target) = link_target(&name, tar.link()) {
                        self.parts.links.insert(name.clone(), target);
                    }
                }
                Kind::HardLink => {
                    let mut target = String::new();
                    if name_of(tar.link(), &mut target) {
                        self.parts.links.insert(name.clone(), target);
                    }
                }
                _ => {}
            }
            if self.parts.links.len() + self.visitors.len() + self.parts.documents.len() > MOST_PARTS {
                return Err(self.limit(format!("more than {MOST_PARTS} files in an image archive")));
            }
        }
        source.finish().map_err(|error| failed(source.raw_bytes(), error))
    }

    fn limit(&self, limit: String) -> ArtifactError {
        let place = self.parts.place.clone();
        ArtifactError::LimitReached { place, limit }
    }

    fn file(
        &mut self,
        name: &str,
        size: u64,
        head: &[u8],
        whole: Box<dyn Read + '_>,
    ) -> Result<(), ArtifactError> {
        let is_json = matches!(head.trim_ascii_start().first(), Some(b'{' | b'['));
        if is_json && size <= LARGEST_DOCUMENT {
            return self.document(name, size, whole);
        }
        match compression::sniff(head) {
            Compression::None if is_tar(head) => self.layer(name, Compression::None, whole),
            compression if compression != Compression::None && may_be_layer(name) => {
                self.layer(name, compression, whole)
            }
            _ => {
                self.parts.others.truncate(100);
                self.parts.others.push(name.to_owned());
                Ok(())
            }
        }
    }

    fn document(
        &mut self,
        name: &str,
        size: u64,
        mut whole: Box<dyn Read + '_>,
    ) -> Result<(), ArtifactError> {
        self.parts.document_bytes += size;
        if self.parts.document_bytes > DOCUMENT_BYTES {
            return Err(self.limit(format!(
                "more than {DOCUMENT_BYTES} bytes of JSON in an image archive"
            )));
        }
        let mut bytes = Vec::new();
        let read = whole.read_to_end(&mut bytes);
        read.map_err(|error| ArtifactError::from_stream(&self.parts.place, bytes.len() as u64, error))?;
        self.parts.documents.insert(name.to_owned(), bytes);
        Ok(())
    }

    fn layer(
        &mut self,
        name: &str,
        compression: Compression,
        whole: Box<dyn Read + '_>,
    ) -> Result<(), ArtifactError> {
        if self.visitors.len() >= MOST_LAYERS {
            return Err(self.limit(format!("more than {MOST_LAYERS} layers")));
        }
        let place = format!("{name} in {}", self.parts.place);
        let mut visitor = match (self.begin)() {
            Begin::Read(visitor) | Begin::Known(visitor) => visitor,
        };
        let Surroundings { limits, progress } = *self.surroundings;
        let mut layer = Stream::new(whole, compression, Digest::of_blob_path(name), *limits, progress)
            .map_err(|error| ArtifactError::from_stream(&place, 0, error))?;
        let links = tar::walk(&mut layer, &mut visitor, self.surroundings, &tar::Links::new())
            .map_err(|error| ArtifactError::from_stream(&place, layer.raw_bytes(), error))?;
        for link in links.into_values().flatten() {
            let message =
                "a hard link to a file that went by unread; a compressed archive cannot be read twice";
            visitor.diagnostic(Diagnostic::at(DiagnosticCode::Unreadable, link, message));
        }
        progress.layer_done();
        self.parts.visits.insert(name.to_owned(), self.visitors.len());
        self.visitors.push(visitor);
        Ok(())
    }
}

/// Whether a compressed part has a name that archivers give to layers.
fn may_be_layer(name: &str) -> bool {
    let is_tar = [".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.xz", ".tar.bz2"]
        .iter()
        .any(|end| name.ends_with(end));
    is_tar || name.starts_with("blobs/")
}

/// Whether a part is a tar, an empty one included.
fn is_tar(head: &[u8]) -> bool {
    Header::sniff(head).is_some() || head.len() == 512 && head.iter().all(|byte| *byte == 0)
}

impl Parts for Passing {
    fn place(&self) -> &str {
        &self.place
    }

    fn document(&self, name: &str) -> Result<Option<Vec<u8>>, ArtifactError> {
        Ok(self.documents.get(follow(name, &self.links)).cloned())
    }

    fn has(&self, name: &str) -> Result<bool, ArtifactError> {
        let name = follow(name, &self.links);
        Ok(self.documents.contains_key(name) || self.visits.contains_key(name))
    }

    fn blob(&self, name: &str) -> Result<Option<Blob>, ArtifactError> {
        Ok(self
            .visits
            .get(follow(name, &self.links))
            .copied()
            .map(Blob::Visited))
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .documents
            .keys()
            .chain(self.visits.keys())
            .chain(&self.others)
            .cloned()
            .collect();
        names.sort();
        names
    }
}
