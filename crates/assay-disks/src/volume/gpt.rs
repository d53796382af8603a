//! GUID partition tables.
//!
//! Source: UEFI specification, "GUID Partition Table (GPT) Disk Layout".

use super::Partition;
use crate::{
    Device, DiskError,
    bytes::{guid, le32, le64},
    device::read_vec,
};

/// Entries of a table that are read; 128 is what every tool makes.
const MOST_ENTRIES: u32 = 1024;

/// The partitions; `None` where there is no such table.
pub(super) fn read(disk: &dyn Device) -> Result<Option<Vec<Partition>>, DiskError> {
    for sector in [512_u64, 4096] {
        // The copy at the end stands in for one that was overwritten.
        let last = (disk.len() / sector).checked_sub(1);
        for number in [Some(1), last].into_iter().flatten() {
            let Ok(header) = read_vec(disk, number * sector, 512) else {
                continue;
            };
            if header.starts_with(b"EFI PART") {
                return entries(disk, &header, sector).map(Some);
            }
        }
    }
    Ok(None)
}

fn entries(disk: &dyn Device, header: &[u8], sector: u64) -> Result<Vec<Partition>, DiskError> {
    let damaged = || DiskError::damaged("its partition table is broken");
    let start = le64(header, 72)
        .and_then(|at| at.checked_mul(sector))
        .ok_or_else(damaged)?;
    let count = le32(header, 80).ok_or_else(damaged)?.min(MOST_ENTRIES);
    let size = le32(header, 84).ok_or_else(damaged)?;
    if !(128..=4096).contains(&size) {
        return Err(damaged());
    }
    let table = read_vec(disk, start, count as usize * size as usize)?;
    let mut partitions = Vec::new();
    for (number, entry) in (1..).zip(table.chunks_exact(size as usize)) {
        // An entry without a type is not used.
        if entry.iter().take(16).all(|byte| *byte == 0) {
            continue;
        }
        let (first, last) = (
            le64(entry, 32).ok_or_else(damaged)?,
            le64(entry, 40).ok_or_else(damaged)?,
        );
        let sectors = last
            .checked_sub(first)
            .and_then(|count| count.checked_add(1))
            .ok_or_else(damaged)?;
        partitions.push(Partition {
            number,
            offset: first.checked_mul(sector).ok_or_else(damaged)?,
            len: sectors.checked_mul(sector).ok_or_else(damaged)?,
            id: guid(entry, 16),
        });
    }
    Ok(partitions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::memory::Memory;

    /// A disk of 64 sectors with one partition of 8 from sector 40 on, its header at a sector.
    fn disk(sector: usize, header_at: usize) -> Memory {
        let mut bytes = vec![0; 64 * sector];
        let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
        let header = header_at * sector;
        put(header, b"EFI PART");
        put(header + 72, &2_u64.to_le_bytes());
        put(header + 80, &4_u32.to_le_bytes());
        put(header + 84, &128_u32.to_le_bytes());
        let entry = 2 * sector + 128;
        put(entry, &[9; 16]);
        put(entry + 16, &(0..16).collect::<Vec<u8>>());
        put(entry + 32, &40_u64.to_le_bytes());
        put(entry + 40, &47_u64.to_le_bytes());
        Memory(bytes)
    }

    #[test]
    fn tables() {
        for (sector, header) in [(512, 1), (4096, 1), (512, 63)] {
            let partitions = read(&disk(sector, header)).unwrap().unwrap();
            let partition = &partitions[0];
            assert_eq!(partitions.len(), 1);
            let expected = (2, 40 * sector as u64, 8 * sector as u64);
            assert_eq!((partition.number, partition.offset, partition.len), expected);
            assert_eq!(
                partition.id.as_deref(),
                Some("03020100-0504-0706-0809-0a0b0c0d0e0f")
            );
        }
        assert!(read(&Memory(vec![0; 8192])).unwrap().is_none());
        assert!(read(&Memory(Vec::new())).unwrap().is_none());
        let mut broken = disk(512, 1);
        broken.0[512 + 72..512 + 80].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(read(&broken).is_err());
    }
}
