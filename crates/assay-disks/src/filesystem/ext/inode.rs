//! Inodes.

use super::superblock::Superblock;
use crate::{
    Device, DiskError,
    bytes::{le16, le32},
    device::read_vec,
};

const EXTENTS: u32 = 0x8_0000;
const INLINE: u32 = 0x1000_0000;
const ENCRYPTED: u32 = 0x800;

/// How an inode says where the content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::filesystem) enum Format {
    /// A tree of extents.
    Extents,
    /// Blocks, and blocks of block numbers.
    Blocks,
    /// The content itself.
    Inline,
    /// Nothing that can be read without a key.
    Encrypted,
}

/// An inode, as far as it is of use.
#[derive(Clone, Debug)]
pub(in crate::filesystem) struct Inode {
    pub(super) mode: u16,
    pub(super) size: u64,
    pub(super) format: Format,
    /// All of it as it lies on the disk.
    pub(super) bytes: Vec<u8>,
}

impl Inode {
    pub(super) fn read(
        device: &dyn Device,
        superblock: &Superblock,
        number: u64,
    ) -> Result<Inode, DiskError> {
        let damaged = || DiskError::damaged(format!("inode {number} of its ext file system is broken"));
        let place = superblock.inode_place(device, number)?;
        let bytes = read_vec(
            device,
            place,
            usize::try_from(superblock.inode_size).map_err(|_| damaged())?,
        )?;
        let mode = le16(&bytes, 0).ok_or_else(damaged)?;
        let flags = le32(&bytes, 32).ok_or_else(damaged)?;
        let low = u64::from(le32(&bytes, 4).ok_or_else(damaged)?);
        let high = u64::from(le32(&bytes, 108).ok_or_else(damaged)?);
        Ok(Inode {
            mode,
            size: high << 32 | low,
            format: match flags {
                _ if flags & ENCRYPTED != 0 => Format::Encrypted,
                _ if flags & INLINE != 0 => Format::Inline,
                _ if flags & EXTENTS != 0 => Format::Extents,
                _ => Format::Blocks,
            },
            bytes,
        })
    }

    /// The sixty bytes that tell where the content is, or are it.
    pub(super) fn block_field(&self) -> &[u8] {
        self.bytes.get(40..100).unwrap_or_default()
    }
}
