//! An image from its layers, as each archive form has it.

use serde_json::{Value, json};

use crate::{LayerBuilder, OciFiles, Packing, pack, sha256};

/// Builds one image from uncompressed layers.
#[derive(Clone, Debug)]
pub struct ImageBuilder {
    layers: Vec<Vec<u8>>,
    tag: String,
    architecture: String,
}

impl Default for ImageBuilder {
    fn default() -> ImageBuilder {
        ImageBuilder {
            layers: Vec::new(),
            tag: "test:latest".to_owned(),
            architecture: "amd64".to_owned(),
        }
    }
}

impl ImageBuilder {
    /// An image without layers, tagged `test:latest`, for `linux/amd64`.
    pub fn new() -> ImageBuilder {
        ImageBuilder::default()
    }

    /// With one more layer on top.
    #[must_use]
    pub fn layer(mut self, layer: LayerBuilder) -> ImageBuilder {
        self.layers.push(layer.build());
        self
    }

    /// With one more layer on top, of any bytes.
    #[must_use]
    pub fn raw_layer(mut self, bytes: Vec<u8>) -> ImageBuilder {
        self.layers.push(bytes);
        self
    }

    /// With another tag.
    #[must_use]
    pub fn tag(mut self, tag: &str) -> ImageBuilder {
        tag.clone_into(&mut self.tag);
        self
    }

    /// With another architecture.
    #[must_use]
    pub fn architecture(mut self, architecture: &str) -> ImageBuilder {
        architecture.clone_into(&mut self.architecture);
        self
    }

    /// The digests of the uncompressed layers.
    pub fn diff_ids(&self) -> Vec<String> {
        self.layers.iter().map(|layer| sha256(layer)).collect()
    }

    fn configuration(&self) -> Value {
        json!({
            "architecture": self.architecture,
            "os": "linux",
            "rootfs": { "type": "layers", "diff_ids": self.diff_ids() },
        })
    }

    /// The image as `docker save` wrote it before version 25, the manifest last.
    pub fn docker_archive(&self) -> Vec<u8> {
        self.docker_entries().build()
    }

    fn docker_entries(&self) -> LayerBuilder {
        let config = self.configuration().to_string();
        let config_name = format!("{}.json", sha256(config.as_bytes()).replace("sha256:", ""));
        let names: Vec<String> = (0..self.layers.len())
            .map(|index| format!("{index:064}/layer.tar"))
            .collect();
        let manifest = json!([{ "Config": config_name, "RepoTags": [self.tag], "Layers": names }]);
        let tar = LayerBuilder::new().file(&config_name, &config);
        names
            .iter()
            .zip(&self.layers)
            .fold(tar, |tar, (name, layer)| tar.file(name, layer))
            .file("manifest.json", manifest.to_string())
    }

    /// Adds the image's blobs to a layout and gives the descriptor of its manifest, with tag and platform.
    pub fn add_to(&self, layout: &mut OciFiles, packing: Packing) -> Value {
        let config = layout.document("application/vnd.oci.image.config.v1+json", &self.configuration());
        let media_type = format!("application/vnd.oci.image.layer.v1.tar{}", packing.suffix());
        let layers: Vec<Value> = self
            .layers
            .iter()
            .map(|layer| layout.blob(&media_type, pack(layer, packing)))
            .collect();
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": config,
            "layers": layers,
        });
        let mut descriptor = layout.document("application/vnd.oci.image.manifest.v1+json", &manifest);
        descriptor["platform"] = json!({ "os": "linux", "architecture": self.architecture });
        descriptor["annotations"] = json!({ "org.opencontainers.image.ref.name": self.tag });
        descriptor
    }

    /// The image as an OCI layout of its own.
    pub fn oci(&self, packing: Packing) -> OciFiles {
        let mut layout = OciFiles::new();
        let descriptor = self.add_to(&mut layout, packing);
        layout.name(descriptor);
        layout
    }
}
