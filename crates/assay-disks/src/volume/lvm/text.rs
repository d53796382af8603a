//! The text that describes a volume group: `name { key = value … }`, values being numbers, words and lists of these.
//!
//! Source: lvm2's `libdm/libdm-config.c`.

use std::{borrow::Cow, collections::BTreeMap};

/// Sections within sections; a group has four.
const DEEPEST: usize = 16;

/// A value of the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    Number(u64),
    Text(String),
    List(Vec<Value>),
    Section(Section),
}

/// `name { key = value … }`
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    entries: BTreeMap<String, Value>,
}

impl Section {
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.entries.get(key)
    }

    pub(super) fn number(&self, key: &str) -> Option<u64> {
        match self.get(key)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn section(&self, key: &str) -> Option<&Section> {
        match self.get(key)? {
            Value::Section(section) => Some(section),
            _ => None,
        }
    }

    /// The sections in a section, in order of their names.
    pub(super) fn sections(&self, key: &str) -> impl Iterator<Item = (&str, &Section)> {
        let entries = self.section(key).map(|section| section.entries.iter());
        entries
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| match value {
                Value::Section(section) => Some((name.as_str(), section)),
                _ => None,
            })
    }
}

/// The name and description of a group; `None` where the text breaks the grammar or describes none.
pub(super) fn group(text: &str) -> Option<(String, Section)> {
    let mut entries = parse(text)?.entries.into_iter();
    entries.find_map(|(name, value)| match value {
        Value::Section(section) => Some((name, section)),
        _ => None,
    })
}

fn parse(text: &str) -> Option<Section> {
    let mut reader = Reader {
        rest: text.trim_end_matches('\0'),
    };
    let section = section(&mut reader, 0)?;
    reader.next().is_none().then_some(section)
}

#[derive(Debug, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    Text(Cow<'t, str>),
    Sign(char),
    /// A quotation mark that nothing answers.
    Broken,
}

/// What is left of a text, token by token.
struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    /// The next token, if it is a name.
    fn name(&mut self) -> Option<&'t str> {
        let before = self.rest;
        match self.next() {
            Some(Token::Word(name)) => Some(name),
            _ => {
                self.rest = before;
                None
            }
        }
    }

    /// What stands between quotation marks; a backslash takes the meaning from the character after it.
    fn quoted(&mut self) -> Option<Cow<'t, str>> {
        let mut has_escapes = false;
        let mut characters = self.rest.char_indices();
        let end = loop {
            match characters.next()? {
                (at, '"') => break at,
                (_, '\\') => {
                    has_escapes = true;
                    characters.next()?;
                }
                _ => {}
            }
        };
        let inner = self.rest.get(..end)?;
        self.rest = self.rest.get(end + 1..)?;
        if !has_escapes {
            return Some(Cow::Borrowed(inner));
        }
        let mut plain = String::with_capacity(inner.len());
        let mut characters = inner.chars();
        while let Some(character) = characters.next() {
            let is_escape = character == '\\';
            plain.extend(if is_escape {
                characters.next()
            } else {
                Some(character)
            });
        }
        Some(Cow::Owned(plain))
    }
}

impl<'t> Iterator for Reader<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        loop {
            self.rest = self.rest.trim_start();
            let first = self.rest.chars().next()?;
            match first {
                '#' => self.rest = self.rest.split_once('\n').map_or("", |(_, after)| after),
                '{' | '}' | '[' | ']' | '=' | ',' => {
                    self.rest = self.rest.get(1..)?;
                    return Some(Token::Sign(first));
                }
                '"' => {
                    self.rest = self.rest.get(1..)?;
                    return Some(self.quoted().map_or(Token::Broken, Token::Text));
                }
                _ => {
                    let is_end = |c: char| c.is_whitespace() || "{}[]=,\"#".contains(c);
                    let end = self.rest.find(is_end).unwrap_or(self.rest.len());
                    let (word, rest) = self.rest.split_at_checked(end)?;
                    self.rest = rest;
                    return Some(Token::Word(word));
                }
            }
        }
    }
}

fn section(reader: &mut Reader<'_>, depth: usize) -> Option<Section> {
    let mut section = Section::default();
    while let Some(name) = reader.name() {
        let value = match reader.next()? {
            Token::Sign('{') if depth < DEEPEST => {
                let inner = self::section(reader, depth + 1)?;
                (reader.next()? == Token::Sign('}')).then_some(Value::Section(inner))?
            }
            Token::Sign('=') => match reader.next()? {
                Token::Sign('[') => list(reader)?,
                token => scalar(token)?,
            },
            _ => return None,
        };
        section.entries.entry(name.to_owned()).or_insert(value);
    }
    Some(section)
}

fn list(reader: &mut Reader<'_>) -> Option<Value> {
    let mut values = Vec::new();
    loop {
        match reader.next()? {
            Token::Sign(']') => return Some(Value::List(values)),
            Token::Sign(',') => {}
            token => values.push(scalar(token)?),
        }
    }
}

fn scalar(token: Token<'_>) -> Option<Value> {
    match token {
        Token::Text(text) => Some(Value::Text(text.into_owned())),
        Token::Word(word) => match word.parse() {
            Ok(number) => Some(Value::Number(number)),
            Err(_) => Some(Value::Text(word.to_owned())),
        },
        Token::Sign(_) | Token::Broken => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values() {
        let section = parse(r#"a = -1 b="x\"y\\" c = [1, "é", 2] d { e = 1 } # f = 1"#).unwrap();
        assert_eq!(section.text("a"), Some("-1"));
        assert_eq!(section.text("b"), Some("x\"y\\"));
        let list = vec![Value::Number(1), Value::Text("é".to_owned()), Value::Number(2)];
        assert_eq!(section.get("c"), Some(&Value::List(list)));
        assert_eq!(
            section.section("d").and_then(|section| section.number("e")),
            Some(1)
        );
        assert_eq!(section.get("f"), None);
    }

    #[test]
    fn broken_texts() {
        for text in ["a {", "a = [1", "a = \"", "a = \"\\", "{", "a } b", "= 1"] {
            assert!(parse(text).is_none(), "{text}");
        }
        assert!(parse(&"a { ".repeat(100_000)).is_none());
        assert!(group("contents = \"x\"").is_none());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[ a{}=\\[\\]\",#\\\\\n0-9é]{0,60}") {
            let _ = parse(&text);
        }
    }
}
