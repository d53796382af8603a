//! `docs/api-coverage.md`: which operations of the model the service has.

use std::fmt::Write;

use assay_api_model::{Service, inspector_scan, inspector2};

use crate::registry::Operations;

/// The services that are spoken.
pub(crate) const SERVICES: [&Service; 2] = [&inspector2::API, &inspector_scan::API];

/// Renders the document, from the model and what is registered.
pub fn api_coverage(operations: &Operations) -> String {
    let mut text = String::from(
        "# Operations of the API\n\nMade from the service models and the registered handlers; a test keeps it so. What is \
         not there answers `NotImplementedException` and says so.\n",
    );
    for service in SERVICES {
        let count = service
            .operations
            .iter()
            .filter(|operation| operations.has(service, operation))
            .count();
        // Writing into a text does not fail.
        let _ = write!(
            text,
            "\n## `{}` ({}): {count} of {}\n\n| operation | request | here |\n|---|---|---|\n",
            service.signing_name,
            service.api_version,
            service.operations.len()
        );
        for operation in service.operations {
            let here = if operations.has(service, operation) {
                "yes"
            } else {
                "–"
            };
            let _ = writeln!(
                text,
                "| {} | `{} {}` | {here} |",
                operation.name, operation.method, operation.uri
            );
        }
    }
    text
}
