//! What a disk is divided into: partitions, and the logical volumes that lie across them.

mod gpt;
mod lvm;
mod mbr;

use std::sync::Arc;

use crate::{Device, DiskError, Slice, filesystem::FileSystemKind};

/// Volumes of one disk that are looked at.
const MOST_VOLUMES: usize = 256;

/// A part of a disk that may hold a file system.
#[derive(Clone)]
pub struct Volume {
    /// What to call it: `partition 2`, `logical volume vg0/root`, `the whole disk`.
    pub name: String,
    /// Its bytes.
    pub device: Arc<dyn Device>,
    /// The identifier of the partition, lower case, where its table gives one: a GUID, or `signature-number` of an MBR.
    pub partition_id: Option<String>,
    /// Volume group and logical volume.
    pub logical: Option<(String, String)>,
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

/// The volumes of a disk, and what could not be made one of.
#[derive(Default)]
pub struct Division {
    /// The volumes, in order of the disk, logical ones last.
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

/// Divides a disk. One without a partition table is a volume by itself.
///
/// # Errors
///
/// When its tables cannot be read or make no sense.
pub fn divide(disk: &Arc<dyn Device>) -> Result<Division, DiskError> {
    let mut division = Division::default();
    let partitions = match gpt::read(&**disk)? {
        Some(partitions) => partitions,
        None if FileSystemKind::of(&**disk)? != FileSystemKind::Unknown => Vec::new(),
        None => mbr::read(&**disk)?,
    };
    let mut found: Vec<Volume> = partitions
        .into_iter()
        .take(MOST_VOLUMES)
        .map(|partition| Volume {
            name: format!("partition {}", partition.number),
            device: Arc::new(Slice::new(Arc::clone(disk), partition.offset, partition.len)),
            partition_id: partition.id,
            logical: None,
        })
        .collect();
    if found.is_empty() {
        found.push(Volume {
            name: "the whole disk".to_owned(),
            device: Arc::clone(disk),
            partition_id: None,
            logical: None,
        });
    }
    let (physical, plain): (Vec<Volume>, Vec<Volume>) = found
        .into_iter()
        .partition(|volume| matches!(volume.kind(), Ok(FileSystemKind::PhysicalVolume)));
    division.volumes = plain;
    lvm::assemble(&physical, &mut division);
    division.volumes.truncate(MOST_VOLUMES);
    Ok(division)
}
