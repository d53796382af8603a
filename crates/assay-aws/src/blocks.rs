//! Snapshots of volumes as the disks of a host: their blocks are fetched when they are read.
//!
//! Source: Amazon EBS direct APIs reference. Blocks are of 512 KiB, and one that nobody wrote to is not listed.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use assay_artifacts::{Device, DiskError, HostDisk};
use assay_collector::{ReadError, Reader, Target, Unreadable};
use base64::{Engine, engine::general_purpose::STANDARD};
use lru::LruCache;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::call::{AwsError, EBS, Place};

/// Bytes of a block. What answers say of it is not relied upon.
const BLOCK: u64 = 512 << 10;

/// Blocks that are kept: 64 MiB.
const MOST_KEPT: NonZeroUsize = NonZeroUsize::new(128).expect("a number that is not zero");

/// Blocks that are listed at once.
const LISTED_AT_ONCE: &str = "1000";

/// A snapshot of one volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) id: String,
    /// In bytes.
    size: u64,
    /// What EC2 calls the disk, such as `/dev/sdf`; empty where that is not told.
    node: String,
}

impl Snapshot {
    /// One by its id, its size in GiB and its node, as EC2 tells them.
    pub(crate) fn new(id: &Value, gibibytes: &Value, node: &Value) -> Option<Snapshot> {
        Some(Snapshot {
            id: id.as_str()?.to_owned(),
            size: gibibytes.as_u64()?.checked_mul(1 << 30)?,
            node: node.as_str().unwrap_or_default().to_owned(),
        })
    }

    /// In bytes.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }
}

/// What is installed on a host whose disks these are.
///
/// # Errors
///
/// What cannot be read, and why: what AWS does not let us read is told as such.
pub(crate) fn read(
    place: &Place,
    name: &str,
    snapshots: &[Snapshot],
    reader: &dyn Reader,
) -> Result<Vec<u8>, ReadError> {
    let volumes: Vec<Arc<Blocks>> = snapshots
        .iter()
        .map(|snapshot| Arc::new(Blocks::new(place.clone(), snapshot)))
        .collect();
    let disks = snapshots.iter().zip(&volumes).map(|(snapshot, volume)| {
        let volume: Arc<dyn Device> = Arc::clone(volume) as _;
        let disk = HostDisk::device(&format!("{} of {name}", snapshot.id), volume);
        match snapshot.node.as_str() {
            "" => disk,
            node => disk.known_as(node),
        }
    });
    let read = reader.read(&Target::Host {
        name: name.to_owned(),
        disks: disks.collect(),
    });
    // Where some of it is refused, the rest is not all.
    match volumes.iter().find_map(|volume| volume.refusal.get()) {
        Some(refusal) => Err(ReadError::Lasting(refusal.clone())),
        None => read,
    }
}

/// A snapshot that is read.
struct Blocks {
    place: Place,
    snapshot: String,
    size: u64,
    listed: Mutex<Listed>,
    /// Those that were read last.
    kept: Mutex<LruCache<u64, Arc<[u8]>>>,
    /// Why AWS does not let us read it.
    refusal: OnceLock<Unreadable>,
}

/// Which blocks there are, as far as that was asked: stretches by their first block.
#[derive(Default)]
struct Listed(BTreeMap<u64, Stretch>);

struct Stretch {
    /// The last block that is told of.
    end: u64,
    tokens: HashMap<u64, Arc<str>>,
}

impl Listed {
    /// The token of a block: `None` where nobody asked yet, `Some(None)` for one that nobody wrote to.
    fn of(&self, index: u64) -> Option<Option<Arc<str>>> {
        let (_, stretch) = self.0.range(..=index).next_back()?;
        (index <= stretch.end).then(|| stretch.tokens.get(&index).cloned())
    }

    /// Takes up an answer to what there is from a block on.
    fn take_up(&mut self, from: u64, answer: &Value) {
        let blocks = answer["Blocks"].as_array().into_iter().flatten();
        let tokens: HashMap<u64, Arc<str>> = blocks
            .filter_map(|block| {
                Some((
                    block["BlockIndex"].as_u64()?,
                    block["BlockToken"].as_str()?.into(),
                ))
            })
            .collect();
        let has_more = answer["NextToken"]
            .as_str()
            .is_some_and(|token| !token.is_empty());
        let end = match has_more {
            true => tokens.keys().max().copied().unwrap_or(from).max(from),
            false => u64::MAX,
        };
        self.0.insert(from, Stretch { end, tokens });
    }
}

impl Blocks {
    fn new(place: Place, snapshot: &Snapshot) -> Blocks {
        Blocks {
            place,
            snapshot: snapshot.id.clone(),
            size: snapshot.size,
            refusal: OnceLock::new(),
            listed: Mutex::default(),
            kept: Mutex::new(LruCache::new(MOST_KEPT)),
        }
    }

    /// A block; `None` for one that nobody wrote to.
    fn block(&self, index: u64) -> Result<Option<Arc<[u8]>>, AwsError> {
        if let Some(block) = self.kept().get(&index) {
            return Ok(Some(Arc::clone(block)));
        }
        let Some(token) = self.token(index)? else {
            return Ok(None);
        };
        let number = index.to_string();
        let path = ["snapshots", self.snapshot.as_str(), "blocks", number.as_str()];
        let answer = self
            .place
            .bytes(&EBS, "GetSnapshotBlock", &path, &[("blockToken", &token)])?;
        let digest = STANDARD.encode(Sha256::digest(&answer.bytes));
        if answer.checksum.as_ref().is_some_and(|told| *told != digest) {
            return Err(AwsError::Unreachable {
                host: format!("the block {index} of {}", self.snapshot),
                message: "it is another than its checksum says".to_owned(),
            });
        }
        let block: Arc<[u8]> = answer.bytes.into();
        self.kept().put(index, Arc::clone(&block));
        Ok(Some(block))
    }

    fn kept(&self) -> MutexGuard<'_, LruCache<u64, Arc<[u8]>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn token(&self, index: u64) -> Result<Option<Arc<str>>, AwsError> {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = listed.of(index) {
            return Ok(token);
        }
        let number = index.to_string();
        let path = ["snapshots", self.snapshot.as_str(), "blocks"];
        let asked = [
            ("startingBlockIndex", number.as_str()),
            ("maxResults", LISTED_AT_ONCE),
        ];
        let answer = self.place.rest(&EBS, "ListSnapshotBlocks", &path, &asked)?;
        listed.take_up(index, &answer);
        Ok(listed.of(index).flatten())
    }
}

impl Device for Blocks {
    fn len(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError> {
        let is_inside = offset
            .checked_add(buffer.len() as u64)
            .is_some_and(|end| end <= self.size);
        if !is_inside {
            return Err(DiskError::Damaged(
                "something is to be read beyond its end".into(),
            ));
        }
        let mut at = offset;
        let mut rest = buffer;
        while !rest.is_empty() {
            let within = at % BLOCK;
            let count = usize::try_from(BLOCK - within)
                .unwrap_or(usize::MAX)
                .min(rest.len());
            let (part, after) = rest.split_at_mut(count);
            let block = self.block(at / BLOCK).map_err(|error| {
                if let ReadError::Lasting(problem) = ReadError::from(&error) {
                    let _ = self.refusal.set(problem);
                }
                DiskError::Io(io::Error::other(error))
            })?;
            part.fill(0);
            if let Some(block) = block {
                let start = usize::try_from(within).unwrap_or(usize::MAX).min(block.len());
                let end = start.saturating_add(count).min(block.len());
                part[..end - start].copy_from_slice(&block[start..end]);
            }
            at += count as u64;
            rest = after;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_listed_was_not_written_to() {
        let mut listed = Listed::default();
        assert_eq!(listed.of(3), None);
        let block = |index: u64| json!({"BlockIndex": index, "BlockToken": format!("t{index}")});
        listed.take_up(2, &json!({"Blocks": [block(4), block(7)], "NextToken": "more"}));
        let told =
            |listed: &Listed, index| listed.of(index).map(|token| token.map(|token| token.to_string()));
        assert_eq!(told(&listed, 1), None);
        assert_eq!(told(&listed, 2), Some(None));
        assert_eq!(told(&listed, 4), Some(Some("t4".to_owned())));
        assert_eq!(told(&listed, 8), None);
        listed.take_up(8, &json!({"Blocks": []}));
        assert_eq!(told(&listed, 1_000_000), Some(None));
    }
}
