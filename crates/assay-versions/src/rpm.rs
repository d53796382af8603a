//! RPM: `[epoch:]version[-release]`, for Red Hat, SUSE, Fedora, Amazon Linux and their kin.
//!
//! Source: the rpm-version(7) manual page and the rules of `rpmvercmp`. Version and release are each cut into runs of
//! digits and runs of letters; everything else only separates. Position by position `~` sorts below the end, the end
//! below `^`, `^` below letters, and letters below numbers.
//!
//! A missing epoch is 0. rpm leaves the releases uncompared when one side has none, which is no order: `1-1` = `1` and
//! `1` = `1-2`, yet `1-1` < `1-2`. Here a missing release sorts below every release.

use std::cmp::Ordering;

use crate::digits::{compare_numbers, split_number, split_while};
use crate::encode;

struct Version<'a> {
    epoch: &'a [u8],
    version: &'a [u8],
    release: Option<&'a [u8]>,
}

fn parse(version: &str) -> Version<'_> {
    let (epoch, rest) = match version.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => (epoch, rest),
        _ => ("", version),
    };
    let (version, release) = match rest.rsplit_once('-') {
        Some((version, release)) => (version, Some(release.as_bytes())),
        None => (rest, None),
    };
    Version {
        epoch: epoch.as_bytes(),
        version: version.as_bytes(),
        release,
    }
}

/// One piece of a version or release, in ascending order of kinds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Segment<'a> {
    Tilde,
    End,
    Caret,
    Letters(&'a [u8]),
    Number(&'a [u8]),
}

/// Takes the next segment off the front of `part`.
fn next_segment<'a>(part: &mut &'a [u8]) -> Segment<'a> {
    let (_, rest) = split_while(part, |byte| {
        !byte.is_ascii_alphanumeric() && byte != b'~' && byte != b'^'
    });
    let (segment, rest) = match rest {
        [] => (Segment::End, rest),
        [b'~', rest @ ..] => (Segment::Tilde, rest),
        [b'^', rest @ ..] => (Segment::Caret, rest),
        [b'0'..=b'9', ..] => {
            let (number, rest) = split_number(rest);
            (Segment::Number(number), rest)
        }
        _ => {
            let (letters, rest) = split_while(rest, |byte| byte.is_ascii_alphabetic());
            (Segment::Letters(letters), rest)
        }
    };
    *part = rest;
    segment
}

pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (parse(a), parse(b));
    compare_numbers(a.epoch, b.epoch)
        .then_with(|| compare_part(a.version, b.version))
        .then_with(|| match (a.release, b.release) {
            (Some(a), Some(b)) => compare_part(a, b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        })
}

fn compare_part(mut a: &[u8], mut b: &[u8]) -> Ordering {
    loop {
        let (left, right) = (next_segment(&mut a), next_segment(&mut b));
        let order = match (left, right) {
            (Segment::End, Segment::End) => return Ordering::Equal,
            (Segment::Number(left), Segment::Number(right)) => compare_numbers(left, right),
            _ => left.cmp(&right),
        };
        if order.is_ne() {
            return order;
        }
    }
}

const TILDE: u8 = 0x01;
const END: u8 = 0x02;
const CARET: u8 = 0x03;
const LETTERS: u8 = 0x04;

pub(crate) fn write_key(version: &str, out: &mut Vec<u8>) {
    let version = parse(version);
    encode::number(out, version.epoch);
    write_part(version.version, out);
    if let Some(release) = version.release {
        write_part(release, out);
    }
}

fn write_part(mut part: &[u8], out: &mut Vec<u8>) {
    loop {
        match next_segment(&mut part) {
            Segment::Tilde => out.push(TILDE),
            Segment::Caret => out.push(CARET),
            Segment::Letters(letters) => {
                out.push(LETTERS);
                encode::text(out, letters);
            }
            Segment::Number(number) => encode::number(out, number),
            Segment::End => {
                out.push(END);
                return;
            }
        }
    }
}
