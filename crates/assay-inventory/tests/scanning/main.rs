//! Whole trees to inventories: what layers do to each other, and that every form of a tree gives the same.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod analysers;
mod forms;
mod layers;
mod rpm;
mod systems;
mod whole;

use std::io::Write;

use assay_artifacts::{OpenOptions, Opened, Target, open};
use assay_inventory::{Registry, Silent, scan};
use assay_model::Inventory;
use assay_testkit::{ImageBuilder, LayerBuilder};

/// Scans a target for what is installed.
pub(crate) fn scan_target(target: &str, options: &OpenOptions) -> Inventory {
    scan_target_with(&Registry::default(), target, options)
}

fn scan_target_with(registry: &Registry, target: &str, options: &OpenOptions) -> Inventory {
    match open(&Target::parse(target), options).unwrap() {
        Opened::Tree(tree) => scan(*tree, registry, &Silent).unwrap(),
        Opened::Sbom(_) => panic!("{target} is a bill of materials"),
    }
}

/// Scans an archive in memory.
pub(crate) fn scan_bytes(bytes: &[u8], options: &OpenOptions) -> Inventory {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    scan_target(&file.path().display().to_string(), options)
}

/// Scans an image of these layers, base first.
pub(crate) fn scan_layers(layers: Vec<LayerBuilder>) -> Inventory {
    scan_layers_with(&Registry::default(), layers)
}

/// Scans an image of these layers, base first, with these analysers.
pub(crate) fn scan_layers_with(registry: &Registry, layers: Vec<LayerBuilder>) -> Inventory {
    let image = layers.into_iter().fold(ImageBuilder::new(), ImageBuilder::layer);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&image.docker_archive()).unwrap();
    scan_target_with(
        registry,
        &file.path().display().to_string(),
        &OpenOptions::default(),
    )
}

/// One line a package: purl, evidence as `path[layer]`, owner.
pub(crate) fn describe(inventory: &Inventory) -> Vec<String> {
    inventory
        .packages
        .iter()
        .map(|package| {
            let evidence: Vec<String> = package
                .evidence
                .iter()
                .map(|evidence| match &evidence.layer {
                    Some(layer) => format!("{}[{}]", evidence.path, layer.index),
                    None => evidence.path.clone(),
                })
                .collect();
            let owner = package
                .owner
                .as_ref()
                .map(|owner| format!(" owned by {}", owner.name))
                .unwrap_or_default();
            format!("{} at {}{owner}", package.purl, evidence.join(" and "))
        })
        .collect()
}

/// The content of a package.json.
pub(crate) fn package_json(name: &str, version: &str) -> String {
    format!(r#"{{"name": "{name}", "version": "{version}"}}"#)
}

/// A paragraph of dpkg's status.
pub(crate) fn dpkg(name: &str, version: &str) -> String {
    format!("Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n\n")
}

/// Debian's os-release.
pub(crate) const DEBIAN: &str =
    "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n";
