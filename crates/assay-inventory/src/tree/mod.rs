//! Documents as trees of plain values, whatever notation they are in.
//!
//! Files of foreign tools are of the expected form until they are not: a number where a text should be, an entry
//! that is a list. Readers therefore ask a tree for what they need, and what is not of the form costs itself alone,
//! counted by a [`Tally`]. A document that breaks off gives the tree until there and a diagnostic.
//!
//! Trees are bounded in nodes and depth, so a small hostile file cannot become a large tree: YAML's aliases count as
//! much as what they stand for.

mod json;
mod yaml;

use assay_model::DiagnosticCode;

use crate::Facts;

/// Values of one document. The largest lock files in the wild have a quarter of it.
const MOST_NODES: usize = 1_000_000;
/// How deep values may be within each other.
const DEEPEST: usize = 96;

/// A value and all in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Node {
    /// Absent, or `null`.
    #[default]
    Nothing,
    /// A number, `true` or `false` in JSON.
    Bare(Box<str>),
    /// A text; in YAML every single value, since `1.10` is a version there, not a number.
    Text(Box<str>),
    /// Values in order.
    List(Vec<Node>),
    /// Values by key, in order of the document; of equal keys the last counts.
    Map(Vec<(Box<str>, Node)>),
}

/// Something is there and is of another form than it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Misfit;

/// A node that stands for a missing one.
static NOTHING: Node = Node::Nothing;

impl Node {
    /// A JSON document; comments and trailing commas are let pass. What is wrong with it becomes a diagnostic.
    pub(crate) fn of_json(text: &str, facts: &mut Facts) -> Node {
        let (root, problem) = json::parse(text);
        report(problem, facts);
        root
    }

    /// The first document of a YAML file. What is wrong with it becomes a diagnostic.
    pub(crate) fn of_yaml(text: &str, facts: &mut Facts) -> Node {
        let (root, problem) = yaml::parse(text);
        report(problem, facts);
        root
    }

    /// The member of a map, else nothing.
    pub(crate) fn get(&self, key: &str) -> &Node {
        self.entries()
            .iter()
            .rev()
            .find(|(name, _)| **name == *key)
            .map_or(&NOTHING, |(_, node)| node)
    }

    /// The members of a map; none of anything else.
    pub(crate) fn entries(&self) -> &[(Box<str>, Node)] {
        match self {
            Node::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Node] {
        match self {
            Node::List(items) => items,
            _ => &[],
        }
    }

    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is true.
    pub(crate) fn is_true(&self) -> bool {
        matches!(self, Node::Bare(text) | Node::Text(text) if **text == *"true")
    }

    /// Whether it is absent or `null`.
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Node::Nothing
    }

    /// The text of a member, empty where it is absent.
    pub(crate) fn optional(&self, key: &str) -> Result<&str, Misfit> {
        match (self, self.get(key)) {
            (Node::Map(_), Node::Nothing) => Ok(""),
            (Node::Map(_), Node::Text(text)) => Ok(text),
            _ => Err(Misfit),
        }
    }

    /// The text of a member that must be there.
    pub(crate) fn required(&self, key: &str) -> Result<&str, Misfit> {
        match self.optional(key)? {
            "" => Err(Misfit),
            text => Ok(text),
        }
    }

    /// The map in a member, or none; what is no map is counted.
    pub(crate) fn map_in(&self, key: &str, tally: &mut Tally) -> &[(Box<str>, Node)] {
        match self.get(key) {
            Node::Map(entries) => entries,
            Node::Nothing => &[],
            _ => tally.misfit(),
        }
    }

    /// The list in a member, or none; what is no list is counted.
    pub(crate) fn list_in(&self, key: &str, tally: &mut Tally) -> &[Node] {
        match self.get(key) {
            Node::List(items) => items,
            Node::Nothing => &[],
            _ => tally.misfit(),
        }
    }

    /// The names of licences: a text, an object with `type` or `name`, or a list of such.
    pub(crate) fn licences(&self) -> Vec<String> {
        let one = |node: &Node| {
            let name = node
                .text()
                .or_else(|| node.get("type").text())
                .or_else(|| node.get("name").text())?;
            let name = name.trim();
            (!name.is_empty()).then(|| name.to_owned())
        };
        match self {
            Node::List(items) => items.iter().take(MOST_LICENCES).filter_map(one).collect(),
            node => one(node).into_iter().collect(),
        }
    }
}

/// Licences of one package that are kept.
const MOST_LICENCES: usize = 16;

/// Counts what is not of the form that it should be.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    broken: usize,
}

impl Tally {
    /// Counts one entry by how its reading went.
    pub(crate) fn count(&mut self, outcome: Result<(), Misfit>) {
        self.broken += usize::from(outcome.is_err());
    }

    fn misfit<T>(&mut self) -> &'static [T] {
        self.broken += 1;
        &[]
    }

    /// Says how many there were, if any.
    pub(crate) fn report(&self, facts: &mut Facts) {
        let message = match self.broken {
            0 => return,
            1 => "1 of its entries is not of the form that such a file has".to_owned(),
            count => format!("{count} of its entries are not of the form that such a file has"),
        };
        facts.diagnostic(DiagnosticCode::Malformed, message);
    }
}

/// Why a document ends before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    /// It breaks its notation.
    Malformed(String),
    /// It holds more than is read.
    TooMuch,
}

fn report(problem: Option<Problem>, facts: &mut Facts) {
    match problem {
        None => {}
        Some(Problem::Malformed(message)) => facts.diagnostic(DiagnosticCode::Malformed, message),
        Some(Problem::TooMuch) => {
            let message = format!(
                "the document has more than {MOST_NODES} values or is more than {DEEPEST} deep; the rest is left out"
            );
            facts.diagnostic(DiagnosticCode::LimitReached, message);
        }
    }
}
