//! The bytes of one file, read as far as a visitor wants them and no further.

use std::{
    fs::File,
    io::{self, Read, Write},
    os::unix::fs::FileExt,
};

use assay_model::{Diagnostic, DiagnosticCode};
use thiserror::Error;

use crate::{
    Limits,
    random_access::{Cursor, RandomAccess},
};

/// Why the content of a file could not be had.
#[derive(Debug, Error)]
pub enum ContentError {
    /// It is larger than the reader takes.
    #[error("the file has {size} bytes, more than the {limit} that are read")]
    TooLarge {
        /// Its size.
        size: u64,
        /// What is taken.
        limit: u64,
    },
    /// It came by as a stream and was let go of before.
    #[error("the file was read as a stream before and cannot be read again")]
    Consumed,
    /// The input failed.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
}

impl ContentError {
    /// The same as a diagnostic about a path.
    pub fn diagnostic(&self, path: &str) -> Diagnostic {
        let code = match self {
            ContentError::TooLarge { .. } => DiagnosticCode::LimitReached,
            ContentError::Consumed | ContentError::Io(_) => DiagnosticCode::Unreadable,
        };
        Diagnostic::at(code, path, self.to_string())
    }
}

impl From<ContentError> for io::Error {
    fn from(error: ContentError) -> io::Error {
        match error {
            ContentError::Io(error) => error,
            other => io::Error::other(other),
        }
    }
}

/// Buffers that live as long as the reading of a layer, so that files do not each need new ones.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    bytes: Vec<u8>,
    spool: Option<File>,
}

/// Above this a buffer is given back after the file that needed it.
const KEEP: usize = 1 << 20;

impl Scratch {
    fn reset(&mut self) {
        self.bytes.clear();
        if self.bytes.capacity() > KEEP {
            self.bytes = Vec::new();
        }
        self.spool = None;
    }
}

enum Source<'a> {
    /// A file, or a stretch of an uncompressed archive: any byte can be had at any time.
    Placed { file: &'a File, offset: u64 },
    /// A stream, ending with the file.
    Passing(&'a mut dyn Read),
}

/// How much of a passing stream is gone, and where it is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// The first bytes, as many as `Scratch::bytes` holds.
    Prefix,
    /// All of it in `Scratch::bytes`.
    Memory,
    /// All of it in `Scratch::spool`.
    Disk,
    /// Handed out and gone.
    Nowhere,
}

/// The content of one file.
///
/// Reading is lazy; what was read once can be asked for again in any of the forms, except after
/// [`Content::stream`] on a compressed layer.
pub struct Content<'a> {
    source: Source<'a>,
    size: u64,
    kept: Kept,
    scratch: &'a mut Scratch,
    limits: &'a Limits,
}

impl<'a> Content<'a> {
    pub(crate) fn placed(
        file: &'a File,
        offset: u64,
        size: u64,
        scratch: &'a mut Scratch,
        limits: &'a Limits,
    ) -> Content<'a> {
        scratch.reset();
        Content {
            source: Source::Placed { file, offset },
            size,
            kept: Kept::Prefix,
            scratch,
            limits,
        }
    }

    pub(crate) fn passing(
        stream: &'a mut dyn Read,
        size: u64,
        scratch: &'a mut Scratch,
        limits: &'a Limits,
    ) -> Content<'a> {
        scratch.reset();
        Content {
            source: Source::Passing(stream),
            size,
            kept: Kept::Prefix,
            scratch,
            limits,
        }
    }

    /// The size in bytes that the tree states.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Up to `count` bytes from the start; fewer only where the file is shorter. Meant for magic numbers: at most
    /// 64 KiB are given.
    pub fn peek(&mut self, count: usize) -> Result<&[u8], ContentError> {
        let count = count
            .min(64 << 10)
            .min(usize::try_from(self.size).unwrap_or(usize::MAX));
        match self.kept {
            Kept::Nowhere => return Err(ContentError::Consumed),
            Kept::Disk => {
                if let Some(spool) = &self.scratch.spool {
                    fill_at(spool, 0, count, &mut self.scratch.bytes)?;
                }
            }
            Kept::Prefix | Kept::Memory => {}
        }
        if self.scratch.bytes.len() < count && self.kept == Kept::Prefix {
            match &mut self.source {
                Source::Placed { file, offset } => fill_at(file, *offset, count, &mut self.scratch.bytes)?,
                Source::Passing(stream) => {
                    let missing = count - self.scratch.bytes.len();
                    stream.take(missing as u64).read_to_end(&mut self.scratch.bytes)?;
                }
            }
        }
        let bytes = &self.scratch.bytes;
        Ok(bytes.get(..count).unwrap_or(bytes))
    }

    /// The whole content, if it has no more than `limit` bytes.
    pub fn bytes(&mut self, limit: u64) -> Result<&[u8], ContentError> {
        if self.size > limit {
            return Err(ContentError::TooLarge {
                size: self.size,
                limit,
            });
        }
        match self.kept {
            Kept::Nowhere => return Err(ContentError::Consumed),
            Kept::Memory => {}
            Kept::Prefix => self.keep_in_memory()?,
            Kept::Disk => {
                let size = usize::try_from(self.size).unwrap_or(usize::MAX);
                if let Some(spool) = &self.scratch.spool {
                    fill_at(spool, 0, size, &mut self.scratch.bytes)?;
                }
            }
        }
        Ok(&self.scratch.bytes)
    }

    /// The content from the start, piece by piece, for what is read line by line.
    pub fn stream(&mut self) -> Result<impl Read + '_, ContentError> {
        if let Source::Placed { file, offset } = &self.source {
            let (file, position) = (*file, *offset);
            let cursor = RandomAccess::in_file(file, position, self.size).cursor();
            return Ok(Stream {
                kept: &[],
                rest: Rest::Placed(cursor),
            });
        }
        match self.kept {
            Kept::Nowhere => Err(ContentError::Consumed),
            Kept::Memory => Ok(Stream {
                kept: &self.scratch.bytes,
                rest: Rest::None,
            }),
            Kept::Disk => match &self.scratch.spool {
                Some(spool) => {
                    let cursor = RandomAccess::in_file(spool, 0, self.size).cursor();
                    Ok(Stream {
                        kept: &[],
                        rest: Rest::Placed(cursor),
                    })
                }
                None => Err(ContentError::Consumed),
            },
            Kept::Prefix => {
                self.kept = Kept::Nowhere;
                match &mut self.source {
                    Source::Passing(stream) => Ok(Stream {
                        kept: &self.scratch.bytes,
                        rest: Rest::Passing(*stream),
                    }),
                    Source::Placed { .. } => Err(ContentError::Consumed),
                }
            }
        }
    }

    /// The content for reading at any offset: in place where the tree allows it, else from memory or an unlinked
    /// temporary file.
    pub fn random_access(&mut self) -> Result<RandomAccess<'_>, ContentError> {
        if self.size > self.limits.random_access {
            return Err(ContentError::TooLarge {
                size: self.size,
                limit: self.limits.random_access,
            });
        }
        if let Source::Placed { file, offset } = &self.source {
            return Ok(RandomAccess::in_file(file, *offset, self.size));
        }
        match self.kept {
            Kept::Nowhere => return Err(ContentError::Consumed),
            Kept::Memory | Kept::Disk => {}
            Kept::Prefix if self.size <= self.limits.spool_memory => self.keep_in_memory()?,
            Kept::Prefix => self.keep_on_disk()?,
        }
        match (&self.scratch.spool, self.kept) {
            (Some(spool), Kept::Disk) => Ok(RandomAccess::in_file(spool, 0, self.size)),
            _ => Ok(RandomAccess::in_memory(&self.scratch.bytes)),
        }
    }

    fn keep_in_memory(&mut self) -> Result<(), ContentError> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        match &mut self.source {
            Source::Placed { file, offset } => {
                if self.scratch.bytes.len() < size {
                    fill_at(file, *offset, size, &mut self.scratch.bytes)?;
                }
            }
            Source::Passing(stream) => {
                stream.take(self.size).read_to_end(&mut self.scratch.bytes)?;
            }
        }
        self.kept = Kept::Memory;
        Ok(())
    }

    fn keep_on_disk(&mut self) -> Result<(), ContentError> {
        let mut spool = tempfile::tempfile()?;
        spool.write_all(&self.scratch.bytes)?;
        if let Source::Passing(stream) = &mut self.source {
            io::copy(&mut stream.take(self.size), &mut spool)?;
        }
        self.scratch.spool = Some(spool);
        self.kept = Kept::Disk;
        Ok(())
    }
}

/// Reads `count` bytes at `offset` into `out`, replacing it; fewer where the file is shorter.
fn fill_at(file: &File, offset: u64, count: usize, out: &mut Vec<u8>) -> io::Result<()> {
    /// How much room is made before there is proof that the file is as large as it says.
    const STEP: usize = 4 << 20;
    out.clear();
    while out.len() < count {
        let from = out.len();
        out.resize(count.min(from + STEP), 0);
        let mut filled = from;
        while filled < out.len() {
            match file.read_at(&mut out[filled..], offset + filled as u64) {
                Ok(0) => {
                    out.truncate(filled);
                    return Ok(());
                }
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

enum Rest<'a> {
    None,
    Placed(Cursor<'a>),
    Passing(&'a mut dyn Read),
}

struct Stream<'a> {
    kept: &'a [u8],
    rest: Rest<'a>,
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.kept.is_empty() {
            return self.kept.read(buffer);
        }
        match &mut self.rest {
            Rest::None => Ok(0),
            Rest::Placed(cursor) => cursor.read(buffer),
            Rest::Passing(stream) => stream.read(buffer),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom};

    use super::*;

    const DATA: &[u8] = b"0123456789";

    fn read_all(mut reader: impl Read) -> Vec<u8> {
        let mut out = Vec::new();
        reader.read_to_end(&mut out).unwrap();
        out
    }

    fn check(content: &mut Content<'_>) {
        assert_eq!(content.peek(4).unwrap(), b"0123");
        assert_eq!(content.peek(100).unwrap(), DATA);
        assert!(matches!(
            content.bytes(9),
            Err(ContentError::TooLarge { size: 10, limit: 9 })
        ));
        let access = content.random_access().unwrap();
        let mut two = [0; 2];
        assert_eq!(access.read_at(&mut two, 7).unwrap(), 2);
        assert_eq!(&two, b"78");
        assert_eq!(access.read_at(&mut two, 9).unwrap(), 1);
        assert_eq!(access.read_at(&mut two, 99).unwrap(), 0);
        let mut cursor = access.cursor();
        cursor.seek(SeekFrom::End(-3)).unwrap();
        assert_eq!(read_all(cursor), b"789");
        assert_eq!(content.peek(2).unwrap(), b"01");
        assert_eq!(content.bytes(10).unwrap(), DATA);
        assert_eq!(read_all(content.stream().unwrap()), DATA);
    }

    #[test]
    fn every_form_gives_the_same() {
        let mut scratch = Scratch::default();
        let small = Limits {
            spool_memory: 3,
            ..Limits::default()
        };
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"xx0123456789yy").unwrap();
        for limits in [Limits::default(), small] {
            check(&mut Content::placed(&file, 2, 10, &mut scratch, &limits));
            let mut stream = DATA;
            check(&mut Content::passing(&mut stream, 10, &mut scratch, &limits));
        }
        let mut stream = DATA;
        let limits = Limits::default();
        let mut content = Content::passing(&mut stream, 10, &mut scratch, &limits);
        content.peek(3).unwrap();
        assert_eq!(read_all(content.stream().unwrap()), DATA);
        assert!(matches!(content.bytes(10), Err(ContentError::Consumed)));
    }
}
