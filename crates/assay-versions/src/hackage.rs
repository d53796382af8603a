//! Haskell: Hackage and GHC.
//!
//! Source: the Haskell Package Versioning Policy and the `Data.Version` page of base. A version is a list of numbers with
//! dots between them, in the order of lists: `1.0` < `1.0.0`.

use std::cmp::Ordering;

use crate::components;

fn is_separator(byte: u8) -> bool {
    byte == b'.'
}

pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    components::compare(a, b, is_separator)
}

pub(crate) fn write_key(version: &str, out: &mut Vec<u8>) {
    components::write_key(version, is_separator, out);
}
