//! The superblock and the descriptors of groups.

use crate::{
    Device, DiskError,
    bytes::{le16, le32, text, uuid},
    device::read_vec,
};

const PLACE: u64 = 1024;

/// Incompatible features by bit.
const FILE_TYPES: u32 = 0x2;
const NEEDS_RECOVERY: u32 = 0x4;
const META_GROUPS: u32 = 0x10;
const WIDE: u32 = 0x80;
/// File types, recovery, meta groups, extents, 64 bit, multiple mounts, flexible groups, values in inodes, checksum seed,
/// large directories, inline data, encryption, case folding.
const KNOWN: u32 = 0x3e7d6 | FILE_TYPES | NEEDS_RECOVERY | META_GROUPS | WIDE;
/// Has copies of the superblock in few groups only.
const SPARSE_COPIES: u32 = 0x1;
/// Has a journal.
const JOURNAL: u32 = 0x4;

/// What reading needs to know.
#[derive(Clone, Debug)]
pub(super) struct Superblock {
    pub(super) block: u64,
    pub(super) has_file_types: bool,
    pub(super) inodes: u64,
    pub(super) inode_size: u64,
    inodes_per_group: u64,
    blocks_per_group: u64,
    first_block: u64,
    descriptor: u64,
    /// The first group of descriptors that lies apart from the others.
    first_meta_group: Option<u64>,
    has_sparse_copies: bool,
    /// The inode of a journal that is to be replayed.
    pub(super) journal: Option<u64>,
    pub(super) uuid: String,
    pub(super) label: String,
}

impl Superblock {
    pub(super) fn read(device: &dyn Device) -> Result<Superblock, DiskError> {
        let damaged = || DiskError::damaged("the superblock of its ext file system makes no sense");
        let bytes = read_vec(device, PLACE, 1024)?;
        let u16 = |at| le16(&bytes, at).map(u64::from).ok_or_else(damaged);
        let u32 = |at| le32(&bytes, at).ok_or_else(damaged);
        if u16(56)? != 0xef53 {
            return Err(damaged());
        }
        let is_dynamic = u32(76)? > 0;
        let feature = |at| if is_dynamic { u32(at) } else { Ok(0) };
        let (compatible, incompatible, read_only) = (feature(92)?, feature(96)?, feature(100)?);
        if incompatible & !KNOWN != 0 {
            let unknown = incompatible & !KNOWN;
            return Err(DiskError::unsupported(format!(
                "features of ext4 that are unknown here ({unknown:#x})"
            )));
        }
        let size_bits = u32(24)?;
        if size_bits > 6 {
            return Err(damaged());
        }
        let superblock = Superblock {
            block: 1024 << size_bits,
            has_file_types: incompatible & FILE_TYPES != 0,
            inodes: u64::from(u32(0)?),
            inode_size: if is_dynamic { u16(88)? } else { 128 },
            inodes_per_group: u64::from(u32(40)?),
            blocks_per_group: u64::from(u32(32)?),
            first_block: u64::from(u32(20)?),
            descriptor: if incompatible & WIDE != 0 { u16(254)? } else { 32 },
            first_meta_group: (incompatible & META_GROUPS != 0).then_some(u64::from(u32(260)?)),
            has_sparse_copies: read_only & SPARSE_COPIES != 0,
            journal: (compatible & JOURNAL != 0 && incompatible & NEEDS_RECOVERY != 0)
                .then_some(u64::from(u32(224)?))
                .filter(|inode| *inode != 0),
            uuid: uuid(&bytes, 104).ok_or_else(damaged)?,
            label: text(bytes.get(120..136).ok_or_else(damaged)?),
        };
        let is_sane = superblock.inodes_per_group > 0
            && superblock.blocks_per_group > 0
            && superblock.first_block <= 1
            && (128..=superblock.block).contains(&superblock.inode_size)
            && (32..=superblock.block).contains(&superblock.descriptor);
        is_sane.then_some(superblock).ok_or_else(damaged)
    }

    /// Where a block is, by its number.
    pub(super) fn block_place(&self, number: u64) -> Result<u64, DiskError> {
        number
            .checked_mul(self.block)
            .ok_or_else(|| DiskError::damaged("a block number of its ext file system is beyond all disks"))
    }

    /// Where an inode is.
    pub(super) fn inode_place(&self, device: &dyn Device, number: u64) -> Result<u64, DiskError> {
        let damaged = || DiskError::damaged(format!("its ext file system has no inode {number}"));
        if number == 0 || number > self.inodes {
            return Err(damaged());
        }
        let (group, index) = (
            (number - 1) / self.inodes_per_group,
            (number - 1) % self.inodes_per_group,
        );
        let descriptor = read_vec(
            device,
            self.descriptor_place(group)?,
            32.max(self.descriptor.min(64) as usize),
        )?;
        let low = u64::from(le32(&descriptor, 8).ok_or_else(damaged)?);
        let high = if self.descriptor >= 64 {
            u64::from(le32(&descriptor, 40).unwrap_or_default())
        } else {
            0
        };
        let table = self.block_place(high << 32 | low)?;
        table.checked_add(index * self.inode_size).ok_or_else(damaged)
    }

    fn descriptor_place(&self, group: u64) -> Result<u64, DiskError> {
        let per_block = self.block / self.descriptor;
        let (number, index) = (group / per_block, group % per_block);
        let block = match self.first_meta_group.filter(|first| number >= *first) {
            // Each block of descriptors lies in the first of the groups that it describes.
            Some(_) => {
                let first = number * per_block;
                let copy = u64::from(self.has_copy(first));
                self.first_block + first.saturating_mul(self.blocks_per_group) + copy
            }
            // Right behind the superblock, which lies in the second block only where blocks have 1 KiB.
            None => PLACE / self.block + 1 + number,
        };
        Ok(self.block_place(block)? + index * self.descriptor)
    }

    /// Whether a group begins with a copy of the superblock: all of them, or 0, 1 and the powers of 3, 5 and 7.
    fn has_copy(&self, group: u64) -> bool {
        let is_power = |base: u64| {
            let mut power = base;
            while power < group {
                power = power.saturating_mul(base);
            }
            power == group
        };
        !self.has_sparse_copies || group <= 1 || [3, 5, 7].into_iter().any(is_power)
    }
}
