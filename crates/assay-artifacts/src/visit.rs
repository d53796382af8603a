//! How a reader of layers is told what is in one.

use assay_model::Diagnostic;

use crate::Content;

/// What a visitor wants of a regular file, judged by its path alone so that the rest costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interest {
    /// Nothing; the file is passed over unopened.
    No,
    /// [`Visitor::file`] if any execute bit is set.
    IfExecutable,
    /// [`Visitor::file`] in any case.
    Yes,
}

/// A regular file.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Where it is: `/`-separated, no leading slash, no `.` or `..`; bytes that are not UTF-8 are U+FFFD.
    pub path: &'a str,
    /// Its size in bytes.
    pub size: u64,
    /// Its permission bits.
    pub mode: u32,
}

impl<'a> Entry<'a> {
    /// The last part of the path.
    pub fn name(&self) -> &'a str {
        crate::path::split(self.path).1
    }

    /// Whether any execute bit is set.
    pub fn is_executable(&self) -> bool {
        self.mode & 0o111 != 0
    }
}

/// What a visitor says to a hard link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkAnswer {
    /// It has what it needs, or needs nothing.
    Done,
    /// It wants the content under the link's path: the target went by unread.
    ReadTarget,
}

/// Sees one layer, front to back, each entry once.
///
/// Removal marks and links are told as they stand in the layer: what they do to the layers below is for the
/// visitor's owner, who sees all of them. Directories come as plain files do, in order of name, archives and disks in
/// the order in which they were written.
pub trait Visitor {
    /// What it wants of the regular file at a path. Asked for every file, so it must be quick.
    fn interest(&mut self, path: &str) -> Interest;

    /// A regular file it asked for. Returning without reading skips the content.
    fn file(&mut self, entry: &Entry<'_>, content: &mut Content<'_>);

    /// A regular file that it wanted only if executable, and that is not.
    fn passed_over(&mut self, path: &str) {
        let _ = path;
    }

    /// A second name for a file of the same layer; archives only, in a directory each name is a file.
    fn hard_link(&mut self, path: &str, target: &str) -> LinkAnswer {
        let _ = (path, target);
        LinkAnswer::Done
    }

    /// A symbolic link. It is never followed, but it hides whatever a lower layer has at and below its path.
    fn symbolic_link(&mut self, path: &str) {
        let _ = path;
    }

    /// The layers below lose this path and everything below it (OCI "whiteout").
    fn whiteout(&mut self, path: &str) {
        let _ = path;
    }

    /// The layers below lose everything in this directory (OCI "opaque whiteout"); empty for the root.
    fn opaque(&mut self, directory: &str) {
        let _ = directory;
    }

    /// Something that could not be looked at.
    fn diagnostic(&mut self, diagnostic: Diagnostic);
}
