//! Zip archives: their directory and entries, and the tree that they hold.

mod archive;
mod tree;

pub use archive::{Method, Span, ZipArchive, ZipEntry, ZipError};
pub(crate) use tree::walk;

/// Whether a file that begins so is a zip archive, if maybe an empty one.
pub(crate) fn is_zip(head: &[u8]) -> bool {
    matches!(head, [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..])
}
