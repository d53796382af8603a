//! What agents of others tell of a package: named texts.

use std::collections::BTreeMap;

use assay_model::{Distribution, Package, Purl};
use serde_json::Value;

use super::collect::evidence;

/// Texts by name; what is none is passed over.
pub(super) type Row = BTreeMap<String, Value>;

/// A text without the space around it; empty where there is none.
pub(super) fn text<'r>(row: &'r Row, name: &str) -> &'r str {
    let value = row.get(name).and_then(Value::as_str);
    value.unwrap_or_default().trim()
}

/// A package of the system's package manager, which keeps it in a file.
pub(super) fn of_system(
    purl: Purl,
    architecture: &str,
    system: Option<&Distribution>,
    path: &str,
) -> Package {
    let purl = purl.with_qualifier("arch", architecture);
    let purl = match system {
        Some(system) => purl
            .with_namespace(&system.id)
            .with_qualifier("distro", &system.qualifier()),
        None => purl,
    };
    let mut package = Package::new(purl);
    package.evidence.push(evidence(path));
    package
}
