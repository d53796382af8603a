//! The journal: what a running system has promised and not yet put in its place.
//!
//! Source: the Linux kernel's documentation of jbd2, "Journal (jbd2)". Numbers are big-endian here. A transaction counts
//! once its commit block is there; a block that a later transaction revokes is left as it is. Fast commits are not read:
//! they repeat what the next full commit brings.

use std::{collections::HashMap, sync::Arc};

use super::{inode::Inode, mapping, superblock::Superblock};
use crate::{
    Device, DiskError,
    bytes::{be16, be32, be64},
    device::{beyond_end, is_inside, read_vec},
    filesystem::extent::Extent,
    image::in_blocks,
};

const MAGIC: u32 = 0xc03b_3998;
const DESCRIPTOR: u32 = 1;
const COMMIT: u32 = 2;
const REVOKE: u32 = 5;
/// Incompatible features by bit.
const WIDE: u32 = 2;
const CHECKSUM_2: u32 = 8;
const CHECKSUM_3: u32 = 16;
/// Flags of tags.
const ESCAPED: u32 = 1;
const SAME_UUID: u32 = 2;
const LAST: u32 = 8;

/// Bytes of a journal that are looked at; one of 1 GiB is what the largest file systems are made with.
const LARGEST: u64 = 4 << 30;
/// Blocks of which a journal has copies, and blocks that it revokes. The transactions before are replayed, which is what
/// the system would have left by stopping earlier.
const MOST_NAMED: usize = 1 << 20;

/// A block of the journal that stands for one of the file system.
#[derive(Clone, Copy)]
struct Copy {
    /// Where it is on the disk, in bytes.
    place: u64,
    /// Its first four bytes are the journal's magic number, written as zeros.
    is_escaped: bool,
}

/// The device as it will be once the journal is replayed.
struct Replayed {
    device: Arc<dyn Device>,
    block: u64,
    copies: HashMap<u64, Copy>,
}

impl Device for Replayed {
    fn len(&self) -> u64 {
        self.device.len()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError> {
        if !is_inside(offset, buffer.len(), self.len()) {
            return Err(beyond_end());
        }
        in_blocks(buffer, offset, self.block, |part, at| {
            let Some(copy) = self.copies.get(&(at / self.block)) else {
                return self.device.read_at(part, at);
            };
            let inside = at % self.block;
            self.device.read_at(part, copy.place + inside)?;
            if copy.is_escaped {
                let magic = MAGIC.to_be_bytes();
                let rest = magic
                    .get(usize::try_from(inside).unwrap_or(usize::MAX)..)
                    .unwrap_or_default();
                for (byte, value) in part.iter_mut().zip(rest) {
                    *byte = *value;
                }
            }
            Ok(())
        })
    }
}

/// The device with the journal in an inode replayed; the device itself where there is nothing to replay.
pub(super) fn replayed(
    device: Arc<dyn Device>,
    superblock: &Superblock,
    inode: u64,
) -> Result<Arc<dyn Device>, DiskError> {
    let inode = Inode::read(&*device, superblock, inode)?;
    let extents = mapping::extents(&*device, superblock, &inode)?;
    let Some(journal) = Journal::open(&*device, superblock, extents)? else {
        return Ok(device);
    };
    let copies = journal.copies()?;
    if copies.is_empty() {
        return Ok(device);
    }
    Ok(Arc::new(Replayed {
        device,
        block: superblock.block,
        copies,
    }))
}

struct Journal<'a> {
    device: &'a dyn Device,
    superblock: &'a Superblock,
    extents: Vec<Extent>,
    /// First block of the log, and the one past its last.
    first: u64,
    end: u64,
    start: u64,
    sequence: u32,
    features: u32,
}

impl<'a> Journal<'a> {
    /// `None` where the log is empty.
    fn open(
        device: &'a dyn Device,
        superblock: &'a Superblock,
        extents: Vec<Extent>,
    ) -> Result<Option<Journal<'a>>, DiskError> {
        let damaged = || DiskError::damaged("the journal of its ext file system is broken");
        let mut journal = Journal {
            device,
            superblock,
            extents,
            first: 0,
            end: 1,
            start: 0,
            sequence: 0,
            features: 0,
        };
        let head = journal.read(0)?;
        let u32 = |at| be32(&head, at).ok_or_else(damaged);
        if u32(0)? != MAGIC || u64::from(u32(12)?) != superblock.block {
            return Err(damaged());
        }
        let start = u64::from(u32(28)?);
        if start == 0 {
            return Ok(None);
        }
        (journal.first, journal.end) = (
            u64::from(u32(20)?),
            u64::from(u32(16)?).min(LARGEST / superblock.block),
        );
        (journal.start, journal.sequence) = (start, u32(24)?);
        // The first version of the superblock has no features.
        journal.features = if u32(4)? == 4 { u32(40)? } else { 0 };
        let is_sane = journal.first > 0 && (journal.first..journal.end).contains(&start);
        if is_sane {
            Ok(Some(journal))
        } else {
            Err(damaged())
        }
    }

    fn place(&self, block: u64) -> Result<u64, DiskError> {
        let damaged = || DiskError::damaged("the journal of its ext file system has a hole");
        let next = self.extents.partition_point(|extent| extent.at <= block);
        let extent = next.checked_sub(1).and_then(|at| self.extents.get(at));
        let extent = extent
            .filter(|extent| block - extent.at < extent.count)
            .ok_or_else(damaged)?;
        let offset = (block - extent.at) * self.superblock.block;
        Ok(extent.place.ok_or_else(damaged)?.saturating_add(offset))
    }

    fn read(&self, block: u64) -> Result<Vec<u8>, DiskError> {
        let size = usize::try_from(self.superblock.block).unwrap_or_default();
        read_vec(self.device, self.place(block)?, size)
    }

    /// The block after another; the log is a ring.
    fn after(&self, block: u64) -> u64 {
        if block + 1 >= self.end {
            self.first
        } else {
            block + 1
        }
    }

    /// The newest copy of each block in transactions that are complete.
    fn copies(&self) -> Result<HashMap<u64, Copy>, DiskError> {
        let mut done: Vec<(u32, u64, Copy)> = Vec::new();
        let mut revoked: HashMap<u64, u32> = HashMap::new();
        let (mut block, mut sequence) = (self.start, self.sequence);
        let (mut copies, mut revokes) = (Vec::new(), Vec::new());
        // A ring that is full of one transaction without an end must not be gone around twice.
        let mut left = self.end - self.first;
        while left > 0 {
            let Ok(bytes) = self.read(block) else { break };
            if be32(&bytes, 0) != Some(MAGIC) || be32(&bytes, 8) != Some(sequence) {
                break;
            }
            match be32(&bytes, 4) {
                Some(DESCRIPTOR) => {
                    for (target, is_escaped) in self.tags(&bytes) {
                        block = self.after(block);
                        left = left.saturating_sub(1);
                        let place = self.place(block)?;
                        copies.push((target, Copy { place, is_escaped }));
                    }
                }
                Some(REVOKE) => revokes.extend(self.revoked(&bytes)),
                Some(COMMIT) => {
                    done.extend(copies.drain(..).map(|(target, copy)| (sequence, target, copy)));
                    revoked.extend(revokes.drain(..).map(|target| (target, sequence)));
                    sequence = sequence.wrapping_add(1);
                }
                _ => break,
            }
            if done.len() + copies.len() > MOST_NAMED || revoked.len() + revokes.len() > MOST_NAMED {
                break;
            }
            block = self.after(block);
            left = left.saturating_sub(1);
        }
        Ok(newest(done, &revoked))
    }

    /// The blocks that a descriptor speaks of, each with whether its copy is escaped.
    fn tags(&self, bytes: &[u8]) -> Vec<(u64, bool)> {
        let mut tags = Vec::new();
        let mut at = 12;
        while let Some((target, flags, len)) = self.tag(bytes, at) {
            tags.push((target, flags & ESCAPED != 0));
            at += len;
            if flags & SAME_UUID == 0 {
                at += 16;
            }
            if flags & LAST != 0 {
                break;
            }
        }
        tags
    }

    /// A tag: the block, its flags, its own length.
    fn tag(&self, bytes: &[u8], at: usize) -> Option<(u64, u32, usize)> {
        let low = u64::from(be32(bytes, at)?);
        if self.features & CHECKSUM_3 != 0 {
            let high = if self.features & WIDE != 0 {
                u64::from(be32(bytes, at + 8)?)
            } else {
                0
            };
            return Some((high << 32 | low, be32(bytes, at + 4)?, 16));
        }
        let flags = u32::from(be16(bytes, at + 6)?);
        let mut len = 8;
        let mut high = 0;
        if self.features & WIDE != 0 {
            high = u64::from(be32(bytes, at + 8)?);
            len += 4;
        }
        if self.features & CHECKSUM_2 != 0 {
            len += 2;
        }
        Some((high << 32 | low, flags, len))
    }

    fn revoked(&self, bytes: &[u8]) -> Vec<u64> {
        let end = be32(bytes, 12).map_or(0, |end| end as usize).min(bytes.len());
        let list = bytes.get(16..end).unwrap_or_default();
        match self.features & WIDE {
            0 => list
                .chunks_exact(4)
                .filter_map(|bytes| be32(bytes, 0).map(u64::from))
                .collect(),
            _ => list.chunks_exact(8).filter_map(|bytes| be64(bytes, 0)).collect(),
        }
    }
}

/// The newest copies, without those of blocks that were revoked in the same transaction or later.
fn newest(done: Vec<(u32, u64, Copy)>, revoked: &HashMap<u64, u32>) -> HashMap<u64, Copy> {
    let mut copies = HashMap::new();
    for (sequence, target, copy) in done {
        // Sequence numbers wrap around: the later is less than half of all ahead.
        let is_revoked = revoked
            .get(&target)
            .is_some_and(|by| by.wrapping_sub(sequence) < u32::MAX / 2);
        if !is_revoked {
            copies.insert(target, copy);
        }
    }
    copies
}
