//! The order-preserving byte key of one version.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

const INLINE: usize = 22;

/// A version encoded so that comparing bytes compares versions.
///
/// Keys of different schemes mean nothing to each other. No version encodes to the empty key, so empty bytes stand
/// for a bound below every version. Keys of usual versions are held in place, without an allocation.
#[derive(Clone)]
pub struct VersionKey(Repr);

#[derive(Clone)]
enum Repr {
    Inline { length: u8, bytes: [u8; INLINE] },
    Heap(Box<[u8]>),
}

impl VersionKey {
    /// Takes bytes that [`Scheme::key_into`](crate::Scheme::key_into) wrote earlier, for instance into a file.
    pub fn from_bytes(bytes: &[u8]) -> VersionKey {
        let mut inline = [0; INLINE];
        match inline.get_mut(..bytes.len()) {
            Some(place) => {
                place.copy_from_slice(bytes);
                VersionKey(Repr::Inline {
                    length: bytes.len() as u8,
                    bytes: inline,
                })
            }
            None => VersionKey(Repr::Heap(bytes.into())),
        }
    }

    /// The bytes to store and compare.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Inline { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Repr::Heap(bytes) => bytes,
        }
    }
}

impl From<&[u8]> for VersionKey {
    fn from(bytes: &[u8]) -> VersionKey {
        VersionKey::from_bytes(bytes)
    }
}

impl AsRef<[u8]> for VersionKey {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq for VersionKey {
    fn eq(&self, other: &VersionKey) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for VersionKey {}

impl PartialOrd for VersionKey {
    fn partial_cmp(&self, other: &VersionKey) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for VersionKey {
    fn cmp(&self, other: &VersionKey) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for VersionKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Debug for VersionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VersionKey(")?;
        for byte in self.as_bytes() {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_length_round_trips() {
        for length in [0, 1, INLINE - 1, INLINE, INLINE + 1, 300] {
            let bytes = vec![7; length];
            assert_eq!(VersionKey::from_bytes(&bytes).as_bytes(), bytes);
        }
        assert_eq!(size_of::<VersionKey>(), 24);
    }
}
