//! The continual loop: a change to inventory, intelligence, policy or time; the keys that it touches; findings and what is
//! owed of them.
//!
//! What to know first:
//!
//! * Everything that is owed is a job in the database, taken under a lease and ended in the transaction that does it. Whoever
//!   is killed in between leaves a job that is done again, with the same outcome.
//! * New inventories are assessed package by package, each package once whoever has it; findings follow set by set.
//! * New intelligence is matched in reverse: keys that differ, packages under these keys, findings of all who have them.
//! * No HTTP and no words of an API: how a finding is described is given as a function.

mod describe;
mod engine;
mod error;
mod intelligence;
mod roll_out;
mod time;
mod upkeep;
mod work_out;

pub use describe::{Describe, Described};
pub use engine::{Engine, Now};
pub use error::{EngineError, Result};
pub use intelligence::{Current, Intelligence};
pub use time::STALE;
pub use upkeep::{FeedOutcome, FeedUpkeep, Outcome, Upkeep};
