//! Container formats of disk images.

mod blocks;
mod qcow2;
mod vhd;
mod vmdk;

pub(crate) use blocks::in_blocks;

use std::{fs::File, path::Path, sync::Arc};

use crate::{
    Device, DiskError,
    bytes::{be16, le16, le32},
    device::{Meter, Metered, Plain, ReadLimit, read_vec},
};

/// How a disk is kept in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskFormat {
    /// Byte for byte.
    Raw,
    /// QEMU's copy-on-write format, version 2 or 3.
    Qcow2,
    /// VMware's, sparse, stream-optimised or described by a text.
    Vmdk,
    /// Virtual PC's and Hyper-V's first, fixed or dynamic.
    Vhd,
}

/// Tells from the first 4 KiB of a file whether it is the image of a disk; for a fixed VHD, whose mark stands at its end,
/// [`DiskFormat::Raw`] is as good.
pub fn sniff(head: &[u8]) -> Option<DiskFormat> {
    match head {
        [b'Q', b'F', b'I', 0xfb, ..] => return Some(DiskFormat::Qcow2),
        [b'K', b'D', b'M', b'V', ..] => return Some(DiskFormat::Vmdk),
        _ if head.starts_with(b"# Disk DescriptorFile") => return Some(DiskFormat::Vmdk),
        _ if head.starts_with(b"conectix") => return Some(DiskFormat::Vhd),
        _ => {}
    }
    let is_gpt = [512, 4096]
        .iter()
        .any(|at| head.get(*at..).is_some_and(|rest| rest.starts_with(b"EFI PART")));
    let is_xfs = head.starts_with(b"XFSB");
    let is_ext = le16(head, 1024 + 56) == Some(0xef53);
    let is_lvm = (0..4).any(|sector| {
        let label = head.get(sector * 512..).unwrap_or_default();
        label.starts_with(b"LABELONE") && label.get(24..).is_some_and(|kind| kind.starts_with(b"LVM2 001"))
    });
    let is_raw = is_gpt || is_xfs || is_ext || is_lvm || is_mbr(head);
    is_raw.then_some(DiskFormat::Raw)
}

/// A partition table as PCs have it: the signature, and entries that make sense. Programs that start with a jump carry
/// the signature too.
fn is_mbr(head: &[u8]) -> bool {
    be16(head, 510) == Some(0x55aa)
        && (0..4).any(|at| {
            let entry = head.get(446 + at * 16..).unwrap_or_default();
            let is_used = entry.get(4).is_some_and(|kind| *kind != 0);
            is_used
                && le32(entry, 8).is_some_and(|first| first > 0)
                && le32(entry, 12).is_some_and(|count| count > 0)
        })
        && (0..4).all(|at| head.get(446 + at * 16).is_some_and(|flag| flag & 0x7f == 0))
}

/// Opens the image of a disk. `path` is where the file is, for formats that spread over several; those are looked for
/// beside it and nowhere else. The device fails once more is read of it than `limit` allows.
///
/// # Errors
///
/// When the container is damaged, or uses what is not handled, such as encryption or a backing file.
pub fn open_image(file: File, path: Option<&Path>, limit: ReadLimit) -> Result<Arc<dyn Device>, DiskError> {
    let meter = Arc::new(Meter::default());
    let plain = Plain::new(file)?;
    meter.allow(limit, plain.len());
    let device = opened(Arc::new(plain), path, &meter, limit)?;
    Ok(Arc::new(Metered::new(device, meter)))
}

fn opened(
    plain: Arc<dyn Device>,
    path: Option<&Path>,
    meter: &Arc<Meter>,
    limit: ReadLimit,
) -> Result<Arc<dyn Device>, DiskError> {
    let head_len = plain.len().min(4096);
    let head = read_vec(&*plain, 0, usize::try_from(head_len).unwrap_or_default())?;
    match sniff(&head) {
        Some(DiskFormat::Qcow2) => Ok(Arc::new(qcow2::Qcow2::open(plain, meter)?)),
        Some(DiskFormat::Vmdk) => vmdk::open(plain, path, meter, limit),
        Some(DiskFormat::Vhd) => vhd::open(plain),
        Some(DiskFormat::Raw) | None if vhd::has_footer(&*plain) => vhd::open(plain),
        _ if head.starts_with(b"vhdxfile") => Err(DiskError::unsupported(
            "the VHDX format (`qemu-img convert -O qcow2` makes it one that is)",
        )),
        Some(DiskFormat::Raw) | None => Ok(plain),
    }
}

/// Bytes of tables, or of unpacked content, that one container keeps.
const KEPT: usize = 16 << 20;

/// Pieces of a container that were read last, so that walking through a disk reads each about once.
pub(crate) struct Cache<T> {
    entries: std::sync::Mutex<Vec<(u64, Arc<T>)>>,
    capacity: usize,
}

impl<T> Cache<T> {
    /// For pieces of a size in bytes.
    pub(crate) fn of_pieces(size: usize) -> Cache<T> {
        Cache {
            entries: std::sync::Mutex::default(),
            capacity: (KEPT / size.max(1)).clamp(2, 64),
        }
    }

    /// The entry under a key, made if it is not there.
    pub(crate) fn get(
        &self,
        key: u64,
        make: impl FnOnce() -> Result<T, DiskError>,
    ) -> Result<Arc<T>, DiskError> {
        let lock = || {
            self.entries
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
        };
        let mut entries = lock();
        if let Some(at) = entries.iter().position(|(known, _)| *known == key) {
            let entry = entries.remove(at);
            let found = Arc::clone(&entry.1);
            entries.push(entry);
            return Ok(found);
        }
        drop(entries);
        let made = Arc::new(make()?);
        let mut entries = lock();
        if entries.len() >= self.capacity {
            entries.remove(0);
        }
        entries.push((key, Arc::clone(&made)));
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks() {
        let with = |at: usize, mark: &[u8]| {
            let mut head = vec![0; 4096];
            head[at..at + mark.len()].copy_from_slice(mark);
            head
        };
        for (head, expected) in [
            (with(0, b"QFI\xfb"), Some(DiskFormat::Qcow2)),
            (with(0, b"KDMV"), Some(DiskFormat::Vmdk)),
            (with(0, b"# Disk DescriptorFile\n"), Some(DiskFormat::Vmdk)),
            (with(0, b"conectix"), Some(DiskFormat::Vhd)),
            (with(0, b"XFSB"), Some(DiskFormat::Raw)),
            (with(512, b"EFI PART"), Some(DiskFormat::Raw)),
            (with(4096 - 2976 - 40, b"\x53\xef"), Some(DiskFormat::Raw)),
            (with(0, b"hello"), None),
            (with(510, b"\x55\xaa"), None),
            (Vec::new(), None),
        ] {
            assert_eq!(sniff(&head), expected);
        }
    }
}
