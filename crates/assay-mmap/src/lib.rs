//! Read-only memory maps of immutable files; one of the two crates with unsafe code.
//!
//! A map of a file that another process truncates faults on access, and one that is written to changes under
//! the reader. Assay maps only its own compiled intelligence files, which are written once under a temporary
//! name, renamed into place and never opened for writing again.

use std::{fs::File, io, ops::Deref, os::unix::fs::FileExt, path::Path};

use memmap2::Mmap;

/// The bytes of a file, mapped read-only.
#[derive(Debug)]
pub struct MappedFile {
    map: Mmap,
    file: File,
}

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
        Ok(MappedFile { map, file })
    }

    /// Copies bytes out of the file without mapping their pages.
    ///
    /// A fault maps the pages around it too, sixteen at a time, so bytes that are scattered and read once are
    /// cheaper to copy than to touch.
    ///
    /// # Errors
    ///
    /// When the file ends before the buffer is full, or cannot be read.
    pub fn copy_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }
}

impl Deref for MappedFile {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.map
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
        let mut buffer = [0; 2];
        map.copy_at(&mut buffer, 1).unwrap();
        assert_eq!(&buffer, b"bc");
        assert!(map.copy_at(&mut buffer, 2).is_err());
        std::fs::write(dir.path().join("empty"), b"").unwrap();
        assert_eq!(MappedFile::open(&dir.path().join("empty")).unwrap().len(), 0);
    }
}
