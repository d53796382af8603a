//! Reading trees of every form, and refusing what is none.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod archives;
mod bombs;
mod containerd;
mod directories;
mod images;
mod mutations;
mod record;
mod refusals;
mod storages;
