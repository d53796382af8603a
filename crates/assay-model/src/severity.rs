//! Severity words and the score bands behind them.

use std::fmt;

/// How bad a vulnerability is, from least to most; `Untriaged` sorts lowest since nothing is known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Severity {
    /// Nobody has scored it; never to be read as harmless.
    Untriaged = 0,
    /// Scored 0.0, or declared to be of no security consequence.
    Informational = 1,
    /// Above 0.0 up to 3.9.
    Low = 2,
    /// 4.0 to 6.9.
    Medium = 3,
    /// 7.0 to 8.9.
    High = 4,
    /// 9.0 to 10.0.
    Critical = 5,
}

impl Severity {
    /// Every severity, worst first: the order of columns in a summary.
    pub const WORST_FIRST: [Severity; 6] = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
        Severity::Informational,
        Severity::Untriaged,
    ];

    /// The band a CVSS score (0.0 to 10.0) falls into, per the qualitative scale of CVSS v3.1 §5.
    pub fn from_score(score: f64) -> Severity {
        match score {
            s if s >= 9.0 => Severity::Critical,
            s if s >= 7.0 => Severity::High,
            s if s >= 4.0 => Severity::Medium,
            s if s > 0.0 => Severity::Low,
            _ => Severity::Informational,
        }
    }

    /// Reads a vendor's word in any case: GitHub's "moderate", Ubuntu's "negligible", Red Hat's "important".
    pub fn from_word(word: &str) -> Option<Severity> {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "critical" => Severity::Critical,
            "high" | "important" => Severity::High,
            "medium" | "moderate" => Severity::Medium,
            "low" => Severity::Low,
            "none" | "negligible" | "unimportant" | "informational" | "info" => Severity::Informational,
            "untriaged" => Severity::Untriaged,
            _ => return None,
        })
    }

    /// The word in lower case, as it stands in JSON and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Untriaged => "untriaged",
            Severity::Informational => "informational",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// The inverse of `severity as u8`; `None` for a number that names no severity.
    pub fn from_code(code: u8) -> Option<Severity> {
        Severity::WORST_FIRST
            .into_iter()
            .find(|severity| *severity as u8 == code)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands() {
        for (score, expected) in [
            (0.0, Severity::Informational),
            (0.1, Severity::Low),
            (3.9, Severity::Low),
            (4.0, Severity::Medium),
            (6.9, Severity::Medium),
            (7.0, Severity::High),
            (8.9, Severity::High),
            (9.0, Severity::Critical),
            (10.0, Severity::Critical),
        ] {
            assert_eq!(Severity::from_score(score), expected, "{score}");
        }
    }

    #[test]
    fn codes_and_words_round_trip() {
        for severity in Severity::WORST_FIRST {
            assert_eq!(Severity::from_code(severity as u8), Some(severity));
            assert_eq!(Severity::from_word(severity.as_str()), Some(severity));
        }
        assert_eq!(Severity::from_code(9), None);
        assert_eq!(Severity::from_word("MODERATE"), Some(Severity::Medium));
        assert_eq!(Severity::from_word("end-of-life"), None);
    }
}
