//! Disk images, and XFS by itself.

use std::{io::Read, sync::Arc};

use assay_artifacts::{Begin, Opened, Silent, Target, open};
use assay_disks::{Device, DiskError, FileKind, FileSystem, Place, Volume};

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

/// A file system in pieces.
pub(super) fn xfs(bytes: &[u8]) {
    let volume = Volume {
        name: "seed".to_owned(),
        device: Arc::new(pieces(bytes)),
        partition_id: None,
        logical: None,
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
