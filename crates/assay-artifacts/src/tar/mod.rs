//! Tar archives as streams, and what an image layer means by their entries.
//!
//! The reader is our own since its memory must not follow what headers claim, and since a file of an
//! uncompressed archive is read in place.

mod header;
mod layer;
mod pax;
mod reader;

pub(crate) use header::{Header, Kind};
pub(crate) use layer::{Links, Surroundings, walk};
pub(crate) use reader::TarReader;
