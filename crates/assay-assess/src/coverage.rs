//! What could not be assessed, said plainly: *nothing found* and *not looked at* are never the same answer.

use std::collections::BTreeMap;

use assay_intel::{Index, IntelligenceKind};
use assay_model::{Diagnostic, DiagnosticCode, Ecosystem, Package};
use jiff::civil::Date;

use crate::target::{Elsewhere, Family, Target};

/// Intelligence older than this many days is reported.
const OLD_AFTER_DAYS: i32 = 7;

/// Whether the intelligence speaks of packages of a target's ecosystem at all.
pub fn covers(index: &Index, target: &Target) -> bool {
    // Of a release past its free support only what subscribers get may be told.
    let elsewhere = match &target.elsewhere {
        Some(Elsewhere::Subscription(key) | Elsewhere::Packager(key)) => index.covers(&key.ecosystem),
        Some(Elsewhere::Source(..)) | None => false,
    };
    elsewhere || index.covers(&target.key.ecosystem)
}

/// Keeps account of what the intelligence can and cannot speak of.
pub(crate) struct Coverage<'a> {
    index: &'a Index,
    /// Ecosystem → whether it is covered, its family, and how many packages it has here.
    ecosystems: BTreeMap<Ecosystem, (Covered, Family, usize)>,
    unknown_distributions: BTreeMap<String, usize>,
    unknown_types: BTreeMap<String, usize>,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Covered {
    Yes,
    No,
}

impl<'a> Coverage<'a> {
    pub(crate) fn new(index: &'a Index) -> Coverage<'a> {
        Coverage {
            index,
            ecosystems: BTreeMap::new(),
            unknown_distributions: BTreeMap::new(),
            unknown_types: BTreeMap::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Counts a package that has a target, and tells whether the intelligence speaks of its ecosystem.
    pub(crate) fn sees(&mut self, target: &Target) -> bool {
        let ecosystem = &target.key.ecosystem;
        if let Some((covered, _, count)) = self.ecosystems.get_mut(ecosystem) {
            *count += 1;
            return *covered == Covered::Yes;
        }
        let covered = if covers(self.index, target) {
            Covered::Yes
        } else {
            Covered::No
        };
        self.ecosystems
            .insert(ecosystem.clone(), (covered, target.family, 1));
        covered == Covered::Yes
    }

    pub(crate) fn unidentified(&mut self, package: &Package) {
        let message = format!("{} has no version, so it was not assessed", package.purl);
        let path = package.evidence.first().map(|evidence| evidence.path.clone());
        self.diagnostics.push(Diagnostic {
            code: DiagnosticCode::Unidentified,
            path,
            message,
        });
    }

    pub(crate) fn unknown_distribution(&mut self, name: &str) {
        *self.unknown_distributions.entry(name.to_owned()).or_default() += 1;
    }

    pub(crate) fn unknown_type(&mut self, kind: &str) {
        *self.unknown_types.entry(kind.to_owned()).or_default() += 1;
    }

    /// Everything that a reader of the findings has to know.
    pub(crate) fn diagnostics(self, today: Date) -> Vec<Diagnostic> {
        use DiagnosticCode::*;
        let mut diagnostics = self.diagnostics;
        let mut say = |code, message: String| diagnostics.push(Diagnostic::new(code, message));
        for (name, count) in &self.unknown_distributions {
            say(
                DistributionUnknown,
                format!(
                    "{} ({name}) not assessed: no advisories are known for it",
                    packages(*count)
                ),
            );
        }
        for (ecosystem, (covered, family, count)) in &self.ecosystems {
            if *covered == Covered::No {
                let code = match family {
                    Family::OperatingSystem => DistributionUnknown,
                    Family::Language => EcosystemNotCovered,
                };
                say(
                    code,
                    format!(
                        "{} ({ecosystem}) not assessed: this intelligence has no advisories for it",
                        packages(*count)
                    ),
                );
            }
        }
        for (kind, count) in &self.unknown_types {
            say(
                EcosystemNotCovered,
                format!(
                    "{} of type {kind} not assessed: no advisories are known for the type",
                    packages(*count)
                ),
            );
        }
        let metadata = self.index.metadata();
        if metadata.kind == IntelligenceKind::Starter {
            let count = metadata.counts.advisories;
            say(
                IntelligenceIncomplete,
                format!(
                    "only the starter intelligence of {count} advisories is in use; run `assay db update` for the full feeds"
                ),
            );
        } else if let Some(days) = age_in_days(metadata.date(), today).filter(|days| *days > OLD_AFTER_DAYS) {
            let date = metadata.date().get(..10).unwrap_or_default();
            say(
                IntelligenceIncomplete,
                format!(
                    "the intelligence knows nothing newer than {date} ({days} days ago); run `assay db update`"
                ),
            );
        }
        diagnostics.sort();
        diagnostics
    }
}

fn packages(count: usize) -> String {
    if count == 1 {
        "1 package".to_owned()
    } else {
        format!("{count} packages")
    }
}

fn age_in_days(date: &str, today: Date) -> Option<i32> {
    let date: Date = date.get(..10)?.parse().ok()?;
    Some(today.since(date).ok()?.get_days())
}
