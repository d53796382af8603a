//! Whatever can be opened, seen as layers of one read-only, streaming file tree.
//!
//! [`open`] takes a directory, this host, a docker archive or an OCI layout (compressed or not), an image in a registry or
//! in a container engine's storage, an archive, a serverless function, a disk or a single file, and gives a [`Tree`];
//! [`open_host`] takes several disks of one host. [`Tree::read`] walks the layers, several at once, each with a [`Visitor`]
//! that says by path which files it wants and reads as much of them as it likes. Nothing is unpacked, and nothing is kept for
//! a file that nobody wants, so memory does not follow the size of the tree.
//!
//! The traps of the domain, each handled in one place:
//!
//! - A layer hides what lies below by *marks* (`.wh.name`, `.wh..wh..opq`) and by replacing a directory with a
//!   link. Marks work on lower layers only, never on their own. Visitors are told; merging is their owner's.
//! - A *hard link* in an archive is a name without content, and the content may have gone by under a name that
//!   nobody wanted: then the layer is read a second time for just that.
//! - Paths in archives may be absolute or climb out with `..`; both are diagnosed, the second is ignored. Links in
//!   directories are never followed, so loops are harmless and nothing outside the root is read.
//! - A small archive may claim to be huge: bytes, ratio, entries, depth and path length are all held to [`Limits`].
//! - A cut-off archive must not look like a small one: it is an error that names the layer, as is a blob that does
//!   not hash to its digest. Digests are verified for OCI layouts; a plain docker archive promises none that
//!   could be checked without reading all of it, which is most of what makes it quick.
//! - A docker archive may be OCI as well, its layers may be links, compressed, or come before the manifest.

mod attached;
mod base;
mod checkout;
mod compressed;
mod compression;
mod content;
mod digest;
mod directory;
mod disk;
mod docker;
mod error;
mod fetched;
mod fstab;
mod identity;
mod image;
mod list;
mod little_endian;
mod mounts;
mod nodes;
mod oci;
mod open;
mod options;
mod parts;
mod path;
mod random_access;
mod registry;
mod sbom;
mod single;
mod source;
pub mod storage;
mod tar;
mod target;
mod tree;
mod visit;
mod whiteout;
pub mod zip;

pub use assay_disks::{Device, DiskError};
pub use assay_registry::{ConnectOptions, Credentials, ImageReference};
pub use content::{Content, ContentError};
pub use error::ArtifactError;
pub use open::{HostDisk, Opened, open, open_host};
pub use options::{Judge, Limits, OpenOptions, Platform, Progress, Silent};
pub use random_access::{Cursor, RandomAccess};
pub use sbom::{LARGEST_SBOM, SbomFile};
pub use target::{Form, Target};
pub use tree::{Begin, Contents, Tree};
pub use visit::{Entry, Interest, LinkAnswer, Visitor};
