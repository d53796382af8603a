//! QEMU's copy-on-write images.
//!
//! Source: `docs/interop/qcow2.rst` of QEMU.

use std::{io::Read, sync::Arc};

use flate2::read::DeflateDecoder;

use super::{Cache, in_blocks};
use crate::{
    Device, DiskError,
    bytes::{be32, be64},
    device::{Meter, beyond_end, is_inside, read_vec},
};

/// Bytes of a first-level table; QEMU takes no more either.
const LARGEST_L1: u64 = 32 << 20;

/// Where clusters are: bits 9 to 55 of an entry.
const OFFSET_MASK: u64 = 0x00ff_ffff_ffff_fe00;
const COMPRESSED: u64 = 1 << 62;
const ALL_ZEROS: u64 = 1;

/// Incompatible features, by bit.
const CORRUPT: u64 = 1 << 1;
const EXTERNAL_DATA: u64 = 1 << 2;
const COMPRESSION_TYPE: u64 = 1 << 3;
const EXTENDED_L2: u64 = 1 << 4;
const KNOWN_FEATURES: u64 = 1 | CORRUPT | COMPRESSION_TYPE;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Compression {
    Deflate,
    Zstd,
}

/// An open image.
pub(crate) struct Qcow2 {
    file: Arc<dyn Device>,
    meter: Arc<Meter>,
    size: u64,
    cluster_bits: u32,
    l1: Vec<u64>,
    compression: Compression,
    l2_tables: Cache<Vec<u64>>,
    unpacked: Cache<Vec<u8>>,
}

impl Qcow2 {
    pub(crate) fn open(file: Arc<dyn Device>, meter: &Arc<Meter>) -> Result<Qcow2, DiskError> {
        let header = read_vec(
            &*file,
            0,
            usize::try_from(file.len().min(112)).unwrap_or_default(),
        )?;
        let short = || DiskError::damaged("its header is cut off");
        let u32 = |at| be32(&header, at).ok_or_else(short);
        let u64 = |at| be64(&header, at).ok_or_else(short);
        let version = u32(4)?;
        if !(2..=3).contains(&version) {
            return Err(DiskError::unsupported(format!("version {version} of qcow")));
        }
        let (features, header_len) = match version {
            3 => (u64(72)?, u32(100)?),
            _ => (0, 72),
        };
        if u64(8)? != 0 {
            return Err(DiskError::unsupported(
                "a backing file, which is never followed (`qemu-img convert -O qcow2` makes one image of both)",
            ));
        }
        if u32(32)? != 0 {
            return Err(DiskError::unsupported("encryption"));
        }
        if features & EXTERNAL_DATA != 0 {
            return Err(DiskError::unsupported("an external data file"));
        }
        if features & EXTENDED_L2 != 0 {
            return Err(DiskError::unsupported("extended L2 entries"));
        }
        if features & !KNOWN_FEATURES != 0 {
            return Err(DiskError::unsupported(format!("unknown features {features:#x}")));
        }
        let compression =
            match (features & COMPRESSION_TYPE != 0 && header_len > 104).then(|| header.get(104)) {
                Some(Some(1)) => Compression::Zstd,
                Some(Some(0)) | None => Compression::Deflate,
                Some(_) => return Err(DiskError::unsupported("an unknown compression")),
            };
        let cluster_bits = u32(20)?;
        if !(9..=21).contains(&cluster_bits) {
            return Err(DiskError::damaged(format!("clusters of 2^{cluster_bits} bytes")));
        }
        let (size, l1_len) = (u64(24)?, u64::from(u32(36)?) * 8);
        // Each entry stands for as many clusters as a table of one cluster has entries.
        let needed = size.div_ceil(1 << (2 * cluster_bits - 3));
        if l1_len > LARGEST_L1 || needed > l1_len / 8 {
            return Err(DiskError::damaged("its first-level table does not fit its size"));
        }
        let table = read_vec(&*file, u64(40)?, usize::try_from(l1_len).unwrap_or_default())?;
        Ok(Qcow2 {
            file,
            meter: Arc::clone(meter),
            size,
            cluster_bits,
            l1: numbers(&table),
            compression,
            l2_tables: Cache::of_pieces(1 << cluster_bits),
            unpacked: Cache::of_pieces(1 << cluster_bits),
        })
    }

    /// Fills `buffer`, which does not cross a cluster.
    fn read_cluster(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError> {
        let cluster = 1_usize << self.cluster_bits;
        let inside = offset & (cluster as u64 - 1);
        let number = offset >> self.cluster_bits;
        let entries_bits = self.cluster_bits - 3;
        let l1_at = usize::try_from(number >> entries_bits).map_err(|_| beyond_end())?;
        let l2_offset = self.l1.get(l1_at).ok_or_else(beyond_end)? & OFFSET_MASK;
        if l2_offset == 0 {
            buffer.fill(0);
            return Ok(());
        }
        let table = self.l2_tables.get(l2_offset, || {
            Ok(numbers(&read_vec(&*self.file, l2_offset, cluster)?))
        })?;
        let l2_at = usize::try_from(number & ((1 << entries_bits) - 1)).map_err(|_| beyond_end())?;
        let entry = *table.get(l2_at).ok_or_else(beyond_end)?;
        if entry & COMPRESSED != 0 {
            let unpacked = self.unpacked.get(entry, || self.unpack(entry))?;
            let start = usize::try_from(inside).map_err(|_| beyond_end())?;
            let bytes = unpacked.get(start..start + buffer.len()).ok_or_else(beyond_end)?;
            buffer.copy_from_slice(bytes);
            return Ok(());
        }
        let place = entry & OFFSET_MASK;
        if place == 0 || entry & ALL_ZEROS != 0 {
            buffer.fill(0);
            return Ok(());
        }
        self.file.read_at(buffer, place + inside)
    }

    /// Unpacks a compressed cluster.
    fn unpack(&self, entry: u64) -> Result<Vec<u8>, DiskError> {
        let offset_bits = 62 - (self.cluster_bits - 8);
        let offset = entry & ((1 << offset_bits) - 1);
        let sectors = (entry & !(COMPRESSED | 1 << 63)) >> offset_bits;
        let packed_len = (sectors + 1) * 512 - (offset & 511);
        // The last sector may be counted whole where the file ends in it.
        let packed_len = packed_len.min(self.file.len().saturating_sub(offset));
        let packed = read_vec(
            &*self.file,
            offset,
            usize::try_from(packed_len).map_err(|_| beyond_end())?,
        )?;
        let mut out = vec![0; 1 << self.cluster_bits];
        self.meter.charge(out.len())?;
        let outcome = match self.compression {
            Compression::Deflate => DeflateDecoder::new(packed.as_slice()).read_exact(&mut out),
            Compression::Zstd => zstd::stream::read::Decoder::with_buffer(packed.as_slice())
                .and_then(|mut decoder| decoder.read_exact(&mut out)),
        };
        outcome.map_err(|error| DiskError::damaged(format!("a cluster cannot be unpacked ({error})")))?;
        Ok(out)
    }
}

fn numbers(table: &[u8]) -> Vec<u64> {
    table.chunks_exact(8).filter_map(|bytes| be64(bytes, 0)).collect()
}

impl Device for Qcow2 {
    fn len(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError> {
        if !is_inside(offset, buffer.len(), self.size) {
            return Err(beyond_end());
        }
        in_blocks(buffer, offset, 1 << self.cluster_bits, |part, at| {
            self.read_cluster(part, at)
        })
    }
}
