//! Versions that PEP 440 refuses, by the rule setuptools had before it.
//!
//! Source: the legacy comparison documented for `pkg_resources.parse_version` before setuptools 66. A version falls
//! apart into runs of digits, runs of letters and whatever lies between. Numbers become text of at least eight digits,
//! everything else gets a leading `*`, which sorts below digits, and `*final` closes the list. Words below `*final`
//! announce pre-releases and swallow the hyphens and zeros before them; the lists then compare as texts.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::digits::{split_number, split_while};
use crate::encode;

const FINAL: &[u8] = b"*final";
const HYPHEN: &[u8] = b"*final-";
const ZERO: &[u8] = b"00000000";
const WIDTH: usize = ZERO.len();

/// The list of texts that stands for a version. Odd versions are rare, so this may allocate.
fn parts(version: &str) -> Vec<Cow<'static, [u8]>> {
    let lower = version.to_ascii_lowercase();
    let mut rest = lower.as_bytes();
    let mut parts: Vec<Cow<'static, [u8]>> = Vec::new();
    while !rest.is_empty() {
        let (part, after) = split_part(rest);
        rest = after;
        match part {
            b"." => {}
            [b'0'..=b'9', ..] => {
                let padding = ZERO.get(..WIDTH.saturating_sub(part.len())).unwrap_or_default();
                parts.push([padding, part].concat().into());
            }
            _ => push_word(&mut parts, word(part)),
        }
    }
    push_word(&mut parts, FINAL.into());
    parts
}

fn split_part(text: &[u8]) -> (&[u8], &[u8]) {
    let class = |byte: u8| match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'.' => 2,
        b'-' => 3,
        _ => 4,
    };
    match text {
        [b'0'..=b'9', ..] => split_number(text),
        [b'.' | b'-', ..] => text.split_at_checked(1).unwrap_or((text, b"")),
        _ => {
            let first = text.first().map(|&byte| class(byte));
            split_while(text, |byte| Some(class(byte)) == first)
        }
    }
}

fn word(part: &[u8]) -> Cow<'static, [u8]> {
    match part {
        b"pre" | b"preview" | b"rc" => b"*c".into(),
        b"dev" => b"*@".into(),
        b"-" => HYPHEN.into(),
        _ => [b"*", part].concat().into(),
    }
}

fn push_word(parts: &mut Vec<Cow<'static, [u8]>>, word: Cow<'static, [u8]>) {
    if *word < *FINAL {
        while parts.last().is_some_and(|last| **last == *HYPHEN) {
            parts.pop();
        }
    }
    while parts.last().is_some_and(|last| **last == *ZERO) {
        parts.pop();
    }
    parts.push(word);
}

pub(super) fn compare(a: &str, b: &str) -> Ordering {
    parts(a).cmp(&parts(b))
}

/// Ends each text; it sorts below every character.
const PART_END: u8 = 0x01;

pub(super) fn write_key(version: &str, out: &mut Vec<u8>) {
    for part in parts(version) {
        encode::text(out, &part);
        out.push(PART_END);
    }
}
