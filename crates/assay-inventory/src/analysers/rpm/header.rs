//! The header blob: an index of tags and the store that it points into.
//!
//! Source: rpm's format notes on the header structure, as kept in databases: without the magic number that leads it
//! in package files. All numbers are big-endian.

use crate::{binary_file::FormatError, byte_order::ByteOrder::Big};

/// Index entries of one header that are looked at; rpm itself allows no more.
const MOST_ENTRIES: u32 = 0xffff;

/// Bytes of an index entry: tag, type, offset, count.
const ENTRY: usize = 16;

/// What is read of a header, by the numbers of `rpmtag.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Name = 1000,
    Version = 1001,
    Release = 1002,
    Epoch = 1003,
    License = 1014,
    Arch = 1022,
    /// Whole paths, in packages of rpm 3.
    OldFileNames = 1027,
    SourceRpm = 1044,
    /// For each file, the position of its directory in [`Tag::DirNames`].
    DirIndexes = 1116,
    BaseNames = 1117,
    DirNames = 1118,
    ModularityLabel = 5096,
}

const INT32: u32 = 4;
const STRING: u32 = 6;
const STRING_ARRAY: u32 = 8;
const TRANSLATED_STRING: u32 = 9;

/// A parsed header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header<'b> {
    index: &'b [u8],
    store: &'b [u8],
}

#[derive(Clone, Copy, Debug)]
struct IndexEntry {
    kind: u32,
    offset: usize,
    count: usize,
}

impl<'b> Header<'b> {
    /// Takes a blob apart. Only the frame is checked; each tag is checked when it is read.
    pub(super) fn parse(blob: &'b [u8]) -> Result<Header<'b>, FormatError> {
        let cut_off = || FormatError::malformed("a header is cut off");
        let entries = Big.u32(blob, 0).ok_or_else(cut_off)?;
        let store_len = Big.u32(blob, 4).ok_or_else(cut_off)?;
        if entries == 0 || entries > MOST_ENTRIES {
            let what = format!("a header with {entries} index entries");
            return Err(FormatError::Malformed(what.into()));
        }
        let store_at = 8 + entries as usize * ENTRY;
        let index = blob.get(8..store_at).ok_or_else(cut_off)?;
        let store = blob
            .get(store_at..)
            .and_then(|rest| rest.get(..store_len as usize))
            .ok_or_else(cut_off)?;
        Ok(Header { index, store })
    }

    /// The entry of a tag. The index begins with a region, the part that was signed; what rpm adds when it installs
    /// the package follows the region and replaces what is in it, so the last entry of a tag counts.
    fn entry(&self, tag: Tag) -> Option<IndexEntry> {
        let mut entries = self.index.chunks_exact(ENTRY).rev();
        let entry = entries.find(|entry| Big.u32(entry, 0) == Some(tag as u32))?;
        Some(IndexEntry {
            kind: Big.u32(entry, 4)?,
            offset: Big.u32(entry, 8)? as usize,
            count: Big.u32(entry, 12)? as usize,
        })
    }

    /// A tag's text; of several, the first.
    pub(super) fn string(&self, tag: Tag) -> Option<&'b [u8]> {
        self.strings(tag).next()
    }

    /// A tag's texts, in order; none where the tag is absent or of another type.
    pub(super) fn strings(&self, tag: Tag) -> impl Iterator<Item = &'b [u8]> + use<'b> {
        let entry = self.entry(tag);
        let (count, bytes) = match entry {
            Some(IndexEntry {
                kind: STRING, offset, ..
            }) => (1, self.store.get(offset..)),
            Some(IndexEntry {
                kind: STRING_ARRAY | TRANSLATED_STRING,
                offset,
                count,
            }) => (count, self.store.get(offset..)),
            _ => (0, None),
        };
        let mut rest = bytes.unwrap_or_default();
        std::iter::from_fn(move || {
            let end = rest.iter().position(|byte| *byte == 0)?;
            let text = rest.get(..end)?;
            rest = rest.get(end + 1..)?;
            Some(text)
        })
        .take(count)
    }

    /// A tag's 32-bit numbers, in order.
    pub(super) fn numbers(&self, tag: Tag) -> impl Iterator<Item = u32> + use<'b> {
        let bytes = self.entry(tag).and_then(|entry| match entry.kind {
            INT32 => self.store.get(entry.offset..)?.get(..entry.count.checked_mul(4)?),
            _ => None,
        });
        bytes
            .unwrap_or_default()
            .chunks_exact(4)
            .filter_map(|bytes| Big.u32(bytes, 0))
    }
}
