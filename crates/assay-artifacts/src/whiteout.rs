//! File names that remove what lies below.
//!
//! Source: OCI image specification, "Image Layer Filesystem Changeset", whiteouts and opaque whiteouts.

use crate::{Visitor, path};

/// Marks a path of the layers below as removed; the path follows.
const WHITEOUT: &str = ".wh.";
/// Marks all that the layers below have in a directory as removed.
const OPAQUE: &str = ".wh..wh..opq";
/// Begins the names under which AUFS keeps its own books.
const AUFS: &str = ".wh..wh.";

/// Tells the visitor what a file's name removes; false where the name is no mark.
pub(crate) fn tell(file: &str, visitor: &mut dyn Visitor) -> bool {
    let (directory, name) = path::split(file);
    let Some(removed) = name.strip_prefix(WHITEOUT) else {
        return false;
    };
    if name == OPAQUE {
        visitor.opaque(directory);
    } else if !name.starts_with(AUFS) {
        match directory {
            "" => visitor.whiteout(removed),
            directory => visitor.whiteout(&format!("{directory}/{removed}")),
        }
    }
    true
}
