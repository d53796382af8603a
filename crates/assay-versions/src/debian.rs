//! Debian and Ubuntu: `[epoch:]upstream[-revision]`.
//!
//! Source: Debian Policy, section 5.6.12 "Version". Upstream and revision are each read as text, number, text, number
//! and so on. In a text `~` sorts below even its end, letters sort below all other characters, and a missing number
//! is zero, which is why `1.0` = `1.0-0` and `1.` = `1.0`.

use std::cmp::Ordering;

use crate::digits::{compare_numbers, is_number, split_number, split_while};
use crate::encode::{self, TEXT};

struct Version<'a> {
    epoch: &'a [u8],
    upstream: &'a [u8],
    revision: &'a [u8],
}

fn parse(version: &str) -> Version<'_> {
    let (epoch, rest) = match version.split_once(':') {
        Some((epoch, rest)) if is_number(epoch.as_bytes()) => (epoch, rest),
        _ => ("", version),
    };
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
    Version {
        epoch: epoch.as_bytes(),
        upstream: upstream.as_bytes(),
        revision: revision.as_bytes(),
    }
}

pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (parse(a), parse(b));
    compare_numbers(a.epoch, b.epoch)
        .then_with(|| compare_part(a.upstream, b.upstream))
        .then_with(|| compare_part(a.revision, b.revision))
}

fn compare_part(mut a: &[u8], mut b: &[u8]) -> Ordering {
    while !(a.is_empty() && b.is_empty()) {
        let (left, a_rest) = split_while(a, |byte| !byte.is_ascii_digit());
        let (right, b_rest) = split_while(b, |byte| !byte.is_ascii_digit());
        for position in 0..left.len().max(right.len()) {
            let order = weight(left.get(position)).cmp(&weight(right.get(position)));
            if order.is_ne() {
                return order;
            }
        }
        let (left, a_rest) = split_number(a_rest);
        let (right, b_rest) = split_number(b_rest);
        let order = compare_numbers(left, right);
        if order.is_ne() {
            return order;
        }
        (a, b) = (a_rest, b_rest);
    }
    Ordering::Equal
}

/// The weight of one character of a text, `None` being its end.
fn weight(character: Option<&u8>) -> i16 {
    match character {
        Some(b'~') => -1,
        None => 0,
        Some(&letter) if letter.is_ascii_alphabetic() => i16::from(letter),
        Some(&other) => i16::from(other) + 256,
    }
}

const TILDE: u8 = 0x01;
const END: u8 = 0x02;
/// The highest ASCII character code is left to the bytes beyond ASCII.
const BEYOND_ASCII: u8 = 0xFF;

pub(crate) fn write_key(version: &str, out: &mut Vec<u8>) {
    let version = parse(version);
    encode::number(out, version.epoch);
    write_part(version.upstream, out);
    write_part(version.revision, out);
}

/// Writes text, number, text, number …, END. The end of a text is not marked: a number always follows it.
fn write_part(mut part: &[u8], out: &mut Vec<u8>) {
    loop {
        let (text, rest) = split_while(part, |byte| !byte.is_ascii_digit());
        for &byte in text {
            write_character(byte, out);
        }
        let (number, rest) = split_number(rest);
        encode::number(out, number);
        if rest.is_empty() {
            break;
        }
        part = rest;
    }
    out.push(END);
}

/// Letters keep their order below the other characters: 52 codes for letters, then 76 for the rest of ASCII.
fn write_character(byte: u8, out: &mut Vec<u8>) {
    let code = match byte {
        b'~' => TILDE,
        b'A'..=b'Z' => TEXT + (byte - b'A'),
        b'a'..=b'z' => TEXT + 26 + (byte - b'a'),
        0..=b'@' => TEXT + 52 + byte,
        b'['..=b'`' => TEXT + 26 + byte,
        b'{'..=0x7F => TEXT + byte,
        _ => {
            out.extend([BEYOND_ASCII, byte]);
            return;
        }
    };
    out.push(code);
}
