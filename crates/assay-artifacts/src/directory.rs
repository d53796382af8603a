//! A directory as a tree: one layer, walked in order of name, no link ever followed.

use std::{
    collections::HashMap,
    ffi::CStr,
    fs::File,
    io,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
};

use assay_model::{Diagnostic, DiagnosticCode};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};

use crate::{
    ArtifactError, Content, Entry, Interest, Limits, Progress, Visitor, content::Scratch, error,
    path::push_lossy, whiteout,
};

/// A directory to walk, and which parts of it to leave out.
#[derive(Debug)]
pub(crate) struct Directory {
    pub(crate) root: PathBuf,
    /// Paths inside, without a leading slash, each with the reason; `None` where the user asked for it.
    pub(crate) left_out: HashMap<String, Option<String>>,
    /// Whether a directory's path is passed over without a word.
    pub(crate) is_pruned: fn(&str) -> bool,
    /// How it says what it removes from the layers below.
    pub(crate) marks: Marks,
}

/// How a directory that is a layer marks what it removes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marks {
    /// Not at all: it is no layer, or the only one.
    None,
    /// As overlayfs does: a character device 0/0 in place of the name, an extended attribute on a directory. Without
    /// the right to make these, `fuse-overlayfs` uses the names that layers in archives use.
    ///
    /// Source: the kernel's `overlayfs.rst`, "whiteouts and opaque directories".
    Overlay,
}

impl Directory {
    /// A directory that is a layer.
    pub(crate) fn layer(root: PathBuf, marks: Marks) -> Directory {
        Directory {
            root,
            left_out: HashMap::new(),
            is_pruned: |_| false,
            marks,
        }
    }
}

/// Opening a pipe or a device must not wait for its other end.
const OPEN_FILE: OFlags = OFlags::RDONLY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC)
    .union(OFlags::NOCTTY);
const OPEN_DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Set to `y` on a directory whose lower content is gone; the second is what users without privileges can set.
const OPAQUE_ATTRIBUTES: [&CStr; 3] = [
    c"trusted.overlay.opaque",
    c"user.overlay.opaque",
    c"user.fuseoverlayfs.opaque",
];

/// Walks the whole directory. Only the root itself failing is an error.
pub(crate) fn walk(
    directory: &Directory,
    visitor: &mut dyn Visitor,
    limits: &Limits,
    progress: &dyn Progress,
) -> Result<(), ArtifactError> {
    let mut walker = Walker {
        directory,
        limits,
        progress,
        path: String::new(),
        scratch: Scratch::default(),
        entries: 0,
        is_full: false,
    };
    let root = open_root(&directory.root)?;
    let root = walker
        .list(root, visitor)
        .map_err(|source| ArtifactError::Unreadable {
            place: error::quoted(&directory.root),
            source,
        })?;
    let mut stack = vec![root];
    while let Some(frame) = stack.last_mut() {
        walker.path.truncate(frame.path_len);
        let Some(index) = frame.take_next() else {
            stack.pop();
            continue;
        };
        let depth = stack.len();
        let Some(frame) = stack.last() else { break };
        if walker.entries > limits.entries {
            walker.is_full = true;
            break;
        }
        if let Some(below) = walker.entry(frame, index, depth, visitor) {
            stack.push(below);
        }
    }
    if walker.is_full {
        let message = format!("more than {} entries; the rest is left out", limits.entries);
        visitor.diagnostic(Diagnostic::new(DiagnosticCode::LimitReached, message));
    }
    progress.entries(walker.entries % 1024);
    Ok(())
}

/// Opens the root; a link to a directory is followed here, and only here.
fn open_root(root: &Path) -> Result<OwnedFd, ArtifactError> {
    rustix::fs::open(root, OPEN_DIRECTORY.difference(OFlags::NOFOLLOW), Mode::empty())
        .map_err(|error| ArtifactError::from_open(root, error.into()))
}

/// One directory on the way down.
struct Frame {
    dir: Dir,
    /// The names, each ended by a NUL, in the order in which they were read.
    names: Vec<u8>,
    /// Where each name starts and what it is, in order of name.
    order: Vec<(usize, FileType)>,
    next: usize,
    /// Length of this directory's own path.
    path_len: usize,
}

impl Frame {
    fn take_next(&mut self) -> Option<usize> {
        let index = self.next;
        self.next += 1;
        (index < self.order.len()).then_some(index)
    }

    fn get(&self, index: usize) -> Option<(&CStr, FileType)> {
        let (start, kind) = *self.order.get(index)?;
        Some((CStr::from_bytes_until_nul(self.names.get(start..)?).ok()?, kind))
    }
}

struct Walker<'a> {
    directory: &'a Directory,
    limits: &'a Limits,
    progress: &'a dyn Progress,
    path: String,
    scratch: Scratch,
    entries: u64,
    /// The limit of entries was met.
    is_full: bool,
}

impl Walker<'_> {
    /// Handles one entry; a directory comes back listed.
    fn entry(
        &mut self,
        frame: &Frame,
        index: usize,
        depth: usize,
        visitor: &mut dyn Visitor,
    ) -> Option<Frame> {
        let (name, kind) = frame.get(index)?;
        self.entries += 1;
        if self.entries.is_multiple_of(1024) {
            self.progress.entries(1024);
        }
        if !self.path.is_empty() {
            self.path.push('/');
        }
        push_lossy(name.to_bytes(), &mut self.path);
        if self.is_left_out(visitor) {
            return None;
        }
        let kind = match kind {
            FileType::Unknown => {
                let stat = rustix::fs::statat(frame.dir.fd().ok()?, name, AtFlags::SYMLINK_NOFOLLOW);
                match stat {
                    Ok(stat) => FileType::from_raw_mode(stat.st_mode),
                    Err(error) => return self.unreadable(&error.into(), visitor),
                }
            }
            kind => kind,
        };
        if self.directory.marks == Marks::Overlay && self.mark(frame, name, kind, visitor) {
            return None;
        }
        match kind {
            FileType::Directory if (self.directory.is_pruned)(&self.path) => None,
            FileType::Directory => self.subdirectory(frame, name, depth, visitor),
            FileType::RegularFile => {
                if let Err(error) = self.file(frame, name, visitor) {
                    return self.unreadable(&error, visitor);
                }
                None
            }
            FileType::Symlink => {
                visitor.symbolic_link(&self.path);
                None
            }
            _ => None,
        }
    }

    /// Tells what a mark removes; false where the entry is none, or is a directory besides.
    fn mark(&self, frame: &Frame, name: &CStr, kind: FileType, visitor: &mut dyn Visitor) -> bool {
        let Ok(fd) = frame.dir.fd() else { return false };
        match kind {
            FileType::CharacterDevice => {
                let stat = rustix::fs::statat(fd, name, AtFlags::SYMLINK_NOFOLLOW);
                if stat.is_ok_and(|stat| stat.st_rdev == 0) {
                    visitor.whiteout(&self.path);
                }
                true
            }
            FileType::Directory => {
                let opened = rustix::fs::openat(fd, name, OPEN_DIRECTORY, Mode::empty());
                let is_opaque = opened.is_ok_and(|opened| {
                    OPAQUE_ATTRIBUTES.iter().any(|attribute| {
                        let mut value = [0; 1];
                        rustix::fs::fgetxattr(&opened, *attribute, &mut value[..]).is_ok() && value == *b"y"
                    })
                });
                if is_opaque {
                    visitor.opaque(&self.path);
                }
                false
            }
            FileType::RegularFile => whiteout::tell(&self.path, visitor),
            _ => false,
        }
    }

    fn is_left_out(&self, visitor: &mut dyn Visitor) -> bool {
        match self.directory.left_out.get(&self.path) {
            None => false,
            Some(reason) => {
                let reason = reason.as_deref().unwrap_or("left out as asked");
                visitor.diagnostic(Diagnostic::at(DiagnosticCode::Skipped, self.path.clone(), reason));
                true
            }
        }
    }

    fn unreadable(&self, error: &io::Error, visitor: &mut dyn Visitor) -> Option<Frame> {
        // What was there a moment ago and is gone now is nobody's fault on a living host.
        if error.kind() != io::ErrorKind::NotFound {
            let message = error.to_string();
            visitor.diagnostic(Diagnostic::at(
                DiagnosticCode::Unreadable,
                self.path.clone(),
                message,
            ));
        }
        None
    }

    fn subdirectory(
        &mut self,
        frame: &Frame,
        name: &CStr,
        depth: usize,
        visitor: &mut dyn Visitor,
    ) -> Option<Frame> {
        if depth > self.limits.depth || self.path.len() > self.limits.path_bytes {
            let message = "directories lie deeper than the limit; what is below is left out";
            visitor.diagnostic(Diagnostic::at(
                DiagnosticCode::LimitReached,
                self.path.clone(),
                message,
            ));
            return None;
        }
        let listed = frame
            .dir
            .fd()
            .and_then(|fd| rustix::fs::openat(fd, name, OPEN_DIRECTORY, Mode::empty()))
            .map_err(io::Error::from)
            .and_then(|fd| self.list(fd, visitor));
        match listed {
            Ok(below) => Some(below),
            Err(error) => self.unreadable(&error, visitor),
        }
    }

    fn list(&mut self, fd: OwnedFd, visitor: &mut dyn Visitor) -> io::Result<Frame> {
        let mut dir = Dir::new(fd)?;
        let (mut names, mut order) = (Vec::new(), Vec::new());
        while let Some(entry) = dir.read() {
            let entry = match entry {
                Ok(entry) => entry,
                // Some of the names were read; they are worth more than none.
                Err(error) => {
                    self.unreadable(&error.into(), visitor);
                    break;
                }
            };
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            if self.entries + order.len() as u64 > self.limits.entries {
                self.is_full = true;
                break;
            }
            order.push((names.len(), entry.file_type()));
            names.extend_from_slice(name.to_bytes_with_nul());
        }
        let text = |start: usize| {
            let rest = names.get(start..).unwrap_or_default();
            CStr::from_bytes_until_nul(rest)
                .map(CStr::to_bytes)
                .unwrap_or_default()
        };
        order.sort_unstable_by(|(left, _), (right, _)| text(*left).cmp(text(*right)));
        Ok(Frame {
            dir,
            names,
            order,
            next: 0,
            path_len: self.path.len(),
        })
    }

    fn file(&mut self, frame: &Frame, name: &CStr, visitor: &mut dyn Visitor) -> io::Result<()> {
        let interest = visitor.interest(&self.path);
        if interest == Interest::No {
            return Ok(());
        }
        let fd = frame.dir.fd()?;
        if interest == Interest::IfExecutable {
            let stat = rustix::fs::statat(fd, name, AtFlags::SYMLINK_NOFOLLOW)?;
            if stat.st_mode & 0o111 == 0 {
                visitor.passed_over(&self.path);
                return Ok(());
            }
        }
        let file = rustix::fs::openat(fd, name, OPEN_FILE, Mode::empty())?;
        let stat = rustix::fs::fstat(&file)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Ok(());
        }
        let size = u64::try_from(stat.st_size).unwrap_or_default();
        let file = File::from(file);
        let mut content = Content::placed(&file, 0, size, &mut self.scratch, self.limits);
        visitor.file(
            &Entry {
                path: &self.path,
                size,
                mode: stat.st_mode & 0o7777,
            },
            &mut content,
        );
        Ok(())
    }
}
