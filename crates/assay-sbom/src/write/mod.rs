//! Writing documents. Equal inventories give equal bytes: identifiers are made of the content, and there is no clock but in a
//! supplement.

mod cyclonedx;
mod identity;
mod licence;
mod spdx;
mod supplement;

pub use cyclonedx::{CycloneDxVersion, write_cyclonedx, write_cyclonedx_with};
pub use spdx::{write_spdx, write_spdx_with};
pub use supplement::{BomVulnerability, Supplement};
