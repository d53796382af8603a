//! The package URLs of what lock files name.

use assay_model::{Ecosystem, Purl};

use crate::{Facts, FoundPackage};

/// A package of a registry that knows no more than a name.
pub(super) fn plain(kind: &str, name: &str, version: &str, facts: &mut Facts) {
    slashed_from(kind, "", name, version, facts);
}

/// A Python distribution, its name normalised as in PEP 503.
pub(super) fn python(name: &str, version: &str, facts: &mut Facts) {
    plain(
        "pypi",
        &Ecosystem::new("PyPI").normalize_name(name),
        version,
        facts,
    );
}

/// A package whose name is a path, all but the last part of which is the namespace: `@scope/name`, `vendor/name`,
/// `host/owner/module`.
pub(super) fn slashed(kind: &str, path: &str, version: &str, facts: &mut Facts) {
    let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
    slashed_from(kind, namespace, name, version, facts);
}

fn slashed_from(kind: &str, namespace: &str, name: &str, version: &str, facts: &mut Facts) {
    if !name.is_empty() && !version.is_empty() {
        let purl = Purl::new(kind, name, version).with_namespace(namespace);
        facts.package(FoundPackage::language(purl));
    }
}

/// An npm package at a version; what stands in a version's place (an address, a path) begins with no digit.
pub(super) fn npm(name: &str, version: &str, facts: &mut Facts) {
    if version.starts_with(|c: char| c.is_ascii_digit()) {
        slashed("npm", name, version, facts);
    }
}

/// Splits `name@rest` and `@scope/name@rest`.
pub(super) fn split_npm(text: &str) -> Option<(&str, &str)> {
    let at = text.get(1..)?.find('@')? + 1;
    Some((text.get(..at)?, text.get(at + 1..)?))
}
