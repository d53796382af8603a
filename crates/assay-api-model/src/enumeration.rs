//! Enumerations: texts of which the model lists all.

use std::{fmt, marker::PhantomData};

use serde::{Deserializer, de::Visitor};
use thiserror::Error;

/// An enumeration of the model. Parsing is strict: a text that the model does not list is an error.
pub trait Enumeration: Copy + 'static {
    /// The shape's name in the model.
    const NAME: &'static str;
    /// Every variant, in the model's order.
    const VARIANTS: &'static [Self];
    /// The text of every variant, in the same order.
    const VALUES: &'static [&'static str];

    /// The variant of a text.
    ///
    /// # Errors
    ///
    /// A text that the model does not list.
    fn parse(text: &str) -> Result<Self, UnknownValue> {
        let found = Self::VALUES
            .iter()
            .zip(Self::VARIANTS)
            .find(|(value, _)| **value == text);
        found.map(|(_, variant)| *variant).ok_or(UnknownValue {
            enumeration: Self::NAME,
        })
    }
}

/// A text is none of those that an enumeration lists.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("not a value of `{enumeration}`")]
pub struct UnknownValue {
    /// The shape's name.
    pub enumeration: &'static str,
}

/// Reads an enumeration from its text; one function for all of them keeps compiling short.
pub(crate) fn deserialize<'de, E: Enumeration, D: Deserializer<'de>>(deserializer: D) -> Result<E, D::Error> {
    struct TextVisitor<E>(PhantomData<E>);

    impl<E: Enumeration> Visitor<'_> for TextVisitor<E> {
        type Value = E;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(formatter, "a value of `{}`", E::NAME)
        }

        fn visit_str<F: serde::de::Error>(self, text: &str) -> Result<E, F> {
            E::parse(text).map_err(F::custom)
        }
    }

    deserializer.deserialize_str(TextVisitor(PhantomData))
}

/// Declares an enumeration of the model: the name, then each variant with its text.
macro_rules! enumeration {
    ($(#[$attribute:meta])* $name:ident { $($variant:ident = $value:literal),* $(,)? }) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $value, "`.")] $variant,)*
        }

        impl $name {
            /// The text that the model has for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $value,)*
                }
            }
        }

        impl $crate::Enumeration for $name {
            const NAME: &'static str = stringify!($name);
            const VARIANTS: &'static [Self] = &[$(Self::$variant,)*];
            const VALUES: &'static [&'static str] = &[$($value,)*];
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownValue;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::Enumeration::parse(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::enumeration::deserialize(deserializer)
            }
        }
    };
}
pub(crate) use enumeration;
