//! From a target that the user names to its inventory.

use std::path::Path;

use anyhow::{Context, Result};
use assay_artifacts::{ConnectOptions, Credentials, Judge, OpenOptions, Opened, Platform, Target, Tree};
use assay_inventory::{Forgetful, JarIndex, Memory, MemoryFolder, Registry};
use assay_model::{ArtifactKind, Inventory};

use crate::{cli::Opening, home, progress::Bar};

/// Opens a target and lists what is installed in it.
pub(crate) fn inventory(target: &str, opening: &Opening) -> Result<Inventory> {
    let options = options(opening)?;
    match assay_artifacts::open(&Target::parse(target), &options)? {
        Opened::Tree(tree) => tree_inventory(*tree, opening),
        Opened::Sbom(file) => {
            let document = file.read()?;
            assay_sbom::read(&document, file.artifact.clone())
                .map_err(|error| anyhow::anyhow!("{} {error}", file.place()))
        }
    }
}

fn tree_inventory(tree: Tree, opening: &Opening) -> Result<Inventory> {
    let is_host = tree.artifact().kind == ArtifactKind::Host;
    let mut registry = match tree.artifact().kind {
        ArtifactKind::Repository => Registry::checkout(),
        ArtifactKind::File => Registry::single_file(),
        _ => Registry::default(),
    };
    let mut folder = match opening.no_cache {
        true => None,
        false => home::layers().map(MemoryFolder::new),
    };
    if let Some(path) = &opening.jar_index {
        registry = registry.with_jar_index(JarIndex::open(Path::new(path))?);
        // What the index says is no part of what is remembered.
        folder = None;
    }
    let memory: &dyn Memory = match &folder {
        Some(folder) => folder,
        None => &Forgetful,
    };
    let bar = Bar::new();
    bar.say("reading");
    let outcome = assay_inventory::scan_remembering(tree, &registry, memory, &bar);
    bar.finish();
    let mut inventory = outcome?;
    // A host that is mounted somewhere does not run.
    if is_host && matches!(inventory.artifact.name.as_str(), "host:" | "host:/") {
        inventory.artifact.kernel = Some(rustix::system::uname().release().to_string_lossy().into_owned());
    }
    Ok(inventory)
}

fn options(opening: &Opening) -> Result<OpenOptions> {
    let platform = match &opening.platform {
        Some(text) => Some(Platform::parse(text).with_context(|| {
            format!("\"{text}\" is no platform: write it as OS/ARCHITECTURE, such as linux/arm64")
        })?),
        None => None,
    };
    let credentials = match (
        &opening.registry_token,
        &opening.registry_username,
        &opening.registry_password,
    ) {
        (Some(token), _, _) => Some(Credentials::AccessToken(token.clone())),
        (None, Some(username), Some(password)) => Some(Credentials::Password {
            username: username.clone(),
            password: password.clone(),
        }),
        _ => None,
    };
    Ok(OpenOptions {
        platform,
        reference: opening.image.clone(),
        judge_by: if opening.attached_sbom {
            Judge::AttachedSbom
        } else {
            Judge::Layers
        },
        function_layers: opening.function_layer.clone(),
        registry: ConnectOptions {
            credentials,
            authorities: opening.registry_ca.clone(),
            without_tls: opening.registry_plain_http.clone(),
        },
        is_readable_alone: |path| Registry::single_file().reads(path),
        ..OpenOptions::default()
    })
}
