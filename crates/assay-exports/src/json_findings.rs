//! Findings as one JSON document, `{"findings": [...]}`, in the shapes of the API.

use assay_api_model::inspector2 as api;
use serde_json::Result;

/// A document that is written portion by portion.
#[derive(Debug, Default)]
pub struct FindingsJson {
    written: u64,
}

impl FindingsJson {
    /// What it begins with.
    pub fn start(out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"findings\":[");
    }

    /// Adds a finding, on a line of its own.
    ///
    /// # Errors
    ///
    /// A finding that has no form in JSON; there is none.
    pub fn write(&mut self, finding: &api::Finding, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(if self.written > 0 { b",\n" } else { b"\n" });
        self.written += 1;
        serde_json::to_writer(out, finding)
    }

    /// What it ends with.
    pub fn end(out: &mut Vec<u8>) {
        out.extend_from_slice(b"\n]}\n");
    }
}
