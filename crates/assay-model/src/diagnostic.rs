//! What could not be looked at, and why: a stable code, a place, a sentence.

use std::fmt;

/// A stable reason code. *Nothing found* and *not looked at* never share an answer, so each has a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiagnosticCode {
    /// The operating system's release is known and no longer maintained by its publisher.
    DistributionEndOfLife,
    /// The operating system could not be told, or no advisories exist for it here.
    DistributionUnknown,
    /// The intelligence in use has no advisories at all for an ecosystem that is installed.
    EcosystemNotCovered,
    /// The intelligence is the small starter set, or is old.
    IntelligenceIncomplete,
    /// A file could not be read (permissions, a broken link, an input error).
    Unreadable,
    /// A file was read but its content breaks its format.
    Malformed,
    /// A format or feature that is not handled.
    Unsupported,
    /// A size, depth, ratio or count limit stopped the reading.
    LimitReached,
    /// An archive entry whose path leaves the tree; it is ignored.
    UnsafePath,
    /// A package whose version or name is missing, so that it cannot be matched.
    Unidentified,
    /// A directory that is left out on purpose, such as a pseudo file system.
    Skipped,
}

impl DiagnosticCode {
    /// Every code, in the order of their names in code.
    pub const ALL: [DiagnosticCode; 11] = [
        DiagnosticCode::DistributionEndOfLife,
        DiagnosticCode::DistributionUnknown,
        DiagnosticCode::EcosystemNotCovered,
        DiagnosticCode::IntelligenceIncomplete,
        DiagnosticCode::Unreadable,
        DiagnosticCode::Malformed,
        DiagnosticCode::Unsupported,
        DiagnosticCode::LimitReached,
        DiagnosticCode::UnsafePath,
        DiagnosticCode::Unidentified,
        DiagnosticCode::Skipped,
    ];

    /// The code as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            DiagnosticCode::DistributionEndOfLife => "distribution-end-of-life",
            DiagnosticCode::DistributionUnknown => "distribution-unknown",
            DiagnosticCode::EcosystemNotCovered => "ecosystem-not-covered",
            DiagnosticCode::IntelligenceIncomplete => "intelligence-incomplete",
            DiagnosticCode::Unreadable => "unreadable",
            DiagnosticCode::Malformed => "malformed",
            DiagnosticCode::Unsupported => "unsupported",
            DiagnosticCode::LimitReached => "limit-reached",
            DiagnosticCode::UnsafePath => "unsafe-path",
            DiagnosticCode::Unidentified => "unidentified",
            DiagnosticCode::Skipped => "skipped",
        }
    }

    /// Whether a person should read it before trusting the result as a whole (it is shown at the top).
    pub fn is_prominent(self) -> bool {
        self <= DiagnosticCode::IntelligenceIncomplete
    }
}

impl fmt::Display for DiagnosticCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that was not, or not fully, looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Which kind of thing.
    pub code: DiagnosticCode,
    /// Where in the artifact (`/`-separated, no leading slash), if anywhere in particular.
    pub path: Option<String>,
    /// What happened, in one lower-case sentence without a full stop.
    pub message: String,
}

impl Diagnostic {
    /// A diagnostic about one path.
    pub fn at(code: DiagnosticCode, path: impl Into<String>, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            path: Some(path.into()),
            message: message.into(),
        }
    }

    /// A diagnostic about the artifact as a whole.
    pub fn new(code: DiagnosticCode, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            path: None,
            message: message.into(),
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{path}: {} [{}]", self.message, self.code),
            None => write!(f, "{} [{}]", self.message, self.code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique() {
        let mut names: Vec<_> = DiagnosticCode::ALL.iter().map(|code| code.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), DiagnosticCode::ALL.len());
    }
}
