//! Read-only memory maps of immutable files; the only crate with unsafe code.
//!
//! A map of a file that another process truncates faults on access, and one that is written to changes under
//! the reader. Assay maps only its own compiled intelligence files, which are written once under a temporary
//! name, renamed into place and never opened for writing again.

use std::{fs::File, io, ops::Deref, path::Path};

use memmap2::{Advice, Mmap};

/// The bytes of a file, mapped read-only.
#[derive(Debug)]
pub struct MappedFile(Mmap);

impl MappedFile {
    /// Maps the whole file.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened or mapped; an empty file maps to no bytes.
    pub fn open(path: &Path) -> io::Result<MappedFile> {
        let file = File::open(path)?;
        // SAFETY: the map is read-only and the crate's contract (see above) is that the file is immutable:
        // it is replaced by rename, never written or truncated in place, so the mapped pages cannot change.
        let map = unsafe { Mmap::map(&file)? };
        // Look-ups touch a page here and there; reading ahead around each would count much that is never used
        // to this process. A kernel that does not take the hint costs memory, not correctness.
        let _ = map.advise(Advice::Random);
        Ok(MappedFile(map))
    }
}

impl Deref for MappedFile {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_content_and_names_no_missing_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        assert!(MappedFile::open(&path).is_err());
        std::fs::write(&path, b"abc").unwrap();
        let map = MappedFile::open(&path).unwrap();
        assert_eq!(&*map, b"abc");
        std::fs::write(dir.path().join("empty"), b"").unwrap();
        assert_eq!(MappedFile::open(&dir.path().join("empty")).unwrap().len(), 0);
    }
}
