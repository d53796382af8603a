//! A file of the tree that can be read at any offset.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::FileExt,
};

#[derive(Clone, Copy)]
enum Place<'a> {
    Memory(&'a [u8]),
    File(&'a File, u64),
}

/// A file that can be read at any offset.
#[derive(Clone, Copy)]
pub struct RandomAccess<'a> {
    place: Place<'a>,
    len: u64,
}

impl<'a> RandomAccess<'a> {
    /// Bytes in memory.
    pub fn in_memory(bytes: &'a [u8]) -> RandomAccess<'a> {
        RandomAccess {
            place: Place::Memory(bytes),
            len: bytes.len() as u64,
        }
    }

    /// A stretch of a file.
    pub(crate) fn in_file(file: &'a File, offset: u64, len: u64) -> RandomAccess<'a> {
        RandomAccess {
            place: Place::File(file, offset),
            len,
        }
    }

    /// The content as bytes in memory, where it is there already.
    pub fn as_bytes(&self) -> Option<&'a [u8]> {
        match self.place {
            Place::Memory(bytes) => Some(bytes),
            Place::File(..) => None,
        }
    }

    /// Size in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Reads into `buffer` from `offset` on; fewer bytes only at the end.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let room = usize::try_from(self.len.saturating_sub(offset))
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let Some(buffer) = buffer.get_mut(..room) else {
            return Ok(0);
        };
        match self.place {
            Place::Memory(bytes) => {
                let rest = usize::try_from(offset)
                    .ok()
                    .and_then(|offset| bytes.get(offset..))
                    .unwrap_or_default();
                (&rest[..]).read(buffer)
            }
            Place::File(file, base) => {
                let mut filled = 0;
                while filled < buffer.len() {
                    let at = base.saturating_add(offset).saturating_add(filled as u64);
                    match file.read_at(&mut buffer[filled..], at) {
                        Ok(0) => break,
                        Ok(read) => filled += read,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(filled)
            }
        }
    }

    /// A position in it, for readers that want [`Read`] and [`Seek`].
    pub fn cursor(&self) -> Cursor<'a> {
        Cursor {
            access: *self,
            position: 0,
        }
    }
}

/// A moving position in a [`RandomAccess`].
#[derive(Clone)]
pub struct Cursor<'a> {
    access: RandomAccess<'a>,
    position: u64,
}

impl Read for Cursor<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.access.read_at(buffer, self.position)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Cursor<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.access.len.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
