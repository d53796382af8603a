//! A memory of files in a folder that is held to a size.

use std::{
    fs::{self, DirBuilder, File},
    io::{Read, Write},
    os::unix::fs::DirBuilderExt,
    path::PathBuf,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::SystemTime,
};

use super::Memory;

/// Bytes of all files; a layer of a usual image takes less than one MiB.
const LARGEST_FOLDER: u64 = 512 << 20;
/// Bytes of one file.
const LARGEST_FILE: u64 = 64 << 20;

/// Files that this process wrote, by which those that are not whole yet differ.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// A folder of files by key. It is made when something is kept, and what was not used for longest is removed when this is
/// dropped. Several may be open on one folder, in one process or in many.
#[derive(Debug)]
pub struct MemoryFolder {
    path: PathBuf,
    has_grown: AtomicBool,
}

impl MemoryFolder {
    /// The folder at a path, whether it is there yet or not.
    pub fn new(path: PathBuf) -> MemoryFolder {
        MemoryFolder {
            path,
            has_grown: AtomicBool::new(false),
        }
    }

    fn write(&self, key: &str, bytes: &[u8]) -> std::io::Result<()> {
        // What is installed in private images is nobody else's business.
        DirBuilder::new().recursive(true).mode(0o700).create(&self.path)?;
        self.has_grown.store(true, Ordering::Relaxed);
        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let partial = self
            .path
            .join(format!("{key}.{}.{number}.part", std::process::id()));
        let written = File::create(&partial)
            .and_then(|mut file| file.write_all(bytes))
            .and_then(|()| fs::rename(&partial, self.path.join(key)));
        if written.is_err() {
            let _ = fs::remove_file(&partial);
        }
        written
    }

    /// Removes what was not used for longest until the folder is well below its size.
    fn prune(&self) {
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        let mut files: Vec<(SystemTime, u64, PathBuf)> = entries
            .filter_map(|entry| {
                let metadata = entry.metadata().ok()?;
                Some((metadata.modified().ok()?, metadata.len(), entry.path()))
            })
            .collect();
        let mut total: u64 = files.iter().map(|(_, len, _)| len).sum();
        if total <= LARGEST_FOLDER {
            return;
        }
        files.sort();
        for (_, len, path) in files {
            if total <= LARGEST_FOLDER / 4 * 3 {
                break;
            }
            if fs::remove_file(path).is_ok() {
                total -= len;
            }
        }
    }
}

impl Memory for MemoryFolder {
    fn recall(&self, key: &str) -> Option<Vec<u8>> {
        let file = File::open(self.path.join(key)).ok()?;
        let mut bytes = Vec::new();
        (&file).take(LARGEST_FILE).read_to_end(&mut bytes).ok()?;
        // The time of the last use, by which files are removed.
        let _ = file.set_modified(SystemTime::now());
        Some(bytes)
    }

    fn keep(&self, key: &str, bytes: &[u8]) {
        if bytes.len() as u64 <= LARGEST_FILE {
            // A full disk or a home that cannot be written to makes scans slower, not wrong.
            let _ = self.write(key, bytes);
        }
    }
}

impl Drop for MemoryFolder {
    fn drop(&mut self) {
        if *self.has_grown.get_mut() {
            self.prune();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_recalled_by_others() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("layers");
        let folder = MemoryFolder::new(path.clone());
        assert_eq!(folder.recall("ab"), None);
        folder.keep("ab", b"one");
        MemoryFolder::new(path.clone()).keep("ab", b"another");
        assert_eq!(folder.recall("ab").as_deref(), Some(b"another".as_slice()));
        drop(folder);
        let names: Vec<_> = fs::read_dir(&path).unwrap().flatten().collect();
        assert_eq!(names.len(), 1, "{names:?}");
    }
}
