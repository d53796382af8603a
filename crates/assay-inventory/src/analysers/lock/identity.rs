//! The package URLs of what lock files name.

use assay_model::{Ecosystem, Purl};

use crate::{Facts, FoundPackage};

/// A package of a registry that knows no more than a name.
pub(super) fn plain(kind: &str, name: &str, version: &str, facts: &mut Facts) {
    found(Purl::new(kind, name, version), Vec::new(), facts);
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
    slashed_under(kind, path, version, Vec::new(), facts);
}

/// The same under licences.
pub(super) fn slashed_under(kind: &str, path: &str, version: &str, licences: Vec<String>, facts: &mut Facts) {
    let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
    found(
        Purl::new(kind, name, version).with_namespace(namespace),
        licences,
        facts,
    );
}

/// A package, unless its name or version is empty.
pub(super) fn found(purl: Purl, licences: Vec<String>, facts: &mut Facts) {
    if !purl.name.is_empty() && purl.version.is_some() {
        facts.package(FoundPackage::language(purl).with_licences(licences));
    }
}

/// An npm package at a version; what stands in a version's place (an address, a path) begins with no digit.
pub(super) fn npm(name: &str, version: &str, licences: Vec<String>, facts: &mut Facts) {
    if version.starts_with(|c: char| c.is_ascii_digit()) {
        slashed_under("npm", name, version, licences, facts);
    }
}

/// Splits `name@rest` and `@scope/name@rest`.
pub(super) fn split_npm(text: &str) -> Option<(&str, &str)> {
    let at = text.get(1..)?.find('@')? + 1;
    Some((text.get(..at)?, text.get(at + 1..)?))
}
