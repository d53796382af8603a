//! Unions: objects of which exactly one member is there.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::{Map, Value};

/// The one member of a union that is there. Members that are `null` are not.
///
/// Source: Smithy 2.0 specification, AWS restJson1 protocol, "Union serialization".
pub(crate) fn single_member<'de, D: Deserializer<'de>>(
    name: &str,
    deserializer: D,
) -> Result<(String, Value), D::Error> {
    let members = Map::deserialize(deserializer)?;
    let mut members = members.into_iter().filter(|(_, value)| !value.is_null());
    match (members.next(), members.next()) {
        (Some(member), None) => Ok(member),
        _ => Err(D::Error::custom(format!("`{name}` must have exactly one member"))),
    }
}

/// Declares a union of the model: the name, then each variant with its wire name and type.
macro_rules! union {
    ($(#[$attribute:meta])* $name:ident { $($variant:ident($type:ty) = $wire:literal),* $(,)? }) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $(#[doc = concat!("Member `", $wire, "`.")] $variant($type),)*
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                let mut map = serializer.serialize_map(Some(1))?;
                match self {
                    $(Self::$variant(value) => map.serialize_entry($wire, value)?,)*
                }
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error;
                let (wire, value) = $crate::union::single_member(stringify!($name), deserializer)?;
                match wire.as_str() {
                    $($wire => <$type>::deserialize(value).map(Self::$variant).map_err(D::Error::custom),)*
                    _ => Err(D::Error::custom(concat!("`", stringify!($name), "` has no such member"))),
                }
            }
        }
    };
}
pub(crate) use union;
