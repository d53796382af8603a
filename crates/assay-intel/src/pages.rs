//! A mapped file whose pages are verified before anything on them is believed.

use std::{
    ops::Range,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use assay_mmap::MappedFile;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};
use zerocopy::{FromBytes, FromZeros, IntoBytes, little_endian::U64};

use crate::{
    error::IndexError,
    format::{FORMAT_VERSION, Header, MAGIC, OLDEST_FORMAT, PAGE, SECTIONS, Section},
};

/// An open intelligence file: header and page table verified, the rest verified page by page on first use.
#[derive(Debug)]
pub(crate) struct Pages {
    path: PathBuf,
    file: MappedFile,
    header: Header,
    sections: [Range<usize>; SECTIONS],
    page_table: Range<usize>,
    /// Where the first checksummed page starts.
    body: usize,
    verified: Vec<AtomicU64>,
}

/// The checksum of a header (its own checksum field zeroed) and of the page table.
pub(crate) fn header_checksum(header: &Header, page_table: &[u8]) -> u64 {
    let mut header = *header;
    header.checksum = U64::ZERO;
    let mut hash = Xxh3::new();
    hash.update(header.as_bytes());
    hash.update(page_table);
    hash.digest()
}

impl Pages {
    pub(crate) fn open(path: &Path) -> Result<Arc<Pages>, IndexError> {
        let file = MappedFile::open(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => IndexError::Missing {
                path: path.to_owned(),
            },
            _ => IndexError::Io {
                path: path.to_owned(),
                error,
            },
        })?;
        let header = read_header(path, &file)?;
        let corrupt = |what: &str| IndexError::Corrupt {
            path: path.to_owned(),
            what: what.to_owned(),
        };

        let length = file.len();
        let range = |span: &crate::format::Span| -> Option<Range<usize>> {
            let start = usize::try_from(span.offset.get()).ok()?;
            let end = start.checked_add(usize::try_from(span.length.get()).ok()?)?;
            (end <= length).then_some(start..end)
        };
        let page_table = range(&header.page_table).ok_or_else(|| corrupt("page table out of bounds"))?;
        if header_checksum(&header, &file[page_table.clone()]) != header.checksum.get() {
            return Err(corrupt("header checksum"));
        }
        let mut sections: [Range<usize>; SECTIONS] = std::array::from_fn(|_| 0..0);
        for (section, span) in sections.iter_mut().zip(&header.sections) {
            *section = range(span).ok_or_else(|| corrupt("section out of bounds"))?;
        }
        let body = page_table.end.next_multiple_of(PAGE);
        let pages = length.saturating_sub(body).div_ceil(PAGE);
        if page_table.len() != pages * size_of::<u64>() {
            return Err(corrupt("page table length"));
        }
        let verified = (0..pages.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Ok(Arc::new(Pages {
            path: path.to_owned(),
            file,
            header,
            sections,
            page_table,
            body,
            verified,
        }))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn generation(&self) -> [u8; 32] {
        self.header.generation
    }

    pub(crate) fn file_length(&self) -> u64 {
        self.file.len() as u64
    }

    /// The length of a section in bytes.
    pub(crate) fn length(&self, section: Section) -> usize {
        self.sections[section as usize].len()
    }

    /// Bytes of a section, verified.
    pub(crate) fn bytes(&self, section: Section, range: Range<usize>) -> Result<&[u8], IndexError> {
        let whole = &self.sections[section as usize];
        let start = whole.start.checked_add(range.start);
        let end = whole.start.checked_add(range.end);
        match (start, end) {
            (Some(start), Some(end)) if start <= end && end <= whole.end => {
                self.verify(start..end)?;
                Ok(&self.file[start..end])
            }
            _ => Err(self.corrupt(format!("{section:?} refers outside itself"))),
        }
    }

    /// Bytes of a section, verified and copied into a buffer instead of mapped. Gives where in the buffer they lie.
    pub(crate) fn copy(
        &self,
        section: Section,
        range: Range<usize>,
        buffer: &mut Vec<u8>,
    ) -> Result<Range<usize>, IndexError> {
        let whole = &self.sections[section as usize];
        let (start, end) = (
            whole.start.saturating_add(range.start),
            whole.start.saturating_add(range.end),
        );
        if start > end || end > whole.end {
            return Err(self.corrupt(format!("{section:?} refers outside itself")));
        }
        // Whole pages, since that is what there are checksums of. Sections start on pages.
        let first = start - start % PAGE;
        let last = end.next_multiple_of(PAGE).min(self.file.len());
        buffer.clear();
        buffer.resize(last - first, 0);
        self.file
            .copy_at(buffer, first as u64)
            .map_err(|error| IndexError::Io {
                path: self.path.clone(),
                error,
            })?;
        for (content, at) in buffer.chunks(PAGE).zip((first..last).step_by(PAGE)) {
            self.check((at - self.body) / PAGE, content)?;
        }
        Ok(start - first..end - first)
    }

    /// All bytes of a section from `start` to its end, of which only the first `within` bytes are verified now.
    pub(crate) fn from(&self, section: Section, start: usize, within: usize) -> Result<&[u8], IndexError> {
        let length = self.length(section);
        self.bytes(section, start..length.min(start.saturating_add(within)))
    }

    /// The whole section, verified.
    pub(crate) fn section(&self, section: Section) -> Result<&[u8], IndexError> {
        self.bytes(section, 0..self.length(section))
    }

    /// Verifies every page.
    pub(crate) fn verify_all(&self) -> Result<(), IndexError> {
        self.verify(self.body..self.file.len())
    }

    pub(crate) fn corrupt(&self, what: impl Into<String>) -> IndexError {
        IndexError::Corrupt {
            path: self.path.clone(),
            what: what.into(),
        }
    }

    fn verify(&self, range: Range<usize>) -> Result<(), IndexError> {
        if range.is_empty() {
            return Ok(());
        }
        let first = range.start.saturating_sub(self.body) / PAGE;
        let last = (range.end - 1).saturating_sub(self.body) / PAGE;
        for page in first..=last {
            let bit = 1u64 << (page % 64);
            let Some(word) = self.verified.get(page / 64) else {
                return Err(self.corrupt(format!("page {page} out of bounds")));
            };
            // Relaxed is enough: the bytes are immutable, and verifying a page twice is harmless.
            if word.load(Ordering::Relaxed) & bit != 0 {
                continue;
            }
            let start = self.body + page * PAGE;
            self.check(page, &self.file[start..self.file.len().min(start + PAGE)])?;
            word.fetch_or(bit, Ordering::Relaxed);
        }
        Ok(())
    }
}

impl Pages {
    /// Holds the content of a page against its checksum.
    fn check(&self, page: usize, content: &[u8]) -> Result<(), IndexError> {
        let entry = self.page_table.start + page * size_of::<u64>();
        let expected = self
            .file
            .get(entry..self.page_table.end)
            .map(U64::read_from_prefix);
        match expected {
            Some(Ok((expected, _))) if expected.get() == xxh3_64(content) => Ok(()),
            _ => Err(self.corrupt(format!("page {page}"))),
        }
    }
}

fn read_header(path: &Path, file: &[u8]) -> Result<Header, IndexError> {
    let mut header = Header::new_zeroed();
    let present = file.len().min(size_of::<Header>());
    header.as_mut_bytes()[..present].copy_from_slice(&file[..present]);
    if header.magic != MAGIC {
        return Err(IndexError::NotAnIndex {
            path: path.to_owned(),
        });
    }
    // The version stands right behind the mark in every format, so that it can be told from a shorter header too.
    let found = header.version.get();
    if present >= 12 && !(OLDEST_FORMAT..=FORMAT_VERSION).contains(&found) {
        let advice = if found > FORMAT_VERSION {
            "a newer assay wrote it; update assay, or run `assay db update` to make the file anew"
        } else {
            "an older assay wrote it; run `assay db update` to make it anew"
        };
        return Err(IndexError::Version {
            path: path.to_owned(),
            found,
            supported: FORMAT_VERSION,
            advice,
        });
    }
    let expected = if present < size_of::<Header>() {
        size_of::<Header>() as u64
    } else {
        header.file_length.get()
    };
    let found = file.len() as u64;
    if found < expected {
        return Err(IndexError::Truncated {
            path: path.to_owned(),
            found,
            expected,
        });
    }
    if found > expected || header.page_size.get() as usize != PAGE {
        let what = "length differs from the header's".to_owned();
        return Err(IndexError::Corrupt {
            path: path.to_owned(),
            what,
        });
    }
    Ok(header)
}

/// A whole section as owned bytes for the fst reader, verified when made.
#[derive(Clone, Debug)]
pub(crate) struct SectionBytes {
    pages: Arc<Pages>,
    section: Section,
}

impl SectionBytes {
    pub(crate) fn new(pages: &Arc<Pages>, section: Section) -> Result<SectionBytes, IndexError> {
        pages.section(section)?;
        Ok(SectionBytes {
            pages: Arc::clone(pages),
            section,
        })
    }
}

impl AsRef<[u8]> for SectionBytes {
    fn as_ref(&self) -> &[u8] {
        &self.pages.file[self.pages.sections[self.section as usize].clone()]
    }
}
