//! The order of versions and the meaning of ranges, one module an ecosystem, with order-preserving byte keys.
//!
//! Every [`Scheme`] is a total order over *any* text: nothing fails, and what its ecosystem would refuse still has a
//! place. It comes in two forms that always agree: [`Scheme::compare`] compares two versions, and [`Scheme::key`] encodes
//! one so that comparing bytes compares versions. A matcher encodes once and then tests [ranges](range) with `memcmp`.
//!
//! ```
//! use assay_versions::{Scheme, range};
//!
//! let fix = range::fixed_in(Scheme::Debian, "1.1.1n-0+deb11u5");
//! assert!(fix.contains(Scheme::Debian.key("1.1.1n-0+deb11u4").as_bytes()));
//! assert!(fix.contains(Scheme::Debian.key("1.1.1n-0+deb11u5~bpo10+1").as_bytes()));
//! assert!(!fix.contains(Scheme::Debian.key("1.1.1n-0+deb11u5").as_bytes()));
//! ```
//!
//! # Traps
//!
//! There is no order of versions as such. The same two texts are ordered differently from one ecosystem to the next:
//!
//! - `1.0` and `1.0.0` are equal to PyPI, Maven, NuGet and RubyGems, and different to CRAN, Hackage, Debian, RPM and Alpine.
//! - A tail may come before (`1.0-rc1` in npm) or after (`1.0-1` in Debian); `1.0-1` alone is a pre-release in npm, a
//!   post-release in PyPI, a revision in Debian and a release in RPM.
//! - `~` sorts below the end in Debian and RPM; `^` sorts above it in RPM only.
//! - Numbers have no greatest size: time stamps and hashes in digits exceed 64 bits.
//! - A few tools' own relations are no orders (Maven's nulls, RPM's missing release). Each module says where it had to
//!   decide.
//! - `introduced: "0"` means the beginning, below the pre-releases of version 0 as well.

mod alpine;
pub mod check;
mod components;
mod cran;
mod debian;
mod digits;
mod ecosystem;
mod encode;
mod generic;
mod go;
mod hackage;
mod key;
mod maven;
mod nuget;
mod packagist;
mod pep440;
pub mod range;
mod rpm;
mod rubygems;
mod scheme;
mod semver;

pub use key::VersionKey;
pub use scheme::Scheme;
