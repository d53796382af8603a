//! The files of a host below a root.

use std::{
    fs,
    path::{Path, PathBuf},
};

use assay_artifacts::{ArtifactError, storage};
use serde::de::DeserializeOwned;

/// The most directories of containers that are looked at.
const MOST_DIRECTORIES: usize = 20_000;

/// A host.
pub(crate) struct Host {
    root: PathBuf,
    /// Whether its processes are seen.
    has_processes: bool,
}

impl Host {
    pub(crate) fn new(root: &Path) -> Host {
        Host {
            root: root.to_owned(),
            has_processes: root.join("proc/1").exists(),
        }
    }

    /// A directory of the host. That of the machine we run on may lie behind a link.
    pub(crate) fn directory(&self, path: &str) -> Option<PathBuf> {
        let full = match self.root == Path::new("/") {
            true => self.root.join(path),
            false => storage::beneath(&self.root, path).ok()?,
        };
        full.is_dir().then_some(full)
    }

    /// Whether a process runs; where none is seen, none is known to have ended.
    pub(crate) fn is_alive(&self, process: u64) -> bool {
        !self.has_processes || self.root.join(format!("proc/{process}")).exists()
    }
}

/// The names in a directory that can stand in a path and lead nowhere else, in order.
pub(crate) fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let names = entries
        .take(MOST_DIRECTORIES)
        .filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| is_word(name)).collect();
    names.sort();
    names
}

/// Whether a name can stand in a path and leads nowhere else.
pub(crate) fn is_word(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(is_plain)
}

/// A file of a runtime's, where there is one; what cannot be read is said.
pub(crate) fn file(root: &Path, path: &str, most: u64) -> Option<Vec<u8>> {
    said(storage::document(root, path, most))
}

/// A JSON document of a runtime's, where there is one; what cannot be read is said.
pub(crate) fn document<T: DeserializeOwned>(root: &Path, path: &str, most: u64) -> Option<T> {
    let bytes = file(root, path, most)?;
    match serde_json::from_slice(&bytes) {
        Ok(document) => Some(document),
        Err(error) => {
            let place = root.join(path);
            tracing::warn!(
                "passed over {}, which is not as its runtime writes it: {error}",
                place.display()
            );
            None
        }
    }
}

/// A number that stands in a file alone.
pub(crate) fn number(root: &Path, path: &str) -> Option<u64> {
    let bytes = file(root, path, 64)?;
    String::from_utf8(bytes).ok()?.trim().parse().ok()
}

/// What was read; else says why not, unless there is nothing.
pub(crate) fn said<T>(read: Result<T, ArtifactError>) -> Option<T> {
    match read {
        Ok(read) => Some(read),
        Err(ArtifactError::NotFound { .. }) => None,
        Err(error) => {
            tracing::warn!("passed over what a container runtime keeps: {error}");
            None
        }
    }
}
