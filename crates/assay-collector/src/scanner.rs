//! Reading as `assay scan` does.

use std::{io, panic::AssertUnwindSafe, path::PathBuf};

use assay_artifacts::{ArtifactError, OpenOptions, Opened, Tree};
use assay_inventory::{Forgetful, Memory, MemoryFolder, Registry, Silent};
use assay_model::Inventory;
use thiserror::Error;

use crate::reading::{FunctionLayer, ReadError, Reader, Target, Unreadable, UnreadableReason};

/// Lists what is installed in targets, and remembers layers that it read.
#[derive(Debug)]
pub struct Scanner {
    layers: Option<PathBuf>,
}

impl Scanner {
    /// A scanner that remembers layers in a folder; `None` has it forget them.
    pub fn new(layers: Option<PathBuf>) -> Scanner {
        Scanner { layers }
    }

    fn document(&self, target: &Target) -> Result<Vec<u8>, ScanError> {
        let inventory = self.inventory(target)?;
        let mut document = Vec::new();
        assay_reports::write_inventory(&inventory, &mut document)?;
        Ok(document)
    }

    fn inventory(&self, target: &Target) -> Result<Inventory, ScanError> {
        let tree = open(target)?;
        // What was not used for long is removed when the folder is let go of, so each scan opens it.
        let folder = self.layers.clone().map(MemoryFolder::new);
        let memory: &dyn Memory = match &folder {
            Some(folder) => folder,
            None => &Forgetful,
        };
        let mut inventory = assay_inventory::scan_remembering(tree, &Registry::default(), memory, &Silent)?;
        if let Target::Function { layers, .. } = target {
            name_layers(&mut inventory, layers);
        }
        Ok(inventory)
    }
}

impl Reader for Scanner {
    fn read(&self, target: &Target) -> Result<Vec<u8>, ReadError> {
        // One that makes a reader fail must not end the others.
        let read = std::panic::catch_unwind(AssertUnwindSafe(|| self.document(target)));
        let failed = |message: String| {
            ReadError::Lasting(Unreadable {
                reason: UnreadableReason::InternalError,
                message,
            })
        };
        match read {
            Ok(Ok(document)) => Ok(document),
            Ok(Err(ScanError::Artifact(error))) => Err((&error).into()),
            Ok(Err(error)) => Err(failed(error.to_string())),
            Err(_) => Err(failed(format!("reading {target} failed"))),
        }
    }
}

#[derive(Debug, Error)]
enum ScanError {
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    #[error("{0} is an SBOM")]
    Sbom(String),
    #[error("cannot write the inventory: {0}")]
    Writing(#[from] io::Error),
}

fn open(target: &Target) -> Result<Tree, ScanError> {
    let usual = OpenOptions::default();
    let (name, options) = match target {
        Target::Image { reference, registry } => {
            let registry = registry.clone();
            (format!("registry:{reference}"), OpenOptions { registry, ..usual })
        }
        Target::Function { package, layers } => {
            let function_layers = layers.iter().map(|layer| layer.file.clone()).collect();
            (
                format!("function:{}", package.display()),
                OpenOptions {
                    function_layers,
                    ..usual
                },
            )
        }
        Target::Host { name, disks } => return Ok(assay_artifacts::open_host(name, disks, &usual)?),
    };
    match assay_artifacts::open(&assay_artifacts::Target::parse(&name), &options)? {
        Opened::Tree(tree) => Ok(*tree),
        Opened::Sbom(file) => Err(ScanError::Sbom(file.place().to_string())),
    }
}

/// Calls layers of a function by their names, as whoever uses them does.
fn name_layers(inventory: &mut Inventory, layers: &[FunctionLayer]) {
    let evidence = inventory
        .packages
        .iter_mut()
        .flat_map(|package| &mut package.evidence);
    for layer in evidence.filter_map(|evidence| evidence.layer.as_mut()) {
        let named = usize::try_from(layer.index)
            .ok()
            .and_then(|index| layers.get(index));
        if let Some(named) = named {
            layer.digest.clone_from(&named.arn);
        }
    }
}
