//! Inventory and intelligence to findings: the one matcher.
//!
//! `findings = assess(inventory, intelligence, day)`, with no input or output of its own. What to know first:
//!
//! * A package is looked up by its package URL alone ([`Target`]), so scans, SBOMs and the service agree.
//! * Packages of an operating system are judged by their distribution only, language packages by their ecosystem
//!   only; a language package that an operating-system package owns belongs to the latter.
//! * A vendor's *not affected* beats every other source. Withdrawn and rejected records match nothing.
//! * What could not be assessed comes back as diagnostics, never as silence.

mod coverage;
mod finding;
mod lifecycle;
mod matcher;
mod severity;
mod target;
mod vulnerability;

pub use finding::{Assessment, CvssScore, Exploit, Finding, FixState, Match, Vulnerability};
pub use lifecycle::{Support, support};
pub use matcher::assess;
pub use target::{Family, NoTarget, Target};
