//! Faults of machines and of clients, and that the service gets over them: the real program is killed, starved of disk, cut
//! off from its database, given damaged intelligence and misused connections. Nothing that it acknowledged may be lost.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

mod client;
mod connections;
mod continual;
mod database;
mod disk;
mod engines;
mod feeds;
mod fleet;
mod intelligence;
mod kills;
mod service;
#[path = "../support/mod.rs"]
mod support;
