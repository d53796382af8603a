//! Which findings of an assessment are shown.

use assay_assess::{Assessment, Finding, FixState};
use assay_model::Severity;

/// What the user wants to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only findings at or above this severity.
    pub at_least: Option<Severity>,
    /// Only findings in this state.
    pub fix_state: Option<FixState>,
}

/// The findings to show, in their order, and how many are left out.
pub fn select(assessment: &Assessment, selection: Selection) -> (Vec<&Finding>, usize) {
    let shown: Vec<&Finding> = assessment
        .findings
        .iter()
        .filter(|finding| selection.at_least.is_none_or(|least| finding.severity >= least))
        .filter(|finding| selection.fix_state.is_none_or(|state| finding.fix_state == state))
        .collect();
    let hidden = assessment.findings.len() - shown.len();
    (shown, hidden)
}
