//! The ndb database `Packages.db`: slots at the front, each with the place of one blob.
//!
//! Source: rpm's `ndb` backend, which is its only description. Slots fill pages of 4096 bytes and are counted in
//! 16-byte units, as blobs are. Numbers are little-endian.

use assay_artifacts::RandomAccess;

use super::{check_size, package::Headers};
use crate::{
    binary_file::{FormatError, read_exact, read_vec},
    byte_order::ByteOrder::Little,
};

const MAGIC: &[u8] = b"RpmP";
const SLOT_MAGIC: &[u8] = b"Slot";
const BLOB_MAGIC: &[u8] = b"BlbS";
/// Bytes before the first slot.
const FILE_HEADER: usize = 32;
const PAGE: usize = 4096;
/// Bytes of a slot, of a blob's head, and what blobs are counted in.
const UNIT: usize = 16;

/// Gives every header of the database.
pub(super) fn read(file: RandomAccess<'_>, headers: &mut Headers<'_>) -> Result<(), FormatError> {
    let mut header = [0; FILE_HEADER];
    let is_whole = read_exact(&file, 0, &mut header).is_ok();
    if !is_whole || !header.starts_with(MAGIC) {
        return Err(FormatError::malformed("the file is no ndb database"));
    }
    match Little.u32(&header, 4) {
        Some(0) => {}
        version => {
            let what = format!("ndb of version {}", version.unwrap_or_default());
            return Err(FormatError::Unsupported(what.into()));
        }
    }
    let pages = Little.u32(&header, 12).unwrap_or_default();
    let mut page = vec![0; PAGE];
    // Blobs do not overlap: together they are no larger than the file.
    let mut budget = file.len();
    for number in 0..u64::from(pages) {
        read_exact(&file, number * PAGE as u64, &mut page).map_err(|error| error.within("slots"))?;
        let skip = if number == 0 { FILE_HEADER / UNIT } else { 0 };
        for slot in page.chunks_exact(UNIT).skip(skip) {
            if let Err(error) = read_slot(&file, slot, &mut budget, headers) {
                headers.damage(&error);
            }
        }
    }
    Ok(())
}

/// Reads the blob of a slot: magic, package number, place, size.
fn read_slot(
    file: &RandomAccess<'_>,
    slot: &[u8],
    budget: &mut u64,
    headers: &mut Headers<'_>,
) -> Result<(), FormatError> {
    if !slot.starts_with(SLOT_MAGIC) {
        return Err(FormatError::malformed("a slot without its mark"));
    }
    let (package, place) = (Little.u32(slot, 4), Little.u32(slot, 8));
    let Some(place @ 1..) = place else {
        return Ok(());
    };
    let place = u64::from(place) * UNIT as u64;
    let mut head = [0; UNIT];
    read_exact(file, place, &mut head)?;
    if !head.starts_with(BLOB_MAGIC) || Little.u32(&head, 4) != package {
        return Err(FormatError::malformed(
            "a slot points to where its package is not",
        ));
    }
    let size = u64::from(Little.u32(&head, 12).unwrap_or_default());
    check_size(size)?;
    *budget = budget
        .checked_sub(size)
        .ok_or_else(|| FormatError::malformed("packages overlap"))?;
    headers.blob(&read_vec(file, place + UNIT as u64, size)?);
    Ok(())
}
