//! Every type held against its shape: what a shape allows, its type reads and writes back.

use serde_json::Value;

use crate::Shape;

/// A type at the root of a document, with what tests do with it.
pub(crate) struct RoundTrip {
    pub(crate) name: &'static str,
    pub(crate) shape: fn() -> &'static Shape,
    /// Reads a document as the type, and writes it back.
    pub(crate) through: fn(Value) -> Result<Value, serde_json::Error>,
}

macro_rules! round_trips {
    ($($type:ident),* $(,)?) => {
        [$(RoundTrip {
            name: stringify!($type),
            shape: <$type as $crate::Shaped>::shape,
            through: |document| serde_json::to_value(serde_json::from_value::<$type>(document)?),
        }),*]
    };
}
pub(crate) use round_trips;
