//! Trying to read what costs money to read.

use assay_collector::Unreadable;
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
    }

    /// Notes why it could not be read.
    pub(crate) fn fail(&mut self, problem: Unreadable) {
        self.problem = Some(problem);
    }

    /// Notes that it was read.
    pub(crate) fn succeed(&mut self) {
        *self = Attempts::default();
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
        attempts.fail(Unreadable {
            reason: UnreadableReason::AccessDenied,
            message: "no".to_owned(),
        });
        assert!(!attempts.may_try() && attempts.problem().is_some());
        attempts.tried_at -= BETWEEN;
        attempts.tried_at -= 1;
        assert!(attempts.may_try() && attempts.problem().is_none());
        attempts.succeed();
        assert_eq!(attempts, Attempts::default());
    }
}
