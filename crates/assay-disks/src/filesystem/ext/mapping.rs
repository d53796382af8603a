//! Where the blocks of a file are, and the reading of it.

use std::{io, io::Read};

use super::{
    inline,
    inode::{Format, Inode},
    superblock::Superblock,
};
use crate::{
    Device, DiskError,
    bytes::{le16, le32},
    device::read_vec,
};

/// Runs of blocks of one file.
const MOST_RUNS: usize = 4 << 20;
/// Levels of a tree of extents; the format has no more than five.
const DEEPEST: u16 = 5;
const EXTENT_MAGIC: u16 = 0xf30a;
/// Lengths above are of extents that are reserved and read as zeros.
const WRITTEN: u16 = 32768;
/// Block numbers in an inode, before the three that lead to blocks of block numbers.
const DIRECT: usize = 12;

/// A run of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// First block in the file.
    pub(super) at: u64,
    /// First block on the disk; `None` for zeros.
    pub(super) block: Option<u64>,
    pub(super) count: u64,
}

fn damaged() -> DiskError {
    DiskError::damaged("the list of a file's blocks in its ext file system is broken")
}

/// The runs of a file, in order; what none covers is zeros.
pub(super) fn runs(
    device: &dyn Device,
    superblock: &Superblock,
    inode: &Inode,
) -> Result<Vec<Run>, DiskError> {
    let mut gathering = Gathering {
        device,
        superblock,
        runs: Vec::new(),
        // A tree that leads to itself could be read for long; no honest one has more blocks than this.
        budget: inode.size / superblock.block / 64 + 1024,
    };
    match inode.format {
        Format::Extents => gathering.extents(inode.block_field(), None)?,
        Format::Blocks => gathering.blocks(inode)?,
        Format::Inline => {}
        Format::Encrypted => return Err(DiskError::unsupported("encryption of single files")),
    }
    gathering.runs.sort_by_key(|run| run.at);
    Ok(gathering.runs)
}

struct Gathering<'a> {
    device: &'a dyn Device,
    superblock: &'a Superblock,
    runs: Vec<Run>,
    budget: u64,
}

impl Gathering<'_> {
    fn read(&mut self, block: u64) -> Result<Vec<u8>, DiskError> {
        self.budget = self.budget.checked_sub(1).ok_or_else(damaged)?;
        let size = usize::try_from(self.superblock.block).map_err(|_| damaged())?;
        read_vec(self.device, self.superblock.block_place(block)?, size)
    }

    fn push(&mut self, run: Run) -> Result<(), DiskError> {
        if self.runs.len() >= MOST_RUNS {
            return Err(damaged());
        }
        match self.runs.last_mut() {
            Some(last)
                if last.at + last.count == run.at
                    && last
                        .block
                        .zip(run.block)
                        .is_some_and(|(one, next)| one + last.count == next) =>
            {
                last.count += run.count;
            }
            _ => self.runs.push(run),
        }
        Ok(())
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
            let (block, count) = if len > WRITTEN {
                (None, len - WRITTEN)
            } else {
                (Some(block), len)
            };
            self.push(Run {
                at,
                block,
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
                self.push(Run {
                    at: *at,
                    block: Some(block),
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

/// Reads a file from its start.
pub(super) struct FileReader<'a> {
    device: &'a dyn Device,
    superblock: Superblock,
    runs: Vec<Run>,
    inline: Option<Vec<u8>>,
    size: u64,
    position: u64,
}

impl<'a> FileReader<'a> {
    pub(super) fn open(
        device: &'a dyn Device,
        superblock: &Superblock,
        inode: &Inode,
    ) -> Result<FileReader<'a>, DiskError> {
        Ok(FileReader {
            device,
            superblock: superblock.clone(),
            runs: runs(device, superblock, inode)?,
            inline: (inode.format == Format::Inline).then(|| inline::content(inode)),
            size: inode.size,
            position: 0,
        })
    }
}

impl Read for FileReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.size.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let room = left.min(buffer.len());
        let Some(buffer) = buffer.get_mut(..room).filter(|buffer| !buffer.is_empty()) else {
            return Ok(0);
        };
        if let Some(inline) = &self.inline {
            let start = usize::try_from(self.position).unwrap_or(usize::MAX);
            let read = inline.get(start..).unwrap_or_default().read(buffer)?;
            self.position += read as u64;
            return Ok(read);
        }
        let size = self.superblock.block;
        let block = self.position / size;
        let next = self.runs.partition_point(|run| run.at <= block);
        let inside = next.checked_sub(1).and_then(|at| self.runs.get(at));
        let inside = inside.filter(|run| block < run.at + run.count);
        let end = match (inside, self.runs.get(next)) {
            (Some(run), _) => run.at + run.count,
            (None, Some(later)) => later.at,
            (None, None) => u64::MAX / size,
        };
        let until = end.saturating_mul(size).saturating_sub(self.position);
        let count = usize::try_from(until).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = buffer.get_mut(..count).unwrap_or_default();
        match inside.and_then(|run| Some((run.block?, run.at))) {
            Some((block, at)) => {
                let start = self.superblock.block_place(block)?;
                self.device
                    .read_at(buffer, start.saturating_add(self.position - at * size))?;
            }
            None => buffer.fill(0),
        }
        self.position += count as u64;
        Ok(count)
    }
}
