//! The directory of a zip archive and single entries of it, read in place.
//!
//! Source: PKWARE's APPNOTE. Archives are walked rather than loaded: nothing is kept for an entry that nobody wants,
//! so a directory of ten million entries costs no memory. A script may precede the archive (executable jars); all
//! offsets are then off by its length, or not, depending on the tool.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

use assay_artifacts::{Cursor, RandomAccess};
use flate2::bufread::DeflateDecoder;
use sha1::{Digest, Sha1};

use crate::{
    binary_file::{FormatError, read_exact},
    byte_order::ByteOrder::Little,
};

const LOCAL_HEADER: u32 = 0x0403_4b50;
const DIRECTORY_ENTRY: u32 = 0x0201_4b50;
const DIRECTORY_END: u32 = 0x0605_4b50;
const DIRECTORY_END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;

const LOCAL_HEADER_LEN: u64 = 30;
const DIRECTORY_ENTRY_LEN: usize = 46;
const DIRECTORY_END_LEN: usize = 22;
const LONGEST_COMMENT: u64 = 0xffff;

/// A stretch of a file that is an archive.
#[derive(Clone, Copy)]
pub(super) struct Span<'a> {
    file: RandomAccess<'a>,
    start: u64,
    len: u64,
}

impl<'a> Span<'a> {
    /// The whole of a file.
    pub(super) fn whole(file: RandomAccess<'a>) -> Span<'a> {
        Span {
            file,
            start: 0,
            len: file.len(),
        }
    }

    /// Its size in bytes.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// The digest that repositories of archives name it by.
    pub(super) fn sha1(&self) -> Result<[u8; 20], FormatError> {
        let mut reader = self.reader()?;
        let mut hasher = Sha1::new();
        loop {
            let bytes = reader.fill_buf()?;
            if bytes.is_empty() {
                return Ok(hasher.finalize().into());
            }
            hasher.update(bytes);
            let used = bytes.len();
            reader.consume(used);
        }
    }

    fn part(&self, offset: u64, len: u64) -> Result<Span<'a>, FormatError> {
        if offset.checked_add(len).is_none_or(|end| end > self.len) {
            return Err(FormatError::malformed(
                "an entry reaches beyond the end of the archive",
            ));
        }
        Ok(Span {
            file: self.file,
            start: self.start.saturating_add(offset),
            len,
        })
    }

    fn read_exact(&self, offset: u64, buffer: &mut [u8]) -> Result<(), FormatError> {
        self.part(offset, buffer.len() as u64)?;
        read_exact(&self.file, self.start.saturating_add(offset), buffer)
    }

    fn reader(&self) -> Result<BufReader<std::io::Take<Cursor<'a>>>, FormatError> {
        let mut cursor = self.file.cursor();
        cursor.seek(SeekFrom::Start(self.start))?;
        let room = usize::try_from(self.len)
            .unwrap_or(usize::MAX)
            .clamp(64, 32 << 10);
        Ok(BufReader::with_capacity(room, cursor.take(self.len)))
    }
}

/// How an entry is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Deflated,
    Other(u16),
}

/// An entry as the directory has it.
#[derive(Clone, Debug)]
pub(super) struct ZipEntry {
    pub(super) name: String,
    pub(super) method: Method,
    pub(super) is_encrypted: bool,
    pub(super) packed_size: u64,
    pub(super) size: u64,
    offset: u64,
}

/// An archive whose directory was found.
pub(super) struct ZipArchive<'a> {
    span: Span<'a>,
    directory: Span<'a>,
    /// What is to be added to the offsets of entries.
    shift: u64,
}

impl<'a> ZipArchive<'a> {
    /// All of it.
    pub(super) fn span(&self) -> Span<'a> {
        self.span
    }

    /// Finds the directory of an archive.
    pub(super) fn open(span: Span<'a>) -> Result<ZipArchive<'a>, FormatError> {
        let foreign = || FormatError::malformed("the file is no zip archive, or it is cut off");
        let tail_len = span.len.min(LONGEST_COMMENT + DIRECTORY_END_LEN as u64);
        let mut tail = vec![0; usize::try_from(tail_len).unwrap_or_default()];
        span.read_exact(span.len - tail_len, &mut tail)?;
        let at = (0..=tail.len().saturating_sub(DIRECTORY_END_LEN))
            .rev()
            .find(|at| Little.u32(&tail, *at) == Some(DIRECTORY_END))
            .ok_or_else(foreign)?;
        let end = tail.get(at..).ok_or_else(foreign)?;
        let end_at = span.len - tail_len + at as u64;
        let mut size = u64::from(Little.u32(end, 12).ok_or_else(foreign)?);
        let mut offset = u64::from(Little.u32(end, 16).ok_or_else(foreign)?);
        let mut directory_end = end_at;
        if (size == u64::from(u32::MAX) || offset == u64::from(u32::MAX))
            && let Some((size_64, offset_64, end_64)) = directory_64(&span, end_at)
        {
            (size, offset, directory_end) = (size_64, offset_64, end_64);
        }
        // The directory ends where its end record begins; what it should begin at may count from elsewhere.
        let start = directory_end.checked_sub(size).ok_or_else(foreign)?;
        let shift = start.checked_sub(offset).ok_or_else(foreign)?;
        let directory = span.part(start, size)?;
        Ok(ZipArchive {
            span,
            directory,
            shift,
        })
    }

    /// Gives every entry of the directory.
    pub(super) fn entries(&self, each: &mut dyn FnMut(&ZipEntry)) -> Result<(), FormatError> {
        let mut reader = self.directory.reader()?;
        let mut header = [0; DIRECTORY_ENTRY_LEN];
        let mut name = Vec::new();
        let mut extra = Vec::new();
        let mut entry = ZipEntry {
            name: String::new(),
            method: Method::Stored,
            is_encrypted: false,
            packed_size: 0,
            size: 0,
            offset: 0,
        };
        while !reader.fill_buf()?.is_empty() {
            let broken = || FormatError::malformed("the directory of the archive is broken");
            reader.read_exact(&mut header).map_err(|_| broken())?;
            if Little.u32(&header, 0) != Some(DIRECTORY_ENTRY) {
                return Err(broken());
            }
            let u16 = |at| Little.u16(&header, at).unwrap_or_default();
            let u32 = |at| u64::from(Little.u32(&header, at).unwrap_or_default());
            fill(&mut reader, &mut name, u16(28))?;
            fill(&mut reader, &mut extra, u16(30))?;
            entry.name.clear();
            entry.name.push_str(&String::from_utf8_lossy(&name));
            entry.method = match u16(10) {
                0 => Method::Stored,
                8 => Method::Deflated,
                other => Method::Other(other),
            };
            entry.is_encrypted = u16(8) & 1 != 0;
            (entry.packed_size, entry.size, entry.offset) = (u32(20), u32(24), u32(42));
            widen(&mut entry, &extra);
            fill(&mut reader, &mut extra, u16(32))?;
            each(&entry);
        }
        Ok(())
    }

    /// Where the packed content of an entry is.
    pub(super) fn packed(&self, entry: &ZipEntry) -> Result<Span<'a>, FormatError> {
        let broken = || FormatError::malformed("an entry is not where the directory has it");
        if entry.is_encrypted {
            return Err(FormatError::Unsupported("the entry is encrypted".into()));
        }
        let offset = entry.offset.checked_add(self.shift).ok_or_else(broken)?;
        let mut header = [0; LOCAL_HEADER_LEN as usize];
        self.span.read_exact(offset, &mut header)?;
        if Little.u32(&header, 0) != Some(LOCAL_HEADER) {
            return Err(broken());
        }
        let len = |at| u64::from(Little.u16(&header, at).unwrap_or_default());
        self.span
            .part(offset + LOCAL_HEADER_LEN + len(26) + len(28), entry.packed_size)
    }

    /// The first bytes of an entry's content, at most `limit` of them.
    pub(super) fn read(&self, entry: &ZipEntry, limit: u64) -> Result<Vec<u8>, FormatError> {
        let packed = self.packed(entry)?.reader()?;
        let mut content = Vec::new();
        match entry.method {
            Method::Stored => packed.take(limit).read_to_end(&mut content)?,
            Method::Deflated => DeflateDecoder::new(packed)
                .take(limit)
                .read_to_end(&mut content)
                .map_err(|error| {
                    FormatError::Malformed(format!("an entry cannot be unpacked: {error}").into())
                })?,
            Method::Other(method) => {
                let what = format!("the entry is packed by method {method}");
                return Err(FormatError::Unsupported(what.into()));
            }
        };
        Ok(content)
    }
}

/// Size, offset and end of the directory where they need 64 bits.
fn directory_64(span: &Span<'_>, end_at: u64) -> Option<(u64, u64, u64)> {
    let mut locator = [0; 20];
    let locator_at = end_at.checked_sub(20)?;
    span.read_exact(locator_at, &mut locator).ok()?;
    if Little.u32(&locator, 0)? != LOCATOR_64 {
        return None;
    }
    let mut record = [0; 56];
    // Without a script before the archive the locator tells where it is, with one it is right before the locator.
    [Little.u64(&locator, 8)?, locator_at.checked_sub(56)?]
        .into_iter()
        .find_map(|at| {
            span.read_exact(at, &mut record).ok()?;
            (Little.u32(&record, 0)? == DIRECTORY_END_64).then_some(())?;
            Some((Little.u64(&record, 40)?, Little.u64(&record, 48)?, at))
        })
}

/// Puts in the 64-bit numbers of an entry's extra field where the narrow ones do not suffice.
fn widen(entry: &mut ZipEntry, extra: &[u8]) {
    const NARROW: u64 = u32::MAX as u64;
    let mut rest = extra;
    while let (Some(id), Some(len)) = (Little.u16(rest, 0), Little.u16(rest, 2)) {
        let Some((field, after)) = rest
            .get(4..)
            .and_then(|rest| rest.split_at_checked(usize::from(len)))
        else {
            return;
        };
        rest = after;
        if id == 1 {
            let mut numbers = field.chunks_exact(8).filter_map(|bytes| Little.u64(bytes, 0));
            for number in [&mut entry.size, &mut entry.packed_size, &mut entry.offset] {
                if *number == NARROW
                    && let Some(wide) = numbers.next()
                {
                    *number = wide;
                }
            }
        }
    }
}

fn fill(reader: &mut impl Read, buffer: &mut Vec<u8>, len: u16) -> Result<(), FormatError> {
    buffer.resize(usize::from(len), 0);
    reader
        .read_exact(buffer)
        .map_err(|_| FormatError::malformed("the directory of the archive is broken"))
}
