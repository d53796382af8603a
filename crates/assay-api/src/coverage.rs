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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use assay_identity::Action;

    use super::*;
    use crate::registry::{RegisteredTwice, Registry};

    #[test]
    fn what_is_registered_is_there() {
        let registry = || {
            Registry::new(Arc::new(())).on(inspector2::Enable, Action::ActivateOwnAccount, |_, _, _| async {
                Err(crate::Fault::BadRequest(String::new()))
            })
        };
        let text = api_coverage(&registry().finish().unwrap());
        for line in [
            "## `inspector2` (2020-06-08): 1 of 84",
            "## `inspector-scan` (2023-08-08): 0 of 1",
            "| Enable | `POST /enable` | yes |",
            "| Disable | `POST /disable` | – |",
            "| ScanSbom | `POST /scan/sbom` | – |",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}\n{text}");
        }
        let twice = registry().on(inspector2::Enable, Action::Read, |_, _, _| async {
            Err(crate::Fault::BadRequest(String::new()))
        });
        assert_eq!(
            twice.finish().unwrap_err(),
            RegisteredTwice { operation: "Enable" }
        );
    }
}
