//! Findings: bringing them up to what holds, listing them, reading them, their history.

mod bulk;
pub(crate) mod count;
mod gather;
pub(crate) mod layers;
mod list;
mod order;
#[cfg(test)]
mod plans;
mod read;
mod record;
mod remember;
mod settle;
mod walk;

pub use bulk::{Bulk, Portion};
pub(crate) use list::push_later;
pub use list::{Page, Position};
pub use order::{Direction, Sort, Sorting};
pub use read::{Change, StoredFinding, StoredPackage};
pub(crate) use record::{record, uncount};
pub use settle::{Cause, Settled};
pub(crate) use settle::{REMEDY, Touched, settle, suppress_again};

/// A finding, by the number that it has in this database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId(pub i64);

impl FindingId {
    /// The number.
    pub fn number(self) -> i64 {
        self.0
    }

    /// Reads a number; in criteria, findings are named so.
    pub fn from_number(text: &str) -> Option<FindingId> {
        text.parse().ok().map(FindingId)
    }
}

/// An account in a region, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(pub i64);

/// A resource, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(pub i64);
