//! Alpine, Wolfi, Chainguard: `digits{.digits}[letter]{_suffix[digits]}[~hash][-rdigits]`.
//!
//! Source: the apk-package(5) manual page and the rules of `apk version` in apk-tools 3. Tokens are compared one by
//! one; where two versions differ in the *kind* of token, a pre-release suffix sorts lowest, then what is not valid,
//! then the end, then `-r`, `~`, the number of a suffix, a patch suffix, a letter, and another component.
//!
//! From the second component on, a component with a leading zero is compared as text, so `1.01` < `1.1` and
//! `1.010` < `1.02`: zero-led components sort below all others. apk calls two versions equal that become invalid at
//! the same place; here the rest of them is compared as bytes.

use std::cmp::Ordering;

use crate::digits::{compare_numbers, split_number, split_while};
use crate::encode;

/// A token, in ascending order of kinds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Token<'a> {
    /// `_alpha`, `_beta`, `_pre`, `_rc`, by rank.
    PreSuffix(u8),
    /// From here on the text is no apk version.
    Invalid(&'a [u8]),
    End,
    Revision(&'a [u8]),
    Hash(&'a [u8]),
    SuffixNumber(&'a [u8]),
    /// `_cvs`, `_svn`, `_git`, `_hg`, `_p`, by rank.
    PostSuffix(u8),
    Letter(u8),
    /// A later component with a leading zero: the digits after that zero.
    ZeroLed(&'a [u8]),
    Number(&'a [u8]),
}

/// Where in the grammar the reader stands; a place allows only what comes at or after it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Start,
    Component,
    Letter,
    Suffix,
    SuffixNumber,
    Hash,
    Revision,
}

struct Tokens<'a> {
    rest: &'a [u8],
    place: Place,
}

impl<'a> Tokens<'a> {
    fn new(version: &'a str) -> Tokens<'a> {
        Tokens {
            rest: version.as_bytes(),
            place: Place::Start,
        }
    }

    /// The next token; after `End` or `Invalid` it keeps returning `End`.
    fn next(&mut self) -> Token<'a> {
        if let Some((token, place, rest)) = self.read() {
            (self.place, self.rest) = (place, rest);
            return token;
        }
        match std::mem::take(&mut self.rest) {
            [] => Token::End,
            rest => Token::Invalid(rest),
        }
    }

    fn read(&self) -> Option<(Token<'a>, Place, &'a [u8])> {
        let (&first, after) = self.rest.split_first()?;
        if self.place == Place::Start {
            let (digits, rest) = number(self.rest)?;
            return Some((Token::Number(digits), Place::Component, rest));
        }
        match first {
            b'.' if self.place == Place::Component => {
                let (digits, rest) = number(after)?;
                let token = match digits.split_first() {
                    Some((b'0', tail)) => Token::ZeroLed(tail),
                    _ => Token::Number(digits),
                };
                Some((token, Place::Component, rest))
            }
            b'a'..=b'z' if self.place == Place::Component => {
                Some((Token::Letter(first), Place::Letter, after))
            }
            b'0'..=b'9' if self.place == Place::Suffix => {
                let (digits, rest) = number(self.rest)?;
                Some((Token::SuffixNumber(digits), Place::SuffixNumber, rest))
            }
            b'_' if self.place <= Place::SuffixNumber => {
                let (name, rest) = split_while(after, |byte| byte.is_ascii_lowercase());
                Some((suffix(name)?, Place::Suffix, rest))
            }
            b'~' if self.place < Place::Hash => {
                let (hash, rest) = split_while(after, |byte| byte.is_ascii_hexdigit());
                (!hash.is_empty()).then_some((Token::Hash(hash), Place::Hash, rest))
            }
            b'-' if self.place < Place::Revision => {
                let (digits, rest) = number(after.strip_prefix(b"r")?)?;
                Some((Token::Revision(digits), Place::Revision, rest))
            }
            _ => None,
        }
    }
}

fn number(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (digits, rest) = split_number(text);
    (!digits.is_empty()).then_some((digits, rest))
}

fn suffix(name: &[u8]) -> Option<Token<'static>> {
    Some(match name {
        b"alpha" => Token::PreSuffix(0),
        b"beta" => Token::PreSuffix(1),
        b"pre" => Token::PreSuffix(2),
        b"rc" => Token::PreSuffix(3),
        b"cvs" => Token::PostSuffix(0),
        b"svn" => Token::PostSuffix(1),
        b"git" => Token::PostSuffix(2),
        b"hg" => Token::PostSuffix(3),
        b"p" => Token::PostSuffix(4),
        _ => return None,
    })
}

pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (Tokens::new(a), Tokens::new(b));
    loop {
        let (left, right) = (a.next(), b.next());
        let order = match (left, right) {
            (Token::End, Token::End) => return Ordering::Equal,
            (Token::Number(left), Token::Number(right))
            | (Token::SuffixNumber(left), Token::SuffixNumber(right))
            | (Token::Revision(left), Token::Revision(right)) => compare_numbers(left, right),
            _ => left.cmp(&right),
        };
        if order.is_ne() {
            return order;
        }
    }
}

const PRE_SUFFIX: u8 = 0x01;
const INVALID: u8 = 0x05;
const END: u8 = 0x06;
const REVISION: u8 = 0x07;
const HASH: u8 = 0x08;
const SUFFIX_NUMBER: u8 = 0x09;
const POST_SUFFIX: u8 = 0x0A;
const LETTER: u8 = 0x0B;
const ZERO_LED: u8 = 0x0C;

pub(crate) fn write_key(version: &str, out: &mut Vec<u8>) {
    let mut tokens = Tokens::new(version);
    loop {
        match tokens.next() {
            Token::PreSuffix(rank) => out.push(PRE_SUFFIX + rank),
            Token::Invalid(rest) => {
                out.push(INVALID);
                encode::text(out, rest);
            }
            Token::End => {
                out.push(END);
                return;
            }
            Token::Revision(digits) => {
                out.push(REVISION);
                encode::number(out, digits);
            }
            Token::Hash(hash) => {
                out.push(HASH);
                encode::text(out, hash);
            }
            Token::SuffixNumber(digits) => {
                out.push(SUFFIX_NUMBER);
                encode::number(out, digits);
            }
            Token::PostSuffix(rank) => out.extend([POST_SUFFIX, rank]),
            Token::Letter(letter) => out.extend([LETTER, letter]),
            Token::ZeroLed(tail) => {
                out.push(ZERO_LED);
                encode::text(out, tail);
            }
            Token::Number(digits) => encode::number(out, digits),
        }
    }
}
