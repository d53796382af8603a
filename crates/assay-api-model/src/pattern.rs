//! Patterns of texts.

use std::{fmt, sync::OnceLock};

use regex::{Regex, RegexBuilder};

/// A pattern that a text must match as a whole, compiled when it is first needed.
///
/// The model's patterns are those of Java: `\d`, `\w` and `\s` mean ASCII, and the whole text must match although no anchors
/// say so. The generator translates them; it turns a leading `(?!prefix)`, which linear-time engines do not know,
/// into a forbidden prefix.
pub struct Pattern {
    source: &'static str,
    forbidden_prefix: Option<&'static str>,
    compiled: OnceLock<Option<Regex>>,
}

/// Far more than any pattern of the model takes; a bound all the same.
const SIZE_LIMIT: usize = 4 << 20;

impl Pattern {
    pub(crate) const fn new(source: &'static str) -> Self {
        Self {
            source,
            forbidden_prefix: None,
            compiled: OnceLock::new(),
        }
    }

    pub(crate) const fn without_prefix(prefix: &'static str, source: &'static str) -> Self {
        Self {
            source,
            forbidden_prefix: Some(prefix),
            compiled: OnceLock::new(),
        }
    }

    /// The regular expression, without the anchors that are implied.
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// Whether a text matches as a whole.
    pub fn matches(&self, text: &str) -> bool {
        let regex = self.compiled.get_or_init(|| {
            RegexBuilder::new(&format!("^(?:{})$", self.source))
                .size_limit(SIZE_LIMIT)
                .build()
                .ok()
        });
        let is_forbidden = self
            .forbidden_prefix
            .is_some_and(|prefix| text.starts_with(prefix));
        // A test compiles every pattern of the model, so there always is one. Without one nothing is let through.
        !is_forbidden && regex.as_ref().is_some_and(|regex| regex.is_match(text))
    }

    /// Whether the pattern can be compiled.
    #[cfg(test)]
    pub(crate) fn compiles(&self) -> bool {
        self.matches("");
        self.compiled.get().is_some_and(Option::is_some)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(prefix) = self.forbidden_prefix {
            write!(formatter, "(?!{prefix})")?;
        }
        formatter.write_str(self.source)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Pattern({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_texts() {
        static DIGITS: Pattern = Pattern::new("[0-9]{12}|SELF");
        static KEY: Pattern = Pattern::without_prefix("aws:", "[a-z:]+");
        for (pattern, text, expected) in [
            (&DIGITS, "123456789012", true),
            (&DIGITS, "1234567890123", false),
            (&DIGITS, "123456789012\n", false),
            (&DIGITS, "SELF", true),
            (&DIGITS, "xSELF", false),
            (&KEY, "team", true),
            (&KEY, "aws:team", false),
            (&KEY, "my:aws:team", true),
            (&KEY, "", false),
        ] {
            assert_eq!(pattern.matches(text), expected, "{pattern} {text:?}");
        }
        assert_eq!(KEY.to_string(), "(?!aws:)[a-z:]+");
    }
}
