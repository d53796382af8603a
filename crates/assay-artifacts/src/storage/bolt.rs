//! Reading of a bbolt database: buckets within buckets, each a tree of pages.
//!
//! Source: bbolt's `db.go`, `internal/common/page.go` and `bucket.go`: pages begin with id, flags, count and overflow; two
//! meta pages take turns, and the one of the later transaction holds; a small bucket lies within the value that names it.

use std::cell::Cell;

use crate::{ArtifactError, little_endian, random_access::RandomAccess};

const MAGIC: u32 = 0xed0c_daed;
const VERSION: u32 = 2;
const PAGE_HEADER: usize = 16;
const BRANCH: u16 = 1;
const LEAF: u16 = 2;
/// Marks a value that is a bucket.
const BUCKET: u32 = 1;
/// Bytes that come before the page of a bucket that lies within its value.
const BUCKET_HEADER: usize = 16;

/// Levels of one tree.
const DEEPEST: usize = 16;
/// Bytes of one page with what follows it; entries of this database are short.
const LARGEST_PAGE: u64 = 4 << 20;
/// Entries of one bucket.
const MOST_ENTRIES: usize = 500_000;

/// An open database.
pub(super) struct Bolt<'a> {
    file: RandomAccess<'a>,
    page_size: u64,
    root: u64,
    place: String,
    /// Bytes of pages that may still be read. Every page belongs to one bucket, so a file that has them read over and
    /// over is damaged.
    left: Cell<u64>,
}

/// A bucket: its root page, or the page itself where it is small.
#[derive(Clone, Debug)]
pub(super) enum Bucket {
    Page(u64),
    Within(Vec<u8>),
}

/// One entry of a bucket.
#[derive(Debug)]
pub(super) enum Value {
    Bytes(Vec<u8>),
    Bucket(Bucket),
}

impl<'a> Bolt<'a> {
    pub(super) fn open(file: RandomAccess<'a>, place: String) -> Result<Bolt<'a>, ArtifactError> {
        let mut best = None;
        // The second meta page is one page on, of a size that only the first tells for sure.
        for at in [0, 4096, 8192, 16384, 65536] {
            let mut meta = [0; 80];
            if file.read_at(&mut meta, at).unwrap_or_default() < meta.len() {
                continue;
            }
            let meta = &meta[PAGE_HEADER..];
            if little_endian::u32(meta, 0) != Some(MAGIC) || little_endian::u32(meta, 4) != Some(VERSION) {
                continue;
            }
            let (Some(page_size), Some(root), Some(transaction)) = (
                little_endian::u32(meta, 8),
                little_endian::u64(meta, 16),
                little_endian::u64(meta, 48),
            ) else {
                continue;
            };
            let is_newer = best.is_none_or(|(known, _, _)| known < transaction);
            if is_newer && (1024..=65536).contains(&page_size) {
                best = Some((transaction, u64::from(page_size), root));
            }
        }
        match best {
            Some((_, page_size, root)) => Ok(Bolt {
                file,
                // The way to a bucket leads through those above it more than once.
                left: Cell::new(file.len().saturating_mul(4)),
                page_size,
                root,
                place,
            }),
            None => Err(ArtifactError::Damaged {
                place,
                reason: "it is no bbolt database".to_owned(),
            }),
        }
    }

    pub(super) fn root(&self) -> Bucket {
        Bucket::Page(self.root)
    }

    fn damaged(&self) -> ArtifactError {
        ArtifactError::Damaged {
            place: self.place.clone(),
            reason: "a page of the database makes no sense".to_owned(),
        }
    }

    fn page(&self, number: u64) -> Result<Vec<u8>, ArtifactError> {
        let offset = number.checked_mul(self.page_size).ok_or_else(|| self.damaged())?;
        let mut header = [0; PAGE_HEADER];
        let unreadable = |source| ArtifactError::Unreadable {
            place: self.place.clone(),
            source,
        };
        self.file.read_at(&mut header, offset).map_err(unreadable)?;
        let pages = u64::from(little_endian::u32(&header, 12).unwrap_or_default()) + 1;
        let len = pages * self.page_size;
        let is_inside = offset.checked_add(len).is_some_and(|end| end <= self.file.len());
        let left = self.left.get().checked_sub(len);
        let left = left.filter(|_| len <= LARGEST_PAGE && is_inside);
        self.left.set(left.ok_or_else(|| self.damaged())?);
        let mut page = vec![0; usize::try_from(len).unwrap_or_default()];
        self.file.read_at(&mut page, offset).map_err(unreadable)?;
        Ok(page)
    }

    /// Every entry of a bucket, in order of its keys.
    pub(super) fn entries(&self, bucket: &Bucket) -> Result<Vec<(Vec<u8>, Value)>, ArtifactError> {
        let mut entries = Vec::new();
        match bucket {
            Bucket::Page(number) => {
                let page = self.page(*number)?;
                self.gather(&page, 0, &mut entries)?;
            }
            Bucket::Within(page) => self.gather(page, 0, &mut entries)?,
        }
        Ok(entries)
    }

    /// The bucket under a name in another.
    pub(super) fn bucket(&self, parent: &Bucket, name: &str) -> Result<Option<Bucket>, ArtifactError> {
        let entries = self.entries(parent)?;
        Ok(entries.into_iter().find_map(|(key, value)| match value {
            Value::Bucket(bucket) if key == name.as_bytes() => Some(bucket),
            _ => None,
        }))
    }

    fn gather(
        &self,
        page: &[u8],
        depth: usize,
        entries: &mut Vec<(Vec<u8>, Value)>,
    ) -> Result<(), ArtifactError> {
        let damaged = || self.damaged();
        let flags = little_endian::u16(page, 8).ok_or_else(damaged)?;
        let count = usize::from(little_endian::u16(page, 10).ok_or_else(damaged)?);
        if depth > DEEPEST || entries.len() > MOST_ENTRIES {
            return Err(damaged());
        }
        // Elements that share bytes would make more of a page than is in it.
        let mut room = page.len();
        for number in 0..count {
            // Sixteen bytes an element; positions count from the element.
            let at = PAGE_HEADER + number * 16;
            let element = page.get(at..).ok_or_else(damaged)?;
            match flags {
                BRANCH => {
                    let below = self.page(little_endian::u64(element, 8).ok_or_else(damaged)?)?;
                    self.gather(&below, depth + 1, entries)?;
                }
                LEAF => {
                    let [kind, position, key_len, value_len] =
                        [0, 4, 8, 12].map(|offset| little_endian::u32(element, offset).unwrap_or_default());
                    let start = position as usize;
                    let key = element.get(start..start + key_len as usize).ok_or_else(damaged)?;
                    let value_at = start + key_len as usize;
                    let value = element
                        .get(value_at..value_at + value_len as usize)
                        .ok_or_else(damaged)?;
                    room = room.checked_sub(key.len() + value.len()).ok_or_else(damaged)?;
                    let value = match kind & BUCKET {
                        0 => Value::Bytes(value.to_vec()),
                        _ => Value::Bucket(bucket(value).ok_or_else(damaged)?),
                    };
                    entries.push((key.to_vec(), value));
                }
                _ => return Err(damaged()),
            }
        }
        Ok(())
    }
}

fn bucket(value: &[u8]) -> Option<Bucket> {
    match little_endian::u64(value, 0)? {
        0 => Some(Bucket::Within(value.get(BUCKET_HEADER..)?.to_vec())),
        root => Some(Bucket::Page(root)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 1024;

    /// A database of pages, the first of them the meta page, the second the root of all.
    struct Database(Vec<u8>);

    impl Database {
        fn new() -> Database {
            let mut database = Database(vec![0; PAGE]);
            database.put(16, &MAGIC.to_le_bytes());
            database.put(20, &VERSION.to_le_bytes());
            database.put(24, &(PAGE as u32).to_le_bytes());
            database.put(32, &1_u64.to_le_bytes());
            database
        }

        fn put(&mut self, at: usize, value: &[u8]) {
            self.0[at..at + value.len()].copy_from_slice(value);
        }

        /// Adds a page with elements of four numbers, each with what lies behind it in the page.
        fn page(&mut self, flags: u16, elements: &[[u32; 4]], rest: &[u8]) {
            let at = self.0.len();
            self.0.resize(at + PAGE, 0);
            self.put(at + 8, &flags.to_le_bytes());
            self.put(at + 10, &(elements.len() as u16).to_le_bytes());
            for (number, element) in elements.iter().enumerate() {
                for (field, value) in element.iter().enumerate() {
                    self.put(at + 16 + number * 16 + field * 4, &value.to_le_bytes());
                }
            }
            self.put(at + 16 + elements.len() * 16, rest);
        }

        fn check(&self, expected: &str) {
            let bolt = Bolt::open(RandomAccess::in_memory(&self.0), "x".to_owned()).unwrap();
            let found = match bolt.entries(&bolt.root()) {
                Ok(entries) => format!("{} entries", entries.len()),
                Err(error) => error.to_string(),
            };
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn buckets_and_values() {
        let mut database = Database::new();
        database.page(
            LEAF,
            &[[0, 32, 1, 2], [BUCKET, 19, 1, 16]],
            b"kvvb\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        );
        let bolt = Bolt::open(RandomAccess::in_memory(&database.0), "x".to_owned()).unwrap();
        let entries = bolt.entries(&bolt.root()).unwrap();
        assert!(matches!(&entries[0], (key, Value::Bytes(value)) if key == b"k" && value == b"vv"));
        assert!(matches!(
            bolt.bucket(&bolt.root(), "b").unwrap(),
            Some(Bucket::Within(_))
        ));
        assert!(bolt.bucket(&bolt.root(), "k").unwrap().is_none());
    }

    #[test]
    fn pages_that_lead_to_each_other() {
        // A page in itself; many ways down to the same page, which is empty; values that are one another.
        let mut round = Database::new();
        round.page(BRANCH, &[[0, 0, 1, 0]], b"");
        round.check("makes no sense");
        let mut wide = Database::new();
        for level in 2..12 {
            wide.page(BRANCH, &[[0, 0, level, 0]; 60], b"");
        }
        wide.page(LEAF, &[], b"");
        wide.check("makes no sense");
        let mut shared = Database::new();
        shared.page(LEAF, &[[0, 16, 0, 900]], &[7; 900]);
        shared.check("1 entries");
        let mut shared = Database::new();
        shared.page(LEAF, &[[0, 32, 0, 900], [0, 16, 0, 900]], &[7; 900]);
        shared.check("makes no sense");
        let mut beyond = Database::new();
        beyond.page(LEAF, &[[0, u32::MAX, u32::MAX, u32::MAX]], b"");
        beyond.check("makes no sense");
        assert!(Bolt::open(RandomAccess::in_memory(&[]), "x".to_owned()).is_err());
    }
}
