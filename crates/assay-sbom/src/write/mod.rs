//! Writing documents. Equal inventories give equal bytes: identifiers are made of the content, and there is no clock.

mod cyclonedx;
mod identity;
mod licence;
mod spdx;

pub use cyclonedx::{CycloneDxVersion, write_cyclonedx};
pub use spdx::write_spdx;
