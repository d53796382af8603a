//! ELF: the section headers, and where they were stripped, the program headers.
//!
//! Source: the System V gABI, "Object Files".

use assay_artifacts::RandomAccess;

use super::image::{Image, Known, MOST_SECTIONS, Section, Width, word};
use crate::{
    binary_file::{FormatError, read_exact, read_vec},
    byte_order::ByteOrder,
};

/// Bytes of section names that are read.
const LARGEST_NAMES: u64 = 256 << 10;
/// A section without content in the file.
const NOBITS: u32 = 8;
const LOAD: u32 = 1;
/// The flags of a segment that is written to, and of one that is run.
const WRITE: u32 = 2;
const EXECUTE: u32 = 1;

/// Where numbers are, by the size of addresses.
struct Layout {
    width: Width,
    order: ByteOrder,
}

impl Layout {
    /// The offset for 32 bits or for 64.
    fn pick(&self, narrow: usize, wide: usize) -> usize {
        match self.width {
            Width::Bits32 => narrow,
            Width::Bits64 => wide,
        }
    }

    fn word(&self, bytes: &[u8], narrow: usize, wide: usize) -> u64 {
        word(self.order, self.width, bytes, self.pick(narrow, wide)).unwrap_or_default()
    }

    fn half(&self, bytes: &[u8], narrow: usize, wide: usize) -> u16 {
        self.order.u16(bytes, self.pick(narrow, wide)).unwrap_or_default()
    }
}

/// Reads the headers of an ELF file.
pub(super) fn parse(file: RandomAccess<'_>) -> Result<Image<'_>, FormatError> {
    let mut header = [0; 64];
    // A 32-bit header is shorter, and so may a file be that is nothing else.
    let len = file.read_at(&mut header, 0)?;
    let layout = match (header[4], header[5]) {
        (class @ 1..=2, order @ 1..=2) if len >= if class == 1 { 52 } else { 64 } => Layout {
            width: if class == 1 { Width::Bits32 } else { Width::Bits64 },
            order: if order == 1 {
                ByteOrder::Little
            } else {
                ByteOrder::Big
            },
        },
        _ => return Err(FormatError::malformed("the ELF header is broken")),
    };
    let table = layout.word(&header, 32, 40);
    let count = usize::from(layout.half(&header, 48, 60));
    let sections = if table == 0 || count == 0 {
        segments(&file, &header, &layout)?
    } else {
        let names = usize::from(layout.half(&header, 50, 62));
        let size = usize::from(layout.half(&header, 46, 58));
        sections(&file, table, size, count, names, &layout)?
    };
    Ok(Image { file, sections })
}

fn sections(
    file: &RandomAccess<'_>,
    offset: u64,
    size: usize,
    count: usize,
    names: usize,
    layout: &Layout,
) -> Result<Vec<Section>, FormatError> {
    if count > MOST_SECTIONS || size < layout.pick(40, 64) {
        return Err(FormatError::malformed("the section headers are broken"));
    }
    let table = read_vec(file, offset, (size * count) as u64)
        .map_err(|_| FormatError::malformed("the section headers are cut off"))?;
    let place = |header: &[u8]| (layout.word(header, 16, 24), layout.word(header, 20, 32));
    let names = match table.chunks_exact(size).nth(names).map(place) {
        Some((offset, size)) if size <= LARGEST_NAMES => read_vec(file, offset, size)
            .map_err(|_| FormatError::malformed("the names of sections are cut off"))?,
        _ => return Err(FormatError::malformed("the names of sections are missing")),
    };
    let section = |header: &[u8]| {
        let (offset, size) = place(header);
        let name = layout.order.u32(header, 0)? as usize;
        let name = names.get(name..)?.split(|byte| *byte == 0).next()?;
        (layout.order.u32(header, 4)? != NOBITS).then(|| Section {
            name: Known::named(name),
            address: layout.word(header, 12, 16),
            offset,
            size,
        })
    };
    Ok(table.chunks_exact(size).filter_map(section).collect())
}

/// What is loaded, in place of sections.
fn segments(file: &RandomAccess<'_>, header: &[u8], layout: &Layout) -> Result<Vec<Section>, FormatError> {
    let offset = layout.word(header, 28, 32);
    let size = usize::from(layout.half(header, 42, 54));
    let count = usize::from(layout.half(header, 44, 56));
    if count == 0 {
        return Ok(Vec::new());
    }
    if count > MOST_SECTIONS || size < layout.pick(32, 56) {
        return Err(FormatError::malformed("the program headers are broken"));
    }
    let mut table = vec![0; size * count];
    read_exact(file, offset, &mut table)
        .map_err(|_| FormatError::malformed("the program headers are cut off"))?;
    let segment = |header: &[u8]| {
        let flags = layout.order.u32(header, layout.pick(24, 4))?;
        (layout.order.u32(header, 0)? == LOAD).then(|| Section {
            name: if flags & (WRITE | EXECUTE) == WRITE {
                Known::Data
            } else {
                Known::Other
            },
            address: layout.word(header, 8, 16),
            offset: layout.word(header, 4, 8),
            size: layout.word(header, 16, 32),
        })
    };
    Ok(table.chunks_exact(size).filter_map(segment).collect())
}
