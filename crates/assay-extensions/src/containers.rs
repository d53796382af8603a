//! Containers that run, and the images that they run, as agents and whoever tells of clusters have them.

use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::{description::is_digest, shapes::DIGEST_PATTERN};

/// The most characters of a name that are kept.
const LONGEST_NAME: usize = 256;

/// The most digests of an image that are kept.
const MOST_DIGESTS: usize = 32;

/// A container that runs on a host.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Container {
    /// What runs it.
    runtime: Runtime,
    /// Its id.
    id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    pub(crate) image: RunImage,
    /// The pod that it is of; left out where Kubernetes does not run it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pod: Option<Pod>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
enum Runtime {
    #[serde(rename = "docker")]
    Docker,
    #[serde(rename = "containerd")]
    Containerd,
    #[serde(rename = "podman")]
    Podman,
    #[serde(rename = "cri-o")]
    CriO,
}

/// The image that a container runs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RunImage {
    /// The name that it was run by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// The digest of the manifest for the platform that runs, where that is known. Without it the image is any of those that an
    /// index has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) manifest: Option<Digest>,
    /// Every digest that it is known under: of manifest, index and configuration. The first 32 are kept.
    pub(crate) digests: Vec<Digest>,
}

/// A pod of Kubernetes.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Pod {
    /// The namespace that it is in.
    pub(crate) namespace: String,
    /// Its name.
    name: String,
    pub(crate) workload: Workload,
}

/// What makes pods.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Workload {
    /// What it is, such as `Deployment`; `Pod` for a pod that nothing made.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Its name.
    pub(crate) name: String,
}

/// A digest as OCI writes them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct Digest(String);

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match is_digest(&text) {
            true => Ok(Digest(text)),
            false => Err("a digest is written as sha256:… with 64 hexadecimal digits, or sha512:… with 128"),
        }
    }
}

impl PartialSchema for Digest {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(DIGEST_PATTERN))
            .into()
    }
}

impl ToSchema for Digest {}

impl Container {
    /// Cuts it to what is kept.
    pub(crate) fn bound(&mut self) {
        cut(&mut self.id);
        if let Some(name) = &mut self.name {
            cut(name);
        }
        self.image.bound();
        if let Some(pod) = &mut self.pod {
            cut(&mut pod.namespace);
            cut(&mut pod.name);
            pod.workload.bound();
        }
    }
}

impl RunImage {
    /// As the store has it.
    pub(crate) fn stored(&self) -> assay_store::RunImage {
        assay_store::RunImage {
            digests: self.digests.iter().map(|digest| digest.0.clone()).collect(),
            manifest: self.manifest.as_ref().map(|digest| digest.0.clone()),
        }
    }

    /// Cuts it to what is kept.
    pub(crate) fn bound(&mut self) {
        if let Some(name) = &mut self.name {
            cut(name);
        }
        self.digests.truncate(MOST_DIGESTS);
    }
}

impl Workload {
    /// Cuts it to what is kept.
    pub(crate) fn bound(&mut self) {
        cut(&mut self.kind);
        cut(&mut self.name);
    }
}

/// Cuts a name to what is kept of it, without the one character that a database does not take.
pub(crate) fn cut(name: &mut String) {
    if name.contains('\0') {
        *name = name.replace('\0', "\u{fffd}");
    }
    if let Some((end, _)) = name.char_indices().nth(LONGEST_NAME) {
        name.truncate(end);
    }
}
