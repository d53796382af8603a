//! One module an upstream format, each to advisories and enrichment; incremental download.
//!
//! The way of a feed: [`files()`] names what exists, a [`Place`] says from where, fetching brings the local cache up
//! to date, importing reads the cached files into a [`Sink`]. What to know first:
//!
//! * A feed that fails never takes the others down; its last good copy stands in, and its [`FeedReport`] says so.
//! * Copies of different places are kept apart, so a test mirror never leaks into real intelligence.
//! * Importers keep what a source says with its meaning (withdrawn, not affected, won't fix, no advisory planned);
//!   none of them decides whether something is a finding.

mod cache;
mod catalogue;
mod content;
mod download;
mod error;
mod fetch;
mod formats;
mod import;
mod importers;
mod manifest;
mod place;
mod progress;
mod record;
mod starter;

pub use catalogue::{FeedFile, Format, Presence, files};
pub use error::FeedError;
pub use formats::{
    csaf::CsafSource,
    cvrf::CvrfSource,
    oval::OvalSource,
    secdb::SecdbSource,
    updateinfo::{Line, UpdateinfoSource},
};
pub use import::{FeedReport, FeedStatus, read, update};
pub use importers::{ImporterDescription, importers};
pub use manifest::Manifest;
pub use place::Place;
pub use progress::{Progress, Silent};
pub use record::{MOST_WARNINGS, Sink, Summary};
pub use starter::{starter, starter_digest};
