//! Who asks how often: a token bucket each, of as many as are remembered.

use std::{
    hash::Hash,
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use lru::LruCache;

use crate::limits::Rate;

/// Rates of keys. Of more keys than are remembered, the one that was quiet the longest is forgotten, whose bucket is full
/// again by then in all but an attack.
pub(crate) struct Throttle<K> {
    rate: Rate,
    buckets: Mutex<LruCache<K, Bucket>>,
}

struct Bucket {
    tokens: f64,
    filled_at: Timestamp,
}

impl<K: Hash + Eq> Throttle<K> {
    pub(crate) fn new(rate: Rate, remembered: usize) -> Self {
        let remembered = NonZeroUsize::new(remembered).unwrap_or(NonZeroUsize::MIN);
        Self {
            rate,
            buckets: Mutex::new(LruCache::new(remembered)),
        }
    }

    /// Lets a key do it once more, or says how long it has to wait for that.
    pub(crate) fn take(&self, key: K, now: Timestamp) -> Result<(), Duration> {
        let full = f64::from(self.rate.burst.max(1));
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.get_or_insert_mut(key, || Bucket {
            tokens: full,
            filled_at: now,
        });
        // A clock that was set back fills nothing and takes nothing.
        let passed = now.duration_since(bucket.filled_at).as_secs_f64().max(0.0);
        bucket.tokens = (bucket.tokens + passed * self.rate.per_second).min(full);
        bucket.filled_at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        let seconds = (1.0 - bucket.tokens) / self.rate.per_second;
        Err(Duration::try_from_secs_f64(seconds)
            .unwrap_or(Duration::MAX)
            .min(Duration::from_secs(3600)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(1_795_000_000_000 + milliseconds).unwrap()
    }

    #[test]
    fn buckets_fill_by_time() {
        let throttle = Throttle::new(
            Rate {
                per_second: 2.0,
                burst: 3,
            },
            10,
        );
        for (time, wait) in [
            (0, None),
            (0, None),
            (0, None),
            (0, Some(500)),
            (250, Some(250)),
            (500, None),
            (500, Some(500)),
            // Set back.
            (-60_000, Some(500)),
            (-59_500, None),
            (1_000_000, None),
            (1_000_000, None),
            (1_000_000, None),
            (1_000_000, Some(500)),
        ] {
            let taken = throttle.take("ada", at(time));
            assert_eq!(taken.err(), wait.map(Duration::from_millis), "at {time}");
        }
        assert_eq!(throttle.take("bob", at(0)), Ok(()));
    }

    #[test]
    fn the_table_is_bounded() {
        let rate = Rate {
            per_second: 0.001,
            burst: 1,
        };
        let throttle = Throttle::new(rate, 100);
        for key in 0..10_000 {
            assert_eq!(throttle.take(key, at(0)), Ok(()));
        }
        assert_eq!(throttle.buckets.lock().unwrap().len(), 100);
        assert!(throttle.take(9_999, at(0)).is_err());
    }
}
