//! What a shape of the service model is: its type and its constraints, as data.
//!
//! Source: Smithy 2.0 specification, "Constraint traits" and "HTTP bindings"; the service models of botocore.

use crate::pattern::Pattern;

/// A named type of the service model with its constraints.
#[derive(Debug)]
pub enum Shape {
    /// Named members.
    Structure(Structure),
    /// Any number of one shape.
    List(List),
    /// Any number of one shape by text keys.
    Map(Map),
    /// A text.
    Text(Text),
    /// One of these texts.
    Enumeration(&'static [&'static str]),
    /// A whole number of 32 bits.
    Integer(Range<i64>),
    /// A whole number of 64 bits.
    Long(Range<i64>),
    /// A number.
    Double(Range<f64>),
    /// True or false.
    Boolean,
    /// A time, as seconds since 1970.
    EpochSeconds,
    /// A time, as a text by RFC 3339.
    DateTime,
    /// Bytes, as base 64; the bounds are of the bytes.
    Blob(Range<usize>),
    /// Any JSON value.
    Document,
}

impl Shape {
    /// The members of a structure or union; none of any other shape.
    pub fn members(&self) -> &'static [Member] {
        match self {
            Self::Structure(structure) => structure.members,
            _ => &[],
        }
    }

    /// The member of a structure or union by its wire name.
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members().iter().find(|member| member.name == name)
    }
}

/// A structure, or a union of its members.
#[derive(Debug)]
pub struct Structure {
    /// The shape's name in the model.
    pub name: &'static str,
    /// Whether all members may be there or exactly one.
    pub kind: StructureKind,
    /// The members in order of their wire names.
    pub members: &'static [Member],
}

/// Whether all members of a structure may be there or exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StructureKind {
    /// Any of them.
    All,
    /// Exactly one.
    Union,
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    /// The name in JSON.
    pub name: &'static str,
    /// Whether it must be there.
    pub presence: Presence,
    /// Where it travels.
    pub location: Location,
    /// What it is.
    pub shape: &'static Shape,
}

/// A member that must be there, in the body.
pub(crate) const fn required(name: &'static str, shape: &'static Shape) -> Member {
    Member {
        name,
        presence: Presence::Required,
        location: Location::Body,
        shape,
    }
}

/// A member that need not be there, in the body.
pub(crate) const fn optional(name: &'static str, shape: &'static Shape) -> Member {
    Member {
        presence: Presence::Optional,
        ..required(name, shape)
    }
}

impl Member {
    pub(crate) const fn at(self, location: Location) -> Self {
        Self { location, ..self }
    }
}

/// Whether a member must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It must.
    Required,
    /// It need not.
    Optional,
}

/// Where a member of a request or an answer travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// In the JSON body.
    Body,
    /// In the path, at the label of this name.
    Label(&'static str),
    /// In the query, by this name.
    Query(&'static str),
    /// In a header of this name.
    Header(&'static str),
}

/// Bounds, both included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range<T> {
    /// The least that is allowed.
    pub least: Option<T>,
    /// The most that is allowed.
    pub most: Option<T>,
}

impl<T: Copy + PartialOrd> Range<T> {
    /// No bounds.
    pub const ANY: Self = Self {
        least: None,
        most: None,
    };

    /// A least, and no most.
    pub const fn least(least: T) -> Self {
        Self {
            least: Some(least),
            most: None,
        }
    }

    /// A most, and no least.
    pub const fn most(most: T) -> Self {
        Self {
            least: None,
            most: Some(most),
        }
    }

    /// Both.
    pub const fn between(least: T, most: T) -> Self {
        Self {
            least: Some(least),
            most: Some(most),
        }
    }

    /// Whether a value lies within.
    pub fn contains(&self, value: T) -> bool {
        self.least.is_none_or(|least| value >= least) && self.most.is_none_or(|most| value <= most)
    }
}

/// A list.
#[derive(Debug)]
pub struct List {
    /// What each item is.
    pub item: &'static Shape,
    /// How many items there may be.
    pub size: Range<usize>,
}

/// A map.
#[derive(Debug)]
pub struct Map {
    /// What each key is.
    pub key: &'static Shape,
    /// What each value is.
    pub value: &'static Shape,
    /// How many entries there may be.
    pub size: Range<usize>,
}

/// A text.
#[derive(Debug)]
pub struct Text {
    /// How many characters it may have, as Unicode scalar values.
    pub length: Range<usize>,
    /// What it must match as a whole.
    pub pattern: Option<Pattern>,
    /// Whether it may come into logs.
    pub disclosure: Disclosure,
}

/// Whether a text may come into logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disclosure {
    /// It may.
    Plain,
    /// The model marks it as sensitive; its Rust type is [`Secret`](crate::Secret).
    Secret,
}

/// A Rust type that stands for a [`Shape`].
pub trait Shaped {
    /// The shape.
    fn shape() -> &'static Shape;
}

/// Lets Rust types stand for their shapes.
macro_rules! shaped {
    ($($type:ident: $shape:ident),* $(,)?) => {
        $(impl $crate::Shaped for $type {
            fn shape() -> &'static $crate::Shape {
                &$shape
            }
        })*
    };
}
pub(crate) use shaped;
