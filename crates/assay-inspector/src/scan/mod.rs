//! One-shot scans of bills of materials (`ScanSbom`).

use assay_api_model::inspector_scan::OutputFormat;
use assay_intel::Index;
use assay_model::{Artifact, ArtifactKind};
use assay_sbom::bom_components;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use sha2::{Digest, Sha256};

mod cyclonedx;
mod fault;
mod inspector;
mod report;

pub use fault::ScanFault;

use inspector::Form;
use report::Report;

/// Scans a CycloneDX document and answers in one of the API's forms: the value of the answer's member `sbom`.
///
/// It is judged by the one matcher, as `assay scan` judges the same document. Documents of CycloneDX 1.2 to 1.7 are taken,
/// of any size. What cannot be assessed is said in the answer. The same document, intelligence and time give the same
/// answer.
///
/// # Errors
///
/// A document that is no CycloneDX, with the member that is wrong; a damaged advisory database.
pub fn scan_sbom(
    document: &Value,
    format: OutputFormat,
    index: &Index,
    now: Timestamp,
) -> Result<Value, ScanFault> {
    check_head(document)?;
    let bytes = serde_json::to_vec(document)
        .map_err(|error| ScanFault::invalid("sbom", format!("is no document in JSON: {error}")))?;
    let inventory = assay_sbom::read(&bytes, Artifact::new("sbom", ArtifactKind::Sbom))?;
    let components = bom_components(&bytes)?;
    let today = TimeZone::UTC.to_datetime(now).date();
    let report = Report::of(&inventory, &components, index, today)?;
    Ok(match format {
        OutputFormat::CycloneDx1_5 => {
            let time = Timestamp::from_second(now.as_second()).unwrap_or(now).to_string();
            let serial = serial_number(&[&bytes, index.generation().as_bytes(), time.as_bytes()]);
            cyclonedx::document(&report, &serial, &time)
        }
        OutputFormat::Inspector => inspector::document(&report, Form::Documented),
        OutputFormat::InspectorAlt => inspector::document(&report, Form::Alternative),
    })
}

/// Tells plainly what is no CycloneDX document; the reader of documents takes other kinds too.
fn check_head(document: &Value) -> Result<(), ScanFault> {
    if !document.is_object() {
        return Err(ScanFault::invalid(
            "sbom",
            "must be a CycloneDX document, which is an object",
        ));
    }
    match document.get("bomFormat").and_then(Value::as_str) {
        Some("CycloneDX") => {}
        _ => return Err(ScanFault::invalid("sbom.bomFormat", "must be `CycloneDX`")),
    }
    match document.get("specVersion").and_then(Value::as_str) {
        Some(_) => Ok(()),
        None => Err(ScanFault::invalid(
            "sbom.specVersion",
            "must be a version of CycloneDX such as `1.5`",
        )),
    }
}

/// A UUID of what the answer follows from (version 8: of a content of our own).
fn serial_number(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let digest = hasher.finalize();
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!(
        "urn:uuid:{}-{}-8{}-a{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..32]
    )
}

#[cfg(test)]
mod tests;
