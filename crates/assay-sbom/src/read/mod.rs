//! Which format a document is in, and reading it.

use assay_model::{Artifact, Inventory};
use serde::Deserialize;

use crate::error::SbomError;

mod collect;
mod cyclonedx;
mod distribution;
mod inventory;
mod json;
mod purl;
mod spdx;

pub use cyclonedx::{BomComponent, bom_components};
use json::parse;

/// The marks by which formats are told.
#[derive(Deserialize)]
struct Head {
    #[serde(default, rename = "bomFormat")]
    bom_format: Option<String>,
    #[serde(default, rename = "specVersion")]
    spec_version: Option<String>,
    #[serde(default, rename = "spdxVersion")]
    spdx_version: Option<String>,
    #[serde(default)]
    schema: Option<String>,
    #[serde(default, rename = "@context")]
    context: Option<serde::de::IgnoredAny>,
}

/// Reads a CycloneDX 1.2 to 1.6, SPDX 2.2 or 2.3, or `assay.inventory/1` document in JSON.
///
/// A component that cannot be identified becomes a diagnostic and costs nothing else.
///
/// # Errors
///
/// When the document as a whole cannot be read.
pub fn read(document: &[u8], artifact: Artifact) -> Result<Inventory, SbomError> {
    let document = document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document);
    let head: Head = parse("JSON", document)?;
    if let Some(version) = head.spdx_version {
        return match version.as_str() {
            "SPDX-2.1" | "SPDX-2.2" | "SPDX-2.3" => spdx::read(document, artifact),
            _ => Err(unsupported("SPDX", version, "SPDX-2.2 and SPDX-2.3")),
        };
    }
    if head.bom_format.as_deref() == Some("CycloneDX") {
        let version = head.spec_version.unwrap_or_default();
        return match version.as_str() {
            "1.2" | "1.3" | "1.4" | "1.5" | "1.6" | "1.7" => cyclonedx::read(document, artifact),
            _ => Err(unsupported("CycloneDX", version, "1.2 to 1.7")),
        };
    }
    match head.schema.as_deref() {
        Some("assay.inventory/1" | "assay.scan/1") => inventory::read(document, artifact),
        Some(schema) if schema.starts_with("assay.") => Err(unsupported(
            "Assay document",
            schema.to_owned(),
            "assay.inventory/1 and assay.scan/1",
        )),
        _ if head.context.is_some() => Err(unsupported("SPDX", "3".to_owned(), "SPDX-2.2 and SPDX-2.3")),
        _ => Err(SbomError::Unknown),
    }
}

fn unsupported(format: &'static str, version: String, supported: &'static str) -> SbomError {
    SbomError::Version {
        format,
        version,
        supported,
    }
}
