//! Writing a compiled file: laid out, checksummed, flushed and renamed into place.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use xxhash_rust::xxh3::xxh3_64;
use zerocopy::{FromZeros, IntoBytes};

use crate::{
    builder::{Builder, Compiled},
    error::IndexError,
    format::{FORMAT_VERSION, Header, MAGIC, PAGE, SECTIONS, Span},
    metadata::Metadata,
    pages::header_checksum,
};

impl Builder {
    /// Compiles everything and puts the file in the place of `path` in one step: a reader sees the old file or
    /// the new one, never a part.
    ///
    /// `built` is the time that the file says it was made at; it is no part of the generation digest.
    ///
    /// # Errors
    ///
    /// When a temporary file beside `path`, or `path` itself, cannot be written.
    pub fn finish(self, path: &Path, built: jiff::Timestamp) -> Result<Metadata, IndexError> {
        let failed = |error| IndexError::Io {
            path: path.to_owned(),
            error,
        };
        let compiled = self.compile(built).map_err(failed)?;
        write(path, &compiled).map_err(failed)?;
        Ok(compiled.metadata)
    }
}

fn write(path: &Path, compiled: &Compiled) -> io::Result<()> {
    let body: usize = compiled
        .sections
        .iter()
        .map(|section| section.len().next_multiple_of(PAGE))
        .sum();
    let pages = body / PAGE;
    let page_table_start = size_of::<Header>();
    let body_start = (page_table_start + pages * size_of::<u64>()).next_multiple_of(PAGE);

    let mut header = Header::new_zeroed();
    header.magic = MAGIC;
    header.version = FORMAT_VERSION.into();
    header.page_size = (PAGE as u32).into();
    header.file_length = ((body_start + body) as u64).into();
    header.generation = compiled.generation;
    header.page_table = span(page_table_start, pages * size_of::<u64>());
    let mut at = body_start;
    let mut spans = [Span::default(); SECTIONS];
    let mut page_table = Vec::with_capacity(pages * size_of::<u64>());
    for (slot, section) in spans.iter_mut().zip(&compiled.sections) {
        *slot = span(at, section.len());
        at += section.len().next_multiple_of(PAGE);
        for page in section.chunks(PAGE) {
            let mut padded = [0; PAGE];
            padded[..page.len()].copy_from_slice(page);
            page_table.extend_from_slice(&xxh3_64(&padded).to_le_bytes());
        }
    }
    header.sections = spans;
    header.checksum = header_checksum(&header, &page_table).into();

    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(directory)?;
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(header.as_bytes())?;
    file.write_all(&page_table)?;
    file.write_all(&vec![0; body_start - page_table_start - page_table.len()])?;
    for section in &compiled.sections {
        file.write_all(section)?;
        file.write_all(&vec![0; section.len().next_multiple_of(PAGE) - section.len()])?;
    }
    // A temporary file is private by default; the intelligence is public knowledge that other users may read.
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    file.as_file().set_permissions(mode)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    fs::File::open(directory)?.sync_all()
}

fn span(offset: usize, length: usize) -> Span {
    Span {
        offset: (offset as u64).into(),
        length: (length as u64).into(),
    }
}
