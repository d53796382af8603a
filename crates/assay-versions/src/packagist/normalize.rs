//! Normalising a version as composer/semver's `VersionParser` does, straight into items.

use super::Item;
use crate::digits::{is_number, split_number, split_while};

/// What Composer puts for the `x` of a numbered branch.
const ANY: &[u8] = b"9999999";
const LENGTH: usize = 4;

/// Reads a version and hands over its items.
pub(super) fn read<'a>(version: &'a str, take: &mut dyn FnMut(Item<'a>)) {
    let whole = version.as_bytes();
    let text = strip_stability_flag(strip_alias(whole));
    if matches!(text, b"master" | b"trunk" | b"default") {
        return take(Item::Branch(text));
    }
    if let Some(name) = branch_name(text) {
        return take(Item::Branch(name));
    }
    let text = strip_build(text);
    let digits = match text {
        [b'v' | b'V', rest @ ..] => rest,
        _ => text,
    };
    if let Some((numbers, modifier)) =
        numbers(digits).and_then(|(numbers, rest)| Some((numbers, modifier(rest)?)))
    {
        for number in numbers {
            take(Item::Number(number));
        }
        return modifier.give(take);
    }
    if let Some((date, modifier)) = date(digits).and_then(|(date, rest)| Some((date, modifier(rest)?))) {
        take_numbers(date, take);
        return modifier.give(take);
    }
    if let Some(numbers) = numbered_branch(text) {
        for number in numbers {
            take(Item::Number(number));
        }
        return take(Item::Dev);
    }
    take_loose(whole, take);
}

/// `1.0.x-dev as 1.0.0` is `1.0.x-dev`.
fn strip_alias(text: &[u8]) -> &[u8] {
    let (version, rest) = split_while(text, |byte| byte != b' ');
    match rest.trim_ascii().strip_prefix(b"as ") {
        Some(alias) if !alias.trim_ascii().contains(&b' ') => version,
        _ => text,
    }
}

/// Drops `@stable`, `@RC`, `@beta`, `@alpha` or `@dev` from the end.
fn strip_stability_flag(text: &[u8]) -> &[u8] {
    let Some(at) = text.iter().rposition(|&byte| byte == b'@') else {
        return text;
    };
    match text.split_at_checked(at) {
        Some((version, flag)) => {
            let known = ["@stable", "@rc", "@beta", "@alpha", "@dev"];
            if known
                .iter()
                .any(|name| flag.eq_ignore_ascii_case(name.as_bytes()))
            {
                version
            } else {
                text
            }
        }
        None => text,
    }
}

fn branch_name(text: &[u8]) -> Option<&[u8]> {
    let (prefix, name) = text.split_at_checked(4)?;
    prefix.eq_ignore_ascii_case(b"dev-").then_some(name)
}

fn strip_build(text: &[u8]) -> &[u8] {
    let (version, build) = split_while(text, |byte| byte != b'+');
    let is_blank = |byte: &u8| byte.is_ascii_whitespace();
    if version.is_empty() || build.len() < 2 || build.iter().any(is_blank) {
        text
    } else {
        version
    }
}

/// Reads one number of at most five digits and up to three more, and fills up with zeros.
fn numbers(text: &[u8]) -> Option<([&[u8]; LENGTH], &[u8])> {
    let mut numbers: [&[u8]; LENGTH] = [b""; LENGTH];
    let mut rest = text;
    for (position, number) in numbers.iter_mut().enumerate() {
        let start = match (position, rest) {
            (0, rest) => rest,
            (_, [b'.', after @ ..]) => after,
            _ => break,
        };
        let (digits, after) = split_number(start);
        if position == 0 && !(1..=5).contains(&digits.len()) {
            return None;
        }
        if digits.is_empty() {
            break;
        }
        (*number, rest) = (digits, after);
    }
    Some((numbers, rest))
}

/// Splits a date and perhaps a time off the front: four digits, one to six pairs, up to two short numbers.
fn date(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (year, mut rest) = text.split_at_checked(4)?;
    if !is_number(year) {
        return None;
    }
    let mut pairs = 0;
    while pairs < 6 {
        let Some((pair, after)) = skip_separator(rest).split_at_checked(2) else {
            break;
        };
        if !is_number(pair) {
            break;
        }
        rest = after;
        pairs += 1;
    }
    if pairs == 0 {
        return None;
    }
    for _ in 0..2 {
        let start = skip_separator(rest);
        let length = split_number(start).0.len().min(3);
        match start.split_at_checked(length) {
            Some((number, after)) if !number.is_empty() => rest = after,
            _ => break,
        }
    }
    text.split_at_checked(text.len() - rest.len())
}

fn skip_separator(text: &[u8]) -> &[u8] {
    match text {
        [b'.' | b':' | b'-', rest @ ..] => rest,
        _ => text,
    }
}

/// What may follow the numbers.
struct Modifier<'a> {
    stability: Option<Item<'a>>,
    numbers: &'a [u8],
    dev: Option<Item<'a>>,
}

impl<'a> Modifier<'a> {
    fn give(self, take: &mut dyn FnMut(Item<'a>)) {
        if let Some(stability) = self.stability {
            take(stability);
            take_numbers(self.numbers, take);
        }
        if let Some(dev) = self.dev {
            take(dev);
        }
    }
}

/// Longer spellings come before their own prefixes. `End` stands for `stable`, which says nothing.
const STABILITIES: &[(&[u8], Item<'static>)] = &[
    (b"stable", Item::End),
    (b"beta", Item::Beta),
    (b"b", Item::Beta),
    (b"rc", Item::Candidate),
    (b"alpha", Item::Alpha),
    (b"a", Item::Alpha),
    (b"patch", Item::Patch),
    (b"pl", Item::Patch),
    (b"p", Item::Patch),
];

/// Reads the whole of `text` as `[separator][stability[numbers]][[separator]dev]`.
fn modifier(text: &[u8]) -> Option<Modifier<'_>> {
    let after = match text {
        [b'.' | b'_' | b'-', rest @ ..] => rest,
        _ => text,
    };
    let mut modifier = Modifier {
        stability: None,
        numbers: b"",
        dev: None,
    };
    let mut rest = after;
    for (name, stability) in STABILITIES {
        if let Some((head, tail)) = after.split_at_checked(name.len())
            && head.eq_ignore_ascii_case(name)
        {
            (modifier.numbers, rest) = split_stability_numbers(tail);
            modifier.stability = Some(*stability);
            break;
        }
    }
    if !rest.is_empty() {
        let name = match rest {
            [b'.' | b'-', name @ ..] => name,
            _ => rest,
        };
        if !name.eq_ignore_ascii_case(b"dev") {
            return None;
        }
        modifier.dev = Some(Item::Dev);
    }
    if modifier.stability == Some(Item::End) {
        (modifier.stability, modifier.dev) = (None, None);
    }
    Some(modifier)
}

/// Splits after `{[separator]digits}`.
fn split_stability_numbers(text: &[u8]) -> (&[u8], &[u8]) {
    let mut rest = text;
    loop {
        let start = match rest {
            [b'.' | b'-', after @ ..] => after,
            _ => rest,
        };
        let (digits, after) = split_number(start);
        if digits.is_empty() {
            return text
                .split_at_checked(text.len() - rest.len())
                .unwrap_or((text, b""));
        }
        rest = after;
    }
}

/// Reads `1.0.x-dev` and its like.
fn numbered_branch(text: &[u8]) -> Option<[&[u8]; LENGTH]> {
    let (branch, dev) = text.split_at_checked(text.len().checked_sub(3)?)?;
    if !dev.eq_ignore_ascii_case(b"dev") {
        return None;
    }
    let branch = branch
        .strip_suffix(b"-")
        .or_else(|| branch.strip_suffix(b"."))
        .unwrap_or(branch);
    let branch = match branch {
        [b'v' | b'V', rest @ ..] => rest,
        _ => branch,
    };
    let mut numbers: [&[u8]; LENGTH] = [ANY; LENGTH];
    let mut parts = branch.split(|&byte| byte == b'.');
    for (position, number) in numbers.iter_mut().enumerate() {
        let Some(part) = parts.next() else { break };
        match part {
            b"x" | b"X" | b"*" if position > 0 => {}
            _ if is_number(part) => *number = part,
            _ => return None,
        }
    }
    parts.next().is_none().then_some(numbers)
}

/// Hands over every run of digits.
fn take_numbers<'a>(text: &'a [u8], take: &mut dyn FnMut(Item<'a>)) {
    for digits in text.split(|byte| !byte.is_ascii_digit()) {
        if !digits.is_empty() {
            take(Item::Number(digits));
        }
    }
}

/// Cuts a text that Composer refuses where digits and other characters meet and at separators.
fn take_loose<'a>(text: &'a [u8], take: &mut dyn FnMut(Item<'a>)) {
    let is_separator = |byte| matches!(byte, b'.' | b'-' | b'_' | b'+');
    let mut rest = split_while(text, is_separator).1;
    while !rest.is_empty() {
        let (digits, after) = split_number(rest);
        if digits.is_empty() {
            let (word, after) = split_while(rest, |byte| !byte.is_ascii_digit() && !is_separator(byte));
            take(word_item(word));
            rest = after;
        } else {
            take(Item::Number(digits));
            rest = after;
        }
        rest = split_while(rest, is_separator).1;
    }
}

fn word_item(word: &[u8]) -> Item<'_> {
    if word.eq_ignore_ascii_case(b"dev") {
        return Item::Dev;
    }
    STABILITIES
        .iter()
        .find(|(name, stability)| *stability != Item::End && word.eq_ignore_ascii_case(name))
        .map_or(Item::Unknown(word), |(_, stability)| *stability)
}
