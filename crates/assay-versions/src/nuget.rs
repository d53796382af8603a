//! NuGet: up to four numbers and a pre-release that ignores case.
//!
//! Source: the NuGet documentation, "Package versioning". A missing number is 0 (`1.0` = `1.0.0.0`), `+metadata` does not
//! count, and pre-releases follow semantic versioning save for letter case. As in NuGet's own comparer a pre-release
//! identifier is a number only within 32 bits: a time stamp such as `20240131120000` is compared as text.

use std::cmp::Ordering;

use crate::semver::{self, Dialect};

pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    semver::compare(a, b, Dialect::NuGet)
}

pub(crate) fn write_key(version: &str, out: &mut Vec<u8>) {
    semver::write_key(version, Dialect::NuGet, out);
}
