//! File systems, seen through one interface.

mod ext;
mod extent;
mod inodes;
mod xfs;

use std::{io::Read, sync::Arc};

use crate::{Device, DiskError, Volume, bytes::le16, device::read_vec};

/// What a volume holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileSystemKind {
    /// ext2, ext3 or ext4.
    Ext,
    /// XFS.
    Xfs,
    /// A part of a volume group of LVM2.
    PhysicalVolume,
    /// Swapped-out memory: no files.
    Swap,
    /// FAT, which boot loaders are on.
    Fat,
    /// Something with files that is known by name and not read.
    Unsupported(&'static str),
    /// Nothing that is known.
    Unknown,
}

impl FileSystemKind {
    /// Tells from marks at their places.
    pub(crate) fn of(device: &dyn Device) -> Result<FileSystemKind, DiskError> {
        let len = usize::try_from(device.len().min(68 << 10)).unwrap_or_default();
        let head = read_vec(device, 0, len)?;
        let at = |offset: usize, mark: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(mark));
        let kind = if at(0, b"XFSB") {
            FileSystemKind::Xfs
        } else if le16(&head, 1024 + 56) == Some(0xef53) {
            FileSystemKind::Ext
        } else if (0..4).any(|sector| at(sector * 512, b"LABELONE") && at(sector * 512 + 24, b"LVM2 001")) {
            FileSystemKind::PhysicalVolume
        } else if at(64 << 10, b"_BHRfS_M") || at((64 << 10) + 64, b"_BHRfS_M") {
            FileSystemKind::Unsupported("btrfs")
        } else if at(0, b"LUKS\xba\xbe") {
            FileSystemKind::Unsupported("LUKS encryption")
        } else if at(0, b"hsqs") {
            FileSystemKind::Unsupported("squashfs")
        } else if at(3, b"NTFS    ") {
            FileSystemKind::Unsupported("NTFS")
        } else if at(1024, b"\x10\x20\xf5\xf2") {
            FileSystemKind::Unsupported("F2FS")
        } else if at(1024, b"\xe2\xe1\xf5\xe0") {
            FileSystemKind::Unsupported("EROFS")
        } else if at(3, b"EXFAT   ") {
            FileSystemKind::Unsupported("exFAT")
        } else if at(82, b"FAT32") || at(54, b"FAT1") {
            FileSystemKind::Fat
        } else if at(4086, b"SWAPSPACE2") || at(65526, b"SWAPSPACE2") {
            FileSystemKind::Swap
        } else {
            FileSystemKind::Unknown
        };
        Ok(kind)
    }
}

/// Where something is in a file system: the number of its inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(pub(crate) u64);

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    SymbolicLink,
    /// A device, a pipe or a socket.
    Other,
}

/// One name in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The name, any bytes but `/` and NUL.
    pub name: Vec<u8>,
    /// What it stands for.
    pub kind: FileKind,
    /// Where that is.
    pub place: Place,
}

/// What an inode tells of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Bytes.
    pub size: u64,
    /// Permission bits.
    pub mode: u32,
}

/// A file system that is open for reading.
pub trait FileSystem {
    /// Its identifier as `blkid` prints it, lower case.
    fn uuid(&self) -> String;

    /// Its label, maybe empty.
    fn label(&self) -> String;

    /// The root directory.
    fn root(&self) -> Place;

    /// Gives every name of a directory but `.` and `..`, until told to stop by `false`.
    ///
    /// # Errors
    ///
    /// When the directory is damaged or cannot be read; the names before were given.
    fn list(&self, directory: Place, each: &mut dyn FnMut(DirectoryEntry) -> bool) -> Result<(), DiskError>;

    /// What the inode of a file tells.
    ///
    /// # Errors
    ///
    /// When the inode is damaged or cannot be read.
    fn stat(&self, file: Place) -> Result<Stat, DiskError>;

    /// The content of a regular file.
    ///
    /// # Errors
    ///
    /// When the inode is damaged or cannot be read.
    fn open<'a>(&'a self, file: Place) -> Result<Box<dyn Read + 'a>, DiskError>;
}

impl Volume {
    /// Opens the file system on the volume.
    ///
    /// # Errors
    ///
    /// When it holds none that is read, or that one is damaged.
    pub fn file_system(&self) -> Result<Box<dyn FileSystem>, DiskError> {
        let device = Arc::clone(&self.device);
        match self.kind()? {
            FileSystemKind::Ext => Ok(Box::new(ext::Ext::open(device)?)),
            FileSystemKind::Xfs => Ok(Box::new(xfs::Xfs::open(device)?)),
            FileSystemKind::PhysicalVolume => Err(DiskError::unsupported("a physical volume within another")),
            FileSystemKind::Swap => Err(DiskError::unsupported("swap space")),
            FileSystemKind::Fat => Err(DiskError::unsupported("FAT")),
            FileSystemKind::Unsupported(name) => Err(DiskError::unsupported(name)),
            FileSystemKind::Unknown => Err(DiskError::unsupported("no known file system")),
        }
    }
}
