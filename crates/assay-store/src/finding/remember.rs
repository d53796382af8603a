//! What is remembered between portions, within bounds.

use std::{
    collections::{BTreeSet, HashMap},
    mem,
};

/// Values by number. Shrinking leaves what was asked for since it shrank last, and of the rest nothing.
pub(super) struct Remembered<V> {
    /// What was kept or asked for since.
    recent: HashMap<i64, (V, usize)>,
    /// What was not.
    old: HashMap<i64, (V, usize)>,
    /// The sizes of what is recent together, in bytes.
    size: usize,
    most: usize,
}

impl<V> Remembered<V> {
    /// Nothing yet, and later what takes up so many bytes in each of two halves.
    pub(super) fn new(most: usize) -> Self {
        Self {
            recent: HashMap::new(),
            old: HashMap::new(),
            size: 0,
            most: most / 2,
        }
    }

    /// Those of some numbers whose values are not here. The others stay until it shrinks next.
    pub(super) fn unknown(&mut self, numbers: impl Iterator<Item = i64>) -> BTreeSet<i64> {
        let mut unknown = BTreeSet::new();
        for number in numbers {
            if self.recent.contains_key(&number) {
                continue;
            }
            match self.old.remove(&number) {
                Some((value, size)) => self.keep(number, value, size),
                None => {
                    unknown.insert(number);
                }
            }
        }
        unknown
    }

    pub(super) fn keep(&mut self, number: i64, value: V, size: usize) {
        self.size += size;
        if let Some((_, before)) = self.recent.insert(number, (value, size)) {
            self.size -= before;
        }
    }

    pub(super) fn get(&self, number: i64) -> Option<&V> {
        self.recent.get(&number).map(|(value, _)| value)
    }

    /// Forgets what is old, once what is recent takes up its half.
    pub(super) fn shrink(&mut self) {
        if self.size > self.most {
            self.old = mem::take(&mut self.recent);
            self.size = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let mut texts: Remembered<&str> = Remembered::new(20);
        for (number, text) in [(1, "one"), (2, "two"), (3, "three")] {
            texts.keep(number, text, 5);
        }
        assert_eq!(texts.unknown([1, 2, 9].into_iter()), BTreeSet::from([9]));
        texts.shrink();
        assert_eq!(texts.unknown([2].into_iter()), BTreeSet::new());
        assert_eq!(texts.get(2), Some(&"two"));
        for (number, text) in [(4, "four"), (5, "five")] {
            texts.keep(number, text, 5);
        }
        texts.shrink();
        assert_eq!(
            texts.unknown([1, 2, 3, 4].into_iter()),
            BTreeSet::from([1, 3]),
            "2 was asked for, 4 is new"
        );
    }
}
