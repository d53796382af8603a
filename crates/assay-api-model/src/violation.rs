//! What is wrong with a document.

use std::fmt;

use crate::shape::Range;

/// A place in a document that breaks a constraint of the model. It never holds the value, which may be a secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// The place, as `filterCriteria.severity[0].value`; empty for the document itself.
    pub path: String,
    /// What is broken there.
    pub constraint: Constraint,
}

/// A constraint that is broken.
#[derive(Clone, Debug, PartialEq)]
pub enum Constraint {
    /// The member must be there.
    Required,
    /// The value must be of this JSON type.
    Type(&'static str),
    /// A text must have so many characters.
    Length(Range<usize>),
    /// Bytes must be so many.
    Bytes(Range<usize>),
    /// A list must have so many items, a map so many entries.
    Size(Range<usize>),
    /// A whole number must be within these bounds.
    WholeNumber(Range<i64>),
    /// A number must be within these bounds.
    Number(Range<f64>),
    /// A text must match this regular expression as a whole.
    Pattern(String),
    /// A text must be one of these.
    Membership(&'static [&'static str]),
    /// Exactly one member of a union must be there.
    ExactlyOne,
    /// The union has no such member.
    NoSuchMember,
}

impl fmt::Display for Constraint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required => formatter.write_str("must be given"),
            Self::Type(expected) => write!(formatter, "must be {expected}"),
            Self::Length(range) => bounds(formatter, "must have", range, "character"),
            Self::Bytes(range) => bounds(formatter, "must have", range, "byte"),
            Self::Size(range) => bounds(formatter, "must have", range, "item"),
            Self::WholeNumber(range) => bounds(formatter, "must be", range, ""),
            Self::Number(range) => bounds(formatter, "must be", range, ""),
            Self::Pattern(pattern) => write!(formatter, "must match {pattern}"),
            Self::Membership(values) => write!(formatter, "must be one of {}", values.join(", ")),
            Self::ExactlyOne => formatter.write_str("must have exactly one member"),
            Self::NoSuchMember => formatter.write_str("is no member of its union"),
        }
    }
}

fn bounds<T: fmt::Display + PartialEq>(
    formatter: &mut fmt::Formatter<'_>,
    verb: &str,
    range: &Range<T>,
    unit: &str,
) -> fmt::Result {
    let (bounds, last) = match (&range.least, &range.most) {
        (Some(least), Some(most)) if least == most => (format!("{least}"), most.to_string()),
        (Some(least), Some(most)) => (format!("{least} to {most}"), most.to_string()),
        (Some(least), None) => (format!("at least {least}"), least.to_string()),
        (None, Some(most)) => (format!("at most {most}"), most.to_string()),
        (None, None) => ("any number of".to_owned(), String::new()),
    };
    match (unit, last.as_str()) {
        ("", _) => write!(formatter, "{verb} {bounds}"),
        (unit, "1") => write!(formatter, "{verb} {bounds} {unit}"),
        (unit, _) => write!(formatter, "{verb} {bounds} {unit}s"),
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(formatter, "the request {}", self.constraint)
        } else {
            write!(formatter, "{} {}", self.path, self.constraint)
        }
    }
}
