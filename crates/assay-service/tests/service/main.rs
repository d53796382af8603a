//! The operations over a real store, a real index and the real engine, driven over HTTP.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]
#![allow(clippy::print_stdout, reason = "a test says that it is skipped")]

mod aggregations;
mod bench;
mod coverage;
mod deep_inspection;
mod documents;
mod fleet;
mod isolation;
mod neighbours;
mod organization;
mod promises;
mod reports;
mod usage;
mod walk;
