//! What can go wrong with a feed. Each message names the file or address and what to do.

use std::{io, path::PathBuf};

use thiserror::Error;

/// Why a feed could not be fetched or read.
#[derive(Debug, Error)]
pub enum FeedError {
    /// A file of a feed cannot be read or written.
    #[error("cannot access {path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file is not in the format that its feed publishes.
    #[error("{path} is not a valid {format}: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The name of the format.
        format: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A file or answer exceeds what any real feed needs.
    #[error("{path} exceeds {limit} bytes, which no file of this feed should")]
    TooLarge {
        /// The file or address.
        path: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// A server cannot be reached, or fails.
    #[error("cannot download {url}: {reason}")]
    Download {
        /// The address.
        url: String,
        /// Why.
        reason: String,
    },
    /// A server answers, and refuses the file.
    #[error("cannot download {url}: the server answers {status}")]
    Refused {
        /// The address.
        url: String,
        /// The status of its answer.
        status: u16,
    },
    /// Another update is at work on the same copies.
    #[error("another update is using {path}; wait until it has ended")]
    Busy {
        /// The directory of the copies.
        path: PathBuf,
    },
    /// A server answers, and has no such file.
    #[error("{url} is not served (404)")]
    NotServed {
        /// The address.
        url: String,
    },
    /// The place given for feeds holds none.
    #[error(
        "{place} holds no feeds: expected folders such as osv/, debian/ or nvd/ in the layout of the upstreams"
    )]
    NoFeeds {
        /// The directory or address.
        place: String,
    },
    /// The records cannot be kept.
    #[error("cannot keep the records of {feed}: {error}")]
    Sink {
        /// The feed.
        feed: String,
        /// Why.
        error: io::Error,
    },
}
