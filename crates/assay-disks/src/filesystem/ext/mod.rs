//! ext2, ext3 and ext4, their journal replayed in memory.
//!
//! Source: "ext4 Data Structures and Algorithms" of the Linux kernel's documentation, and its chapter on the journal
//! (jbd2).

mod directory;
mod inline;
mod inode;
mod journal;
mod mapping;
mod superblock;

use std::{io::Read, sync::Arc};

use self::{inode::Inode, mapping::FileReader, superblock::Superblock};
use super::{DirectoryEntry, FileKind, FileSystem, Place, Stat};
use crate::{Device, DiskError};

/// The inode of the root directory.
const ROOT: u64 = 2;

/// An open file system; places are inode numbers.
pub(super) struct Ext {
    device: Arc<dyn Device>,
    superblock: Superblock,
}

impl Ext {
    pub(super) fn open(device: Arc<dyn Device>) -> Result<Ext, DiskError> {
        let superblock = Superblock::read(&*device)?;
        let device = match superblock.journal {
            Some(inode) => journal::replayed(device, &superblock, inode)?,
            None => device,
        };
        Ok(Ext { device, superblock })
    }

    fn inode(&self, place: Place) -> Result<Inode, DiskError> {
        Inode::read(&*self.device, &self.superblock, place.0)
    }
}

impl FileSystem for Ext {
    fn uuid(&self) -> String {
        self.superblock.uuid.clone()
    }

    fn label(&self) -> String {
        self.superblock.label.clone()
    }

    fn root(&self) -> Place {
        Place(ROOT)
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
                let place = Place(number);
                // File systems from before 1999 do not say in the directory what a name stands for.
                let kind = match kind.map_or_else(|| self.inode(place).map(|inode| inode.kind()), Ok) {
                    Ok(kind) => kind,
                    Err(error) => {
                        failure = Some(error);
                        return true;
                    }
                };
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
