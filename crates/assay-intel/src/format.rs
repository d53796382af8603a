//! The layout of an intelligence file: header, page checksums, sections, fixed-size records.
//!
//! ```text
//! header (256 bytes)   magic, version, length, generation digest, section table, checksum of header and page table
//! page table           one xxh3 of each 4 KiB page of everything behind it
//! sections             each starting on a page: metadata, names, identifiers, rules, advisories,
//!                      vulnerabilities, lists, strings, dictionary, details
//! ```
//!
//! All integers are little-endian. The header and the page table are verified on opening; every other page is
//! verified the first time that something on it is read, so opening costs nothing for data that is never asked for.

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    little_endian::{U32, U64},
};

/// The first bytes of every intelligence file.
pub(crate) const MAGIC: [u8; 8] = *b"ASSAYIDX";

/// The layout that this build writes. 2 gave the spare byte of an advisory to SSVC and added the kind *end of life*.
pub const FORMAT_VERSION: u32 = 2;

/// The oldest layout that this build reads; what a later one added is absent in it.
pub(crate) const OLDEST_FORMAT: u32 = 1;

/// Bytes per checksummed page.
pub(crate) const PAGE: usize = 4096;

/// An EPSS figure that is absent.
pub(crate) const NO_EPSS: u32 = u32::MAX;

/// The parts of the file, in the order in which they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Section {
    /// JSON: the feeds behind the file, with dates and counts.
    Metadata = 0,
    /// fst: `ecosystem NUL name` → offset in `Rules`.
    Names = 1,
    /// fst: upper-cased id → offset in `Lists` (vulnerabilities, then advisories).
    Identifiers = 2,
    /// Per package: length, digest, rules.
    Rules = 3,
    /// [`AdvisoryRecord`]s.
    Advisories = 4,
    /// [`VulnerabilityRecord`]s.
    Vulnerabilities = 5,
    /// Counted lists of varints.
    Lists = 6,
    /// Length-prefixed strings.
    Strings = 7,
    /// The zstd dictionary of `Details`.
    Dictionary = 8,
    /// One zstd frame for each advisory that has texts.
    Details = 9,
}

/// How many sections there are.
pub(crate) const SECTIONS: usize = 10;

/// Where a section lies in the file, in bytes.
#[derive(Clone, Copy, Debug, Default, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct Span {
    pub(crate) offset: U64,
    pub(crate) length: U64,
}

/// The first bytes of the file.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct Header {
    pub(crate) magic: [u8; 8],
    pub(crate) version: U32,
    pub(crate) page_size: U32,
    pub(crate) file_length: U64,
    /// SHA-256 over every section but the metadata: equal content, equal generation.
    pub(crate) generation: [u8; 32],
    pub(crate) page_table: Span,
    pub(crate) sections: [Span; SECTIONS],
    /// xxh3 of the header with this field zero, then of the page table.
    pub(crate) checksum: U64,
}

/// One record of one source.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct AdvisoryRecord {
    /// Offset in `Strings`.
    pub(crate) id: U32,
    /// Offset in `Strings`.
    pub(crate) source: U32,
    /// Offset in `Lists`: the vulnerabilities that it is about.
    pub(crate) vulnerabilities: U32,
    pub(crate) detail_offset: U32,
    pub(crate) detail_length: U32,
    /// Unix seconds, 0 when unknown.
    pub(crate) published: U32,
    /// Unix seconds, 0 when unknown.
    pub(crate) modified: U32,
    pub(crate) kind: u8,
    pub(crate) standing: u8,
    /// The source's own severity word; 0 when it gives none.
    pub(crate) severity: u8,
    /// SSVC as [`assay_model::Ssvc::code`]; 0 when the source does not decide it.
    pub(crate) ssvc: u8,
}

/// One vulnerability: the canonical id and what hangs on it.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct VulnerabilityRecord {
    /// Offset in `Strings`.
    pub(crate) id: U32,
    /// Offset in `Lists`: offsets in `Strings` of the other ids of the same flaw.
    pub(crate) aliases: U32,
    /// Offset in `Lists`: the advisories about it.
    pub(crate) advisories: U32,
    /// EPSS score in millionths.
    pub(crate) epss_score: U32,
    /// EPSS percentile in millionths.
    pub(crate) epss_percentile: U32,
    /// Offset in `Strings` of `DATE_ADDED DUE_DATE known|unknown`; `u32::MAX` when not in the catalogue.
    pub(crate) known_exploited: U32,
}
