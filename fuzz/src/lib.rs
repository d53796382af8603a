//! Every parser of foreign bytes as a function from bytes to nothing, and the mutations that are tried on them.
//!
//! A target returns whatever it is given: a panic, an endless loop or memory without bound is a fault of the parser. What
//! it returns is no matter here; the crates' own tests see to that.

mod corpus;
mod mutate;
mod targets;

pub use corpus::{folder, seeds};
pub use mutate::mutate;
pub use targets::{TARGETS, Target};
