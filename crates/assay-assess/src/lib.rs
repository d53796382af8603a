//! Inventory and intelligence to findings: the one matcher.
//!
//! `findings = assess(inventory, intelligence, conditions)`, with no input or output of its own; the conditions are the day
//! and, on a machine, its running kernel. What to know first:
//!
//! * A package is looked up by its package URL alone ([`Target`]), so scans, SBOMs and the service agree.
//! * Packages of an operating system are judged by their distribution only, language packages by their ecosystem
//!   only; a language package that an operating-system package owns belongs to the latter.
//! * A vendor's record of a flaw (*not affected*, *fixed in*, *won't fix*) beats its bulletins and its words on the source
//!   package. Withdrawn and rejected records match nothing.
//! * An operating system past its support is a finding itself.
//! * Flaws of kernels that do not run, and of a kernel's headers, are kept as *not applicable* with the reason.
//! * What could not be assessed comes back as diagnostics, never as silence.

mod coverage;
mod end_of_life;
mod explain;
mod finding;
mod kernel;
mod lifecycle;
mod lookup;
mod matcher;
mod severity;
mod statements;
mod subject;
mod target;
mod vulnerability;

pub use coverage::covers;
pub use explain::{Explained, ExplainedPackage, Outcome, Said, Word, explain};
pub use finding::{
    Applicability, Assessment, CvssScore, Exploit, Finding, FixState, Match, Reason, Subject, Vulnerability,
};
pub use lifecycle::{Support, support};
pub use lookup::{affected_ecosystems, vulnerabilities, vulnerability};
pub use matcher::{Conditions, assess};
pub use subject::{AssessedSubject, Assessor, subjects};
pub use target::{Elsewhere, Family, NoTarget, Target};
