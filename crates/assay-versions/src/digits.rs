//! Runs of ASCII digits: scanning them off a text and comparing them as numbers of any length.

use std::cmp::Ordering;

/// Splits `text` after its leading run of ASCII digits, which may be empty.
pub(crate) fn split_number(text: &[u8]) -> (&[u8], &[u8]) {
    split_while(text, |byte| byte.is_ascii_digit())
}

/// Splits `text` before the first byte that `belongs` refuses.
pub(crate) fn split_while(text: &[u8], belongs: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let end = text.iter().position(|&byte| !belongs(byte)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, b""))
}

/// Drops leading zeros; zero itself becomes the empty run.
pub(crate) fn significant(digits: &[u8]) -> &[u8] {
    split_while(digits, |byte| byte == b'0').1
}

/// Whether the run is worth nothing: empty or all zeros.
pub(crate) fn is_zero(digits: &[u8]) -> bool {
    digits.iter().all(|&byte| byte == b'0')
}

/// Whether the text is a non-empty run of digits.
pub(crate) fn is_number(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// Compares two digit runs as numbers; an empty run counts as zero.
pub(crate) fn compare_numbers(a: &[u8], b: &[u8]) -> Ordering {
    let (a, b) = (significant(a), significant(b));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Compares two lists of numbers that may be followed by endlessly many zeros (`1.0` = `1`).
pub(crate) fn compare_zero_padded<'a>(
    mut a: impl Iterator<Item = &'a [u8]>,
    mut b: impl Iterator<Item = &'a [u8]>,
) -> Ordering {
    loop {
        let (left, right) = (a.next(), b.next());
        if left.is_none() && right.is_none() {
            return Ordering::Equal;
        }
        let order = compare_numbers(left.unwrap_or_default(), right.unwrap_or_default());
        if order.is_ne() {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (a, b, expected) in [
            ("", "0", Ordering::Equal),
            ("007", "7", Ordering::Equal),
            ("9", "10", Ordering::Less),
            (
                "99999999999999999999999999",
                "0100000000000000000000000000",
                Ordering::Less,
            ),
        ] {
            assert_eq!(
                compare_numbers(a.as_bytes(), b.as_bytes()),
                expected,
                "{a} and {b}"
            );
        }
    }
}
