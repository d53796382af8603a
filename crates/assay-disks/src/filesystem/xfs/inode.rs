//! Inodes.

use super::superblock::Superblock;
use crate::{
    Device, DiskError,
    bytes::{be16, be32, be64},
    device::read_vec,
};

/// Length of what stands before the fork with data, in versions 1 and 2, and 3.
const CORE_2: usize = 100;
const CORE_3: usize = 176;
/// Bit of the second flags for wide counters of extents.
const WIDE_COUNTERS: u64 = 1 << 4;

/// How the data fork says where the content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::filesystem) enum Format {
    /// The content itself.
    Local,
    /// A list of extents.
    Extents,
    /// The root of a tree of extents.
    Tree,
    /// Nothing that is read: a device.
    Other,
}

/// An inode, as far as it is of use.
#[derive(Clone, Debug)]
pub(in crate::filesystem) struct Inode {
    pub(super) mode: u16,
    pub(super) size: u64,
    pub(super) format: Format,
    /// Extents of the data fork.
    pub(super) extents: u64,
    /// The data fork.
    pub(super) fork: Vec<u8>,
}

impl Inode {
    pub(super) fn read(
        device: &dyn Device,
        superblock: &Superblock,
        number: u64,
    ) -> Result<Inode, DiskError> {
        let damaged = || DiskError::damaged(format!("inode {number} of its XFS is broken"));
        let bytes = read_vec(
            device,
            superblock.inode_place(number)?,
            1 << superblock.inode_bits,
        )?;
        if !bytes.starts_with(b"IN") {
            return Err(damaged());
        }
        let core = if bytes.get(4) == Some(&3) { CORE_3 } else { CORE_2 };
        let has_wide_counters =
            core == CORE_3 && be64(&bytes, 120).is_some_and(|flags| flags & WIDE_COUNTERS != 0);
        let extents = match has_wide_counters {
            true => be64(&bytes, 24),
            false => be32(&bytes, 76).map(u64::from),
        };
        // Attributes, if there are any, begin so many times eight bytes into what is left.
        let end = match bytes.get(82).ok_or_else(damaged)? {
            0 => bytes.len(),
            offset => core + usize::from(*offset) * 8,
        };
        Ok(Inode {
            mode: be16(&bytes, 2).ok_or_else(damaged)?,
            size: be64(&bytes, 56).ok_or_else(damaged)?,
            format: match bytes.get(5).ok_or_else(damaged)? {
                1 => Format::Local,
                2 => Format::Extents,
                3 => Format::Tree,
                _ => Format::Other,
            },
            extents: extents.ok_or_else(damaged)?,
            fork: bytes.get(core..end).ok_or_else(damaged)?.to_vec(),
        })
    }
}
