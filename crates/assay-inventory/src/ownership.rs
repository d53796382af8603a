//! Which operating-system package a file belongs to, by hash of its path.
//!
//! A host has some hundred thousand paths in its package databases; eight bytes each are enough to look up the few
//! that matter.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

/// Directories that are links into `usr` on a merged system, while packages go on to list paths through them.
///
/// Source: the file hierarchy after "UsrMerge" (Debian, Fedora); `lib32` and `libx32` are Debian's.
const MERGED: [&[u8]; 6] = [b"bin/", b"sbin/", b"lib/", b"lib64/", b"lib32/", b"libx32/"];

/// The hash of a path, the same however package manager and tree spell it.
fn hash(path: &[u8]) -> u64 {
    let path = path.strip_prefix(b".").unwrap_or(path);
    let path = path.strip_prefix(b"/").unwrap_or(path);
    let path = path.strip_suffix(b"/").unwrap_or(path);
    if MERGED.iter().any(|directory| path.starts_with(directory)) {
        return xxh3_64(&[b"usr/", path].concat());
    }
    xxh3_64(path)
}

/// Paths that one package owns, as hashes, so that a database with a million of them can be held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnedPaths(Vec<u64>);

/// Paths of one package that are kept; the largest packages have a hundredth of it.
const MOST_PATHS: usize = 4_000_000;

impl OwnedPaths {
    /// None yet.
    pub fn new() -> OwnedPaths {
        OwnedPaths::default()
    }

    /// Adds a path, written as the package manager does: with or without a leading slash, through `/lib` or
    /// `/usr/lib`.
    pub fn push(&mut self, path: &[u8]) {
        if self.0.len() < MOST_PATHS {
            self.0.push(hash(path));
        }
    }

    /// Paths by hashes that [`OwnedPaths::hashes`] gave.
    pub(crate) fn of_hashes(hashes: Vec<u64>) -> OwnedPaths {
        OwnedPaths(hashes)
    }

    /// The hashes of the paths.
    pub(crate) fn hashes(&self) -> &[u64] {
        &self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// Paths in question, and who turned out to own them.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    by_path: HashMap<u64, Option<usize>>,
}

impl Owners {
    /// Asks for a path.
    pub(crate) fn ask(&mut self, path: &str) {
        self.by_path.entry(hash(path.as_bytes())).or_default();
    }

    /// Takes down the owner of those paths that were asked for. The first to claim a path has it: that one came
    /// from the uppermost layer.
    pub(crate) fn claim(&mut self, owner: usize, paths: &OwnedPaths) {
        for path in &paths.0 {
            if let Some(entry) = self.by_path.get_mut(path) {
                entry.get_or_insert(owner);
            }
        }
    }

    /// Who owns a path.
    pub(crate) fn owner(&self, path: &str) -> Option<usize> {
        self.by_path.get(&hash(path.as_bytes())).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(left: &str, right: &str) {
        assert_eq!(hash(left.as_bytes()), hash(right.as_bytes()), "{left} {right}");
    }

    #[test]
    fn spellings() {
        check("/usr/lib/x", "usr/lib/x");
        check("./usr/lib/x", "usr/lib/x");
        check("/lib/x", "usr/lib/x");
        check("lib64/x/", "usr/lib64/x");
        check("/sbin/x", "/usr/sbin/x");
        assert_ne!(hash(b"library/x"), hash(b"usr/library/x"));
        assert_ne!(hash(b"opt/lib/x"), hash(b"opt/usr/lib/x"));
    }
}
