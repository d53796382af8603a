//! Our own `assay.inventory/1`, and the packages of `assay.scan/1`: reading back what `assay sbom` wrote.

use assay_model::{
    Artifact, BaseImage, Diagnostic, DiagnosticCode, Distribution, Evidence, Inventory, Layer, Package,
};
use serde::Deserialize;

use super::{collect::Collector, json::parse};
use crate::error::SbomError;

#[derive(Deserialize)]
struct Document {
    artifact: ArtifactJson,
    packages: Vec<PackageJson>,
    #[serde(default)]
    diagnostics: Vec<DiagnosticJson>,
}

#[derive(Deserialize)]
struct ArtifactJson {
    #[serde(default)]
    digest: Option<String>,
    #[serde(default)]
    platform: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    layers: Vec<String>,
    #[serde(default)]
    commands: Vec<String>,
    #[serde(default)]
    kernel: Option<String>,
    #[serde(default)]
    base: Option<BaseJson>,
    #[serde(default)]
    distribution: Option<DistributionJson>,
}

#[derive(Deserialize)]
struct BaseJson {
    name: Option<String>,
    digest: Option<String>,
    #[serde(default)]
    layers: u32,
}

#[derive(Deserialize)]
struct DistributionJson {
    id: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    name: Option<String>,
}

#[derive(Deserialize)]
struct PackageJson {
    purl: String,
    #[serde(default)]
    licences: Vec<String>,
    #[serde(default)]
    owner: Option<String>,
    #[serde(default)]
    evidence: Vec<EvidenceJson>,
}

#[derive(Deserialize)]
struct EvidenceJson {
    path: String,
    #[serde(default)]
    layer: Option<LayerJson>,
}

#[derive(Deserialize)]
struct LayerJson {
    index: u32,
    digest: String,
}

#[derive(Deserialize)]
struct DiagnosticJson {
    code: String,
    #[serde(default)]
    path: Option<String>,
    message: String,
}

/// Reads a document. Codes of diagnostics that this version does not know are left out.
pub(crate) fn read(document: &[u8], mut artifact: Artifact) -> Result<Inventory, SbomError> {
    let document: Document = parse("Assay inventory", document)?;
    let ArtifactJson {
        digest,
        platform,
        tags,
        layers,
        commands,
        kernel,
        base,
        distribution,
    } = document.artifact;
    artifact.digest = digest;
    artifact.platform = platform;
    artifact.tags = tags;
    artifact.layers = layers;
    artifact.commands = commands;
    artifact.kernel = kernel;
    artifact.base = base.map(|BaseJson { name, digest, layers }| BaseImage { name, digest, layers });
    let mut collector = Collector::new(artifact);
    collector.distribution = distribution.map(|DistributionJson { id, version, name }| Distribution {
        // Unstable Debian has no number in os-release; `sid` is how its lack is written.
        version: if version == "sid" { String::new() } else { version },
        id,
        codename: None,
        name,
    });
    for entry in document.packages {
        match entry.purl.parse() {
            Ok(purl) => {
                let mut package = Package::new(purl);
                package.licences = entry.licences;
                package.owner = entry.owner.and_then(|owner| owner.parse().ok());
                package.evidence = entry.evidence.into_iter().map(evidence).collect();
                collector.package(package);
            }
            Err(error) => collector.unidentified(&entry.purl, &format!("has a broken package URL ({error})")),
        }
    }
    let mut inventory = collector.finish();
    for DiagnosticJson { code, path, message } in document.diagnostics {
        // What an assessment said is said anew by the next one.
        let known = DiagnosticCode::ALL
            .into_iter()
            .find(|known| known.as_str() == code && !known.is_prominent());
        inventory
            .diagnostics
            .extend(known.map(|code| Diagnostic { code, path, message }));
    }
    inventory.diagnostics.sort();
    Ok(inventory)
}

fn evidence(EvidenceJson { path, layer }: EvidenceJson) -> Evidence {
    let layer = layer.map(|LayerJson { index, digest }| Layer { index, digest });
    Evidence {
        path,
        layer,
        analyser: "sbom",
    }
}
