//! Disk images and the file systems on them, read without mounting and without privileges.
//!
//! Data flows one way: an *image* of a disk in some container format becomes a [`Device`], bytes that can be read at
//! any offset; the disks of a machine are divided into [`Volume`]s by partitions and logical volumes; a volume holds a
//! [`FileSystem`]. Nothing here knows what the files mean, nor which volume belongs where in the tree.
//!
//! The traps of the domain, each handled in one place:
//!
//! - Every number in an image is a stranger's claim: offsets are checked against the device, counts against limits,
//!   tables are read in pieces, and nothing is allocated for what is only claimed.
//! - A few blocks can be reached in more ways than there is time for. Honest structures are counted against their own
//!   bounds, and whatever is read or unpacked against one [`ReadLimit`] for each disk.
//! - An image may refer to *other files* (backing files, extents). A scanned image must not make us read the host:
//!   backing files are refused with advice, extents are taken from the image's own directory only.
//! - Directories may lead to themselves, trees of blocks to their own roots: depths are bounded here, and whoever walks
//!   bounds directories.
//! - A disk is often imaged while it runs, so the journal holds what the blocks do not have yet: ext4's is replayed in
//!   memory; XFS is read as the blocks have it.
//! - A disk may be divided for sectors of 512 or of 4096 bytes, and only the table itself tells.

mod bytes;
mod device;
mod error;
mod filesystem;
mod image;
mod volume;

pub use device::{Device, ReadLimit, Slice, meter};
pub use error::DiskError;
pub use filesystem::{DirectoryEntry, FileKind, FileSystem, FileSystemKind, Place, Stat};
pub use image::{DiskFormat, open_image, sniff};
pub use volume::{Disk, Division, Position, Volume, divide};
