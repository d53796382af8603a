//! Content within the inode: sixty bytes in place of block numbers, the rest in an attribute behind the inode's fields.

use super::inode::Inode;
use crate::bytes::{le16, le32};

const MAGIC: u32 = 0xea02_0000;
/// The index of names that begin with `system.`.
const SYSTEM: u8 = 7;
const NAME: &[u8] = b"data";

/// The content, as much as the inode says there is.
pub(super) fn content(inode: &Inode) -> Vec<u8> {
    let mut content = inode.block_field().to_vec();
    content.extend_from_slice(attribute(&inode.bytes).unwrap_or_default());
    content.truncate(usize::try_from(inode.size).unwrap_or(usize::MAX));
    content
}

/// What lies in the attribute; for a directory it is a piece of its own.
pub(super) fn attribute(inode: &[u8]) -> Option<&[u8]> {
    let start = 128 + usize::from(le16(inode, 128)?);
    if le32(inode, start)? != MAGIC {
        return None;
    }
    let first = start + 4;
    let mut at = first;
    loop {
        let entry = inode.get(at..)?;
        let (name_len, index) = (usize::from(*entry.first()?), *entry.get(1)?);
        if name_len == 0 && index == 0 {
            return None;
        }
        let name = entry.get(16..16 + name_len)?;
        if index == SYSTEM && name == NAME {
            let value = first + usize::from(le16(entry, 2)?);
            return inode.get(value..value.checked_add(le32(entry, 8)? as usize)?);
        }
        at += (16 + name_len).next_multiple_of(4);
    }
}
