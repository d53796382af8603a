//! Reading of a bbolt database: buckets within buckets, each a tree of pages.
//!
//! Source: bbolt's `db.go`, `internal/common/page.go` and `bucket.go`: pages begin with id, flags, count and overflow; two
//! meta pages take turns, and the one of the later transaction holds; a small bucket lies within the value that names it.

use crate::{ArtifactError, random_access::RandomAccess};

const MAGIC: u32 = 0xed0c_daed;
const VERSION: u32 = 2;
const PAGE_HEADER: usize = 16;
const BRANCH: u16 = 1;
const LEAF: u16 = 2;
/// Marks a value that is a bucket.
const BUCKET: u32 = 1;
/// Bytes that come before the page of a bucket that lies within its value.
const BUCKET_HEADER: usize = 16;

const DEEPEST: usize = 32;
/// Bytes of one page with what follows it.
const LARGEST_PAGE: u64 = 64 << 20;
/// Entries of one bucket.
const MOST_ENTRIES: usize = 1_000_000;

/// An open database.
pub(super) struct Bolt<'a> {
    file: RandomAccess<'a>,
    page_size: u64,
    root: u64,
    place: String,
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

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|chunk| u16::from_le_bytes(*chunk))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|chunk| u32::from_le_bytes(*chunk))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|chunk| u64::from_le_bytes(*chunk))
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
            if u32_at(meta, 0) != Some(MAGIC) || u32_at(meta, 4) != Some(VERSION) {
                continue;
            }
            let (Some(page_size), Some(root), Some(transaction)) =
                (u32_at(meta, 8), u64_at(meta, 16), u64_at(meta, 48))
            else {
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
        let pages = u64::from(u32_at(&header, 12).unwrap_or_default()) + 1;
        let len = pages * self.page_size;
        let is_inside = offset.checked_add(len).is_some_and(|end| end <= self.file.len());
        if len > LARGEST_PAGE || !is_inside {
            return Err(self.damaged());
        }
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
        let flags = u16_at(page, 8).ok_or_else(damaged)?;
        let count = usize::from(u16_at(page, 10).ok_or_else(damaged)?);
        if depth > DEEPEST || entries.len() > MOST_ENTRIES {
            return Err(damaged());
        }
        for number in 0..count {
            // Sixteen bytes an element; positions count from the element.
            let at = PAGE_HEADER + number * 16;
            let element = page.get(at..).ok_or_else(damaged)?;
            match flags {
                BRANCH => {
                    let below = self.page(u64_at(element, 8).ok_or_else(damaged)?)?;
                    self.gather(&below, depth + 1, entries)?;
                }
                LEAF => {
                    let [kind, position, key_len, value_len] =
                        [0, 4, 8, 12].map(|offset| u32_at(element, offset).unwrap_or_default());
                    let start = position as usize;
                    let key = element.get(start..start + key_len as usize).ok_or_else(damaged)?;
                    let value_at = start + key_len as usize;
                    let value = element
                        .get(value_at..value_at + value_len as usize)
                        .ok_or_else(damaged)?;
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
    match u64_at(value, 0)? {
        0 => Some(Bucket::Within(value.get(BUCKET_HEADER..)?.to_vec())),
        root => Some(Bucket::Page(root)),
    }
}
