//! CycloneDX in JSON, versions 1.4 to 1.6.
//!
//! Evidence stands in `evidence.occurrences` since 1.5 and in properties before; owner and layer stand in
//! properties of our own, so that reading a document back gives the same inventory to judge.
//!
//! Source: the CycloneDX specification and its JSON schemas.

use std::io::{self, Write};

use assay_model::{ArtifactKind, Evidence, Inventory, Package};
use serde_json::{Map, Value, json};

use super::{
    identity::{digest, uuid},
    licence::Licence,
    supplement::Supplement,
};

/// The references of what the document is about, and of its operating system.
const ARTIFACT: &str = "artifact";
const OPERATING_SYSTEM: &str = "operating-system";

/// The version of the specification that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CycloneDxVersion {
    /// 1.4.
    V1_4,
    /// 1.5.
    V1_5,
    /// 1.6.
    V1_6,
}

impl CycloneDxVersion {
    fn as_str(self) -> &'static str {
        match self {
            CycloneDxVersion::V1_4 => "1.4",
            CycloneDxVersion::V1_5 => "1.5",
            CycloneDxVersion::V1_6 => "1.6",
        }
    }
}

/// Writes an inventory as a CycloneDX document with a final newline.
///
/// # Errors
///
/// When `out` refuses.
pub fn write_cyclonedx(
    inventory: &Inventory,
    version: CycloneDxVersion,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_cyclonedx_with(inventory, version, &Supplement::default(), out)
}

/// Writes an inventory as a CycloneDX document with a final newline, with more than the inventory holds.
///
/// # Errors
///
/// When `out` refuses.
pub fn write_cyclonedx_with(
    inventory: &Inventory,
    version: CycloneDxVersion,
    supplement: &Supplement,
    out: &mut dyn Write,
) -> io::Result<()> {
    let number = version.as_str();
    let mut components: Vec<Value> = Vec::with_capacity(inventory.packages.len() + 1);
    components.extend(operating_system(inventory));
    components.extend(
        inventory
            .packages
            .iter()
            .map(|package| component(package, version)),
    );
    let mut metadata = json!({"tools": tools(version), "component": subject(inventory)});
    if let Some(created) = supplement.created {
        metadata["timestamp"] = json!(created.to_string());
    }
    let properties = supplement.properties.iter();
    set_properties(
        &mut metadata,
        properties.map(|(name, value)| (*name, value.as_str())),
    );
    let mut document = json!({
        "$schema": format!("http://cyclonedx.org/schema/bom-{number}.schema.json"),
        "bomFormat": "CycloneDX",
        "specVersion": number,
        "serialNumber": format!("urn:uuid:{}", uuid(&digest(inventory, supplement))),
        "version": 1,
        "metadata": metadata,
        "components": components,
    });
    if !supplement.vulnerabilities.is_empty() {
        document["vulnerabilities"] = json!(vulnerabilities(inventory, supplement));
    }
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn vulnerabilities(inventory: &Inventory, supplement: &Supplement) -> Vec<Value> {
    // What no package has is the operating system's, or else the whole thing's.
    let whole = match inventory.distribution {
        Some(_) => OPERATING_SYSTEM,
        None => ARTIFACT,
    };
    let flaws = supplement.vulnerabilities.iter().map(|flaw| {
        let packages = flaw.packages.iter().map(String::as_str);
        let affected: Vec<&str> = match flaw.packages.is_empty() {
            true => vec![whole],
            false => packages.collect(),
        };
        let affects: Vec<Value> = affected
            .iter()
            .map(|reference| json!({"ref": reference}))
            .collect();
        json!({"id": flaw.id, "affects": affects})
    });
    flaws.collect()
}

fn tools(version: CycloneDxVersion) -> Value {
    let tool = env!("CARGO_PKG_VERSION");
    match version {
        CycloneDxVersion::V1_4 => json!([{"name": "assay", "version": tool}]),
        _ => json!({"components": [{"type": "application", "name": "assay", "version": tool}]}),
    }
}

/// What the document is about.
fn subject(inventory: &Inventory) -> Value {
    let artifact = &inventory.artifact;
    let kind = match artifact.kind {
        ArtifactKind::DockerArchive
        | ArtifactKind::OciLayout
        | ArtifactKind::Image
        | ArtifactKind::ContainerStorage => "container",
        ArtifactKind::Host | ArtifactKind::Disk => "device",
        ArtifactKind::File => "file",
        ArtifactKind::Directory
        | ArtifactKind::Archive
        | ArtifactKind::Repository
        | ArtifactKind::Function
        | ArtifactKind::Sbom => "application",
    };
    let mut subject = json!({"bom-ref": ARTIFACT, "type": kind, "name": artifact.name});
    if let Some(digest) = &artifact.digest {
        subject["version"] = json!(digest);
    }
    let layers = artifact
        .layers
        .iter()
        .map(|layer| ("assay:layer", layer.as_str()));
    let tags = artifact.tags.iter().map(|tag| ("assay:tag", tag.as_str()));
    let platform = artifact
        .platform
        .iter()
        .map(|platform| ("assay:platform", platform.as_str()));
    set_properties(&mut subject, platform.chain(tags).chain(layers));
    subject
}

fn operating_system(inventory: &Inventory) -> Option<Value> {
    let distribution = inventory.distribution.as_ref()?;
    let mut component =
        json!({"bom-ref": OPERATING_SYSTEM, "type": "operating-system", "name": distribution.id});
    let version = distribution.release_number();
    if !version.is_empty() {
        component["version"] = json!(version);
    }
    if let Some(name) = &distribution.name {
        component["description"] = json!(name);
    }
    Some(component)
}

fn component(package: &Package, version: CycloneDxVersion) -> Value {
    let purl = package.purl.to_string();
    let mut component = Map::new();
    component.insert("bom-ref".to_owned(), json!(purl));
    component.insert("type".to_owned(), json!("library"));
    // The group of Maven, the scope of npm; a distribution's vendor is no part of the name.
    let is_system = matches!(package.purl.kind.as_str(), "deb" | "apk" | "rpm");
    if let Some(namespace) = package.purl.namespace.as_ref().filter(|_| !is_system) {
        component.insert("group".to_owned(), json!(namespace));
    }
    component.insert("name".to_owned(), json!(package.purl.name));
    // Before 1.4 a version was mandatory, and readers still expect the member.
    component.insert(
        "version".to_owned(),
        json!(package.purl.version.as_deref().unwrap_or_default()),
    );
    let licences = licences(&package.licences);
    if !licences.is_empty() {
        component.insert("licenses".to_owned(), json!(licences));
    }
    component.insert("purl".to_owned(), json!(purl));
    if version >= CycloneDxVersion::V1_5 && !package.evidence.is_empty() {
        let occurrences: Vec<Value> = package
            .evidence
            .iter()
            .map(|evidence| json!({"location": evidence.path}))
            .collect();
        component.insert("evidence".to_owned(), json!({"occurrences": occurrences}));
    }
    let mut component = Value::Object(component);
    let owner = package
        .owner
        .as_ref()
        .map(|owner| ("assay:owner".to_owned(), owner.to_string()));
    let evidence = package
        .evidence
        .iter()
        .flat_map(|evidence| evidence_properties(evidence, version));
    let properties: Vec<(String, String)> = owner.into_iter().chain(evidence).collect();
    set_properties(
        &mut component,
        properties
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    component
}

/// What `evidence` has no place for: the path before 1.5, and the layer.
fn evidence_properties(
    evidence: &Evidence,
    version: CycloneDxVersion,
) -> impl Iterator<Item = (String, String)> {
    let path = (version < CycloneDxVersion::V1_5).then(|| ("assay:path".to_owned(), evidence.path.clone()));
    let layer = evidence
        .layer
        .as_ref()
        .map(|layer| ("assay:layer".to_owned(), layer.digest.clone()));
    let analyser = ("assay:analyser".to_owned(), evidence.analyser.to_owned());
    path.into_iter().chain(layer).chain([analyser])
}

fn set_properties<'a>(component: &mut Value, properties: impl Iterator<Item = (&'a str, &'a str)>) {
    let properties: Vec<Value> = properties
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    if !properties.is_empty() {
        component["properties"] = json!(properties);
    }
}

/// Either licences one by one or a single expression, as the schema wants it.
fn licences(recorded: &[String]) -> Vec<Value> {
    let licences: Vec<Licence<'_>> = recorded
        .iter()
        .filter(|text| !text.trim().is_empty())
        .map(|text| Licence::of(text))
        .collect();
    if let [Licence::Expression(expression)] = licences.as_slice() {
        return vec![json!({"expression": expression})];
    }
    let choice = |licence: &Licence<'_>| match licence {
        Licence::Listed(id) => json!({"license": {"id": id}}),
        Licence::Expression(words) => json!({"license": {"name": words}}),
        Licence::Words(words) => json!({"license": {"name": words}}),
    };
    licences.iter().map(choice).collect()
}
