//! The files of an OCI layout.

use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::LayerBuilder;

/// The digest of bytes as `sha256:…`.
pub fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// The files of an OCI layout by path, blob by blob.
#[derive(Clone, Debug, Default)]
pub struct OciFiles {
    files: Vec<(String, Vec<u8>)>,
    manifests: Vec<Value>,
}

impl OciFiles {
    /// A layout without blobs.
    pub fn new() -> OciFiles {
        OciFiles::default()
    }

    /// Adds a blob and gives its descriptor.
    pub fn blob(&mut self, media_type: &str, bytes: Vec<u8>) -> Value {
        let digest = sha256(&bytes);
        let descriptor = json!({ "mediaType": media_type, "digest": digest, "size": bytes.len() });
        self.files.push((blob_path(&digest), bytes));
        descriptor
    }

    /// Adds a JSON document as a blob and gives its descriptor.
    pub fn document(&mut self, media_type: &str, document: &Value) -> Value {
        self.blob(media_type, document.to_string().into_bytes())
    }

    /// Names a descriptor in the index.
    pub fn name(&mut self, descriptor: Value) {
        self.manifests.push(descriptor);
    }

    /// Replaces the bytes of a blob and leaves its name as it was.
    pub fn corrupt(&mut self, digest: &str, bytes: Vec<u8>) {
        let path = blob_path(digest);
        let blob = self
            .files
            .iter_mut()
            .find(|(name, _)| *name == path)
            .expect("a blob of the layout");
        blob.1 = bytes;
    }

    /// Takes a blob away and leaves what refers to it.
    pub fn remove(&mut self, digest: &str) {
        let path = blob_path(digest);
        self.files.retain(|(name, _)| *name != path);
    }

    /// All files with `oci-layout` and `index.json`.
    pub fn finish(mut self) -> Vec<(String, Vec<u8>)> {
        let index = json!({ "schemaVersion": 2, "manifests": self.manifests });
        self.files
            .push(("index.json".to_owned(), index.to_string().into_bytes()));
        let marker = json!({ "imageLayoutVersion": "1.0.0" });
        self.files
            .push(("oci-layout".to_owned(), marker.to_string().into_bytes()));
        self.files
    }

    /// The layout as a tar.
    pub fn archive(self) -> Vec<u8> {
        self.finish()
            .iter()
            .fold(LayerBuilder::new(), |tar, (name, bytes)| tar.file(name, bytes))
            .build()
    }

    /// Writes the layout into a directory.
    pub fn write_to(self, directory: &Path) {
        for (name, bytes) in self.finish() {
            let path = directory.join(name);
            std::fs::create_dir_all(path.parent().expect("a path with a directory"))
                .expect("a new directory");
            std::fs::write(path, bytes).expect("a new file");
        }
    }
}

fn blob_path(digest: &str) -> String {
    format!("blobs/{}", digest.replace(':', "/"))
}
