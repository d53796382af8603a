//! R: CRAN and Bioconductor.
//!
//! Source: the R manual's page on `numeric_version` and `package_version`. A version is a list of numbers with `.` or
//! `-` between them, which mean the same (`1.2-3` = `1.2.3`). Length counts: `1.0` < `1.0.0`.

use std::cmp::Ordering;

use crate::components;

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'.' | b'-')
}

pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    components::compare(a, b, is_separator)
}

pub(crate) fn write_key(version: &str, out: &mut Vec<u8>) {
    components::write_key(version, is_separator, out);
}
