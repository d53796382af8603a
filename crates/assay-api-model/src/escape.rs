//! Percent-escapes of paths and queries.

/// The text of a path's label; none if an escape is broken or the bytes are not UTF-8.
pub(crate) fn unescape(text: &str) -> Option<String> {
    decode(text.as_bytes(), Plus::Itself)
}

/// The pairs of a query; none if an escape is broken or the bytes are not UTF-8. A `+` is a space.
pub fn query_pairs(query: &str) -> Option<Vec<(String, String)>> {
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let decode = |text: &str| decode(text.as_bytes(), Plus::Space);
            Some((decode(name)?, decode(value)?))
        })
        .collect()
}

/// A text with all but letters, digits and `-._~` escaped.
pub(crate) fn escape(text: &str) -> String {
    use std::fmt::Write;
    let mut output = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            output.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(output, "%{byte:02X}");
        }
    }
    output
}

/// What a plus sign means.
#[derive(Clone, Copy)]
enum Plus {
    Itself,
    Space,
}

fn decode(text: &[u8], plus: Plus) -> Option<String> {
    let mut output = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, plus) {
            (b'%', _) => {
                let ([high, low], after) = tail.split_first_chunk::<2>()?;
                let digit = |digit: u8| char::from(digit).to_digit(16);
                output.push(u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?);
                rest = after;
            }
            (b'+', Plus::Space) => output.push(b' '),
            _ => output.push(byte),
        }
    }
    String::from_utf8(output).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels() {
        for (text, expected) in [
            ("arn%3Aaws%3Ax%2Fy", Some("arn:aws:x/y")),
            ("arn:aws+x", Some("arn:aws+x")),
            ("%e1%88%b4", Some("ሴ")),
            ("%zz", None),
            ("%4", None),
            ("%", None),
            ("%ff", None),
            ("%C3%A", None),
        ] {
            assert_eq!(unescape(text).as_deref(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn both_ways(text in "(?s).{0,20}") {
            prop_assert_eq!(unescape(&escape(&text)), Some(text.clone()));
            let pairs = query_pairs(&format!("{0}={0}", escape(&text)));
            prop_assert!(pairs == Some(vec![(text.clone(), text)]));
        }
    }
}
