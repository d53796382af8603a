//! The parts that several of our JSON documents share, field by field in the order in which they are written.

use assay_intel::{Index, IntelligenceKind};
use assay_model::{Artifact, BaseImage, Diagnostic, Distribution, Evidence, Inventory, Layer, Package};
use serde::Serialize;

/// `artifact`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ArtifactJson<'a> {
    name: &'a str,
    kind: &'static str,
    digest: Option<&'a str>,
    platform: Option<&'a str>,
    tags: &'a [String],
    layers: &'a [String],
    commands: &'a [String],
    kernel: Option<&'a str>,
    base: Option<BaseJson<'a>>,
    distribution: Option<DistributionJson<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DistributionJson<'a> {
    id: &'a str,
    version: &'a str,
    name: String,
    ecosystem: Option<String>,
}

/// `packages[]`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PackageJson<'a> {
    purl: String,
    licences: &'a [String],
    owner: Option<String>,
    evidence: Vec<EvidenceJson<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EvidenceJson<'a> {
    path: &'a str,
    analyser: &'a str,
    layer: Option<LayerJson<'a>>,
}

#[derive(Serialize)]
struct LayerJson<'a> {
    index: u32,
    digest: &'a str,
}

/// `diagnostics[]`
#[derive(Serialize)]
pub(crate) struct DiagnosticJson<'a> {
    code: &'static str,
    path: Option<&'a str>,
    message: &'a str,
}

/// `intelligence`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IntelligenceJson<'a> {
    kind: &'static str,
    generation: String,
    date: &'a str,
    built: &'a str,
    bytes: u64,
    advisories: u64,
    vulnerabilities: u64,
    packages: u64,
    feeds: Vec<FeedJson<'a>>,
}

#[derive(Serialize)]
struct BaseJson<'a> {
    name: Option<&'a str>,
    digest: Option<&'a str>,
    layers: u32,
}

#[derive(Serialize)]
struct FeedJson<'a> {
    name: &'a str,
    date: Option<&'a str>,
    records: u64,
    warnings: &'a [String],
}

pub(crate) fn artifact(inventory: &Inventory) -> ArtifactJson<'_> {
    let Artifact {
        name,
        kind,
        digest,
        platform,
        tags,
        layers,
        commands,
        kernel,
        base,
    } = &inventory.artifact;
    ArtifactJson {
        name,
        kind: kind.as_str(),
        digest: digest.as_deref(),
        platform: platform.as_deref(),
        tags,
        layers,
        commands,
        kernel: kernel.as_deref(),
        base: base.as_ref().map(base_image),
        distribution: inventory.distribution.as_ref().map(distribution),
    }
}

fn base_image(BaseImage { name, digest, layers }: &BaseImage) -> BaseJson<'_> {
    BaseJson {
        name: name.as_deref(),
        digest: digest.as_deref(),
        layers: *layers,
    }
}

fn distribution(distribution: &Distribution) -> DistributionJson<'_> {
    DistributionJson {
        id: &distribution.id,
        version: distribution.release_number(),
        name: distribution.display_name(),
        ecosystem: distribution.ecosystem().map(|ecosystem| ecosystem.to_string()),
    }
}

pub(crate) fn package(package: &Package) -> PackageJson<'_> {
    PackageJson {
        purl: package.purl.to_string(),
        licences: &package.licences,
        owner: package.owner.as_ref().map(ToString::to_string),
        evidence: package.evidence.iter().map(evidence).collect(),
    }
}

fn evidence(
    Evidence {
        path,
        layer,
        analyser,
    }: &Evidence,
) -> EvidenceJson<'_> {
    let layer = layer.as_ref().map(|Layer { index, digest }| LayerJson {
        index: *index,
        digest,
    });
    EvidenceJson {
        path,
        analyser,
        layer,
    }
}

pub(crate) fn diagnostic(Diagnostic { code, path, message }: &Diagnostic) -> DiagnosticJson<'_> {
    DiagnosticJson {
        code: code.as_str(),
        path: path.as_deref(),
        message,
    }
}

pub(crate) fn intelligence(index: &Index) -> IntelligenceJson<'_> {
    let metadata = index.metadata();
    IntelligenceJson {
        kind: kind_word(metadata.kind),
        generation: index.generation(),
        date: metadata.date(),
        built: &metadata.built,
        bytes: index.file_length(),
        advisories: metadata.counts.advisories,
        vulnerabilities: metadata.counts.vulnerabilities,
        packages: metadata.counts.packages,
        feeds: metadata
            .feeds
            .iter()
            .map(|feed| FeedJson {
                name: &feed.name,
                date: feed.date.as_deref(),
                records: feed.records,
                warnings: &feed.warnings,
            })
            .collect(),
    }
}

pub(crate) fn kind_word(kind: IntelligenceKind) -> &'static str {
    match kind {
        IntelligenceKind::Upstream => "upstream",
        IntelligenceKind::Starter => "starter",
    }
}
