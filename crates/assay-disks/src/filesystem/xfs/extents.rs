//! Extents: where the content of a file is, as a list or a tree, and the reading of it.

use std::{io, io::Read};

use super::{
    inode::{Format, Inode},
    superblock::Superblock,
};
use crate::{
    Device, DiskError,
    bytes::{be16, be64},
    device::read_vec,
};

/// Extents of one file that are read; a file of 1 TiB in pieces of 256 KiB has as many.
const MOST_EXTENTS: usize = 4 << 20;
/// Levels of a tree of extents; the format has no more than nine.
const DEEPEST: u16 = 9;

/// A run of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// First block in the file.
    pub(super) at: u64,
    /// First block on the disk.
    pub(super) block: u64,
    pub(super) count: u64,
    /// It is reserved and reads as zeros.
    pub(super) is_unwritten: bool,
}

/// Source: `xfs_bmbt_rec`: one bit of state, 54 of offset, 52 of block, 21 of count.
fn extent(record: &[u8]) -> Option<Extent> {
    let (high, low) = (be64(record, 0)?, be64(record, 8)?);
    Some(Extent {
        at: (high >> 9) & ((1 << 54) - 1),
        block: (high & 0x1ff) << 43 | low >> 21,
        count: low & ((1 << 21) - 1),
        is_unwritten: high >> 63 != 0,
    })
}

/// The extents of a data fork, in order of the file.
pub(super) fn of(
    device: &dyn Device,
    superblock: &Superblock,
    inode: &Inode,
) -> Result<Vec<Extent>, DiskError> {
    let mut extents = Vec::new();
    match inode.format {
        Format::Extents => {
            let count = usize::try_from(inode.extents).unwrap_or(usize::MAX);
            let records = inode.fork.chunks_exact(16).take(count);
            extents.extend(records.filter_map(extent));
        }
        Format::Tree => {
            let damaged = || DiskError::damaged("a tree of extents of its XFS is broken");
            let level = be16(&inode.fork, 0).ok_or_else(damaged)?;
            let count = usize::from(be16(&inode.fork, 2).ok_or_else(damaged)?);
            // Keys come first, room for as many as fit beside their pointers.
            let room = (inode.fork.len() - 4) / 16;
            if level == 0 || level > DEEPEST || count > room {
                return Err(damaged());
            }
            for number in 0..count {
                let pointer = be64(&inode.fork, 4 + room * 8 + number * 8).ok_or_else(damaged)?;
                subtree(device, superblock, pointer, level - 1, &mut extents)?;
            }
        }
        Format::Local | Format::Other => {}
    }
    extents.sort_by_key(|extent| extent.at);
    Ok(extents)
}

fn subtree(
    device: &dyn Device,
    superblock: &Superblock,
    block: u64,
    level: u16,
    extents: &mut Vec<Extent>,
) -> Result<(), DiskError> {
    let damaged = || DiskError::damaged("a tree of extents of its XFS is broken");
    let size = usize::try_from(superblock.block()).map_err(|_| damaged())?;
    let bytes = read_vec(device, superblock.block_place(block)?, size)?;
    let (magic, header) = match superblock.is_version_5 {
        true => (b"BMA3", 72),
        false => (b"BMAP", 24),
    };
    // The level goes down by one each time, so a tree that leads to itself ends.
    if !bytes.starts_with(magic) || be16(&bytes, 4) != Some(level) {
        return Err(damaged());
    }
    let count = usize::from(be16(&bytes, 6).ok_or_else(damaged)?);
    let room = (size - header) / 16;
    if count > room {
        return Err(damaged());
    }
    for number in 0..count {
        if extents.len() > MOST_EXTENTS {
            return Err(DiskError::damaged(format!(
                "a file of its XFS has more than {MOST_EXTENTS} extents"
            )));
        }
        if level == 0 {
            let record = bytes.get(header + number * 16..).ok_or_else(damaged)?;
            extents.push(extent(record).ok_or_else(damaged)?);
        } else {
            let pointer = be64(&bytes, header + room * 8 + number * 8).ok_or_else(damaged)?;
            subtree(device, superblock, pointer, level - 1, extents)?;
        }
    }
    Ok(())
}

/// Reads a file from its start; what no extent covers is zeros.
pub(super) struct FileReader<'a> {
    device: &'a dyn Device,
    superblock: Superblock,
    extents: Vec<Extent>,
    local: Option<Vec<u8>>,
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
            extents: of(device, superblock, inode)?,
            local: (inode.format == Format::Local).then(|| inode.fork.clone()),
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
        if let Some(local) = &self.local {
            let start = usize::try_from(self.position).unwrap_or(usize::MAX);
            let read = local.get(start..).unwrap_or_default().read(buffer)?;
            self.position += read as u64;
            return Ok(read);
        }
        let bits = self.superblock.block_bits;
        let block = self.position >> bits;
        let next = self.extents.partition_point(|extent| extent.at <= block);
        let inside = next.checked_sub(1).and_then(|at| self.extents.get(at));
        let inside = inside.filter(|extent| block < extent.at + extent.count);
        // Where the extent, or the hole, ends.
        let end_block = match (inside, self.extents.get(next)) {
            (Some(extent), _) => extent.at + extent.count,
            (None, Some(later)) => later.at,
            (None, None) => u64::MAX >> bits,
        };
        let until = (end_block << bits).saturating_sub(self.position);
        let count = usize::try_from(until).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = buffer.get_mut(..count).unwrap_or_default();
        match inside.filter(|extent| !extent.is_unwritten) {
            Some(extent) => {
                // Blocks of one extent lie in one group, one after another.
                let start = self.superblock.block_place(extent.block)?;
                let offset = self.position - (extent.at << bits);
                self.device.read_at(buffer, start.saturating_add(offset))?;
            }
            None => buffer.fill(0),
        }
        self.position += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records() {
        let high: u64 = 1 << 63 | 5 << 9 | 1;
        let low: u64 = 7 << 21 | 3;
        let record: Vec<u8> = [high.to_be_bytes(), low.to_be_bytes()].concat();
        let expected = Extent {
            at: 5,
            block: (1 << 43) + 7,
            count: 3,
            is_unwritten: true,
        };
        assert_eq!(extent(&record), Some(expected));
        assert_eq!(extent(&record[1..]), None);
    }
}
