//! Berkeley DB hashes.

use crate::Endian;

/// Builds a `Packages` of a single bucket.
///
/// Source: Berkeley DB's page layout (`dbinc/db_page.h`).
#[derive(Clone, Copy, Debug)]
pub struct BerkeleyBuilder {
    page_size: usize,
    endian: Endian,
}

const META: u8 = 8;
const OVERFLOW: u8 = 7;
const HASH: u8 = 13;
const PAGE_HEADER: usize = 26;

impl BerkeleyBuilder {
    /// A database of pages of this size, made on a machine of this byte order.
    pub fn new(page_size: usize, endian: Endian) -> BerkeleyBuilder {
        BerkeleyBuilder { page_size, endian }
    }

    /// The database of these headers.
    pub fn build(&self, headers: &[Vec<u8>]) -> Vec<u8> {
        let endian = self.endian;
        let mut pages = vec![Vec::new()];
        let count = endian.u32(headers.len()).to_vec();
        let mut pairs = vec![([vec![1], vec![0; 4]].concat(), [vec![1], count].concat())];
        for (at, header) in headers.iter().enumerate() {
            let key = [vec![1], endian.u32(at + 1).to_vec()].concat();
            let value = if header.len() < self.page_size / 4 {
                [&[1][..], header].concat()
            } else {
                let first = self.overflow(&mut pages, header);
                [&[3, 0, 0, 0][..], &endian.u32(first), &endian.u32(header.len())].concat()
            };
            pairs.push((key, value));
        }
        let mut rest = pairs.as_slice();
        while !rest.is_empty() {
            let mut room = self.page_size - PAGE_HEADER;
            let fitting = rest.iter().take_while(|(key, value)| {
                let size = key.len() + value.len() + 4;
                let fits = size <= room;
                room = room.saturating_sub(size);
                fits
            });
            let (here, later) = rest.split_at(fitting.count());
            rest = later;
            let next = if later.is_empty() { 0 } else { pages.len() + 1 };
            pages.push(self.hash_page(pages.len(), next, here));
        }
        pages[0] = self.meta(pages.len() - 1, pairs.len());
        pages.concat()
    }

    fn meta(&self, last: usize, keys: usize) -> Vec<u8> {
        let endian = self.endian;
        let mut page = vec![0; 12];
        for number in [0x61561, 9, self.page_size] {
            page.extend_from_slice(&endian.u32(number));
        }
        page.extend_from_slice(&[0, META, 0, 0]);
        for number in [0, last, 0, keys, keys, 0] {
            page.extend_from_slice(&endian.u32(number));
        }
        page.resize(self.page_size, 0);
        page
    }

    fn header(&self, number: usize, next: usize, entries: usize, offset: usize, kind: u8) -> Vec<u8> {
        let endian = self.endian;
        let mut page = vec![0; 8];
        for number in [number, 0, next] {
            page.extend_from_slice(&endian.u32(number));
        }
        page.extend_from_slice(&endian.u16(entries));
        page.extend_from_slice(&endian.u16(offset));
        page.extend_from_slice(&[0, kind]);
        page
    }

    /// Adds a chain of overflow pages and gives the number of its first.
    fn overflow(&self, pages: &mut Vec<Vec<u8>>, value: &[u8]) -> usize {
        let first = pages.len();
        let chunks: Vec<&[u8]> = value.chunks(self.page_size - PAGE_HEADER).collect();
        for (at, chunk) in chunks.iter().enumerate() {
            let next = if at + 1 < chunks.len() { first + at + 1 } else { 0 };
            let mut page = self.header(first + at, next, 1, chunk.len(), OVERFLOW);
            page.extend_from_slice(chunk);
            page.resize(self.page_size, 0);
            pages.push(page);
        }
        first
    }

    fn hash_page(&self, number: usize, next: usize, pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
        let mut offsets = Vec::new();
        let mut content: Vec<u8> = Vec::new();
        for item in pairs.iter().flat_map(|(key, value)| [key, value]) {
            content.splice(0..0, item.iter().copied());
            offsets.push(self.page_size - content.len());
        }
        let start = self.page_size - content.len();
        let mut page = self.header(number, next, offsets.len(), start, HASH);
        for offset in &offsets {
            page.extend_from_slice(&self.endian.u16(*offset));
        }
        page.resize(start, 0);
        page.extend_from_slice(&content);
        page
    }
}
