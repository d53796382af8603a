//! Disk images, XFS by itself, and texts that disks are described by.

use std::{fs, io::Read, sync::Arc};

use assay_artifacts::{Begin, Opened, Silent, Target, open};
use assay_disks::{
    Device, Disk, DiskError, Division, FileKind, FileSystem, Place, Position, ReadLimit, Volume, divide,
    open_image,
};

use super::artifacts::{Curious, options, written};

/// Detected by its content or taken for a raw disk, walked to its end.
pub(super) fn disk(bytes: &[u8]) {
    let Some(file) = written(bytes, "") else { return };
    let target = Target::parse(&format!("disk:{}", file.path().display()));
    if let Ok(Opened::Tree(tree)) = open(&target, &options()) {
        let _ = tree.read(|_| Begin::Read(Curious), &Silent);
    }
}

/// Pieces of a device, each with its place: eight bytes of offset and four of length before it; zeros between them.
struct Pieces {
    pieces: Vec<(u64, Vec<u8>)>,
}

const SIZE: u64 = 1 << 30;

impl Device for Pieces {
    fn len(&self) -> u64 {
        SIZE
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError> {
        let end = offset.checked_add(buffer.len() as u64).filter(|end| *end <= SIZE);
        let end = end.ok_or_else(|| DiskError::Damaged("beyond the end".to_owned()))?;
        buffer.fill(0);
        for (at, piece) in &self.pieces {
            let (from, to) = (offset.max(*at), end.min(at + piece.len() as u64));
            if from < to {
                let source = &piece[(from - at) as usize..(to - at) as usize];
                buffer[(from - offset) as usize..(to - offset) as usize].copy_from_slice(source);
            }
        }
        Ok(())
    }
}

fn pieces(mut bytes: &[u8]) -> Pieces {
    let mut pieces = Vec::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<12>() {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = *head;
        let offset = u64::from_le_bytes([a, b, c, d, e, f, g, h]).min(SIZE);
        let len = (u32::from_le_bytes([i, j, k, l]) as usize).min(rest.len());
        pieces.push((offset, rest[..len].to_vec()));
        bytes = &rest[len..];
    }
    Pieces { pieces }
}

/// The descriptor of a VMDK, beside two extents.
pub(super) fn vmdk(bytes: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let path = folder.path().join("disk.vmdk");
    let is_written = fs::write(&path, bytes).is_ok()
        && fs::write(folder.path().join("flat.vmdk"), vec![0; 64 << 10]).is_ok()
        && fs::write(folder.path().join("sparse.vmdk"), bytes).is_ok();
    if is_written && let Ok(file) = fs::File::open(&path) {
        let limit = ReadLimit {
            bytes: 64 << 20,
            ratio: 200,
            ratio_from: 8 << 20,
        };
        if let Ok(device) = open_image(file, Some(&path), limit) {
            let _ = divided(device);
        }
    }
}

fn divided(device: Arc<dyn Device>) -> Result<Division, DiskError> {
    let name = "seed".to_owned();
    divide(&[Disk { name, device }])
}

/// The text of a volume group, or all of a physical volume's metadata area where it begins with a NUL.
pub(super) fn volume_group(bytes: &[u8]) {
    const AREA: u64 = 4096;
    let len = bytes.len() as u64;
    let mut label = vec![0; 512];
    let mut put = |at: usize, value: &[u8]| label[at..at + value.len()].copy_from_slice(value);
    put(0, b"LABELONE");
    put(20, &32_u32.to_le_bytes());
    put(24, b"LVM2 001");
    put(32, b"AAAA");
    put(72, &(1_u64 << 20).to_le_bytes());
    put(104, &AREA.to_le_bytes());
    put(112, &(len + 512).to_le_bytes());
    let mut header = vec![0; 512];
    let mut put = |at: usize, value: &[u8]| header[at..at + value.len()].copy_from_slice(value);
    put(4, b" LVM2 x[5A%r0N*>");
    put(32, &(len + 512).to_le_bytes());
    put(40, &512_u64.to_le_bytes());
    put(48, &len.to_le_bytes());
    let area = match bytes.first() {
        Some(0) => bytes.to_vec(),
        _ => [header.as_slice(), bytes].concat(),
    };
    let device: Arc<dyn Device> = Arc::new(Pieces {
        pieces: vec![(512, label), (AREA, area)],
    });
    if let Ok(division) = divided(device) {
        for volume in division.volumes {
            let _ = volume.kind();
        }
    }
}

/// A file system in pieces.
pub(super) fn xfs(bytes: &[u8]) {
    let volume = Volume {
        name: "seed".to_owned(),
        device: Arc::new(pieces(bytes)),
        position: Position::Whole { disk: 0 },
    };
    if let Ok(file_system) = volume.file_system() {
        walk(&*file_system);
    }
}

fn walk(file_system: &dyn FileSystem) {
    let mut entries = 0;
    let mut stack: Vec<(usize, Place)> = vec![(0, file_system.root())];
    while let Some((depth, place)) = stack.pop() {
        let mut found = Vec::new();
        let _ = file_system.list(place, &mut |entry| {
            entries += 1;
            found.push(entry);
            entries < 5000
        });
        for entry in found {
            match entry.kind {
                FileKind::Directory if depth < 16 && entries < 5000 => stack.push((depth + 1, entry.place)),
                FileKind::File => {
                    let _ = file_system.stat(entry.place);
                    if let Ok(reader) = file_system.open(entry.place) {
                        let _ = std::io::copy(&mut reader.take(1 << 20), &mut std::io::sink());
                    }
                }
                _ => {}
            }
        }
    }
}
