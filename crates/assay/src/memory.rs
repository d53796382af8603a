//! What scans remember, as files in a folder that is held to a size.

use std::{
    fs::{self, DirBuilder, File},
    io::{Read, Write},
    os::unix::fs::DirBuilderExt,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::SystemTime,
};

use assay_inventory::Memory;

use crate::home;

/// Bytes of all files; a layer of a usual image takes less than one MiB.
const LARGEST_FOLDER: u64 = 512 << 20;
/// Bytes of one file.
const LARGEST_FILE: u64 = 64 << 20;

/// A folder of files by key.
pub(crate) struct Folder {
    path: PathBuf,
    /// Files written by this process.
    written: AtomicU32,
}

impl Folder {
    /// The folder in Assay's home; `None` where there is no home.
    pub(crate) fn open() -> Option<Folder> {
        let path = home::directory().ok()?.join("layers");
        Some(Folder {
            path,
            written: AtomicU32::new(0),
        })
    }

    fn write(&self, key: &str, bytes: &[u8]) -> std::io::Result<()> {
        // What is installed in private images is nobody else's business.
        DirBuilder::new().recursive(true).mode(0o700).create(&self.path)?;
        let number = self.written.fetch_add(1, Ordering::Relaxed);
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

impl Memory for Folder {
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

impl Drop for Folder {
    fn drop(&mut self) {
        if self.written.load(Ordering::Relaxed) > 0 {
            self.prune();
        }
    }
}
