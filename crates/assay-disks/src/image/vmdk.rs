//! VMware's virtual disks.
//!
//! Source: VMware's "Virtual Disk Format 5.0". A disk is a sparse extent that carries its descriptor, or a text that
//! names the extents beside it.

use std::{collections::HashMap, fs::File, io::Read, path::Path, sync::Arc};

use flate2::read::ZlibDecoder;

use super::{Cache, in_blocks};
use crate::{
    Device, DiskError, Slice,
    bytes::{le16, le32, le64},
    device::{Concatenation, Meter, Plain, ReadLimit, beyond_end, is_inside, read_vec},
};

const SECTOR: u64 = 512;
/// Bytes of a descriptor that are read.
const LARGEST_DESCRIPTOR: u64 = 1 << 20;
/// Extents of one disk; disks in pieces of 2 GB have one for each.
const MOST_EXTENTS: usize = 4096;
/// Bytes of a grain, 64 KiB where nothing else was asked for.
const LARGEST_GRAIN: u64 = 16 << 20;
/// Bytes of the grain directories of all extents: 8 TiB in grains of 64 KiB need one.
const LARGEST_DIRECTORY: u64 = 16 << 20;

const HAS_ZERO_GRAINS: u32 = 1 << 2;
const COMPRESSED: u32 = 1 << 16;
const DEFLATE: u16 = 1;
/// The grain directory's place, where a footer tells it.
const IN_FOOTER: u64 = u64::MAX;

pub(super) fn open(
    file: Arc<dyn Device>,
    path: Option<&Path>,
    meter: &Arc<Meter>,
    limit: ReadLimit,
) -> Result<Arc<dyn Device>, DiskError> {
    let head = read_vec(&*file, 0, 4)?;
    if head == b"KDMV" {
        let sparse = Sparse::open(file, meter)?;
        if let Some(text) = sparse.descriptor()? {
            refuse_parent(&text)?;
        }
        return Ok(Arc::new(sparse));
    }
    let len = file.len().min(LARGEST_DESCRIPTOR);
    let text = read_vec(&*file, 0, usize::try_from(len).unwrap_or_default())?;
    let text = String::from_utf8_lossy(&text);
    refuse_parent(&text)?;
    let (disk, held) = described(&text, path, meter)?;
    meter.allow(limit, held);
    Ok(disk)
}

/// A disk that holds only what differs from another.
fn refuse_parent(descriptor: &str) -> Result<(), DiskError> {
    let parent = descriptor
        .lines()
        .find_map(|line| line.trim().strip_prefix("parentCID="));
    match parent.map(str::trim) {
        None => Ok(()),
        Some(parent) if parent.eq_ignore_ascii_case("ffffffff") => Ok(()),
        Some(_) => Err(DiskError::unsupported("a parent disk, which is never followed")),
    }
}

/// A disk by its descriptor: lines such as `RW 204800 FLAT "disk-flat.vmdk" 0`; with it, how many bytes the files of its
/// extents have.
fn described(
    text: &str,
    path: Option<&Path>,
    meter: &Arc<Meter>,
) -> Result<(Arc<dyn Device>, u64), DiskError> {
    let mut parts: Vec<(u64, Option<Arc<dyn Device>>)> = Vec::new();
    let mut files: HashMap<String, Arc<dyn Device>> = HashMap::new();
    let mut directories = 0;
    for line in text.lines().map(str::trim) {
        let Some(rest) = ["RW ", "RDONLY "]
            .iter()
            .find_map(|access| line.strip_prefix(access))
        else {
            continue;
        };
        let damaged = || DiskError::damaged(format!("its extent \"{line}\" makes no sense"));
        if parts.len() >= MOST_EXTENTS {
            return Err(DiskError::damaged(format!("more than {MOST_EXTENTS} extents")));
        }
        let mut words = rest.splitn(3, ' ');
        let sectors: u64 = words
            .next()
            .and_then(|count| count.parse().ok())
            .ok_or_else(damaged)?;
        let len = sectors.checked_mul(SECTOR).ok_or_else(damaged)?;
        let kind = words.next().ok_or_else(damaged)?;
        if kind == "ZERO" {
            parts.push((len, None));
            continue;
        }
        let (name, after) = words
            .next()
            .and_then(|rest| rest.trim().strip_prefix('"')?.split_once('"'))
            .ok_or_else(damaged)?;
        let extent = match files.get(name) {
            Some(known) => Arc::clone(known),
            None => {
                let opened: Arc<dyn Device> = Arc::new(Plain::new(beside(path, name)?)?);
                files.insert(name.to_owned(), Arc::clone(&opened));
                opened
            }
        };
        let device: Arc<dyn Device> = match kind {
            "FLAT" => {
                let offset = after
                    .trim()
                    .parse()
                    .unwrap_or(0_u64)
                    .checked_mul(SECTOR)
                    .ok_or_else(damaged)?;
                Arc::new(Slice::new(extent, offset, len))
            }
            "SPARSE" => {
                let sparse = Sparse::open(extent, meter)?;
                directories += sparse.directory.len() as u64 * 4;
                if directories > LARGEST_DIRECTORY {
                    return Err(DiskError::damaged("its grain directories are too large"));
                }
                Arc::new(sparse)
            }
            other => return Err(DiskError::unsupported(format!("an extent of the kind {other}"))),
        };
        if device.len() < len {
            return Err(DiskError::damaged(format!(
                "its extent \"{name}\" is shorter than it says"
            )));
        }
        parts.push((len, Some(device)));
    }
    if parts.is_empty() {
        return Err(DiskError::damaged("its descriptor names no extent"));
    }
    let held = files
        .values()
        .fold(0_u64, |held, file| held.saturating_add(file.len()));
    Ok((Arc::new(Concatenation::new(parts)), held))
}

/// Opens a file in the image's own directory. A name with a path in it could be any file of this machine.
fn beside(path: Option<&Path>, name: &str) -> Result<File, DiskError> {
    let is_plain = !name.is_empty() && name != ".." && !name.contains(['/', '\\', '\0']);
    let directory = path.and_then(Path::parent).filter(|_| is_plain);
    let directory = directory.ok_or_else(|| {
        DiskError::unsupported(format!(
            "the extent \"{name}\", which is not beside the descriptor"
        ))
    })?;
    let path = directory.join(name);
    let metadata = std::fs::symlink_metadata(&path);
    match metadata {
        Ok(metadata) if metadata.is_file() => Ok(File::open(path)?),
        Ok(_) => Err(DiskError::unsupported(format!(
            "the extent \"{name}\", which is no regular file"
        ))),
        Err(error) => Err(DiskError::damaged(format!(
            "its extent \"{name}\" is missing ({error})"
        ))),
    }
}

/// A sparse extent.
struct Sparse {
    file: Arc<dyn Device>,
    meter: Arc<Meter>,
    size: u64,
    /// Bytes of a grain.
    grain: u64,
    flags: u32,
    /// First sector of each grain table.
    directory: Vec<u32>,
    entries_per_table: u64,
    descriptor: (u64, u64),
    tables: Cache<Vec<u32>>,
    unpacked: Cache<Vec<u8>>,
}

impl Sparse {
    fn open(file: Arc<dyn Device>, meter: &Arc<Meter>) -> Result<Sparse, DiskError> {
        let damaged = || DiskError::damaged("its sparse header is broken");
        let mut header = read_vec(&*file, 0, 512)?;
        if le64(&header, 56) == Some(IN_FOOTER) {
            // The footer is followed by the marker of the end.
            let at = file.len().checked_sub(2 * SECTOR).ok_or_else(damaged)?;
            header = read_vec(&*file, at, 512)?;
        }
        if !header.starts_with(b"KDMV") {
            return Err(damaged());
        }
        let u64 = |at| le64(&header, at).ok_or_else(damaged);
        let flags = le32(&header, 8).ok_or_else(damaged)?;
        let size = u64(12)?.checked_mul(SECTOR).ok_or_else(damaged)?;
        let grain = u64(20)?
            .checked_mul(SECTOR)
            .filter(|grain| (1..=LARGEST_GRAIN).contains(grain));
        let grain = grain.ok_or_else(damaged)?;
        let entries_per_table = u64::from(le32(&header, 44).ok_or_else(damaged)?);
        if !(1..=65536).contains(&entries_per_table) {
            return Err(damaged());
        }
        if flags & COMPRESSED != 0 && le16(&header, 77) != Some(DEFLATE) {
            return Err(DiskError::unsupported("an unknown compression"));
        }
        let count = size.div_ceil(grain).div_ceil(entries_per_table);
        let bytes = count
            .checked_mul(4)
            .filter(|bytes| *bytes <= LARGEST_DIRECTORY)
            .ok_or_else(damaged)?;
        let place = u64(56)?.checked_mul(SECTOR).ok_or_else(damaged)?;
        let directory = read_vec(&*file, place, usize::try_from(bytes).map_err(|_| damaged())?)?;
        Ok(Sparse {
            size,
            grain,
            flags,
            directory: numbers(&directory),
            entries_per_table,
            descriptor: (u64(28)?, u64(36)?),
            file,
            meter: Arc::clone(meter),
            tables: Cache::of_pieces(usize::try_from(entries_per_table * 4).unwrap_or(usize::MAX)),
            unpacked: Cache::of_pieces(usize::try_from(grain).unwrap_or(usize::MAX)),
        })
    }

    /// The descriptor that is embedded, if one is.
    fn descriptor(&self) -> Result<Option<String>, DiskError> {
        let (offset, len) = self.descriptor;
        if offset == 0 || len == 0 {
            return Ok(None);
        }
        let damaged = || DiskError::damaged("its descriptor is not where it should be");
        let (offset, len) = (
            offset.checked_mul(SECTOR).ok_or_else(damaged)?,
            len.saturating_mul(SECTOR),
        );
        let len = usize::try_from(len.min(LARGEST_DESCRIPTOR)).unwrap_or_default();
        let text = read_vec(&*self.file, offset, len)?;
        Ok(Some(String::from_utf8_lossy(&text).into_owned()))
    }

    /// Fills `part`, which does not cross a grain.
    fn read_grain(&self, part: &mut [u8], offset: u64) -> Result<(), DiskError> {
        let number = offset / self.grain;
        let table_at = usize::try_from(number / self.entries_per_table).map_err(|_| beyond_end())?;
        let table_place = u64::from(*self.directory.get(table_at).ok_or_else(beyond_end)?) * SECTOR;
        if table_place == 0 {
            part.fill(0);
            return Ok(());
        }
        let bytes = usize::try_from(self.entries_per_table * 4).map_err(|_| beyond_end())?;
        let table = self.tables.get(table_place, || {
            Ok(numbers(&read_vec(&*self.file, table_place, bytes)?))
        })?;
        let entry_at = usize::try_from(number % self.entries_per_table).map_err(|_| beyond_end())?;
        let sector = *table.get(entry_at).ok_or_else(beyond_end)?;
        if sector == 0 || sector == 1 && self.flags & HAS_ZERO_GRAINS != 0 {
            part.fill(0);
            return Ok(());
        }
        let place = u64::from(sector) * SECTOR;
        if self.flags & COMPRESSED == 0 {
            return self.file.read_at(part, place + offset % self.grain);
        }
        let unpacked = self.unpacked.get(place, || self.unpack(place))?;
        let start = usize::try_from(offset % self.grain).map_err(|_| beyond_end())?;
        part.copy_from_slice(unpacked.get(start..start + part.len()).ok_or_else(beyond_end)?);
        Ok(())
    }

    /// Unpacks a grain: its first sector's number, its packed size, its packed bytes.
    fn unpack(&self, place: u64) -> Result<Vec<u8>, DiskError> {
        let head = read_vec(&*self.file, place, 12)?;
        let packed_len = u64::from(le32(&head, 8).ok_or_else(beyond_end)?).min(2 * LARGEST_GRAIN);
        let packed = read_vec(
            &*self.file,
            place + 12,
            usize::try_from(packed_len).map_err(|_| beyond_end())?,
        )?;
        let grain = usize::try_from(self.grain).map_err(|_| beyond_end())?;
        self.meter.charge(grain)?;
        let mut out = Vec::new();
        let outcome = ZlibDecoder::new(packed.as_slice())
            .take(self.grain)
            .read_to_end(&mut out);
        outcome.map_err(|error| DiskError::damaged(format!("a grain cannot be unpacked ({error})")))?;
        // The last grain of a disk may be shorter.
        out.resize(grain, 0);
        Ok(out)
    }
}

fn numbers(table: &[u8]) -> Vec<u32> {
    table.chunks_exact(4).filter_map(|bytes| le32(bytes, 0)).collect()
}

impl Device for Sparse {
    fn len(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError> {
        if !is_inside(offset, buffer.len(), self.size) {
            return Err(beyond_end());
        }
        in_blocks(buffer, offset, self.grain, |part, at| self.read_grain(part, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(descriptor: &str, expected: &str) {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("flat.vmdk"), [7; 1024]).unwrap();
        let meter = Arc::new(Meter::default());
        let outcome = described(descriptor, Some(&directory.path().join("disk.vmdk")), &meter);
        let outcome = match outcome {
            Ok((device, held)) => format!("{} bytes in files of {held}", device.len()),
            Err(error) => error.to_string(),
        };
        assert!(outcome.contains(expected), "{outcome}");
    }

    #[test]
    fn descriptors() {
        check(
            "RW 2 FLAT \"flat.vmdk\" 0\nRW 3 ZERO\n",
            "2560 bytes in files of 1024",
        );
        check("RW 1 FLAT \"flat.vmdk\" 1\n", "512 bytes in files of 1024");
        check(
            "RW 1 FLAT \"flat.vmdk\" 0\nRW 1 FLAT \"flat.vmdk\" 1\n",
            "1024 bytes in files of 1024",
        );
        check("RW 2 FLAT \"flat.vmdk\" 1\n", "shorter than it says");
        check("RW 2 FLAT \"/etc/passwd\" 0\n", "not beside the descriptor");
        check("RW 2 FLAT \"../flat.vmdk\" 0\n", "not beside the descriptor");
        check("RW 2 FLAT \"gone.vmdk\" 0\n", "missing");
        check("RW 2 VMFSRDM \"flat.vmdk\"\n", "kind VMFSRDM");
        check("RW x FLAT\n", "makes no sense");
        check("nothing", "names no extent");
    }

    /// One extent with a grain directory of 4 MiB, named again and again.
    #[test]
    fn many_large_directories() {
        let directory = tempfile::tempdir().unwrap();
        let mut header = vec![0; 512];
        let mut put = |at: usize, value: u64| header[at..at + 8].copy_from_slice(&value.to_le_bytes());
        put(12, 1 << 36);
        put(20, 128);
        put(44, 512);
        put(56, 4);
        header[..4].copy_from_slice(b"KDMV");
        let path = directory.path().join("s.vmdk");
        std::fs::write(&path, header).unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        file.set_len(8 << 20).unwrap();
        let line = format!("RW {} SPARSE \"s.vmdk\"\n", 1_u64 << 36);
        let meter = Arc::new(Meter::default());
        let described = |count| described(&line.repeat(count), Some(&path), &meter);
        assert!(described(4).is_ok());
        let error = described(4000).err().unwrap().to_string();
        assert!(error.contains("grain directories are too large"), "{error}");
    }

    #[test]
    fn parents() {
        assert!(refuse_parent("CID=1\nparentCID=ffffffff\n").is_ok());
        assert!(refuse_parent("parentCID=12345678\n").is_err());
    }
}
