//! Access keys: the id that travels with a request, and the secret that signs it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    Malformed,
    random::{NoRandomness, random_text},
};

/// Letters and digits that nobody mistakes for each other; those of base 32, as AWS takes.
const ID_ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Those of base 64, as AWS takes.
const SECRET_ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// How long an access key is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// Until it is disabled or deleted.
    LongLived,
    /// Until its session ends; of no use without a session token.
    Temporary,
}

impl KeyKind {
    /// What ids of this kind begin with.
    ///
    /// Source: AWS Identity and Access Management user guide, "IAM identifiers".
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::LongLived => "AKIA",
            Self::Temporary => "ASIA",
        }
    }
}

/// The id of an access key, 20 characters that are no secret: `AKIA` or `ASIA` and 16 capitals and digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccessKeyId(String);

impl AccessKeyId {
    /// Makes an id that there never was: 80 bits are drawn.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness.
    pub fn generate(kind: KeyKind) -> Result<Self, NoRandomness> {
        let rest = random_text::<16>(ID_ALPHABET)?;
        Ok(Self(format!("{}{rest}", kind.prefix())))
    }

    /// How long the key is good.
    pub fn kind(&self) -> KeyKind {
        if self.0.starts_with(KeyKind::Temporary.prefix()) {
            KeyKind::Temporary
        } else {
            KeyKind::LongLived
        }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccessKeyId {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let is_prefixed = [KeyKind::LongLived, KeyKind::Temporary]
            .iter()
            .any(|kind| text.starts_with(kind.prefix()));
        let is_shaped = text.len() == 20
            && text
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if is_prefixed && is_shaped {
            Ok(Self(text.to_owned()))
        } else {
            Err(Malformed {
                what: "an access key id",
                form: "AKIA or ASIA followed by 16 capital letters and digits",
            })
        }
    }
}

impl TryFrom<String> for AccessKeyId {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<AccessKeyId> for String {
    fn from(id: AccessKeyId) -> Self {
        id.0
    }
}

impl fmt::Display for AccessKeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for AccessKeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "AccessKeyId({})", self.0)
    }
}

/// The secret of an access key: 40 characters, shown once, sealed at rest, wiped from memory when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(Zeroizing<String>);

impl SecretKey {
    /// Makes a secret of 240 bits.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness.
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self(Zeroizing::new(random_text::<40>(SECRET_ALPHABET)?)))
    }

    /// The secret, for signing or for showing it the one time.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for SecretKey {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        if text.len() == 40 && text.bytes().all(|byte| SECRET_ALPHABET.contains(&byte)) {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(Malformed {
                what: "a secret access key",
                form: "40 letters, digits, + and /",
            })
        }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretKey(…)")
    }
}

/// Whether an access key or a user is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It is.
    Active,
    /// It is not, until it is made active again.
    Disabled,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_keys_have_their_form() {
        for kind in [KeyKind::LongLived, KeyKind::Temporary] {
            let id = AccessKeyId::generate(kind).unwrap();
            assert_eq!(id.as_str().len(), 20);
            assert_eq!(id.kind(), kind);
            assert_eq!(id.as_str().parse(), Ok(id.clone()));
            assert_ne!(AccessKeyId::generate(kind).unwrap(), id);
        }
        let secret = SecretKey::generate().unwrap();
        assert_eq!(secret.expose().len(), 40);
        assert_eq!(secret.expose().parse(), Ok(secret.clone()));
        assert_eq!(format!("{secret:?}"), "SecretKey(…)");
    }

    #[test]
    fn access_key_ids() {
        for (text, is_id) in [
            ("AKIAIOSFODNN7EXAMPLE", true),
            ("ASIAIOSFODNN7EXAMPLE", true),
            ("AROAIOSFODNN7EXAMPLE", false),
            ("AKIAIOSFODNN7EXAMPL", false),
            ("AKIAIOSFODNN7EXAMPLES", false),
            ("AKIAIOSFODNN7EXAMPLe", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<AccessKeyId>().is_ok(), is_id, "{text}");
        }
    }
}
