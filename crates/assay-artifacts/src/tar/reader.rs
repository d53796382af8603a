//! Entry after entry of a tar stream.

use std::io::{self, Read};

use super::{
    header::{BLOCK, Header, Kind, until_nul},
    pax::{self, Sparse},
};
use crate::{error::Stop, source::Source};

/// What is kept of one long name or set of PAX records; far more than any file system allows.
const LONGEST_EXTENSION: u64 = 1 << 20;

/// One entry; its path and link target are the reader's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(crate) kind: Kind,
    pub(crate) size: u64,
    pub(crate) mode: u32,
}

/// Reads entries one after the other. Content that nobody reads is skipped with the next call.
pub(crate) struct TarReader<'s> {
    source: &'s mut dyn Source,
    block: [u8; BLOCK],
    path: Vec<u8>,
    link: Vec<u8>,
    /// Bytes of the current entry's content that are still to come.
    left: u64,
    /// Bytes that pad it to a whole block.
    padding: u64,
}

impl<'s> TarReader<'s> {
    pub(crate) fn new(source: &'s mut dyn Source) -> TarReader<'s> {
        TarReader {
            source,
            block: [0; BLOCK],
            path: Vec::new(),
            link: Vec::new(),
            left: 0,
            padding: 0,
        }
    }

    /// The current entry's path, as it stands in the archive.
    pub(crate) fn path(&self) -> &[u8] {
        &self.path
    }

    /// The current entry's link target, as it stands in the archive.
    pub(crate) fn link(&self) -> &[u8] {
        &self.link
    }

    /// What it reads from, standing at the current entry's content.
    pub(crate) fn source(&self) -> &dyn Source {
        self.source
    }

    /// The current entry's content.
    pub(crate) fn content(&mut self) -> MemberContent<'_> {
        MemberContent {
            source: self.source,
            left: &mut self.left,
        }
    }

    /// The next entry; `None` at the end of the archive.
    pub(crate) fn next(&mut self) -> io::Result<Option<Member>> {
        self.path.clear();
        self.link.clear();
        let mut records = pax::Records::default();
        loop {
            self.source.skip(self.left.saturating_add(self.padding))?;
            (self.left, self.padding) = (0, 0);
            let at = self.source.position();
            if !self.read_block()? {
                return Ok(None);
            }
            let header = Header(&self.block);
            if header.is_zero() {
                return Ok(None);
            }
            if !header.checksum_holds() {
                return Err(Stop::Damaged(format!("at byte {at} there should be a tar header")).into());
            }
            let (kind, mode) = (header.kind(), header.mode());
            let stated = match kind.has_content() {
                true => header
                    .size()
                    .ok_or_else(|| Stop::Damaged(format!("the tar header at byte {at} has no size")))?,
                false => 0,
            };
            match kind {
                Kind::Extended => {
                    let bytes = self.extension(stated)?;
                    records = pax::parse(&bytes).ok_or_else(|| {
                        Stop::Damaged(format!("the extended tar header at byte {at} is malformed"))
                    })?;
                }
                Kind::Global => self.expect(stated),
                Kind::LongName => self.path = until_nul(&self.extension(stated)?).to_vec(),
                Kind::LongLink => self.link = until_nul(&self.extension(stated)?).to_vec(),
                kind => {
                    if let Some(path) = records.path {
                        self.path = path;
                    } else if self.path.is_empty() {
                        header.path(&mut self.path);
                    }
                    if let Some(link) = records.link {
                        self.link = link;
                    } else if self.link.is_empty() {
                        header.link(&mut self.link);
                    }
                    let size = if kind.has_content() {
                        records.size.unwrap_or(stated)
                    } else {
                        0
                    };
                    if kind == Kind::SparseFile && header.sparse_map_goes_on() {
                        self.skip_sparse_map()?;
                    }
                    self.expect(size);
                    let kind = match (kind, records.sparse) {
                        // Before POSIX a directory was a file with a slash at its end. Only the whole path
                        // tells: a long one may be cut just behind a slash in its header.
                        (Kind::File, _) if self.path.ends_with(b"/") => Kind::Directory,
                        (Kind::File, Sparse::Yes) => Kind::SparseFile,
                        (kind, _) => kind,
                    };
                    return Ok(Some(Member { kind, size, mode }));
                }
            }
        }
    }

    fn expect(&mut self, size: u64) {
        self.left = size;
        self.padding = (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64;
    }

    /// Reads a block; false where the stream ends just before it, as some writers leave the end mark out.
    fn read_block(&mut self) -> io::Result<bool> {
        // The whole block is nearly always in the buffer already.
        if let Some(block) = self.source.fill_buf()?.first_chunk::<BLOCK>() {
            self.block = *block;
            self.source.consume(BLOCK);
            return Ok(true);
        }
        let mut filled = 0;
        while filled < BLOCK {
            match self.source.read(&mut self.block[filled..])? {
                0 if filled == 0 => return Ok(false),
                0 => return Err(Stop::CutOff.into()),
                read => filled += read,
            }
        }
        Ok(true)
    }

    fn extension(&mut self, size: u64) -> io::Result<Vec<u8>> {
        if size > LONGEST_EXTENSION {
            return Err(Stop::Limit(format!("a tar header of {size} bytes")).into());
        }
        self.expect(size);
        let mut bytes = Vec::new();
        self.content().read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn skip_sparse_map(&mut self) -> io::Result<()> {
        while self.read_block()? {
            if self.block.get(504).copied().unwrap_or_default() == 0 {
                return Ok(());
            }
        }
        Err(Stop::CutOff.into())
    }
}

/// The content of one entry; ends with it, and fails where the archive ends before.
pub(crate) struct MemberContent<'a> {
    source: &'a mut dyn Source,
    left: &'a mut u64,
}

impl Read for MemberContent<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(*self.left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        if room == 0 {
            return Ok(0);
        }
        let read = self.source.read(&mut buffer[..room])?;
        if read == 0 {
            return Err(Stop::CutOff.into());
        }
        *self.left -= read as u64;
        Ok(read)
    }
}
