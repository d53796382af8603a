//! What is known of a registry: which tag stands for which manifest, which images these are, and what was told of them. Pure;
//! what comes of it is told by whoever asks.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The version of [`Known`] as it is kept.
const VERSION: u32 = 1;

/// Tags of one image that are told.
const MOST_TAGS: usize = 300;
/// Indexes of one image that are told.
const MOST_INDEXES: usize = 100;

/// What is known of a registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    version: u32,
    repositories: BTreeMap<String, Repository>,
}

/// What is known of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Repository {
    /// Tags, with the digests that they stand for.
    tags: BTreeMap<String, String>,
    /// Manifests that were pushed or found: images, and indexes of images.
    roots: BTreeMap<String, Root>,
    /// What was told of each image: a digest of it.
    told: BTreeMap<String, String>,
    /// Images of which something may be to be told: what happens to one of thousands is not looked for in all.
    touched: BTreeSet<String>,
    /// Images that we were not let read.
    refused: BTreeSet<String>,
}

/// A manifest with the images that it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Root {
    /// When it was pushed, as far as that is known.
    pub(crate) pushed_at: Timestamp,
    /// Its images by their digests: itself, or those of an index.
    pub(crate) images: BTreeMap<String, Image>,
}

/// An image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Image {
    /// The architecture; empty where that is not told.
    pub(crate) architecture: String,
    /// The media type of what is no image; empty for one.
    pub(crate) other: String,
}

/// What is to be told of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Description {
    /// Its digest.
    pub(crate) digest: String,
    pub(crate) tags: Vec<String>,
    pub(crate) indexes: Vec<String>,
    pub(crate) pushed_at: Timestamp,
    pub(crate) image: Image,
}

impl Description {
    /// As the service takes it, of an image with an id in a repository.
    pub(crate) fn resource(&self, id: &str, repository: &str) -> Value {
        let mut details = json!({
            "repositoryName": repository,
            "imageHash": self.digest,
            "pushedAt": self.pushed_at.as_second(),
        });
        if !self.tags.is_empty() {
            details["imageTags"] = json!(self.tags);
        }
        if !self.image.architecture.is_empty() {
            details["architecture"] = json!(self.image.architecture);
        }
        json!({
            "type": "image",
            "id": id,
            "details": { "awsEcrContainerImage": details },
            "indexDigests": self.indexes,
        })
    }

    /// A digest of what it tells.
    fn fingerprint(&self) -> String {
        let told = self.resource("", "").to_string() + &self.image.other;
        let digest = Sha256::digest(told.as_bytes());
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Default for Known {
    fn default() -> Self {
        Self {
            version: VERSION,
            repositories: BTreeMap::new(),
        }
    }
}

impl Repository {
    /// Notes that the images of a manifest are no more as they were.
    fn touch(&mut self, digest: &str) {
        if let Some(root) = self.roots.get(digest) {
            self.touched.extend(root.images.keys().cloned());
        }
    }
}

impl Known {
    /// What was kept, unless another version did.
    pub(crate) fn of_this_version(self) -> Option<Known> {
        (self.version == VERSION).then_some(self)
    }

    /// Whether a repository was looked at before.
    pub(crate) fn has_repository(&self, repository: &str) -> bool {
        self.repositories.contains_key(repository)
    }

    /// The repositories.
    pub(crate) fn repositories(&self) -> Vec<String> {
        self.repositories.keys().cloned().collect()
    }

    /// What a tag stands for.
    pub(crate) fn of_tag(&self, repository: &str, tag: &str) -> Option<&str> {
        let digest = self.repositories.get(repository)?.tags.get(tag)?;
        Some(digest)
    }

    /// A manifest.
    pub(crate) fn root(&self, repository: &str, digest: &str) -> Option<&Root> {
        self.repositories.get(repository)?.roots.get(digest)
    }

    /// The tags of a repository.
    pub(crate) fn tags(&self, repository: &str) -> Vec<String> {
        let repository = self.repositories.get(repository);
        repository
            .map(|known| known.tags.keys().cloned().collect())
            .unwrap_or_default()
    }

    /// Manifests that no tag stands for.
    pub(crate) fn untagged(&self, repository: &str) -> Vec<String> {
        let Some(repository) = self.repositories.get(repository) else {
            return Vec::new();
        };
        let tagged: BTreeSet<&String> = repository.tags.values().collect();
        let untagged = repository.roots.keys().filter(|digest| !tagged.contains(digest));
        untagged.cloned().collect()
    }

    /// Takes a repository up that has nothing yet.
    pub(crate) fn look_at(&mut self, repository: &str) {
        self.repositories.entry(repository.to_owned()).or_default();
    }

    /// Takes up a manifest, pushed or found, under a tag, which it takes from whichever had it. A time that was known only
    /// goes forward.
    pub(crate) fn add(&mut self, repository: &str, tag: Option<&str>, digest: &str, root: Root) {
        let repository = self.repositories.entry(repository.to_owned()).or_default();
        if let Some(tag) = tag
            && let Some(before) = repository.tags.insert(tag.to_owned(), digest.to_owned())
        {
            repository.touch(&before);
        }
        match repository.roots.get_mut(digest) {
            Some(known) => {
                known.pushed_at = known.pushed_at.max(root.pushed_at);
                known.images = root.images;
            }
            None => {
                repository.roots.insert(digest.to_owned(), root);
            }
        }
        repository.touch(digest);
    }

    /// Lets a tag stand for nothing.
    pub(crate) fn remove_tag(&mut self, repository: &str, tag: &str) {
        if let Some(repository) = self.repositories.get_mut(repository) {
            let before = repository.tags.remove(tag);
            if let Some(before) = before {
                repository.touch(&before);
            }
        }
    }

    /// Forgets a manifest that is no more; gives the images that no other has, which are gone with it.
    pub(crate) fn remove(&mut self, repository: &str, digest: &str) -> Vec<String> {
        let Some(repository) = self.repositories.get_mut(repository) else {
            return Vec::new();
        };
        repository.tags.retain(|_, tagged| tagged != digest);
        repository.touch(digest);
        let Some(root) = repository.roots.remove(digest) else {
            return Vec::new();
        };
        let is_elsewhere = |image: &String| {
            repository
                .roots
                .values()
                .any(|root| root.images.contains_key(image))
        };
        let gone: Vec<String> = root
            .images
            .into_keys()
            .filter(|image| !is_elsewhere(image))
            .collect();
        for image in &gone {
            repository.told.remove(image);
            repository.touched.remove(image);
            repository.refused.remove(image);
        }
        gone
    }

    /// What is to be told of an image; none of one that is not there.
    pub(crate) fn description(&self, repository: &str, image: &str) -> Option<Description> {
        let repository = self.repositories.get(repository)?;
        let roots = || {
            repository
                .roots
                .iter()
                .filter(|(_, root)| root.images.contains_key(image))
        };
        let (_, first) = roots().next()?;
        let is_in_tagged = |digest: &String| roots().any(|(root, _)| root == digest);
        let tags = repository.tags.iter().filter(|(_, digest)| is_in_tagged(digest));
        Some(Description {
            digest: image.to_owned(),
            tags: tags.map(|(tag, _)| tag.clone()).take(MOST_TAGS).collect(),
            indexes: roots()
                .map(|(digest, _)| digest.clone())
                .filter(|digest| digest != image)
                .take(MOST_INDEXES)
                .collect(),
            pushed_at: roots().map(|(_, root)| root.pushed_at).max()?,
            image: first.images.get(image)?.clone(),
        })
    }

    /// What is to be told of a repository's images and was not yet.
    pub(crate) fn untold(&self, repository: &str) -> Vec<Description> {
        let Some(known) = self.repositories.get(repository) else {
            return Vec::new();
        };
        known
            .touched
            .iter()
            .filter_map(|image| self.description(repository, image))
            .filter(|description| known.told.get(&description.digest) != Some(&description.fingerprint()))
            .collect()
    }

    /// Notes that something was told of an image.
    pub(crate) fn note_told(&mut self, repository: &str, description: &Description) {
        let is_all = self.description(repository, &description.digest).as_ref() == Some(description);
        if let Some(repository) = self.repositories.get_mut(repository) {
            repository
                .told
                .insert(description.digest.clone(), description.fingerprint());
            if is_all {
                repository.touched.remove(&description.digest);
            }
        }
    }

    /// Notes that we were not let read an image, or were.
    pub(crate) fn note_refused(&mut self, repository: &str, image: &str, refused: Refused) {
        if let Some(repository) = self.repositories.get_mut(repository) {
            match refused {
                Refused::Yes => repository.refused.insert(image.to_owned()),
                Refused::No => repository.refused.remove(image),
            };
        }
    }

    /// Images that we were not let read.
    pub(crate) fn refused(&self, repository: &str) -> Vec<String> {
        let repository = self.repositories.get(repository);
        repository
            .map(|known| known.refused.iter().cloned().collect())
            .unwrap_or_default()
    }
}

/// Whether we were not let read something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Yes,
    No,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn root(at: i64, images: &[&str]) -> Root {
        Root {
            pushed_at: Timestamp::from_second(at).unwrap(),
            images: images
                .iter()
                .map(|image| ((*image).to_owned(), Image::default()))
                .collect(),
        }
    }

    fn untold(known: &mut Known) -> Vec<String> {
        let told = known.untold("r");
        let lines = told
            .iter()
            .map(|description| {
                format!(
                    "{} [{}] ({}) {}",
                    description.digest,
                    description.tags.join(" "),
                    description.indexes.join(" "),
                    description.pushed_at.as_second()
                )
            })
            .collect();
        for description in &told {
            known.note_told("r", description);
        }
        lines
    }

    #[test]
    fn tags_move_and_both_images_are_told_of() {
        let mut known = Known::default();
        known.add("r", Some("latest"), "a", root(1, &["a"]));
        known.add("r", Some("1"), "a", root(1, &["a"]));
        assert_eq!(untold(&mut known), ["a [1 latest] () 1"]);
        assert_eq!(untold(&mut known), [""; 0]);
        known.add("r", Some("latest"), "b", root(2, &["b"]));
        assert_eq!(untold(&mut known), ["a [1] () 1", "b [latest] () 2"]);
        // Pushed again, without anything new in it.
        known.add("r", None, "a", root(3, &["a"]));
        known.add("r", None, "a", root(2, &["a"]));
        assert_eq!(untold(&mut known), ["a [1] () 3"]);
        known.remove_tag("r", "1");
        assert_eq!(untold(&mut known), ["a [] () 3"]);
        assert_eq!(known.untagged("r"), ["a"]);
    }

    #[test]
    fn images_of_indexes_are_gone_with_the_last() {
        let mut known = Known::default();
        known.add("r", Some("1"), "i", root(1, &["x", "y"]));
        known.add("r", Some("2"), "j", root(2, &["y", "z"]));
        assert_eq!(
            untold(&mut known),
            ["x [1] (i) 1", "y [1 2] (i j) 2", "z [2] (j) 2"]
        );
        assert_eq!(known.remove("r", "i"), ["x"]);
        assert_eq!(untold(&mut known), ["y [2] (j) 2"]);
        assert_eq!(known.remove("r", "j"), ["y", "z"]);
        assert_eq!(known.remove("r", "j"), [""; 0]);
        assert_eq!(known.description("r", "y"), None);
    }

    #[test]
    fn what_is_kept_is_read_again_and_nothing_else() {
        let mut known = Known::default();
        known.add("r", Some("1"), "i", root(1, &["x"]));
        let kept = serde_json::to_vec(&known).unwrap();
        let read: Known = serde_json::from_slice(&kept).unwrap();
        assert_eq!(read.of_this_version(), Some(known));
        let other: Known = serde_json::from_str(r#"{"version": 9, "repositories": {}}"#).unwrap();
        assert_eq!(other.of_this_version(), None);
    }

    proptest! {
        /// Whatever happens in whatever order, what is told of an image is what holds, and each one that is not told of is gone.
        #[test]
        fn what_was_told_last_holds(steps in prop::collection::vec((0..4_u8, 0..3_usize, 0..3_usize), 0..40)) {
            let (tags, digests) = (["1", "2", "3"], ["a", "b", "c"]);
            let mut known = Known::default();
            let mut told: BTreeMap<String, Description> = BTreeMap::new();
            for (at, (step, tag, digest)) in steps.into_iter().enumerate() {
                let (tag, digest) = (tags[tag], digests[digest]);
                match step {
                    0 => known.add("r", Some(tag), digest, root(i64::try_from(at).unwrap(), &[digest])),
                    1 => known.add("r", None, "i", root(0, &["a", "b"])),
                    2 => known.remove_tag("r", tag),
                    _ => {
                        for gone in known.remove("r", digest) {
                            told.remove(&gone);
                        }
                    }
                }
                for description in known.untold("r") {
                    known.note_told("r", &description);
                    told.insert(description.digest.clone(), description);
                }
                for (image, description) in &told {
                    prop_assert_eq!(known.description("r", image), Some(description.clone()));
                }
            }
        }
    }
}
