//! Patterns of Java's regular expressions in those of the `regex` crate.

use anyhow::{Context, bail};

/// A pattern and the prefix that it forbids.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Translated {
    pub(crate) source: String,
    pub(crate) forbidden_prefix: Option<String>,
}

/// Translates a pattern; `\d`, `\w` and `\s` become their ASCII meaning, and so does `\b`.
pub(crate) fn translate(pattern: &str) -> anyhow::Result<Translated> {
    let (forbidden_prefix, rest) = match pattern.strip_prefix("(?!") {
        Some(rest) => {
            let (prefix, rest) = rest.split_once(')').context("a group does not end")?;
            if !prefix
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || character == ':')
            {
                bail!("the pattern {pattern} looks ahead to more than a text");
            }
            (Some(prefix.to_owned()), rest)
        }
        None => (None, pattern),
    };
    for unknown in ["(?!", "(?=", "(?<", "&&", "\\G", "\\p{In", "\\p{Is", "*+", "++"] {
        if rest.contains(unknown) {
            bail!("the pattern {pattern} has `{unknown}`, which is not translated");
        }
    }
    let mut source = String::new();
    let mut characters = rest.chars();
    let mut is_in_class = false;
    while let Some(character) = characters.next() {
        if character != '\\' {
            match character {
                '[' if !is_in_class => is_in_class = true,
                // Rust would begin a class within the class.
                '[' => source.push('\\'),
                ']' => is_in_class = false,
                _ => {}
            }
            source.push(character);
            continue;
        }
        let escaped = characters.next().context("a pattern ends in a backslash")?;
        let class = match escaped {
            'd' => Some("0-9"),
            'w' => Some("0-9A-Za-z_"),
            's' => Some(r"\t\n\x0B\x0C\r "),
            _ => None,
        };
        match (escaped, class) {
            (_, Some(class)) if is_in_class => source.push_str(class),
            (_, Some(class)) => source.push_str(&format!("[{class}]")),
            ('S', _) if is_in_class && source.ends_with('[') && characters.as_str().starts_with(']') => {
                source.push_str(r"^\t\n\x0B\x0C\r ");
            }
            ('S', _) if is_in_class => source.push_str(r"\x00-\x08\x0E-\x1F!-\x{10FFFF}"),
            ('b', _) => source.push_str(r"(?-u:\b)"),
            ('S' | 'D' | 'W' | 'B', _) => {
                bail!("the pattern {pattern} has `\\{escaped}`, which is not translated")
            }
            // Rust takes an escaped slash too, but it says nothing.
            ('/', _) => source.push('/'),
            _ => {
                source.push('\\');
                source.push(escaped);
            }
        }
    }
    Ok(Translated {
        source,
        forbidden_prefix,
    })
}
