//! Maven: `ComparableVersion` of Maven 3.
//!
//! Source: the Maven POM reference, "Version Order Specification", and the behaviour of Maven 3.8 and 3.9. A version is a
//! list of numbers and qualifiers; a hyphen, a change between digits and letters, and the last `.qualifier` open a list
//! within the list. `alpha` < `beta` < `milestone` < `rc` = `cr` < `snapshot` < nothing = `ga` = `final` = `release` <
//! `sp` < other qualifiers < lists < numbers. Nulls (0 and the release qualifiers) before a list or the end do not count.
//!
//! Maven lets a missing item equal a null, which makes its relation cyclic in corners: `1.0.alpha.1` < `1` < `1-sp` and
//! yet `1-sp` < `1.0.alpha.1`. Here such chains are cut: whatever leads to less than nothing sorts below nothing, and
//! whatever leads to more above. Where Maven's relation is an order, this is the same order.

use std::cmp::Ordering;

use crate::digits::{compare_numbers, is_zero};
use crate::encode;

/// An item as read, in the order of the text.
#[derive(Clone, Copy)]
enum Item<'a> {
    Number(&'a [u8]),
    Qualifier(Qualifier<'a>),
    /// A list opens here and reaches to the end of the version.
    List,
}

/// A qualifier in its order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Qualifier<'a> {
    Alpha,
    Beta,
    Milestone,
    Candidate,
    Snapshot,
    Release,
    ServicePack,
    Other(&'a [u8]),
}

/// Whether a digit follows, which lets `a`, `b` and `m` abbreviate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follower {
    Digit,
    Else,
}

fn qualifier(text: &[u8], follower: Follower) -> Qualifier<'_> {
    let is = |name: &str| text.eq_ignore_ascii_case(name.as_bytes());
    let abbreviates = |name: &str| follower == Follower::Digit && is(name);
    match text.len() {
        _ if is("alpha") || abbreviates("a") => Qualifier::Alpha,
        _ if is("beta") || abbreviates("b") => Qualifier::Beta,
        _ if is("milestone") || abbreviates("m") => Qualifier::Milestone,
        _ if is("rc") || is("cr") => Qualifier::Candidate,
        _ if is("snapshot") => Qualifier::Snapshot,
        _ if text.is_empty() || is("ga") || is("final") || is("release") => Qualifier::Release,
        _ if is("sp") => Qualifier::ServicePack,
        _ => Qualifier::Other(text),
    }
}

/// How an item compares to nothing; `Equal` leaves that to what follows it.
fn sign(item: Item<'_>) -> Ordering {
    match item {
        Item::Number(digits) if is_zero(digits) => Ordering::Equal,
        Item::Number(_) => Ordering::Greater,
        Item::Qualifier(qualifier) => qualifier.cmp(&Qualifier::Release),
        Item::List => Ordering::Equal,
    }
}

/// Reads a version and hands over its items.
fn read<'a>(version: &'a str, mut take: impl FnMut(Item<'a>)) {
    let text = version.as_bytes();
    let mut start = 0;
    let mut digits = false;
    // Whether the innermost list has no item yet.
    let mut empty = true;
    let mut take = |item| {
        take(item);
        matches!(item, Item::List)
    };
    for (position, &byte) in text.iter().enumerate() {
        let token = text.get(start..position).unwrap_or_default();
        match byte {
            b'.' | b'-' => {
                empty = take(match token {
                    [] => Item::Number(b""),
                    _ if digits => Item::Number(token),
                    _ => Item::Qualifier(qualifier(token, Follower::Else)),
                });
                if byte == b'-' {
                    empty = take(Item::List);
                }
                start = position + 1;
            }
            b'0'..=b'9' => {
                if !digits && !token.is_empty() {
                    if !empty {
                        take(Item::List);
                    }
                    take(Item::Qualifier(qualifier(token, Follower::Digit)));
                    empty = take(Item::List);
                    start = position;
                }
                digits = true;
            }
            _ => {
                if digits && !token.is_empty() {
                    take(Item::Number(token));
                    empty = take(Item::List);
                    start = position;
                }
                digits = false;
            }
        }
    }
    match text.get(start..).unwrap_or_default() {
        [] => {}
        token if digits => {
            take(Item::Number(token));
        }
        token => {
            if !empty {
                take(Item::List);
            }
            take(Item::Qualifier(qualifier(token, Follower::Else)));
        }
    }
}

/// The items that count, each list with how it compares to nothing.
fn canonical(version: &str) -> Vec<(Item<'_>, Ordering)> {
    let mut items = Vec::new();
    read(version, |item| items.push(item));
    let mut canonical = Vec::new();
    let mut tail = Ordering::Equal;
    // Whether an item of the same list follows, without which a null does not count.
    let mut before_item = false;
    for item in items.into_iter().rev() {
        let own = sign(item);
        let is_list = matches!(item, Item::List);
        let counts = if is_list {
            tail.is_ne()
        } else {
            own.is_ne() || before_item
        };
        if !counts {
            continue;
        }
        tail = own.then(tail);
        before_item = !is_list;
        canonical.push((item, tail));
    }
    canonical.reverse();
    canonical
}

pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (canonical(a), canonical(b));
    let (mut a, mut b) = (a.iter(), b.iter());
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            // Nulls that were kept lead to something.
            (Some((_, tail)), None) => return *tail,
            (None, Some((_, tail))) => return tail.reverse(),
            (Some((left, left_tail)), Some((right, right_tail))) => left_tail
                .cmp(right_tail)
                .then_with(|| compare_items(*left, *right)),
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn compare_items(a: Item<'_>, b: Item<'_>) -> Ordering {
    let rank = |item| match item {
        Item::Qualifier(_) => 0,
        Item::List => 1,
        Item::Number(_) => 2,
    };
    match (a, b) {
        (Item::Number(a), Item::Number(b)) => compare_numbers(a, b),
        (Item::Qualifier(Qualifier::Other(a)), Item::Qualifier(Qualifier::Other(b))) => {
            a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase())
        }
        (Item::Qualifier(a), Item::Qualifier(b)) => a.cmp(&b),
        _ => rank(a).cmp(&rank(b)),
    }
}

const ALPHA: u8 = 0x01;
const BETA: u8 = 0x02;
const MILESTONE: u8 = 0x03;
const CANDIDATE: u8 = 0x04;
const SNAPSHOT: u8 = 0x05;
/// Nulls and lists that lead to less than nothing.
const RELEASE_BELOW: u8 = 0x06;
const LIST_BELOW: u8 = 0x07;
const ZERO_BELOW: u8 = 0x08;
const END: u8 = 0x09;
const RELEASE: u8 = 0x0A;
const SERVICE_PACK: u8 = 0x0B;
const OTHER: u8 = 0x0C;
const LIST: u8 = 0x0D;

/// Writes items as they come; lists and nulls are taken back or turned below once it is known what they lead to.
pub(crate) fn write_key(version: &str, out: &mut Vec<u8>) {
    // Where the lists and nulls begin that came after the last other item, and where the nulls of the last list do.
    let (mut pending, mut nulls) = (out.len(), out.len());
    read(version, |item| {
        if matches!(item, Item::List) {
            out.truncate(nulls);
        }
        let sign = sign(item);
        if sign.is_lt() {
            for code in out.iter_mut().skip(pending) {
                *code = match *code {
                    LIST => LIST_BELOW,
                    RELEASE => RELEASE_BELOW,
                    _ => ZERO_BELOW,
                };
            }
        }
        write_item(item, out);
        if sign.is_ne() {
            pending = out.len();
        }
        if sign.is_ne() || matches!(item, Item::List) {
            nulls = out.len();
        }
    });
    out.truncate(pending);
    out.push(END);
}

fn write_item(item: Item<'_>, out: &mut Vec<u8>) {
    match item {
        Item::List => out.push(LIST),
        Item::Number(digits) => encode::number(out, digits),
        Item::Qualifier(qualifier) => out.push(match qualifier {
            Qualifier::Alpha => ALPHA,
            Qualifier::Beta => BETA,
            Qualifier::Milestone => MILESTONE,
            Qualifier::Candidate => CANDIDATE,
            Qualifier::Snapshot => SNAPSHOT,
            Qualifier::Release => RELEASE,
            Qualifier::ServicePack => SERVICE_PACK,
            Qualifier::Other(text) => {
                out.push(OTHER);
                for byte in text {
                    encode::character(out, byte.to_ascii_lowercase());
                }
                return;
            }
        }),
    }
}
