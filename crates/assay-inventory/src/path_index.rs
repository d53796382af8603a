//! From the last part of a path to the analysers that may want the file, without asking each.
//!
//! Trees have millions of files and there are dozens of analysers; nearly every file is of interest to none. Their
//! patterns are sorted by what the name must be or end in, so that a file costs two look-ups, however many analysers
//! there are. A look-up may name too many analysers (hashes can be equal), never too few.

use xxhash_rust::xxh3::xxh3_64;

/// Analysers by name and by extension, as bits.
#[derive(Clone, Debug, Default)]
pub(crate) struct PathIndex {
    /// Hash of a whole name and the analysers for it, in order of hash.
    names: Vec<(u64, u64)>,
    /// Hash of an extension in lower case and the analysers for it, in order of hash.
    extensions: Vec<(u64, u64)>,
    /// Analysers that must be asked for every file.
    always: u64,
}

/// Extensions longer than this are none that a pattern has.
const LONGEST_EXTENSION: usize = 16;

impl PathIndex {
    /// From patterns, each with the bit of its analyser.
    pub(crate) fn new<'p>(patterns: impl Iterator<Item = (&'p str, u64)>) -> PathIndex {
        let mut index = PathIndex::default();
        for (pattern, bit) in patterns {
            let last = pattern.rsplit('/').next().unwrap_or(pattern);
            match last.rsplit_once('*') {
                None => index.names.push((xxh3_64(last.as_bytes()), bit)),
                Some((_, end)) => match end.rsplit_once('.').and_then(|(_, end)| extension_hash(end)) {
                    Some(hash) => index.extensions.push((hash, bit)),
                    None => index.always |= bit,
                },
            }
        }
        for list in [&mut index.names, &mut index.extensions] {
            list.sort_unstable();
            list.dedup_by(|(hash, bits), (kept_hash, kept_bits)| {
                let is_same = hash == kept_hash;
                if is_same {
                    *kept_bits |= *bits;
                }
                is_same
            });
        }
        index
    }

    /// The analysers to ask about a file of this name.
    pub(crate) fn candidates(&self, name: &str) -> u64 {
        let by_name = look_up(&self.names, xxh3_64(name.as_bytes()));
        let extension = name
            .rsplit_once('.')
            .and_then(|(_, extension)| extension_hash(extension));
        let by_extension = extension.map_or(0, |hash| look_up(&self.extensions, hash));
        self.always | by_name | by_extension
    }
}

fn look_up(list: &[(u64, u64)], hash: u64) -> u64 {
    let found = list.binary_search_by_key(&hash, |(hash, _)| *hash);
    found
        .ok()
        .and_then(|at| list.get(at))
        .map_or(0, |(_, bits)| *bits)
}

/// The hash of an extension in lower case, without room on the heap.
fn extension_hash(extension: &str) -> Option<u64> {
    let mut buffer = [0; LONGEST_EXTENSION];
    let lower = buffer.get_mut(..extension.len())?;
    lower.copy_from_slice(extension.as_bytes());
    lower.make_ascii_lowercase();
    Some(xxh3_64(lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates() {
        let patterns = [
            ("**/package.json", 1),
            ("**/*.jar", 2),
            ("**/*.deps.json", 4),
            ("a/*", 8),
            ("**/requirements*.txt", 16),
            ("b/package.json", 32),
        ];
        let index = PathIndex::new(patterns.into_iter());
        for (name, expected) in [
            ("package.json", 1 | 4 | 8 | 32),
            ("x.JAR", 2 | 8),
            ("x.deps.json", 4 | 8),
            ("requirements.txt", 16 | 8),
            ("package", 8),
            ("", 8),
            ("a.an-extension-that-is-rather-long", 8),
        ] {
            assert_eq!(index.candidates(name), expected, "{name}");
        }
    }
}
