//! What ECR lists of a repository, as images with all that is to be told of each.

use std::collections::BTreeMap;

use assay_collector::{Unreadable, UnreadableReason};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Tags of an image that are told, and indexes.
const MOST_TAGS: usize = 1000;
const MOST_INDEXES: usize = 100;
/// Parts of an index.
const MOST_PARTS: usize = 1000;

/// Longest after we read something that ECR records a pull by us, in seconds.
const OURS: i64 = 600;

/// What indexes of images are called.
pub(super) const INDEXES: [&str; 2] = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
];

/// What configurations of images are called.
const CONFIGURATIONS: [&str; 2] = [
    "application/vnd.docker.container.image.v1+json",
    "application/vnd.oci.image.config.v1+json",
];

/// An image as ECR lists it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Listed {
    digest: String,
    tags: Vec<String>,
    indexes: Vec<String>,
    pushed_at: i64,
    /// In seconds since 1970; 0 for never.
    pub(super) pulled_at: i64,
    /// The type of what is no image; empty for one.
    other: String,
    is_archived: bool,
}

/// Whether an entry is an index of images.
pub(super) fn is_index(image: &Value) -> bool {
    let kind = image["imageManifestMediaType"].as_str().unwrap_or_default();
    INDEXES.contains(&kind)
}

/// What an index is of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Index {
    /// The digests of its images.
    pub(super) images: Vec<String>,
    /// Those of what builders attest of the images, which stand beside these as if they were some.
    attestations: Vec<String>,
}

impl Index {
    /// Reads a manifest; nothing out of what is none.
    pub(super) fn read(manifest: &str) -> Index {
        let manifest: Value = serde_json::from_str(manifest).unwrap_or_default();
        let mut index = Index::default();
        for child in manifest["manifests"]
            .as_array()
            .into_iter()
            .flatten()
            .take(MOST_PARTS)
        {
            let is_image = child["annotations"]["vnd.docker.reference.type"].is_null();
            let parts = match is_image {
                true => &mut index.images,
                false => &mut index.attestations,
            };
            parts.extend(child["digest"].as_str().map(str::to_owned));
        }
        index
    }
}

impl Listed {
    /// The images of a repository by digest, with tags and times of the indexes that they are part of.
    pub(super) fn read(listed: &[Value], indexes: &BTreeMap<String, Index>) -> BTreeMap<String, Listed> {
        let mut images: BTreeMap<String, Listed> = listed
            .iter()
            .filter(|image| !is_index(image))
            .filter_map(Listed::of)
            .map(|image| (image.digest.clone(), image))
            .collect();
        for attestation in indexes.values().flat_map(|index| &index.attestations) {
            images.remove(attestation);
        }
        for index in listed
            .iter()
            .filter(|image| is_index(image))
            .filter_map(Listed::of)
        {
            let parts = indexes.get(&index.digest);
            for child in parts.into_iter().flat_map(|parts| &parts.images) {
                let Some(image) = images.get_mut(child) else {
                    continue;
                };
                image.indexes.push(index.digest.clone());
                image.tags.extend(index.tags.iter().cloned());
                image.pushed_at = image.pushed_at.max(index.pushed_at);
                image.pulled_at = image.pulled_at.max(index.pulled_at);
            }
        }
        for image in images.values_mut() {
            image.tags.sort_unstable();
            image.tags.dedup();
            image.tags.truncate(MOST_TAGS);
            image.indexes.sort_unstable();
            image.indexes.truncate(MOST_INDEXES);
        }
        images
    }

    fn of(image: &Value) -> Option<Listed> {
        let tags: Vec<String> = image["imageTags"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|tag| tag.as_str().map(str::to_owned))
            .collect();
        // Signatures and the like are named after what they are about.
        let is_about_another = |tag: &String| tag.starts_with("sha256-");
        if !tags.is_empty() && tags.iter().all(is_about_another) || image["subjectManifestDigest"].is_string()
        {
            return None;
        }
        let kind = image["artifactMediaType"].as_str().unwrap_or_default();
        let seconds = |name: &str| image[name].as_f64().unwrap_or_default() as i64;
        Some(Listed {
            digest: image["imageDigest"].as_str()?.to_owned(),
            tags,
            indexes: Vec::new(),
            pushed_at: seconds("imagePushedAt"),
            pulled_at: seconds("lastRecordedPullTime"),
            other: match kind.is_empty() || CONFIGURATIONS.contains(&kind) {
                true => String::new(),
                false => kind.to_owned(),
            },
            is_archived: image["imageStatus"] == "ARCHIVED",
        })
    }

    /// Whether the pull that is recorded is one by us, who read it then.
    pub(super) fn is_pulled_by(&self, read_at: i64) -> bool {
        read_at > 0 && (self.pulled_at - read_at).abs() <= OURS
    }

    /// As the service takes it. Our own pull is no use of an image.
    pub(super) fn resource(&self, id: &str, repository: &str, own_pull: i64) -> Value {
        let mut details = json!({
            "repositoryName": repository,
            "imageHash": self.digest,
            "pushedAt": self.pushed_at,
        });
        if !self.tags.is_empty() {
            details["imageTags"] = json!(self.tags);
        }
        let mut resource = json!({
            "type": "image",
            "id": id,
            "details": { "awsEcrContainerImage": details },
            "indexDigests": self.indexes,
        });
        if self.pulled_at > 0 && self.pulled_at != own_pull {
            resource["pulledAt"] = json!(self.pulled_at);
        }
        resource
    }

    /// Why it cannot be read, where that is known beforehand.
    pub(super) fn problem(&self) -> Option<Unreadable> {
        if self.is_archived {
            return Some(Unreadable {
                reason: UnreadableReason::ImageArchived,
                message: "it is in the archive of ECR: restore it to have it read".to_owned(),
            });
        }
        (!self.other.is_empty()).then(|| Unreadable {
            reason: UnreadableReason::UnsupportedMediaType,
            message: format!("it is no image but {}", self.other),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_lend_their_images_tags_and_times() {
        let listed = [
            json!({"imageDigest": "i", "imageTags": ["1"], "imagePushedAt": 5.5, "lastRecordedPullTime": 9.0,
                "imageManifestMediaType": INDEXES[0]}),
            json!({"imageDigest": "a", "imagePushedAt": 4, "artifactMediaType": CONFIGURATIONS[1]}),
            json!({"imageDigest": "b", "imageTags": ["x", "1"], "imagePushedAt": 6, "imageStatus": "ARCHIVED"}),
            json!({"imageDigest": "c", "imageTags": ["sha256-a.sig"], "imagePushedAt": 6}),
            json!({"imageDigest": "e", "imagePushedAt": 4, "artifactMediaType": CONFIGURATIONS[1]}),
            json!({"imageDigest": "d", "artifactMediaType": "application/vnd.cncf.helm.config.v1+json"}),
        ];
        let manifest = r#"{"manifests": [{"digest": "a"}, {"digest": "b"}, {"digest": "e", "annotations":
            {"vnd.docker.reference.type": "attestation-manifest"}}]}"#;
        let index = Index::read(manifest);
        assert_eq!(
            (index.images.join(" "), index.attestations.join(" ")),
            ("a b".to_owned(), "e".to_owned())
        );
        assert_eq!(Index::read("no manifest"), Index::default());
        let indexes = BTreeMap::from([("i".to_owned(), index)]);
        let images = Listed::read(&listed, &indexes);
        let lines: Vec<String> = images
            .values()
            .map(|image| {
                let problem = image.problem().map(|problem| format!("{:?}", problem.reason));
                format!(
                    "{} {:?} {:?} {} {} {}",
                    image.digest,
                    image.tags,
                    image.indexes,
                    image.pushed_at,
                    image.pulled_at,
                    problem.unwrap_or_default()
                )
            })
            .collect();
        assert_eq!(
            lines,
            [
                r#"a ["1"] ["i"] 5 9 "#,
                r#"b ["1", "x"] ["i"] 6 9 ImageArchived"#,
                "d [] [] 0 0 UnsupportedMediaType",
            ]
        );
    }

    #[test]
    fn our_own_pulls_are_no_use() {
        let image = Listed {
            digest: "a".to_owned(),
            pulled_at: 1000,
            ..Listed::default()
        };
        for (read_at, expected) in [(0, false), (990, true), (1010, true), (100, false)] {
            assert_eq!(image.is_pulled_by(read_at), expected, "{read_at}");
        }
        assert_eq!(image.resource("x", "r", 0)["pulledAt"], 1000);
        assert!(image.resource("x", "r", 1000)["pulledAt"].is_null());
    }
}
