//! CVSS scores and severity bands.
//!
//! Traps of the domain: one vulnerability has several scores (by several scorers, in several versions of CVSS)
//! and they disagree; a v3 vector may carry temporal metrics that lower its score although the flaw is the same;
//! v2 vectors have no prefix and are sometimes wrapped in parentheses. This crate gives *base* scores, so that
//! scores of different sources compare. The arithmetic is the `cvss` crate's.

mod cvss_score;

pub use cvss_score::{BaseScore, base_score};
