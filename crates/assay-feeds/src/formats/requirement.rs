//! Sets of versions as package managers write them, with union, intersection and complement.
//!
//! Databases of languages tell the versions that are *not* affected, so what is affected is a complement. A set is a
//! list of spans between cuts; a cut lies just before or just after a version.

use std::cmp::Ordering;

use assay_model::RangeEvent;
use assay_versions::Scheme;

/// Whose way of writing requirements a text follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Cargo: a comma is *and*, a bare version means what is compatible with it.
    Cargo,
    /// RubyGems: a comma is *and*, `~>` fixes all parts but the last.
    Ruby,
    /// npm: a blank is *and*, `||` is *or*, `8.x` is a whole line.
    Npm,
    /// Composer: a comma or a blank is *and*, `|` and `||` are *or*.
    Composer,
}

/// Most comparisons of one requirement; real ones have a handful.
const MOST_COMPARISONS: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Cut {
    Beginning,
    Before(String),
    After(String),
    End,
}

/// A set of versions in an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Versions {
    scheme: Scheme,
    /// From one cut to another, ascending and apart.
    spans: Vec<(Cut, Cut)>,
}

impl Versions {
    pub(crate) fn none(scheme: Scheme) -> Versions {
        Versions {
            scheme,
            spans: Vec::new(),
        }
    }

    pub(crate) fn all(scheme: Scheme) -> Versions {
        Versions {
            scheme,
            spans: vec![(Cut::Beginning, Cut::End)],
        }
    }

    /// Reads a requirement; `None` when it is none.
    pub(crate) fn parse(text: &str, dialect: Dialect, scheme: Scheme) -> Option<Versions> {
        let mut set = Versions::none(scheme);
        let alternatives: Vec<&str> = match dialect {
            Dialect::Npm | Dialect::Composer => {
                text.split('|').filter(|part| !part.trim().is_empty()).collect()
            }
            Dialect::Cargo | Dialect::Ruby => vec![text],
        };
        for alternative in alternatives {
            let mut all = Versions::all(scheme);
            for (operator, version) in comparisons(alternative)? {
                all = all.and(&comparison(operator, version, dialect, scheme)?);
            }
            set = set.or(&all);
        }
        Some(set)
    }

    /// The versions that any of some requirements allows; requirements that cannot be read are left out and counted.
    pub(crate) fn any_of<'a>(
        requirements: impl IntoIterator<Item = &'a str>,
        dialect: Dialect,
        scheme: Scheme,
    ) -> Option<Versions> {
        let mut set = Versions::none(scheme);
        for requirement in requirements {
            set = set.or(&Versions::parse(requirement, dialect, scheme)?);
        }
        Some(set)
    }

    pub(crate) fn or(&self, other: &Versions) -> Versions {
        self.not().and(&other.not()).not()
    }

    pub(crate) fn and(&self, other: &Versions) -> Versions {
        let mut spans = Vec::new();
        for (from, to) in &self.spans {
            for (other_from, other_to) in &other.spans {
                let from = self.later(from, other_from);
                let to = self.earlier(to, other_to);
                if self.order(from, to) == Ordering::Less {
                    spans.push((from.clone(), to.clone()));
                }
            }
        }
        spans.sort_by(|(a, _), (b, _)| self.order(a, b));
        Versions {
            scheme: self.scheme,
            spans,
        }
    }

    pub(crate) fn not(&self) -> Versions {
        let mut spans = Vec::new();
        let mut from = Cut::Beginning;
        for (start, end) in &self.spans {
            if self.order(&from, start) == Ordering::Less {
                spans.push((from, start.clone()));
            }
            from = end.clone();
        }
        if from != Cut::End {
            spans.push((from, Cut::End));
        }
        Versions {
            scheme: self.scheme,
            spans,
        }
    }

    /// The ranges of the set. A range that ends where `fixed` begins is fixed there; one that ends elsewhere only ends.
    ///
    /// `beginning` is what the range from the first version of all starts with.
    pub(crate) fn ranges(&self, beginning: &str, fixed: &Versions) -> Vec<Vec<RangeEvent>> {
        let ranges = self.spans.iter().map(|(from, to)| {
            let from = match from {
                Cut::Beginning => beginning.to_owned(),
                Cut::Before(version) => version.clone(),
                Cut::After(version) => successor(version, self.scheme),
                Cut::End => return Vec::new(),
            };
            let mut events = vec![RangeEvent::Introduced(from)];
            match to {
                Cut::Before(version) if fixed.begins_at(to) => {
                    events.push(RangeEvent::Fixed(version.clone()));
                }
                Cut::Before(version) => events.push(RangeEvent::Limit(version.clone())),
                Cut::After(version) => events.push(match fixed.first_after(to) {
                    Some(fix) => RangeEvent::Fixed(fix.to_owned()),
                    None => RangeEvent::LastAffected(version.clone()),
                }),
                Cut::Beginning | Cut::End => {}
            }
            events
        });
        ranges.filter(|events| !events.is_empty()).collect()
    }

    fn begins_at(&self, cut: &Cut) -> bool {
        self.spans.iter().any(|(from, to)| {
            self.order(from, cut) != Ordering::Greater && self.order(cut, to) == Ordering::Less
        })
    }

    /// The version that the next span behind a cut begins with.
    fn first_after(&self, cut: &Cut) -> Option<&str> {
        let next = self
            .spans
            .iter()
            .find(|(from, _)| self.order(cut, from) != Ordering::Greater)?;
        match &next.0 {
            Cut::Before(version) => Some(version),
            Cut::Beginning | Cut::After(_) | Cut::End => None,
        }
    }

    fn order(&self, a: &Cut, b: &Cut) -> Ordering {
        fn parts(cut: &Cut) -> (u8, &str, u8) {
            match cut {
                Cut::Beginning => (0, "", 0),
                Cut::Before(version) => (1, version, 0),
                Cut::After(version) => (1, version, 1),
                Cut::End => (2, "", 0),
            }
        }
        let ((kind, version, side), (other_kind, other_version, other_side)) = (parts(a), parts(b));
        kind.cmp(&other_kind)
            .then_with(|| match kind {
                1 => self.scheme.compare(version, other_version),
                _ => Ordering::Equal,
            })
            .then(side.cmp(&other_side))
    }

    fn later<'a>(&self, a: &'a Cut, b: &'a Cut) -> &'a Cut {
        if self.order(a, b) == Ordering::Less { b } else { a }
    }

    fn earlier<'a>(&self, a: &'a Cut, b: &'a Cut) -> &'a Cut {
        if self.order(a, b) == Ordering::Greater {
            b
        } else {
            a
        }
    }

    fn span(scheme: Scheme, from: Cut, to: Cut) -> Versions {
        let mut set = Versions::none(scheme);
        if set.order(&from, &to) == Ordering::Less {
            set.spans.push((from, to));
        }
        set
    }
}

/// Operators and versions of a conjunction; `None` when it is none.
fn comparisons(text: &str) -> Option<Vec<(&str, &str)>> {
    let is_operator = |c: char| matches!(c, '<' | '>' | '=' | '!' | '~' | '^');
    let mut words: Vec<&str> = Vec::new();
    for part in text.split([',', ' ', '\t', '\n']).filter(|part| !part.is_empty()) {
        let end = part.find(|c| !is_operator(c)).unwrap_or(part.len());
        let (operator, version) = part.split_at(end);
        words.extend([operator, version].into_iter().filter(|word| !word.is_empty()));
    }
    let mut comparisons = Vec::new();
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        if word.starts_with(is_operator) {
            comparisons.push((word, words.next().filter(|next| !next.starts_with(is_operator))?));
        } else if words.peek() == Some(&"-") {
            // "1.2 - 1.5"
            words.next();
            comparisons.push((">=", word));
            comparisons.push(("<=", words.next()?));
        } else {
            comparisons.push(("", word));
        }
        if comparisons.len() > MOST_COMPARISONS {
            return None;
        }
    }
    (!comparisons.is_empty()).then_some(comparisons)
}

fn comparison(operator: &str, version: &str, dialect: Dialect, scheme: Scheme) -> Option<Versions> {
    let version = version.trim_start_matches(['v', 'V']);
    let set = |from, to| Versions::span(scheme, from, to);
    if matches!(version, "*" | "x" | "X") {
        return Some(Versions::all(scheme));
    }
    if !version.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return None;
    }
    let line = Wildcard::of(version, dialect);
    let version = line
        .as_ref()
        .map_or(version, |line| line.first.as_str())
        .to_owned();
    // Behind the last version of the line, or of the one version.
    let behind = |version: String| match &line {
        Some(line) => Cut::Before(line.behind.clone()),
        None => Cut::After(version),
    };
    Some(match operator {
        ">=" => set(Cut::Before(version), Cut::End),
        ">" => set(behind(version), Cut::End),
        "<" => set(Cut::Beginning, Cut::Before(version)),
        "<=" => set(Cut::Beginning, behind(version)),
        "!=" => set(Cut::Before(version.clone()), behind(version)).not(),
        "=" | "==" => set(Cut::Before(version.clone()), behind(version)),
        "" if dialect != Dialect::Cargo => set(Cut::Before(version.clone()), behind(version)),
        "^" | "" => set(
            Cut::Before(version.clone()),
            Cut::Before(next_incompatible(&version)?),
        ),
        "~>" if dialect == Dialect::Ruby => {
            let next = bumped(&version, parts(&version).len().saturating_sub(2))?;
            // The line ends before the first pre-release of the next.
            let early = if scheme == Scheme::RubyGems { ".a" } else { "" };
            set(Cut::Before(version), Cut::Before(format!("{next}{early}")))
        }
        "~" | "~>" => {
            let at = parts(&version).len().min(2).saturating_sub(1);
            let next = bumped(&version, at)?;
            set(Cut::Before(version), Cut::Before(next))
        }
        _ => return None,
    })
}

/// A version with parts left open: `8.x`, `1.2.*`.
struct Wildcard {
    first: String,
    behind: String,
}

impl Wildcard {
    fn of(version: &str, dialect: Dialect) -> Option<Wildcard> {
        let is_open = |part: &str| matches!(part, "x" | "X" | "*");
        let known: Vec<&str> = version.split('.').take_while(|part| !is_open(part)).collect();
        let open = known.len() < version.split('.').count();
        // npm reads a short version as one with open parts.
        let short = dialect == Dialect::Npm && known.len() < 3 && !version.contains('-');
        if known.is_empty() || !(open || short) {
            return None;
        }
        let known = known.join(".");
        let behind = bumped(&known, parts(&known).len().saturating_sub(1))?;
        let filled = |version: &str| match dialect {
            Dialect::Npm => format!(
                "{version}{}",
                ".0".repeat(3usize.saturating_sub(version.split('.').count()))
            ),
            _ => version.to_owned(),
        };
        Some(Wildcard {
            first: filled(&known),
            behind: filled(&behind),
        })
    }
}

/// The numbers at the start of a version.
fn parts(version: &str) -> Vec<u64> {
    let release = version.split(['-', '+']).next().unwrap_or_default();
    release.split('.').map_while(|part| part.parse().ok()).collect()
}

/// The version with the number at a place one higher and nothing behind it.
fn bumped(version: &str, at: usize) -> Option<String> {
    let mut numbers = parts(version);
    numbers.truncate(at + 1);
    let last = numbers.get_mut(at)?;
    *last = last.checked_add(1)?;
    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    Some(numbers.join("."))
}

/// The first version that `^` excludes: where the first number that is not zero changes.
fn next_incompatible(version: &str) -> Option<String> {
    let numbers = parts(version);
    let at = numbers
        .iter()
        .position(|number| *number != 0)
        .unwrap_or(numbers.len().checked_sub(1)?);
    let next = bumped(version, at)?;
    let missing = 3usize.saturating_sub(at + 1);
    Some(format!("{next}{}", ".0".repeat(missing)))
}

/// The lowest version that anyone would release after one.
fn successor(version: &str, scheme: Scheme) -> String {
    match scheme {
        // The only way up from a release is the first pre-release of the next patch; build metadata has no order.
        Scheme::SemVer => match (version.split_once('-'), bumped(version, 2)) {
            (None, Some(next)) => format!("{next}-0"),
            (Some(_), _) => format!("{version}.0"),
            (None, None) => format!("{version}.0.1"),
        },
        // Composer knows four numbers.
        Scheme::Packagist => match bumped(version, 3) {
            Some(next) => next,
            None => format!(
                "{version}{}.1",
                ".0".repeat(3usize.saturating_sub(parts(version).len()))
            ),
        },
        _ => format!("{version}.0.1"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The versions outside `good`, as ranges.
    fn check(good: &[&str], dialect: Dialect, scheme: Scheme, expected: &str) {
        let good = Versions::any_of(good.iter().copied(), dialect, scheme).unwrap();
        let told: Vec<String> = good
            .not()
            .ranges("0", &good)
            .iter()
            .map(|events| {
                let events: Vec<String> = events
                    .iter()
                    .map(|event| match event {
                        RangeEvent::Introduced(version) => format!(">={version}"),
                        RangeEvent::Fixed(version) => format!("<{version}"),
                        RangeEvent::LastAffected(version) => format!("<={version}"),
                        RangeEvent::Limit(version) => format!("|{version}"),
                    })
                    .collect();
                events.join(" ")
            })
            .collect();
        assert_eq!(told.join(", "), expected, "{good:?}");
    }

    #[test]
    fn complements() {
        use Dialect::*;
        check(&[], Cargo, Scheme::SemVer, ">=0");
        check(&[">= 1.2.3"], Cargo, Scheme::SemVer, ">=0 <1.2.3");
        check(
            &[">= 1.5.1, < 1.6.0", ">= 1.6.3", "< 0.3.0"],
            Cargo,
            Scheme::SemVer,
            ">=0.3.0 <1.5.1, >=1.6.0 <1.6.3",
        );
        check(
            &["^0.8.1", ">= 1.0.2"],
            Cargo,
            Scheme::SemVer,
            ">=0 <0.8.1, >=0.9.0 <1.0.2",
        );
        check(
            &["> 1.2.3", "<= 0.9.0"],
            Cargo,
            Scheme::SemVer,
            ">=0.9.1-0 <=1.2.3",
        );
        check(
            &["~> 2.3.15", "~> 3.0.19, >= 3.0.19.1", ">= 3.2.11"],
            Ruby,
            Scheme::RubyGems,
            ">=0 <2.3.15, >=2.4.a <3.0.19.1, >=3.1.a <3.2.11",
        );
        check(
            &["~> 1.8.6.287", ">= 1.9.0"],
            Ruby,
            Scheme::Generic,
            ">=0 <1.8.6.287, >=1.8.7 <1.9.0",
        );
        check(
            &["^4.8.4 || ^6.11.1"],
            Npm,
            Scheme::SemVer,
            ">=0 <4.8.4, >=5.0.0 <6.11.1, >=7.0.0",
        );
        check(&["*"], Npm, Scheme::SemVer, "");
        check(&["1.2 - 1.5"], Npm, Scheme::SemVer, ">=0 <1.2.0, >=1.6.0");
        check(&["!=1.2.3"], Ruby, Scheme::RubyGems, ">=1.2.3 <=1.2.3");
    }

    #[test]
    fn what_is_vulnerable_and_not_patched() {
        let set = |text| Versions::parse(text, Dialect::Npm, Scheme::SemVer).unwrap();
        let patched = set("^8.1.4 || ^6.11.1");
        let affected = set("8.x || 5.x || 6.x").and(&patched.not());
        let told = affected.ranges("0", &patched);
        let limit = |version: &str| RangeEvent::Limit(version.to_owned());
        let fixed = |version: &str| RangeEvent::Fixed(version.to_owned());
        let ends: Vec<_> = told.iter().filter_map(|events| events.get(1).cloned()).collect();
        assert_eq!(
            ends,
            [fixed("6.11.1"), fixed("8.1.4")],
            "5 and 6 are one span: {told:?}"
        );
        let unpatched = set("5.x").ranges("0", &patched);
        assert_eq!(unpatched[0][1], limit("6.0.0"), "the end of a line is no fix");
        let frozen = set("<=1.5.1").ranges("0", &set(">=1.5.2"));
        assert_eq!(frozen[0][1], fixed("1.5.2"));
    }

    #[test]
    fn what_is_none() {
        for text in ["", ">=", ">= <", "~>", "???", "=>1", "1 2 -"] {
            assert_eq!(
                Versions::parse(text, Dialect::Cargo, Scheme::SemVer),
                None,
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_a_complement_is_one(text in "[0-9.x*<>=!~^|, -]{0,30}") {
            for (dialect, scheme) in [
                (Dialect::Cargo, Scheme::SemVer),
                (Dialect::Ruby, Scheme::RubyGems),
                (Dialect::Npm, Scheme::SemVer),
                (Dialect::Composer, Scheme::Packagist),
            ] {
                if let Some(set) = Versions::parse(&text, dialect, scheme) {
                    prop_assert_eq!(set.and(&set.not()), Versions::none(scheme));
                    prop_assert_eq!(set.or(&set.not()), Versions::all(scheme));
                }
            }
        }
    }
}
