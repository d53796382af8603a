//! What a recorded licence is in the words of SPDX.
//!
//! Source: the SPDX licence list and expression grammar; both are the `spdx` crate's.

use spdx::{Expression, ParseMode};

/// A licence as recorded by a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Licence<'a> {
    /// A licence on SPDX's list, by its identifier.
    Listed(&'static str),
    /// An expression over such.
    Expression(String),
    /// Words of the package's own.
    Words(&'a str),
}

impl Licence<'_> {
    pub(crate) fn of(text: &str) -> Licence<'_> {
        let text = text.trim();
        if let Some(id) = spdx::license_id(text) {
            return Licence::Listed(id.name);
        }
        match Expression::parse_mode(text, ParseMode::STRICT) {
            Ok(expression) => Licence::Expression(expression.to_string()),
            Err(_) => Licence::Words(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        assert_eq!(Licence::of("MIT"), Licence::Listed("MIT"));
        assert_eq!(
            Licence::of(" MIT OR Apache-2.0 "),
            Licence::Expression("MIT OR Apache-2.0".to_owned())
        );
        assert_eq!(
            Licence::of("GPL-2+ and custom"),
            Licence::Words("GPL-2+ and custom")
        );
        assert_eq!(Licence::of("BSD License"), Licence::Words("BSD License"));
        assert_eq!(Licence::of(""), Licence::Words(""));
    }
}
