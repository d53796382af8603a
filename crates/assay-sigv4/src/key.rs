//! Secrets and the keys that are derived from them.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac, digest::common::Block};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::scope::{Scope, TERMINATOR};

/// What a client signs with.
#[derive(Clone)]
pub struct Credentials {
    /// The access key id, which is no secret.
    pub access_key: String,
    /// The secret access key.
    pub secret: String,
    /// The session token of temporary credentials.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("access_key", &self.access_key)
            .finish_non_exhaustive()
    }
}

/// A key that is derived from a secret for one [`Scope`]; four HMACs, worth caching.
#[derive(Clone)]
pub struct SigningKey([u8; 32]);

impl SigningKey {
    /// Derives the key of a secret for a scope.
    pub fn derive(secret: &str, scope: &Scope) -> Self {
        let mut key = mac(format!("AWS4{secret}").as_bytes(), scope.date.as_bytes());
        for part in [&scope.region, &scope.service, TERMINATOR] {
            key = mac(&key, part.as_bytes());
        }
        Self(key)
    }

    /// The signature of a string to sign.
    pub(crate) fn signature(&self, string_to_sign: &str) -> [u8; 32] {
        mac(&self.0, string_to_sign.as_bytes())
    }

    /// Whether a signature is that of a string to sign, in a time that does not tell where they differ.
    pub(crate) fn accepts(&self, string_to_sign: &str, signature: &[u8; 32]) -> bool {
        self.signature(string_to_sign).ct_eq(signature).into()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SigningKey(…)")
    }
}

fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    // RFC 2104: a key longer than a block is hashed, a shorter one is filled up with zeros. With a whole block at hand
    // there is no length that could be refused.
    let mut block = Block::<Sha256>::default();
    if key.len() > block.len() {
        let digest = Sha256::digest(key);
        block.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    } else {
        block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    }
    let mut mac = Hmac::<Sha256>::new(&block);
    mac.update(text);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::hex;

    /// RFC 4231, test cases 2 (a short key) and 6 (a key longer than a block).
    #[test]
    fn published_macs() {
        for (key, text, expected) in [
            (
                b"Jefe".to_vec(),
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                vec![0xaa; 131],
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            assert_eq!(hex(&mac(&key, text.as_bytes())), expected);
        }
    }

    /// The example of deriving a key in AWS's documentation.
    #[test]
    fn published_key() {
        let scope = Scope {
            date: "20150830".to_owned(),
            region: "us-east-1".to_owned(),
            service: "iam".to_owned(),
        };
        let key = SigningKey::derive("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", &scope);
        assert_eq!(
            hex(&key.0),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
        );
        assert_eq!(format!("{key:?}"), "SigningKey(…)");
    }
}
