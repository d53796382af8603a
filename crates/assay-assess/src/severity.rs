//! Which of many scores and words becomes a finding's severity.

use assay_model::{AdvisoryKind, CvssVersion, Severity};

use crate::{
    finding::{CvssScore, Vulnerability},
    target::Family,
};

/// What a vendor says of the severity in its own advisory for the very package.
pub(crate) struct VendorWord<'a> {
    pub(crate) source: &'a str,
    pub(crate) severity: Severity,
}

/// The severity and whose it is.
///
/// For packages of an operating system: the vendor's word where there is one. Else, and for everything else, the
/// CVSS base score: version 3 before 4 before 2, and within a version the source whose advisory matched, then NVD,
/// then anyone. Without a score: a source's word. Without that: untriaged.
pub(crate) fn severity(
    family: Family,
    kind: AdvisoryKind,
    vendor: Option<VendorWord<'_>>,
    vulnerability: &Vulnerability,
    matched_sources: &[&str],
) -> (Severity, String) {
    match kind {
        AdvisoryKind::Malicious | AdvisoryKind::EndOfLife => {
            return (Severity::Critical, own(matched_sources));
        }
        AdvisoryKind::Unmaintained | AdvisoryKind::Notice | AdvisoryKind::Update => {
            return (Severity::Informational, own(matched_sources));
        }
        AdvisoryKind::Unsound | AdvisoryKind::Vulnerability => {}
    }
    if let (Family::OperatingSystem, Some(word)) = (family, vendor) {
        return (word.severity, word.source.to_owned());
    }
    let generation = |score: &CvssScore| match score.version {
        CvssVersion::V31 | CvssVersion::V30 => 0,
        CvssVersion::V40 => 1,
        CvssVersion::V2 => 2,
    };
    let nearness = |score: &CvssScore| match score.source.as_str() {
        source if matched_sources.contains(&source) => 0,
        "nvd" => 1,
        _ => 2,
    };
    let best = vulnerability
        .cvss
        .iter()
        .min_by_key(|score| (generation(score), nearness(score)));
    if let Some(best) = best {
        return (
            Severity::from_score(f64::from(best.tenths) / 10.0),
            best.source.clone(),
        );
    }
    if let Some((source, word)) = vulnerability.words.first() {
        return (*word, source.clone());
    }
    match kind {
        AdvisoryKind::Unsound => (Severity::Informational, own(matched_sources)),
        _ => (Severity::Untriaged, String::new()),
    }
}

fn own(matched_sources: &[&str]) -> String {
    matched_sources
        .first()
        .map(|source| (*source).to_owned())
        .unwrap_or_default()
}
