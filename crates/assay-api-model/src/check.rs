//! Holding a document against its shape.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    blob,
    shape::{Presence, Range, Shape, Shaped, Structure, StructureKind},
    time,
    violation::{Constraint, Violation},
};

/// How many violations are listed; a document can have millions, and nobody reads more than the first.
const MOST_VIOLATIONS: usize = 64;

/// How many characters of a name that the document chose are shown in a path.
const MOST_SHOWN: usize = 128;

/// Every constraint of the model that a document breaks, the first 64 in order of the document.
///
/// Members that the shape does not have are no violation: a newer client may send them. A member that is `null` counts
/// as absent.
pub fn check(document: &Value, shape: &Shape) -> Vec<Violation> {
    let mut checker = Checker {
        path: String::new(),
        violations: Vec::new(),
    };
    checker.value(document, shape);
    checker.violations
}

/// Types that can be held against their shape.
pub trait Validate {
    /// Every constraint of the model that the value breaks, as [`check`] gives them.
    fn validate(&self) -> Vec<Violation>;
}

impl<T: Shaped + Serialize> Validate for T {
    fn validate(&self) -> Vec<Violation> {
        match serde_json::to_value(self) {
            Ok(document) => check(&document, T::shape()),
            // No type of this crate fails to become JSON; saying so is better than saying that all is well.
            Err(_) => vec![Violation {
                path: String::new(),
                constraint: Constraint::Type("an object"),
            }],
        }
    }
}

struct Checker {
    path: String,
    violations: Vec<Violation>,
}

impl Checker {
    fn refuse(&mut self, constraint: Constraint) {
        if self.violations.len() < MOST_VIOLATIONS {
            self.violations.push(Violation {
                path: self.path.clone(),
                constraint,
            });
        }
    }

    /// Checks what lies a step further down. How deep that goes the shapes say, which are finite, not the document.
    fn below(&mut self, step: &str, check: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if !self.path.is_empty() && !step.starts_with('[') {
            self.path.push('.');
        }
        self.path.push_str(step);
        check(self);
        self.path.truncate(length);
    }

    fn value(&mut self, value: &Value, shape: &Shape) {
        match (shape, value) {
            (Shape::Document, _) | (Shape::Boolean, Value::Bool(_)) => {}
            (Shape::Structure(structure), Value::Object(members)) => self.structure(members, structure),
            (Shape::List(list), Value::Array(items)) => {
                self.require(list.size.contains(items.len()), || Constraint::Size(list.size));
                for (index, item) in items.iter().enumerate() {
                    if self.violations.len() >= MOST_VIOLATIONS {
                        break;
                    }
                    self.below(&format!("[{index}]"), |checker| checker.value(item, list.item));
                }
            }
            (Shape::Map(map), Value::Object(entries)) => {
                self.require(map.size.contains(entries.len()), || Constraint::Size(map.size));
                for (key, value) in entries {
                    if self.violations.len() >= MOST_VIOLATIONS {
                        break;
                    }
                    let shown: String = key.chars().take(MOST_SHOWN).collect();
                    let step = format!("[{shown:?}]");
                    self.below(&step, |checker| {
                        checker.text(key, map.key);
                        checker.value(value, map.value);
                    });
                }
            }
            (
                Shape::Text(_) | Shape::Enumeration(_) | Shape::DateTime | Shape::Blob(_),
                Value::String(text),
            ) => {
                self.text(text, shape);
            }
            (
                Shape::Integer(_) | Shape::Long(_) | Shape::Double(_) | Shape::EpochSeconds,
                Value::Number(number),
            ) => self.number(number, shape),
            _ => self.refuse(Constraint::Type(type_of(shape))),
        }
    }

    fn require(&mut self, holds: bool, constraint: impl FnOnce() -> Constraint) {
        if !holds {
            self.refuse(constraint());
        }
    }

    fn structure(&mut self, members: &Map<String, Value>, structure: &Structure) {
        let present = |name: &str| members.get(name).filter(|value| !value.is_null());
        if structure.kind == StructureKind::Union {
            let count = members.values().filter(|value| !value.is_null()).count();
            self.require(count == 1, || Constraint::ExactlyOne);
            for name in members.keys() {
                if present(name).is_some() && !structure.members.iter().any(|member| member.name == name) {
                    let step: String = name.chars().take(MOST_SHOWN).collect();
                    self.below(&step, |checker| checker.refuse(Constraint::NoSuchMember));
                }
            }
        }
        for member in structure.members {
            match present(member.name) {
                Some(value) => self.below(member.name, |checker| checker.value(value, member.shape)),
                None if member.presence == Presence::Required => {
                    self.below(member.name, |checker| checker.refuse(Constraint::Required));
                }
                None => {}
            }
        }
    }

    fn text(&mut self, text: &str, shape: &Shape) {
        match shape {
            Shape::Text(constraints) => {
                let is_bounded = constraints.length != Range::ANY;
                let is_within = !is_bounded || constraints.length.contains(text.chars().count());
                self.require(is_within, || Constraint::Length(constraints.length));
                // A text that is too long is not matched too: what that costs is bounded by the length.
                if let Some(pattern) = constraints.pattern.as_ref().filter(|_| is_within) {
                    self.require(pattern.matches(text), || Constraint::Pattern(pattern.to_string()));
                }
            }
            Shape::Enumeration(values) => {
                self.require(values.contains(&text), || Constraint::Membership(values));
            }
            Shape::DateTime => {
                self.require(time::of_text(text).is_some(), || Constraint::Type(type_of(shape)));
            }
            Shape::Blob(length) => match blob::decode(text) {
                Some(bytes) => self.require(length.contains(bytes.len()), || Constraint::Bytes(*length)),
                None => self.refuse(Constraint::Type(type_of(shape))),
            },
            _ => self.refuse(Constraint::Type(type_of(shape))),
        }
    }

    fn number(&mut self, number: &serde_json::Number, shape: &Shape) {
        match (shape, number.as_i64(), number.as_f64()) {
            (Shape::Integer(range), Some(whole), _) if i32::try_from(whole).is_ok() => {
                self.require(range.contains(whole), || Constraint::WholeNumber(*range));
            }
            (Shape::Long(range), Some(whole), _) => {
                self.require(range.contains(whole), || Constraint::WholeNumber(*range));
            }
            (Shape::Double(range), _, Some(value)) => {
                self.require(range.contains(value), || Constraint::Number(*range));
            }
            (Shape::EpochSeconds, _, Some(seconds)) if time::of_seconds(seconds).is_some() => {}
            _ => self.refuse(Constraint::Type(type_of(shape))),
        }
    }
}

/// What a value of a shape looks like, for people.
fn type_of(shape: &Shape) -> &'static str {
    match shape {
        Shape::Structure(_) | Shape::Map(_) => "an object",
        Shape::List(_) => "a list",
        Shape::Text(_) | Shape::Enumeration(_) => "a text",
        Shape::Integer(_) => "a whole number of 32 bits",
        Shape::Long(_) => "a whole number of 64 bits",
        Shape::Double(_) => "a number",
        Shape::Boolean => "true or false",
        Shape::EpochSeconds => "a time as seconds since 1970",
        Shape::DateTime => "a time by RFC 3339",
        Shape::Blob(_) => "a text in base 64",
        Shape::Document => "any value",
    }
}

#[cfg(test)]
mod tests;
