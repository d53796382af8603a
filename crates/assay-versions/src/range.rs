//! What the events of an OSV range mean, as intervals over keys.
//!
//! Source: the OSV schema, "Evaluation". Events are sorted by version; `introduced` opens, `fixed` closes at its version,
//! `last_affected` closes after it. With limits, only versions below the highest limit are affected.
//!
//! The schema leaves open what happens at one version. Here `last_affected` comes last, so that a pair of `introduced`
//! and `last_affected` names that one version, and the others keep the order in which they are written: a range that is
//! fixed and introduced again in one version stays affected.

use std::cmp::Ordering;

use crate::{Scheme, VersionKey};

/// One event of a range.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// Affected from this version on; `0` is below every version of every scheme.
    Introduced(String),
    /// Not affected from this version on.
    Fixed(String),
    /// Not affected after this version.
    LastAffected(String),
    /// The range says nothing at or above this version; `*` is above every version.
    Limit(String),
}

/// Where an interval begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Lower {
    /// Below every version.
    Beginning,
    /// At this version, which belongs to the interval.
    From {
        /// The version as written.
        text: String,
        /// Its key.
        key: VersionKey,
    },
}

/// Where an interval ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Upper {
    /// Nowhere.
    Open,
    /// Before this version, which fixes the matter.
    Before {
        /// The version as written.
        text: String,
        /// Its key.
        key: VersionKey,
    },
    /// After this version, the last one affected.
    Through {
        /// The version as written.
        text: String,
        /// Its key.
        key: VersionKey,
    },
    /// Before this version, which fixes nothing: the range just does not speak of it.
    Limit {
        /// The version as written.
        text: String,
        /// Its key.
        key: VersionKey,
    },
}

/// Affected versions without a gap.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    /// Where it begins.
    pub lower: Lower,
    /// Where it ends.
    pub upper: Upper,
}

impl Interval {
    /// Whether the version with this key lies in the interval.
    pub fn contains(&self, key: &[u8]) -> bool {
        let begun = match &self.lower {
            Lower::Beginning => true,
            Lower::From { key: lower, .. } => key >= lower.as_bytes(),
        };
        begun
            && match &self.upper {
                Upper::Open => true,
                Upper::Before { key: upper, .. } | Upper::Limit { key: upper, .. } => key < upper.as_bytes(),
                Upper::Through { key: upper, .. } => key <= upper.as_bytes(),
            }
    }

    /// The version that fixes the matter, where the interval names one.
    pub fn fixed_in(&self) -> Option<&str> {
        match &self.upper {
            Upper::Before { text, .. } => Some(text),
            Upper::Open | Upper::Through { .. } | Upper::Limit { .. } => None,
        }
    }

    fn is_empty(&self) -> bool {
        match &self.lower {
            Lower::Beginning => false,
            Lower::From { key, .. } => !self.contains(key.as_bytes()),
        }
    }
}

/// What a vendor means by "fixed in": every version before it is affected.
pub fn fixed_in(scheme: Scheme, version: &str) -> Interval {
    Interval {
        lower: Lower::Beginning,
        upper: Upper::Before {
            text: version.to_owned(),
            key: scheme.key(version),
        },
    }
}

/// What an event does when the versions are walked upwards.
#[derive(Clone, Copy)]
enum Change {
    Opens,
    Closes,
    ClosesAfter,
}

struct Step<'a> {
    change: Change,
    text: &'a str,
    /// `None` is the beginning.
    key: Option<VersionKey>,
}

/// The intervals that a list of events describes, in ascending order. Events may come in any order.
///
/// Events that close but never open, as vendors write them, mean from the beginning.
pub fn intervals(scheme: Scheme, events: &[Event]) -> Vec<Interval> {
    let steps = steps(scheme, events);
    let mut open = match steps.iter().any(|step| matches!(step.change, Change::Opens)) {
        false if !steps.is_empty() => Some(Lower::Beginning),
        _ => None,
    };
    let mut found = Vec::new();
    for Step { change, text, key } in steps {
        let text = text.to_owned();
        let Some(key) = key else {
            open = Some(Lower::Beginning);
            continue;
        };
        let upper = match change {
            Change::Opens => {
                open.get_or_insert(Lower::From { text, key });
                continue;
            }
            Change::Closes => Upper::Before { text, key },
            Change::ClosesAfter => Upper::Through { text, key },
        };
        found.extend(open.take().map(|lower| Interval { lower, upper }));
    }
    found.extend(open.map(|lower| Interval {
        lower,
        upper: Upper::Open,
    }));
    if let Some(limit) = highest_limit(scheme, events) {
        for interval in &mut found {
            cut(interval, &limit);
        }
    }
    found.retain(|interval| !interval.is_empty());
    found
}

/// The events but limits, sorted.
fn steps(scheme: Scheme, events: &[Event]) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = events
        .iter()
        .filter_map(|event| {
            let (change, text) = match event {
                Event::Introduced(text) => (Change::Opens, text),
                Event::Fixed(text) => (Change::Closes, text),
                Event::LastAffected(text) => (Change::ClosesAfter, text),
                Event::Limit(_) => return None,
            };
            let beginning = matches!(change, Change::Opens) && text.trim() == "0";
            let key = (!beginning).then(|| scheme.key(text));
            Some(Step { change, text, key })
        })
        .collect();
    let is_last = |step: &Step<'_>| matches!(step.change, Change::ClosesAfter);
    steps.sort_by(|a, b| a.key.cmp(&b.key).then_with(|| is_last(a).cmp(&is_last(b))));
    steps
}

/// The highest limit; none when there is no limit or one of them is `*`.
fn highest_limit(scheme: Scheme, events: &[Event]) -> Option<Upper> {
    let mut highest: Option<(&str, VersionKey)> = None;
    for event in events {
        let Event::Limit(text) = event else { continue };
        if text.trim() == "*" {
            return None;
        }
        let key = scheme.key(text);
        if highest.as_ref().is_none_or(|(_, highest)| *highest < key) {
            highest = Some((text, key));
        }
    }
    highest.map(|(text, key)| Upper::Limit {
        text: text.to_owned(),
        key,
    })
}

/// Ends the interval at the limit if it would go on there.
fn cut(interval: &mut Interval, limit: &Upper) {
    let Upper::Limit { key: limit_key, .. } = limit else {
        return;
    };
    let stays = match &interval.upper {
        Upper::Open => false,
        Upper::Before { key, .. } | Upper::Limit { key, .. } => key.cmp(limit_key) != Ordering::Greater,
        Upper::Through { key, .. } => key < limit_key,
    };
    if !stays {
        interval.upper = limit.clone();
    }
}

#[cfg(test)]
mod tests;
