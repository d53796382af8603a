//! The web console, embedded in the program, and the routes that serve it below `/console/`.
//!
//! The files are what `npm run build` makes in `console/dist`, taken in when this crate is built, each with a compressed copy;
//! nothing is read or compressed while the service runs. Where the console was not built, a page that says so is served
//! instead ([`CONTENT`]). Pages are public: they hold no data, and get it by signed calls like any other client.
//!
//! The traps of the domain, each handled in one place:
//!
//! - *A page of one build with scripts of another* does not work: pages are asked for anew each time, by their digest, and
//!   only files that have their digest in their name are kept.
//! - *A script that is missing must not become a page*, which browsers would refuse with words that nobody understands:
//!   below `assets/` what is not there is not found.
//! - *What others put into the inventory is shown in a browser*: no page may run, load or send to anything that is not ours,
//!   or stand in another's frame (`headers.rs`).

mod files;
mod headers;
mod routes;

pub use files::{CONTENT, Content};
pub use routes::routes;
