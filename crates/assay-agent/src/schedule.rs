//! When an agent reads its host and when it tells of it. Pure: what time it is, others say.
//!
//! Changes are told some seconds after they end. Some may follow each other so; whatever changes all the time is told once in a
//! minute.

use std::time::{Duration, Instant};

use crate::watch::Changed;

/// How long nothing must change before a change is read: package managers write for a while.
const QUIET: Duration = Duration::from_secs(3);

/// How long a change waits at most.
const LONGEST_CHANGE: Duration = Duration::from_secs(60);

/// How many reports of changes may follow each other, and how long it takes until there may be one more.
const AT_ONCE: u32 = 5;
const ONE_MORE: Duration = Duration::from_secs(60);

/// The first and the longest pause before something is tried again.
const PAUSES: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Reading the host and telling of it.
    Read,
    /// Telling what was read before, where the service has not taken it, and what runs.
    Tell,
    /// Nothing, for so long.
    Nothing(Duration),
}

/// Something that changed, and may go on.
#[derive(Clone, Copy, Debug)]
struct Change {
    since: Instant,
    until: Instant,
}

impl Change {
    /// When it is told, where nothing else is in the way.
    fn told(self) -> Instant {
        (self.until + QUIET).min(self.since + LONGEST_CHANGE)
    }
}

/// When what is due.
#[derive(Clone, Debug)]
pub struct Schedule {
    every: Duration,
    /// When the host was read last; one that was never read is read now.
    last: Option<Instant>,
    /// Since when and until when what is installed changed.
    packages: Option<Change>,
    /// The same of containers.
    containers: Option<Change>,
    /// When all reports of changes so far are made up for, at the pace that they may have.
    made_up: Instant,
    /// What failed is tried again then, after a pause of so long.
    again: Option<(Due, Instant, Duration)>,
}

impl Schedule {
    /// A schedule that reads the host at once and from then on every so often.
    pub fn new(every: Duration, now: Instant) -> Schedule {
        Schedule {
            every,
            last: None,
            packages: None,
            containers: None,
            made_up: now,
            again: None,
        }
    }

    /// From now on the host is read every so often, counted from when it was read last.
    pub fn repeat(&mut self, every: Duration) {
        self.every = every;
    }

    /// What is due.
    pub fn due(&self, now: Instant) -> Due {
        let may_be = |change: Change| match self.made_up.checked_sub(ONE_MORE * (AT_ONCE - 1)) {
            Some(first) => change.told().max(first),
            None => change.told(),
        };
        let mut read = self.last.map_or(now, |last| last + self.every);
        if let Some(change) = self.packages {
            read = read.min(may_be(change));
        }
        let mut tell = self.containers.map(may_be);
        match self.again {
            // Reading and telling fail for reasons that a change does not end.
            Some((Due::Read, at, _)) => (read, tell) = (at, None),
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
    pub fn change(&mut self, changed: Changed, now: Instant) {
        let change = match changed {
            Changed::Packages => &mut self.packages,
            Changed::Containers => &mut self.containers,
        };
        let since = change.map_or(now, |change| change.since);
        *change = Some(Change { since, until: now });
    }

    /// Reading or telling begins: what changes from now on is for the next time.
    pub fn begin(&mut self, what: Due, now: Instant) {
        let mut is_of_change = self.containers.take().is_some();
        if what == Due::Read {
            is_of_change |= self.packages.take().is_some();
            self.last = Some(now);
        }
        if is_of_change {
            self.made_up = self.made_up.max(now) + ONE_MORE;
        }
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
        schedule.begin(Due::Read, start);
        schedule.taken();
        assert_eq!(schedule.due(start), Due::Nothing(EVERY));
        assert_eq!(schedule.due(start + EVERY), Due::Read);
    }

    /// What nothing on the host points out is found when the host is read next: after half an hour at most, and as much later as
    /// the pause is longer.
    #[test]
    fn what_nobody_watches_is_found_as_late_as_the_host_is_read() {
        for (minutes, delay) in [(30, 29), (60, 59), (24 * 60, 24 * 60 - 1)] {
            let start = Instant::now();
            let mut schedule = Schedule::new(seconds(minutes * 60), start);
            schedule.begin(Due::Read, start);
            schedule.taken();
            let changed = start + seconds(60);
            let read = (0..)
                .map(|minute| changed + seconds(minute * 60))
                .find(|now| schedule.due(*now) == Due::Read);
            assert_eq!(read.unwrap() - changed, seconds(delay * 60));
        }
    }

    #[test]
    fn another_pause_counts_from_the_last_reading() {
        let start = Instant::now();
        let mut schedule = Schedule::new(EVERY, start);
        schedule.repeat(seconds(60));
        assert_eq!(schedule.due(start), Due::Read, "it was never read");
        schedule.begin(Due::Read, start);
        let later = start + seconds(50);
        assert_eq!(schedule.due(later), Due::Nothing(seconds(10)));
        schedule.repeat(seconds(100));
        assert_eq!(schedule.due(later), Due::Nothing(seconds(50)));
        schedule.repeat(seconds(40));
        assert_eq!(schedule.due(later), Due::Read);
    }

    #[test]
    fn changes_are_read_when_they_end_and_at_last_after_a_minute() {
        let start = Instant::now();
        let mut schedule = Schedule::new(EVERY, start);
        schedule.begin(Due::Read, start);
        schedule.change(Changed::Packages, start + seconds(10));
        assert_eq!(schedule.due(start + seconds(10)), Due::Nothing(QUIET));
        schedule.change(Changed::Packages, start + seconds(12));
        assert_eq!(schedule.due(start + seconds(14)), Due::Nothing(seconds(1)));
        assert_eq!(schedule.due(start + seconds(15)), Due::Read);
        for second in 12..70 {
            schedule.change(Changed::Packages, start + seconds(second));
        }
        assert_eq!(schedule.due(start + seconds(70)), Due::Read);
        schedule.begin(Due::Read, start + seconds(70));
        assert_eq!(schedule.due(start + seconds(70)), Due::Nothing(EVERY));
    }

    #[test]
    fn what_failed_is_tried_again_ever_more_rarely() {
        let start = Instant::now();
        let mut schedule = Schedule::new(EVERY, start);
        schedule.begin(Due::Read, start);
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
        schedule.change(Changed::Packages, now);
        schedule.failed(Due::Tell, now, 0.0);
        assert_eq!(schedule.due(now), Due::Nothing(QUIET));
        assert_eq!(schedule.due(now + QUIET), Due::Read);
        schedule.begin(Due::Read, now);
        schedule.taken();
        assert_eq!(schedule.due(now), Due::Nothing(EVERY));
    }

    #[test]
    fn a_host_that_cannot_be_read_is_not_read_all_the_time() {
        let start = Instant::now();
        let mut schedule = Schedule::new(EVERY, start);
        schedule.begin(Due::Read, start);
        schedule.failed(Due::Read, start, 1.0);
        schedule.change(Changed::Packages, start);
        assert_eq!(schedule.due(start), Due::Nothing(seconds(5)));
        assert_eq!(schedule.due(start + seconds(5)), Due::Read);
    }

    #[test]
    fn containers_are_told_without_reading_the_host() {
        let start = Instant::now();
        let mut schedule = Schedule::new(EVERY, start);
        schedule.begin(Due::Read, start);
        schedule.change(Changed::Containers, start);
        assert_eq!(schedule.due(start), Due::Nothing(QUIET));
        assert_eq!(schedule.due(start + QUIET), Due::Tell);
        schedule.begin(Due::Tell, start + QUIET);
        schedule.taken();
        assert_eq!(schedule.due(start + QUIET), Due::Nothing(EVERY - QUIET));
        // What is read tells of them, too.
        schedule.change(Changed::Containers, start);
        schedule.change(Changed::Packages, start);
        assert_eq!(schedule.due(start + QUIET), Due::Read);
        schedule.begin(Due::Read, start + QUIET);
        assert_eq!(schedule.due(start + QUIET), Due::Nothing(EVERY));
        // A service that is away is not tried more often for it.
        schedule.failed(Due::Tell, start, 1.0);
        schedule.change(Changed::Containers, start);
        assert_eq!(schedule.due(start + QUIET), Due::Nothing(seconds(2)));
        schedule.failed(Due::Read, start, 1.0);
        assert_eq!(schedule.due(start + QUIET), Due::Nothing(seconds(7)));
    }

    #[test]
    fn whatever_changes_all_the_time_is_told_once_a_minute() {
        for (changed, what) in [(Changed::Packages, Due::Read), (Changed::Containers, Due::Tell)] {
            let start = Instant::now();
            let mut schedule = Schedule::new(EVERY, start);
            schedule.begin(Due::Read, start);
            let mut told = Vec::new();
            for second in 0..1200 {
                let now = start + seconds(second);
                // It ends and begins again at once.
                if second % 5 == 0 {
                    schedule.change(changed, now);
                }
                if schedule.due(now) == what {
                    schedule.begin(what, now);
                    schedule.taken();
                    told.push(second);
                }
            }
            assert_eq!(told[..5], [3, 8, 13, 18, 23], "{changed:?}");
            let pauses = told[4..].windows(2).map(|two| two[1] - two[0]);
            assert!(
                pauses.clone().skip(1).all(|pause| (58..=62).contains(&pause)),
                "{told:?}"
            );
            assert!(told.len() <= 25, "{told:?}");
        }
    }
}
