//! CycloneDX in JSON, versions 1.2 to 1.7.
//!
//! Source: the CycloneDX specification; the properties are those that Trivy and Syft write.

use assay_model::{Artifact, Distribution, Inventory, Package, Purl};
use serde::Deserialize;

use super::{
    collect::{Collector, evidence},
    json::parse,
    purl::{SourcePackage, normalize},
};
use crate::error::SbomError;

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    metadata: Option<Metadata>,
    #[serde(default)]
    components: Option<Vec<Component>>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    component: Option<Component>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Component {
    #[serde(rename = "type")]
    kind: String,
    group: Option<String>,
    name: Option<String>,
    version: Option<String>,
    purl: Option<String>,
    licenses: Option<Vec<LicenceChoice>>,
    properties: Option<Vec<Property>>,
    evidence: Option<EvidenceJson>,
    components: Option<Vec<Component>>,
}

#[derive(Deserialize)]
struct LicenceChoice {
    #[serde(default)]
    license: Option<Licence>,
    #[serde(default)]
    expression: Option<String>,
}

#[derive(Deserialize)]
struct Licence {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    name: Option<String>,
}

#[derive(Deserialize)]
struct Property {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    value: Option<String>,
}

#[derive(Deserialize)]
struct EvidenceJson {
    #[serde(default)]
    occurrences: Option<Vec<Occurrence>>,
}

#[derive(Deserialize)]
struct Occurrence {
    #[serde(default)]
    location: Option<String>,
}

/// Reads a document.
pub(crate) fn read(document: &[u8], artifact: Artifact) -> Result<Inventory, SbomError> {
    let document: Document = parse("CycloneDX", document)?;
    let mut collector = Collector::new(artifact);
    // What the document is about may be a package itself, or the image that has the packages.
    if let Some(root) = document.metadata.and_then(|metadata| metadata.component) {
        let is_package =
            root.purl.is_some() && !matches!(root.kind.as_str(), "container" | "firmware" | "device");
        walk(
            Component {
                purl: root.purl.filter(|_| is_package),
                ..root
            },
            &mut collector,
        );
    }
    for component in document.components.into_iter().flatten() {
        walk(component, &mut collector);
    }
    Ok(collector.finish())
}

/// Depth is bounded by the JSON parser's.
fn walk(mut component: Component, collector: &mut Collector) {
    let nested = component.components.take();
    take(&component, collector);
    for inner in nested.into_iter().flatten() {
        walk(inner, collector);
    }
}

fn take(component: &Component, collector: &mut Collector) {
    if component.kind == "operating-system" {
        let id = component.name.as_deref().unwrap_or_default();
        let version = component.version.as_deref().unwrap_or_default();
        let qualifier = if version.is_empty() {
            id.to_owned()
        } else {
            format!("{id}-{version}")
        };
        collector.distribution = Some(Distribution::from_qualifier(&qualifier));
        return;
    }
    let name = component.label();
    let Some(text) = &component.purl else {
        // Files, containers and the like are no packages; a library without identity is worth a word.
        if matches!(component.kind.as_str(), "library" | "framework") {
            collector.unidentified(&name, "has no package URL");
        }
        return;
    };
    let purl: Purl = match text.parse() {
        Ok(purl) => purl,
        Err(error) => return collector.unidentified(&name, &format!("has a broken package URL ({error})")),
    };
    let mut package = Package::new(normalize(purl, component.source_package().as_ref()));
    package.licences = component.licences();
    package.evidence = component.locations().map(evidence).collect();
    package.owner = component
        .property("assay:owner")
        .and_then(|owner| owner.parse().ok());
    collector.package(package);
}

impl Component {
    fn label(&self) -> String {
        let name = self.name.as_deref().unwrap_or("a component without name");
        let group = self.group.as_deref().filter(|group| !group.is_empty());
        let version = self.version.as_deref().filter(|version| !version.is_empty());
        let group = group.map(|group| format!("{group}/")).unwrap_or_default();
        let version = version.map(|version| format!(" {version}")).unwrap_or_default();
        format!("{group}{name}{version}")
    }

    fn property(&self, name: &str) -> Option<&str> {
        let mut properties = self.properties.iter().flatten();
        properties
            .find(|property| property.name.as_deref() == Some(name))?
            .value
            .as_deref()
    }

    /// The source package as Trivy states it; Syft writes `upstream` into the package URL.
    fn source_package(&self) -> Option<SourcePackage> {
        let stated = |what: &str| {
            self.property(&format!("aquasecurity:trivy:{what}"))
                .filter(|text| !text.is_empty())
        };
        let name = stated("SrcName")?.to_owned();
        let version = stated("SrcVersion").map(|version| {
            let epoch = stated("SrcEpoch")
                .map(|epoch| format!("{epoch}:"))
                .unwrap_or_default();
            let release = stated("SrcRelease")
                .map(|release| format!("-{release}"))
                .unwrap_or_default();
            format!("{epoch}{version}{release}")
        });
        Some(SourcePackage { name, version })
    }

    fn licences(&self) -> Vec<String> {
        let choices = self.licenses.iter().flatten();
        let texts = choices.filter_map(|choice| {
            let licence = choice
                .license
                .as_ref()
                .and_then(|licence| licence.id.clone().or_else(|| licence.name.clone()));
            licence.or_else(|| choice.expression.clone())
        });
        texts.filter(|text| !text.trim().is_empty()).collect()
    }

    fn locations(&self) -> impl Iterator<Item = &str> {
        let occurrences = self
            .evidence
            .iter()
            .flat_map(|evidence| evidence.occurrences.iter().flatten());
        let stated = occurrences.filter_map(|occurrence| occurrence.location.as_deref());
        let by_property = self.properties.iter().flatten().filter(|property| {
            property.name.as_deref().is_some_and(|name| {
                matches!(name, "assay:path" | "aquasecurity:trivy:FilePath")
                    || name.starts_with("syft:location:") && name.ends_with(":path")
            })
        });
        stated.chain(by_property.filter_map(|property| property.value.as_deref()))
    }
}
