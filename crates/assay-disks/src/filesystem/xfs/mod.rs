//! XFS, versions 4 and 5, read as the blocks have it: what only the log has yet is not seen.
//!
//! Source: "XFS Algorithms & Data Structures" (the XFS documentation of the Linux kernel), `libxfs/xfs_format.h` and
//! `xfs_da_format.h` of the kernel for field offsets.

mod directory;
mod extents;
mod inode;
mod superblock;

use std::{io::Read, sync::Arc};

use self::{extents::FileReader, inode::Inode, superblock::Superblock};
use super::{DirectoryEntry, FileKind, FileSystem, Place, Stat};
use crate::{Device, DiskError};

/// An open file system; places are inode numbers.
pub(super) struct Xfs {
    device: Arc<dyn Device>,
    superblock: Superblock,
}

impl Xfs {
    pub(super) fn open(device: Arc<dyn Device>) -> Result<Xfs, DiskError> {
        let superblock = Superblock::read(&*device)?;
        Ok(Xfs { device, superblock })
    }

    fn inode(&self, place: Place) -> Result<Inode, DiskError> {
        Inode::read(&*self.device, &self.superblock, place.0)
    }

    /// What a directory entry leads to, from the inode; for file systems that do not keep it in the entry.
    fn kind_of(&self, number: u64) -> Result<FileKind, DiskError> {
        Ok(Inode::read(&*self.device, &self.superblock, number)?.kind())
    }
}

impl FileSystem for Xfs {
    fn uuid(&self) -> String {
        self.superblock.uuid.clone()
    }

    fn label(&self) -> String {
        self.superblock.label.clone()
    }

    fn root(&self) -> Place {
        Place(self.superblock.root)
    }

    fn list(&self, directory: Place, each: &mut dyn FnMut(DirectoryEntry) -> bool) -> Result<(), DiskError> {
        let inode = self.inode(directory)?;
        if inode.kind() != FileKind::Directory {
            return Err(DiskError::damaged(
                "a directory's inode is that of something else",
            ));
        }
        let mut failure = None;
        directory::list(
            &*self.device,
            &self.superblock,
            &inode,
            &mut |name, number, kind| {
                if matches!(name, b"." | b"..") {
                    return true;
                }
                let kind = match kind.map_or_else(|| self.kind_of(number), Ok) {
                    Ok(kind) => kind,
                    Err(error) => {
                        failure = Some(error);
                        return true;
                    }
                };
                let place = Place(number);
                each(DirectoryEntry {
                    name: name.to_vec(),
                    kind,
                    place,
                })
            },
        )?;
        failure.map_or(Ok(()), Err)
    }

    fn stat(&self, file: Place) -> Result<Stat, DiskError> {
        let inode = self.inode(file)?;
        Ok(Stat {
            size: inode.size,
            mode: u32::from(inode.mode & 0o7777),
        })
    }

    fn open<'a>(&'a self, file: Place) -> Result<Box<dyn Read + 'a>, DiskError> {
        let inode = self.inode(file)?;
        if inode.kind() != FileKind::File {
            return Err(DiskError::damaged("a file's inode is that of something else"));
        }
        Ok(Box::new(FileReader::open(
            &*self.device,
            &self.superblock,
            &inode,
        )?))
    }
}
