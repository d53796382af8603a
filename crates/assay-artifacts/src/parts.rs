//! The named parts of an image: documents, and blobs that hold layers. They lie in a tar, in a directory, or went
//! by in a compressed archive.

use std::{collections::HashMap, fs::File, io, path::PathBuf, sync::Arc};

use crate::{
    ArtifactError, Silent,
    error::{self, Stop},
    path::{self, Shape},
    registry::RemoteBlob,
    source::{Stretch, Window},
    tar::{Kind, TarReader},
};

/// Bytes of a manifest, index or configuration that are read.
pub(crate) const LARGEST_DOCUMENT: u64 = 8 << 20;

/// Parts of one image archive; more is no image.
pub(crate) const MOST_PARTS: usize = 100_000;
/// Bytes of a part's name; what has a longer one is passed over.
const LONGEST_NAME: usize = 1024;

/// Where the bytes of a layer are.
#[derive(Clone, Debug)]
pub(crate) enum Blob {
    /// In a file, to be read at any time.
    Placed(Stretch),
    /// It went by and was visited; the number tells which visit.
    Visited(usize),
    /// Elsewhere, to be fetched when it is read.
    Remote(RemoteBlob),
}

/// The parts of an image by name.
pub(crate) trait Parts {
    /// What the user called the whole, in quotation marks.
    fn place(&self) -> &str;
    /// The bytes of a document.
    fn document(&self, name: &str) -> Result<Option<Vec<u8>>, ArtifactError>;
    /// Whether there is a part of that name.
    fn has(&self, name: &str) -> Result<bool, ArtifactError>;
    /// A blob that holds a layer.
    fn blob(&self, name: &str) -> Result<Option<Blob>, ArtifactError>;
    /// Some of the names, for messages.
    fn names(&self) -> Vec<String>;
}

/// Follows links from part to part; archives of Docker 1.10 to 24 keep equal layers once.
pub(crate) fn follow<'a>(mut name: &'a str, links: &'a HashMap<String, String>) -> &'a str {
    for _ in 0..16 {
        match links.get(name) {
            Some(target) => name = target,
            None => break,
        }
    }
    name
}

/// Writes the clean name of a member of an image archive to `name`; false for one that can be no part of an image.
pub(crate) fn name_of(raw: &[u8], name: &mut String) -> bool {
    let is_inside = !matches!(path::clean(raw, name), Shape::Escaping | Shape::Root);
    is_inside && name.len() <= LONGEST_NAME
}

/// Where a link in an archive points, resolved against the directory that it is in.
pub(crate) fn link_target(from: &str, target: &[u8]) -> Option<String> {
    let target = std::str::from_utf8(target).ok()?;
    let mut parts: Vec<&str> = path::split(from)
        .0
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    let target = parts.join("/");
    (target.len() <= LONGEST_NAME).then_some(target)
}

/// The parts of an uncompressed tar, indexed without reading their content.
pub(crate) struct TarParts {
    place: String,
    parts: HashMap<String, Stretch>,
    links: HashMap<String, String>,
}

impl TarParts {
    pub(crate) fn index(place: &str, file: Arc<File>, len: u64) -> Result<TarParts, ArtifactError> {
        let whole = Stretch { file, offset: 0, len };
        let mut window = Window::new(whole.clone(), &Silent);
        let mut parts = TarParts {
            place: place.to_owned(),
            parts: HashMap::new(),
            links: HashMap::new(),
        };
        match parts.fill(&whole, &mut window) {
            Ok(()) => Ok(parts),
            Err(error) => Err(ArtifactError::from_stream(place, len, error)),
        }
    }

    fn fill(&mut self, whole: &Stretch, window: &mut Window<'_>) -> io::Result<()> {
        let mut tar = TarReader::new(window);
        let mut name = String::new();
        let mut seen = 0;
        while let Some(member) = tar.next()? {
            seen += 1;
            if seen > MOST_PARTS {
                return Err(Stop::Limit(format!("more than {MOST_PARTS} files in an image archive")).into());
            }
            if !name_of(tar.path(), &mut name) {
                continue;
            }
            match member.kind {
                Kind::File => {
                    let offset = tar.source().position();
                    if member.size > whole.len.saturating_sub(offset) {
                        return Err(Stop::CutOff.into());
                    }
                    let stretch = Stretch {
                        file: Arc::clone(&whole.file),
                        offset,
                        len: member.size,
                    };
                    self.parts.insert(name.clone(), stretch);
                }
                Kind::SymbolicLink => {
                    if let Some(target) = link_target(&name, tar.link()) {
                        self.links.insert(name.clone(), target);
                    }
                }
                Kind::HardLink => {
                    let mut target = String::new();
                    if name_of(tar.link(), &mut target) {
                        self.links.insert(name.clone(), target);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn part(&self, name: &str) -> Option<&Stretch> {
        self.parts.get(follow(name, &self.links))
    }
}

impl Parts for TarParts {
    fn place(&self) -> &str {
        &self.place
    }

    fn document(&self, name: &str) -> Result<Option<Vec<u8>>, ArtifactError> {
        let Some(stretch) = self.part(name) else {
            return Ok(None);
        };
        read_document(stretch, name, &self.place).map(Some)
    }

    fn has(&self, name: &str) -> Result<bool, ArtifactError> {
        Ok(self.part(name).is_some())
    }

    fn blob(&self, name: &str) -> Result<Option<Blob>, ArtifactError> {
        Ok(self.part(name).cloned().map(Blob::Placed))
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.parts.keys().cloned().collect();
        names.sort();
        names
    }
}

fn read_document(stretch: &Stretch, name: &str, place: &str) -> Result<Vec<u8>, ArtifactError> {
    let place = format!("{name} in {place}");
    stretch
        .read(LARGEST_DOCUMENT)
        .map_err(|error| ArtifactError::from_stream(&place, stretch.len, error))
}

/// The parts of an OCI layout directory.
pub(crate) struct DirectoryParts {
    place: String,
    root: PathBuf,
}

impl DirectoryParts {
    pub(crate) fn new(root: PathBuf) -> DirectoryParts {
        DirectoryParts {
            place: error::quoted(&root),
            root,
        }
    }

    fn part(&self, name: &str) -> Result<Option<Stretch>, ArtifactError> {
        let path = self.root.join(name);
        match open_regular(&path) {
            Ok((file, len)) => Ok(Some(Stretch {
                file: Arc::new(file),
                offset: 0,
                len,
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ArtifactError::from_open(&path, error)),
        }
    }
}

impl Parts for DirectoryParts {
    fn place(&self) -> &str {
        &self.place
    }

    fn document(&self, name: &str) -> Result<Option<Vec<u8>>, ArtifactError> {
        let Some(stretch) = self.part(name)? else {
            return Ok(None);
        };
        read_document(&stretch, name, &self.place).map(Some)
    }

    fn has(&self, name: &str) -> Result<bool, ArtifactError> {
        Ok(self.part(name)?.is_some())
    }

    fn blob(&self, name: &str) -> Result<Option<Blob>, ArtifactError> {
        Ok(self.part(name)?.map(Blob::Placed))
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.root).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .take(1000)
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

/// Opens a regular file without waiting for the other end of a pipe; anything else is refused.
pub(crate) fn open_regular(path: &std::path::Path) -> io::Result<(File, u64)> {
    use rustix::fs::OFlags;
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let file = File::from(rustix::fs::open(path, flags, rustix::fs::Mode::empty())?);
    let metadata = file.metadata()?;
    match metadata.is_file() {
        true => Ok((file, metadata.len())),
        false => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is not a regular file",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_between_parts() {
        for (from, target, expected) in [
            ("a/layer.tar", "../b/layer.tar", Some("b/layer.tar")),
            ("a/layer.tar", "layer2.tar", Some("a/layer2.tar")),
            ("layer.tar", "../x", None),
        ] {
            assert_eq!(link_target(from, target.as_bytes()).as_deref(), expected);
        }
        let links = HashMap::from([("a".to_owned(), "b".to_owned()), ("b".to_owned(), "a".to_owned())]);
        assert!(matches!(follow("a", &links), "a" | "b"));
    }
}
