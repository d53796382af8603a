//! Directories: within the inode, in one block, or in many.

use super::{
    extents,
    inode::{Format, Inode},
    superblock::Superblock,
};
use crate::{
    Device, DiskError,
    bytes::{be16, be32, be64},
    device::read_vec,
    filesystem::inodes::{Each, kind_in_directory},
};

/// Offset in a directory at which blocks with names end and those for looking names up begin.
const NAMES_END: u64 = 32 << 30;
/// Marks room that no entry uses.
const UNUSED: u16 = 0xffff;

fn damaged() -> DiskError {
    DiskError::damaged("a directory of its XFS is broken")
}

/// Gives every entry of a directory.
pub(super) fn list(
    device: &dyn Device,
    superblock: &Superblock,
    inode: &Inode,
    each: &mut Each<'_>,
) -> Result<(), DiskError> {
    if inode.format == Format::Local {
        return short_form(&inode.fork, superblock.has_file_types, each);
    }
    let block_len = superblock.block() << superblock.directory_block_bits;
    let per_block = 1_u64 << superblock.directory_block_bits;
    let mut block = Vec::new();
    for extent in extents::of(device, superblock, inode)? {
        let size = usize::try_from(superblock.block()).map_err(|_| damaged())?;
        for number in 0..extent.count {
            let at = extent.at + number;
            if at.saturating_mul(superblock.block()) >= NAMES_END {
                return Ok(());
            }
            // A directory block may lie in several extents; one of which a part is missing is passed over.
            if at % per_block == 0 {
                block.clear();
            } else if block.len() as u64 != at % per_block * superblock.block() {
                continue;
            }
            let offset = number * superblock.block();
            let place = extent.place.ok_or_else(damaged)?.saturating_add(offset);
            block.extend(read_vec(device, place, size)?);
            if block.len() as u64 == block_len && !entries(&block, superblock, each)? {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// A directory that fits into its inode: a count, the parent, the entries.
fn short_form(fork: &[u8], has_file_types: bool, each: &mut Each<'_>) -> Result<(), DiskError> {
    let [count, wide_count, ..] = fork else {
        return Err(damaged());
    };
    let number_len = if *wide_count > 0 { 8 } else { 4 };
    let mut at = 2 + number_len;
    for _ in 0..*count {
        let name_len = usize::from(*fork.get(at).ok_or_else(damaged)?);
        let name = fork.get(at + 3..at + 3 + name_len).ok_or_else(damaged)?;
        at += 3 + name_len;
        let mut kind = None;
        if has_file_types {
            kind = kind_in_directory(*fork.get(at).ok_or_else(damaged)?);
            at += 1;
        }
        let number = match number_len {
            8 => be64(fork, at),
            _ => be32(fork, at).map(u64::from),
        };
        at += number_len;
        if !each(name, number.ok_or_else(damaged)?, kind) {
            break;
        }
    }
    Ok(())
}

/// The entries of one directory block; `false` when the list was ended.
fn entries(block: &[u8], superblock: &Superblock, each: &mut Each<'_>) -> Result<bool, DiskError> {
    let header = if superblock.is_version_5 { 64 } else { 16 };
    let end = match block.get(..4) {
        // A single block has its look-up table behind the names: a tail with the count, before it eight bytes for each.
        Some(b"XD2B" | b"XDB3") => {
            let count = block
                .len()
                .checked_sub(8)
                .and_then(|at| be32(block, at))
                .ok_or_else(damaged)?;
            (block.len() - 8)
                .checked_sub(count as usize * 8)
                .ok_or_else(damaged)?
        }
        Some(b"XD2D" | b"XDD3") => block.len(),
        _ => return Err(damaged()),
    };
    let mut at = header;
    while at < end {
        if be16(block, at) == Some(UNUSED) {
            let len = usize::from(be16(block, at + 2).ok_or_else(damaged)?);
            if len == 0 {
                return Err(damaged());
            }
            at += len;
            continue;
        }
        let number = be64(block, at).ok_or_else(damaged)?;
        let name_len = usize::from(*block.get(at + 8).ok_or_else(damaged)?);
        let name = block.get(at + 9..at + 9 + name_len).ok_or_else(damaged)?;
        if name_len == 0 {
            return Err(damaged());
        }
        let mut len = 9 + name_len + 2;
        let mut kind = None;
        if superblock.has_file_types {
            kind = kind_in_directory(*block.get(at + 9 + name_len).ok_or_else(damaged)?);
            len += 1;
        }
        if !each(name, number, kind) {
            return Ok(false);
        }
        at += len.next_multiple_of(8);
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileKind, device::memory::Memory};

    /// Directory blocks in pieces; one that misses its first is passed over.
    #[test]
    fn in_pieces() {
        let record = |at: u64, block: u64, count: u64| {
            let bytes = [(at << 9).to_be_bytes(), (block << 21 | count).to_be_bytes()];
            bytes.concat()
        };
        let check = |records: &[Vec<u8>], expected: &[&str]| {
            let mut disk = vec![0; 64 * 512];
            for (at, name) in [(8, b'i'), (12, b'm')] {
                let block = &mut disk[at * 512..(at + 2) * 512];
                block[..4].copy_from_slice(b"XD2D");
                block[16..24].copy_from_slice(&77_u64.to_be_bytes());
                block[24..27].copy_from_slice(&[1, name, 1]);
                block[32..34].copy_from_slice(&UNUSED.to_be_bytes());
                block[34..36].copy_from_slice(&(1024 - 32_u16).to_be_bytes());
            }
            let inode = Inode {
                mode: 0o040_755,
                size: 1 << 20,
                format: Format::Extents,
                extents: records.len() as u64,
                fork: records.concat(),
            };
            let mut found = Vec::new();
            let mut each = |name: &[u8], _: u64, _: Option<FileKind>| {
                found.push(String::from_utf8_lossy(name).into_owned());
                true
            };
            list(&Memory(disk), &Superblock::small(), &inode, &mut each).unwrap();
            assert_eq!(found, expected);
        };
        check(&[record(0, 8, 2), record(2, 12, 2)], &["i", "m"]);
        check(&[record(0, 8, 1), record(1, 9, 1), record(2, 12, 2)], &["i", "m"]);
        check(&[record(1, 9, 1), record(2, 12, 2)], &["m"]);
        let odd: Vec<Vec<u8>> = (0..1000).map(|at| record(at * 2 + 1, 9, 1)).collect();
        check(&odd, &[]);
    }

    #[test]
    fn within_the_inode() {
        let mut fork = vec![2, 0, 0, 0, 0, 128];
        fork.extend([3, 0, 0, b'e', b't', b'c', 2, 0, 0, 0, 131]);
        fork.extend([1, 0, 0, b'a', 1, 0, 0, 0, 132, 9, 9]);
        let mut found = Vec::new();
        let mut each = |name: &[u8], number: u64, kind: Option<FileKind>| {
            found.push((String::from_utf8_lossy(name).into_owned(), number, kind));
            true
        };
        short_form(&fork, true, &mut each).unwrap();
        let expected = [("etc", 131, FileKind::Directory), ("a", 132, FileKind::File)];
        assert_eq!(
            found,
            expected.map(|(name, number, kind)| (name.to_owned(), number, Some(kind)))
        );
        assert!(short_form(&fork[..12], true, &mut |_, _, _| true).is_err());
        assert!(short_form(&[], true, &mut |_, _, _| true).is_err());
    }
}
