//! What Assay knows, in the words of Amazon Inspector's API; and the API's filters in Assay's.
//!
//! Pure functions from the vocabulary of our own rooms to the generated shapes of `assay-api-model`. What to know first:
//!
//! * Everything that is made holds the constraints of the model, whatever advisories and bills of materials say: texts are
//!   cut, control characters and addresses that are none left out.
//! * The severity of a finding is what the matcher says, the vendor's word first; its score is a CVSS base score, which
//!   may say otherwise.
//! * Scores are there for every type of resource, not for hosts alone.
//! * Values that AWS does not document are those of findings that it has published; where there is none, the module says
//!   that its words are inferred.

mod aggregation_filters;
mod coverage_filters;
mod detail;
mod filters;
mod finding;
mod fix;
#[cfg(test)]
mod fixtures;
mod package;
mod package_manager;
mod platform;
mod resource_filters;
mod runtime;
mod scan;
mod score;
mod search;
mod severity;
mod source;
mod summary;
mod text;
mod time;
mod upgrade;
mod version;

pub use aggregation_filters::{AggregationFilter, account_criteria, aggregation_filter};
pub use coverage_filters::coverage_criteria;
pub use detail::finding_detail;
pub use filters::{FilterError, criteria};
pub use finding::PackageFinding;
pub use fix::fix_available;
pub use package::{AffectedPackage, Place};
pub use package_manager::package_manager;
pub use platform::platform;
pub use resource_filters::resource_criteria;
pub use runtime::runtime;
pub use scan::{ScanFault, scan_sbom};
pub use search::vulnerability;
pub use severity::{severity, severity_of_score};
pub use source::source_name;
pub use summary::{Summary, summary};
pub use upgrade::upgrade_command;
pub use version::{VersionParts, fixed_version, version_parts};
