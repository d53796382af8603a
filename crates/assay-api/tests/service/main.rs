//! The shell over real HTTP on loopback, with people in memory.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

mod bench;
mod connections;
mod extensions;
mod operations;
