//! Percent-escaping as signatures want it: all but letters, digits and `-._~`, in capitals.

/// Which bytes besides the unreserved ones stay as they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// None: names and values of a query.
    Nothing,
    /// The slash: a whole path.
    Slash,
}

/// Appends bytes, escaped.
pub(crate) fn escape_into(bytes: &[u8], keep: Keep, output: &mut String) {
    for &byte in bytes {
        let is_plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if is_plain || (byte == b'/' && keep == Keep::Slash) {
            output.push(char::from(byte));
        } else {
            output.push('%');
            for digit in [byte >> 4, byte & 15] {
                output.extend(char::from_digit(u32::from(digit), 16).map(|digit| digit.to_ascii_uppercase()));
            }
        }
    }
}

/// Bytes, escaped.
pub(crate) fn escape(bytes: &[u8], keep: Keep) -> String {
    let mut output = String::with_capacity(bytes.len());
    escape_into(bytes, keep, &mut output);
    output
}

/// The bytes that a part of a query means: `+` is a space, and a `%` without two digits is itself.
pub(crate) fn unescape_query(text: &str) -> Vec<u8> {
    let mut output = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail) {
            (b'+', _) => output.push(b' '),
            (b'%', [high, low, after @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    output.push(high << 4 | low);
                    rest = after;
                }
                _ => output.push(byte),
            },
            _ => output.push(byte),
        }
    }
    output
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_parts() {
        for (text, expected) in [
            ("", ""),
            ("a+b%20c", "a b c"),
            ("%2B", "+"),
            ("%2b%e1%88%b4", "+ሴ"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%%41", "%A"),
        ] {
            assert_eq!(unescape_query(text), expected.as_bytes(), "{text}");
        }
    }

    #[test]
    fn escaping() {
        assert_eq!(escape("/a b%ሴ~".as_bytes(), Keep::Slash), "/a%20b%25%E1%88%B4~");
        assert_eq!(escape(b"/=&", Keep::Nothing), "%2F%3D%26");
    }
}
