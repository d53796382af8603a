//! Passwords, as argon2id keeps them.

use std::fmt;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc},
};
use thiserror::Error;

use crate::random::{NoRandomness, random_bytes};

/// What a password is kept as: a PHC string of argon2id with 19 MiB, 2 passes and one lane.
///
/// Making and verifying one takes tens of milliseconds of a processor: not for an asynchronous runtime's threads.
///
/// Source: OWASP password storage cheat sheet; RFC 9106.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// Characters that a password may have at least and at most.
const LENGTH: std::ops::RangeInclusive<usize> = 12..=256;

/// Why there is no hash of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PasswordError {
    /// It is too short or too long.
    #[error("a password must have {} to {} characters", LENGTH.start(), LENGTH.end())]
    Length,
    /// A stored hash is no PHC string.
    #[error("the stored hash of the password is damaged; set the password anew")]
    Damaged,
    /// There is no randomness for a salt.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl PasswordHash {
    /// Hashes a new password. Blocks for tens of milliseconds.
    ///
    /// # Errors
    ///
    /// A password that is too short or too long.
    pub fn of(password: &str) -> Result<Self, PasswordError> {
        if !LENGTH.contains(&password.chars().count()) {
            return Err(PasswordError::Length);
        }
        let salt = random_bytes::<16>()?;
        let hash: phc::PasswordHash = Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map_err(|_| PasswordError::Length)?;
        Ok(Self(hash.to_string()))
    }

    /// Takes a hash as it was stored.
    ///
    /// # Errors
    ///
    /// A text that is no hash of this kind.
    pub fn from_stored(text: &str) -> Result<Self, PasswordError> {
        let hash = phc::PasswordHash::new(text).map_err(|_| PasswordError::Damaged)?;
        match hash.algorithm.as_str() {
            "argon2id" => Ok(Self(text.to_owned())),
            _ => Err(PasswordError::Damaged),
        }
    }

    /// A hash that no password has, to be verified where there is no user, which must take as long as where there is one.
    pub fn of_nobody() -> Self {
        Self(
            "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$\
             AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                .to_owned(),
        )
    }

    /// Whether it is the hash of a password, compared in constant time. Blocks for tens of milliseconds.
    pub fn accepts(&self, password: &str) -> bool {
        // What nobody could have set costs nobody's time.
        password.len() <= 4 * LENGTH.end()
            && phc::PasswordHash::new(&self.0).is_ok_and(|hash| {
                Argon2::default()
                    .verify_password(password.as_bytes(), &hash)
                    .is_ok()
            })
    }

    /// The PHC string, to be stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords() {
        let hash = PasswordHash::of("correct horse battery").unwrap();
        assert!(
            hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{}",
            hash.as_str()
        );
        assert!(hash.accepts("correct horse battery"));
        assert!(!hash.accepts("correct horse batterY"));
        assert!(!hash.accepts(""));
        assert_eq!(PasswordHash::from_stored(hash.as_str()), Ok(hash.clone()));
        assert_ne!(PasswordHash::of("correct horse battery").unwrap(), hash);
        assert_eq!(format!("{hash:?}"), "PasswordHash(…)");
    }

    #[test]
    fn lengths_are_in_characters() {
        for (length, is_allowed) in [(11, false), (12, true), (256, true), (257, false)] {
            assert_eq!(
                PasswordHash::of(&"é".repeat(length)).is_ok(),
                is_allowed,
                "{length}"
            );
        }
    }

    #[test]
    fn nobody_has_a_whole_hash_that_nothing_fits() {
        let nobody = PasswordHash::of_nobody();
        assert_eq!(PasswordHash::from_stored(nobody.as_str()), Ok(nobody.clone()));
        assert!(!nobody.accepts("nobodynobodynobody"));
    }

    #[test]
    fn damaged_hashes() {
        for text in [
            "",
            "secret",
            "$argon2id$",
            "$scrypt$ln=1$AAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(
                PasswordHash::from_stored(text),
                Err(PasswordError::Damaged),
                "{text}"
            );
        }
    }
}
