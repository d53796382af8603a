//! Trying to read what costs money to read.

use assay_collector::{ReadError, Reported, Unreadable};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Seconds until what could not be read is tried again.
const BETWEEN: i64 = 6 * 3600;

/// When something was last tried to be read in vain, and why that was.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Attempts {
    /// In seconds since 1970; 0 where it went well.
    #[serde(default)]
    tried_at: i64,
    #[serde(default)]
    problem: Option<Unreadable>,
}

impl Attempts {
    /// Whether it may be tried now.
    pub(crate) fn may_try(&self) -> bool {
        Timestamp::now().as_second() - self.tried_at > BETWEEN
    }

    /// Why it cannot be read, until it is tried again.
    pub(crate) fn problem(&self) -> Option<&Unreadable> {
        self.problem.as_ref().filter(|_| !self.may_try())
    }

    /// Notes that it is tried. One that is not ended is one in vain.
    pub(crate) fn begin(&mut self) {
        self.tried_at = Timestamp::now().as_second();
        self.problem = None;
    }

    /// Notes what came of it.
    pub(crate) fn end(&mut self, reported: Reported, problem: Option<Unreadable>) {
        match reported {
            Reported::Inventory => *self = Attempts::default(),
            _ => self.problem = problem,
        }
    }
}

/// Why something cannot be read, if it is not read for a reason that lasts.
pub(crate) fn problem_of(read: &Result<Vec<u8>, ReadError>) -> Option<Unreadable> {
    match read {
        Err(ReadError::Lasting(problem)) => Some(problem.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use assay_collector::UnreadableReason;

    use super::*;

    #[test]
    fn what_failed_is_not_tried_again_at_once() {
        let mut attempts = Attempts::default();
        assert!(attempts.may_try() && attempts.problem().is_none());
        attempts.begin();
        assert!(!attempts.may_try() && attempts.problem().is_none());
        let reason = UnreadableReason::AccessDenied;
        let problem = Unreadable {
            reason,
            message: "no".to_owned(),
        };
        attempts.end(Reported::Unreadable(reason), Some(problem));
        assert!(!attempts.may_try() && attempts.problem().is_some());
        attempts.tried_at -= BETWEEN;
        attempts.tried_at -= 1;
        assert!(attempts.may_try() && attempts.problem().is_none());
        // The reason of the last time is none for this one.
        attempts.begin();
        attempts.end(Reported::Later, None);
        assert!(!attempts.may_try() && attempts.problem().is_none());
        attempts.end(Reported::Inventory, None);
        assert_eq!(attempts, Attempts::default());
    }
}
