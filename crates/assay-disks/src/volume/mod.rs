//! What disks are divided into: partitions, and the logical volumes that lie across them.

mod gpt;
mod lvm;
mod mbr;

use std::sync::Arc;

use crate::{Device, DiskError, Slice, filesystem::FileSystemKind};

/// Volumes of one machine that are looked at.
const MOST_VOLUMES: usize = 256;

/// A disk of a machine.
#[derive(Clone)]
pub struct Disk {
    /// What tells it from the others.
    pub name: String,
    /// Its bytes.
    pub device: Arc<dyn Device>,
}

/// A part of a disk that may hold a file system.
#[derive(Clone)]
pub struct Volume {
    /// What to call it: `partition 2`, `logical volume vg0/root`, `the whole disk`; of several disks with the disk's name.
    pub name: String,
    /// Its bytes.
    pub device: Arc<dyn Device>,
    /// Where it lies.
    pub position: Position,
}

/// Where a volume lies. Disks are numbered from 0, in the order in which they were given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// All over a disk.
    Whole {
        /// The disk.
        disk: usize,
    },
    /// In a partition.
    Partition {
        /// The disk.
        disk: usize,
        /// The number in its table, from 1.
        number: u32,
        /// The identifier, lower case, where the table gives one: a GUID, or `signature-number` of an MBR.
        id: Option<String>,
    },
    /// Across physical volumes of LVM.
    Logical {
        /// The volume group.
        group: String,
        /// The logical volume.
        volume: String,
    },
}

impl Volume {
    /// What it holds.
    ///
    /// # Errors
    ///
    /// When its first bytes cannot be read.
    pub fn kind(&self) -> Result<FileSystemKind, DiskError> {
        FileSystemKind::of(&*self.device)
    }
}

/// The volumes of disks, and what could not be made one of.
#[derive(Default)]
pub struct Division {
    /// The volumes, in order of the disks, logical ones last.
    pub volumes: Vec<Volume>,
    /// What is there and cannot be read, in words.
    pub notes: Vec<String>,
}

/// A partition as its table has it, in bytes.
pub(crate) struct Partition {
    pub(crate) number: u32,
    pub(crate) offset: u64,
    pub(crate) len: u64,
    pub(crate) id: Option<String>,
}

/// Divides the disks of a machine. One without a partition table is a volume by itself.
///
/// # Errors
///
/// When tables cannot be read, or make no sense on any disk. That they make none on one of several is a note.
pub fn divide(disks: &[Disk]) -> Result<Division, DiskError> {
    let mut division = Division::default();
    let mut found = Vec::new();
    let mut failed = None;
    for (number, disk) in disks.iter().enumerate() {
        let (whole, of) = match disks {
            [_] => ("the whole disk".to_owned(), String::new()),
            _ => (
                format!("the whole of {}", disk.name),
                format!(" of {}", disk.name),
            ),
        };
        match partitions(&disk.device) {
            Ok(partitions) if partitions.is_empty() => found.push(Volume {
                name: whole,
                device: Arc::clone(&disk.device),
                position: Position::Whole { disk: number },
            }),
            Ok(partitions) => found.extend(partitions.into_iter().map(|partition| Volume {
                name: format!("partition {}{of}", partition.number),
                device: Arc::new(Slice::new(
                    Arc::clone(&disk.device),
                    partition.offset,
                    partition.len,
                )),
                position: Position::Partition {
                    disk: number,
                    number: partition.number,
                    id: partition.id,
                },
            })),
            // What is wrong is not on the disk.
            Err(error @ (DiskError::Io(_) | DiskError::Exhausted)) => return Err(error),
            Err(error) => {
                division.notes.push(format!("{}: {error}", disk.name));
                failed = Some(error);
            }
        }
    }
    if let (true, Some(error)) = (found.is_empty(), failed) {
        return Err(error);
    }
    let (physical, plain): (Vec<Volume>, Vec<Volume>) = found
        .into_iter()
        .partition(|volume| matches!(volume.kind(), Ok(FileSystemKind::PhysicalVolume)));
    division.volumes = plain;
    lvm::assemble(&physical, &mut division);
    if division.volumes.len() > MOST_VOLUMES {
        let note = format!("more than {MOST_VOLUMES} volumes; the rest is left out");
        division.notes.push(note);
        division.volumes.truncate(MOST_VOLUMES);
    }
    Ok(division)
}

/// The partitions of a disk; none where it has no table.
fn partitions(disk: &Arc<dyn Device>) -> Result<Vec<Partition>, DiskError> {
    let mut partitions = match gpt::read(&**disk)? {
        Some(partitions) => partitions,
        None if FileSystemKind::of(&**disk)? != FileSystemKind::Unknown => Vec::new(),
        None => mbr::read(&**disk)?,
    };
    partitions.truncate(MOST_VOLUMES);
    Ok(partitions)
}
