//! A service's directory as one file, taken while the service works, and back again.
//!
//! What to know first:
//!
//! * A backup has the database as it was at one moment, the intelligence that was in force, the certificate that the service
//!   made, and the master key. Without the key nobody's access key opens again, so it is there unless it is left out on
//!   purpose; whoever has a backup with the key has every secret of the service. The log of calls in files stays out: the
//!   database has the calls of 90 days, and files are copied by any tool.
//! * The file is a tar in zstd: a manifest (`assay.backup/1`) with the size and the SHA-256 of each file, then the files.
//! * Restoring is all or nothing: everything is unpacked beside its place, held against the manifest, the database is checked
//!   page by page, and one rename puts it there. What is there already is never written over.

mod archive;
mod backups;
mod error;
mod manifest;
mod restore;

pub use archive::{Made, MasterKeyIn, back_up};
pub use backups::Backups;
pub use error::BackupError;
pub use restore::{Restored, restore};
