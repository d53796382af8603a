//! Mach-O: the segments among the load commands, of one architecture or of each in a "fat" file.
//!
//! Source: `mach-o/loader.h` and `mach-o/fat.h`. The magic number of fat files is also that of Java classes, whose
//! version, at least 45, is in the place of the number of architectures.

use assay_artifacts::RandomAccess;

use super::image::{Image, Known, MOST_SECTIONS, Section, Width, word};
use crate::{
    binary_file::{FormatError, read_vec},
    byte_order::ByteOrder,
};

/// The first bytes, by width and byte order.
const MAGIC: [([u8; 4], Width, ByteOrder); 4] = [
    ([0xce, 0xfa, 0xed, 0xfe], Width::Bits32, ByteOrder::Little),
    ([0xcf, 0xfa, 0xed, 0xfe], Width::Bits64, ByteOrder::Little),
    ([0xfe, 0xed, 0xfa, 0xce], Width::Bits32, ByteOrder::Big),
    ([0xfe, 0xed, 0xfa, 0xcf], Width::Bits64, ByteOrder::Big),
];
const FAT_MAGIC: [u8; 4] = [0xca, 0xfe, 0xba, 0xbe];
const MOST_ARCHITECTURES: u32 = 30;
const FAT_ENTRY: u64 = 20;
/// Bytes of load commands that are read.
const LARGEST_COMMANDS: u32 = 1 << 20;

/// Whether a file that begins like this is worth a look.
pub(super) fn is_magic(bytes: &[u8]) -> bool {
    bytes == FAT_MAGIC || MAGIC.iter().any(|(magic, ..)| bytes == magic)
}

/// Reads the headers of a Mach-O file, one image an architecture.
pub(super) fn parse(file: RandomAccess<'_>) -> Result<Vec<Image<'_>>, FormatError> {
    let mut start = [0; 8];
    if file.read_at(&mut start, 0)? < start.len() {
        return Ok(Vec::new());
    }
    if !start.starts_with(&FAT_MAGIC) {
        return Ok(vec![image(file, 0)?]);
    }
    let count = ByteOrder::Big.u32(&start, 4).unwrap_or_default();
    if count > MOST_ARCHITECTURES {
        return Ok(Vec::new());
    }
    let table = read_vec(&file, 8, u64::from(count) * FAT_ENTRY)?;
    table
        .chunks_exact(FAT_ENTRY as usize)
        .filter_map(|entry| ByteOrder::Big.u32(entry, 8))
        .map(|offset| image(file, u64::from(offset)))
        .collect()
}

/// The image that begins at an offset; its own offsets count from there.
fn image(file: RandomAccess<'_>, start: u64) -> Result<Image<'_>, FormatError> {
    let broken = || FormatError::malformed("the Mach-O header is broken");
    let header = read_vec(&file, start, 28).map_err(|_| broken())?;
    let (_, width, order) = MAGIC
        .iter()
        .find(|(magic, ..)| header.starts_with(magic))
        .ok_or_else(broken)?;
    let (width, order) = (*width, *order);
    let size = order
        .u32(&header, 20)
        .filter(|size| *size <= LARGEST_COMMANDS)
        .ok_or_else(broken)?;
    let header_len = if width == Width::Bits64 { 32 } else { 28 };
    let commands = read_vec(&file, start + header_len, u64::from(size))
        .map_err(|_| FormatError::malformed("the load commands are cut off"))?;
    let mut sections = Vec::new();
    let mut rest = commands.as_slice();
    while let (Some(kind), Some(len)) = (order.u32(rest, 0), order.u32(rest, 4)) {
        let Some((command, after)) = rest.split_at_checked(len as usize).filter(|_| len >= 8) else {
            break;
        };
        rest = after;
        let (expected, count_at, first, section_len) = match width {
            Width::Bits32 => (0x1, 48, 56, 68),
            Width::Bits64 => (0x19, 64, 72, 80),
        };
        if kind != expected {
            continue;
        }
        let count = order.u32(command, count_at).unwrap_or_default() as usize;
        let table = command.get(first..).unwrap_or_default();
        let room = MOST_SECTIONS - sections.len();
        sections.extend(
            table
                .chunks_exact(section_len)
                .take(count.min(room))
                .filter_map(|header| section(header, start, width, order)),
        );
    }
    Ok(Image { file, sections })
}

fn section(header: &[u8], start: u64, width: Width, order: ByteOrder) -> Option<Section> {
    let name = header.get(..16)?.split(|byte| *byte == 0).next()?;
    let (size_at, offset_at) = match width {
        Width::Bits32 => (36, 40),
        Width::Bits64 => (40, 48),
    };
    Some(Section {
        name: match Known::named(name) {
            Known::Other if name == b"__data" => Known::Data,
            name => name,
        },
        address: word(order, width, header, 32)?,
        offset: start + u64::from(order.u32(header, offset_at)?),
        size: word(order, width, header, size_at)?,
    })
}
