//! Where feeds are fetched from: a directory, a mirror with the same layout, or the publishers themselves.

use std::{fmt, path::PathBuf};

use crate::catalogue::FeedFile;

/// Where feeds come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A directory in the layout of the upstreams.
    Directory(PathBuf),
    /// The address of a mirror in the same layout, without a trailing slash.
    Mirror(String),
    /// Each publisher's own address.
    Upstream,
}

impl Place {
    /// Reads what a user gives: an `http(s)://` address, a `file://` address or a path; `upstream` is the publishers.
    pub fn parse(text: &str) -> Place {
        if text == "upstream" {
            Place::Upstream
        } else if text.starts_with("http://") || text.starts_with("https://") {
            Place::Mirror(text.trim_end_matches('/').to_owned())
        } else {
            Place::Directory(PathBuf::from(text.strip_prefix("file://").unwrap_or(text)))
        }
    }

    /// The address of a file; `None` for a directory, and for what only mirrors have.
    pub(crate) fn url(&self, file: &FeedFile) -> Option<String> {
        match self {
            Place::Directory(_) => None,
            Place::Mirror(base) => Some(format!("{base}/{}", file.path.replace(' ', "%20"))),
            Place::Upstream => Some(file.upstream.clone()).filter(|url| !url.is_empty()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Directory(path) => write!(f, "{}", path.display()),
            Place::Mirror(base) => f.write_str(base),
            Place::Upstream => f.write_str("upstream"),
        }
    }
}
