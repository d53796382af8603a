//! XFS, versions 4 and 5, read as the blocks have it: what only the log has yet is not seen.
//!
//! Source: "XFS Algorithms & Data Structures" (the XFS documentation of the Linux kernel), `libxfs/xfs_format.h` and
//! `xfs_da_format.h` of the kernel for field offsets.

mod directory;
mod extents;
mod inode;
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
}

impl Inodes for Xfs {
    type Inode = Inode;

    fn uuid(&self) -> &str {
        &self.superblock.uuid
    }

    fn label(&self) -> &str {
        &self.superblock.label
    }

    fn root(&self) -> u64 {
        self.superblock.root
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
            block: self.superblock.block(),
            extents: extents::of(&*self.device, &self.superblock, file)?,
            inline: (file.format == Format::Local).then(|| file.fork.clone()),
            size: file.size,
            position: 0,
        })
    }
}
