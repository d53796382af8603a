//! YAML to a tree, as far as it goes.
//!
//! Source: YAML 1.2. An alias is replaced by what it stands for and counts as much, so a document whose aliases
//! double each other ("billion laughs") stops at the bound like any large one. Tags and merge keys say nothing here.

use std::{cell::Cell, collections::HashMap};

use saphyr_parser::{Event, Parser};

use super::{DEEPEST, MOST_NODES, Node, Problem};

/// Characters that are read ahead of what they turn out to be. The parser keeps all of a `{…}` until it knows that it is
/// no key, at a hundred bytes a character.
const MOST_AHEAD: usize = 1 << 20;

/// The first document of a file, and what stopped the reading before its end.
pub(super) fn parse(text: &str) -> (Node, Option<Problem>) {
    let mut builder = Builder::default();
    let mut problem = None;
    let ahead = Cell::new(0);
    let characters = text.chars().map_while(|c| {
        ahead.set(ahead.get() + 1);
        (ahead.get() <= MOST_AHEAD).then_some(c)
    });
    for event in Parser::new_from_iter(characters.fuse()) {
        if ahead.get() > MOST_AHEAD {
            problem = Some(Problem::TooMuch);
            break;
        }
        ahead.set(0);
        let step = match event {
            Ok((event, _)) => builder.take(event),
            Err(error) => Err(Problem::Malformed(format!(
                "not the YAML of such a file ({error})"
            ))),
        };
        match step {
            Ok(Step::Next) => {}
            Ok(Step::Done) => break,
            Err(stopped) => {
                problem = Some(stopped);
                break;
            }
        }
    }
    (builder.finish(), problem)
}

enum Step {
    Next,
    Done,
}

/// A list or map that has not ended yet.
struct Open {
    anchor: usize,
    value: Node,
    /// The key whose value comes next.
    key: Option<Box<str>>,
    is_map: bool,
    /// Nodes of the document before it.
    before: usize,
    /// How deep what is in it goes.
    depth: usize,
}

/// What an alias may stand for.
struct Anchored {
    node: Node,
    nodes: usize,
    depth: usize,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Node,
    nodes: usize,
    anchors: HashMap<usize, Anchored>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) -> Result<Step, Problem> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let is_plain = style == saphyr_parser::ScalarStyle::Plain;
                let node = match &*text {
                    "" | "~" | "null" if is_plain => Node::Nothing,
                    text => Node::Text(text.into()),
                };
                self.add(1)?;
                self.put(node, anchor, 1, 1);
            }
            Event::SequenceStart(anchor, _) => self.begin(anchor, Node::List(Vec::new()))?,
            Event::MappingStart(anchor, _) => self.begin(anchor, Node::Map(Vec::new()))?,
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(anchored) => {
                    let (nodes, depth) = (anchored.nodes, anchored.depth);
                    if self.nodes + nodes > MOST_NODES || self.open.len() + depth > DEEPEST {
                        return Err(Problem::TooMuch);
                    }
                    let node = anchored.node.clone();
                    self.nodes += nodes;
                    self.put(node, 0, nodes, depth);
                }
                // To what it is itself in.
                None => self.put(Node::Nothing, 0, 1, 1),
            },
            Event::DocumentEnd => return Ok(Step::Done),
            _ => {}
        }
        Ok(Step::Next)
    }

    fn add(&mut self, count: usize) -> Result<(), Problem> {
        self.nodes += count;
        if self.nodes > MOST_NODES {
            return Err(Problem::TooMuch);
        }
        Ok(())
    }

    fn begin(&mut self, anchor: usize, value: Node) -> Result<(), Problem> {
        let before = self.nodes;
        self.add(1)?;
        if self.open.len() >= DEEPEST {
            return Err(Problem::TooMuch);
        }
        self.open.push(Open {
            anchor,
            is_map: matches!(value, Node::Map(_)),
            value,
            key: None,
            before,
            depth: 0,
        });
        Ok(())
    }

    fn end(&mut self) {
        if let Some(open) = self.open.pop() {
            let nodes = self.nodes - open.before;
            self.put(open.value, open.anchor, nodes, open.depth + 1);
        }
    }

    /// Puts a value where it belongs.
    fn put(&mut self, node: Node, anchor: usize, nodes: usize, depth: usize) {
        if anchor != 0 {
            let node = node.clone();
            self.anchors.insert(anchor, Anchored { node, nodes, depth });
            // Held a second time.
            self.nodes += nodes;
        }
        let Some(open) = self.open.last_mut() else {
            self.root = node;
            return;
        };
        open.depth = open.depth.max(depth);
        match (&mut open.value, open.key.take()) {
            (Node::List(items), _) => items.push(node),
            (Node::Map(entries), Some(key)) => entries.push((key, node)),
            // A key that is no text is of no use; its value is passed over with it.
            (_, None) if open.is_map => {
                open.key = Some(match node {
                    Node::Text(text) => text,
                    _ => "".into(),
                });
            }
            _ => {}
        }
    }

    /// The tree; what has not ended is ended here.
    fn finish(mut self) -> Node {
        while !self.open.is_empty() {
            self.end();
        }
        self.root
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str, problem: Option<&str>) {
        let (root, found) = parse(text);
        let (expected, _) = super::super::json::parse(expected);
        assert_eq!(root, expected, "{text}");
        let found = match &found {
            None => None,
            Some(Problem::Malformed(_)) => Some("malformed"),
            Some(Problem::TooMuch) => Some("too much"),
        };
        assert_eq!(found, problem, "{text}");
    }

    #[test]
    fn documents() {
        check(
            "a: 1.10\nb: ['2', null, ~, \"\"]\n",
            r#"{"a": "1.10", "b": ["2", null, null, ""]}"#,
            None,
        );
        check("- a\n- b: c\n  d:\n", r#"["a", {"b": "c", "d": null}]"#, None);
        check(
            "a: &x {b: c}\nd: *x\ne: [*x]\n",
            r#"{"a": {"b": "c"}, "d": {"b": "c"}, "e": [{"b": "c"}]}"#,
            None,
        );
        check("a: 1\n---\nb: 2\n", r#"{"a": "1"}"#, None);
        check("[a, b]: c\nd: e\n", r#"{"": "c", "d": "e"}"#, None);
        check("", "null", None);
        check("a: [b, c\nd: e: f\n", r#"{"a": ["b"]}"#, Some("malformed"));
    }

    #[test]
    fn aliases_are_bounded() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let inner = format!("*a{}, ", level - 1).repeat(10);
            bomb += &format!("a{level}: &a{level} [{}]\n", inner.trim_end_matches(", "));
        }
        let (root, problem) = parse(&bomb);
        assert_eq!(problem, Some(Problem::TooMuch));
        assert_eq!(root.get("a0").items().len(), 10);
        let mut chain = "a0: &a0 [x]\n".to_owned();
        for level in 1..200 {
            chain += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
        }
        assert_eq!(parse(&chain).1, Some(Problem::TooMuch));
        assert!(parse(&"[".repeat(100_000)).1.is_some());
        assert_eq!(parse("a: &x [*x]\n").1, None);
        let flow = format!("a: b\nc: {{{}}}\n", "d,\n ".repeat(MOST_AHEAD));
        let (root, problem) = parse(&flow);
        assert_eq!(
            (root.get("a").text(), problem),
            (Some("b"), Some(Problem::TooMuch))
        );
    }

    proptest! {
        #[test]
        fn any_text(text in "[\\[\\]{}\",:&*!a0 \\-\n|>#%?\u{e9}]{0,60}") {
            let _ = parse(&text);
        }
    }
}
