//! What ECR lists of a repository, as images with all that is to be told of each.

use std::collections::BTreeMap;

use assay_collector::{Unreadable, UnreadableReason};
use serde_json::{Value, json};

/// Tags of an image that are told, and indexes.
const MOST_TAGS: usize = 1000;
const MOST_INDEXES: usize = 100;

/// Longest after we read something that ECR records a pull by us, in seconds.
const OURS: i64 = 600;

const INDEXES: [&str; 2] = [
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

/// The digests of an index's images, by its manifest.
pub(super) fn children(manifest: &str) -> Vec<String> {
    let manifest: Value = serde_json::from_str(manifest).unwrap_or_default();
    let children = manifest["manifests"].as_array().into_iter().flatten();
    children
        // What is attested of an image is no image.
        .filter(|child| child["annotations"]["vnd.docker.reference.type"].is_null())
        .filter_map(|child| child["digest"].as_str().map(str::to_owned))
        .take(MOST_TAGS)
        .collect()
}

impl Listed {
    /// The images of a repository by digest, with tags and times of the indexes that they are part of.
    pub(super) fn read(
        listed: &[Value],
        indexes: &BTreeMap<String, Vec<String>>,
    ) -> BTreeMap<String, Listed> {
        let mut images: BTreeMap<String, Listed> = listed
            .iter()
            .filter(|image| !is_index(image))
            .filter_map(Listed::of)
            .map(|image| (image.digest.clone(), image))
            .collect();
        let is_attestation = |digest: &String| !indexes.is_empty() && is_left_out(listed, indexes, digest);
        images.retain(|digest, _| !is_attestation(digest));
        for index in listed
            .iter()
            .filter(|image| is_index(image))
            .filter_map(Listed::of)
        {
            for child in indexes.get(&index.digest).into_iter().flatten() {
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

/// Whether an image without tags is in no index that knows it while it says itself to be of one: what builders attest.
fn is_left_out(listed: &[Value], indexes: &BTreeMap<String, Vec<String>>, digest: &String) -> bool {
    let is_child = indexes.values().flatten().any(|child| child == digest);
    let entry = listed
        .iter()
        .find(|image| image["imageDigest"] == digest.as_str());
    let has_type = entry.is_some_and(|image| {
        let kind = image["artifactMediaType"].as_str().unwrap_or_default();
        kind.contains("in-toto") || kind.contains("attestation")
    });
    !is_child && has_type
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
            json!({"imageDigest": "d", "artifactMediaType": "application/vnd.cncf.helm.config.v1+json"}),
        ];
        let manifest = r#"{"manifests": [{"digest": "a"}, {"digest": "b"}, {"digest": "e", "annotations":
            {"vnd.docker.reference.type": "attestation-manifest"}}]}"#;
        assert_eq!(children(manifest), ["a", "b"]);
        assert_eq!(children("no manifest"), [""; 0]);
        let indexes = BTreeMap::from([("i".to_owned(), children(manifest))]);
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
