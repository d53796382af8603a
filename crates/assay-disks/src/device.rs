//! Bytes that can be read at any offset, from any thread.

use std::{
    fs::File,
    io::{self, Seek, SeekFrom},
    os::unix::fs::FileExt,
    sync::Arc,
};

use crate::DiskError;

/// Something as long as it says that can be read at any offset.
pub trait Device: Send + Sync {
    /// Size in bytes.
    fn len(&self) -> u64;

    /// Whether there is nothing in it.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `buffer` from `offset` on, all of it.
    ///
    /// # Errors
    ///
    /// When the device ends before, or the bytes cannot be had.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError>;
}

/// Whether a stretch lies inside a device of a length.
pub(crate) fn is_inside(offset: u64, count: usize, len: u64) -> bool {
    offset.checked_add(count as u64).is_some_and(|end| end <= len)
}

/// Reads `count` bytes; the caller bounds the count.
pub(crate) fn read_vec(device: &dyn Device, offset: u64, count: usize) -> Result<Vec<u8>, DiskError> {
    if !is_inside(offset, count, device.len()) {
        return Err(beyond_end());
    }
    let mut buffer = vec![0; count];
    device.read_at(&mut buffer, offset)?;
    Ok(buffer)
}

pub(crate) fn beyond_end() -> DiskError {
    DiskError::damaged("something is to be read beyond its end")
}

/// A file or block device.
#[derive(Debug)]
pub(crate) struct Plain {
    file: File,
    len: u64,
}

impl Plain {
    pub(crate) fn new(mut file: File) -> io::Result<Plain> {
        // The metadata of a block device do not tell its size.
        let len = file.seek(SeekFrom::End(0))?;
        Ok(Plain { file, len })
    }
}

impl Device for Plain {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError> {
        if !is_inside(offset, buffer.len(), self.len) {
            return Err(beyond_end());
        }
        Ok(self.file.read_exact_at(buffer, offset)?)
    }
}

/// A stretch of a device.
#[derive(Clone)]
pub struct Slice {
    device: Arc<dyn Device>,
    offset: u64,
    len: u64,
}

impl Slice {
    /// The stretch of a length from an offset; cut where the device ends.
    pub fn new(device: Arc<dyn Device>, offset: u64, len: u64) -> Slice {
        let offset = offset.min(device.len());
        let len = len.min(device.len() - offset);
        Slice { device, offset, len }
    }
}

impl Device for Slice {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError> {
        if !is_inside(offset, buffer.len(), self.len) {
            return Err(beyond_end());
        }
        self.device.read_at(buffer, self.offset + offset)
    }
}

/// Stretches of devices one after another; a stretch without a device is zeros.
pub(crate) struct Concatenation {
    /// Each with the offset at which it ends.
    parts: Vec<(u64, Option<Arc<dyn Device>>)>,
}

impl Concatenation {
    /// Parts with their lengths.
    pub(crate) fn new(parts: Vec<(u64, Option<Arc<dyn Device>>)>) -> Concatenation {
        let mut end = 0_u64;
        let ends = parts.into_iter().map(|(len, device)| {
            end = end.saturating_add(len);
            (end, device)
        });
        Concatenation {
            parts: ends.collect(),
        }
    }
}

impl Device for Concatenation {
    fn len(&self) -> u64 {
        self.parts.last().map_or(0, |(end, _)| *end)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError> {
        if !is_inside(offset, buffer.len(), self.len()) {
            return Err(beyond_end());
        }
        let mut at = self.parts.partition_point(|(end, _)| *end <= offset);
        let mut position = offset;
        let mut rest = buffer;
        while !rest.is_empty() {
            let Some((end, device)) = self.parts.get(at) else {
                return Err(beyond_end());
            };
            let start = match at.checked_sub(1).and_then(|before| self.parts.get(before)) {
                Some((end, _)) => *end,
                None => 0,
            };
            let room = usize::try_from(end - position)
                .unwrap_or(usize::MAX)
                .min(rest.len());
            let (now, later) = rest.split_at_mut(room);
            match device {
                Some(device) => device.read_at(now, position - start)?,
                None => now.fill(0),
            }
            position += room as u64;
            rest = later;
            at += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod memory {
    use super::*;

    /// A device in memory.
    pub(crate) struct Memory(pub(crate) Vec<u8>);

    impl Device for Memory {
        fn len(&self) -> u64 {
            self.0.len() as u64
        }

        fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError> {
            let start = usize::try_from(offset).map_err(|_| beyond_end())?;
            let end = start.checked_add(buffer.len()).ok_or_else(beyond_end)?;
            buffer.copy_from_slice(self.0.get(start..end).ok_or_else(beyond_end)?);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{memory::Memory, *};

    #[test]
    fn parts_one_after_another() {
        let device = |text: &str| Some(Arc::new(Memory(text.as_bytes().to_vec())) as Arc<dyn Device>);
        let whole = Concatenation::new(vec![(3, device("abc")), (0, None), (2, None), (2, device("xyz"))]);
        assert_eq!(whole.len(), 7);
        assert_eq!(read_vec(&whole, 0, 7).unwrap(), b"abc\0\0xy");
        assert_eq!(read_vec(&whole, 2, 2).unwrap(), b"c\0");
        assert!(read_vec(&whole, 6, 2).is_err());
        let slice = Slice::new(Arc::new(whole), 1, 100);
        assert_eq!(
            (slice.len(), read_vec(&slice, 0, 3).unwrap()),
            (6, b"bc\0".to_vec())
        );
        assert!(read_vec(&slice, u64::MAX, 2).is_err());
    }
}
