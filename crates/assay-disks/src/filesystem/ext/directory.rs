//! Directories. An index by hash hides within blocks that read as entries without a name, so all are read in a line.

use super::{
    inline,
    inode::{Format, Inode},
    mapping,
    superblock::Superblock,
};
use crate::{
    Device, DiskError,
    bytes::{le16, le32},
    device::read_vec,
    filesystem::inodes::{Each, kind_in_directory},
};

fn damaged() -> DiskError {
    DiskError::damaged("a directory of its ext file system is broken")
}

/// Gives every entry of a directory.
pub(super) fn list(
    device: &dyn Device,
    superblock: &Superblock,
    inode: &Inode,
    each: &mut Each<'_>,
) -> Result<(), DiskError> {
    if inode.format == Format::Inline {
        // Four bytes for the parent come first.
        let first = inode.block_field().get(4..).unwrap_or_default();
        let second = inline::attribute(&inode.bytes).unwrap_or_default();
        if entries(first, superblock, each)? {
            entries(second, superblock, each)?;
        }
        return Ok(());
    }
    let size = usize::try_from(superblock.block).map_err(|_| damaged())?;
    let mut left = inode.size.div_ceil(superblock.block);
    for extent in mapping::extents(device, superblock, inode)? {
        let Some(first) = extent.place else { continue };
        for number in 0..extent.count {
            if left == 0 {
                return Ok(());
            }
            left -= 1;
            let place = first.saturating_add(number * superblock.block);
            if !entries(&read_vec(device, place, size)?, superblock, each)? {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The entries of one block; `false` when the list was ended.
fn entries(block: &[u8], superblock: &Superblock, each: &mut Each<'_>) -> Result<bool, DiskError> {
    let mut at = 0;
    while at + 8 <= block.len() {
        let number = le32(block, at).ok_or_else(damaged)?;
        let len = match le16(block, at + 4).ok_or_else(damaged)? {
            // 64 KiB do not fit into the field.
            0 | u16::MAX if block.len() > 65532 => block.len() - at,
            len => usize::from(len),
        };
        if len < 8 {
            return Err(damaged());
        }
        let name_len = match superblock.has_file_types {
            true => usize::from(*block.get(at + 6).ok_or_else(damaged)?),
            false => usize::from(le16(block, at + 6).ok_or_else(damaged)?),
        };
        if number != 0 && name_len > 0 {
            let name = block.get(at + 8..at + 8 + name_len).ok_or_else(damaged)?;
            let kind = superblock
                .has_file_types
                .then(|| block.get(at + 7).and_then(|kind| kind_in_directory(*kind)));
            if !each(name, u64::from(number), kind.flatten()) {
                return Ok(false);
            }
        }
        at += len;
    }
    Ok(true)
}
