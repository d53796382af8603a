//! Something that is found out at first, and again from time to time.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// What was found out last. No lock is held while somebody finds out, but the one by which nobody else does.
pub(crate) struct Refreshed<T> {
    every: Duration,
    found: Mutex<Found<T>>,
    finding: Mutex<()>,
}

struct Found<T> {
    value: Arc<T>,
    /// `None` before the first time.
    at: Option<Instant>,
}

impl<T: Default> Refreshed<T> {
    pub(crate) fn new(every: Duration) -> Refreshed<T> {
        Refreshed {
            every,
            found: Mutex::new(Found {
                value: Arc::default(),
                at: None,
            }),
            finding: Mutex::default(),
        }
    }

    /// What was found out last, however long ago; nothing before the first time.
    pub(crate) fn last(&self) -> Arc<T> {
        Arc::clone(&self.found().value)
    }

    /// What there is, found out anew out of what was, where that is due. While somebody does, the others go by what was; the first time
    /// they wait.
    pub(crate) fn get(&self, find: impl FnOnce(&T) -> T) -> Arc<T> {
        if self.is_fresh() {
            return self.last();
        }
        let is_first = self.found().at.is_none();
        let finding = match is_first {
            true => Some(self.finding.lock().unwrap_or_else(PoisonError::into_inner)),
            false => self.finding.try_lock().ok(),
        };
        // Somebody may have while we waited.
        if finding.is_some() && !self.is_fresh() {
            let before = self.last();
            let value = Arc::new(find(&before));
            *self.found() = Found {
                value,
                at: Some(Instant::now()),
            };
        }
        self.last()
    }

    fn is_fresh(&self) -> bool {
        self.found().at.is_some_and(|at| at.elapsed() < self.every)
    }

    fn found(&self) -> MutexGuard<'_, Found<T>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Barrier,
            atomic::{AtomicU64, Ordering},
        },
        thread,
    };

    use super::*;

    #[test]
    fn the_first_time_all_wait_for_the_one_who_finds_out() {
        let refreshed: Refreshed<u64> = Refreshed::new(Duration::from_secs(3600));
        let times = AtomicU64::new(0);
        let all_at_once = Barrier::new(8);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    all_at_once.wait();
                    let found = refreshed.get(|before| {
                        // Others ask meanwhile, and nobody waits for another who waits.
                        thread::sleep(Duration::from_millis(50));
                        times.fetch_add(1, Ordering::Relaxed);
                        before + 1
                    });
                    assert_eq!(*found, 1);
                });
            }
        });
        assert_eq!(times.into_inner(), 1);
        assert_eq!(*refreshed.last(), 1);
    }

    #[test]
    fn later_others_go_by_what_was() {
        let refreshed: Refreshed<u64> = Refreshed::new(Duration::ZERO);
        assert_eq!(*refreshed.get(|before| before + 1), 1);
        let found = refreshed.get(|before| {
            let meanwhile = thread::scope(|scope| scope.spawn(|| refreshed.get(|_| 99)).join());
            assert_eq!(*meanwhile.unwrap(), 1);
            before + 1
        });
        assert_eq!(*found, 2);
    }
}
