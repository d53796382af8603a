//! An independent check of the matcher: a slow and obvious evaluation of the raw documents, which shares nothing with
//! the importers, the index or the matcher but the order of versions, has to agree with them on every package.
//!
//! The documents are those of the shared mirror where there is one, sampled by package with every document that names it,
//! and small ones of our own. Packages are made of the versions that the documents themselves write, and of neighbours.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]
#![allow(clippy::print_stderr, reason = "a skipped check says so")]

mod compiled;
mod debian;
mod osv;
mod redhat;
mod secdb;
mod versions;

use std::path::{Path, PathBuf};

/// The shared mirror.
fn shared() -> Option<PathBuf> {
    let feeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/feeds");
    if feeds.is_dir() {
        return Some(feeds);
    }
    eprintln!("skipped: there are no shared feeds");
    None
}

/// Every so many-th of some things, so that about `wanted` of them remain.
fn sampled<T>(things: Vec<T>, wanted: usize) -> Vec<T> {
    let step = things.len().div_ceil(wanted).max(1);
    things.into_iter().step_by(step).collect()
}
