//! The texts of an advisory, compressed one by one against a dictionary that all share.
//!
//! A scan shows a few thousand advisories out of hundreds of thousands. Compressing them singly keeps a reading
//! as small as its text; the trained dictionary gives back most of what larger blocks would save.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use zstd::{
    bulk::{Compressor, Decompressor},
    dict,
};

/// Longest text kept, in bytes; some feeds carry whole manuals.
const LONGEST_TEXT: usize = 16 * 1024;

/// The largest detail that is believed on reading, in bytes.
const LARGEST_DETAIL: usize = 4 * 1024 * 1024;

const DICTIONARY_SIZE: usize = 96 * 1024;

const LEVEL: i32 = 9;

/// What an advisory says to people and scoring, borrowed from a decompressed record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail<'a> {
    /// One line; may be empty.
    #[serde(borrow)]
    pub title: &'a str,
    /// The long text, cut at 16 KiB; may be empty.
    pub description: &'a str,
    /// CVSS vectors as `(scorer, vector)`.
    #[serde(borrow)]
    pub cvss: Vec<(&'a str, &'a str)>,
    /// CWE numbers.
    pub cwes: Vec<u32>,
    /// Links as `(kind, address)`.
    #[serde(borrow)]
    pub references: Vec<(&'a str, &'a str)>,
    /// Ids that are related without being the same flaw.
    #[serde(borrow)]
    pub related: Vec<&'a str>,
}

impl<'a> Detail<'a> {
    /// What is kept of an advisory's texts.
    pub(crate) fn of(advisory: &'a assay_model::Advisory) -> Detail<'a> {
        Detail {
            title: cut(&advisory.title),
            description: cut(&advisory.details),
            cvss: advisory
                .cvss
                .iter()
                .map(|cvss| (cvss.source.as_str(), cvss.vector.as_str()))
                .collect(),
            cwes: advisory.cwes.clone(),
            references: advisory
                .references
                .iter()
                .map(|link| (link.kind.as_str(), link.url.as_str()))
                .collect(),
            related: advisory.related.iter().map(String::as_str).collect(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Detail::default()
    }
}

fn cut(text: &str) -> &str {
    if text.len() <= LONGEST_TEXT {
        return text;
    }
    let end = (0..=LONGEST_TEXT)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    &text[..end]
}

/// Trains the shared dictionary; empty when there is too little to learn from.
pub(crate) fn train(samples: &[Vec<u8>]) -> Vec<u8> {
    dict::from_samples(samples, DICTIONARY_SIZE).unwrap_or_default()
}

/// Compresses records against a dictionary.
pub(crate) fn compressor(dictionary: &[u8]) -> std::io::Result<Compressor<'static>> {
    Compressor::with_dictionary(LEVEL, dictionary)
}

/// Reads details; keeps the decompressor and its buffers between readings.
pub struct DetailReader {
    decompressor: Decompressor<'static>,
    /// The pages that the frame lies on.
    pub(crate) pages: Vec<u8>,
    text: Vec<u8>,
}

impl std::fmt::Debug for DetailReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DetailReader").finish_non_exhaustive()
    }
}

impl DetailReader {
    pub(crate) fn new(dictionary: &[u8]) -> std::io::Result<DetailReader> {
        let decompressor = Decompressor::with_dictionary(dictionary)?;
        Ok(DetailReader {
            decompressor,
            pages: Vec::new(),
            text: Vec::new(),
        })
    }

    /// Decompresses the record at a place in `pages`; `None` when there is no such record.
    pub(crate) fn read(&mut self, frame: Range<usize>) -> Option<Detail<'_>> {
        let frame = self.pages.get(frame)?;
        let size = usize::try_from(zstd::zstd_safe::get_frame_content_size(frame).ok()??).ok()?;
        if size > LARGEST_DETAIL {
            return None;
        }
        self.text.clear();
        self.text.reserve(size);
        self.decompressor
            .decompress_to_buffer(frame, &mut self.text)
            .ok()?;
        postcard::from_bytes(&self.text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip_with_and_without_dictionary() {
        let samples: Vec<Vec<u8>> = (0..2000)
            .map(|n| format!("A flaw in package number {n} lets remote attackers run code").into())
            .collect();
        for dictionary in [train(&samples), Vec::new()] {
            let detail = Detail {
                title: "t",
                description: "long",
                cwes: vec![79],
                ..Detail::default()
            };
            let frame = compressor(&dictionary)
                .unwrap()
                .compress(&postcard::to_stdvec(&detail).unwrap())
                .unwrap();
            let mut reader = DetailReader::new(&dictionary).unwrap();
            let length = frame.len();
            reader.pages = frame;
            assert_eq!(reader.read(0..length), Some(detail));
            for place in [1..length, 0..0, 0..length - 1, 0..length + 1] {
                assert_eq!(reader.read(place), None);
            }
        }
        assert!(!train(&samples).is_empty());
        assert!(train(&samples[..2]).is_empty());
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let text = "é".repeat(LONGEST_TEXT);
        assert_eq!(cut(&text).len(), LONGEST_TEXT);
        let text = format!("a{}", "é".repeat(LONGEST_TEXT));
        assert_eq!(cut(&text).len(), LONGEST_TEXT - 1);
    }
}
