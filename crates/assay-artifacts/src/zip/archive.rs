//! The directory of a zip archive and single entries of it, read in place.
//!
//! Source: PKWARE's APPNOTE. Archives are walked rather than loaded: nothing is kept for an entry that nobody wants,
//! so a directory of ten million entries costs no memory. A script may precede the archive (executable jars); all
//! offsets are then off by its length, or not, depending on the tool.

use std::{
    borrow::Cow,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
};

use flate2::bufread::DeflateDecoder;
use thiserror::Error;

use crate::{Cursor, RandomAccess, little_endian};

const LOCAL_HEADER: u32 = 0x0403_4b50;
const DIRECTORY_ENTRY: u32 = 0x0201_4b50;
const DIRECTORY_END: u32 = 0x0605_4b50;
const DIRECTORY_END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;

const LOCAL_HEADER_LEN: u64 = 30;
const DIRECTORY_ENTRY_LEN: usize = 46;
const DIRECTORY_END_LEN: usize = 22;
const LONGEST_COMMENT: u64 = 0xffff;

/// Why an archive, or an entry of it, could not be read.
#[derive(Debug, Error)]
pub enum ZipError {
    /// The input failed.
    #[error("reading stopped midway: {0}")]
    Io(#[from] io::Error),
    /// The content breaks its format.
    #[error("{0}")]
    Malformed(Cow<'static, str>),
    /// The format allows it, and it is not handled.
    #[error("{0}")]
    Unsupported(Cow<'static, str>),
}

impl ZipError {
    fn malformed(what: &'static str) -> ZipError {
        ZipError::Malformed(what.into())
    }
}

/// A stretch of a file that is an archive.
#[derive(Clone, Copy)]
pub struct Span<'a> {
    file: RandomAccess<'a>,
    start: u64,
    len: u64,
}

impl<'a> Span<'a> {
    /// The whole of a file.
    pub fn whole(file: RandomAccess<'a>) -> Span<'a> {
        Span {
            file,
            start: 0,
            len: file.len(),
        }
    }

    /// Its size in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn part(&self, offset: u64, len: u64) -> Result<Span<'a>, ZipError> {
        if offset.checked_add(len).is_none_or(|end| end > self.len) {
            return Err(ZipError::malformed(
                "an entry reaches beyond the end of the archive",
            ));
        }
        Ok(Span {
            file: self.file,
            start: self.start.saturating_add(offset),
            len,
        })
    }

    fn read_exact(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ZipError> {
        self.part(offset, buffer.len() as u64)?;
        let read = self.file.read_at(buffer, self.start.saturating_add(offset))?;
        if read < buffer.len() {
            return Err(ZipError::malformed("the archive ends too early"));
        }
        Ok(())
    }

    /// Its bytes from the start.
    ///
    /// # Errors
    ///
    /// When the input fails.
    pub fn reader(&self) -> Result<BufReader<io::Take<Cursor<'a>>>, ZipError> {
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
pub enum Method {
    /// Not at all.
    Stored,
    /// By deflate.
    Deflated,
    /// By another method, by its number.
    Other(u16),
}

/// An entry as the directory has it.
#[derive(Clone, Debug)]
pub struct ZipEntry {
    /// Its path as the directory has it; bytes that are not UTF-8 are U+FFFD.
    pub name: String,
    /// How it is compressed.
    pub method: Method,
    /// Whether a password is needed.
    pub is_encrypted: bool,
    /// Bytes in the archive.
    pub packed_size: u64,
    /// Bytes of the content, as the directory claims.
    pub size: u64,
    /// The Unix mode, type bits included, where the archiver kept one.
    pub mode: Option<u32>,
    offset: u64,
}

/// An archive whose directory was found.
pub struct ZipArchive<'a> {
    span: Span<'a>,
    directory: Span<'a>,
    /// What is to be added to the offsets of entries.
    shift: u64,
}

impl<'a> ZipArchive<'a> {
    /// Finds the directory of an archive.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn open(span: Span<'a>) -> Result<ZipArchive<'a>, ZipError> {
        let foreign = || ZipError::malformed("the file is no zip archive, or it is cut off");
        let tail_len = span.len.min(LONGEST_COMMENT + DIRECTORY_END_LEN as u64);
        let mut tail = vec![0; usize::try_from(tail_len).unwrap_or_default()];
        span.read_exact(span.len - tail_len, &mut tail)?;
        let at = (0..=tail.len().saturating_sub(DIRECTORY_END_LEN))
            .rev()
            .find(|at| little_endian::u32(&tail, *at) == Some(DIRECTORY_END))
            .ok_or_else(foreign)?;
        let end = tail.get(at..).ok_or_else(foreign)?;
        let end_at = span.len - tail_len + at as u64;
        let mut size = u64::from(little_endian::u32(end, 12).ok_or_else(foreign)?);
        let mut offset = u64::from(little_endian::u32(end, 16).ok_or_else(foreign)?);
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

    /// All of it, with what precedes the archive.
    pub fn span(&self) -> Span<'a> {
        self.span
    }

    /// Gives every entry of the directory.
    ///
    /// # Errors
    ///
    /// When the directory is broken; the entries before were given.
    pub fn entries(&self, each: &mut dyn FnMut(&ZipEntry)) -> Result<(), ZipError> {
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
            mode: None,
            offset: 0,
        };
        while !reader.fill_buf()?.is_empty() {
            let broken = || ZipError::malformed("the directory of the archive is broken");
            reader.read_exact(&mut header).map_err(|_| broken())?;
            if little_endian::u32(&header, 0) != Some(DIRECTORY_ENTRY) {
                return Err(broken());
            }
            let u16 = |at| little_endian::u16(&header, at).unwrap_or_default();
            let u32 = |at| u64::from(little_endian::u32(&header, at).unwrap_or_default());
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
            // The upper byte of "version made by": 3 is Unix, 19 macOS.
            let mode = (u32(38) >> 16) as u32;
            entry.mode = matches!(u16(4) >> 8, 3 | 19)
                .then_some(mode)
                .filter(|mode| *mode != 0);
            (entry.packed_size, entry.size, entry.offset) = (u32(20), u32(24), u32(42));
            widen(&mut entry, &extra);
            fill(&mut reader, &mut extra, u16(32))?;
            each(&entry);
        }
        Ok(())
    }

    /// Where the packed content of an entry is.
    ///
    /// # Errors
    ///
    /// When the entry is encrypted or not where the directory has it.
    pub fn packed(&self, entry: &ZipEntry) -> Result<Span<'a>, ZipError> {
        let broken = || ZipError::malformed("an entry is not where the directory has it");
        if entry.is_encrypted {
            return Err(ZipError::Unsupported("the entry is encrypted".into()));
        }
        let offset = entry.offset.checked_add(self.shift).ok_or_else(broken)?;
        let mut header = [0; LOCAL_HEADER_LEN as usize];
        self.span.read_exact(offset, &mut header)?;
        if little_endian::u32(&header, 0) != Some(LOCAL_HEADER) {
            return Err(broken());
        }
        let len = |at| u64::from(little_endian::u16(&header, at).unwrap_or_default());
        self.span
            .part(offset + LOCAL_HEADER_LEN + len(26) + len(28), entry.packed_size)
    }

    /// An entry's content, unpacked as it is read.
    ///
    /// # Errors
    ///
    /// When the entry is encrypted, not where the directory has it, or packed by a method that is not handled.
    pub fn content(&self, entry: &ZipEntry) -> Result<Box<dyn Read + 'a>, ZipError> {
        let packed = self.packed(entry)?.reader()?;
        match entry.method {
            Method::Stored => Ok(Box::new(packed)),
            Method::Deflated => Ok(Box::new(DeflateDecoder::new(packed))),
            Method::Other(method) => {
                let what = format!("the entry is packed by method {method}");
                Err(ZipError::Unsupported(what.into()))
            }
        }
    }

    /// The first bytes of an entry's content, at most `limit` of them.
    ///
    /// # Errors
    ///
    /// As [`ZipArchive::content`], and when the content breaks its format.
    pub fn read(&self, entry: &ZipEntry, limit: u64) -> Result<Vec<u8>, ZipError> {
        let mut content = Vec::new();
        let read = self.content(entry)?.take(limit).read_to_end(&mut content);
        match read {
            Ok(_) => Ok(content),
            Err(error) if entry.method == Method::Deflated => Err(ZipError::Malformed(
                format!("an entry cannot be unpacked: {error}").into(),
            )),
            Err(error) => Err(error.into()),
        }
    }
}

/// Size, offset and end of the directory where they need 64 bits.
fn directory_64(span: &Span<'_>, end_at: u64) -> Option<(u64, u64, u64)> {
    let mut locator = [0; 20];
    let locator_at = end_at.checked_sub(20)?;
    span.read_exact(locator_at, &mut locator).ok()?;
    if little_endian::u32(&locator, 0)? != LOCATOR_64 {
        return None;
    }
    let mut record = [0; 56];
    // Without a script before the archive the locator tells where it is, with one it is right before the locator.
    [little_endian::u64(&locator, 8)?, locator_at.checked_sub(56)?]
        .into_iter()
        .find_map(|at| {
            span.read_exact(at, &mut record).ok()?;
            (little_endian::u32(&record, 0)? == DIRECTORY_END_64).then_some(())?;
            Some((
                little_endian::u64(&record, 40)?,
                little_endian::u64(&record, 48)?,
                at,
            ))
        })
}

/// Puts in the 64-bit numbers of an entry's extra field where the narrow ones do not suffice.
fn widen(entry: &mut ZipEntry, extra: &[u8]) {
    const NARROW: u64 = u32::MAX as u64;
    let mut rest = extra;
    while let (Some(id), Some(len)) = (little_endian::u16(rest, 0), little_endian::u16(rest, 2)) {
        let Some((field, after)) = rest
            .get(4..)
            .and_then(|rest| rest.split_at_checked(usize::from(len)))
        else {
            return;
        };
        rest = after;
        if id == 1 {
            let mut numbers = field
                .chunks_exact(8)
                .filter_map(|bytes| little_endian::u64(bytes, 0));
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

fn fill(reader: &mut impl Read, buffer: &mut Vec<u8>, len: u16) -> Result<(), ZipError> {
    buffer.resize(usize::from(len), 0);
    reader
        .read_exact(buffer)
        .map_err(|_| ZipError::malformed("the directory of the archive is broken"))
}
