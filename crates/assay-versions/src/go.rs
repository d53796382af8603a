//! Go: module versions, pseudo-versions, and the versions of the tool chain and its standard library.
//!
//! Source: the Go modules reference, "Versions" and "Pseudo-versions", and the Go vulnerability database, which writes
//! tool chain versions as semantic versions. Module versions are semantic versions with a `v`; pseudo-versions
//! (`v0.0.0-20191109021931-daa7c04131f5`) fall in place as pre-releases, and `+incompatible` is metadata.
//!
//! The tool chain writes `go1.21rc2` for `1.21.0-rc.2`. Vendor tails (`go1.21.3-vendor`) and lists of experiments
//! (`go1.22.3 X:boringcrypto`) do not take part in the order.

use std::cmp::Ordering;

use crate::semver::{self, Dialect};

/// Drops what only the tool chain writes around its number.
fn module_form(version: &str) -> &str {
    match version.strip_prefix("go") {
        Some(rest) if rest.starts_with(|first: char| first.is_ascii_digit()) => {
            rest.split(['-', ' ']).next().unwrap_or(rest)
        }
        _ => version,
    }
}

pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    semver::compare(module_form(a), module_form(b), Dialect::Go)
}

pub(crate) fn write_key(version: &str, out: &mut Vec<u8>) {
    semver::write_key(module_form(version), Dialect::Go, out);
}
