//! RubyGems: `Gem::Version`.
//!
//! Source: the reference page of `Gem::Version`. A version is a list of numbers and words; a hyphen reads `.pre.`. A word
//! makes the version a pre-release: it sorts below any number and below the end. Zeros before the first word and at the
//! end do not count, and a missing segment is 0, so `1.0` = `1` and `1.0.a` = `1.a` < `1`.

use std::cmp::Ordering;

use crate::digits::{compare_numbers, is_zero, split_number, split_while};
use crate::encode;

#[derive(Clone, Copy)]
enum Segment<'a> {
    Word(&'a [u8]),
    Number(&'a [u8]),
}

/// A missing segment compares like zero.
const ZERO: Segment<'static> = Segment::Number(b"");

fn segments(version: &str) -> impl Iterator<Item = Segment<'_>> {
    let mut rest = version.as_bytes();
    std::iter::from_fn(move || {
        rest = split_while(rest, |byte| !byte.is_ascii_alphanumeric() && byte != b'-').1;
        let (segment, after) = match rest {
            [] => return None,
            [b'-', after @ ..] => (Segment::Word(b"pre"), after),
            [b'0'..=b'9', ..] => {
                let (number, after) = split_number(rest);
                (Segment::Number(number), after)
            }
            _ => {
                let (word, after) = split_while(rest, |byte| byte.is_ascii_alphabetic());
                (Segment::Word(word), after)
            }
        };
        rest = after;
        Some(segment)
    })
}

/// The segments that count.
fn canonical(version: &str) -> Vec<Segment<'_>> {
    let mut canonical = Vec::new();
    let mut words = false;
    for segment in segments(version) {
        if matches!(segment, Segment::Word(_)) && !words {
            drop_zeros(&mut canonical);
            words = true;
        }
        canonical.push(segment);
    }
    drop_zeros(&mut canonical);
    canonical
}

fn drop_zeros(segments: &mut Vec<Segment<'_>>) {
    while matches!(segments.last(), Some(Segment::Number(digits)) if is_zero(digits)) {
        segments.pop();
    }
}

pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (canonical(a), canonical(b));
    for position in 0..a.len().max(b.len()) {
        let left = a.get(position).copied().unwrap_or(ZERO);
        let right = b.get(position).copied().unwrap_or(ZERO);
        let order = match (left, right) {
            (Segment::Number(left), Segment::Number(right)) => compare_numbers(left, right),
            (Segment::Word(left), Segment::Word(right)) => left.cmp(right),
            (Segment::Word(_), Segment::Number(_)) => Ordering::Less,
            (Segment::Number(_), Segment::Word(_)) => Ordering::Greater,
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

const WORD: u8 = 0x01;
/// A zero whose run leads to a word. It sorts below the end, as the endless zeros of the end lead to no word.
const ZERO_BEFORE_WORD: u8 = 0x02;
const END: u8 = 0x03;

pub(crate) fn write_key(version: &str, out: &mut Vec<u8>) {
    let mut zeros = 0;
    let mut words = false;
    for segment in segments(version) {
        match segment {
            Segment::Number(digits) if is_zero(digits) => zeros += 1,
            Segment::Number(digits) => {
                for _ in 0..std::mem::take(&mut zeros) {
                    encode::number(out, b"");
                }
                encode::number(out, digits);
            }
            Segment::Word(word) => {
                let zeros = std::mem::take(&mut zeros);
                if words {
                    out.extend(std::iter::repeat_n(ZERO_BEFORE_WORD, zeros));
                }
                words = true;
                out.push(WORD);
                encode::text(out, word);
            }
        }
    }
    out.push(END);
}
