//! How the intelligence is kept up to date: what came of the last look for new one, and when the next comes. It is known for
//! as long as the process runs, which looks as soon as it starts.

use std::collections::BTreeMap;

use assay_intel::FeedProvenance;
use jiff::Timestamp;

/// What came of a look for new intelligence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What came of it is in force.
    Taken,
    /// The feeds could not be compiled, for a reason.
    Failed(String),
    /// What came of the feeds is not put in force, for a reason.
    Refused(String),
}

/// How a feed fared at a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedOutcome {
    /// All of it is current.
    Current,
    /// Some of it could not be refreshed or read, and the last good copy stands in.
    Stale,
    /// Nothing of it is there.
    Failed,
}

/// What is known of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedUpkeep {
    /// What was read of it last. Where that says the same as before, what is in force has an earlier date and its warnings.
    pub read: FeedProvenance,
    /// How it fared last.
    pub outcome: FeedOutcome,
    /// When all of it was last known to be current.
    pub current_at: Option<Timestamp>,
}

/// What is known of keeping up to date.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upkeep {
    /// When it was last looked, and what came of it.
    pub last: Option<(Timestamp, Outcome)>,
    /// When it is looked next; none where nobody looks.
    pub next_at: Option<Timestamp>,
    /// Each feed, by name.
    pub feeds: BTreeMap<String, FeedUpkeep>,
}

impl Upkeep {
    /// Notes what came of a look.
    pub fn looked(&mut self, at: Timestamp, outcome: Outcome) {
        self.last = Some((at, outcome));
    }

    /// Notes what was read of a feed, and how it fared.
    pub fn fared(&mut self, read: FeedProvenance, at: Timestamp, outcome: FeedOutcome) {
        let before = self.feeds.get(&read.name).and_then(|feed| feed.current_at);
        let current_at = match outcome {
            FeedOutcome::Current => Some(at),
            FeedOutcome::Stale | FeedOutcome::Failed => before,
        };
        let name = read.name.clone();
        let feed = FeedUpkeep {
            read,
            outcome,
            current_at,
        };
        self.feeds.insert(name, feed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_a_feed_was_current_is_remembered_while_it_fails() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut upkeep = Upkeep::default();
        for (second, outcome, expected) in [
            (1, FeedOutcome::Failed, None),
            (2, FeedOutcome::Current, Some(2)),
            (3, FeedOutcome::Stale, Some(2)),
            (4, FeedOutcome::Current, Some(4)),
        ] {
            let read = FeedProvenance {
                name: "osv/PyPI".into(),
                date: None,
                records: 1,
                bytes: 1,
                warnings: Vec::new(),
            };
            upkeep.fared(read, at(second), outcome);
            let known = &upkeep.feeds["osv/PyPI"];
            assert_eq!((known.outcome, known.current_at), (outcome, expected.map(at)));
        }
    }
}
