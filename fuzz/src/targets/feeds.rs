//! Documents of advisories.

use std::io;

use assay_feeds::{Sink, files, read};
use assay_model::{Advisory, Epss, KnownExploited};

/// Takes everything and keeps nothing.
struct Nowhere;

impl Sink for Nowhere {
    fn advisory(&mut self, _: Advisory) -> io::Result<()> {
        Ok(())
    }

    fn epss(&mut self, _: &str, _: Epss) {}

    fn known_exploited(&mut self, _: KnownExploited) {}
}

/// The content of a file, read as each format that a feed of the catalogue has.
pub(super) fn feeds(bytes: &[u8]) {
    let mut formats = Vec::new();
    for file in files(None, 2003) {
        if !formats.contains(&file.format) {
            formats.push(file.format);
        }
    }
    for format in formats {
        let _ = read(&format, bytes, &mut Nowhere);
    }
}
