//! Scores: those that sources give, and which of them a finding has.

use assay_api_model::inspector2 as api;
use assay_assess::{CvssScore, Vulnerability};
use assay_model::CvssVersion;

use crate::{
    source::{Vendor, source_name},
    text::word,
};

/// The most scores that a finding lists.
const MOST_SCORES: usize = 64;

/// The score that a finding's own is based on.
///
/// The vendor's of version 3 where the vendor is Amazon, Debian or Red Hat, else NVD's. Ubuntu's is taken too: the
/// documentation leaves it out, findings that AWS publishes have it. Where neither gives one, any source's of version 3
/// is better than none, and version 2 than that. Scores of version 4 are another scale and never taken.
///
/// Source: the user guide of Amazon Inspector on scores; the events in it.
pub(crate) fn base_score(vulnerability: &Vulnerability, vendor: Option<Vendor>) -> Option<&CvssScore> {
    let nearness = |score: &CvssScore| match score.source.as_str() {
        source if vendor.is_some_and(|vendor| vendor.source() == source) => 0,
        "nvd" => 1,
        _ => 2,
    };
    let generation = |score: &CvssScore| match score.version {
        CvssVersion::V31 => Some((0, 0)),
        CvssVersion::V30 => Some((0, 1)),
        CvssVersion::V2 => Some((1, 0)),
        CvssVersion::V40 => None,
    };
    let ranked = vulnerability.cvss.iter().filter_map(|score| {
        let (generation, minor) = generation(score)?;
        Some(((generation, nearness(score), minor), score))
    });
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, score)| score)
}

/// A score in tenths as a number.
pub(crate) fn number(tenths: u8) -> f64 {
    f64::from(tenths) / 10.0
}

/// Every score that sources give.
pub(crate) fn scores(vulnerability: &Vulnerability) -> Vec<api::CvssScore> {
    let scores = vulnerability.cvss.iter().take(MOST_SCORES);
    let scores = scores.filter_map(|score| {
        Some(api::CvssScore {
            base_score: number(score.tenths),
            scoring_vector: word(&score.vector, 256)?,
            source: source_name(&score.source).into_owned(),
            version: score.version.as_str().to_owned(),
        })
    });
    scores.collect()
}

/// The finding's own score and how it came to be.
///
/// Nothing adjusts it yet: that takes what is known of the paths that lead to the resource.
pub(crate) fn score_details(base: &CvssScore) -> Option<api::CvssScoreDetails> {
    let source = source_name(&base.source).into_owned();
    Some(api::CvssScoreDetails {
        adjustments: Some(Vec::new()),
        cvss_source: Some(source.clone()),
        score: number(base.tenths),
        score_source: source,
        scoring_vector: word(&base.vector, 256)?,
        version: base.version.as_str().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use CvssVersion::{V2, V30, V31, V40};

    use super::*;
    use crate::fixtures::{score, vulnerability};

    #[track_caller]
    fn check(vendor: Option<Vendor>, scores: &[(&str, CvssVersion, u8)], expected: Option<(&str, u8)>) {
        let mut known = vulnerability("CVE-2024-1");
        known.cvss = scores
            .iter()
            .map(|(source, version, tenths)| score(source, *version, *tenths))
            .collect();
        let base = base_score(&known, vendor);
        assert_eq!(
            base.map(|base| (base.source.as_str(), base.tenths)),
            expected,
            "{scores:?}"
        );
    }

    #[test]
    fn bases() {
        let nvd = ("nvd", V31, 98);
        check(None, &[("ghsa", V31, 75), nvd], Some(("nvd", 98)));
        check(
            Some(Vendor::RedHat),
            &[nvd, ("redhat", V30, 65)],
            Some(("redhat", 65)),
        );
        check(
            Some(Vendor::Debian),
            &[nvd, ("redhat", V30, 65)],
            Some(("nvd", 98)),
        );
        check(
            Some(Vendor::Ubuntu),
            &[nvd, ("ubuntu", V31, 48)],
            Some(("ubuntu", 48)),
        );
        check(None, &[("nvd", V30, 75), ("nvd", V31, 70)], Some(("nvd", 70)));
        check(None, &[("nvd", V2, 100), ("ghsa", V31, 75)], Some(("ghsa", 75)));
        check(None, &[("nvd", V2, 100), ("ghsa", V40, 75)], Some(("nvd", 100)));
        check(None, &[("ghsa", V40, 93)], None);
        check(None, &[], None);
    }
}
