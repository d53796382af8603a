//! What a scan of a bill of materials finds, before it is written in one of the answer's forms.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    rc::Rc,
};

use assay_assess::{
    Applicability, Assessment, Family, Finding, NoTarget, Subject, Target, Vulnerability, assess, covers,
};
use assay_intel::{Index, IndexError};
use assay_model::{AdvisoryKind, Diagnostic, Distribution, Inventory, Package, Purl, Severity};
use assay_sbom::BomComponent;
use jiff::civil::Date;

use crate::{
    text::{prose, word},
    version::fixed_version,
};

/// The longest name, version or path that is passed on, in characters.
const LONGEST_WORD: usize = 4096;

/// What the service says of a component that it looked at.
const CLEAN: &str = "Component scanned: no vulnerabilities found.";

/// What a scan finds.
pub(super) struct Report {
    /// The components in the order of the document.
    pub(super) components: Vec<Component>,
    /// The vulnerabilities, worst first.
    pub(super) vulnerabilities: Vec<Found>,
    /// What has to be known of the document or the intelligence as a whole.
    pub(super) notes: Vec<String>,
}

/// A component of the answer.
pub(super) struct Component {
    /// Unlike that of any other.
    pub(super) reference: String,
    pub(super) kind: &'static str,
    pub(super) group: Option<String>,
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) purl: Option<String>,
    pub(super) path: Option<String>,
    /// What is said of it where it has no vulnerability.
    pub(super) info: Option<String>,
}

/// A vulnerability with all that has it.
pub(super) struct Found {
    pub(super) vulnerability: Rc<Vulnerability>,
    pub(super) kind: AdvisoryKind,
    /// The worst of its severities, and whose word or score that is.
    pub(super) severity: Severity,
    pub(super) severity_source: String,
    pub(super) affects: Vec<Affected>,
}

/// A component that has a vulnerability.
pub(super) struct Affected {
    /// Its position.
    pub(super) component: usize,
    /// The version to upgrade to.
    pub(super) fixed: Option<String>,
}

/// How many vulnerabilities there are of each severity.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) critical: usize,
    pub(super) high: usize,
    pub(super) medium: usize,
    pub(super) low: usize,
    /// Informational and untriaged ones.
    pub(super) other: usize,
    /// Packages that are hostile themselves.
    pub(super) malicious: usize,
}

impl Report {
    /// Judges an inventory by the one matcher, and tells of each component of its document.
    pub(super) fn of(
        inventory: &Inventory,
        components: &[BomComponent],
        index: &Index,
        today: Date,
    ) -> Result<Report, IndexError> {
        let assessment = assess(inventory, index, today)?;
        let mut places = Places::default();
        for (at, component) in components.iter().enumerate() {
            if let Some(package) = &component.package {
                places.packages.entry(&package.purl).or_default().push(at);
            } else if component.kind == "operating-system" {
                places.systems.push(at);
            }
        }
        let mut notes = notes(inventory, &assessment);
        let mut vulnerabilities = Vulnerabilities::default();
        let mut doubtful: HashMap<usize, String> = HashMap::new();
        for finding in &assessment.findings {
            let (package, at) = places.of(finding, inventory);
            match finding.applicability {
                Applicability::Applicable => vulnerabilities.take(finding, package, at),
                Applicability::NotApplicable(reason) => {
                    let told = format!(
                        "Component scanned: its vulnerabilities do not apply ({}).",
                        reason.as_str()
                    );
                    doubtful.extend(at.iter().map(|at| (*at, told.clone())));
                }
            }
        }
        let vulnerabilities = vulnerabilities.found;
        for found in vulnerabilities.iter().filter(|found| found.affects.is_empty()) {
            notes.extend(prose(&found.vulnerability.title, LONGEST_WORD));
        }
        let affected: HashSet<usize> = vulnerabilities
            .iter()
            .flat_map(|found| &found.affects)
            .map(|affected| affected.component)
            .collect();
        let owners: HashMap<&Purl, &Package> = inventory
            .packages
            .iter()
            .map(|package| (&package.purl, package))
            .collect();
        let mut judge = Judge {
            index,
            distribution: inventory.distribution.as_ref(),
            covered: HashMap::new(),
        };
        let mut references = References::default();
        let told = components.iter().enumerate().map(|(at, component)| {
            let joined = component
                .package
                .as_ref()
                .and_then(|package| owners.get(&package.purl));
            let info = match affected.contains(&at) {
                true => None,
                false => doubtful
                    .remove(&at)
                    .or_else(|| judge.info(component, joined.copied())),
            };
            Component::of(component, references.unique(component.reference.as_deref()), info)
        });
        Ok(Report {
            components: told.collect(),
            vulnerabilities,
            notes,
        })
    }

    /// How many vulnerabilities there are of each severity.
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for found in &self.vulnerabilities {
            let count = match found.severity {
                Severity::Critical => &mut counts.critical,
                Severity::High => &mut counts.high,
                Severity::Medium => &mut counts.medium,
                Severity::Low => &mut counts.low,
                Severity::Informational | Severity::Untriaged => &mut counts.other,
            };
            *count += 1;
            counts.malicious += usize::from(found.kind == AdvisoryKind::Malicious);
        }
        counts
    }
}

/// Where packages stand among the components.
#[derive(Default)]
struct Places<'a> {
    packages: HashMap<&'a Purl, Vec<usize>>,
    systems: Vec<usize>,
}

impl Places<'_> {
    /// The package that a finding is about, and the components that stand for it.
    fn of<'i>(&self, finding: &Finding, inventory: &'i Inventory) -> (Option<&'i Purl>, &[usize]) {
        match finding.subject {
            Subject::OperatingSystem => (None, self.systems.as_slice()),
            Subject::Package(position) => {
                let purl = inventory.packages.get(position).map(|package| &package.purl);
                let at = purl.and_then(|purl| self.packages.get(purl));
                (purl, at.map_or(&[], Vec::as_slice))
            }
        }
    }
}

/// Findings drawn together by vulnerability, in the order in which they come.
#[derive(Default)]
struct Vulnerabilities {
    found: Vec<Found>,
    by_id: BTreeMap<String, usize>,
}

impl Vulnerabilities {
    fn take(&mut self, finding: &Finding, package: Option<&Purl>, at: &[usize]) {
        let id = &finding.vulnerability.id;
        let position = *self.by_id.entry(id.clone()).or_insert_with(|| {
            self.found.push(Found {
                vulnerability: Rc::clone(&finding.vulnerability),
                kind: finding.kind,
                severity: finding.severity,
                severity_source: finding.severity_source.clone(),
                affects: Vec::new(),
            });
            self.found.len() - 1
        });
        let found = &mut self.found[position];
        if finding.severity > found.severity {
            found.severity = finding.severity;
            found.severity_source.clone_from(&finding.severity_source);
        }
        let fixed = finding.fixed_in.as_deref().map(|fixed| match package {
            Some(purl) => fixed_version(purl, fixed),
            None => fixed.to_owned(),
        });
        let fixed = fixed.and_then(|fixed| word(&fixed, LONGEST_WORD));
        found.affects.extend(at.iter().map(|component| Affected {
            component: *component,
            fixed: fixed.clone(),
        }));
    }
}

/// What is said of the document and the intelligence as a whole.
fn notes(inventory: &Inventory, assessment: &Assessment) -> Vec<String> {
    let told = inventory.diagnostics.iter().chain(&assessment.diagnostics);
    let texts = told.filter_map(|diagnostic: &Diagnostic| {
        prose(
            &format!("{} [{}]", diagnostic.message, diagnostic.code),
            LONGEST_WORD,
        )
    });
    texts.collect()
}

/// Tells whether a component without a finding was looked at: *nothing found* and *not looked at* have different words.
struct Judge<'a> {
    index: &'a Index,
    distribution: Option<&'a Distribution>,
    /// Ecosystem → whether there are advisories for it.
    covered: HashMap<String, bool>,
}

impl Judge<'_> {
    fn info(&mut self, component: &BomComponent, joined: Option<&Package>) -> Option<String> {
        let skipped = |why: &str| Some(format!("Component skipped: {why}."));
        let Some(package) = joined.or(component.package.as_ref()) else {
            return match (component.kind.as_str(), &component.purl) {
                (_, Some(_)) if component.kind != "operating-system" => {
                    skipped("its package URL is not valid")
                }
                ("library" | "framework" | "application", None) => skipped("it has no package URL"),
                _ => None,
            };
        };
        match Target::of(&package.purl, self.distribution) {
            Ok(target) if target.family == Family::Language && package.owner.is_some() => {
                Some("Component scanned: the distribution speaks for it.".to_owned())
            }
            Ok(target) => {
                let ecosystem = target.key.ecosystem.as_str().to_owned();
                let index = self.index;
                match *self
                    .covered
                    .entry(ecosystem)
                    .or_insert_with(|| covers(index, &target))
                {
                    true => Some(CLEAN.to_owned()),
                    false => skipped("no rules found"),
                }
            }
            Err(NoTarget::NoVersion) => skipped("it has no version"),
            Err(NoTarget::UnknownDistribution(name)) => {
                let name = word(&name, 256).unwrap_or_default();
                skipped(&format!("no rules found for the distribution {name}"))
            }
            Err(NoTarget::UnknownType(kind)) => {
                let kind = word(&kind, 256).unwrap_or_default();
                skipped(&format!("no rules found for packages of type {kind}"))
            }
        }
    }
}

/// Gives each component a reference of its own: the document's where that is unique.
#[derive(Default)]
struct References {
    given: HashSet<String>,
    next: usize,
}

impl References {
    fn unique(&mut self, stated: Option<&str>) -> String {
        let stated = stated.and_then(|reference| word(reference, LONGEST_WORD));
        if let Some(reference) = stated
            && self.given.insert(reference.clone())
        {
            return reference;
        }
        loop {
            self.next += 1;
            let reference = format!("comp-{}", self.next);
            if self.given.insert(reference.clone()) {
                return reference;
            }
        }
    }
}

impl Component {
    fn of(component: &BomComponent, reference: String, info: Option<String>) -> Component {
        let bounded = |text: &Option<String>| text.as_deref().and_then(|text| word(text, LONGEST_WORD));
        let evidence = component
            .package
            .as_ref()
            .and_then(|package| package.evidence.first());
        Component {
            reference,
            kind: kind(&component.kind),
            group: bounded(&component.group),
            name: bounded(&component.name).unwrap_or_else(|| "unknown".to_owned()),
            version: bounded(&component.version),
            purl: bounded(&component.purl),
            path: evidence.and_then(|evidence| word(&evidence.path, LONGEST_WORD)),
            info,
        }
    }
}

/// A type that CycloneDX 1.5 knows.
fn kind(stated: &str) -> &'static str {
    const KINDS: [&str; 12] = [
        "application",
        "framework",
        "library",
        "container",
        "platform",
        "operating-system",
        "device",
        "device-driver",
        "firmware",
        "file",
        "machine-learning-model",
        "data",
    ];
    KINDS
        .into_iter()
        .find(|kind| *kind == stated)
        .unwrap_or("library")
}
