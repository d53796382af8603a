//! Content digests as OCI writes them.

use std::{fmt, io};

use sha2::{Digest as _, Sha256, Sha512};

use crate::ArtifactError;

/// A checked digest: a known algorithm and lower-case hexadecimal of the right length, so safe in a path.
///
/// Source: OCI image specification, "Descriptors", Digests.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Digest {
    text: String,
    algorithm: &'static str,
}

impl Digest {
    /// Reads `sha256:…` or `sha512:…`.
    pub(crate) fn parse(text: &str) -> Option<Digest> {
        let (name, hex) = text.split_once(':')?;
        let (algorithm, len) = match name {
            "sha256" => ("sha256", 64),
            "sha512" => ("sha512", 128),
            _ => return None,
        };
        let is_hex = hex.len() == len && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_hex.then(|| Digest {
            text: text.to_owned(),
            algorithm,
        })
    }

    /// Reads the digest that a document at a place states.
    pub(crate) fn stated(text: &str, place: &str) -> Result<Digest, ArtifactError> {
        Digest::parse(text).ok_or_else(|| ArtifactError::Unsupported {
            place: place.to_owned(),
            feature: format!("the digest \"{}\"", text.chars().take(100).collect::<String>()),
        })
    }

    /// Holds what lies at a place to the digest.
    pub(crate) fn verify(&self, bytes: &[u8], place: &str) -> Result<(), ArtifactError> {
        let mut hasher = self.hasher();
        hasher.update(bytes);
        let found = hasher.finish();
        if found == self.hex() {
            return Ok(());
        }
        Err(ArtifactError::DigestMismatch {
            place: place.to_owned(),
            expected: self.to_string(),
            found: format!("{}:{found}", self.algorithm),
        })
    }

    /// The digest that a blob path `blobs/<algorithm>/<hex>` states.
    pub(crate) fn of_blob_path(path: &str) -> Option<Digest> {
        let (algorithm, hex) = path.strip_prefix("blobs/")?.split_once('/')?;
        Digest::parse(&format!("{algorithm}:{hex}"))
    }

    /// The digest of bytes.
    pub(crate) fn of(bytes: &[u8]) -> String {
        let mut hasher = Hasher::Sha256(Sha256::new());
        hasher.update(bytes);
        format!("sha256:{}", hasher.finish())
    }

    /// The digest of everything that comes from a reader.
    pub(crate) fn of_stream(mut reader: impl io::Read) -> io::Result<String> {
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 128 << 10];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(format!("sha256:{}", to_hex(&hasher.finalize()))),
                Ok(read) => hasher.update(buffer.get(..read).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        self.algorithm
    }

    pub(crate) fn hex(&self) -> &str {
        self.text.get(self.algorithm.len() + 1..).unwrap_or_default()
    }

    /// Where a layout keeps the blob.
    pub(crate) fn blob_path(&self) -> String {
        format!("blobs/{}/{}", self.algorithm, self.hex())
    }

    pub(crate) fn hasher(&self) -> Hasher {
        match self.algorithm {
            "sha512" => Hasher::Sha512(Sha512::new()),
            _ => Hasher::Sha256(Sha256::new()),
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A digest in the making.
pub(crate) enum Hasher {
    Sha256(Sha256),
    Sha512(Sha512),
}

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Hasher::Sha256(hasher) => hasher.update(bytes),
            Hasher::Sha512(hasher) => hasher.update(bytes),
        }
    }

    /// The digest in lower-case hexadecimal.
    pub(crate) fn finish(self) -> String {
        match self {
            Hasher::Sha256(hasher) => to_hex(&hasher.finalize()),
            Hasher::Sha512(hasher) => to_hex(&hasher.finalize()),
        }
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsing() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b""), empty);
        let digest = Digest::parse(empty).unwrap();
        assert_eq!(Digest::of_blob_path(&digest.blob_path()), Some(digest));
        for text in [
            "",
            "sha256:",
            "sha256:../../etc/passwd",
            "md5:d41d8cd98f00b204e9800998ecf8427e",
            &empty.to_uppercase(),
        ] {
            assert_eq!(Digest::parse(text), None, "{text}");
        }
    }
}
