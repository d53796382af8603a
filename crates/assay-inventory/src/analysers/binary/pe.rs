//! Portable Executable: the section table.
//!
//! Source: Microsoft's "PE Format". Names have at most eight bytes, so Go's build information has no section here.

use assay_artifacts::RandomAccess;

use super::image::{Image, Known, MOST_SECTIONS, Section, Width, word};
use crate::{
    binary_file::{FormatError, read_vec},
    byte_order::ByteOrder::Little,
};

const SECTION_HEADER: usize = 40;
/// Bytes before the optional header: signature and file header.
const FILE_HEADER: usize = 24;
/// Characteristics: initialised data that is read and written.
const DATA: u32 = 0xc000_0040;

/// Reads the headers of a PE file; `None` for a program of DOS.
pub(super) fn parse(file: RandomAccess<'_>) -> Result<Option<Image<'_>>, FormatError> {
    let mut start = [0; 64];
    if file.read_at(&mut start, 0)? < start.len() {
        return Ok(None);
    }
    let at = u64::from(Little.u32(&start, 0x3c).unwrap_or_default());
    let mut header = [0; FILE_HEADER];
    if file.read_at(&mut header, at)? < header.len() || !header.starts_with(b"PE\0\0") {
        return Ok(None);
    }
    let count = usize::from(Little.u16(&header, 6).unwrap_or_default()).min(MOST_SECTIONS);
    let optional_len = usize::from(Little.u16(&header, 20).unwrap_or_default());
    let table_len = (optional_len + count * SECTION_HEADER) as u64;
    let table = read_vec(&file, at + FILE_HEADER as u64, table_len)
        .map_err(|_| FormatError::malformed("the section table is cut off"))?;
    let (optional, table) = table.split_at_checked(optional_len).unwrap_or_default();
    let base = match Little.u16(optional, 0) {
        Some(0x10b) => word(Little, Width::Bits32, optional, 28),
        _ => word(Little, Width::Bits64, optional, 24),
    };
    let section = |header: &[u8]| {
        let name = header.get(..8)?.split(|byte| *byte == 0).next()?;
        let name = match Known::named(name) {
            Known::Other if Little.u32(header, 36)? & DATA == DATA => Known::Data,
            name => name,
        };
        let raw = Little.u32(header, 16)?;
        // Padded in the file to a multiple of its alignment.
        let size = match Little.u32(header, 8)? {
            0 => raw,
            size => raw.min(size),
        };
        Some(Section {
            name,
            address: base
                .unwrap_or_default()
                .wrapping_add(u64::from(Little.u32(header, 12)?)),
            offset: u64::from(Little.u32(header, 20)?),
            size: u64::from(size),
        })
    };
    let sections = table.chunks_exact(SECTION_HEADER).filter_map(section).collect();
    Ok(Some(Image { file, sections }))
}
