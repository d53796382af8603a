//! Where the blocks of a file are.

use super::{
    inode::{Format, Inode},
    superblock::Superblock,
};
use crate::{
    Device, DiskError,
    bytes::{le16, le32},
    device::read_vec,
    filesystem::extent::{Extent, Extents},
};

/// Levels of a tree of extents; the format has no more than five.
const DEEPEST: u16 = 5;
const EXTENT_MAGIC: u16 = 0xf30a;
/// Lengths above are of extents that are reserved and read as zeros.
const WRITTEN: u16 = 32768;
/// Block numbers in an inode, before the three that lead to blocks of block numbers.
const DIRECT: usize = 12;

fn damaged() -> DiskError {
    DiskError::damaged("the list of a file's blocks in its ext file system is broken")
}

/// The extents of a file, in order.
pub(super) fn extents(
    device: &dyn Device,
    superblock: &Superblock,
    inode: &Inode,
) -> Result<Vec<Extent>, DiskError> {
    let mut gathering = Gathering {
        device,
        superblock,
        extents: Extents::new(superblock.block),
        // A tree that leads to itself could be read for long; no honest one has more blocks than this.
        budget: inode.size.min(device.len()) / superblock.block / 64 + 1024,
    };
    match inode.format {
        Format::Extents => gathering.extents(inode.block_field(), None)?,
        Format::Blocks => gathering.blocks(inode)?,
        Format::Inline => {}
        Format::Encrypted => return Err(DiskError::unsupported("encryption of single files")),
    }
    Ok(gathering.extents.into_list())
}

struct Gathering<'a> {
    device: &'a dyn Device,
    superblock: &'a Superblock,
    extents: Extents,
    budget: u64,
}

impl Gathering<'_> {
    fn read(&mut self, block: u64) -> Result<Vec<u8>, DiskError> {
        self.budget = self.budget.checked_sub(1).ok_or_else(damaged)?;
        let size = usize::try_from(self.superblock.block).map_err(|_| damaged())?;
        read_vec(self.device, self.superblock.block_place(block)?, size)
    }

    /// One node of a tree of extents; each must lie one level below the one before.
    fn extents(&mut self, node: &[u8], level: Option<u16>) -> Result<(), DiskError> {
        let (count, depth) = (
            le16(node, 2).ok_or_else(damaged)?,
            le16(node, 6).ok_or_else(damaged)?,
        );
        if le16(node, 0) != Some(EXTENT_MAGIC) || depth > DEEPEST || level.is_some_and(|level| level != depth)
        {
            return Err(damaged());
        }
        for number in 0..usize::from(count) {
            let entry = node.get(12 + number * 12..24 + number * 12).ok_or_else(damaged)?;
            let at = u64::from(le32(entry, 0).ok_or_else(damaged)?);
            if depth > 0 {
                let low = u64::from(le32(entry, 4).ok_or_else(damaged)?);
                let high = u64::from(le16(entry, 8).ok_or_else(damaged)?);
                let below = self.read(high << 32 | low)?;
                self.extents(&below, Some(depth - 1))?;
                continue;
            }
            let len = le16(entry, 4).ok_or_else(damaged)?;
            let high = u64::from(le16(entry, 6).ok_or_else(damaged)?);
            let block = high << 32 | u64::from(le32(entry, 8).ok_or_else(damaged)?);
            let (place, count) = match len {
                len if len > WRITTEN => (None, len - WRITTEN),
                len => (Some(self.superblock.block_place(block)?), len),
            };
            self.extents.push(Extent {
                at,
                place,
                count: u64::from(count),
            })?;
        }
        Ok(())
    }

    fn blocks(&mut self, inode: &Inode) -> Result<(), DiskError> {
        let wanted = inode.size.div_ceil(self.superblock.block);
        let mut at = 0;
        for number in 0..DIRECT + 3 {
            if at >= wanted {
                break;
            }
            let block = u64::from(le32(inode.block_field(), number * 4).ok_or_else(damaged)?);
            let level = number.saturating_sub(DIRECT - 1);
            self.below(block, level, &mut at, wanted)?;
        }
        Ok(())
    }

    /// The blocks below one that is so many levels above content.
    fn below(&mut self, block: u64, level: usize, at: &mut u64, wanted: u64) -> Result<(), DiskError> {
        let per_block = self.superblock.block / 4;
        let covered = per_block.saturating_pow(u32::try_from(level).unwrap_or(u32::MAX));
        if block == 0 || level == 0 {
            if block != 0 {
                self.extents.push(Extent {
                    at: *at,
                    place: Some(self.superblock.block_place(block)?),
                    count: 1,
                })?;
            }
            *at = at.saturating_add(covered);
            return Ok(());
        }
        let node = self.read(block)?;
        let numbers: Vec<u64> = node
            .chunks_exact(4)
            .filter_map(|bytes| le32(bytes, 0).map(u64::from))
            .collect();
        for number in numbers {
            if *at >= wanted {
                break;
            }
            self.below(number, level - 1, at, wanted)?;
        }
        Ok(())
    }
}
