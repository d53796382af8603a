//! Texts of other people within the bounds that the API's model sets.

/// The longest address that is passed on, in bytes.
const LONGEST_ADDRESS: usize = 2048;

/// A text without control characters and surrounding blanks, cut with an ellipsis after so many characters; `None` when
/// nothing is left. Line breaks and tabs stay.
pub(crate) fn prose(text: &str, most: usize) -> Option<String> {
    let is_kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let kept: String = text.chars().filter(is_kept).collect();
    let kept = kept.trim();
    if kept.chars().count() <= most {
        return (!kept.is_empty()).then(|| kept.to_owned());
    }
    let mut cut: String = kept.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    Some(cut)
}

/// A name, version or path on one line, cut after so many characters; `None` when nothing is left.
pub(crate) fn word(text: &str, most: usize) -> Option<String> {
    let kept: String = text.chars().filter(|c| !c.is_control()).collect();
    let cut: String = kept.trim().chars().take(most).collect();
    let cut = cut.trim_end();
    (!cut.is_empty()).then(|| cut.to_owned())
}

/// An address that a browser may be sent to: `http` or `https`, with no character that an address escapes.
pub(crate) fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    let is_sound = text.len() <= LONGEST_ADDRESS
        && rest.bytes().all(is_plain)
        && rest.starts_with(|first: char| first.is_ascii_alphanumeric())
        && escapes_are_whole(rest);
    is_sound.then(|| text.to_owned())
}

/// Whether two hexadecimal digits follow every percent sign.
fn escapes_are_whole(text: &str) -> bool {
    text.split('%').skip(1).all(|after| {
        let digits = after.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prose_is_cut_with_an_ellipsis() {
        for (text, expected) in [
            ("a\u{0}b\nc", Some("ab\nc")),
            (" \u{7} ", None),
            ("", None),
            ("äöüä", Some("äöüä")),
            ("äöüäö", Some("äöü…")),
        ] {
            assert_eq!(prose(text, 4).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn addresses() {
        for (text, is_sound) in [
            ("https://example.org/a?b=c#d", true),
            ("http://[::1]/", false),
            ("https://example.org/a b", false),
            ("javascript:alert(1)", false),
            ("https://", false),
            ("https://example.org/%zz", false),
            ("https://example.org/%20", true),
        ] {
            assert_eq!(address(text).is_some(), is_sound, "{text}");
        }
    }

    proptest! {
        #[test]
        fn bounds_hold(text in "\\PC{0,40}|[\u{0}-\u{9f}]{0,40}", most in 1_usize..30) {
            for cut in [prose(&text, most), word(&text, most)].into_iter().flatten() {
                prop_assert!((1..=most).contains(&cut.chars().count()));
                let has_null = cut.contains('\u{0}');
                prop_assert!(!has_null);
            }
        }
    }
}
