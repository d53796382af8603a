//! Virtual hard disks of Virtual PC and the first Hyper-V.
//!
//! Source: Microsoft's "Virtual Hard Disk Image Format Specification" 1.0.

use std::sync::Arc;

use super::in_blocks;
use crate::{
    Device, DiskError, Slice,
    bytes::{be32, be64},
    device::{beyond_end, is_inside, read_vec},
};

const FOOTER: u64 = 512;
const FIXED: u32 = 2;
const DYNAMIC: u32 = 3;
const DIFFERENCING: u32 = 4;
const NOT_THERE: u32 = u32::MAX;

/// Entries of a block table: 2 TiB, the most that the format allows, in blocks of 512 KiB.
const MOST_BLOCKS: u32 = 4 << 20;

fn footer(file: &dyn Device) -> Option<Vec<u8>> {
    let at_end = file
        .len()
        .checked_sub(FOOTER)
        .and_then(|at| read_vec(file, at, 512).ok());
    // A dynamic disk has a copy in front, which is of use when the end is lost.
    let candidates = [at_end, read_vec(file, 0, 512).ok()];
    candidates
        .into_iter()
        .flatten()
        .find(|footer| footer.starts_with(b"conectix"))
}

/// Whether the file ends as a VHD does.
pub(super) fn has_footer(file: &dyn Device) -> bool {
    footer(file).is_some()
}

pub(super) fn open(file: Arc<dyn Device>) -> Result<Arc<dyn Device>, DiskError> {
    let damaged = || DiskError::damaged("its footer is missing or cut off");
    let footer = footer(&*file).ok_or_else(damaged)?;
    let size = be64(&footer, 48).ok_or_else(damaged)?;
    match be32(&footer, 60).ok_or_else(damaged)? {
        FIXED if size <= file.len() - FOOTER => Ok(Arc::new(Slice::new(file, 0, size))),
        FIXED => Err(DiskError::damaged("it is shorter than it says")),
        DYNAMIC => {
            let header = be64(&footer, 16).ok_or_else(damaged)?;
            Ok(Arc::new(Dynamic::open(file, header, size)?))
        }
        DIFFERENCING => Err(DiskError::unsupported("a parent disk, which is never followed")),
        kind => Err(DiskError::unsupported(format!("type {kind} of VHD"))),
    }
}

struct Dynamic {
    file: Arc<dyn Device>,
    size: u64,
    block: u64,
    /// Bytes of the map of sectors before each block.
    map: u64,
    /// First sector of each block.
    table: Vec<u32>,
}

impl Dynamic {
    fn open(file: Arc<dyn Device>, at: u64, size: u64) -> Result<Dynamic, DiskError> {
        let damaged = || DiskError::damaged("its dynamic header is broken");
        let header = read_vec(&*file, at, 1024)?;
        if !header.starts_with(b"cxsparse") {
            return Err(damaged());
        }
        let (table, count) = (
            be64(&header, 16).ok_or_else(damaged)?,
            be32(&header, 28).ok_or_else(damaged)?,
        );
        let block = u64::from(be32(&header, 32).ok_or_else(damaged)?);
        if block < 512 || !block.is_power_of_two() || count > MOST_BLOCKS || u64::from(count) * block < size {
            return Err(damaged());
        }
        let table = read_vec(&*file, table, count as usize * 4)?;
        Ok(Dynamic {
            file,
            size,
            block,
            map: (block / 512).div_ceil(8).next_multiple_of(512),
            table: table.chunks_exact(4).filter_map(|bytes| be32(bytes, 0)).collect(),
        })
    }
}

impl Device for Dynamic {
    fn len(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError> {
        if !is_inside(offset, buffer.len(), self.size) {
            return Err(beyond_end());
        }
        in_blocks(buffer, offset, self.block, |part, at| {
            let number = usize::try_from(at / self.block).map_err(|_| beyond_end())?;
            match self.table.get(number).copied() {
                Some(NOT_THERE) | None => {
                    part.fill(0);
                    Ok(())
                }
                Some(sector) => {
                    let start = u64::from(sector) * 512 + self.map;
                    self.file.read_at(part, start + at % self.block)
                }
            }
        })
    }
}
