//! Findings as one JSON document, `{"findings": [...]}`, in the shapes of the API.

use std::mem;

use assay_api_model::inspector2 as api;
use serde_json::Result;

/// A document that is written portion by portion.
#[derive(Debug)]
pub struct FindingsJson {
    out: Vec<u8>,
    is_empty: bool,
}

impl FindingsJson {
    /// A document without findings.
    pub fn start() -> FindingsJson {
        FindingsJson {
            out: b"{\"findings\":[".to_vec(),
            is_empty: true,
        }
    }

    /// Adds a finding, on a line of its own.
    ///
    /// # Errors
    ///
    /// A finding that has no form in JSON; there is none.
    pub fn write(&mut self, finding: &api::Finding) -> Result<()> {
        let separator: &[u8] = if mem::take(&mut self.is_empty) {
            b"\n"
        } else {
            b",\n"
        };
        self.out.extend_from_slice(separator);
        serde_json::to_writer(&mut self.out, finding)
    }

    /// Takes what was written since.
    pub fn take(&mut self) -> Vec<u8> {
        mem::take(&mut self.out)
    }

    /// What is left, to the end of the document.
    pub fn end(mut self) -> Vec<u8> {
        self.out.extend_from_slice(b"\n]}\n");
        self.out
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn portions_make_one_document() {
        for count in [0, 1, 3] {
            let mut document = FindingsJson::start();
            let mut whole = Vec::new();
            let finding = json!({"awsAccountId": "1", "severity": "LOW", "type": "PACKAGE_VULNERABILITY", "description": "d",
                "findingArn": "a", "status": "ACTIVE", "firstObservedAt": 1, "lastObservedAt": 2, "resources": [],
                "remediation": {}});
            for _ in 0..count {
                document
                    .write(&serde_json::from_value(finding.clone()).unwrap())
                    .unwrap();
                whole.extend(document.take());
            }
            whole.extend(document.end());
            let read: Value = serde_json::from_slice(&whole).unwrap();
            assert_eq!(read["findings"].as_array().unwrap().len(), count);
        }
    }
}
