//! `docs/api-coverage.md`: which operations of Inspector's API the service has. The test that holds the document to what is
//! registered writes it: so this program need not be built with a whole service in it.

use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Writes the document.
pub(crate) fn write() -> Result<()> {
    let status = Command::new("cargo")
        .args([
            "test",
            "--quiet",
            "--package",
            "assay-service",
            "--test",
            "service",
            "documents::",
        ])
        .env("ASSAY_WRITE_DOCUMENTS", "1")
        .status()
        .context("cannot run cargo")?;
    ensure!(
        status.success(),
        "the test that writes docs/api-coverage.md failed"
    );
    Ok(())
}
