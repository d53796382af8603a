//! What those use who operate a service and build upon it: our own routes, backups, users and keys; by the real program.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing test may panic, a skipped one says so"
)]

mod admin;
mod backup;
mod console;
mod figures;
mod openapi;
mod service;
#[path = "../support/mod.rs"]
mod support;
