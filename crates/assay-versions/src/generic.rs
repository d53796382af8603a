//! The order for whatever has no order of its own: git tags, firmware, kernels, hand-written names.
//!
//! It belongs to no specification. A version is a list of numbers and words, whatever lies between them. Words that
//! announce a release (`alpha`, `beta`, `pre`, `rc` …) sort below the end, and so does what follows a `~`; other words
//! sort above it (`1.0.2a`, `1.0+git`), and numbers above words. Letter case does not matter. Zeros before a word or the
//! end do not count: `1` = `1.0`. A leading `v` is dropped.

use std::cmp::Ordering;

use crate::digits::{compare_numbers, is_zero, split_number, split_while};
use crate::encode;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Token<'a> {
    Tilde,
    /// A word that announces a release, by rank.
    Early(u8),
    End,
    Word(&'a [u8]),
    Number(&'a [u8]),
}

fn early(word: &[u8]) -> Option<u8> {
    const NAMES: &[(&str, u8)] = &[
        ("dev", 0),
        ("snapshot", 0),
        ("nightly", 0),
        ("canary", 0),
        ("alpha", 1),
        ("beta", 2),
        ("milestone", 3),
        ("pre", 4),
        ("preview", 4),
        ("prerelease", 4),
        ("rc", 5),
        ("cr", 5),
    ];
    NAMES
        .iter()
        .find(|(name, _)| word.eq_ignore_ascii_case(name.as_bytes()))
        .map(|&(_, rank)| rank)
}

/// Takes the next token off the front.
fn next_token<'a>(text: &mut &'a [u8]) -> Token<'a> {
    let is_word = |byte: u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    let (_, rest) = split_while(text, |byte| {
        !is_word(byte) && !byte.is_ascii_digit() && byte != b'~'
    });
    let (token, rest) = match rest {
        [] => (Token::End, rest),
        [b'~', rest @ ..] => (Token::Tilde, rest),
        [b'0'..=b'9', ..] => {
            let (number, rest) = split_number(rest);
            (Token::Number(number), rest)
        }
        _ => {
            let (word, rest) = split_while(rest, is_word);
            (early(word).map_or(Token::Word(word), Token::Early), rest)
        }
    };
    *text = rest;
    token
}

fn strip_prefix(version: &str) -> &[u8] {
    match version.as_bytes() {
        [b'v' | b'V', rest @ ..] if rest.first().is_some_and(u8::is_ascii_digit) => rest,
        text => text,
    }
}

/// The tokens that count, with `End` at their end.
fn canonical(version: &str) -> Vec<Token<'_>> {
    let mut text = strip_prefix(version);
    let mut tokens = Vec::new();
    loop {
        let token = next_token(&mut text);
        if !matches!(token, Token::Number(_)) {
            while matches!(tokens.last(), Some(Token::Number(digits)) if is_zero(digits)) {
                tokens.pop();
            }
        }
        tokens.push(token);
        if token == Token::End {
            return tokens;
        }
    }
}

pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (canonical(a), canonical(b));
    a.iter()
        .zip(&b)
        .map(|pair| match pair {
            (Token::Number(a), Token::Number(b)) => compare_numbers(a, b),
            (Token::Word(a), Token::Word(b)) => a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase()),
            (a, b) => a.cmp(b),
        })
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

const TILDE: u8 = 0x01;
const EARLY: u8 = 0x02;
const END: u8 = 0x0E;
const WORD: u8 = 0x0F;

pub(crate) fn write_key(version: &str, out: &mut Vec<u8>) {
    let mut text = strip_prefix(version);
    let mut zeros = 0;
    loop {
        let token = next_token(&mut text);
        match token {
            Token::Number(digits) if is_zero(digits) => {
                zeros += 1;
                continue;
            }
            Token::Number(digits) => {
                for _ in 0..zeros {
                    encode::number(out, b"");
                }
                encode::number(out, digits);
            }
            Token::Tilde => out.push(TILDE),
            Token::Early(rank) => out.push(EARLY + rank),
            Token::Word(word) => {
                out.push(WORD);
                for byte in word {
                    encode::character(out, byte.to_ascii_lowercase());
                }
            }
            Token::End => {
                out.push(END);
                return;
            }
        }
        zeros = 0;
    }
}
