//! Advisories on their way into the file, between reading and laying out.

use std::ops::Range;

use crate::aliases::IdNumber;

/// Where the compressed texts of an advisory lie in their section; of length 0 when it has none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) offset: u32,
    pub(crate) length: u32,
}

/// An advisory on its way into the file; its texts are in the spool.
pub(crate) struct AdvisoryDraft {
    pub(crate) id: IdNumber,
    pub(crate) source: u32,
    pub(crate) names: Vec<IdNumber>,
    pub(crate) fixes: Vec<IdNumber>,
    pub(crate) detail: Range<u64>,
    pub(crate) published: u32,
    pub(crate) modified: u32,
    pub(crate) kind: u8,
    pub(crate) standing: u8,
    pub(crate) severity: u8,
    pub(crate) ssvc: u8,
}
