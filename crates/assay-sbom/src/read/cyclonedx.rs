//! CycloneDX in JSON, versions 1.2 to 1.7.
//!
//! Source: the CycloneDX specification; the properties are those that Trivy, Syft and Inspector's SBOM generator write.

use assay_model::{Artifact, Distribution, Inventory, Package, Purl};
use serde::Deserialize;

use super::{
    collect::{Collector, evidence},
    distribution,
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
    #[serde(rename = "bom-ref")]
    reference: Option<String>,
    group: Option<String>,
    name: Option<String>,
    version: Option<String>,
    purl: Option<String>,
    licenses: Option<Vec<LicenceChoice>>,
    properties: Option<Vec<Property>>,
    evidence: Option<EvidenceJson>,
    components: Option<Vec<Component>>,
    /// Whether the document is about it.
    #[serde(skip)]
    is_subject: bool,
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
    let mut collector = Collector::new(artifact);
    for component in flat(parse("CycloneDX", document)?) {
        take(&component, &mut collector);
    }
    Ok(collector.finish())
}

/// A component as its document has it, with the package that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BomComponent {
    /// Its `bom-ref`, if it has one.
    pub reference: Option<String>,
    /// Its type, such as `library` or `operating-system`.
    pub kind: String,
    /// Its group.
    pub group: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Its package URL as it stands there.
    pub purl: Option<String>,
    /// The package as [`read`](crate::read) gives it, before it is joined with its equals; `None` without a package URL.
    pub package: Option<Package>,
}

/// The components of a CycloneDX document in their order, nested ones behind those that have them. The first may be what
/// the document is about, when that is a package.
///
/// # Errors
///
/// When the document as a whole cannot be read.
pub fn bom_components(document: &[u8]) -> Result<Vec<BomComponent>, SbomError> {
    let components = flat(parse("CycloneDX", document)?).into_iter();
    let told = components.filter_map(|component| {
        let package = match component.package() {
            Identified::Package(package) => Some(*package),
            Identified::Nothing if component.is_subject => return None,
            Identified::OperatingSystem(_) | Identified::Nothing | Identified::Unidentified(_) => None,
        };
        Some(BomComponent {
            reference: component.reference,
            kind: component.kind,
            group: component.group,
            name: component.name,
            version: component.version,
            purl: component.purl,
            package,
        })
    });
    Ok(told.collect())
}

/// All components, nested ones behind those that have them, first what the document is about. Depth is bounded by the
/// JSON parser's.
fn flat(document: Document) -> Vec<Component> {
    let mut components = Vec::new();
    // What the document is about may be a package itself, or the image that has the packages.
    if let Some(root) = document.metadata.and_then(|metadata| metadata.component) {
        let is_package =
            root.purl.is_some() && !matches!(root.kind.as_str(), "container" | "firmware" | "device");
        let root = Component {
            purl: root.purl.filter(|_| is_package),
            is_subject: true,
            ..root
        };
        flatten(root, &mut components);
    }
    for component in document.components.into_iter().flatten() {
        flatten(component, &mut components);
    }
    components
}

fn flatten(mut component: Component, components: &mut Vec<Component>) {
    let nested = component.components.take();
    components.push(component);
    for inner in nested.into_iter().flatten() {
        flatten(inner, components);
    }
}

/// What a component stands for.
enum Identified {
    OperatingSystem(Distribution),
    Package(Box<Package>),
    /// Files, containers and the like are no packages.
    Nothing,
    /// A package that cannot be told which, and why.
    Unidentified(String),
}

fn take(component: &Component, collector: &mut Collector) {
    match component.package() {
        Identified::OperatingSystem(distribution) => collector.distribution = Some(distribution),
        Identified::Package(package) => collector.package(*package),
        Identified::Nothing => {}
        Identified::Unidentified(why) => collector.unidentified(&component.label(), &why),
    }
}

impl Component {
    fn package(&self) -> Identified {
        if self.kind == "operating-system" {
            let id = distribution::id(self.name.as_deref().unwrap_or_default());
            let version = self.version.as_deref().unwrap_or_default();
            let qualifier = if version.is_empty() {
                id
            } else {
                format!("{id}-{version}")
            };
            return Identified::OperatingSystem(Distribution::from_qualifier(&qualifier));
        }
        let Some(text) = &self.purl else {
            // A library without identity is worth a word.
            return match self.kind.as_str() {
                "library" | "framework" => Identified::Unidentified("has no package URL".to_owned()),
                _ => Identified::Nothing,
            };
        };
        let purl: Purl = match text.parse() {
            Ok(purl) => purl,
            Err(error) => return Identified::Unidentified(format!("has a broken package URL ({error})")),
        };
        let mut package = Package::new(normalize(purl, self.source_package().as_ref()));
        package.licences = self.licences();
        package.evidence = self.locations().map(evidence).collect();
        package.owner = self.property("assay:owner").and_then(|owner| owner.parse().ok());
        Identified::Package(Box::new(package))
    }

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
                matches!(
                    name,
                    "assay:path"
                        | "aquasecurity:trivy:FilePath"
                        | "amazon:inspector:sbom_generator:source_path"
                ) || name.starts_with("syft:location:") && name.ends_with(":path")
            })
        });
        stated.chain(by_property.filter_map(|property| property.value.as_deref()))
    }
}
