//! The table `Packages` of an SQLite database, read without SQLite.
//!
//! Source: "Database File Format" of the SQLite documentation. A table is a tree of pages by row number; a row that
//! does not fit its page goes on in a chain of overflow pages. rpm keeps one row a package: a number, which is the
//! row's, and the header blob. Numbers are big-endian.

use assay_artifacts::RandomAccess;

use super::{check_size, package::Headers, pages::Pages};
use crate::{
    binary_file::{FormatError, read_exact},
    byte_order::ByteOrder::Big,
};

const MAGIC: &[u8] = b"SQLite format 3\0";
/// Bytes before the content of the first page.
const FILE_HEADER: usize = 100;
/// Page types.
const INTERIOR: u8 = 5;
const LEAF: u8 = 13;
/// Bytes of a row of the schema that are read; rpm's own have a few hundred.
const LARGEST_SCHEMA_ROW: u64 = 1 << 20;

/// Gives every header of the database.
pub(super) fn read(file: RandomAccess<'_>, headers: &mut Headers<'_>) -> Result<(), FormatError> {
    let mut table = Tables::open(file)?;
    let mut root = None;
    let schema = table.rows(1, LARGEST_SCHEMA_ROW, &mut |row| match row {
        Ok(row) if root.is_none() => root = root_of_packages(row),
        _ => {}
    });
    let Some(root) = root else {
        schema?;
        return Err(FormatError::malformed("the database has no table Packages"));
    };
    table.rows(root, u64::MAX, &mut |row| match row.map(header_blob) {
        Ok(Some(blob)) => headers.blob(blob),
        Ok(None) => headers.damage(&FormatError::malformed("a row of Packages without a blob")),
        Err(error) => headers.damage(&error),
    })
}

/// The file as trees of rows.
struct Tables<'a> {
    pages: Pages<'a>,
    /// Bytes of a page that are used.
    usable: usize,
}

/// A row, or why it cannot be had.
type Row<'r> = Result<&'r [u8], FormatError>;

impl<'a> Tables<'a> {
    fn open(file: RandomAccess<'a>) -> Result<Tables<'a>, FormatError> {
        let mut header = [0; FILE_HEADER];
        let is_whole = read_exact(&file, 0, &mut header).is_ok();
        if !is_whole || !header.starts_with(MAGIC) {
            return Err(FormatError::malformed("the file is no SQLite database"));
        }
        let reserved = header[20];
        let size = match Big.u16(&header, 16) {
            Some(1) => 65536,
            Some(size) if size.is_power_of_two() && size >= 512 => usize::from(size),
            size => {
                let what = format!("pages of {} bytes", size.unwrap_or_default());
                return Err(FormatError::Malformed(what.into()));
            }
        };
        let usable = size - usize::from(reserved);
        if usable < 480 {
            return Err(FormatError::malformed("pages are reserved for other use"));
        }
        Ok(Tables {
            pages: Pages::new(file, size),
            usable,
        })
    }

    /// Gives every row of the table that begins with a page, counted from 1. Pages that cannot be read are reported
    /// as such and passed over.
    fn rows(&mut self, root: u64, largest: u64, each: &mut dyn FnMut(Row<'_>)) -> Result<(), FormatError> {
        self.claim(root)?;
        let mut pending = vec![root];
        let mut page = Vec::new();
        let mut row = Vec::new();
        while let Some(number) = pending.pop() {
            let read = self.pages.read(number - 1, &mut page);
            match read.and_then(|()| Node::parse(&page, number)) {
                Ok(Node::Interior(children)) => {
                    for child in children {
                        match self.claim(u64::from(child)) {
                            Ok(()) => pending.push(u64::from(child)),
                            Err(error) => each(Err(error)),
                        }
                    }
                }
                Ok(Node::Leaf(cells)) => {
                    for cell in cells {
                        each(self.row(&page, cell, largest, &mut row).map(|()| row.as_slice()));
                    }
                }
                Err(error) => each(Err(error)),
            }
        }
        Ok(())
    }

    fn claim(&mut self, number: u64) -> Result<(), FormatError> {
        let page = number.checked_sub(1);
        self.pages
            .claim(page.ok_or_else(|| FormatError::malformed("page 0 is pointed to"))?)
    }

    /// Gathers the row of a cell of a leaf.
    fn row(&mut self, page: &[u8], cell: usize, largest: u64, row: &mut Vec<u8>) -> Result<(), FormatError> {
        let cut_off = || FormatError::malformed("a row is cut off");
        let mut rest = page
            .get(..self.usable)
            .and_then(|page| page.get(cell..))
            .ok_or_else(cut_off)?;
        let size = varint(&mut rest).ok_or_else(cut_off)?;
        let _number = varint(&mut rest).ok_or_else(cut_off)?;
        check_size(size)?;
        if size > largest {
            return Err(FormatError::LimitReached(
                "a row of the schema is too large".into(),
            ));
        }
        let size = usize::try_from(size).map_err(|_| cut_off())?;
        row.clear();
        let local = self.local_bytes(size);
        row.extend_from_slice(rest.get(..local).ok_or_else(cut_off)?);
        if local == size {
            return Ok(());
        }
        let mut next = Big.u32(rest, local).ok_or_else(cut_off)?;
        let mut overflow = Vec::new();
        while row.len() < size {
            self.claim(u64::from(next))?;
            self.pages.read(u64::from(next) - 1, &mut overflow)?;
            next = Big.u32(&overflow, 0).ok_or_else(cut_off)?;
            let content = overflow.get(4..self.usable).unwrap_or_default();
            let missing = size - row.len();
            row.extend_from_slice(content.get(..missing).unwrap_or(content));
        }
        Ok(())
    }

    /// How much of a row of this size stands in the leaf itself.
    fn local_bytes(&self, size: usize) -> usize {
        let most = self.usable - 35;
        if size <= most {
            return size;
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let local = least + (size - least) % (self.usable - 4);
        if local <= most { local } else { least }
    }
}

/// A page of a table's tree.
enum Node {
    /// The pages below.
    Interior(Vec<u32>),
    /// Where in the page the rows are.
    Leaf(Vec<usize>),
}

impl Node {
    fn parse(page: &[u8], number: u64) -> Result<Node, FormatError> {
        let start = if number == 1 { FILE_HEADER } else { 0 };
        let broken = || FormatError::Malformed(format!("page {number} is no page of a table").into());
        let header = page.get(start..).ok_or_else(broken)?;
        let kind = *header.first().ok_or_else(broken)?;
        let count = usize::from(Big.u16(header, 3).ok_or_else(broken)?);
        let cells = |header_len: usize| {
            let pointers = header.get(header_len..).unwrap_or_default();
            (0..count).map_while(move |at| Big.u16(pointers, 2 * at).map(usize::from))
        };
        match kind {
            LEAF => Ok(Node::Leaf(cells(8).collect())),
            INTERIOR => {
                let last = Big.u32(header, 8).ok_or_else(broken)?;
                let children = cells(12).filter_map(|cell| Big.u32(page, cell));
                Ok(Node::Interior(children.chain([last]).collect()))
            }
            _ => Err(broken()),
        }
    }
}

/// A number of one to nine bytes, seven bits each, the highest first; the ninth byte has eight.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value: u64 = 0;
    for at in 0..9 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        if at == 8 {
            return Some(value << 8 | u64::from(*byte));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(value)
}

/// A column: its bytes, and which kind of value they are.
struct Column<'r> {
    serial_type: u64,
    bytes: &'r [u8],
}

impl<'r> Column<'r> {
    fn blob(&self) -> Option<&'r [u8]> {
        (self.serial_type >= 12 && self.serial_type.is_multiple_of(2)).then_some(self.bytes)
    }

    fn text(&self) -> Option<&'r [u8]> {
        (self.serial_type >= 13 && !self.serial_type.is_multiple_of(2)).then_some(self.bytes)
    }

    fn number(&self) -> Option<u64> {
        match self.serial_type {
            1..=6 => Some(
                self.bytes
                    .iter()
                    .fold(0, |value, byte| value << 8 | u64::from(*byte)),
            ),
            9 => Some(1),
            _ => None,
        }
    }
}

/// The first columns of a row, as many as there are up to `N`.
fn columns<const N: usize>(row: &[u8]) -> Option<[Column<'_>; N]> {
    let mut header = row;
    let header_len = usize::try_from(varint(&mut header)?).ok()?;
    let types_len = header_len.checked_sub(row.len() - header.len())?;
    let mut types = header.get(..types_len)?;
    let mut rest = row.get(header_len..)?;
    let mut columns = Vec::with_capacity(N);
    while columns.len() < N {
        let serial_type = varint(&mut types)?;
        let len = match serial_type {
            0 | 8 | 9 => 0,
            1..=4 => serial_type,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            _ => (serial_type - 12) / 2,
        };
        let (bytes, after) = rest.split_at_checked(usize::try_from(len).ok()?)?;
        rest = after;
        columns.push(Column { serial_type, bytes });
    }
    columns.try_into().ok()
}

/// The first page of `Packages`, if this row of the schema describes that table: type, name, table, page.
fn root_of_packages(row: &[u8]) -> Option<u64> {
    let [kind, name, _table, root] = columns::<4>(row)?;
    (kind.text()? == b"table" && name.text()? == b"Packages").then(|| root.number())?
}

fn header_blob(row: &[u8]) -> Option<&[u8]> {
    let [_number, blob] = columns::<2>(row)?;
    blob.blob()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_variable_length() {
        let check = |mut bytes: &[u8], expected| assert_eq!(varint(&mut bytes), expected, "{bytes:?}");
        check(&[0x7f], Some(127));
        check(&[0x81, 0x00], Some(128));
        check(&[0xff; 9], Some(u64::MAX));
        check(&[0x80], None);
        check(&[], None);
    }
}
