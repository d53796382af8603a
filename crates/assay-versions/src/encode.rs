//! The bytes that keys are made of.
//!
//! One byte space is shared by all schemes, so that what may follow in a key never needs a terminator:
//!
//! | lead byte | meaning |
//! |---|---|
//! | `00`–`0F` | markers; each scheme names its own |
//! | `10`–`73` | the numbers 0 to 99 |
//! | `74`–`7B` | a number of 1 to 8 bytes, which follow, most significant first |
//! | `7C` | a number beyond 64 bits: its count of digits as a number, then the digits |
//! | `7D`–`FC` | the characters U+0000 to U+007F of a text |
//! | `FD` | a byte of a text that is not ASCII, which follows |
//!
//! A text ends where a marker or a number begins; both sort below every character, so a prefix sorts first.

use crate::digits::{is_zero, significant};

const NUMBER: u8 = 0x10;
const SMALL: u8 = 100;
const WIDE: u8 = NUMBER + SMALL;
const HUGE: u8 = WIDE + 8;
/// The lead byte of the first character. It is also free as a marker above every number where no text can stand.
pub(crate) const TEXT: u8 = HUGE + 1;
const FOREIGN: u8 = TEXT + 0x80;

/// Appends a run of ASCII digits as a number; an empty run is zero.
pub(crate) fn number(out: &mut Vec<u8>, digits: &[u8]) {
    let digits = significant(digits);
    let value = digits.iter().try_fold(0u64, |value, &digit| {
        value
            .checked_mul(10)?
            .checked_add(u64::from(digit.saturating_sub(b'0')))
    });
    match value {
        Some(value) => integer(out, value),
        None => {
            out.push(HUGE);
            integer(out, digits.len() as u64);
            out.extend_from_slice(digits);
        }
    }
}

/// Appends runs of digits as numbers, leaving out the zeros at the end.
pub(crate) fn numbers_without_trailing_zeros<'a>(out: &mut Vec<u8>, numbers: impl Iterator<Item = &'a [u8]>) {
    let mut zeros = 0;
    for digits in numbers {
        if is_zero(digits) {
            zeros += 1;
            continue;
        }
        for _ in 0..std::mem::take(&mut zeros) {
            number(out, b"");
        }
        number(out, digits);
    }
}

fn integer(out: &mut Vec<u8>, value: u64) {
    if value < u64::from(SMALL) {
        out.push(NUMBER + value as u8);
        return;
    }
    let bytes = value.to_be_bytes();
    let unused = value.leading_zeros() as usize / 8;
    out.push(WIDE + (7 - unused.min(7)) as u8);
    out.extend(bytes.iter().skip(unused));
}

/// Appends a text, byte by byte.
pub(crate) fn text(out: &mut Vec<u8>, text: &[u8]) {
    for &byte in text {
        character(out, byte);
    }
}

/// Appends one byte of a text.
pub(crate) fn character(out: &mut Vec<u8>, byte: u8) {
    if byte.is_ascii() {
        out.push(TEXT + byte);
    } else {
        out.extend([FOREIGN, byte]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbered(digits: &str) -> Vec<u8> {
        let mut out = Vec::new();
        number(&mut out, digits.as_bytes());
        out
    }

    #[test]
    fn widths() {
        for (digits, length) in [
            ("", 1),
            ("0", 1),
            ("00099", 1),
            ("100", 2),
            ("2024", 3),
            ("20240131", 5),
            ("18446744073709551615", 9),
            ("18446744073709551616", 22),
        ] {
            assert_eq!(numbered(digits).len(), length, "{digits}");
        }
    }

    proptest! {
        #[test]
        fn numbers_keep_their_order(a in "[0-9]{0,30}", b in "[0-9]{0,30}") {
            prop_assert_eq!(
                crate::digits::compare_numbers(a.as_bytes(), b.as_bytes()),
                numbered(&a).cmp(&numbered(&b))
            );
        }

        #[test]
        fn texts_keep_their_order(a in ".{0,6}", b in ".{0,6}") {
            let (mut left, mut right) = (Vec::new(), Vec::new());
            text(&mut left, a.as_bytes());
            text(&mut right, b.as_bytes());
            prop_assert_eq!(a.as_bytes().cmp(b.as_bytes()), left.cmp(&right));
        }
    }
}
