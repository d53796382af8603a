//! The superblock: sizes of everything else.

use crate::{
    Device, DiskError,
    bytes::{be16, be32, be64, text, uuid},
    device::read_vec,
};

/// Features that change what is read; the numbers are bits of `sb_features_incompat`.
const FILE_TYPES: u32 = 1;
/// Of these none changes what is read, or it is handled: file types, sparse inodes, metadata UUID, big timestamps, needs
/// repair, large extent counters, exchanged ranges, parent pointers.
const KNOWN_FEATURES: u32 = 0xff;
/// Bit of `sb_features2` of version 4 for file types in directories.
const FILE_TYPES_OF_4: u32 = 0x200;

/// What reading needs to know.
#[derive(Clone, Debug)]
pub(super) struct Superblock {
    /// Version 5 has longer headers everywhere.
    pub(super) is_version_5: bool,
    pub(super) has_file_types: bool,
    pub(super) block_bits: u32,
    pub(super) inode_bits: u32,
    pub(super) inodes_per_block_bits: u32,
    /// Blocks of a group.
    pub(super) group_blocks: u64,
    pub(super) group_blocks_bits: u32,
    pub(super) groups: u64,
    /// Blocks of a directory block.
    pub(super) directory_block_bits: u32,
    pub(super) root: u64,
    pub(super) uuid: String,
    pub(super) label: String,
}

impl Superblock {
    pub(super) fn read(device: &dyn Device) -> Result<Superblock, DiskError> {
        let damaged = || DiskError::damaged("the superblock of its XFS makes no sense");
        let bytes = read_vec(device, 0, 512)?;
        if !bytes.starts_with(b"XFSB") {
            return Err(damaged());
        }
        let version = be16(&bytes, 100).ok_or_else(damaged)? & 15;
        if !(4..=5).contains(&version) {
            return Err(DiskError::unsupported(format!("version {version} of XFS")));
        }
        let is_version_5 = version == 5;
        let incompatible = if is_version_5 {
            be32(&bytes, 216).ok_or_else(damaged)?
        } else {
            0
        };
        if incompatible & !KNOWN_FEATURES != 0 {
            let unknown = incompatible & !KNOWN_FEATURES;
            return Err(DiskError::unsupported(format!(
                "features of XFS that are unknown here ({unknown:#x})"
            )));
        }
        let byte = |at: usize| bytes.get(at).map(|byte| u32::from(*byte)).ok_or_else(damaged);
        let superblock = Superblock {
            is_version_5,
            has_file_types: match is_version_5 {
                true => incompatible & FILE_TYPES != 0,
                false => be32(&bytes, 200).ok_or_else(damaged)? & FILE_TYPES_OF_4 != 0,
            },
            block_bits: byte(120)?,
            inode_bits: byte(122)?,
            inodes_per_block_bits: byte(123)?,
            group_blocks: u64::from(be32(&bytes, 84).ok_or_else(damaged)?),
            group_blocks_bits: byte(124)?,
            groups: u64::from(be32(&bytes, 88).ok_or_else(damaged)?),
            directory_block_bits: byte(192)?,
            root: be64(&bytes, 56).ok_or_else(damaged)?,
            // Users see the first even where the metadata have another.
            uuid: uuid(&bytes, 32).ok_or_else(damaged)?,
            label: text(bytes.get(108..120).ok_or_else(damaged)?),
        };
        let is_sane = (9..=16).contains(&superblock.block_bits)
            && (8..=11).contains(&superblock.inode_bits)
            && superblock.inode_bits + superblock.inodes_per_block_bits == superblock.block_bits
            && superblock.group_blocks_bits <= 31
            && (1..=1 << superblock.group_blocks_bits).contains(&superblock.group_blocks)
            && superblock.directory_block_bits + superblock.block_bits <= 16
            && superblock.groups > 0;
        is_sane.then_some(superblock).ok_or_else(damaged)
    }

    /// Bytes of a block.
    pub(super) fn block(&self) -> u64 {
        1 << self.block_bits
    }

    /// Where a block is, by its number: the group above, the block in it below.
    pub(super) fn block_place(&self, number: u64) -> Result<u64, DiskError> {
        let group = number >> self.group_blocks_bits;
        let inside = number & ((1 << self.group_blocks_bits) - 1);
        self.place(group, inside)
    }

    /// Where an inode is.
    pub(super) fn inode_place(&self, number: u64) -> Result<u64, DiskError> {
        let block_bits = self.group_blocks_bits + self.inodes_per_block_bits;
        let group = number >> block_bits;
        let inside = (number >> self.inodes_per_block_bits) & ((1 << self.group_blocks_bits) - 1);
        let index = number & ((1 << self.inodes_per_block_bits) - 1);
        Ok(self
            .place(group, inside)?
            .saturating_add(index << self.inode_bits))
    }

    fn place(&self, group: u64, block: u64) -> Result<u64, DiskError> {
        let number = (group < self.groups && block < self.group_blocks)
            .then(|| group.checked_mul(self.group_blocks)?.checked_add(block))
            .flatten();
        number
            .and_then(|number| number.checked_mul(self.block()))
            .ok_or_else(|| DiskError::damaged("a block number of its XFS lies in no group"))
    }
}

#[cfg(test)]
impl Superblock {
    /// One group of 64 blocks of 512 bytes, directory blocks of two of them.
    pub(super) fn small() -> Superblock {
        Superblock {
            is_version_5: false,
            has_file_types: true,
            block_bits: 9,
            inode_bits: 8,
            inodes_per_block_bits: 1,
            group_blocks: 64,
            group_blocks_bits: 6,
            groups: 1,
            directory_block_bits: 1,
            root: 2,
            uuid: String::new(),
            label: String::new(),
        }
    }
}
