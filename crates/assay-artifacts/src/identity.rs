//! Telling without reading that a layer is one that was read before.
//!
//! A layer that is held to a digest is known by that. The layers of a plain docker archive and of a container engine's
//! storage are held to none: their stated digests are anyone's claim, and believing them would let one image speak for
//! the layers of another. These are known by the file or directory they lie in, for as long as it does not change, as
//! build tools know their inputs.

use std::{fs::Metadata, os::unix::fs::MetadataExt, path::Path};

use crate::source::Stretch;

/// A stretch of a file.
pub(crate) fn of_stretch(stretch: &Stretch) -> Option<String> {
    let metadata = stretch.file.metadata().ok()?;
    let Stretch { offset, len, .. } = stretch;
    Some(format!("file {} bytes {offset}+{len}", of_metadata(&metadata)))
}

/// The directory of a layer, which an engine writes once.
pub(crate) fn of_directory(directory: &Path, digest: &str) -> Option<String> {
    let metadata = std::fs::metadata(directory).ok()?;
    Some(format!("directory {} {digest}", of_metadata(&metadata)))
}

/// The change time cannot be set by users, unlike the time of modification.
fn of_metadata(metadata: &Metadata) -> String {
    format!(
        "{}:{} {} {}.{:09} {}.{:09}",
        metadata.dev(),
        metadata.ino(),
        metadata.size(),
        metadata.mtime(),
        metadata.mtime_nsec(),
        metadata.ctime(),
        metadata.ctime_nsec()
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_that_changes_is_another() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123456789").unwrap();
        let stretch = |offset| Stretch {
            file: file.try_clone().unwrap().into(),
            offset,
            len: 5,
        };
        let first = of_stretch(&stretch(0));
        assert!(first.is_some());
        assert_eq!(first, of_stretch(&stretch(0)));
        assert_ne!(first, of_stretch(&stretch(5)));
        let mut writer = file.try_clone().unwrap();
        writer.write_all(b"more").unwrap();
        assert_ne!(first, of_stretch(&stretch(0)));
    }
}
