//! CISA's reading of a flaw in the words of SSVC: how it is exploited, whether that can be automated, what it yields.

/// What is known of exploitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Exploitation {
    /// No sign of exploitation, and no public exploit.
    None = 1,
    /// A proof of concept is public, or the way to exploit it is well known.
    ProofOfConcept = 2,
    /// It is being exploited.
    Active = 3,
}

/// Whether an attacker can automate all steps up to exploitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Automatable {
    /// They cannot all be automated.
    No = 1,
    /// They can.
    Yes = 2,
}

/// How much control exploitation gives over the component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum TechnicalImpact {
    /// Limited control, or disclosure of some of its content.
    Partial = 1,
    /// Full control, or disclosure of everything.
    Total = 2,
}

/// The decision points of SSVC that CISA publishes for a CVE; a point that is not decided yet is absent.
///
/// Source: CISA's SSVC guide and the Vulnrichment project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ssvc {
    /// What is known of exploitation.
    pub exploitation: Option<Exploitation>,
    /// Whether exploitation can be automated.
    pub automatable: Option<Automatable>,
    /// What exploitation yields.
    pub technical_impact: Option<TechnicalImpact>,
}

impl Exploitation {
    /// The word in JSON, which is CISA's.
    pub fn as_str(self) -> &'static str {
        match self {
            Exploitation::None => "none",
            Exploitation::ProofOfConcept => "poc",
            Exploitation::Active => "active",
        }
    }

    /// Reads CISA's word.
    pub fn from_word(word: &str) -> Option<Exploitation> {
        use Exploitation::*;
        [None, ProofOfConcept, Active]
            .into_iter()
            .find(|point| word.trim().eq_ignore_ascii_case(point.as_str()))
    }
}

impl Automatable {
    /// The word in JSON, which is CISA's.
    pub fn as_str(self) -> &'static str {
        match self {
            Automatable::No => "no",
            Automatable::Yes => "yes",
        }
    }

    /// Reads CISA's word.
    pub fn from_word(word: &str) -> Option<Automatable> {
        [Automatable::No, Automatable::Yes]
            .into_iter()
            .find(|point| word.trim().eq_ignore_ascii_case(point.as_str()))
    }
}

impl TechnicalImpact {
    /// The word in JSON, which is CISA's.
    pub fn as_str(self) -> &'static str {
        match self {
            TechnicalImpact::Partial => "partial",
            TechnicalImpact::Total => "total",
        }
    }

    /// Reads CISA's word.
    pub fn from_word(word: &str) -> Option<TechnicalImpact> {
        [TechnicalImpact::Partial, TechnicalImpact::Total]
            .into_iter()
            .find(|point| word.trim().eq_ignore_ascii_case(point.as_str()))
    }
}

impl Ssvc {
    /// The points in one byte; 0 when none is decided.
    pub fn code(self) -> u8 {
        self.exploitation.map_or(0, |point| point as u8)
            | self.automatable.map_or(0, |point| point as u8) << 2
            | self.technical_impact.map_or(0, |point| point as u8) << 4
    }

    /// The inverse of [`Ssvc::code`]: `None` for a byte that no decision has as its code, or that has none decided.
    pub fn from_code(code: u8) -> Option<Ssvc> {
        let exploitation = [
            Exploitation::None,
            Exploitation::ProofOfConcept,
            Exploitation::Active,
        ];
        let automatable = [Automatable::No, Automatable::Yes];
        let technical_impact = [TechnicalImpact::Partial, TechnicalImpact::Total];
        let ssvc = Ssvc {
            exploitation: exploitation.into_iter().find(|point| *point as u8 == code & 3),
            automatable: automatable
                .into_iter()
                .find(|point| *point as u8 == code >> 2 & 3),
            technical_impact: technical_impact
                .into_iter()
                .find(|point| *point as u8 == code >> 4),
        };
        (code != 0 && ssvc.code() == code).then_some(ssvc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_round_trips_or_is_refused() {
        let mut decisions = 0;
        for code in 0..=u8::MAX {
            if let Some(ssvc) = Ssvc::from_code(code) {
                assert_eq!(ssvc.code(), code);
                decisions += 1;
            }
        }
        assert_eq!(decisions, 4 * 3 * 3 - 1, "all but the undecided one");
    }

    #[test]
    fn words() {
        assert_eq!(Exploitation::from_word("PoC"), Some(Exploitation::ProofOfConcept));
        assert_eq!(Exploitation::from_word("perhaps"), None);
        assert_eq!(Automatable::from_word("yes"), Some(Automatable::Yes));
        assert_eq!(TechnicalImpact::from_word("total"), Some(TechnicalImpact::Total));
    }
}
