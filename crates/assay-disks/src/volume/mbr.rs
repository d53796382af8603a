//! Partition tables as PCs have had them since 1983.
//!
//! Source: UEFI specification, "Legacy Master Boot Record (MBR)". Extended partitions are a chain: each link has one
//! partition, placed from the link on, and the next link, placed from the first on.

use super::Partition;
use crate::{Device, DiskError, bytes::be16, bytes::le32, device::read_vec};

const SECTOR: u64 = 512;
const EXTENDED: [u8; 3] = [0x05, 0x0f, 0x85];
/// Links of a chain that are followed.
const MOST_LINKS: u32 = 128;

struct Entry {
    kind: u8,
    first: u64,
    count: u64,
}

/// The partitions; none where there is no such table.
pub(super) fn read(disk: &dyn Device) -> Result<Vec<Partition>, DiskError> {
    let Some(sector) = table(disk, 0) else {
        return Ok(Vec::new());
    };
    let signature = le32(&sector, 440).unwrap_or_default();
    let mut partitions = Vec::new();
    let mut chain = None;
    for (number, entry) in (1..).zip(entries(&sector)) {
        if EXTENDED.contains(&entry.kind) {
            chain = chain.or(Some(entry.first));
        } else if entry.kind != 0 && entry.count > 0 {
            partitions.push(partition(number, signature, entry.first, entry.count));
        }
    }
    if let Some(start) = chain {
        follow(disk, start, signature, &mut partitions);
    }
    Ok(partitions)
}

fn follow(disk: &dyn Device, start: u64, signature: u32, partitions: &mut Vec<Partition>) {
    let mut link = start;
    for number in (5..).take(MOST_LINKS as usize) {
        let Some(sector) = table(disk, link) else { return };
        let mut entries = entries(&sector);
        if let Some(entry) = entries.next().filter(|entry| entry.kind != 0 && entry.count > 0) {
            partitions.push(partition(
                number,
                signature,
                link.saturating_add(entry.first),
                entry.count,
            ));
        }
        match entries.next() {
            Some(next) if EXTENDED.contains(&next.kind) => link = start.saturating_add(next.first),
            _ => return,
        }
    }
}

/// A sector with a table; `None` where there is none.
fn table(disk: &dyn Device, sector: u64) -> Option<Vec<u8>> {
    let bytes = read_vec(disk, sector.checked_mul(SECTOR)?, 512).ok()?;
    (be16(&bytes, 510) == Some(0x55aa)).then_some(bytes)
}

fn entries(sector: &[u8]) -> impl Iterator<Item = Entry> {
    (0..4).filter_map(|at| {
        let entry = sector.get(446 + at * 16..)?;
        Some(Entry {
            kind: *entry.get(4)?,
            first: u64::from(le32(entry, 8)?),
            count: u64::from(le32(entry, 12)?),
        })
    })
}

fn partition(number: u32, signature: u32, first: u64, count: u64) -> Partition {
    Partition {
        number,
        offset: first.saturating_mul(SECTOR),
        len: count.saturating_mul(SECTOR),
        id: Some(format!("{signature:08x}-{number:02x}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::memory::Memory;

    fn put(bytes: &mut [u8], sector: usize, slot: usize, kind: u8, first: u32, count: u32) {
        let at = sector * 512 + 446 + slot * 16;
        bytes[at + 4] = kind;
        bytes[at + 8..at + 12].copy_from_slice(&first.to_le_bytes());
        bytes[at + 12..at + 16].copy_from_slice(&count.to_le_bytes());
        bytes[sector * 512 + 510..sector * 512 + 512].copy_from_slice(&[0x55, 0xaa]);
    }

    #[test]
    fn primary_and_logical() {
        let mut bytes = vec![0; 64 * 512];
        bytes[440..444].copy_from_slice(&0xabcd_u32.to_le_bytes());
        put(&mut bytes, 0, 0, 0x83, 2, 8);
        put(&mut bytes, 0, 1, 0x05, 10, 50);
        put(&mut bytes, 10, 0, 0x83, 1, 4);
        put(&mut bytes, 10, 1, 0x05, 10, 10);
        put(&mut bytes, 20, 0, 0x8e, 2, 5);
        let found: Vec<_> = read(&Memory(bytes.clone()))
            .unwrap()
            .into_iter()
            .map(|partition| {
                (
                    partition.number,
                    partition.offset / 512,
                    partition.len / 512,
                    partition.id.unwrap(),
                )
            })
            .collect();
        let id = |number: &str| format!("0000abcd-{number}");
        assert_eq!(
            found,
            [(1, 2, 8, id("01")), (5, 11, 4, id("05")), (6, 22, 5, id("06"))]
        );
        // A chain that leads back to its start ends all the same.
        put(&mut bytes, 20, 1, 0x05, 0, 10);
        assert_eq!(read(&Memory(bytes)).unwrap().len(), 1 + MOST_LINKS as usize);
    }
}
