//! Which findings of an assessment are shown.

use assay_assess::{Applicability, Assessment, Finding, FixState};
use assay_model::Severity;

/// What the user wants to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only findings at or above this severity.
    pub at_least: Option<Severity>,
    /// Only findings in this state.
    pub fix_state: Option<FixState>,
}

/// Whether findings that cannot have an effect where they were found are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NotApplicable {
    /// They are left out, and counted nowhere.
    #[default]
    Hidden,
    /// They are shown among the others, each with its reason.
    Shown,
}

/// The findings to show but those that are not applicable, in their order, and how many the selection leaves out.
pub fn select(assessment: &Assessment, selection: Selection) -> (Vec<&Finding>, usize) {
    select_among(assessment, selection, NotApplicable::Hidden)
}

/// The findings to show, in their order, and how many the selection leaves out. What is not applicable and hidden is no
/// part of that number.
pub fn select_among(
    assessment: &Assessment,
    selection: Selection,
    not_applicable: NotApplicable,
) -> (Vec<&Finding>, usize) {
    let candidates: Vec<&Finding> = assessment
        .findings
        .iter()
        .filter(|finding| {
            not_applicable == NotApplicable::Shown || finding.applicability == Applicability::Applicable
        })
        .collect();
    let shown: Vec<&Finding> = candidates
        .iter()
        .copied()
        .filter(|finding| selection.at_least.is_none_or(|least| finding.severity >= least))
        .filter(|finding| selection.fix_state.is_none_or(|state| finding.fix_state == state))
        .collect();
    let hidden = candidates.len() - shown.len();
    (shown, hidden)
}
