//! When an agent reads its host and when it tells of it. Pure: what time it is, others say.

use std::time::{Duration, Instant};

/// How long nothing must change before a change is read: package managers write for a while.
const QUIET: Duration = Duration::from_secs(3);

/// How long a change waits at most.
const LONGEST_CHANGE: Duration = Duration::from_secs(60);

/// The first and the longest pause before something is tried again.
const PAUSES: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Reading the host and telling of it.
    Read,
    /// Telling what was read before.
    Tell,
    /// Nothing, for so long.
    Nothing(Duration),
}

/// When what is due.
#[derive(Clone, Debug)]
pub struct Schedule {
    every: Duration,
    /// When the host is read next, whatever happens.
    next: Instant,
    /// Since when and until when something changed.
    changed: Option<(Instant, Instant)>,
    /// What failed is tried again then, after a pause of so long.
    again: Option<(Due, Instant, Duration)>,
}

impl Schedule {
    /// A schedule that reads the host at once and from then on every so often.
    pub fn new(every: Duration, now: Instant) -> Schedule {
        Schedule {
            every,
            next: now,
            changed: None,
            again: None,
        }
    }

    /// What is due.
    pub fn due(&self, now: Instant) -> Due {
        let mut read = self.next;
        if let Some((since, until)) = self.changed {
            read = read.min((until + QUIET).min(since + LONGEST_CHANGE));
        }
        let mut tell = None;
        match self.again {
            // Reading fails for reasons that a change does not end.
            Some((Due::Read, at, _)) => read = at,
            Some((_, at, _)) => tell = Some(at),
            None => {}
        }
        let first = tell.map_or(read, |tell| tell.min(read));
        if first > now {
            return Due::Nothing(first - now);
        }
        match read <= now {
            true => Due::Read,
            false => Due::Tell,
        }
    }

    /// Something on the host changed.
    pub fn change(&mut self, now: Instant) {
        let (since, _) = self.changed.unwrap_or((now, now));
        self.changed = Some((since, now));
    }

    /// Reading begins: what changes from now on is for the next time.
    pub fn begin(&mut self, now: Instant) {
        self.changed = None;
        self.next = now + self.every;
    }

    /// The service took it.
    pub fn taken(&mut self) {
        self.again = None;
    }

    /// Something failed, reading or telling; `spread` from 0 to 1 keeps a thousand agents apart.
    pub fn failed(&mut self, what: Due, now: Instant, spread: f64) {
        let (first, longest) = PAUSES;
        let pause = match self.again {
            Some((_, _, pause)) => (pause * 2).min(longest),
            None => first,
        };
        let what = match what {
            Due::Read => Due::Read,
            Due::Tell | Due::Nothing(_) => Due::Tell,
        };
        self.again = Some((
            what,
            now + pause.mul_f64(0.5 + spread.clamp(0.0, 1.0) / 2.0),
            pause,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_secs(1800);

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn hosts_are_read_at_once_and_every_so_often() {
        let start = Instant::now();
        let mut schedule = Schedule::new(EVERY, start);
        assert_eq!(schedule.due(start), Due::Read);
        schedule.begin(start);
        schedule.taken();
        assert_eq!(schedule.due(start), Due::Nothing(EVERY));
        assert_eq!(schedule.due(start + EVERY), Due::Read);
    }

    #[test]
    fn changes_are_read_when_they_end_and_at_last_after_a_minute() {
        let start = Instant::now();
        let mut schedule = Schedule::new(EVERY, start);
        schedule.begin(start);
        schedule.change(start + seconds(10));
        assert_eq!(schedule.due(start + seconds(10)), Due::Nothing(QUIET));
        schedule.change(start + seconds(12));
        assert_eq!(schedule.due(start + seconds(14)), Due::Nothing(seconds(1)));
        assert_eq!(schedule.due(start + seconds(15)), Due::Read);
        for second in 12..70 {
            schedule.change(start + seconds(second));
        }
        assert_eq!(schedule.due(start + seconds(70)), Due::Read);
        schedule.begin(start + seconds(70));
        assert_eq!(schedule.due(start + seconds(70)), Due::Nothing(EVERY));
    }

    #[test]
    fn what_failed_is_tried_again_ever_more_rarely() {
        let start = Instant::now();
        let mut schedule = Schedule::new(EVERY, start);
        schedule.begin(start);
        let (mut now, mut pauses) = (start, Vec::new());
        for _ in 0..9 {
            schedule.failed(Due::Tell, now, 1.0);
            let Due::Nothing(pause) = schedule.due(now) else {
                panic!("a pause");
            };
            pauses.push(pause.as_secs());
            now += pause;
            assert_eq!(schedule.due(now), Due::Tell);
        }
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
        // What is read meanwhile takes the place of what waits.
        schedule.change(now);
        schedule.failed(Due::Tell, now, 0.0);
        assert_eq!(schedule.due(now), Due::Nothing(QUIET));
        assert_eq!(schedule.due(now + QUIET), Due::Read);
        schedule.begin(now);
        schedule.taken();
        assert_eq!(schedule.due(now), Due::Nothing(EVERY));
    }

    #[test]
    fn a_host_that_cannot_be_read_is_not_read_all_the_time() {
        let start = Instant::now();
        let mut schedule = Schedule::new(EVERY, start);
        schedule.begin(start);
        schedule.failed(Due::Read, start, 1.0);
        schedule.change(start);
        assert_eq!(schedule.due(start), Due::Nothing(seconds(5)));
        assert_eq!(schedule.due(start + seconds(5)), Due::Read);
    }
}
