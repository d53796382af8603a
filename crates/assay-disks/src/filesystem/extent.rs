//! The content of a file as runs of blocks, and the reading of it.

use std::{io, io::Read};

use crate::{Device, DiskError};

/// Extents of one file; a file of 256 GiB in pieces of 256 KiB has as many.
const MOST_EXTENTS: usize = 1 << 20;

/// A run of blocks of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// First block in the file.
    pub(super) at: u64,
    /// Where that is on the device, in bytes; `None` for zeros.
    pub(super) place: Option<u64>,
    /// Blocks.
    pub(super) count: u64,
}

/// The extents of a file as they are gathered, in its order.
pub(super) struct Extents {
    list: Vec<Extent>,
    /// Bytes of a block.
    block: u64,
}

impl Extents {
    pub(super) fn new(block: u64) -> Extents {
        Extents {
            list: Vec::new(),
            block,
        }
    }

    /// Adds what comes next in the file. Trees have their extents in order, so one that leads to a part of itself twice
    /// shows at once.
    pub(super) fn push(&mut self, extent: Extent) -> Result<(), DiskError> {
        let Some(last) = self.list.last_mut() else {
            self.list.push(extent);
            return Ok(());
        };
        let end = last.at.saturating_add(last.count);
        if extent.at < end {
            return Err(DiskError::damaged(
                "extents of a file overlap or are out of order",
            ));
        }
        let place = last
            .place
            .map(|place| place.saturating_add(last.count.saturating_mul(self.block)));
        if end == extent.at && place.is_some() && place == extent.place {
            last.count = last.count.saturating_add(extent.count);
        } else if self.list.len() < MOST_EXTENTS {
            self.list.push(extent);
        } else {
            return Err(DiskError::damaged(format!(
                "a file has more than {MOST_EXTENTS} extents"
            )));
        }
        Ok(())
    }

    pub(super) fn into_list(self) -> Vec<Extent> {
        self.list
    }
}

/// Reads a file from its start; what no extent covers is zeros.
pub(super) struct ExtentReader<'a> {
    pub(super) device: &'a dyn Device,
    /// Bytes of a block.
    pub(super) block: u64,
    /// In order of the file.
    pub(super) extents: Vec<Extent>,
    /// The content itself, where it lies in the inode.
    pub(super) inline: Option<Vec<u8>>,
    pub(super) size: u64,
    pub(super) position: u64,
}

impl Read for ExtentReader<'_> {
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
        let block = self.position / self.block;
        let next = self.extents.partition_point(|extent| extent.at <= block);
        let inside = next.checked_sub(1).and_then(|at| self.extents.get(at));
        let inside = inside.filter(|extent| block - extent.at < extent.count);
        // Where the extent, or the hole, ends.
        let end = match (inside, self.extents.get(next)) {
            (Some(extent), _) => extent.at.saturating_add(extent.count),
            (None, Some(later)) => later.at,
            (None, None) => u64::MAX,
        };
        let until = end.saturating_mul(self.block).saturating_sub(self.position);
        let count = usize::try_from(until).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = buffer.get_mut(..count).unwrap_or_default();
        match inside.and_then(|extent| Some((extent.place?, extent.at))) {
            Some((place, at)) => {
                let offset = self.position - at * self.block;
                self.device.read_at(buffer, place.saturating_add(offset))?;
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
    use crate::device::memory::Memory;

    #[test]
    fn gathered_in_order() {
        let extent = |at, place, count| Extent { at, place, count };
        let mut extents = Extents::new(2);
        for next in [extent(0, Some(8), 3), extent(3, Some(14), 1), extent(7, None, 1)] {
            extents.push(next).unwrap();
        }
        assert!(extents.push(extent(7, Some(0), 1)).is_err());
        assert_eq!(extents.into_list(), [extent(0, Some(8), 4), extent(7, None, 1)]);
    }

    #[test]
    fn holes_and_runs() {
        let device = Memory((0..16).collect());
        let extent = |at, place, count| Extent { at, place, count };
        let mut reader = ExtentReader {
            device: &device,
            block: 2,
            extents: vec![extent(1, Some(4), 2), extent(3, None, 1), extent(5, Some(0), 1)],
            inline: None,
            size: 13,
            position: 0,
        };
        let mut content = Vec::new();
        reader.read_to_end(&mut content).unwrap();
        assert_eq!(content, [0, 0, 4, 5, 6, 7, 0, 0, 0, 0, 0, 1, 0]);
    }
}
