//! Image archives that are compressed as a whole.
//!
//! Such an archive can only be read front to back, and its manifest may come last. So every part that looks like
//! a layer is visited as it goes by, small documents are kept, and which visits belong to the image, and in which
//! order, is settled at the end.

use std::{
    collections::HashMap,
    io::{self, Read},
    path::PathBuf,
};

use assay_model::{Diagnostic, DiagnosticCode, Layer};

use crate::{
    ArtifactError, Begin, Contents, OpenOptions, Visitor,
    compression::{self, Compression, Sniffed},
    digest::Digest,
    docker, error,
    error::Stop,
    image::some_of,
    oci,
    parts::{Blob, LARGEST_DOCUMENT, Parts, follow, link_target},
    path::{self, Shape},
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
    pub(crate) path: PathBuf,
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
    let place = error::quoted(&archive.path);
    let mut passing = Passing {
        place: place.clone(),
        ..Passing::default()
    };
    let mut visitors = Vec::new();
    let failed = |bytes, error| ArtifactError::from_stream(&place, bytes, error);
    let mut source = Stream::over(
        &archive.stretch,
        archive.compression,
        None,
        *surroundings.limits,
        surroundings.progress,
    )
    .map_err(|error| failed(0, error))?;
    passing
        .read(&mut source, &begin, &mut visitors, surroundings)
        .map_err(|error| failed(source.raw_bytes(), error))?;

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
        path: archive.path.display().to_string(),
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

impl Passing {
    fn read<V: Visitor>(
        &mut self,
        source: &mut Stream<'_>,
        begin: &impl Fn() -> Begin<V>,
        visitors: &mut Vec<V>,
        surroundings: &Surroundings<'_>,
    ) -> io::Result<()> {
        let mut tar = TarReader::new(source);
        let mut name = String::new();
        while let Some(member) = tar.next()? {
            if matches!(path::clean(tar.path(), &mut name), Shape::Escaping | Shape::Root) {
                continue;
            }
            match member.kind {
                Kind::File => {
                    let mut content = tar.content();
                    let mut head = Vec::new();
                    (&mut content).take(512).read_to_end(&mut head)?;
                    let rest = head.as_slice().chain(content);
                    self.file(
                        &name,
                        member.size,
                        &head,
                        Box::new(rest),
                        begin,
                        visitors,
                        surroundings,
                    )?;
                }
                Kind::SymbolicLink => {
                    if let Some(target) = link_target(&name, tar.link()) {
                        self.links.insert(name.clone(), target);
                    }
                }
                Kind::HardLink => {
                    self.links
                        .insert(name.clone(), String::from_utf8_lossy(tar.link()).into_owned());
                }
                _ => {}
            }
            if self.links.len() + self.visits.len() + self.documents.len() > 100_000 {
                return Err(Stop::Limit("more than 100000 files in an image archive".to_owned()).into());
            }
        }
        source.finish()
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one step of the loop above, taken out to be read alone"
    )]
    fn file<'a, V: Visitor>(
        &mut self,
        name: &str,
        size: u64,
        head: &[u8],
        mut rest: Box<dyn Read + 'a>,
        begin: &impl Fn() -> Begin<V>,
        visitors: &mut Vec<V>,
        surroundings: &'a Surroundings<'a>,
    ) -> io::Result<()> {
        if matches!(head.trim_ascii_start().first(), Some(b'{' | b'[')) && size <= LARGEST_DOCUMENT {
            self.document_bytes += size;
            if self.document_bytes > DOCUMENT_BYTES {
                return Err(Stop::Limit(format!(
                    "more than {DOCUMENT_BYTES} bytes of JSON in an image archive"
                ))
                .into());
            }
            let mut bytes = Vec::new();
            rest.read_to_end(&mut bytes)?;
            self.documents.insert(name.to_owned(), bytes);
            return Ok(());
        }
        let compression = match compression::sniff(head) {
            Sniffed::Handled(Compression::None) if !is_tar(head) => {
                self.others.truncate(100);
                self.others.push(name.to_owned());
                return Ok(());
            }
            Sniffed::Handled(compression) => compression,
            Sniffed::Unsupported(feature) => {
                return Err(Stop::Damaged(format!("{name} uses {feature}, which is not supported")).into());
            }
        };
        if visitors.len() >= MOST_LAYERS {
            return Err(Stop::Limit(format!("more than {MOST_LAYERS} layers")).into());
        }
        let mut visitor = match begin() {
            Begin::Read(visitor) | Begin::Known(visitor) => visitor,
        };
        let expected = Digest::of_blob_path(name);
        let mut layer = Stream::new(
            rest,
            compression,
            expected,
            *surroundings.limits,
            surroundings.progress,
        )?;
        let links = tar::walk(&mut layer, &mut visitor, surroundings, &tar::Links::new())?;
        for link in links.into_values().flatten() {
            let message =
                "a hard link to a file that went by unread; a compressed archive cannot be read twice";
            visitor.diagnostic(Diagnostic::at(DiagnosticCode::Unreadable, link, message));
        }
        surroundings.progress.layer_done();
        self.visits.insert(name.to_owned(), visitors.len());
        visitors.push(visitor);
        Ok(())
    }
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

    fn blob(&self, name: &str) -> Result<Option<Blob>, ArtifactError> {
        let name = follow(name, &self.links);
        let visited = self.visits.get(name).copied().map(Blob::Visited);
        // Whether a manifest is there is asked for as a blob too.
        let document = self
            .documents
            .contains_key(name)
            .then_some(Blob::Visited(usize::MAX));
        Ok(visited.or(document))
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
