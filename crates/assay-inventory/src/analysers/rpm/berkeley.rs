//! The Berkeley DB hash `Packages`.
//!
//! Source: Berkeley DB's page layout (`dbinc/db_page.h`). Pages of a hash hold keys and values in turn; what does not
//! fit is in a chain of overflow pages. The file is in the byte order of the machine that made it. rpm's keys are
//! the numbers of packages; the number 0 holds the last number given.
//!
//! Pages are taken in order rather than by bucket: every page of the hash belongs to some bucket, and a damaged
//! directory of buckets then hides nothing.

use assay_artifacts::RandomAccess;

use super::{check_size, package::Headers, pages::Pages};
use crate::{
    binary_file::{FormatError, read_exact},
    byte_order::ByteOrder,
};

const HASH_MAGIC: u32 = 0x0006_1561;
/// Bytes before a page's table of offsets.
const PAGE_HEADER: usize = 26;
/// Page types; the first hash is that of releases before 4.6.
const UNSORTED_HASH: u8 = 2;
const OVERFLOW: u8 = 7;
const HASH: u8 = 13;
/// Item types.
const ON_PAGE: u8 = 1;
const OFF_PAGE: u8 = 3;

/// Gives every header of the database.
pub(super) fn read(file: RandomAccess<'_>, headers: &mut Headers<'_>) -> Result<(), FormatError> {
    let mut database = Database::open(file)?;
    let mut page = Vec::new();
    let mut value = Vec::new();
    for number in 1..database.pages.count().min(database.last + 1) {
        database.pages.read(number, &mut page)?;
        if !matches!(page.get(25), Some(&(HASH | UNSORTED_HASH))) {
            continue;
        }
        let count = usize::from(database.order.u16(&page, 20).unwrap_or_default());
        for pair in 0..count / 2 {
            match database.pair(&page, pair, &mut value) {
                Ok(Some(blob)) => headers.blob(blob),
                Ok(None) => {}
                Err(error) => headers.damage(&error),
            }
        }
    }
    if database.last >= database.pages.count() {
        headers.damage(&FormatError::malformed("the file ends too early"));
    }
    Ok(())
}

struct Database<'a> {
    pages: Pages<'a>,
    order: ByteOrder,
    /// The number of the last page.
    last: u64,
}

impl<'a> Database<'a> {
    fn open(file: RandomAccess<'a>) -> Result<Database<'a>, FormatError> {
        let foreign = || FormatError::malformed("the file is no Berkeley DB hash");
        let mut meta = [0; 72];
        read_exact(&file, 0, &mut meta).map_err(|_| foreign())?;
        let order = [ByteOrder::Little, ByteOrder::Big]
            .into_iter()
            .find(|order| order.u32(&meta, 12) == Some(HASH_MAGIC))
            .ok_or_else(foreign)?;
        let version = order.u32(&meta, 16).unwrap_or_default();
        if !(8..=10).contains(&version) {
            let what = format!("a Berkeley DB hash of version {version}");
            return Err(FormatError::Unsupported(what.into()));
        }
        let size = order.u32(&meta, 20).unwrap_or_default();
        if !size.is_power_of_two() || !(512..=65536).contains(&size) {
            return Err(FormatError::Malformed(format!("pages of {size} bytes").into()));
        }
        let [encryption, flags] = [meta[24], meta[26]];
        if encryption != 0 || flags & 1 != 0 {
            let what = "a Berkeley DB hash with encryption or checksums";
            return Err(FormatError::Unsupported(what.into()));
        }
        let last = u64::from(order.u32(&meta, 32).unwrap_or_default());
        let pages = Pages::new(file, size as usize);
        Ok(Database { pages, order, last })
    }

    /// The value of a pair on a page; `None` where it is no package.
    fn pair<'v>(
        &mut self,
        page: &'v [u8],
        pair: usize,
        value: &'v mut Vec<u8>,
    ) -> Result<Option<&'v [u8]>, FormatError> {
        let broken = || FormatError::malformed("an item outside its page");
        let key = self.item(page, 2 * pair).ok_or_else(broken)?;
        let item = self.item(page, 2 * pair + 1).ok_or_else(broken)?;
        if matches!(key, [ON_PAGE, 0, 0, 0, 0]) {
            return Ok(None);
        }
        match item {
            [ON_PAGE, blob @ ..] => Ok(Some(blob)),
            [OFF_PAGE, ..] => {
                let first = self.order.u32(item, 4).ok_or_else(broken)?;
                let size = self.order.u32(item, 8).ok_or_else(broken)?;
                self.gather(first, u64::from(size), value)?;
                Ok(Some(value))
            }
            _ => Err(FormatError::malformed("an item of unknown type")),
        }
    }

    /// An item with its type. Items are laid from the end of the page on, each ending where the one before begins.
    fn item<'p>(&self, page: &'p [u8], index: usize) -> Option<&'p [u8]> {
        let offset = |index: usize| self.order.u16(page, PAGE_HEADER + 2 * index).map(usize::from);
        let end = match index.checked_sub(1) {
            Some(before) => offset(before)?,
            None => page.len(),
        };
        page.get(offset(index)?..end)
    }

    /// Collects a value from its chain of overflow pages.
    fn gather(&mut self, first: u32, size: u64, value: &mut Vec<u8>) -> Result<(), FormatError> {
        check_size(size)?;
        value.clear();
        let mut page = Vec::new();
        let mut next = u64::from(first);
        while (value.len() as u64) < size {
            self.pages.claim(next)?;
            self.pages.read(next, &mut page)?;
            let broken = || FormatError::Malformed(format!("page {next} is no overflow page").into());
            let len = usize::from(self.order.u16(&page, 22).ok_or_else(broken)?);
            let content = page
                .get(PAGE_HEADER..)
                .and_then(|content| content.get(..len))
                .filter(|_| page.get(25) == Some(&OVERFLOW))
                .ok_or_else(broken)?;
            value.extend_from_slice(content);
            next = u64::from(self.order.u32(&page, 16).ok_or_else(broken)?);
        }
        value.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        Ok(())
    }
}
