//! What file systems have in common whose files go by the numbers of their inodes.

use std::io::Read;

use super::{DirectoryEntry, FileKind, FileSystem, Place, Stat, extent::ExtentReader};
use crate::DiskError;

/// Takes a name, the number of its inode, and what that is where the directory says it; `false` ends the list.
pub(super) type Each<'e> = dyn FnMut(&[u8], u64, Option<FileKind>) -> bool + 'e;

/// A file system by inodes.
pub(super) trait Inodes {
    /// An inode as far as it is of use.
    type Inode;

    fn uuid(&self) -> &str;
    fn label(&self) -> &str;
    /// The number of the root directory.
    fn root(&self) -> u64;
    fn inode(&self, number: u64) -> Result<Self::Inode, DiskError>;
    /// Type and permissions, and the size in bytes.
    fn mode_and_size(inode: &Self::Inode) -> (u16, u64);
    /// Gives every name of a directory.
    fn names(&self, directory: &Self::Inode, each: &mut Each<'_>) -> Result<(), DiskError>;
    fn content(&self, file: &Self::Inode) -> Result<ExtentReader<'_>, DiskError>;

    /// What an inode is of.
    fn kind(inode: &Self::Inode) -> FileKind {
        match Self::mode_and_size(inode).0 & 0o170_000 {
            0o100_000 => FileKind::File,
            0o040_000 => FileKind::Directory,
            0o120_000 => FileKind::SymbolicLink,
            _ => FileKind::Other,
        }
    }
}

/// What a directory says that a name stands for; the numbers are those of Linux's `readdir`.
pub(super) fn kind_in_directory(number: u8) -> Option<FileKind> {
    match number {
        1 => Some(FileKind::File),
        2 => Some(FileKind::Directory),
        7 => Some(FileKind::SymbolicLink),
        3..=6 => Some(FileKind::Other),
        _ => None,
    }
}

impl<T: Inodes> FileSystem for T {
    fn uuid(&self) -> String {
        Inodes::uuid(self).to_owned()
    }

    fn label(&self) -> String {
        Inodes::label(self).to_owned()
    }

    fn root(&self) -> Place {
        Place(Inodes::root(self))
    }

    fn list(&self, directory: Place, each: &mut dyn FnMut(DirectoryEntry) -> bool) -> Result<(), DiskError> {
        let inode = self.inode(directory.0)?;
        if T::kind(&inode) != FileKind::Directory {
            return Err(DiskError::damaged(
                "a directory's inode is that of something else",
            ));
        }
        let mut failure = None;
        self.names(&inode, &mut |name, number, kind| {
            if matches!(name, b"." | b"..") {
                return true;
            }
            // Old file systems do not say in the directory what a name stands for.
            let kind = match kind.map_or_else(|| self.inode(number).map(|inode| T::kind(&inode)), Ok) {
                Ok(kind) => kind,
                Err(error) => {
                    failure = Some(error);
                    return true;
                }
            };
            each(DirectoryEntry {
                name: name.to_vec(),
                kind,
                place: Place(number),
            })
        })?;
        failure.map_or(Ok(()), Err)
    }

    fn stat(&self, file: Place) -> Result<Stat, DiskError> {
        let (mode, size) = T::mode_and_size(&self.inode(file.0)?);
        Ok(Stat {
            size,
            mode: u32::from(mode & 0o7777),
        })
    }

    fn open<'a>(&'a self, file: Place) -> Result<Box<dyn Read + 'a>, DiskError> {
        let inode = self.inode(file.0)?;
        if T::kind(&inode) != FileKind::File {
            return Err(DiskError::damaged("a file's inode is that of something else"));
        }
        Ok(Box::new(self.content(&inode)?))
    }
}
