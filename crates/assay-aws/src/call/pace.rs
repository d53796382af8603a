//! How quickly one service of one place is asked: as quickly as it lets us.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The gap after the first call that was too quick.
const FIRST_GAP: Duration = Duration::from_millis(50);
const LONGEST_GAP: Duration = Duration::from_secs(5);
/// Below it there is no gap.
const LEAST_GAP: Duration = Duration::from_millis(5);

/// The longest pause before a call is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// The gap between calls: it doubles whenever a call was too quick, and shrinks with each that was not.
#[derive(Debug, Default)]
pub(super) struct Pace {
    turns: Mutex<Turns>,
}

#[derive(Debug, Default)]
struct Turns {
    gap: Duration,
    /// When the next call may go out.
    next: Option<Instant>,
}

impl Pace {
    /// How long to wait for one's turn.
    pub(super) fn turn(&self) -> Duration {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.take(Instant::now())
    }

    pub(super) fn went_well(&self) {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.shrink();
    }

    pub(super) fn was_throttled(&self) {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.grow();
    }
}

impl Turns {
    fn take(&mut self, now: Instant) -> Duration {
        let at = self.next.unwrap_or(now).max(now);
        self.next = Some(at + self.gap);
        at - now
    }

    fn grow(&mut self) {
        self.gap = (self.gap * 2).clamp(FIRST_GAP, LONGEST_GAP);
    }

    fn shrink(&mut self) {
        self.gap = match self.gap.mul_f64(0.9) {
            gap if gap < LEAST_GAP => Duration::ZERO,
            gap => gap,
        };
    }
}

/// The pause before a call is tried again that failed so many times, with chance in it, so that not all come back at once.
pub(super) fn pause(tries: u32) -> Duration {
    let most = FIRST_GAP.saturating_mul(1 << tries.min(16)).min(LONGEST_PAUSE);
    most.mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_grows_and_shrinks() {
        let mut turns = Turns::default();
        let now = Instant::now();
        assert_eq!(turns.take(now), Duration::ZERO);
        assert_eq!(turns.take(now), Duration::ZERO);
        turns.grow();
        assert_eq!(turns.gap, FIRST_GAP);
        turns.grow();
        assert_eq!(turns.take(now), Duration::ZERO);
        assert_eq!(turns.take(now), FIRST_GAP * 2);
        assert_eq!(turns.take(now), FIRST_GAP * 4);
        for _ in 0..20 {
            turns.grow();
        }
        assert_eq!(turns.gap, LONGEST_GAP);
        for _ in 0..100 {
            turns.shrink();
        }
        assert_eq!(turns.gap, Duration::ZERO);
    }

    #[test]
    fn pauses_are_bounded() {
        for tries in [1, 5, 40] {
            assert!(pause(tries) <= LONGEST_PAUSE);
        }
    }
}
