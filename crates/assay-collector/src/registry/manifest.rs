//! What a manifest is: an image, an index of images, or something else that registries keep.
//!
//! Source: OCI image specification 1.1; Docker image manifest version 2, schema 2.

use serde::Deserialize;

/// Images of one index that are looked at.
const MOST_IMAGES: usize = 256;

/// What a manifest is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Manifest {
    /// One image, with the digest of its configuration.
    Image { configuration: String },
    /// Several, one a platform: their digests.
    Index(Vec<String>),
    /// What says something of another manifest: a signature, an attestation, an SBOM.
    Referrer,
    /// Something else, by its media type: a chart, a module.
    Other(String),
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Document {
    schema_version: u32,
    media_type: String,
    artifact_type: String,
    config: Option<Descriptor>,
    manifests: Option<Vec<Descriptor>>,
    subject: Option<Descriptor>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Descriptor {
    media_type: String,
    digest: String,
    artifact_type: String,
    platform: Option<Platform>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Platform {
    os: String,
}

/// What the configuration of an image says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Configuration {
    pub(crate) architecture: String,
    pub(crate) os: String,
    pub(crate) created: Option<String>,
}

const IMAGES: [&str; 3] = [
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
    "application/vnd.docker.container.image.rootfs.diff+json",
];

impl Manifest {
    /// Reads one; `None` for bytes that are none.
    pub(crate) fn read(bytes: &[u8]) -> Option<Manifest> {
        let document: Document = serde_json::from_slice(bytes).ok()?;
        if document.schema_version == 1 {
            return Some(Manifest::Other(
                "application/vnd.docker.distribution.manifest.v1+json".to_owned(),
            ));
        }
        if document.subject.is_some() {
            return Some(Manifest::Referrer);
        }
        if let Some(manifests) = document.manifests {
            let is_image = |part: &Descriptor| {
                // What says something of the images has no platform of its own, or one that is unknown.
                let is_known = part
                    .platform
                    .as_ref()
                    .is_none_or(|platform| platform.os != "unknown");
                let is_manifest = part.media_type.is_empty() || part.media_type.contains("manifest.v");
                is_known && is_manifest && part.artifact_type.is_empty() && part.digest.contains(':')
            };
            let digests = manifests.into_iter().filter(is_image).map(|part| part.digest);
            return Some(Manifest::Index(digests.take(MOST_IMAGES).collect()));
        }
        let config = document.config?;
        if IMAGES.contains(&config.media_type.as_str()) && document.artifact_type.is_empty() {
            return Some(Manifest::Image {
                configuration: config.digest,
            });
        }
        let kinds = [document.artifact_type, config.media_type, document.media_type];
        let kind = kinds.into_iter().find(|kind| !kind.is_empty());
        Some(Manifest::Other(kind.unwrap_or_else(|| "unknown".to_owned())))
    }
}

/// Whether a tag is one under which signatures and attestations of an image are kept where a registry knows no referrers:
/// `sha256-…`, with `.sig`, `.att` or `.sbom`, or nothing.
///
/// Source: OCI distribution specification, "Referrers Tag Schema"; the tags of cosign.
pub(crate) fn is_referrers_tag(tag: &str) -> bool {
    let Some(rest) = tag.strip_prefix("sha256-") else {
        return false;
    };
    let hex = rest.split('.').next().unwrap_or_default();
    hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn kinds() {
        let image = json!({"mediaType": IMAGES[0], "digest": "sha256:cc"});
        let part =
            |os: &str, kind: &str| json!({"mediaType": kind, "digest": "sha256:aa", "platform": {"os": os}});
        let manifest = "application/vnd.oci.image.manifest.v1+json";
        for (document, expected) in [
            (
                json!({"schemaVersion": 2, "config": image}),
                Some(Manifest::Image {
                    configuration: "sha256:cc".to_owned(),
                }),
            ),
            (
                json!({"schemaVersion": 2, "config": image, "subject": {"digest": "sha256:bb"}}),
                Some(Manifest::Referrer),
            ),
            (
                json!({"schemaVersion": 2, "config": {"mediaType": "application/vnd.cncf.helm.config.v1+json"}}),
                Some(Manifest::Other(
                    "application/vnd.cncf.helm.config.v1+json".to_owned(),
                )),
            ),
            (
                json!({"schemaVersion": 2, "manifests": [part("linux", manifest), part("unknown", manifest), part("linux", "text/plain")]}),
                Some(Manifest::Index(vec!["sha256:aa".to_owned()])),
            ),
            (json!({"schemaVersion": 2}), None),
            (json!([]), None),
        ] {
            assert_eq!(
                Manifest::read(document.to_string().as_bytes()),
                expected,
                "{document}"
            );
        }
    }

    #[test]
    fn tags_of_referrers() {
        let digest = "a".repeat(64);
        for (tag, expected) in [
            (format!("sha256-{digest}"), true),
            (format!("sha256-{digest}.sig"), true),
            (format!("sha256-{}", "a".repeat(63)), false),
            ("latest".to_owned(), false),
        ] {
            assert_eq!(is_referrers_tag(&tag), expected, "{tag}");
        }
    }
}
