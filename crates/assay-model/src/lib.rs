//! The vocabulary every other room speaks: ecosystem, package URL, package, advisory, severity, diagnostic.
//!
//! Plain data and the few rules that belong to the words themselves (how an ecosystem spells its package
//! names, which band a score falls into). Nothing here reads a file, and nothing here knows anyone's wire format.

mod advisory;
mod diagnostic;
mod distribution;
mod ecosystem;
mod inventory;
mod package;
mod purl;
mod severity;
mod ssvc;

pub use advisory::{
    Advisory, AdvisoryKind, Affected, CvssVector, CvssVersion, Epss, KnownExploited, RangeEvent, Ransomware,
    Reference, Source, Standing, VendorStatus,
};
pub use diagnostic::{Diagnostic, DiagnosticCode};
pub use distribution::{Distribution, debian_release};
pub use ecosystem::{Ecosystem, OPERATING_SYSTEM, PackageKey, RUNTIME};
pub use inventory::{Artifact, ArtifactKind, BaseImage, Inventory};
pub use package::{Evidence, Layer, Package};
pub use purl::{Purl, PurlError, SYSTEM_KINDS};
pub use severity::Severity;
pub use ssvc::{Automatable, Exploitation, Ssvc, TechnicalImpact};
