//! Rules: what one advisory says about the versions of one package, encoded once and matched by comparing bytes.
//!
//! A package's block is a length, a digest of its meaning (for telling generations apart) and its rules. A rule
//! names its advisory by index and carries intervals of version keys with the texts that made them, so that a
//! match can say which range it fell into.

use assay_model::{Affected, RangeEvent, Severity, VendorStatus};
use assay_versions::{
    Scheme,
    range::{Event, Interval, Lower, Upper, intervals},
};

use crate::bytes::{Reader, put_bytes, put_number};

const OPEN: u8 = 0;
const BEFORE: u8 = 1;
const THROUGH: u8 = 2;
const LIMIT: u8 = 3;

/// Appends the meaning of an `affected` entry, without the advisory's index.
pub(crate) fn encode(affected: &Affected, out: &mut Vec<u8>) {
    let scheme = Scheme::for_ecosystem(affected.package.ecosystem.as_str()).unwrap_or(Scheme::Generic);
    out.push(affected.status as u8);
    out.push(affected.severity.map_or(0, |severity| severity as u8));
    put_bytes(out, affected.module.as_deref().unwrap_or_default().as_bytes());

    let mut ranges: Vec<Interval> = Vec::new();
    for events in &affected.ranges {
        let events: Vec<Event> = events.iter().map(event).collect();
        ranges.extend(intervals(scheme, &events));
    }
    put_number(out, count(ranges.len()));
    for interval in &ranges {
        match &interval.lower {
            Lower::Beginning => {
                put_bytes(out, b"");
                put_bytes(out, b"");
            }
            Lower::From { text, key } => {
                put_bytes(out, key.as_bytes());
                put_bytes(out, text.as_bytes());
            }
        }
        let (kind, bound) = match &interval.upper {
            Upper::Open => (OPEN, None),
            Upper::Before { text, key } => (BEFORE, Some((text, key))),
            Upper::Through { text, key } => (THROUGH, Some((text, key))),
            Upper::Limit { text, key } => (LIMIT, Some((text, key))),
        };
        out.push(kind);
        if let Some((text, key)) = bound {
            put_bytes(out, key.as_bytes());
            put_bytes(out, text.as_bytes());
        }
    }

    // Versions that a range of the same entry covers say nothing more; sources list thousands of them.
    let mut listed: Vec<_> = affected
        .versions
        .iter()
        .map(|version| scheme.key(version))
        .filter(|key| !ranges.iter().any(|interval| interval.contains(key.as_bytes())))
        .collect();
    listed.sort();
    listed.dedup();
    put_number(out, count(listed.len()));
    for key in &listed {
        put_bytes(out, key.as_bytes());
    }
}

fn event(event: &RangeEvent) -> Event {
    match event {
        RangeEvent::Introduced(version) => Event::Introduced(version.clone()),
        RangeEvent::Fixed(version) => Event::Fixed(version.clone()),
        RangeEvent::LastAffected(version) => Event::LastAffected(version.clone()),
        RangeEvent::Limit(version) => Event::Limit(version.clone()),
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// What one advisory says about the versions of one package. Borrowed from the file.
#[derive(Clone, Copy, Debug)]
pub struct Rule<'a> {
    /// The advisory, by its position in the file.
    pub advisory: u32,
    /// What the vendor says beside the ranges.
    pub status: VendorStatus,
    /// The vendor's severity for this package.
    pub severity: Option<Severity>,
    /// The RPM module stream that the rule is confined to.
    pub module: Option<&'a str>,
    intervals: Reader<'a>,
    interval_count: u32,
    listed: Reader<'a>,
    listed_count: u32,
}

/// One interval of affected versions, as its source wrote the bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntervalView<'a> {
    /// The first affected version; `None` from the very beginning.
    pub introduced: Option<&'a str>,
    /// Where it ends.
    pub end: End<'a>,
    lower: &'a [u8],
    upper: &'a [u8],
}

/// Where an interval ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End<'a> {
    /// Nowhere: no fix is known.
    Open,
    /// Before this fixed version.
    Fixed(&'a str),
    /// With this last affected version.
    LastAffected(&'a str),
    /// Before this version, of which nothing is said.
    Limit(&'a str),
}

/// Why a version matches a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched<'a> {
    /// It lies inside an interval.
    Interval(IntervalView<'a>),
    /// It is named in the list of versions.
    Listed,
}

impl IntervalView<'_> {
    /// Whether a version key lies inside.
    pub fn contains(&self, key: &[u8]) -> bool {
        key >= self.lower
            && match self.end {
                End::Open => true,
                End::Fixed(_) | End::Limit(_) => key < self.upper,
                End::LastAffected(_) => key <= self.upper,
            }
    }
}

impl<'a> Rule<'a> {
    fn read(reader: &mut Reader<'a>) -> Option<Rule<'a>> {
        let advisory = reader.number()?;
        let body = &mut Reader(reader.bytes()?);
        let status = VendorStatus::from_code(body.byte()?)?;
        let severity = Severity::from_code(body.byte()?)?;
        let module = body.text()?;
        let interval_count = body.number()?;
        let intervals = *body;
        for _ in 0..interval_count {
            read_interval(body)?;
        }
        let listed_count = body.number()?;
        Some(Rule {
            advisory,
            status,
            severity: (severity != Severity::Untriaged).then_some(severity),
            module: (!module.is_empty()).then_some(module),
            intervals,
            interval_count,
            listed: *body,
            listed_count,
        })
    }

    /// The intervals, in the order of the source.
    pub fn intervals(&self) -> impl Iterator<Item = IntervalView<'a>> + use<'a> {
        let mut reader = self.intervals;
        (0..self.interval_count).map_while(move |_| read_interval(&mut reader))
    }

    /// Whether the rule names versions at all; one that names none applies to none.
    pub fn is_empty(&self) -> bool {
        self.interval_count == 0 && self.listed_count == 0
    }

    /// Everything the rule says, apart from which advisory says it, as a text to compare.
    pub(crate) fn meaning(&self) -> String {
        let intervals: Vec<_> = self.intervals().collect();
        let mut listed = self.listed;
        let listed: Vec<_> = (0..self.listed_count).map_while(|_| listed.bytes()).collect();
        format!(
            "{:?} {:?} {:?} {intervals:?} {listed:?}",
            self.status, self.severity, self.module
        )
    }

    /// Why the version with this key is affected; `None` when it is not.
    pub fn matched(&self, key: &[u8]) -> Option<Matched<'a>> {
        if let Some(interval) = self.intervals().find(|interval| interval.contains(key)) {
            return Some(Matched::Interval(interval));
        }
        let mut reader = self.listed;
        (0..self.listed_count)
            .map_while(|_| reader.bytes())
            .any(|listed| listed == key)
            .then_some(Matched::Listed)
    }
}

fn read_interval<'a>(reader: &mut Reader<'a>) -> Option<IntervalView<'a>> {
    let lower = reader.bytes()?;
    let introduced = reader.text()?;
    let kind = reader.byte()?;
    let (upper, text) = if kind == OPEN {
        (&[][..], "")
    } else {
        (reader.bytes()?, reader.text()?)
    };
    let end = match kind {
        OPEN => End::Open,
        BEFORE => End::Fixed(text),
        THROUGH => End::LastAffected(text),
        LIMIT => End::Limit(text),
        _ => return None,
    };
    Some(IntervalView {
        introduced: (!introduced.is_empty()).then_some(introduced),
        end,
        lower,
        upper,
    })
}

/// A package's rules, read one after the other.
#[derive(Clone, Debug)]
pub struct Rules<'a> {
    reader: Reader<'a>,
    /// A digest of the meaning of all rules, equal in two generations when nothing changed for the package.
    pub digest: u64,
}

impl<'a> Rules<'a> {
    /// Reads a block's content: digest, then rules.
    pub(crate) fn new(block: &'a [u8]) -> Option<Rules<'a>> {
        let (digest, rest) = block.split_first_chunk::<8>()?;
        Some(Rules {
            reader: Reader(rest),
            digest: u64::from_le_bytes(*digest),
        })
    }
}

impl<'a> Iterator for Rules<'a> {
    type Item = Rule<'a>;

    fn next(&mut self) -> Option<Rule<'a>> {
        if self.reader.0.is_empty() {
            None
        } else {
            Rule::read(&mut self.reader)
        }
    }
}

#[cfg(test)]
mod tests {
    use assay_model::{Ecosystem, PackageKey};
    use proptest::prelude::*;

    use super::*;

    fn affected(ecosystem: &str, ranges: Vec<Vec<RangeEvent>>, versions: &[&str]) -> Affected {
        Affected {
            package: PackageKey::new(Ecosystem::new(ecosystem), "p"),
            status: VendorStatus::Affected,
            ranges,
            versions: versions.iter().map(|v| (*v).to_owned()).collect(),
            severity: Some(Severity::High),
            module: None,
        }
    }

    fn encoded(affected: &Affected) -> Vec<u8> {
        let mut body = Vec::new();
        encode(affected, &mut body);
        let mut block = 7u64.to_le_bytes().to_vec();
        put_number(&mut block, 42);
        put_bytes(&mut block, &body);
        block
    }

    #[test]
    fn a_match_tells_its_range() {
        use RangeEvent::*;
        let entry = affected(
            "PyPI",
            vec![vec![
                Introduced("0".into()),
                Fixed("1.5".into()),
                Introduced("2.0".into()),
                Fixed("2.3".into()),
            ]],
            &["1.0", "3.0rc1"],
        );
        let block = encoded(&entry);
        let rule = Rules::new(&block).unwrap().next().unwrap();
        assert_eq!((rule.advisory, rule.severity), (42, Some(Severity::High)));
        let end = |version: &str| match rule.matched(Scheme::Pep440.key(version).as_bytes()) {
            Some(Matched::Interval(interval)) => Some((interval.introduced, Some(interval.end))),
            Some(Matched::Listed) => Some((None, None)),
            None => None,
        };
        assert_eq!(end("1.0.dev1"), Some((None, Some(End::Fixed("1.5")))));
        assert_eq!(end("1.5"), None);
        assert_eq!(end("2.2.9"), Some((Some("2.0"), Some(End::Fixed("2.3")))));
        assert_eq!(
            end("3.0.rc.1"),
            Some((None, None)),
            "listed versions are compared as versions, not as texts"
        );
        assert_eq!(rule.listed_count, 1, "1.0 lies in a range");
    }

    proptest! {
        #[test]
        fn foreign_bytes_never_panic(bytes: Vec<u8>) {
            for rule in Rules::new(&bytes).into_iter().flatten().take(1000) {
                let _ = rule.matched(b"1");
            }
        }
    }
}
