//! Semantic Versioning as npm, crates.io, Hex, Swift, Pub, Julia and Bitnami use it.
//!
//! Source: semver.org 2.0.0, item 11, and each tool's own code for what it allows beyond. Reading is lenient: a leading
//! `v` or `=` is dropped, missing numbers are 0, more than three numbers are fine, and what follows the numbers without
//! a hyphen (`1.2.3beta`) is a pre-release. A text that does not begin with a number sorts below every version.
//!
//! Dialects differ in two places: Pub and Julia order versions by their build metadata (`1.0.0` < `1.0.0+1`), and
//! Bitnami counts its own revisions in a purely numeric tail (`1.0.0` < `1.0.0-1`).

use std::cmp::Ordering;

use crate::digits::{compare_numbers, compare_zero_padded, is_number, is_zero, split_number};
use crate::encode;

/// How one user of semantic versions reads the parts in which users differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// As the specification says.
    Standard,
    /// Build metadata takes part in the order.
    OrderedBuild,
    /// A purely numeric tail is a revision above the release.
    Revisions,
    /// NuGet: identifiers ignore case and are numeric only within 32 bits.
    NuGet,
    /// Go: `1.21rc2` is `1.21.0-rc.2`.
    Go,
}

/// The parts of a version. A text that does not begin with a number is all in `text`.
struct Version<'a> {
    numbers: &'a [u8],
    tail: Tail<'a>,
    build: &'a [u8],
}

enum Tail<'a> {
    None,
    PreRelease { text: &'a [u8], splitting: Splitting },
    Revision(&'a [u8]),
}

/// Where a pre-release falls apart into identifiers.
#[derive(Clone, Copy)]
enum Splitting {
    Dots,
    DotsAndDigits,
}

/// Splits a version into its parts; gives back the text itself when it does not begin with a number.
fn parse(version: &str, dialect: Dialect) -> Result<Version<'_>, &[u8]> {
    let text = strip_prefix(version).as_bytes();
    let (text, build) = match text.iter().position(|&byte| byte == b'+') {
        Some(plus) => {
            let (text, build) = text.split_at_checked(plus).unwrap_or((text, b""));
            (text, build.get(1..).unwrap_or_default())
        }
        None => (text, &b""[..]),
    };
    let (numbers, tail) = split_numbers(text);
    if numbers.is_empty() {
        return Err(version.as_bytes());
    }
    let build = if dialect == Dialect::OrderedBuild {
        build
    } else {
        b""
    };
    let tail = match tail {
        [] => Tail::None,
        [b'-', tail @ ..] if dialect == Dialect::Revisions && is_number(tail) => {
            if is_zero(tail) {
                Tail::None
            } else {
                Tail::Revision(tail)
            }
        }
        [b'-', tail @ ..] => Tail::PreRelease {
            text: tail,
            splitting: Splitting::Dots,
        },
        tail => Tail::PreRelease {
            text: tail,
            splitting: if dialect == Dialect::Go {
                Splitting::DotsAndDigits
            } else {
                Splitting::Dots
            },
        },
    };
    Ok(Version { numbers, tail, build })
}

fn strip_prefix(version: &str) -> &str {
    let rest =
        version.trim_start_matches(|first: char| matches!(first, 'v' | 'V' | '=') || first.is_whitespace());
    let is_number = rest.starts_with(|first: char| first.is_ascii_digit());
    if is_number { rest } else { version }
}

/// Splits after `number{.number}`.
fn split_numbers(text: &[u8]) -> (&[u8], &[u8]) {
    let (_, mut rest) = split_number(text);
    while let [b'.', after @ ..] = rest {
        let (number, next) = split_number(after);
        if number.is_empty() {
            break;
        }
        rest = next;
    }
    text.split_at_checked(text.len() - rest.len())
        .unwrap_or((text, b""))
}

fn numbers(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'.')
        .filter(|number| !number.is_empty())
}

/// One dot-separated identifier, in ascending order of kinds.
#[derive(Clone, Copy)]
enum Identifier<'a> {
    Empty,
    Number(&'a [u8]),
    Word(&'a [u8]),
}

fn identifier(text: &[u8], dialect: Dialect) -> Identifier<'_> {
    match text {
        [] => Identifier::Empty,
        _ if !is_number(text) => Identifier::Word(text),
        _ if dialect == Dialect::NuGet && compare_numbers(text, b"2147483647").is_gt() => {
            Identifier::Word(text)
        }
        _ => Identifier::Number(text),
    }
}

fn identifiers(text: &[u8], splitting: Splitting, dialect: Dialect) -> impl Iterator<Item = Identifier<'_>> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = boundary(text, splitting);
        let (head, tail) = text.split_at_checked(end).unwrap_or((text, b""));
        rest = match tail {
            [] => None,
            [b'.', tail @ ..] => Some(tail),
            tail => Some(tail),
        };
        Some(identifier(head, dialect))
    })
}

/// The end of the first identifier: a dot or, in Go's tool chain versions, the first digit after other characters.
fn boundary(text: &[u8], splitting: Splitting) -> usize {
    let mut previous = None;
    for (position, &byte) in text.iter().enumerate() {
        let breaks = match splitting {
            Splitting::Dots => false,
            Splitting::DotsAndDigits => {
                byte.is_ascii_digit() && previous.is_some_and(|previous: u8| !previous.is_ascii_digit())
            }
        };
        if byte == b'.' || breaks {
            return position;
        }
        previous = Some(byte);
    }
    text.len()
}

fn fold(byte: u8, dialect: Dialect) -> u8 {
    if dialect == Dialect::NuGet {
        byte.to_ascii_uppercase()
    } else {
        byte
    }
}

pub(crate) fn compare(a: &str, b: &str, dialect: Dialect) -> Ordering {
    let (a, b) = match (parse(a, dialect), parse(b, dialect)) {
        (Ok(a), Ok(b)) => (a, b),
        (Ok(_), Err(_)) => return Ordering::Greater,
        (Err(_), Ok(_)) => return Ordering::Less,
        (Err(a), Err(b)) => return compare_words(a, b, dialect),
    };
    compare_zero_padded(numbers(a.numbers), numbers(b.numbers))
        .then_with(|| compare_tails(&a.tail, &b.tail, dialect))
        .then_with(|| match (a.build.is_empty(), b.build.is_empty()) {
            (false, false) => compare_identifiers(
                identifiers(a.build, Splitting::Dots, dialect),
                identifiers(b.build, Splitting::Dots, dialect),
                dialect,
            ),
            (a, b) => b.cmp(&a),
        })
}

fn compare_tails(a: &Tail<'_>, b: &Tail<'_>, dialect: Dialect) -> Ordering {
    let rank = |tail: &Tail<'_>| match tail {
        Tail::PreRelease { .. } => 0,
        Tail::None => 1,
        Tail::Revision(_) => 2,
    };
    match (a, b) {
        (
            Tail::PreRelease {
                text: a,
                splitting: left,
            },
            Tail::PreRelease {
                text: b,
                splitting: right,
            },
        ) => compare_identifiers(
            identifiers(a, *left, dialect),
            identifiers(b, *right, dialect),
            dialect,
        ),
        (Tail::Revision(a), Tail::Revision(b)) => compare_numbers(a, b),
        _ => rank(a).cmp(&rank(b)),
    }
}

fn compare_identifiers<'a>(
    mut a: impl Iterator<Item = Identifier<'a>>,
    mut b: impl Iterator<Item = Identifier<'a>>,
    dialect: Dialect,
) -> Ordering {
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(Identifier::Empty), Some(Identifier::Empty)) => Ordering::Equal,
            (Some(Identifier::Empty), _) | (Some(Identifier::Number(_)), Some(Identifier::Word(_))) => {
                Ordering::Less
            }
            (_, Some(Identifier::Empty)) | (Some(Identifier::Word(_)), Some(Identifier::Number(_))) => {
                Ordering::Greater
            }
            (Some(Identifier::Number(a)), Some(Identifier::Number(b))) => compare_numbers(a, b),
            (Some(Identifier::Word(a)), Some(Identifier::Word(b))) => compare_words(a, b, dialect),
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn compare_words(a: &[u8], b: &[u8], dialect: Dialect) -> Ordering {
    let left = a.iter().map(|&byte| fold(byte, dialect));
    left.cmp(b.iter().map(|&byte| fold(byte, dialect)))
}

const NO_NUMBER: u8 = 0x01;
const PRE_RELEASE: u8 = 0x02;
/// Ends the identifiers of a pre-release where a build may follow.
const LIST_END: u8 = 0x03;
const RELEASE: u8 = 0x04;
const REVISION: u8 = 0x05;
const EMPTY_IDENTIFIER: u8 = 0x06;
const SEPARATOR: u8 = 0x07;

pub(crate) fn write_key(version: &str, dialect: Dialect, out: &mut Vec<u8>) {
    let version = match parse(version, dialect) {
        Ok(version) => version,
        Err(text) => {
            out.push(NO_NUMBER);
            write_word(text, dialect, out);
            return;
        }
    };
    encode::numbers_without_trailing_zeros(out, numbers(version.numbers));
    match version.tail {
        Tail::None => out.push(RELEASE),
        Tail::Revision(digits) => {
            out.push(REVISION);
            encode::number(out, digits);
        }
        Tail::PreRelease { text, splitting } => {
            out.push(PRE_RELEASE);
            write_identifiers(identifiers(text, splitting, dialect), dialect, out);
            if dialect == Dialect::OrderedBuild {
                out.push(LIST_END);
            }
        }
    }
    if !version.build.is_empty() {
        write_identifiers(identifiers(version.build, Splitting::Dots, dialect), dialect, out);
    }
}

fn write_identifiers<'a>(
    identifiers: impl Iterator<Item = Identifier<'a>>,
    dialect: Dialect,
    out: &mut Vec<u8>,
) {
    for (position, identifier) in identifiers.enumerate() {
        if position > 0 {
            out.push(SEPARATOR);
        }
        match identifier {
            Identifier::Empty => out.push(EMPTY_IDENTIFIER),
            Identifier::Number(digits) => encode::number(out, digits),
            Identifier::Word(word) => write_word(word, dialect, out),
        }
    }
}

fn write_word(word: &[u8], dialect: Dialect, out: &mut Vec<u8>) {
    for &byte in word {
        encode::character(out, fold(byte, dialect));
    }
}
