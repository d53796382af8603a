//! Why an artifact could not be opened or read to its end, in words for people.

use std::{io, path::Path};

use thiserror::Error;

/// Names what was wrong with which file, and what to do where something can be done.
#[derive(Debug, Error)]
pub enum ArtifactError {
    /// Nothing is there under that name.
    #[error("there is no file or directory \"{path}\"; check the path")]
    NotFound {
        /// The path as given.
        path: String,
    },
    /// Links that lead to each other.
    #[error("\"{path}\" is a symbolic link that leads back to itself; name the real file or directory")]
    LinkLoop {
        /// The path as given.
        path: String,
    },
    /// The system refused.
    #[error("{place} cannot be read: {source}")]
    Unreadable {
        /// The file, or the layer of a file.
        place: String,
        /// What the system said.
        source: io::Error,
    },
    /// Bytes that come from elsewhere did not; they may, later.
    #[error("{place} could not be fetched: {source}")]
    Unfetched {
        /// The disk.
        place: String,
        /// What whoever fetches said.
        source: io::Error,
    },
    /// It opened, but it is something else.
    #[error("{place} is not {expected}: it looks like {found}")]
    NotRecognised {
        /// The file, its path between quotation marks.
        place: String,
        /// What would have been right.
        expected: &'static str,
        /// What it looks like.
        found: String,
    },
    /// The format is known, and broken or used in a way that makes no sense.
    #[error("{place} is damaged: {reason}")]
    Damaged {
        /// The file, or the layer or part of a file.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// It ends before it should.
    #[error("{place} is cut off after {bytes} bytes; copy or download it again")]
    CutOff {
        /// The file, or the layer of a file.
        place: String,
        /// How much is there.
        bytes: u64,
    },
    /// The content is not what its name promises.
    #[error(
        "{place} does not have the content that its digest promises: expected {expected}, found {found}; copy or download it again"
    )]
    DigestMismatch {
        /// The blob.
        place: String,
        /// The digest it is filed under.
        expected: String,
        /// The digest of what is there.
        found: String,
    },
    /// A part that is referred to is not there.
    #[error("{place} refers to {part}, which is not in it")]
    Missing {
        /// The archive or layout.
        place: String,
        /// The part.
        part: String,
    },
    /// A format or feature that is not handled.
    #[error("{place} uses {feature}, which is not supported")]
    Unsupported {
        /// The file, or the layer of a file.
        place: String,
        /// The feature.
        feature: String,
    },
    /// A limit stopped the reading.
    #[error("{place} goes beyond a safety limit: {limit}")]
    LimitReached {
        /// The file, or the layer of a file.
        place: String,
        /// Which limit, and its value.
        limit: String,
    },
    /// A registry could not be used.
    #[error(transparent)]
    Registry(#[from] assay_registry::RegistryError),
    /// Several images are there, and none was named.
    #[error("\"{path}\" holds several images: {available}; name one with --image")]
    SeveralImages {
        /// The storage.
        path: String,
        /// What there is.
        available: String,
    },
    /// The image that was asked for is not among those that are there.
    #[error("\"{path}\" holds no image {wanted}; it holds {available}")]
    NoSuchImage {
        /// The archive or layout.
        path: String,
        /// The tag or platform asked for.
        wanted: String,
        /// What there is instead.
        available: String,
    },
}

/// What stops a stream that the operating system had no complaint about; travels inside an [`io::Error`].
#[derive(Debug, Error)]
pub(crate) enum Stop {
    #[error("a safety limit was reached: {0}")]
    Limit(String),
    #[error("the archive is damaged: {0}")]
    Damaged(String),
    #[error("the archive is cut off")]
    CutOff,
    #[error("expected {expected}, found {found}")]
    Digest { expected: String, found: String },
}

impl From<Stop> for io::Error {
    fn from(stop: Stop) -> io::Error {
        let kind = match stop {
            Stop::CutOff => io::ErrorKind::UnexpectedEof,
            _ => io::ErrorKind::InvalidData,
        };
        io::Error::new(kind, stop)
    }
}

impl ArtifactError {
    /// The error of opening or statting a path.
    pub(crate) fn from_open(path: &Path, source: io::Error) -> ArtifactError {
        let shown = path.display().to_string();
        match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ArtifactError::NotFound { path: shown },
            _ if is_link_loop(&source) => ArtifactError::LinkLoop { path: shown },
            _ => ArtifactError::Unreadable {
                place: quoted(path),
                source,
            },
        }
    }

    /// The error of reading a stream of which `bytes` raw bytes came through.
    pub(crate) fn from_stream(place: &str, bytes: u64, source: io::Error) -> ArtifactError {
        let place = place.to_owned();
        if let Some(stop) = source.get_ref().and_then(|inner| inner.downcast_ref::<Stop>()) {
            return match stop {
                Stop::Limit(limit) => ArtifactError::LimitReached {
                    place,
                    limit: limit.clone(),
                },
                Stop::Damaged(reason) => ArtifactError::Damaged {
                    place,
                    reason: reason.clone(),
                },
                Stop::CutOff => ArtifactError::CutOff { place, bytes },
                Stop::Digest { expected, found } => ArtifactError::DigestMismatch {
                    place,
                    expected: expected.clone(),
                    found: found.clone(),
                },
            };
        }
        match source.kind() {
            io::ErrorKind::UnexpectedEof => ArtifactError::CutOff { place, bytes },
            // What decompressors say of bytes that break their format.
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other
                if source.raw_os_error().is_none() =>
            {
                ArtifactError::Damaged {
                    place,
                    reason: source.to_string(),
                }
            }
            _ => ArtifactError::Unreadable { place, source },
        }
    }
}

fn is_link_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

/// A path between quotation marks, as messages show it.
pub(crate) fn quoted(path: &Path) -> String {
    format!("\"{}\"", path.display())
}
