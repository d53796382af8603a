//! The content of a file as runs of blocks, and the reading of it.

use std::{io, io::Read};

use crate::Device;

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
