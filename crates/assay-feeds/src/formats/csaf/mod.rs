//! CSAF 2.0: Red Hat's VEX documents, one a CVE, and its advisories, one a bulletin.
//!
//! Traps: a product is composed of a component and a platform, and only the relationships say how; one document lists
//! the same build for each architecture; streams for extended support have platforms, builds and fixes of their own,
//! which are no news for the general release; an unfixed package has no version and its reason is a *remediation*;
//! older documents do not tell the module stream of a build.
//!
//! Source: the OASIS CSAF 2.0 standard, the VEX profile, and Red Hat's guidelines for its CSAF files.

mod products;
mod schema;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    io::Read,
};

use assay_model::{
    Advisory, Affected, CvssVector, Ecosystem, PackageKey, RangeEvent, Reference, Severity, VendorStatus,
};

use self::{
    products::{Build, Products},
    schema::{Csaf, Link, Note, Vulnerability},
};
use super::{
    ReadError, archive::each_in_tar, cwe, is_identifier, lines::lines, osv_record::UNKNOWN_STREAM,
    rpm::is_modular, timestamp,
};
use crate::record::{Sink, Summary};

/// Whose documents, and of which kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsafSource {
    /// Red Hat's VEX documents: what it says of a CVE.
    RedHatVex,
    /// Red Hat's advisories: what an update fixes.
    RedHatAdvisories,
}

/// Reads one document.
///
/// # Errors
///
/// When the bytes are no CSAF document, or the sink refuses.
pub(crate) fn read(json: &[u8], source: CsafSource, sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let mut summary = Summary::default();
    for advisory in parse(json, source).map_err(ReadError::Malformed)? {
        hand_on(advisory, &mut summary, sink)?;
    }
    Ok(summary)
}

/// Reads an archive of documents but for those that are superseded, by their path in it.
///
/// # Errors
///
/// When the tar is broken, or the sink refuses.
pub(crate) fn read_tar(
    tar: impl Read,
    source: CsafSource,
    superseded: &HashSet<String>,
    sink: &mut dyn Sink,
) -> Result<Summary, ReadError> {
    let mut summary = Summary::default();
    each_in_tar(
        tar,
        |path| {
            let path = path.trim_start_matches("./");
            path.ends_with(".json") && !superseded.contains(path)
        },
        |_, json| parse(json, source),
        |path, outcome| {
            match outcome.and_then(|parsed| parsed) {
                Ok(advisories) => {
                    for advisory in advisories {
                        hand_on(advisory, &mut summary, sink)?;
                    }
                }
                Err(error) => summary.warn(format!("{path}: {error}")),
            }
            Ok(())
        },
    )?;
    Ok(summary)
}

fn hand_on(advisory: Advisory, summary: &mut Summary, sink: &mut dyn Sink) -> Result<(), ReadError> {
    summary.records += 1;
    summary.saw(advisory.modified);
    Ok(sink.advisory(advisory)?)
}

fn parse(json: &[u8], source: CsafSource) -> Result<Vec<Advisory>, String> {
    let document: Csaf<'_> = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let products = Products::of(&document.product_tree);
    match source {
        CsafSource::RedHatVex => {
            let flaws = document.vulnerabilities.iter();
            Ok(flaws.filter_map(|flaw| vex(&document, flaw, &products)).collect())
        }
        CsafSource::RedHatAdvisories => {
            bulletin(&document, &products).map(|bulletin| bulletin.into_iter().collect())
        }
    }
}

/// Red Hat's record of a flaw.
fn vex(document: &Csaf<'_>, flaw: &Vulnerability<'_>, products: &Products<'_>) -> Option<Advisory> {
    let id = flaw
        .cve
        .as_deref()
        .map(str::trim)
        .filter(|id| is_identifier(id))?;
    let mut advisory = Advisory::new("redhat", id);
    flaw.title.trim().clone_into(&mut advisory.title);
    advisory.details = text_of(&flaw.notes, "description");
    advisory.published = timestamp(&flaw.release_date);
    advisory.modified = timestamp(&document.document.tracking.current_release_date);
    advisory.severity = severity_of(document);
    for score in &flaw.scores {
        for cvss in [&score.cvss_v3, &score.cvss_v4, &score.cvss_v2]
            .into_iter()
            .flatten()
        {
            let cvss = CvssVector {
                source: "redhat".to_owned(),
                vector: cvss.vector.trim().to_owned(),
            };
            if !cvss.vector.is_empty() && !advisory.cvss.contains(&cvss) {
                advisory.cvss.push(cvss);
            }
        }
    }
    advisory.cwes = flaw.cwe.iter().filter_map(|weakness| cwe(&weakness.id)).collect();
    advisory.references = references(&flaw.references);
    advisory.affected = Statements::of(flaw, products).affected();
    Some(advisory)
}

/// What an update fixes; `None` for one that fixes no flaw.
fn bulletin(document: &Csaf<'_>, products: &Products<'_>) -> Result<Option<Advisory>, String> {
    let tracking = &document.document.tracking;
    let id = tracking.id.trim();
    if !is_identifier(id) {
        return Err(format!("\"{id}\" is no identifier"));
    }
    let mut advisory = Advisory::new("redhat", id);
    let mut statements = Statements::default();
    for flaw in &document.vulnerabilities {
        let cve = flaw
            .cve
            .as_deref()
            .map(str::trim)
            .filter(|cve| is_identifier(cve));
        advisory.fixes.extend(cve.map(str::to_owned));
        statements.fixed(&flaw.product_status.fixed, products);
    }
    advisory.fixes.sort();
    advisory.fixes.dedup();
    if advisory.fixes.is_empty() {
        return Ok(None);
    }
    // "Red Hat Security Advisory: sudo security update"
    let title = document.document.title.trim();
    title
        .split_once(" Advisory: ")
        .map_or(title, |(_, title)| title)
        .clone_into(&mut advisory.title);
    advisory.details = text_of(&document.document.notes, "general");
    advisory.published = timestamp(&tracking.initial_release_date);
    advisory.modified = timestamp(&tracking.current_release_date);
    advisory.severity = severity_of(document);
    advisory.references = references(&document.document.references);
    advisory.affected = statements.affected();
    Ok(Some(advisory))
}

fn severity_of(document: &Csaf<'_>) -> Option<Severity> {
    let word = document.document.aggregate_severity.as_ref()?;
    Severity::from_word(&word.text)
}

fn text_of(notes: &[Note<'_>], category: &str) -> String {
    let note = notes.iter().find(|note| note.category == category);
    note.map(|note| note.text.trim().to_owned()).unwrap_or_default()
}

fn references(links: &[Link<'_>]) -> Vec<Reference> {
    let links = links.iter().filter(|link| !link.url.trim().is_empty());
    links
        .map(|link| Reference {
            kind: if link.category == "self" {
                "ADVISORY"
            } else {
                "WEB"
            }
            .to_owned(),
            url: link.url.trim().to_owned(),
        })
        .collect()
}

/// Release, package and module stream.
type Subject = (Ecosystem, String, Option<String>);

/// What a document says of each package, whatever the architecture.
#[derive(Default)]
struct Statements {
    fixed: BTreeMap<Subject, BTreeSet<String>>,
    others: BTreeMap<Subject, VendorStatus>,
    severities: BTreeMap<Subject, Severity>,
}

impl Statements {
    fn of(flaw: &Vulnerability<'_>, products: &Products<'_>) -> Statements {
        let mut statements = Statements::default();
        let status = &flaw.product_status;
        statements.fixed(&status.fixed, products);
        let mut reasons: HashMap<&str, VendorStatus> = HashMap::new();
        for remediation in &flaw.remediations {
            if let Some(reason) = reason_of(&remediation.category, &remediation.details) {
                reasons.extend(remediation.product_ids.iter().map(|id| (id.as_ref(), reason)));
            }
        }
        for id in &status.known_affected {
            let reason = reasons
                .get(id.as_ref())
                .copied()
                .unwrap_or(VendorStatus::Affected);
            statements.other(id, reason, products);
        }
        for id in &status.under_investigation {
            statements.other(id, VendorStatus::Undetermined, products);
        }
        for id in &status.known_not_affected {
            statements.other(id, VendorStatus::NotAffected, products);
        }
        statements.grade(flaw, products);
        statements
    }

    fn fixed<'a>(&mut self, ids: &[impl AsRef<str> + 'a], products: &Products<'_>) {
        for id in ids {
            let Some((release, component)) = products.package(id.as_ref()) else {
                continue;
            };
            // Fixed sources are told by what is built from them; symbols for debuggers run nowhere.
            let is_symbols =
                component.name.ends_with("-debuginfo") || component.name.ends_with("-debugsource");
            let Some(version) = component.version else {
                continue;
            };
            if component.build == Build::Source || is_symbols {
                continue;
            }
            let module = component
                .module
                .or_else(|| is_modular(&version).then(|| UNKNOWN_STREAM.to_owned()));
            let subject = (release.clone(), component.name, module);
            self.fixed.entry(subject).or_default().insert(version);
        }
    }

    fn other(&mut self, id: &str, status: VendorStatus, products: &Products<'_>) {
        if let Some((release, component)) = products.package(id) {
            let subject = (release.clone(), component.name, component.module);
            // Of two words on one package the one that leaves it affected counts.
            let known = self.others.entry(subject).or_insert(status);
            if *known == VendorStatus::NotAffected {
                *known = status;
            }
        }
    }

    /// Notes Red Hat's severity of packages for which it differs from that of the flaw.
    fn grade(&mut self, flaw: &Vulnerability<'_>, products: &Products<'_>) {
        for threat in flaw.threats.iter().filter(|threat| threat.category == "impact") {
            let Some(severity) = Severity::from_word(&threat.details) else {
                continue;
            };
            for id in threat.product_ids.iter().flatten() {
                if let Some((release, component)) = products.package(id) {
                    let module = component.module.or_else(|| {
                        let version = component.version.as_deref()?;
                        is_modular(version).then(|| UNKNOWN_STREAM.to_owned())
                    });
                    let subject = (release.clone(), component.name, module);
                    let known = self.severities.entry(subject).or_insert(severity);
                    *known = severity.max(*known);
                }
            }
        }
    }

    fn affected(&self) -> Vec<Affected> {
        let entry = |subject: &Subject, status, ranges| {
            let (release, name, module) = subject;
            Affected {
                package: PackageKey::new(release.clone(), name),
                status,
                ranges,
                versions: Vec::new(),
                severity: self.severities.get(subject).copied(),
                module: module.clone(),
            }
        };
        let fixed = self.fixed.iter().map(|(subject, versions)| {
            let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
            let ranges = match subject.2.as_deref() {
                // Streams that are not told apart differ by their first numbers.
                Some(UNKNOWN_STREAM) => lines(&versions),
                _ => versions.iter().map(|version| up_to("0", version)).collect(),
            };
            entry(subject, VendorStatus::Affected, ranges)
        });
        let others = self
            .others
            .iter()
            .filter(|(subject, _)| !self.fixed.contains_key(*subject));
        let others = others.map(|(subject, status)| {
            let ranges = match status {
                VendorStatus::NotAffected => Vec::new(),
                _ => vec![vec![RangeEvent::Introduced("0".to_owned())]],
            };
            entry(subject, *status, ranges)
        });
        fixed.chain(others).collect()
    }
}

/// Affected from one version up to another.
fn up_to(from: &str, fixed: &str) -> Vec<RangeEvent> {
    vec![
        RangeEvent::Introduced(from.to_owned()),
        RangeEvent::Fixed(fixed.to_owned()),
    ]
}

/// Why a package has no fix, in Red Hat's words; `None` for a remediation that is a fix or a workaround.
fn reason_of(category: &str, details: &str) -> Option<VendorStatus> {
    match (category, details.trim()) {
        ("no_fix_planned", "Out of support scope") => Some(VendorStatus::EndOfLife),
        ("no_fix_planned", _) => Some(VendorStatus::WontFix),
        ("none_available", "Fix deferred") => Some(VendorStatus::Postponed),
        ("none_available", _) => Some(VendorStatus::Affected),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
