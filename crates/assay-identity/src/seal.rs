//! Sealing: what is stored or handed out and must be neither read nor changed by others.

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{
    access_key::{AccessKeyId, SecretKey},
    master::MasterKey,
    random::{NoRandomness, random_bytes},
};

/// The version of the format: this byte, the nonce, then ciphertext and tag by XChaCha20-Poly1305.
const VERSION: u8 = 1;

/// Bytes of a nonce; enough of them that random ones never meet.
const NONCE: usize = 24;

/// What a text is sealed for. It opens for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// The secret of this access key.
    SecretOf(&'a AccessKeyId),
    /// Temporary credentials.
    Session,
    /// A secret of another part of the service, by the name of the part and the id of what it belongs to.
    Other {
        /// The part, as `webhook`.
        part: &'static str,
        /// The id.
        id: &'a str,
    },
}

impl Purpose<'_> {
    /// The name of the key, and what else the seal is bound to.
    fn parts(&self) -> (String, &[u8]) {
        match self {
            Self::SecretOf(id) => ("seal/access-key".to_owned(), id.as_str().as_bytes()),
            Self::Session => ("seal/session".to_owned(), b""),
            Self::Other { part, id } => (format!("seal/other/{part}"), id.as_bytes()),
        }
    }
}

/// Sealed bytes, with the version of their format; to be stored as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

/// Sealed bytes do not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unsealing {
    /// They were written by a later version.
    #[error(
        "the secret is sealed in format {0}, which this version does not know; use the version that wrote it"
    )]
    Version(u8),
    /// They are damaged, of another place, or sealed with another key.
    #[error(
        "the secret does not open; it is damaged, or the master key is not the one that it was sealed with"
    )]
    Refused,
}

impl Sealed {
    /// Takes bytes as they were stored.
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes, to be stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Opens.
    ///
    /// # Errors
    ///
    /// Bytes of another format, key or purpose, or ones that were changed.
    pub fn open(&self, key: &MasterKey, purpose: Purpose<'_>) -> Result<Zeroizing<Vec<u8>>, Unsealing> {
        let (version, rest) = self.0.split_first().ok_or(Unsealing::Refused)?;
        if *version != VERSION {
            return Err(Unsealing::Version(*version));
        }
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(Unsealing::Refused)?;
        let (name, bound_to) = purpose.parts();
        let payload = Payload {
            msg: ciphertext,
            aad: bound_to,
        };
        XChaCha20Poly1305::new(&key.derive(&name).into())
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| Unsealing::Refused)
    }
}

impl MasterKey {
    /// Seals bytes for a purpose.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness.
    pub fn seal(&self, purpose: Purpose<'_>, content: &[u8]) -> Result<Sealed, NoRandomness> {
        self.seal_with(purpose, content, random_bytes()?)
    }

    fn seal_with(
        &self,
        purpose: Purpose<'_>,
        content: &[u8],
        nonce: [u8; NONCE],
    ) -> Result<Sealed, NoRandomness> {
        let (name, bound_to) = purpose.parts();
        let payload = Payload {
            msg: content,
            aad: bound_to,
        };
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&nonce);
        // The cipher refuses 256 GiB and more, which no secret is.
        let ciphertext = XChaCha20Poly1305::new(&self.derive(&name).into())
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| NoRandomness)?;
        bytes.extend_from_slice(&ciphertext);
        Ok(Sealed(bytes))
    }

    /// Seals the secret of an access key.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness.
    pub fn seal_secret(&self, id: &AccessKeyId, secret: &SecretKey) -> Result<Sealed, NoRandomness> {
        self.seal(Purpose::SecretOf(id), secret.expose().as_bytes())
    }

    /// Opens the secret of an access key.
    ///
    /// # Errors
    ///
    /// As [`Sealed::open`].
    pub fn open_secret(&self, id: &AccessKeyId, sealed: &Sealed) -> Result<SecretKey, Unsealing> {
        let bytes = sealed.open(self, Purpose::SecretOf(id))?;
        let text = str::from_utf8(&bytes).map_err(|_| Unsealing::Refused)?;
        text.parse().map_err(|_| Unsealing::Refused)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::access_key::KeyKind;

    fn key() -> MasterKey {
        MasterKey::from_bytes([7; 32])
    }

    #[test]
    fn secrets_open_for_their_key_alone() {
        let (id, other) = (
            AccessKeyId::generate(KeyKind::LongLived).unwrap(),
            AccessKeyId::generate(KeyKind::LongLived).unwrap(),
        );
        let secret = SecretKey::generate().unwrap();
        let sealed = key().seal_secret(&id, &secret).unwrap();
        assert_eq!(key().open_secret(&id, &sealed), Ok(secret.clone()));
        assert_eq!(key().open_secret(&other, &sealed), Err(Unsealing::Refused));
        assert_eq!(
            MasterKey::from_bytes([8; 32]).open_secret(&id, &sealed),
            Err(Unsealing::Refused)
        );
        assert_ne!(key().seal_secret(&id, &secret).unwrap(), sealed);
    }

    #[test]
    fn purposes_are_kept_apart() {
        let id = "AKIAIOSFODNN7EXAMPLE".parse().unwrap();
        let purposes = [
            Purpose::SecretOf(&id),
            Purpose::Session,
            Purpose::Other {
                part: "webhook",
                id: "AKIAIOSFODNN7EXAMPLE",
            },
            Purpose::Other {
                part: "webhook",
                id: "2",
            },
            Purpose::Other {
                part: "report",
                id: "2",
            },
        ];
        for purpose in purposes {
            let sealed = key().seal(purpose, b"content").unwrap();
            for other in purposes {
                assert_eq!(sealed.open(&key(), other).is_ok(), purpose == other);
            }
        }
    }

    /// Bytes as format 1 has them.
    #[test]
    fn the_released_format() {
        let id = "AKIAIOSFODNN7EXAMPLE".parse().unwrap();
        let sealed = key()
            .seal_with(Purpose::SecretOf(&id), b"content", [9; NONCE])
            .unwrap();
        let hex: String = sealed
            .as_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            hex,
            "0109090909090909090909090909090909090909090909090996187a05f05c84fd99a38eb11d33fb8f9f2f75c207b98d"
        );
        let mut later = sealed.as_bytes().to_vec();
        later[0] = 2;
        assert_eq!(
            Sealed::from_bytes(later).open(&key(), Purpose::SecretOf(&id)),
            Err(Unsealing::Version(2))
        );
    }

    proptest! {
        #[test]
        fn foreign_bytes_do_not_open(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert!(Sealed::from_bytes(bytes).open(&key(), Purpose::Session).is_err());
        }

        #[test]
        fn changed_bytes_do_not_open(content: Vec<u8>, place: prop::sample::Index, bit in 0..8u8) {
            let sealed = key().seal(Purpose::Session, &content).unwrap();
            prop_assert_eq!(&**sealed.open(&key(), Purpose::Session).unwrap(), &content[..]);
            let mut bytes = sealed.as_bytes().to_vec();
            let place = place.index(bytes.len());
            bytes[place] ^= 1 << bit;
            prop_assert!(Sealed::from_bytes(bytes).open(&key(), Purpose::Session).is_err());
        }
    }
}
