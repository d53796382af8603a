//! What an explanation is made of, as it is answered.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    feed::{severities, statuses},
    push::Named,
    resources::NotAssessed,
};

/// Why a resource has a vulnerability, or why it has not.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Explanation {
    pub(super) verdict: Verdict,
    /// The verdict for people.
    pub(super) because: String,
    pub(super) resource: Named,
    pub(super) vulnerability: ToldVulnerability,
    /// The finding; null where there is none.
    pub(super) finding: Option<ToldFinding>,
    /// Packages of the resource that records about the vulnerability name.
    pub(super) packages: Vec<ToldPackage>,
    /// What could not be looked at, so that nobody takes silence for safety.
    pub(super) not_assessed: Vec<NotAssessed>,
    /// The generation of the intelligence that was asked.
    pub(super) generation: String,
    /// The inventory that was asked; null where the resource has none.
    pub(super) inventory: Option<String>,
}

/// How a resource stands to a vulnerability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Verdict {
    /// It has it.
    Affected,
    /// None of the packages that records about it name is installed.
    NotInstalled,
    /// Their versions lie in none of the affected ranges.
    OutsideRange,
    /// Their vendor says that they are not affected.
    NotAffected,
    /// They have it in name, without an effect: kernels that do not run, headers.
    NotApplicable,
    /// They belong to packages of the operating system, whose distribution speaks for them.
    OwnedByOperatingSystem,
    /// It has no inventory, or none that was assessed yet.
    NotAssessed,
    /// No source that is in force tells of the vulnerability.
    UnknownVulnerability,
}

/// A vulnerability as the sources have it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ToldVulnerability {
    /// The id to show.
    pub(super) id: String,
    /// Other ids of the same flaw.
    pub(super) aliases: Vec<String>,
    /// One line.
    pub(super) title: String,
    /// Scores, the best source first.
    pub(super) cvss: Vec<Score>,
    /// Words of the sources on how bad it is, the best source first.
    pub(super) severities: Vec<SeverityWord>,
    /// The probability of exploitation within 30 days; null where none is told.
    pub(super) epss: Option<f64>,
    /// Whether CISA's catalogue lists it as exploited.
    pub(super) known_exploited: bool,
}

/// A scored vector.
#[derive(Serialize, ToSchema)]
pub(crate) struct Score {
    pub(super) source: String,
    pub(super) vector: String,
    pub(super) score: f64,
}

/// A source's word on how bad it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct SeverityWord {
    pub(super) source: String,
    pub(super) severity: String,
}

/// The finding as it stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ToldFinding {
    pub(super) arn: String,
    #[schema(schema_with = statuses)]
    pub(super) status: &'static str,
    #[schema(schema_with = severities)]
    pub(super) severity: &'static str,
    /// When it was first observed.
    #[schema(format = DateTime)]
    pub(super) first_observed_at: String,
    /// When it was last observed.
    #[schema(format = DateTime)]
    pub(super) last_observed_at: String,
    /// The rule that suppresses it; null where none does.
    pub(super) suppressed_by: Option<Suppressing>,
}

/// The rule that suppresses a finding.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Suppressing {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) reason: String,
    pub(super) owner: String,
}

/// How a package stands to the vulnerability.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ToldPackage {
    /// The package URL; of the operating system itself, its name.
    pub(super) package: String,
    /// The version that was compared.
    pub(super) installed: String,
    /// What comes of all that is said of it: `affected`, `outside-range`, `not-affected`, `kernel-headers`,
    /// `kernel-not-running`, `owned-by-operating-system`.
    pub(super) outcome: &'static str,
    /// The package of the operating system that owns its files; null where none does.
    pub(super) owner: Option<String>,
    /// How bad it is here, and whose word or score that is; null where it is not affected.
    pub(super) severity: Option<SeverityWord>,
    /// `fixed`, `pending`, `wont-fix` or `none-known`; null where it is not affected.
    pub(super) fix_state: Option<&'static str>,
    /// The version to upgrade to; null where none is known.
    pub(super) fixed_in: Option<String>,
    /// What each record says of it.
    pub(super) statements: Vec<Statement>,
    /// Where it was seen.
    pub(super) evidence: Vec<Seen>,
}

/// What a record says of a package.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Statement {
    /// The record's id.
    pub(super) advisory: String,
    /// Its source.
    pub(super) source: String,
    /// The package as the record names it: ecosystem and name.
    pub(super) package: String,
    /// The version that is compared there.
    pub(super) version: String,
    /// The affected versions in words.
    pub(super) range: String,
    /// `affected`, `outside-range`, `not-affected`, `other-stream` or `withdrawn`.
    pub(super) word: &'static str,
    /// What the vendor says beside the range, as `wont-fix`.
    pub(super) status: &'static str,
    /// The version that ends the range; null where none does.
    pub(super) fixed_in: Option<String>,
}

/// A place where a package was seen.
#[derive(Serialize, ToSchema)]
pub(crate) struct Seen {
    pub(super) path: String,
    /// The digest of the image's layer; null where there are none.
    pub(super) layer: Option<String>,
    /// What read it.
    pub(super) analyser: String,
}
