//! The seeds of each target, as files.

use std::{fs, io, path::PathBuf};

/// Bytes of a seed once it is unpacked.
const LARGEST: usize = 64 << 20;

/// Where the seeds of a target lie.
pub fn folder(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target)
}

/// The seeds of a target, in order of their names.
///
/// # Errors
///
/// When the folder or a file cannot be read.
pub fn seeds(target: &str) -> io::Result<Vec<Vec<u8>>> {
    let mut paths = fs::read_dir(folder(target))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    let read = |path: PathBuf| {
        let bytes = fs::read(&path)?;
        match path.extension().is_some_and(|extension| extension == "zst") {
            true => zstd::bulk::decompress(&bytes, LARGEST),
            false => Ok(bytes),
        }
    };
    paths.into_iter().map(read).collect()
}
