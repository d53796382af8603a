//! Streams of archive bytes: a stretch of a file that can be skipped through, or a decompressor that cannot.

use std::{
    cell::RefCell,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    os::unix::fs::FileExt,
    rc::Rc,
    sync::Arc,
};

use crate::{
    Limits, Progress,
    compression::{self, Compression},
    digest::{Digest, Hasher},
    error::Stop,
};

/// A stretch of a file that holds an archive or blob.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    pub(crate) file: Arc<File>,
    pub(crate) offset: u64,
    pub(crate) len: u64,
}

impl Stretch {
    /// Reads all of it, if it has no more than `limit` bytes.
    pub(crate) fn read(&self, limit: u64) -> io::Result<Vec<u8>> {
        if self.len > limit {
            return Err(Stop::Limit(format!("{} bytes, where {limit} are read", self.len)).into());
        }
        let mut out = Vec::new();
        self.reader().read_to_end(&mut out)?;
        Ok(out)
    }

    /// Reads it from its start.
    pub(crate) fn reader(&self) -> StretchReader {
        StretchReader {
            stretch: self.clone(),
            position: 0,
        }
    }

    /// What of it comes after `count` bytes.
    fn after(&self, count: u64) -> Stretch {
        let count = count.min(self.len);
        Stretch {
            file: Arc::clone(&self.file),
            offset: self.offset + count,
            len: self.len - count,
        }
    }

    /// Its first 512 bytes, enough to tell what it is.
    pub(crate) fn head(&self) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        self.reader().take(512).read_to_end(&mut out)?;
        Ok(out)
    }
}

/// Reads a [`Stretch`] front to back without moving the file's own position.
pub(crate) struct StretchReader {
    stretch: Stretch,
    position: u64,
}

impl Read for StretchReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.stretch.len.saturating_sub(self.position);
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        if room == 0 {
            return Ok(0);
        }
        let read = self
            .stretch
            .file
            .read_at(&mut buffer[..room], self.stretch.offset + self.position)?;
        self.position += read as u64;
        Ok(read)
    }
}

/// What a tar reader reads from.
pub(crate) trait Source: BufRead {
    /// Passes over `count` bytes; an error where fewer are left.
    fn skip(&mut self, count: u64) -> io::Result<()>;
    /// How many bytes went by.
    fn position(&self) -> u64;
    /// Where the next bytes are, if they can be read at any time.
    fn placed(&self) -> Option<Stretch>;
    /// Reads what is left and checks that all is as promised; called when the archive's end was seen.
    fn finish(&mut self) -> io::Result<()>;
    /// How many bytes of the file were read or passed over.
    fn raw_bytes(&self) -> u64;
}

/// An uncompressed stretch: what nobody wants is jumped over and never read.
pub(crate) struct Window<'a> {
    stretch: Stretch,
    /// Offset in the stretch just behind the buffer.
    filled_to: u64,
    buffer: Vec<u8>,
    used: usize,
    next_fill: usize,
    progress: &'a dyn Progress,
}

/// First read after a jump: a header and the start of a small file.
const SMALL_FILL: usize = 4 << 10;
const LARGE_FILL: usize = 64 << 10;

impl<'a> Window<'a> {
    pub(crate) fn new(stretch: Stretch, progress: &'a dyn Progress) -> Window<'a> {
        Window {
            stretch,
            filled_to: 0,
            buffer: Vec::new(),
            used: 0,
            next_fill: SMALL_FILL,
            progress,
        }
    }
}

impl Read for Window<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Window<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used == self.buffer.len() {
            let left = self.stretch.len.saturating_sub(self.filled_to);
            let room = usize::try_from(left).unwrap_or(usize::MAX).min(self.next_fill);
            self.buffer.resize(room, 0);
            self.used = 0;
            let offset = self.stretch.offset + self.filled_to;
            let read = loop {
                match self.stretch.file.read_at(&mut self.buffer, offset) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => {
                        self.buffer.clear();
                        return Err(error);
                    }
                    Ok(read) => break read,
                }
            };
            self.buffer.truncate(read);
            self.filled_to += read as u64;
            self.next_fill = (self.next_fill * 2).min(LARGE_FILL);
            self.progress.bytes(read as u64);
        }
        Ok(self.buffer.get(self.used..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.used = (self.used + count).min(self.buffer.len());
    }
}

impl Source for Window<'_> {
    fn skip(&mut self, count: u64) -> io::Result<()> {
        let buffered = (self.buffer.len() - self.used) as u64;
        if count <= buffered {
            self.used += count as usize;
            return Ok(());
        }
        let beyond = count - buffered;
        self.buffer.clear();
        self.used = 0;
        if beyond > self.stretch.len.saturating_sub(self.filled_to) {
            self.filled_to = self.stretch.len;
            return Err(Stop::CutOff.into());
        }
        self.filled_to += beyond;
        self.next_fill = SMALL_FILL;
        self.progress.bytes(beyond);
        Ok(())
    }

    fn position(&self) -> u64 {
        self.filled_to - (self.buffer.len() - self.used) as u64
    }

    fn placed(&self) -> Option<Stretch> {
        Some(self.stretch.after(self.position()))
    }

    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn raw_bytes(&self) -> u64 {
        self.filled_to
    }
}

/// The bytes as they lie in the file, counted and hashed on their way.
struct Raw<'a> {
    inner: Box<dyn Read + 'a>,
    count: u64,
    hasher: Option<Hasher>,
    progress: &'a dyn Progress,
}

impl Read for Raw<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        self.progress.bytes(read as u64);
        if let Some(hasher) = &mut self.hasher {
            hasher.update(buffer.get(..read).unwrap_or_default());
        }
        Ok(read)
    }
}

/// A handle on the raw bytes that stays outside while a decompressor owns the other.
#[derive(Clone)]
struct SharedRaw<'a>(Rc<RefCell<Raw<'a>>>);

impl Read for SharedRaw<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.borrow_mut().read(buffer)
    }
}

/// Decompressed bytes, held to the limits. An error stays: a decompressor asked again might call it the end.
struct Bounded<'a> {
    inner: Box<dyn Read + 'a>,
    raw: SharedRaw<'a>,
    compressed: bool,
    produced: u64,
    limits: Limits,
    failed: Option<(io::ErrorKind, String)>,
}

impl Bounded<'_> {
    fn check(&self) -> Result<(), Stop> {
        if self.produced > self.limits.layer_bytes {
            return Err(Stop::Limit(format!(
                "more than {} bytes when decompressed",
                self.limits.layer_bytes
            )));
        }
        let raw = self.raw.0.borrow().count;
        if self.compressed
            && self.produced > self.limits.ratio_from
            && self.produced / self.limits.ratio.max(1) > raw
        {
            let ratio = self.limits.ratio;
            return Err(Stop::Limit(format!(
                "{raw} bytes decompress to more than {ratio} times as many, like an archive made to exhaust its reader"
            )));
        }
        Ok(())
    }
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some((kind, text)) = &self.failed {
            return Err(io::Error::new(*kind, text.clone()));
        }
        self.check()?;
        let read = self.inner.read(buffer).inspect_err(|error| {
            if error.kind() != io::ErrorKind::Interrupted {
                self.failed = Some((error.kind(), error.to_string()));
            }
        })?;
        self.produced += read as u64;
        Ok(read)
    }
}

/// A stream that only goes forward: decompressed, verified against its digest, or both.
pub(crate) struct Stream<'a> {
    inner: BufReader<Bounded<'a>>,
    raw: SharedRaw<'a>,
    position: u64,
    expected: Option<Digest>,
    /// Where the stream is an uncompressed stretch all the same, so that files can be read in place.
    stretch: Option<Stretch>,
}

const RAW_BUFFER: usize = 128 << 10;
const PLAIN_BUFFER: usize = 128 << 10;

impl<'a> Stream<'a> {
    /// A stream over `inner`, whose first bytes say how it is compressed.
    pub(crate) fn new(
        inner: Box<dyn Read + 'a>,
        compression: Compression,
        expected: Option<Digest>,
        limits: Limits,
        progress: &'a dyn Progress,
    ) -> io::Result<Stream<'a>> {
        let hasher = expected.as_ref().map(Digest::hasher);
        let raw = SharedRaw(Rc::new(RefCell::new(Raw {
            inner,
            count: 0,
            hasher,
            progress,
        })));
        let buffered = BufReader::with_capacity(RAW_BUFFER, raw.clone());
        let decoded = compression::decoder(compression, buffered)?;
        let compressed = compression != Compression::None;
        let bounded = Bounded {
            inner: decoded,
            raw: raw.clone(),
            compressed,
            produced: 0,
            limits,
            failed: None,
        };
        let inner = BufReader::with_capacity(PLAIN_BUFFER, bounded);
        Ok(Stream {
            inner,
            raw,
            position: 0,
            expected,
            stretch: None,
        })
    }

    /// A stream over a stretch of a file.
    pub(crate) fn over(
        stretch: &Stretch,
        compression: Compression,
        expected: Option<Digest>,
        limits: Limits,
        progress: &'a dyn Progress,
    ) -> io::Result<Stream<'a>> {
        let mut stream = Stream::new(
            Box::new(stretch.reader()),
            compression,
            expected,
            limits,
            progress,
        )?;
        if compression == Compression::None {
            stream.stretch = Some(stretch.clone());
        }
        Ok(stream)
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl BufRead for Stream<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.position += count as u64;
        self.inner.consume(count);
    }
}

impl Source for Stream<'_> {
    fn skip(&mut self, count: u64) -> io::Result<()> {
        let mut left = count;
        while left > 0 {
            let there = match self.inner.fill_buf() {
                Ok(bytes) => bytes.len(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if there == 0 {
                return Err(Stop::CutOff.into());
            }
            let step = usize::try_from(left).unwrap_or(usize::MAX).min(there);
            self.consume(step);
            left -= step as u64;
        }
        Ok(())
    }

    fn position(&self) -> u64 {
        self.position
    }

    fn placed(&self) -> Option<Stretch> {
        self.stretch.as_ref().map(|stretch| stretch.after(self.position))
    }

    fn finish(&mut self) -> io::Result<()> {
        let drained = io::copy(&mut self.inner, &mut io::sink());
        // Bytes behind the compressed data that belong to no format: the archive itself is whole.
        match drained {
            Err(error) if error.kind() != io::ErrorKind::InvalidInput => return Err(error),
            _ => {}
        }
        io::copy(&mut self.raw, &mut io::sink())?;
        let hasher = self.raw.0.borrow_mut().hasher.take();
        match (hasher, &self.expected) {
            (Some(hasher), Some(expected)) => {
                let found = hasher.finish();
                if found == expected.hex() {
                    return Ok(());
                }
                let found = format!("{}:{found}", expected.algorithm());
                Err(Stop::Digest {
                    expected: expected.to_string(),
                    found,
                }
                .into())
            }
            _ => Ok(()),
        }
    }

    fn raw_bytes(&self) -> u64 {
        self.raw.0.borrow().count
    }
}
