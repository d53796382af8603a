//! What containerd keeps in its database: the names of images, and containers.
//!
//! Source: containerd's `metadata/buckets.go`: `v1 / NAMESPACE / images / NAME / target / digest` and
//! `v1 / NAMESPACE / containers / ID`, with `image` and `labels` in it.

use std::{collections::BTreeMap, fs::File, path::Path};

use super::{
    beneath,
    bolt::{Bolt, Bucket, Value},
};
use crate::{ArtifactError, RandomAccess, error, parts::open_regular};

/// Where the database is below containerd's root.
pub(super) const METADATA: &str = "io.containerd.metadata.v1.bolt/meta.db";

/// An image by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedImage {
    /// The name: `docker.io/library/nginx:1`, `docker.io/library/nginx@sha256:…` or, by Kubernetes, `sha256:…`.
    pub name: String,
    /// The digest of its manifest or index.
    pub digest: String,
}

/// A container that was made, whether it runs or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeContainer {
    /// Its id.
    pub id: String,
    /// The name of its image; empty where whoever made it keeps images elsewhere.
    pub image: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
}

/// containerd's database, opened.
#[derive(Debug)]
pub struct Metadata {
    file: File,
    len: u64,
    place: String,
}

impl Metadata {
    /// Opens the database below containerd's root.
    ///
    /// # Errors
    ///
    /// A file that is not there, or behind a link.
    pub fn open(root: &Path) -> Result<Metadata, ArtifactError> {
        let path = beneath(root, METADATA)?;
        let (file, len) = open_regular(&path).map_err(|error| ArtifactError::from_open(&path, error))?;
        Ok(Metadata {
            file,
            len,
            place: error::quoted(&path),
        })
    }

    /// The names of the namespaces, in order.
    ///
    /// # Errors
    ///
    /// A file that is no such database.
    pub fn namespaces(&self) -> Result<Vec<String>, ArtifactError> {
        let bolt = self.bolt()?;
        match bolt.bucket(&bolt.root(), "v1")? {
            Some(version) => Ok(buckets(&bolt, &version)?
                .into_iter()
                .map(|(name, _)| name)
                .collect()),
            None => Ok(Vec::new()),
        }
    }

    /// The images of a namespace, in order of their names.
    ///
    /// # Errors
    ///
    /// A file that is no such database.
    pub fn images(&self, namespace: &str) -> Result<Vec<NamedImage>, ArtifactError> {
        let bolt = self.bolt()?;
        let mut images = Vec::new();
        for (name, image) in objects(&bolt, namespace, "images")? {
            if let Some(target) = bolt.bucket(&image, "target")? {
                let digest = texts(&bolt, &target)?.remove("digest");
                images.extend(digest.map(|digest| NamedImage { name, digest }));
            }
        }
        Ok(images)
    }

    /// The containers of a namespace, in order of their ids.
    ///
    /// # Errors
    ///
    /// A file that is no such database.
    pub fn containers(&self, namespace: &str) -> Result<Vec<MadeContainer>, ArtifactError> {
        let bolt = self.bolt()?;
        let mut containers = Vec::new();
        for (id, container) in objects(&bolt, namespace, "containers")? {
            let labels = match bolt.bucket(&container, "labels")? {
                Some(labels) => texts(&bolt, &labels)?,
                None => BTreeMap::new(),
            };
            containers.push(MadeContainer {
                id,
                image: texts(&bolt, &container)?.remove("image").unwrap_or_default(),
                labels,
            });
        }
        Ok(containers)
    }

    fn bolt(&self) -> Result<Bolt<'_>, ArtifactError> {
        Bolt::open(RandomAccess::in_file(&self.file, 0, self.len), self.place.clone())
    }
}

/// The objects of a type in a namespace.
fn objects(bolt: &Bolt<'_>, namespace: &str, kind: &str) -> Result<Vec<(String, Bucket)>, ArtifactError> {
    let mut at = bolt.root();
    for name in ["v1", namespace, kind] {
        match bolt.bucket(&at, name)? {
            Some(below) => at = below,
            None => return Ok(Vec::new()),
        }
    }
    buckets(bolt, &at)
}

fn buckets(bolt: &Bolt<'_>, parent: &Bucket) -> Result<Vec<(String, Bucket)>, ArtifactError> {
    let entries = bolt.entries(parent)?.into_iter();
    Ok(entries
        .filter_map(|(key, value)| match value {
            Value::Bucket(bucket) => Some((String::from_utf8_lossy(&key).into_owned(), bucket)),
            Value::Bytes(_) => None,
        })
        .collect())
}

/// The values of a bucket that are texts.
fn texts(bolt: &Bolt<'_>, bucket: &Bucket) -> Result<BTreeMap<String, String>, ArtifactError> {
    let entries = bolt.entries(bucket)?.into_iter();
    Ok(entries
        .filter_map(|(key, value)| match value {
            Value::Bytes(bytes) => Some((String::from_utf8(key).ok()?, String::from_utf8(bytes).ok()?)),
            Value::Bucket(_) => None,
        })
        .collect())
}
