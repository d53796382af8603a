//! What an assessment finds.

use std::rc::Rc;

use assay_model::{
    AdvisoryKind, CvssVersion, Diagnostic, Epss, KnownExploited, Reference, Severity, Ssvc, Standing,
    VendorStatus,
};
use assay_versions::Scheme;

/// Whether and how a finding can be fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FixState {
    /// A fixed version exists.
    Fixed,
    /// The vendor knows of it and has no fix yet.
    Pending,
    /// The vendor will not fix it in this release.
    WontFix,
    /// No source names a fixed version.
    NoneKnown,
}

impl FixState {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            FixState::Fixed => "fixed",
            FixState::Pending => "pending",
            FixState::WontFix => "wont-fix",
            FixState::NoneKnown => "none-known",
        }
    }
}

/// A scored CVSS vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CvssScore {
    /// Who gave it.
    pub source: String,
    /// The version of CVSS.
    pub version: CvssVersion,
    /// The vector as published.
    pub vector: String,
    /// The base score in tenths, 0 to 100.
    pub tenths: u8,
}

/// What is known of a vulnerability itself, whoever has it. Shared by all findings of one assessment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vulnerability {
    /// The canonical id.
    pub id: String,
    /// Other ids of the same flaw, sorted.
    pub aliases: Vec<String>,
    /// One line; made of the description's beginning where no source gives one.
    pub title: String,
    /// The long text; empty when no source gives one.
    pub description: String,
    /// Every score, best source first.
    pub cvss: Vec<CvssScore>,
    /// EPSS figures.
    pub epss: Option<Epss>,
    /// Entry in CISA's catalogue.
    pub known_exploited: Option<KnownExploited>,
    /// CISA's reading in the words of SSVC.
    pub ssvc: Option<Ssvc>,
    /// Whether exploitation or exploit code is known: in CISA's catalogue or by its decision, or a reference leads to an
    /// exploit.
    pub exploit: Exploit,
    /// CWE numbers, sorted.
    pub cwes: Vec<u32>,
    /// Links, each address once.
    pub references: Vec<Reference>,
    /// Valid, disputed or rejected, by the most critical voice.
    pub standing: Standing,
    /// First published, in Unix seconds.
    pub published: Option<u32>,
    /// Last changed, in Unix seconds.
    pub modified: Option<u32>,
    /// Severity words of the sources about the flaw, each with the source's short name, best source first.
    pub words: Vec<(String, Severity)>,
}

/// Whether an exploit is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exploit {
    /// One is known.
    Known,
    /// None is known.
    Unknown,
}

/// Why a package matched: the record, and which of its ranges the version fell into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The record's id.
    pub advisory: String,
    /// Its source.
    pub source: String,
    /// The package as the record names it: ecosystem and name.
    pub package: String,
    /// The range in words, such as `>= 2.0, < 2.3`.
    pub range: String,
    /// What the vendor says beside the range.
    pub status: VendorStatus,
    /// The fixed version that the range ends with.
    pub fixed_in: Option<String>,
}

/// What has a vulnerability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The operating system itself.
    OperatingSystem,
    /// A package, by its position in the inventory.
    Package(usize),
}

impl Subject {
    /// The package's position in the inventory, when it is one.
    pub fn package(self) -> Option<usize> {
        match self {
            Subject::OperatingSystem => None,
            Subject::Package(position) => Some(position),
        }
    }
}

/// Whether a vulnerability can have an effect where its package was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Applicability {
    /// As far as can be told.
    Applicable,
    /// Not, for a reason; shown on demand and counted nowhere.
    NotApplicable(Reason),
}

/// Why a vulnerability has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The package holds the headers of a kernel, which is not what runs.
    KernelHeaders,
    /// The package holds a kernel that is not the running one.
    KernelNotRunning,
}

impl Reason {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::KernelHeaders => "kernel-headers",
            Reason::KernelNotRunning => "kernel-not-running",
        }
    }
}

/// Something that has a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The flaw.
    pub vulnerability: Rc<Vulnerability>,
    /// Flaw, or something milder such as an abandoned package.
    pub kind: AdvisoryKind,
    /// What has it.
    pub subject: Subject,
    /// Whether it can have an effect there.
    pub applicability: Applicability,
    /// The version that was compared.
    pub installed: String,
    /// The order of versions that it was compared in.
    pub scheme: Scheme,
    /// The version to upgrade to.
    pub fixed_in: Option<String>,
    /// Whether and how it can be fixed.
    pub fix_state: FixState,
    /// How bad it is.
    pub severity: Severity,
    /// Whose word or score the severity is.
    pub severity_source: String,
    /// Why it matched; at least one.
    pub matches: Vec<Match>,
}

/// The outcome of an assessment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// Findings, worst first.
    pub findings: Vec<Finding>,
    /// What could not be assessed, and why; sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// How many packages were held against advisories.
    pub assessed: usize,
}
