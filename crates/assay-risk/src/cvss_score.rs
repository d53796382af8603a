//! Base scores of CVSS vectors, versions 2.0 to 4.0.

use std::str::FromStr;

use assay_model::{CvssVersion, Severity};
use cvss::Cvss;

/// A base score with the version of CVSS that it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaseScore {
    /// The version of the vector.
    pub version: CvssVersion,
    /// The score in tenths, 0 to 100.
    pub tenths: u8,
}

impl BaseScore {
    /// The score, 0.0 to 10.0 with one decimal.
    pub fn value(self) -> f64 {
        f64::from(self.tenths) / 10.0
    }

    /// The band that the score falls into.
    pub fn severity(self) -> Severity {
        Severity::from_score(self.value())
    }
}

/// The base score of a vector; `None` for a text that is no valid vector.
///
/// Temporal and environmental metrics of v2 and v3 vectors are read and left out of the score; a v4 vector is
/// scored with whatever metrics it carries, as its specification defines one score only.
pub fn base_score(vector: &str) -> Option<BaseScore> {
    let vector = vector.trim().trim_start_matches('(').trim_end_matches(')');
    let (version, value, mandatory): (_, _, &[&str]) = match Cvss::from_str(vector).ok()? {
        Cvss::CvssV20(parsed) => (
            CvssVersion::V2,
            parsed.score().value(),
            &["AV", "AC", "Au", "C", "I", "A"],
        ),
        Cvss::CvssV30(parsed) => (CvssVersion::V30, parsed.base_score().value(), V3_BASE),
        Cvss::CvssV31(parsed) => (CvssVersion::V31, parsed.base_score().value(), V3_BASE),
        Cvss::CvssV40(parsed) => (CvssVersion::V40, parsed.score().value(), V4_BASE),
        _ => return None,
    };
    // The parser takes a vector with metrics missing and scores it 0.0, which would read as harmless.
    let has = |name: &&str| {
        vector
            .split('/')
            .any(|metric| metric.split(':').next() == Some(name))
    };
    if !mandatory.iter().all(has) {
        return None;
    }
    // Scores are defined to one decimal between 0 and 10, so the cast cannot truncate.
    let tenths = (value * 10.0).round().clamp(0.0, 100.0) as u8;
    Some(BaseScore { version, tenths })
}

const V3_BASE: &[&str] = &["AV", "AC", "PR", "UI", "S", "C", "I", "A"];
const V4_BASE: &[&str] = &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(vector: &str, expected: Option<(&str, f64)>) {
        let actual = base_score(vector).map(|score| (score.version.as_str(), score.value()));
        assert_eq!(actual, expected, "{vector}");
    }

    #[test]
    fn published_scores() {
        check(
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
            Some(("3.1", 10.0)),
        );
        check("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Some(("3.0", 9.8)));
        check("CVSS:3.1/AV:N/AC:H/PR:L/UI:R/S:C/C:L/I:L/A:N", Some(("3.1", 4.4)));
        check("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:N", Some(("3.1", 0.0)));
        check("AV:N/AC:L/Au:N/C:N/I:N/A:P", Some(("2.0", 5.0)));
        check("(AV:N/AC:M/Au:N/C:C/I:C/A:C)", Some(("2.0", 9.3)));
        check(
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
            Some(("4.0", 9.3)),
        );
    }

    #[test]
    fn temporal_metrics_do_not_lower_the_base() {
        check(
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O/RC:C",
            Some(("3.1", 9.8)),
        );
        check("AV:N/AC:L/Au:N/C:N/I:N/A:P/E:U/RL:OF/RC:C", Some(("2.0", 5.0)));
    }

    #[test]
    fn what_is_no_vector_has_no_score() {
        for vector in [
            "",
            "high",
            "9.8",
            "CVSS:3.1",
            "CVSS:3.1/AV:Q",
            "CVSS:9.9/AV:N",
            "CVSS:3.1/AV:N",
        ] {
            check(vector, None);
        }
    }

    proptest! {
        #[test]
        fn never_panics(vector in ".{0,80}") {
            let _ = base_score(&vector);
        }
    }
}
