//! Reads of devices that are made of blocks.

use crate::DiskError;

/// Splits a read where blocks of a size begin.
pub(crate) fn in_blocks(
    buffer: &mut [u8],
    offset: u64,
    block: u64,
    mut read: impl FnMut(&mut [u8], u64) -> Result<(), DiskError>,
) -> Result<(), DiskError> {
    let mut rest = buffer;
    let mut at = offset;
    while !rest.is_empty() {
        let room = usize::try_from(block - at % block)
            .unwrap_or(usize::MAX)
            .min(rest.len());
        let (now, later) = rest.split_at_mut(room);
        read(now, at)?;
        at += room as u64;
        rest = later;
    }
    Ok(())
}
