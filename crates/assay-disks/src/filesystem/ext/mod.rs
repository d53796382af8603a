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

use std::sync::Arc;

use self::{
    inode::{Format, Inode},
    superblock::Superblock,
};
use super::{
    extent::ExtentReader,
    inodes::{Each, Inodes},
};
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
}

impl Inodes for Ext {
    type Inode = Inode;

    fn uuid(&self) -> &str {
        &self.superblock.uuid
    }

    fn label(&self) -> &str {
        &self.superblock.label
    }

    fn root(&self) -> u64 {
        ROOT
    }

    fn inode(&self, number: u64) -> Result<Inode, DiskError> {
        Inode::read(&*self.device, &self.superblock, number)
    }

    fn mode_and_size(inode: &Inode) -> (u16, u64) {
        (inode.mode, inode.size)
    }

    fn names(&self, directory: &Inode, each: &mut Each<'_>) -> Result<(), DiskError> {
        directory::list(&*self.device, &self.superblock, directory, each)
    }

    fn content(&self, file: &Inode) -> Result<ExtentReader<'_>, DiskError> {
        Ok(ExtentReader {
            device: &*self.device,
            block: self.superblock.block,
            extents: mapping::extents(&*self.device, &self.superblock, file)?,
            inline: (file.format == Format::Inline).then(|| inline::content(file)),
            size: file.size,
            position: 0,
        })
    }
}
