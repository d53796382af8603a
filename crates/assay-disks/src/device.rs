//! Bytes that can be read at any offset, from any thread.

use std::{
    fs::File,
    io::{self, Seek, SeekFrom},
    os::unix::fs::FileExt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::DiskError;

/// Something as long as it says that can be read at any offset.
pub trait Device: Send + Sync {
    /// Size in bytes.
    fn len(&self) -> u64;

    /// Bytes that it has of its own, by which it is told how much of it is read: fewer than its size where the rest was never
    /// written and is zeros.
    fn held(&self) -> u64 {
        self.len()
    }

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

/// How much is read of a disk at most, whatever its structures lead to: the same blocks can be reached in more ways than
/// there is time for.
#[derive(Clone, Copy, Debug)]
pub struct ReadLimit {
    /// Bytes in all.
    pub bytes: u64,
    /// Bytes for each byte that the image's files have, or the device holds, held against it once [`ReadLimit::ratio_from`] were read.
    pub ratio: u64,
    /// Bytes below which no ratio is held against an image.
    pub ratio_from: u64,
}

impl ReadLimit {
    /// The limit for an image whose files have so many bytes.
    fn of(&self, held: u64) -> u64 {
        let by_size = held.saturating_mul(self.ratio).saturating_add(self.ratio_from);
        by_size.min(self.bytes)
    }
}

/// Counts what is read, and what is unpacked for it, against a limit.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    left: AtomicU64,
}

impl Meter {
    /// Sets what may be read, once it is known how large the image is.
    pub(crate) fn allow(&self, limit: ReadLimit, held: u64) {
        self.left.store(limit.of(held), Ordering::Relaxed);
    }

    /// Takes a cost from what is left; a read costs no less than a sector.
    pub(crate) fn charge(&self, bytes: usize) -> Result<(), DiskError> {
        let cost = (bytes as u64).max(512);
        let take = |left: u64| left.checked_sub(cost);
        match self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
            Ok(_) => Ok(()),
            Err(_) => {
                self.left.store(0, Ordering::Relaxed);
                Err(DiskError::Exhausted)
            }
        }
    }
}

/// A device of which only so much is read.
pub(crate) struct Metered {
    device: Arc<dyn Device>,
    meter: Arc<Meter>,
}

impl Metered {
    pub(crate) fn new(device: Arc<dyn Device>, meter: Arc<Meter>) -> Metered {
        Metered { device, meter }
    }
}

/// A device that fails once more is read of it than a limit allows for what it holds.
pub fn meter(device: Arc<dyn Device>, limit: ReadLimit) -> Arc<dyn Device> {
    let meter = Arc::new(Meter::default());
    meter.allow(limit, device.held());
    Arc::new(Metered::new(device, meter))
}

impl Device for Metered {
    fn len(&self) -> u64 {
        self.device.len()
    }

    fn held(&self) -> u64 {
        self.device.held()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError> {
        self.meter.charge(buffer.len())?;
        self.device.read_at(buffer, offset)
    }
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

    #[test]
    fn no_more_is_read_than_is_allowed() {
        let check = |held, reads: usize| {
            let meter = Arc::new(Meter::default());
            let limit = ReadLimit {
                bytes: 8 * 512,
                ratio: 2,
                ratio_from: 1024,
            };
            meter.allow(limit, held);
            let device = Metered::new(Arc::new(Memory(vec![0; 1024])), meter);
            let done = (0..20).take_while(|_| read_vec(&device, 3, 7).is_ok()).count();
            assert_eq!(done, reads, "{held} bytes held");
            assert!(matches!(read_vec(&device, 0, 1), Err(DiskError::Exhausted)));
        };
        check(0, 2);
        check(512, 4);
        check(u64::MAX, 8);
    }
}
