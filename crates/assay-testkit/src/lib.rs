//! Test inputs: small archives, package databases and binaries made on the fly.
//!
//! A test that says what is in a layer reads better than one that opens a file from somewhere, and it can vary
//! the one thing that it is about. Builders panic where they are used wrongly; they never meet foreign input.

mod bolt;
mod compress;
mod endian;
mod executable;
mod image;
mod layer;
mod mirror;
mod oci;
mod postgres;
pub mod rpm;
mod server;
mod zip_archive;

pub use bolt::{BoltValue, bolt_database};
pub use compress::{Packing, gzip, pack, zlib, zstd};
pub use endian::Endian;
pub use executable::{AddressSize, ElfBuilder};
pub use image::ImageBuilder;
pub use layer::LayerBuilder;
pub use mirror::MirrorBuilder;
pub use oci::{OciFiles, sha256};
pub use postgres::Postgres;
pub use server::{Answer, FileServer};
pub use zip_archive::ZipBuilder;
