//! A file of equal pages, each of which is read once.

use assay_artifacts::RandomAccess;

use crate::binary_file::{FormatError, read_exact};

/// The pages of a file.
///
/// In a sound database each page hangs on one other. Holding to that bounds the work by the size of the file,
/// whatever its pages say of each other.
pub(super) struct Pages<'a> {
    file: RandomAccess<'a>,
    size: usize,
    count: u64,
    claimed: Vec<u64>,
}

impl<'a> Pages<'a> {
    /// A file of pages of `size` bytes; a rest at the end that fills no page is left out.
    pub(super) fn new(file: RandomAccess<'a>, size: usize) -> Pages<'a> {
        let count = file.len() / size.max(1) as u64;
        let words = usize::try_from(count / 64 + 1).unwrap_or(0);
        Pages {
            file,
            size,
            count,
            claimed: vec![0; words],
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Takes a page, counted from 0, for good: whoever comes second is sent away.
    pub(super) fn claim(&mut self, page: u64) -> Result<(), FormatError> {
        let word = usize::try_from(page / 64)
            .ok()
            .and_then(|word| self.claimed.get_mut(word))
            .filter(|_| page < self.count);
        let Some(word) = word else {
            let what = format!("page {page} is beyond the end of the file");
            return Err(FormatError::Malformed(what.into()));
        };
        let bit = 1 << (page % 64);
        if *word & bit != 0 {
            let what = format!("page {page} is pointed to more than once");
            return Err(FormatError::Malformed(what.into()));
        }
        *word |= bit;
        Ok(())
    }

    /// Reads a page in place of what `buffer` holds.
    pub(super) fn read(&self, page: u64, buffer: &mut Vec<u8>) -> Result<(), FormatError> {
        buffer.resize(self.size, 0);
        read_exact(&self.file, page.saturating_mul(self.size as u64), buffer)
    }
}
