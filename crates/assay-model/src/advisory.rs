//! Advisories as facts: what a source says about which versions of which packages, and how bad it is.

use jiff::Timestamp;

use crate::{PackageKey, Severity, Ssvc};

/// Who says it: a short stable name such as `ghsa`, `debian` or `nvd`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source(pub String);

/// What an advisory is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum AdvisoryKind {
    /// A flaw, or several.
    Vulnerability = 0,
    /// Nobody maintains the package any more (RustSec `unmaintained`).
    Unmaintained = 1,
    /// Safe code can break memory safety through it (RustSec `unsound`).
    Unsound = 2,
    /// Anything else worth knowing that is not a flaw (RustSec `notice`).
    Notice = 3,
    /// The package itself is hostile (OSV `MAL-`).
    Malicious = 4,
    /// An update that fixes no flaw (ALBA, ALEA bulletins); kept as a fact, never a finding.
    Update = 5,
    /// The operating system is past its support; the entry's version is the day.
    EndOfLife = 6,
}

impl AdvisoryKind {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            AdvisoryKind::Vulnerability => "vulnerability",
            AdvisoryKind::Unmaintained => "unmaintained",
            AdvisoryKind::Unsound => "unsound",
            AdvisoryKind::Notice => "notice",
            AdvisoryKind::Malicious => "malicious",
            AdvisoryKind::Update => "update",
            AdvisoryKind::EndOfLife => "end-of-life",
        }
    }

    /// The inverse of `kind as u8`; `None` for a number that names no kind.
    pub fn from_code(code: u8) -> Option<AdvisoryKind> {
        use AdvisoryKind::*;
        [
            Vulnerability,
            Unmaintained,
            Unsound,
            Notice,
            Malicious,
            Update,
            EndOfLife,
        ]
        .into_iter()
        .find(|kind| *kind as u8 == code)
    }
}

/// Whether a record still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Standing {
    /// It holds.
    Valid = 0,
    /// It holds, but the vendor or others contest it; shown with the finding.
    Disputed = 1,
    /// Its publisher took it back; kept by id, matches nothing.
    Withdrawn = 2,
    /// The CVE was rejected; kept by id, matches nothing.
    Rejected = 3,
}

impl Standing {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Valid => "valid",
            Standing::Disputed => "disputed",
            Standing::Withdrawn => "withdrawn",
            Standing::Rejected => "rejected",
        }
    }

    /// Whether findings may rest on the record.
    pub fn holds(self) -> bool {
        matches!(self, Standing::Valid | Standing::Disputed)
    }

    /// The inverse of `standing as u8`; `None` for a number that names no standing.
    pub fn from_code(code: u8) -> Option<Standing> {
        use Standing::*;
        [Valid, Disputed, Withdrawn, Rejected]
            .into_iter()
            .find(|standing| *standing as u8 == code)
    }
}

/// What a vendor says of one package in one release, apart from the version ranges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum VendorStatus {
    /// Versions inside the ranges are affected.
    Affected = 0,
    /// No version of the package in this release was ever affected.
    NotAffected = 1,
    /// Affected and will stay so (Debian `ignored`, Red Hat "Will not fix").
    WontFix = 2,
    /// Affected; a fix is put off and may come with a later update (Debian `postponed`).
    Postponed = 3,
    /// Affected; the release or package is past its support, so no fix comes.
    EndOfLife = 4,
    /// Affected in the letter, of no security consequence by the vendor's policy (Debian `unimportant`).
    Unimportant = 5,
    /// The vendor has not decided yet whether it is affected (Debian `undetermined`).
    Undetermined = 6,
    /// Affected; no advisory of its own planned (Debian `no-dsa`), a point release may carry the fix.
    NoAdvisoryPlanned = 7,
}

impl VendorStatus {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            VendorStatus::Affected => "affected",
            VendorStatus::NotAffected => "not-affected",
            VendorStatus::WontFix => "wont-fix",
            VendorStatus::Postponed => "postponed",
            VendorStatus::EndOfLife => "end-of-life",
            VendorStatus::Unimportant => "unimportant",
            VendorStatus::Undetermined => "undetermined",
            VendorStatus::NoAdvisoryPlanned => "no-advisory-planned",
        }
    }

    /// The inverse of `status as u8`; `None` for a number that names no status.
    pub fn from_code(code: u8) -> Option<VendorStatus> {
        use VendorStatus::*;
        [
            Affected,
            NotAffected,
            WontFix,
            Postponed,
            EndOfLife,
            Unimportant,
            Undetermined,
            NoAdvisoryPlanned,
        ]
        .into_iter()
        .find(|status| *status as u8 == code)
    }
}

/// One event of an OSV range, versions as the source wrote them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RangeEvent {
    /// Affected from here on; `0` means from the very beginning.
    Introduced(String),
    /// Not affected from here on.
    Fixed(String),
    /// Affected up to and including this one.
    LastAffected(String),
    /// Nothing is said from here on.
    Limit(String),
}

/// One package that an advisory speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// The package, in its ecosystem and release.
    pub package: PackageKey,
    /// What the vendor says beside the ranges.
    pub status: VendorStatus,
    /// Ranges, each a list of events in any order. A version inside any range or in `versions` is affected.
    pub ranges: Vec<Vec<RangeEvent>>,
    /// Versions named one by one.
    pub versions: Vec<String>,
    /// The vendor's own severity for this package, over the advisory's.
    pub severity: Option<Severity>,
    /// The RPM module stream (`nodejs:18`) that the entry is confined to.
    pub module: Option<String>,
}

/// Which version of CVSS a vector is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CvssVersion {
    /// CVSS 2.0.
    V2,
    /// CVSS 3.0.
    V30,
    /// CVSS 3.1.
    V31,
    /// CVSS 4.0.
    V40,
}

impl CvssVersion {
    /// The version as in `CVSS:3.1`.
    pub fn as_str(self) -> &'static str {
        match self {
            CvssVersion::V2 => "2.0",
            CvssVersion::V30 => "3.0",
            CvssVersion::V31 => "3.1",
            CvssVersion::V40 => "4.0",
        }
    }
}

/// A CVSS vector and who gave it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CvssVector {
    /// Who gave it: a source's short name, or the CNA's address as NVD writes it.
    pub source: String,
    /// The vector string as published.
    pub vector: String,
}

/// A link with its purpose in OSV's words (`ADVISORY`, `FIX`, `WEB`, …).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// OSV reference type, upper case.
    pub kind: String,
    /// The address.
    pub url: String,
}

/// A record of one source about a flaw, or about several that one update fixes.
///
/// A catalogue that names no packages (NVD) leaves `affected` empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advisory {
    /// The source's id: `GHSA-…`, `PYSEC-…`, `ALSA-2022:1234`, or a CVE id where the source uses those.
    pub id: String,
    /// Who says it.
    pub source: Source,
    /// Flaw, or something milder.
    pub kind: AdvisoryKind,
    /// Whether it still holds.
    pub standing: Standing,
    /// Ids of the same flaw elsewhere.
    pub aliases: Vec<String>,
    /// Ids of the flaws that a bulletin fixes (its CVEs); empty when the record *is* the flaw.
    pub fixes: Vec<String>,
    /// Ids that are related without being the same.
    pub related: Vec<String>,
    /// One line.
    pub title: String,
    /// The long text.
    pub details: String,
    /// When it was first published.
    pub published: Option<Timestamp>,
    /// When it was last changed.
    pub modified: Option<Timestamp>,
    /// The source's own severity word.
    pub severity: Option<Severity>,
    /// CVSS vectors.
    pub cvss: Vec<CvssVector>,
    /// CWE numbers.
    pub cwes: Vec<u32>,
    /// CISA's reading in the words of SSVC.
    pub ssvc: Option<Ssvc>,
    /// Links.
    pub references: Vec<Reference>,
    /// The packages.
    pub affected: Vec<Affected>,
}

impl Advisory {
    /// An advisory that says nothing yet.
    pub fn new(source: &str, id: impl Into<String>) -> Advisory {
        Advisory {
            id: id.into(),
            source: Source(source.to_owned()),
            kind: AdvisoryKind::Vulnerability,
            standing: Standing::Valid,
            aliases: Vec::new(),
            fixes: Vec::new(),
            related: Vec::new(),
            title: String::new(),
            details: String::new(),
            published: None,
            modified: None,
            severity: None,
            cvss: Vec::new(),
            cwes: Vec::new(),
            ssvc: None,
            references: Vec::new(),
            affected: Vec::new(),
        }
    }
}

/// The Exploit Prediction Scoring System's daily figures for one CVE, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epss {
    /// Probability of exploitation within 30 days, 0 to 1,000,000.
    pub score: u32,
    /// Share of CVEs with the same or a lower score, 0 to 1,000,000.
    pub percentile: u32,
}

/// An entry of CISA's catalogue of known exploited vulnerabilities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownExploited {
    /// The CVE id.
    pub id: String,
    /// Day it entered the catalogue, `YYYY-MM-DD`.
    pub date_added: String,
    /// Day by which US agencies must act, `YYYY-MM-DD`; empty when not stated.
    pub due_date: String,
    /// Whether ransomware campaigns are known to use it.
    pub ransomware: Ransomware,
}

/// CISA's word on use in ransomware campaigns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ransomware {
    /// Known to be used.
    Known,
    /// Not known.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes run from 0 without a gap, so a code past the last is the first that names nothing.
    fn check<T: Copy>(from_code: fn(u8) -> Option<T>, code: fn(T) -> u8, count: u8) {
        for expected in 0..count {
            assert_eq!(from_code(expected).map(code), Some(expected));
        }
        assert!(from_code(count).is_none());
    }

    #[test]
    fn every_code_round_trips() {
        check(
            AdvisoryKind::from_code,
            |kind| kind as u8,
            AdvisoryKind::EndOfLife as u8 + 1,
        );
        check(
            Standing::from_code,
            |standing| standing as u8,
            Standing::Rejected as u8 + 1,
        );
        check(
            VendorStatus::from_code,
            |status| status as u8,
            VendorStatus::NoAdvisoryPlanned as u8 + 1,
        );
    }
}
