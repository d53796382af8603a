//! `assay.inventory/1`: what is installed, without judging it.

use std::io::{self, Write};

use assay_model::Inventory;
use serde::Serialize;

use crate::json::{self, ArtifactJson, DiagnosticJson, PackageJson};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    artifact: ArtifactJson<'a>,
    packages: Vec<PackageJson<'a>>,
    diagnostics: Vec<DiagnosticJson<'a>>,
}

/// Writes an inventory as JSON with a final newline.
///
/// # Errors
///
/// When `out` refuses.
pub fn write_inventory(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema: "assay.inventory/1",
        artifact: json::artifact(inventory),
        packages: inventory.packages.iter().map(json::package).collect(),
        diagnostics: inventory.diagnostics.iter().map(json::diagnostic).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}
