//! From the digest of a Java archive to its Maven coordinates, for archives that do not tell.
//!
//! The index is a file of ours: one line an archive, `sha1 group artifact version` with a blank between, the digest
//! in 40 lower-case hexadecimal digits, the lines in order. Repositories publish the digests, so anyone can make one
//! with `sort`; one of all of Maven Central has nearly a gigabyte, which is why it is searched where it lies.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use thiserror::Error;

/// Bytes of a line; longer ones are no entries.
const LONGEST: usize = 1024;
/// Digits of a digest.
const DIGITS: usize = 40;

/// A file of digests and coordinates.
#[derive(Debug)]
pub struct JarIndex {
    file: File,
    len: u64,
}

/// What an index says of one archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JarIdentity {
    pub(crate) group: String,
    pub(crate) artifact: String,
    pub(crate) version: String,
}

/// Why a file cannot serve as index.
#[derive(Debug, Error)]
pub enum JarIndexError {
    /// It cannot be read.
    #[error("cannot read the index of Java archives {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// Its first lines are no entries, or are not in order.
    #[error(
        "{} is no index of Java archives: it must have lines of the form \"sha1 group artifact version\", in order",
        path.display()
    )]
    Malformed {
        /// The file.
        path: PathBuf,
    },
}

impl JarIndex {
    /// Opens an index.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or its first two lines already show that it is none.
    pub fn open(path: &Path) -> Result<JarIndex, JarIndexError> {
        let read = |path: &Path| {
            let file = File::open(path)?;
            let len = file.metadata()?.len();
            let index = JarIndex { file, len };
            let (first, next) = index.line_from(0)?;
            let (second, _) = index.line_from(next)?;
            let is_index = match (entry(&first), entry(&second)) {
                (Some((first, _)), Some((second, _))) => first <= second,
                (Some(_), None) => second.is_empty(),
                (None, _) => first.is_empty(),
            };
            Ok((index, is_index))
        };
        match read(path) {
            Ok((index, true)) => Ok(index),
            Ok((_, false)) => Err(JarIndexError::Malformed {
                path: path.to_owned(),
            }),
            Err(source) => Err(JarIndexError::Io {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// The coordinates of the archive with this digest.
    pub(crate) fn find(&self, digest: &[u8; 20]) -> io::Result<Option<JarIdentity>> {
        let wanted: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let (mut low, mut high) = (0, self.len);
        // The line sought begins in `low..high`.
        while low < high {
            let middle = low + (high - low) / 2;
            let start = match middle == low {
                true => low,
                // The first line that begins there or later.
                false => self.line_from(middle - 1)?.1,
            };
            if start >= high {
                // None begins in the upper half.
                high = middle;
                continue;
            }
            let mut at = start;
            // What is no entry is passed over.
            let (found, next) = loop {
                let (line, next) = self.line_from(at)?;
                match entry(&line) {
                    Some((digest, identity)) if digest == wanted => return Ok(Some(identity)),
                    Some((digest, _)) => break (Some(digest < wanted.as_str()), next),
                    None if next >= high => break (None, next),
                    None => at = next,
                }
            };
            match found {
                Some(true) => low = next,
                _ if middle == low => return Ok(None),
                _ => high = middle,
            }
        }
        Ok(None)
    }

    /// What there is of the line at an offset, and where the next one begins.
    fn line_from(&self, offset: u64) -> io::Result<(Vec<u8>, u64)> {
        let mut buffer = [0; LONGEST];
        let mut filled = 0;
        while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
            match self.file.read_at(room, offset + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let read = buffer.get(..filled).unwrap_or_default();
        let end = read.iter().position(|byte| *byte == b'\n');
        let line = read.get(..end.unwrap_or(filled)).unwrap_or_default();
        let next = match end {
            Some(end) => offset + end as u64 + 1,
            // A line longer than any entry is taken in pieces, none of which is an entry.
            None => offset + (filled as u64).max(1),
        };
        Ok((line.to_vec(), next))
    }
}

/// The digest and coordinates of a line.
fn entry(line: &[u8]) -> Option<(&str, JarIdentity)> {
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split_ascii_whitespace();
    let digest = words.next().filter(|digest| digest.len() == DIGITS)?;
    let identity = JarIdentity {
        group: words.next()?.to_owned(),
        artifact: words.next()?.to_owned(),
        version: words.next()?.to_owned(),
    };
    words.next().is_none().then_some((digest, identity))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn file(content: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        file
    }

    fn digest(number: u8) -> [u8; 20] {
        let mut digest = [0; 20];
        digest[0] = number;
        digest
    }

    fn line(number: u8) -> String {
        let hex: String = digest(number).iter().map(|byte| format!("{byte:02x}")).collect();
        format!(
            "{hex} org.example{} a{number} 1.{number}\n",
            "x".repeat(usize::from(number))
        )
    }

    #[test]
    fn every_entry_is_found() {
        for count in 0..12_u8 {
            let numbers: Vec<u8> = (0..count).map(|n| n * 20 + 1).collect();
            let content: String = numbers.iter().map(|n| line(*n)).collect();
            for content in [content.as_str(), content.trim_end()] {
                let file = file(content);
                let index = JarIndex::open(file.path()).unwrap();
                for number in 0..=255 {
                    let found = index.find(&digest(number)).unwrap().map(|found| found.artifact);
                    let expected = numbers.contains(&number).then(|| format!("a{number}"));
                    assert_eq!(found, expected, "{number} of {count}");
                }
            }
        }
    }

    #[test]
    fn other_files() {
        for content in ["hello\n", &(line(2) + &line(1)), &(line(1) + "junk\n")] {
            let file = file(content);
            let error = JarIndex::open(file.path()).unwrap_err().to_string();
            assert!(error.contains("is no index of Java archives"), "{error}");
        }
        assert!(JarIndex::open(Path::new("/nonexistent/index")).is_err());
        let long = line(1) + &line(2) + &"z".repeat(5000) + "\n" + &line(9);
        let file = file(&long);
        let index = JarIndex::open(file.path()).unwrap();
        assert_eq!(index.find(&digest(9)).unwrap().unwrap().version, "1.9");
        assert_eq!(index.find(&digest(5)).unwrap(), None);
    }
}
