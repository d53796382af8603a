//! Why an inventory has a vulnerability, or why it has not: what every record says of each of its packages, the silent ones
//! too. The outcome is the matcher's own; nothing is decided anew here.

use std::{collections::BTreeSet, rc::Rc};

use assay_intel::{AdvisoryView, End, Index, IndexError, IntervalView, Rule};
use assay_model::{AdvisoryKind, Diagnostic, Inventory, PackageKey, VendorStatus};

use crate::{
    coverage::Coverage,
    end_of_life::end_of_life,
    finding::{Applicability, Finding, Reason, Subject, Vulnerability},
    kernel::Kernels,
    lookup,
    matcher::{Conditions, Matcher, module_applies, places, scheme_of},
    target::{Family, Target},
};

/// How an inventory stands to a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The vulnerability.
    pub vulnerability: Rc<Vulnerability>,
    /// Packages that records about it name, in the order of the inventory.
    pub packages: Vec<ExplainedPackage>,
    /// The finding of the operating system itself, where the vulnerability is the end of its support.
    pub operating_system: Option<Finding>,
    /// What of the inventory could not be assessed, so that nobody takes silence for safety.
    pub diagnostics: Vec<Diagnostic>,
}

/// How a package stands to a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedPackage {
    /// Its position in the inventory.
    pub position: usize,
    /// The version that is compared.
    pub installed: String,
    /// What comes of it.
    pub outcome: Outcome,
    /// What each record says; at least one.
    pub statements: Vec<Said>,
    /// The finding, where there is one.
    pub finding: Option<Finding>,
}

/// What comes of all that is said of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has the vulnerability.
    Affected,
    /// Its version lies in none of the ranges, or in none that counts.
    OutsideRange,
    /// The one with the last word says that it is not affected.
    NotAffected,
    /// It has the vulnerability in name, without an effect.
    NotApplicable(Reason),
    /// A package of the operating system owns its files, whose distribution speaks for it.
    OwnedBySystem,
}

impl Outcome {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Affected => "affected",
            Outcome::OutsideRange => "outside-range",
            Outcome::NotAffected => "not-affected",
            Outcome::NotApplicable(reason) => reason.as_str(),
            Outcome::OwnedBySystem => "owned-by-operating-system",
        }
    }
}

/// What one record says of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The record's id.
    pub advisory: String,
    /// Its source.
    pub source: String,
    /// The package as the record names it: ecosystem and name.
    pub package: String,
    /// The version that is compared there.
    pub version: String,
    /// The affected versions in words; empty where the record names none.
    pub range: String,
    /// The record's word on this version.
    pub word: Word,
    /// What the vendor says beside the range.
    pub status: VendorStatus,
    /// The fixed version that the range of this version ends with.
    pub fixed_in: Option<String>,
}

/// A record's word on one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// It is affected.
    Affected,
    /// It is not among the affected versions.
    OutsideRange,
    /// No version is affected.
    NotAffected,
    /// The record is about another module stream.
    OtherStream,
    /// The record was withdrawn or rejected.
    Withdrawn,
}

impl Word {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Word::Affected => "affected",
            Word::OutsideRange => "outside-range",
            Word::NotAffected => "not-affected",
            Word::OtherStream => "other-stream",
            Word::Withdrawn => "withdrawn",
        }
    }
}

/// Explains how an inventory stands to the vulnerability of an id; `None` when nothing is known by that id.
///
/// # Errors
///
/// When the intelligence file proves corrupt.
pub fn explain<'c>(
    inventory: &Inventory,
    index: &Index,
    id: &str,
    conditions: impl Into<Conditions<'c>>,
) -> Result<Option<Explained>, IndexError> {
    let Conditions {
        today,
        running_kernel,
    } = conditions.into();
    let mut matcher = Matcher::new(index, Kernels::of(inventory, running_kernel))?;
    let operating_system = match &inventory.distribution {
        Some(distribution) => end_of_life(distribution, index, today, matcher.reader())?,
        None => None,
    };
    let operating_system = operating_system.filter(|ended| ended.vulnerability.id == id);
    let vulnerability = match (&operating_system, lookup::vulnerability(index, id)?) {
        (Some(ended), _) => Rc::clone(&ended.vulnerability),
        (None, Some(known)) => known,
        (None, None) => return Ok(None),
    };
    let records: BTreeSet<u32> = match lookup::position(index, id)? {
        Some(position) => index.vulnerability(position)?.advisories.into_iter().collect(),
        None => BTreeSet::new(),
    };
    let mut coverage = Coverage::new(index);
    let mut packages = Vec::new();
    for (position, package) in inventory.packages.iter().enumerate() {
        let target = match Target::of(&package.purl, inventory.distribution.as_ref()) {
            Ok(target) => target,
            Err(reason) => {
                coverage.misses(package, reason);
                continue;
            }
        };
        let is_owned = target.family == Family::Language && package.owner.is_some();
        if !is_owned {
            coverage.sees(&target);
        }
        let statements = matcher.said(&target, &records)?;
        if statements.is_empty() {
            continue;
        }
        let finding = match is_owned {
            true => None,
            false => matcher
                .findings_of(&package.purl, &target)?
                .into_iter()
                .find(|finding| finding.vulnerability.id == vulnerability.id),
        };
        packages.push(ExplainedPackage {
            position,
            installed: target.version.clone(),
            outcome: outcome(is_owned, finding.as_ref(), &statements),
            statements,
            finding: finding.map(|finding| Finding {
                subject: Subject::Package(position),
                ..finding
            }),
        });
    }
    Ok(Some(Explained {
        vulnerability,
        packages,
        operating_system,
        diagnostics: coverage.diagnostics(today),
    }))
}

fn outcome(is_owned: bool, finding: Option<&Finding>, statements: &[Said]) -> Outcome {
    if is_owned {
        return Outcome::OwnedBySystem;
    }
    match finding.map(|finding| finding.applicability) {
        Some(Applicability::Applicable) => Outcome::Affected,
        Some(Applicability::NotApplicable(reason)) => Outcome::NotApplicable(reason),
        None if statements.iter().any(|said| said.word == Word::NotAffected) => Outcome::NotAffected,
        None => Outcome::OutsideRange,
    }
}

impl Matcher<'_> {
    /// What some records say of a package, wherever it is spoken of.
    fn said(&mut self, target: &Target, records: &BTreeSet<u32>) -> Result<Vec<Said>, IndexError> {
        let mut said = Vec::new();
        for place in places(target) {
            self.key.clear();
            place.key.write_bytes(&mut self.key);
            let Some(rules) = self.index.rules(&self.key)? else {
                continue;
            };
            self.version.clear();
            scheme_of(place.key).key_into(place.version, &mut self.version);
            for rule in rules.filter(|rule| records.contains(&rule.advisory)) {
                let advisory = self.index.advisory(rule.advisory)?;
                if advisory.kind == AdvisoryKind::Update {
                    continue;
                }
                let one = word(
                    &rule,
                    &advisory,
                    target,
                    (place.key, place.version),
                    &self.version,
                );
                // One record may name the package in several entries.
                if !said.contains(&one) {
                    said.push(one);
                }
            }
        }
        Ok(said)
    }
}

fn word(
    rule: &Rule<'_>,
    advisory: &AdvisoryView<'_>,
    target: &Target,
    (package, version): (&PackageKey, &str),
    key: &[u8],
) -> Said {
    let inside = rule.intervals().find(|interval| interval.contains(key));
    let word = if !advisory.standing.holds() {
        Word::Withdrawn
    } else if !module_applies(rule.module, target.module.as_deref()) {
        Word::OtherStream
    } else if rule.status == VendorStatus::NotAffected {
        Word::NotAffected
    } else if rule.matched(key).is_some() {
        Word::Affected
    } else {
        Word::OutsideRange
    };
    let ranges: Vec<String> = rule.intervals().map(|interval| in_words(&interval).0).collect();
    Said {
        advisory: advisory.id.to_owned(),
        source: advisory.source.to_owned(),
        package: package.to_string(),
        version: version.to_owned(),
        range: match (ranges.is_empty(), rule.is_empty()) {
            (true, false) => "listed versions".to_owned(),
            _ => ranges.join(" or "),
        },
        word,
        status: rule.status,
        fixed_in: inside.and_then(|interval| in_words(&interval).1),
    }
}

/// An interval of versions in words, with the fixed version that it ends with.
pub(crate) fn in_words(interval: &IntervalView<'_>) -> (String, Option<String>) {
    let from = interval.introduced.map(|version| format!(">= {version}"));
    let (to, fixed) = match interval.end {
        End::Open => (None, None),
        End::Fixed(version) => (Some(format!("< {version}")), Some(version.to_owned())),
        End::LastAffected(version) => (Some(format!("<= {version}")), None),
        End::Limit(version) => (Some(format!("< {version} (limit)")), None),
    };
    let parts: Vec<String> = [from, to].into_iter().flatten().collect();
    match parts.is_empty() {
        true => ("all versions".to_owned(), fixed),
        false => (parts.join(", "), fixed),
    }
}
