//! Python: PEP 440, and below it every version that PEP 440 refuses.
//!
//! Source: the version specifiers page of the Python packaging specifications (PEP 440), with its normalisations: case,
//! `v`, the separators `.`, `-`, `_`, the spellings `alpha`, `beta`, `c`, `pre`, `preview`, `rev`, `r`, and `1.0-1` for a
//! post-release. Trailing zeros of the release do not count. A development release of a version sorts below its
//! pre-releases, a local version above what it is a version of.

mod legacy;
mod parse;

use std::cmp::Ordering;

use crate::digits::{compare_numbers, compare_zero_padded, is_number};
use crate::encode;
use parse::{Local, Phase, Version};

pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    match (parse::parse(a), parse::parse(b)) {
        (Some(a), Some(b)) => compare_valid(&a, &b),
        (None, None) => legacy::compare(a, b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

fn compare_valid(a: &Version<'_>, b: &Version<'_>) -> Ordering {
    compare_numbers(a.epoch, b.epoch)
        .then_with(|| compare_zero_padded(numbers(a.release), numbers(b.release)))
        .then_with(|| compare_pre(a, b))
        .then_with(|| compare_optional(a.post, b.post, Ordering::Less))
        .then_with(|| compare_optional(a.dev, b.dev, Ordering::Greater))
        .then_with(|| match (&a.local, &b.local) {
            (Some(a), Some(b)) => compare_local(a, b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        })
}

fn numbers(release: &[u8]) -> impl Iterator<Item = &[u8]> {
    release.split(|&byte| byte == b'.')
}

/// Compares the pre-release phase, with a bare development release below `a` and everything else above `rc`.
fn compare_pre(a: &Version<'_>, b: &Version<'_>) -> Ordering {
    let phase = |version: &Version<'_>| match version.pre {
        Some((phase, _)) => 1 + phase as u8,
        None if version.post.is_none() && version.dev.is_some() => 0,
        None => 4,
    };
    let number = |pre: Option<(Phase, _)>| pre.map(|(_, number)| number).unwrap_or_default();
    phase(a)
        .cmp(&phase(b))
        .then_with(|| compare_numbers(number(a.pre), number(b.pre)))
}

/// Compares two optional numbers; `absent` says how a missing one compares to any present one.
fn compare_optional(a: Option<&[u8]>, b: Option<&[u8]>, absent: Ordering) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => compare_numbers(a, b),
        (None, None) => Ordering::Equal,
        (None, Some(_)) => absent,
        (Some(_), None) => absent.reverse(),
    }
}

fn compare_local(a: &Local<'_>, b: &Local<'_>) -> Ordering {
    let (mut a, mut b) = (a.segments(), b.segments());
    loop {
        let (left, right) = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (left, None) => return left.is_some().cmp(&false),
            (None, _) => return Ordering::Less,
            (Some(left), Some(right)) => (left, right),
        };
        let order = match (is_number(left), is_number(right)) {
            (true, true) => compare_numbers(left, right),
            (false, false) => left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase()),
            (left, right) => left.cmp(&right),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Leads a version that PEP 440 refuses; the number of the epoch leads all others and is higher.
const LEGACY: u8 = 0x01;

/// What follows the release.
const ONLY_DEV: u8 = 0x01;
const PRE: u8 = 0x02;
const FINAL: u8 = 0x05;
const POST: u8 = 0x06;

/// What follows a pre-release or post-release.
const DEV: u8 = 0x01;
const NOTHING: u8 = 0x02;
const THEN_POST: u8 = 0x03;

/// Marks a local segment that is no number.
const WORD: u8 = 0x01;

pub(crate) fn write_key(version: &str, out: &mut Vec<u8>) {
    let Some(version) = parse::parse(version) else {
        out.push(LEGACY);
        legacy::write_key(version, out);
        return;
    };
    encode::number(out, version.epoch);
    encode::numbers_without_trailing_zeros(out, numbers(version.release));
    match (version.pre, version.post, version.dev) {
        (None, None, None) => out.push(FINAL),
        (None, None, Some(dev)) => {
            out.push(ONLY_DEV);
            encode::number(out, dev);
        }
        (None, Some(post), dev) => {
            out.push(POST);
            encode::number(out, post);
            write_dev(dev, out);
        }
        (Some((phase, number)), post, dev) => {
            out.push(PRE + phase as u8);
            encode::number(out, number);
            if let Some(post) = post {
                out.push(THEN_POST);
                encode::number(out, post);
            }
            write_dev(dev, out);
        }
    }
    for segment in version.local.iter().flat_map(Local::segments) {
        if is_number(segment) {
            encode::number(out, segment);
        } else {
            out.push(WORD);
            for byte in segment {
                encode::character(out, byte.to_ascii_lowercase());
            }
        }
    }
}

fn write_dev(dev: Option<&[u8]>, out: &mut Vec<u8>) {
    match dev {
        Some(number) => {
            out.push(DEV);
            encode::number(out, number);
        }
        None => out.push(NOTHING),
    }
}
