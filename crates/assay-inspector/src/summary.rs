//! A finding of one package in the few words that a store keeps of it, to filter and sort by.

use assay_assess::{Finding, Subject};
use assay_model::Ecosystem;

use crate::{
    finding::description,
    score::base_score,
    source::{Vendor, described, vendor_severity},
};

/// The longest description that is kept, in characters: as long as the API shows.
const LONGEST_DESCRIPTION: usize = 1024;

/// What [`PackageFinding`](crate::PackageFinding) shows, for one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Who describes the vulnerability.
    pub source: String,
    /// The severity in the vendor's own word.
    pub vendor_severity: Option<String>,
    /// The score in tenths, 0 to 100.
    pub score: Option<u8>,
    /// The description, else the title, else the id.
    pub description: String,
}

/// Sums up what an assessment found.
pub fn summary(finding: &Finding) -> Summary {
    let vulnerability = &finding.vulnerability;
    let vendor = match finding.subject {
        Subject::OperatingSystem => None,
        Subject::Package(_) => finding.matches.iter().find_map(|matched| {
            let (ecosystem, _) = matched.package.rsplit_once(' ')?;
            Vendor::of_ecosystem(&Ecosystem::new(ecosystem))
        }),
    };
    let judged = std::iter::once((finding.severity_source.as_str(), finding.severity));
    Summary {
        source: described(&vulnerability.id, vendor).source.into_owned(),
        vendor_severity: vendor_severity(vendor, judged, vulnerability),
        score: base_score(vulnerability, vendor).map(|base| base.tenths),
        description: description(vulnerability, LONGEST_DESCRIPTION),
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use assay_assess::{Applicability, FixState, Match};
    use assay_model::{AdvisoryKind, CvssVersion, Severity, VendorStatus};

    use super::*;
    use crate::fixtures::{score, vulnerability};

    fn found(package: &str, severity_source: &str) -> Finding {
        let mut known = vulnerability("CVE-2024-1");
        known.cvss = vec![
            score("redhat", CvssVersion::V31, 65),
            score("nvd", CvssVersion::V31, 98),
        ];
        Finding {
            vulnerability: Rc::new(known),
            kind: AdvisoryKind::Vulnerability,
            subject: Subject::Package(0),
            applicability: Applicability::Applicable,
            installed: "1".into(),
            scheme: assay_versions::Scheme::Generic,
            fixed_in: None,
            fix_state: FixState::NoneKnown,
            severity: Severity::Medium,
            severity_source: severity_source.into(),
            matches: vec![Match {
                advisory: "A".into(),
                source: severity_source.into(),
                package: package.into(),
                range: String::new(),
                status: VendorStatus::Affected,
                fixed_in: None,
            }],
        }
    }

    #[test]
    fn summaries() {
        for (package, judge, source, word, score) in [
            ("Red Hat:9 openssl", "redhat", "REDHAT_CVE", Some("Moderate"), 65),
            ("Debian:12 openssl", "debian", "DEBIAN_CVE", Some("medium"), 98),
            (
                "Debian:12 openssl",
                "nvd",
                "DEBIAN_CVE",
                Some("not yet assigned"),
                98,
            ),
            ("Rocky Linux:9 openssl", "rocky", "NVD", Some("CRITICAL"), 98),
            ("npm lodash", "nvd", "NVD", Some("CRITICAL"), 98),
        ] {
            let summary = summary(&found(package, judge));
            assert_eq!(summary.source, source, "{package}");
            assert_eq!(summary.vendor_severity.as_deref(), word, "{package}");
            assert_eq!(summary.score, Some(score), "{package}");
            assert_eq!(summary.description, "CVE-2024-1");
        }
    }
}
