//! A vulnerability by itself (`SearchVulnerabilities`).

use assay_api_model::inspector2 as api;
use assay_assess::Vulnerability;
use assay_model::{CvssVersion, Ecosystem};

use crate::{
    detail::{cisa_data, exploit_observed},
    finding::{description, probability, reference_urls, related, vulnerability_id},
    platform::platform_of_ecosystem,
    score::number,
    source::{described, vendor_severity},
    text::word,
    time::of_seconds,
};

/// The most platforms that the API lists.
const MOST_PLATFORMS: usize = 100;

/// The longest description, in characters; the model sets no bound.
const LONGEST_DESCRIPTION: usize = 65_536;

/// What is known of a vulnerability, and the platforms on which it can be found: those of the ecosystems that have rules
/// about it.
pub fn vulnerability(vulnerability: &Vulnerability, ecosystems: &[Ecosystem]) -> api::Vulnerability {
    let described = described(&vulnerability.id, None);
    let mut platforms: Vec<String> = ecosystems.iter().map(platform_of_ecosystem).collect();
    platforms.sort();
    platforms.dedup();
    platforms.truncate(MOST_PLATFORMS);
    let cwes = vulnerability.cwes.iter().map(|number| format!("CWE-{number}"));
    api::Vulnerability {
        atig_data: None,
        cisa_data: vulnerability.known_exploited.as_ref().map(cisa_data),
        cvss2: best(vulnerability, &[CvssVersion::V2]).map(|(base_score, scoring_vector)| api::Cvss2 {
            base_score,
            scoring_vector,
        }),
        cvss3: best(vulnerability, &[CvssVersion::V31, CvssVersion::V30]).map(
            |(base_score, scoring_vector)| api::Cvss3 {
                base_score,
                scoring_vector,
            },
        ),
        cvss4: best(vulnerability, &[CvssVersion::V40]).map(|(base_score, scoring_vector)| api::Cvss4 {
            base_score,
            scoring_vector,
        }),
        cwes: Some(cwes.collect()),
        description: Some(description(vulnerability, LONGEST_DESCRIPTION)),
        detection_platforms: Some(platforms),
        epss: vulnerability.epss.map(|epss| api::Epss {
            score: Some(probability(epss.score)),
        }),
        exploit_observed: exploit_observed(vulnerability),
        id: vulnerability_id(vulnerability),
        reference_urls: Some(reference_urls(vulnerability)),
        related_vulnerabilities: Some(related(vulnerability)),
        // The model has one word only.
        source: (described.source == "NVD").then(|| api::VulnerabilitySource::Nvd.into()),
        source_url: described.url,
        vendor_created_at: vulnerability.published.and_then(of_seconds),
        vendor_severity: vendor_severity(None, std::iter::empty(), vulnerability),
        vendor_updated_at: vulnerability.modified.and_then(of_seconds),
    }
}

/// NVD's score of these versions, the earlier the better, else anyone's.
fn best(vulnerability: &Vulnerability, versions: &[CvssVersion]) -> Option<(Option<f64>, Option<String>)> {
    let ranked = vulnerability.cvss.iter().filter_map(|score| {
        let rank = versions.iter().position(|version| *version == score.version)?;
        Some(((score.source != "nvd", rank), score))
    });
    let (_, score) = ranked.min_by_key(|(rank, _)| *rank)?;
    Some((Some(number(score.tenths)), word(&score.vector, 256)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{self, score};

    #[test]
    fn scores_of_each_generation_and_platforms() {
        let mut known = fixtures::vulnerability("CVE-2024-1");
        known.cvss = vec![
            score("ghsa", CvssVersion::V31, 75),
            score("nvd", CvssVersion::V30, 98),
            score("nvd", CvssVersion::V2, 50),
        ];
        let ecosystems = ["npm", "Debian:12", "Ubuntu:22.04", "Debian:12"].map(Ecosystem::new);
        let shape = vulnerability(&known, &ecosystems);
        assert_eq!(shape.cvss3.and_then(|score| score.base_score), Some(9.8));
        assert_eq!(shape.cvss2.and_then(|score| score.base_score), Some(5.0));
        assert_eq!(shape.cvss4, None);
        assert_eq!(
            shape.detection_platforms.unwrap(),
            ["DEBIAN_12", "NODEJS", "UBUNTU_22_04"]
        );
        assert_eq!(shape.source, Some(api::VulnerabilitySource::Nvd.into()));
    }
}
