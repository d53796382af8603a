//! Which format a document is in, and reading it.

use assay_model::{Artifact, Inventory};
use serde::{Deserialize, de::IgnoredAny};

use crate::error::SbomError;

mod collect;
mod cyclonedx;
mod distribution;
mod inventory;
mod json;
mod osquery;
mod purl;
mod row;
mod spdx;
mod systems_manager;

pub use cyclonedx::{BomComponent, bom_components};
use json::parse;

/// The marks by which formats are told.
#[derive(Default, Deserialize)]
#[serde(expecting = "an object")]
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
    context: Option<IgnoredAny>,
    #[serde(default, rename = "Items")]
    items: Option<IgnoredAny>,
    #[serde(default, rename = "Entities")]
    entities: Option<IgnoredAny>,
    #[serde(default, rename = "TypeName")]
    type_name: Option<IgnoredAny>,
    #[serde(default)]
    osquery: Option<IgnoredAny>,
    #[serde(default)]
    snapshot: Option<IgnoredAny>,
}

/// Reads a document in JSON: CycloneDX 1.2 to 1.7, SPDX 2.2 or 2.3, `assay.inventory/1`, or what other agents tell of a
/// host: an inventory of AWS Systems Manager, tables of osquery.
///
/// A component that cannot be identified becomes a diagnostic and costs nothing else.
///
/// # Errors
///
/// When the document as a whole cannot be read.
pub fn read(document: &[u8], artifact: Artifact) -> Result<Inventory, SbomError> {
    let document = document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document);
    if document.trim_ascii_start().starts_with(b"[") {
        let heads: Vec<Head> = parse("JSON", document)?;
        return match heads.first() {
            Some(head) if head.type_name.is_some() => {
                systems_manager::read(systems_manager::Form::Several, document, artifact)
            }
            Some(head) if head.snapshot.is_some() => {
                osquery::read(osquery::Form::Several, document, artifact)
            }
            _ => Err(SbomError::Unknown),
        };
    }
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
        _ => of_agent(&head, document, artifact),
    }
}

fn of_agent(head: &Head, document: &[u8], artifact: Artifact) -> Result<Inventory, SbomError> {
    if head.items.is_some() {
        systems_manager::read(systems_manager::Form::Put, document, artifact)
    } else if head.entities.is_some() {
        systems_manager::read(systems_manager::Form::Got, document, artifact)
    } else if head.type_name.is_some() {
        systems_manager::read(systems_manager::Form::One, document, artifact)
    } else if head.osquery.is_some() {
        osquery::read(osquery::Form::Tables, document, artifact)
    } else if head.snapshot.is_some() {
        osquery::read(osquery::Form::One, document, artifact)
    } else {
        Err(SbomError::Unknown)
    }
}

fn unsupported(format: &'static str, version: String, supported: &'static str) -> SbomError {
    SbomError::Version {
        format,
        version,
        supported,
    }
}
