//! The compiled advisory database: build, open, look up, search, compare generations.
//!
//! One immutable file holds everything that matching needs. A [`Builder`] takes advisories in any order and writes
//! the file in one step; an [`Index`] maps it and answers look-ups without reading the rest. What to know first:
//!
//! * A package's rules hang on the key `ecosystem NUL name`, with the release inside the ecosystem (`Debian:12`).
//! * An *advisory* is one record of one source; a *vulnerability* is a flaw under its canonical id. An advisory is
//!   about one vulnerability or, as a bulletin, about several; the alias graph ties them together.
//! * Nothing is believed unverified: every 4 KiB page has a checksum that is tested before its first use, so a
//!   corrupt file gives an error and never a wrong answer.
//! * Equal content gives an equal generation digest, and [`diff()`] names the packages that differ.

mod aliases;
mod builder;
mod bytes;
mod details;
mod diff;
mod draft;
mod error;
mod format;
mod index;
mod metadata;
mod news;
mod pages;
mod rules;
mod tables;
mod writer;

pub use builder::Builder;
pub use details::{Detail, DetailReader};
pub use diff::{PackageChange, diff};
pub use error::IndexError;
pub use format::FORMAT_VERSION;
pub use index::{AdvisoryView, IdEntry, Index, VulnerabilityView};
pub use metadata::{Counts, FeedProvenance, IntelligenceKind, Metadata};
pub use news::{News, news};
pub use rules::{End, IntervalView, Matched, Rule, Rules};
