//! The starter intelligence: a few hundred advisories that come with the program, as facts in OSV form.
//!
//! It lets a first run without network or mirror show what the tool does. It is no substitute for the feeds, and
//! every output that rests on it says so.

use crate::{
    download::sha256_of,
    error::FeedError,
    formats::{ReadError, osv},
    import::{FeedReport, FeedStatus},
    record::Sink,
};

const FILES: [(&str, &str); 8] = [
    ("Alpine", include_str!("../starter/Alpine.jsonl")),
    ("crates.io", include_str!("../starter/crates.io.jsonl")),
    ("Debian", include_str!("../starter/Debian.jsonl")),
    ("Go", include_str!("../starter/Go.jsonl")),
    ("Maven", include_str!("../starter/Maven.jsonl")),
    ("npm", include_str!("../starter/npm.jsonl")),
    ("PyPI", include_str!("../starter/PyPI.jsonl")),
    ("RubyGems", include_str!("../starter/RubyGems.jsonl")),
];

/// A digest of the starter intelligence, eight hexadecimal digits: what is compiled from it is good as long as this
/// stays the same.
pub fn starter_digest() -> String {
    let content: Vec<&str> = FILES.iter().map(|(_, lines)| *lines).collect();
    let mut digest = sha256_of(content.concat().as_bytes());
    digest.truncate(8);
    digest
}

/// Reads the starter intelligence into a sink.
///
/// # Errors
///
/// When the sink refuses.
pub fn starter(sink: &mut dyn Sink) -> Result<Vec<FeedReport>, FeedError> {
    let mut reports = Vec::with_capacity(FILES.len());
    for (ecosystem, lines) in FILES {
        let name = format!("starter/{ecosystem}");
        let summary = osv::read_lines(lines, sink).map_err(|error| match error {
            ReadError::Sink(error) => FeedError::Sink {
                feed: name.clone(),
                error,
            },
            ReadError::Malformed(reason) => FeedError::Malformed {
                path: name.clone().into(),
                format: "OSV",
                reason,
            },
        })?;
        reports.push(FeedReport {
            name,
            status: FeedStatus::Current,
            date: summary.date,
            records: summary.records,
            bytes: lines.len() as u64,
            warnings: summary.warnings,
        });
    }
    Ok(reports)
}
