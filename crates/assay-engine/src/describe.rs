//! How findings are described to whoever reads them. The words are those of an API, which the engine does not know: it is
//! given a function.

use assay_assess::Finding;

/// What is kept of a finding beside its severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// Who tells of the vulnerability.
    pub source: String,
    /// The vendor's word on the severity; empty for none.
    pub vendor_severity: String,
    /// The score in tenths; negative for none.
    pub score: i64,
    /// `YES` or `NO`: whether a version fixes it.
    pub fix: &'static str,
    /// The vulnerability in one line.
    pub title: String,
    /// The vulnerability at length, cut to what is shown.
    pub description: String,
}

/// Describes a finding.
pub type Describe = fn(&Finding) -> Described;
