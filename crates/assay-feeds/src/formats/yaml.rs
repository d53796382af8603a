//! A YAML document as plain values, bounded: no aliases, so that none can multiply, and no deep nesting.

use saphyr_parser::{Event, Parser, ScalarStyle};

/// Most collections that may enclose one another.
const DEEPEST: usize = 32;

/// Longest document, in bytes; real advisories have a few thousand. The parser keeps a multiple of a `{…}` until it knows
/// that it is no key.
const LONGEST: usize = 256 * 1024;

/// Most values of one document.
const MOST_VALUES: usize = 100_000;

/// A value. Everything that is no collection is text, as it was written; a missing value is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

/// A collection that is still open, with the key that waits for its value.
enum Open {
    List(Vec<Value>),
    Map(Vec<(String, Value)>, Option<String>),
}

impl Value {
    /// Reads the first document of a text.
    pub(crate) fn parse(text: &str) -> Result<Value, String> {
        if text.len() > LONGEST {
            return Err(format!("longer than {LONGEST} bytes"));
        }
        let mut open: Vec<Open> = Vec::new();
        let mut values = 0;
        for event in Parser::new_from_str(text) {
            let (event, _) = event.map_err(|error| error.to_string())?;
            let value = match event {
                Event::Scalar(text, style, ..) => scalar(&text, style),
                // What an alias stands for is not repeated: a few lines could stand for gigabytes.
                Event::Alias(_) => Value::Null,
                Event::SequenceStart(..) | Event::MappingStart(..) if open.len() >= DEEPEST => {
                    return Err("it is nested too deep".to_owned());
                }
                Event::SequenceStart(..) => {
                    open.push(Open::List(Vec::new()));
                    continue;
                }
                Event::MappingStart(..) => {
                    open.push(Open::Map(Vec::new(), None));
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                    Some(Open::List(list)) => Value::List(list),
                    Some(Open::Map(map, _)) => Value::Map(map),
                    None => return Err("it ends what did not begin".to_owned()),
                },
                Event::DocumentEnd | Event::StreamEnd => return Ok(Value::Null),
                Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => continue,
            };
            values += 1;
            if values > MOST_VALUES {
                return Err("it holds too many values".to_owned());
            }
            match open.last_mut() {
                None => return Ok(value),
                Some(Open::List(list)) => list.push(value),
                Some(Open::Map(map, key)) => match key.take() {
                    Some(key) => map.push((key, value)),
                    // A collection as a key is no key that anyone asks for.
                    None => *key = Some(value.text().unwrap_or_default().to_owned()),
                },
            }
        }
        Err("it breaks off".to_owned())
    }

    /// The value under a key of a map.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(map) => map.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            Value::Null | Value::Text(_) | Value::List(_) => None,
        }
    }

    /// The text under a key of a map, trimmed; `None` when empty.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?
            .text()
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }

    /// The texts of a list, or the one text.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Value::List(list) => list.iter().filter_map(Value::text).collect(),
            Value::Text(text) => vec![text],
            Value::Null | Value::Map(_) => Vec::new(),
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    match (style, text) {
        (ScalarStyle::Plain, "" | "~" | "null" | "Null" | "NULL") => Value::Null,
        _ => Value::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        let value =
            Value::parse("---\na: 1.10\nb: ~\nc:\n  - 'x'\n  - [y, z]\nd: |\n  two\n  lines\n").unwrap();
        assert_eq!(value.text_of("a"), Some("1.10"), "a number keeps its digits");
        assert_eq!(value.get("b"), Some(&Value::Null));
        assert_eq!(value.get("c").unwrap().texts(), ["x"]);
        assert_eq!(value.text_of("d"), Some("two\nlines"));
        assert_eq!(value.get("e"), None);
    }

    #[test]
    fn hostile_documents() {
        let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
        let value = Value::parse(bomb).unwrap();
        assert_eq!(value.get("c"), Some(&Value::List(vec![Value::Null, Value::Null])));
        assert!(Value::parse(&"[".repeat(10_000)).is_err());
        assert!(Value::parse(&format!("a: {{{}}}", "d, ".repeat(LONGEST))).is_err());
        assert!(Value::parse("a: [").is_err());
        assert!(Value::parse("").is_ok_and(|value| value == Value::Null));
    }
}
