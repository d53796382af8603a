//! CycloneDX and SPDX, reading and writing.
//!
//! What to know first:
//!
//! * Only package URLs identify components; a name and a version alone are never guessed into an ecosystem, but
//!   reported as not assessed.
//! * Distribution packages are judged by their *source* package, which writers put in different places: Syft into
//!   the qualifier `upstream`, Trivy into properties and SPDX `sourceInfo`. Reading brings all to `upstream`.
//! * Writers spell distributions and epochs differently; the package URL is brought to our spelling, so that a
//!   foreign SBOM and our own scan of the same thing agree.

mod error;
mod read;
mod write;

pub use error::SbomError;
pub use read::{BomComponent, bom_components, read};
pub use write::{
    BomVulnerability, CycloneDxVersion, Supplement, write_cyclonedx, write_cyclonedx_with, write_spdx,
    write_spdx_with,
};
