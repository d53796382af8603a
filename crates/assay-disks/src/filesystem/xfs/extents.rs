//! Extents: where the content of a file is, as a list or a tree.

use super::{
    inode::{Format, Inode},
    superblock::Superblock,
};
use crate::{
    Device, DiskError,
    bytes::{be16, be64},
    device::read_vec,
    filesystem::extent::{Extent, Extents},
};

/// Levels of a tree of extents; the format has no more than nine.
const DEEPEST: u16 = 9;

/// An extent as it is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Record {
    /// First block in the file.
    at: u64,
    /// First block on the disk.
    block: u64,
    count: u64,
    /// It is reserved and reads as zeros.
    is_unwritten: bool,
}

/// Source: `xfs_bmbt_rec`: one bit of state, 54 of offset, 52 of block, 21 of count.
fn record(record: &[u8]) -> Option<Record> {
    let (high, low) = (be64(record, 0)?, be64(record, 8)?);
    Some(Record {
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
    let mut gathering = Gathering {
        device,
        superblock,
        extents: Extents::new(superblock.block()),
    };
    match inode.format {
        Format::Extents => {
            let count = usize::try_from(inode.extents).unwrap_or(usize::MAX);
            for bytes in inode.fork.chunks_exact(16).take(count) {
                gathering.push(bytes)?;
            }
        }
        Format::Tree => {
            let level = be16(&inode.fork, 0).ok_or_else(broken)?;
            let count = usize::from(be16(&inode.fork, 2).ok_or_else(broken)?);
            // Keys come first, room for as many as fit beside their pointers.
            let room = inode.fork.len().saturating_sub(4) / 16;
            if level == 0 || level > DEEPEST || count > room {
                return Err(broken());
            }
            for number in 0..count {
                let pointer = be64(&inode.fork, 4 + room * 8 + number * 8).ok_or_else(broken)?;
                gathering.subtree(pointer, level - 1)?;
            }
        }
        Format::Local | Format::Other => {}
    }
    Ok(gathering.extents.into_list())
}

fn broken() -> DiskError {
    DiskError::damaged("a tree of extents of its XFS is broken")
}

struct Gathering<'a> {
    device: &'a dyn Device,
    superblock: &'a Superblock,
    extents: Extents,
}

impl Gathering<'_> {
    fn push(&mut self, bytes: &[u8]) -> Result<(), DiskError> {
        let record = record(bytes).ok_or_else(broken)?;
        let place = match record.is_unwritten {
            true => None,
            // Blocks of one extent lie in one group, one after another.
            false => Some(self.superblock.block_place(record.block)?),
        };
        self.extents.push(Extent {
            at: record.at,
            place,
            count: record.count,
        })
    }

    /// One node; each must lie one level below the one before and bring extents, so that nodes that lead to each other
    /// cannot be read for ever.
    fn subtree(&mut self, block: u64, level: u16) -> Result<(), DiskError> {
        let size = usize::try_from(self.superblock.block()).map_err(|_| broken())?;
        let bytes = read_vec(self.device, self.superblock.block_place(block)?, size)?;
        let (magic, header) = match self.superblock.is_version_5 {
            true => (b"BMA3", 72),
            false => (b"BMAP", 24),
        };
        if !bytes.starts_with(magic) || be16(&bytes, 4) != Some(level) {
            return Err(broken());
        }
        let count = usize::from(be16(&bytes, 6).ok_or_else(broken)?);
        let room = (size - header) / 16;
        if count == 0 || count > room {
            return Err(broken());
        }
        for number in 0..count {
            if level == 0 {
                self.push(bytes.get(header + number * 16..).ok_or_else(broken)?)?;
            } else {
                let pointer = be64(&bytes, header + room * 8 + number * 8).ok_or_else(broken)?;
                self.subtree(pointer, level - 1)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::memory::Memory;

    fn packed(at: u64, block: u64, count: u64) -> [u8; 16] {
        let (high, low) = (at << 9 | block >> 43, block << 21 | count);
        let bytes = [high.to_be_bytes(), low.to_be_bytes()].concat();
        bytes.try_into().unwrap()
    }

    fn inode(format: Format, extents: u64, fork: Vec<u8>) -> Inode {
        Inode {
            mode: 0o100_644,
            size: 1 << 20,
            format,
            extents,
            fork,
        }
    }

    /// A node of a tree of extents; above the lowest level its pointers come behind room for 30 keys.
    fn node(level: u16, content: &[u8], count: u16) -> Vec<u8> {
        let mut node = vec![0; 512];
        node[..4].copy_from_slice(b"BMAP");
        node[4..6].copy_from_slice(&level.to_be_bytes());
        node[6..8].copy_from_slice(&count.to_be_bytes());
        let at = if level == 0 { 24 } else { 24 + 30 * 8 };
        node[at..at + content.len()].copy_from_slice(content);
        node
    }

    fn pointers(to: u64, count: usize) -> Vec<u8> {
        to.to_be_bytes().repeat(count)
    }

    /// The extents of a tree whose root leads to the first of these blocks.
    fn check(blocks: &[Vec<u8>], expected: Option<usize>) {
        let mut fork = vec![0; 156];
        fork[..2].copy_from_slice(&3_u16.to_be_bytes());
        fork[2..4].copy_from_slice(&1_u16.to_be_bytes());
        fork[4 + 9 * 8..4 + 10 * 8].copy_from_slice(&pointers(0, 1));
        let device = Memory(blocks.concat());
        let found = of(&device, &Superblock::small(), &inode(Format::Tree, 9, fork));
        assert_eq!(found.ok().map(|extents| extents.len()), expected);
    }

    #[test]
    fn trees() {
        let leaf = |records: &[[u8; 16]]| node(0, &records.concat(), records.len() as u16);
        let above = [node(2, &pointers(1, 1), 1), node(1, &pointers(2, 1), 1)];
        let with = |leaf| [above.to_vec(), vec![leaf]].concat();
        check(&with(leaf(&[packed(0, 9, 2), packed(4, 20, 1)])), Some(2));
        // Extents that overlap; a block far away; a tree that leads to itself; a level that is not the next.
        check(&with(leaf(&[packed(0, 9, 2), packed(1, 20, 1)])), None);
        check(&with(leaf(&[packed(0, 9999, 2)])), None);
        check(&[node(2, &pointers(0, 1), 1)], None);
        check(&[node(1, &pointers(0, 1), 1)], None);
        // Thirty ways down from each node to the next, at whose end there is nothing, or always the same.
        let wide = [node(2, &pointers(1, 30), 30), node(1, &pointers(2, 30), 30)];
        check(&[wide.to_vec(), vec![leaf(&[])]].concat(), None);
        check(&[wide.to_vec(), vec![leaf(&[packed(0, 9, 2)])]].concat(), None);
    }

    #[test]
    fn lists() {
        let extents = |records: &[[u8; 16]]| {
            let inode = inode(Format::Extents, records.len() as u64, records.concat());
            of(&Memory(Vec::new()), &Superblock::small(), &inode)
        };
        assert_eq!(extents(&[packed(0, 1, 1), packed(1, 2, 1)]).unwrap().len(), 1);
        assert!(extents(&[packed(1, 1, 1), packed(1, 2, 1)]).is_err());
    }

    #[test]
    fn records() {
        let high: u64 = 1 << 63 | 5 << 9 | 1;
        let low: u64 = 7 << 21 | 3;
        let bytes: Vec<u8> = [high.to_be_bytes(), low.to_be_bytes()].concat();
        let expected = Record {
            at: 5,
            block: (1 << 43) + 7,
            count: 3,
            is_unwritten: true,
        };
        assert_eq!(record(&bytes), Some(expected));
        assert_eq!(record(&bytes[1..]), None);
    }
}
