//! Packagist: Composer's normalised versions in the order of PHP's `version_compare`.
//!
//! Source: the Composer documentation, "Versions and constraints", the rules of composer/semver's `VersionParser`, and
//! the PHP manual on `version_compare`. A version is up to four numbers, filled up with zeros, or a date; then perhaps a
//! stability with numbers of its own (`-alpha2`, `-p1`) and `-dev`. dev < alpha < beta < RC < stable < patch.
//!
//! Branches (`dev-main`) have no place among numbers and sort below all of them, by name; numbered branches (`1.0.x-dev`)
//! sort above every release that they may still bring. What Composer refuses is cut like `version_compare` cuts it, with
//! unknown words below `dev`.

mod normalize;

use std::cmp::Ordering;

use crate::digits::compare_numbers;
use crate::encode::{self, TEXT};
use normalize::read;

/// One item of a normalised version, in ascending order of kinds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Item<'a> {
    /// The name of a branch; it is the only item.
    Branch(&'a [u8]),
    Unknown(&'a [u8]),
    Dev,
    Alpha,
    Beta,
    Candidate,
    /// The version ends. It is not read, but has its place in the order.
    End,
    Number(&'a [u8]),
    Patch,
}

pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let collect = |version| {
        let mut items = Vec::new();
        read(version, &mut |item| items.push(item));
        items
    };
    let (a, b): (Vec<Item<'_>>, Vec<Item<'_>>) = (collect(a), collect(b));
    for position in 0..a.len().max(b.len()) {
        let left = a.get(position).copied().unwrap_or(Item::End);
        let right = b.get(position).copied().unwrap_or(Item::End);
        let order = match (left, right) {
            (Item::Number(left), Item::Number(right)) => compare_numbers(left, right),
            (Item::Unknown(left), Item::Unknown(right)) => {
                left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase())
            }
            _ => left.cmp(&right),
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// Ends an unknown word, as [`PATCH`] could not be told from its next character.
const WORD_END: u8 = 0x00;
const BRANCH: u8 = 0x01;
const UNKNOWN: u8 = 0x02;
const DEV: u8 = 0x03;
const ALPHA: u8 = 0x04;
const BETA: u8 = 0x05;
const CANDIDATE: u8 = 0x06;
const END: u8 = 0x07;
const PATCH: u8 = TEXT;

pub(crate) fn write_key(version: &str, out: &mut Vec<u8>) {
    read(version, &mut |item| match item {
        Item::Branch(name) => {
            out.push(BRANCH);
            encode::text(out, name);
        }
        Item::Unknown(word) => {
            out.push(UNKNOWN);
            for byte in word {
                encode::character(out, byte.to_ascii_lowercase());
            }
            out.push(WORD_END);
        }
        Item::Dev => out.push(DEV),
        Item::Alpha => out.push(ALPHA),
        Item::Beta => out.push(BETA),
        Item::Candidate => out.push(CANDIDATE),
        Item::End => {}
        Item::Number(digits) => encode::number(out, digits),
        Item::Patch => out.push(PATCH),
    });
    out.push(END);
}
