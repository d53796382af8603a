//! Codes that somebody signs in with once, in place of a password.

use std::{fmt, str::FromStr};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{
    Malformed,
    random::{NoRandomness, random_text},
};

/// What stands in addresses as it is.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Characters of a code.
const LENGTH: usize = 43;

/// A code that somebody signs in with once: 43 letters, digits, `-` and `_`, shown once, kept as its digest only.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInCode(Zeroizing<String>);

impl SignInCode {
    /// Makes a code of 258 bits.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness.
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self(Zeroizing::new(random_text::<LENGTH>(ALPHABET)?)))
    }

    /// The code, for showing it the one time.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What it is kept as: its SHA-256 in hexadecimal. A code is random, so that nobody finds it by its digest.
    pub fn digest(&self) -> String {
        let digest = Sha256::digest(self.0.as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl FromStr for SignInCode {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        match text.len() == LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte)) {
            true => Ok(Self(Zeroizing::new(text.to_owned()))),
            false => Err(Malformed {
                what: "a code to sign in with",
                form: "43 letters, digits, - and _",
            }),
        }
    }
}

impl fmt::Debug for SignInCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SignInCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        let code = SignInCode::generate().unwrap();
        assert_ne!(SignInCode::generate().unwrap(), code);
        assert_eq!(code.expose().parse(), Ok(code.clone()));
        assert_eq!(code.digest().len(), 64);
        assert_eq!(format!("{code:?}"), "SignInCode(…)");
        let all_a: SignInCode = "A".repeat(LENGTH).parse().unwrap();
        assert_eq!(all_a.digest().len(), 64);
        assert_ne!(all_a.digest(), code.digest());
        for (text, is_code) in [
            ("abcdefghijklmnopqrstuvwxyz0123456789-_ABCDE", true),
            ("abcdefghijklmnopqrstuvwxyz0123456789-_ABCD", false),
            ("abcdefghijklmnopqrstuvwxyz0123456789-_ABCDEF", false),
            ("abcdefghijklmnopqrstuvwxyz0123456789-_ABCD+", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<SignInCode>().is_ok(), is_code, "{text}");
        }
    }
}
