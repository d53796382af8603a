//! Values of answers, which later versions of the service may add to.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A value of an enumeration or a union in an answer: one that this model knows, or what else was sent.
///
/// What a caller may ask is closed: a request with an unknown value is refused. What a service may answer is open: next
/// year's service knows values that today's client does not, and must not fail it. Shapes that only answers have
/// therefore hold `Open<…>`; those that requests have too are closed everywhere.
#[derive(Clone, Debug, PartialEq)]
pub enum Open<T> {
    /// A value that this model has.
    Known(T),
    /// A value that it has not.
    Other(Value),
}

impl<T> Open<T> {
    /// The value, if this model has it.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Other(_) => None,
        }
    }
}

impl<T> From<T> for Open<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T: PartialEq> PartialEq<T> for Open<T> {
    fn eq(&self, other: &T) -> bool {
        self.known() == Some(other)
    }
}

impl<T: Serialize> Serialize for Open<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(value) => value.serialize(serializer),
            Self::Other(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: for<'value> Deserialize<'value>> Deserialize<'de> for Open<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(T::deserialize(&value).map_or_else(|_| Self::Other(value), Self::Known))
    }
}
