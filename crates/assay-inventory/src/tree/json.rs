//! JSON to a tree, as far as it goes.
//!
//! Sources: RFC 8259; comments and trailing commas as Bun and other JavaScript tools allow them ("JSONC"). A parser of
//! our own, since those at hand give nothing of a document that is cut off, and take no comments.

use super::{DEEPEST, MOST_NODES, Node, Problem};

/// The tree, and what stopped the reading before the end of the document. What follows the document is passed over.
pub(super) fn parse(text: &str) -> (Node, Option<Problem>) {
    let mut parser = Parser {
        text,
        at: 0,
        nodes: 0,
        problem: None,
    };
    let root = parser.value(0);
    (root, parser.problem)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    nodes: usize,
    problem: Option<Problem>,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fail(&mut self, what: &str) {
        if self.problem.is_none() {
            let line = self
                .text
                .as_bytes()
                .iter()
                .take(self.at)
                .filter(|byte| **byte == b'\n')
                .count()
                + 1;
            self.problem = Some(Problem::Malformed(format!(
                "not the JSON of such a file ({what} in line {line})"
            )));
        }
    }

    /// Passes over blanks and comments.
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'/') if self.rest().starts_with("//") => {
                    self.at += self.rest().find('\n').unwrap_or(self.rest().len());
                }
                Some(b'/') if self.rest().starts_with("/*") => {
                    self.at += self.rest().find("*/").map_or(self.rest().len(), |end| end + 2);
                }
                _ => return,
            }
        }
    }

    /// The value at hand; after a problem, as much of it as there is.
    fn value(&mut self, depth: usize) -> Node {
        self.blanks();
        self.nodes += 1;
        if depth > DEEPEST || self.nodes > MOST_NODES {
            self.problem.get_or_insert(Problem::TooMuch);
            return Node::Nothing;
        }
        match self.peek() {
            Some(b'{') => self.map(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.string().map_or(Node::Nothing, Node::Text),
            Some(b'-' | b'0'..=b'9' | b'a'..=b'z') => self.bare(),
            Some(_) => {
                self.fail("a value is missing");
                Node::Nothing
            }
            None => {
                self.fail("it ends too early");
                Node::Nothing
            }
        }
    }

    fn map(&mut self, depth: usize) -> Node {
        self.at += 1;
        let mut entries = Vec::new();
        while self.has_more(b'}') {
            let Some(key) = self.string() else { break };
            self.blanks();
            if self.peek() != Some(b':') {
                self.fail("a colon is missing");
                break;
            }
            self.at += 1;
            let value = self.value(depth + 1);
            entries.push((key, value));
            if !self.separator(b'}') {
                break;
            }
        }
        entries.shrink_to_fit();
        Node::Map(entries)
    }

    fn list(&mut self, depth: usize) -> Node {
        self.at += 1;
        let mut items = Vec::new();
        while self.has_more(b']') {
            let value = self.value(depth + 1);
            if self.problem.is_none() || !value.is_nothing() {
                items.push(value);
            }
            if !self.separator(b']') {
                break;
            }
        }
        items.shrink_to_fit();
        Node::List(items)
    }

    /// Whether another entry follows rather than the end.
    fn has_more(&mut self, end: u8) -> bool {
        self.blanks();
        if self.peek() == Some(end) {
            self.at += 1;
            return false;
        }
        self.problem.is_none()
    }

    /// Passes over a comma, or says that there is none and, unless the end follows, why.
    fn separator(&mut self, end: u8) -> bool {
        self.blanks();
        match self.peek() {
            _ if self.problem.is_some() => false,
            Some(b',') => {
                self.at += 1;
                true
            }
            // Taken by `has_more`.
            Some(byte) if byte == end => true,
            Some(_) => {
                self.fail("a comma is missing");
                false
            }
            None => {
                self.fail("it ends too early");
                false
            }
        }
    }

    fn bare(&mut self) -> Node {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let rest = self.rest();
        let word = rest.split(|c| !is_part(c)).next().unwrap_or_default();
        let node = match word {
            "null" => Node::Nothing,
            "true" | "false" => Node::Bare(word.into()),
            word if word.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => Node::Bare(word.into()),
            _ => {
                self.fail("an unknown word");
                return Node::Nothing;
            }
        };
        self.at += word.len();
        node
    }

    /// A string; none where there is none or it does not end.
    fn string(&mut self) -> Option<Box<str>> {
        if self.peek() != Some(b'"') {
            self.fail("a string is missing");
            return None;
        }
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let Some(end) = rest.find(['"', '\\']) else {
                self.fail("a string does not end");
                return None;
            };
            out.push_str(rest.get(..end).unwrap_or_default());
            let is_end = rest.as_bytes().get(end) == Some(&b'"');
            self.at += end + 1;
            if is_end {
                return Some(out.into_boxed_str());
            }
            let Some(c) = self.escape() else {
                self.fail("an unknown escape");
                return None;
            };
            out.push(c);
        }
    }

    /// The character after a backslash.
    fn escape(&mut self) -> Option<char> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.code_unit()?;
                // A surrogate without its other half stands for nothing.
                let second = match first {
                    0xd800..=0xdbff if self.rest().starts_with("\\u") => {
                        self.at += 2;
                        Some(self.code_unit()?)
                    }
                    _ => None,
                };
                let units = [Some(first), second];
                let mut decoded = char::decode_utf16(units.into_iter().flatten());
                decoded.next()?.unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return None,
        })
    }

    fn code_unit(&mut self) -> Option<u16> {
        let digits = self.rest().get(..4)?;
        let unit = u16::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(unit)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &Node, problem: &str) {
        let (root, found) = parse(text);
        assert_eq!(&root, expected, "{text}");
        let found = match found {
            None => String::new(),
            Some(Problem::Malformed(message)) => message,
            Some(Problem::TooMuch) => "too much".to_owned(),
        };
        assert!(
            found.contains(problem) && found.is_empty() == problem.is_empty(),
            "{text}: {found}"
        );
    }

    fn text(text: &str) -> Node {
        Node::Text(text.into())
    }

    fn map(entries: &[(&str, Node)]) -> Node {
        Node::Map(
            entries
                .iter()
                .map(|(key, node)| ((*key).into(), node.clone()))
                .collect(),
        )
    }

    #[test]
    fn whole() {
        check(r#""a\n\u0041\ud83d\ude00""#, &text("a\nA\u{1f600}"), "");
        check(
            r#"{"a": [1, -2.5e+3, true, null], "b": {}}"#,
            &map(&[
                (
                    "a",
                    Node::List(vec![
                        Node::Bare("1".into()),
                        Node::Bare("-2.5e+3".into()),
                        Node::Bare("true".into()),
                        Node::Nothing,
                    ]),
                ),
                ("b", map(&[])),
            ]),
            "",
        );
        check(
            "// one\n{\"a\": /* two */ \"b\", // three\n}",
            &map(&[("a", text("b"))]),
            "",
        );
        check("[\"a\",]", &Node::List(vec![text("a")]), "");
    }

    #[test]
    fn cut_off() {
        check("", &Node::Nothing, "ends too early");
        check(
            "{\"a\": {\"b\": \"c\"}, \"d",
            &map(&[("a", map(&[("b", text("c"))]))]),
            "does not end in line 1",
        );
        check("{\"a\":\n", &map(&[("a", Node::Nothing)]), "ends too early");
        check("[\"a\" \"b\"]", &Node::List(vec![text("a")]), "comma");
        check("{a: 1}", &map(&[]), "a string is missing");
        check("{\"a\" 1}", &map(&[]), "colon");
        check("[what]", &Node::List(vec![]), "word");
        check("/*", &Node::Nothing, "ends too early");
        check(r#""\x""#, &Node::Nothing, "escape");
        check("\"\\ud800\"", &text("\u{fffd}"), "");
        let (_, problem) = parse(&"[".repeat(100_000));
        assert_eq!(problem, Some(Problem::TooMuch));
    }

    fn same(node: &Node, value: &Value) -> bool {
        match (node, value) {
            (Node::Nothing, Value::Null) => true,
            (Node::Bare(bare), Value::Bool(value)) => **bare == *value.to_string(),
            (Node::Bare(bare), Value::Number(value)) => **bare == *value.to_string(),
            (Node::Text(text), Value::String(value)) => **text == **value,
            (Node::List(items), Value::Array(values)) => {
                items.len() == values.len() && items.iter().zip(values).all(|(node, value)| same(node, value))
            }
            (Node::Map(_), Value::Object(values)) => {
                values.iter().all(|(key, value)| same(node.get(key), value))
            }
            _ => false,
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::btree_map(".{0,4}", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn like_serde(value in any_value()) {
            for text in [value.to_string(), format!("{value:#}")] {
                let (root, problem) = parse(&text);
                prop_assert_eq!(problem, None);
                prop_assert!(same(&root, &value), "{} {:?}", text, root);
            }
        }

        #[test]
        fn any_text(text in "[\\[\\]{}\",:/*\\\\ua0 \u{e9}]{0,60}") {
            let _ = parse(&text);
        }
    }
}
