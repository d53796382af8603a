//! The tree.

use serde::{Deserialize, Serialize};

use crate::{
    field::{Field, Kind},
    wire::Wire,
};

/// Conditions that must all hold. Without any, everything matches.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Criteria {
    /// The conditions; a field may have several.
    pub conditions: Vec<Condition>,
}

/// Tests of one field: one of the positive ones must hold, and every negative one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The field.
    pub field: Field,
    /// Its tests, at least one.
    pub tests: Vec<Test>,
}

/// A test of one value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Test {
    /// The text is this one.
    Equals(String),
    /// The text begins with this one.
    Prefix(String),
    /// The text is not this one. The only negative test.
    NotEquals(String),
    /// The number lies within, both bounds included.
    Number {
        /// The least.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lower: Option<f64>,
        /// The most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        upper: Option<f64>,
    },
    /// The time lies within, both bounds included, in microseconds since 1970.
    Time {
        /// The earliest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<i64>,
        /// The latest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<i64>,
    },
    /// There is a tag of this key, of this value where one is given.
    Tag {
        /// The key.
        key: String,
        /// The value; any without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<String>,
    },
    /// The ports all lie within, both bounds included.
    Port {
        /// The least.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<u16>,
        /// The most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<u16>,
    },
    /// One package passes the tests of all these parts.
    Package(Vec<(PackagePart, Test)>),
}

impl Test {
    /// What the values are that it tests.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Equals(_) | Self::Prefix(_) | Self::NotEquals(_) => Kind::Text,
            Self::Number { .. } => Kind::Number,
            Self::Time { .. } => Kind::Time,
            Self::Tag { .. } => Kind::Tag,
            Self::Port { .. } => Kind::Port,
            Self::Package(_) => Kind::Package,
        }
    }

    /// Whether it must hold of every value rather than of one.
    pub fn is_negative(&self) -> bool {
        matches!(self, Self::NotEquals(_))
    }
}

/// A part of a vulnerable package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackagePart {
    /// The processor architecture.
    Architecture,
    /// The epoch of its version, a number.
    Epoch,
    /// Where it was found.
    FilePath,
    /// Its name.
    Name,
    /// A qualifier of its package URL, a tag.
    PurlQualifier,
    /// The release of its version.
    Release,
    /// Whether it can be reached at run time.
    RuntimeReachability,
    /// Why.
    RuntimeReachabilityReason,
    /// The layer of a function that it was found in.
    SourceLambdaLayerArn,
    /// The digest of an image's layer that it was found in.
    SourceLayerHash,
    /// Its version.
    Version,
}

impl PackagePart {
    /// Every part.
    pub const ALL: &'static [PackagePart] = &[
        Self::Architecture,
        Self::Epoch,
        Self::FilePath,
        Self::Name,
        Self::PurlQualifier,
        Self::Release,
        Self::RuntimeReachability,
        Self::RuntimeReachabilityReason,
        Self::SourceLambdaLayerArn,
        Self::SourceLayerHash,
        Self::Version,
    ];

    /// What its value is.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Epoch => Kind::Number,
            Self::PurlQualifier => Kind::Tag,
            _ => Kind::Text,
        }
    }
}
