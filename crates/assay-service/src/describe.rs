//! How the engine describes findings to the store: in the words that `ListFindings` shows.

use assay_assess::Finding;
use assay_engine::Described;

/// Describes a finding of one package. Filters and sorting see this, and answers show it.
pub fn describe(finding: &Finding) -> Described {
    let summary = assay_inspector::summary(finding);
    Described {
        source: summary.source,
        vendor_severity: summary.vendor_severity.unwrap_or_default(),
        score: summary.score.map_or(-1, i64::from),
        fix: if finding.fixed_in.is_some() { "YES" } else { "NO" },
        title: finding.vulnerability.title.clone(),
        description: summary.description,
    }
}
