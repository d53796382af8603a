//! Severity words, and the bands of scores that they stand for.

use assay_api_model::inspector2 as api;
use assay_model::Severity;

/// The API's word for a severity.
pub fn severity(severity: Severity) -> api::Severity {
    match severity {
        Severity::Untriaged => api::Severity::Untriaged,
        Severity::Informational => api::Severity::Informational,
        Severity::Low => api::Severity::Low,
        Severity::Medium => api::Severity::Medium,
        Severity::High => api::Severity::High,
        Severity::Critical => api::Severity::Critical,
    }
}

/// The API's word for a score of 0.0 to 10.0.
///
/// The service's own texts let the band of low begin at 0.1 in one place and at 0.2 in another; everything above 0 is low
/// here, which is true to both.
pub fn severity_of_score(score: f64) -> api::Severity {
    severity(Severity::from_score(score))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words() {
        for known in Severity::WORST_FIRST {
            assert_eq!(severity(known).as_str(), known.as_str().to_uppercase());
        }
    }

    proptest! {
        /// The bands 0, to 3.9, to 6.9, to 8.9, to 10.
        #[test]
        fn bands(tenths in 0_u8..=100) {
            let expected = match tenths {
                0 => "INFORMATIONAL",
                1..=39 => "LOW",
                40..=69 => "MEDIUM",
                70..=89 => "HIGH",
                _ => "CRITICAL",
            };
            prop_assert_eq!(severity_of_score(f64::from(tenths) / 10.0).as_str(), expected);
        }
    }
}
