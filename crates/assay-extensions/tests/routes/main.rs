//! Our own routes over a real store, a real index and the real engine, driven over HTTP.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

mod accounts;
mod agents;
mod bench;
mod calls;
mod day;
mod document;
mod explain;
mod filters;
mod functions;
mod images;
mod in_use;
mod intelligence;
mod isolation;
mod machine_images;
mod network;
mod packages;
mod resources;
mod sessions;
mod tellers;
mod trends;
mod users;
