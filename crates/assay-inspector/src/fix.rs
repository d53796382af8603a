//! What to do about a vulnerability.

use std::fmt::Write as _;

use assay_api_model::inspector2 as api;
use assay_assess::{FixState, Vulnerability};
use assay_model::AdvisoryKind;

use crate::{
    package::{AffectedPackage, display_name},
    text::{address, prose},
};

/// How many packages the text names before it only counts.
const MOST_NAMED: usize = 10;

/// The longest text, in characters; the model sets no bound.
const LONGEST_TEXT: usize = 4096;

/// Whether all, some or none of the packages have a fixed version.
pub fn fix_available(packages: &[AffectedPackage<'_>]) -> api::FixAvailable {
    let fixed = packages
        .iter()
        .filter(|package| package.fixed_in.is_some())
        .count();
    match fixed {
        0 => api::FixAvailable::No,
        fixed if fixed == packages.len() => api::FixAvailable::Yes,
        _ => api::FixAvailable::Partial,
    }
}

/// What to do, in words, with the address of an advisory.
pub(crate) fn remediation(
    vulnerability: &Vulnerability,
    kind: AdvisoryKind,
    packages: &[AffectedPackage<'_>],
) -> api::Remediation {
    let mut references = vulnerability.references.iter();
    let advisory = references.find_map(|reference| {
        let is_advisory = matches!(reference.kind.as_str(), "ADVISORY" | "FIX");
        address(&reference.url).filter(|_| is_advisory)
    });
    api::Remediation {
        recommendation: Some(api::Recommendation {
            url: advisory,
            text: prose(&advice(kind, packages), LONGEST_TEXT),
        }),
    }
}

fn advice(kind: AdvisoryKind, packages: &[AffectedPackage<'_>]) -> String {
    match kind {
        AdvisoryKind::EndOfLife => {
            return "Move to a release that still gets security updates.".to_owned();
        }
        AdvisoryKind::Malicious => {
            return "Remove the package, and treat what it could reach as exposed.".to_owned();
        }
        AdvisoryKind::Unmaintained => {
            return "Nobody maintains the package any more: replace it.".to_owned();
        }
        AdvisoryKind::Vulnerability | AdvisoryKind::Unsound | AdvisoryKind::Notice | AdvisoryKind::Update => {
        }
    }
    let mut sentences: Vec<String> = Vec::new();
    for package in packages {
        let name = display_name(package.purl);
        let sentence = match (package.fixed_in, package.fix_state) {
            (Some(fixed), _) => format!("Upgrade {name} to {fixed}."),
            (None, FixState::WontFix) => format!("The vendor will not fix {name} in this release."),
            (None, FixState::Pending) => format!("The vendor has no fix for {name} yet."),
            (None, FixState::Fixed | FixState::NoneKnown) => format!("No fix is known for {name}."),
        };
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    if sentences.is_empty() {
        return "None Provided".to_owned();
    }
    let more = sentences.len().saturating_sub(MOST_NAMED);
    sentences.truncate(MOST_NAMED);
    let mut advice = sentences.join(" ");
    if more > 0 {
        let _ = write!(advice, " The same holds for {more} more.");
    }
    advice
}

#[cfg(test)]
mod tests {
    use assay_model::{Purl, Severity};

    use super::*;

    #[test]
    fn fixes_and_advice() {
        let purl: Purl = "pkg:npm/a@1".parse().unwrap();
        let package = |fixed_in, fix_state| AffectedPackage {
            purl: &purl,
            places: Vec::new(),
            fixed_in,
            fix_state,
            severity: Severity::Low,
            severity_source: "",
        };
        let fixed = package(Some("2"), FixState::Fixed);
        let pending = package(None, FixState::Pending);
        let check = |packages: &[AffectedPackage<'_>], available: &str, text: &str| {
            assert_eq!(fix_available(packages).as_str(), available);
            assert_eq!(advice(AdvisoryKind::Vulnerability, packages), text);
        };
        check(&[], "NO", "None Provided");
        check(&[fixed.clone(), fixed.clone()], "YES", "Upgrade a to 2.");
        check(
            &[fixed, pending.clone()],
            "PARTIAL",
            "Upgrade a to 2. The vendor has no fix for a yet.",
        );
        check(&[pending], "NO", "The vendor has no fix for a yet.");
    }
}
