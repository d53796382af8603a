//! Lists of numbers in which length counts: `1.0` < `1.0.0`. CRAN and Hackage share them.
//!
//! What is not a number has no place in either order and sorts below every number at its position.

use std::cmp::Ordering;

use crate::digits::{compare_numbers, split_number, split_while};
use crate::encode;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Component<'a> {
    Word(&'a [u8]),
    Number(&'a [u8]),
}

/// Cuts a version at separators and where digits and other characters meet.
fn components(version: &str, is_separator: fn(u8) -> bool) -> impl Iterator<Item = Component<'_>> {
    let mut rest = version.as_bytes();
    std::iter::from_fn(move || {
        rest = split_while(rest, is_separator).1;
        let (component, after) = match rest {
            [] => return None,
            [b'0'..=b'9', ..] => {
                let (number, after) = split_number(rest);
                (Component::Number(number), after)
            }
            _ => {
                let (word, after) = split_while(rest, |byte| !byte.is_ascii_digit() && !is_separator(byte));
                (Component::Word(word), after)
            }
        };
        rest = after;
        Some(component)
    })
}

pub(crate) fn compare(a: &str, b: &str, is_separator: fn(u8) -> bool) -> Ordering {
    let (mut a, mut b) = (components(a, is_separator), components(b, is_separator));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (Some(Component::Number(a)), Some(Component::Number(b))) => compare_numbers(a, b),
            // `None`, the end, sorts below every component.
            (a, b) => a.cmp(&b),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Stands for a version without components, whose key may not be empty.
const NOTHING: u8 = 0x01;
const WORD: u8 = 0x02;

pub(crate) fn write_key(version: &str, is_separator: fn(u8) -> bool, out: &mut Vec<u8>) {
    let start = out.len();
    for component in components(version, is_separator) {
        match component {
            Component::Number(digits) => encode::number(out, digits),
            Component::Word(word) => {
                out.push(WORD);
                encode::text(out, word);
            }
        }
    }
    if out.len() == start {
        out.push(NOTHING);
    }
}
