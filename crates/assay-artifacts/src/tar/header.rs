//! One 512-byte tar header.
//!
//! Sources: POSIX.1-2001 `pax`, "ustar Interchange Format"; the GNU tar manual, "Basic Tar Format" (base-256
//! numbers, long names, old sparse files).

/// Bytes of a header and the unit that content is padded to.
pub(crate) const BLOCK: usize = 512;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    /// A file with holes that only its archiver can place; its content is not read.
    SparseFile,
    HardLink,
    SymbolicLink,
    Directory,
    /// Devices, pipes, labels.
    Other,
    /// PAX records for the next entry.
    Extended,
    /// PAX records for all entries from here on.
    Global,
    /// GNU: the next entry's path.
    LongName,
    /// GNU: the next entry's link target.
    LongLink,
}

impl Kind {
    /// Whether the size field counts bytes that follow; for links and the like it is noise.
    pub(crate) fn has_content(self) -> bool {
        !matches!(self, Kind::HardLink | Kind::SymbolicLink | Kind::Directory)
    }
}

/// A view of one header block.
pub(crate) struct Header<'a>(pub(crate) &'a [u8; BLOCK]);

impl<'a> Header<'a> {
    /// The view of the first block of `bytes`, if its checksum holds.
    pub(crate) fn sniff(bytes: &'a [u8]) -> Option<Header<'a>> {
        let header = Header(bytes.first_chunk::<BLOCK>()?);
        header.checksum_holds().then_some(header)
    }

    fn field(&self, from: usize, len: usize) -> &'a [u8] {
        self.0.get(from..from + len).unwrap_or_default()
    }

    fn text(&self, from: usize, len: usize) -> &'a [u8] {
        until_nul(self.field(from, len))
    }

    /// Whether it is all zeros: half of the end mark.
    pub(crate) fn is_zero(&self) -> bool {
        self.0.iter().all(|byte| *byte == 0)
    }

    /// Whether the checksum fits, its own field counted as blanks. Old archivers summed signed bytes.
    pub(crate) fn checksum_holds(&self) -> bool {
        let Some(stated) = number(self.field(148, 8)) else {
            return false;
        };
        let (mut unsigned, mut signed) = (0_u64, 0_i64);
        for (at, byte) in self.0.iter().enumerate() {
            let byte = if (148..156).contains(&at) { b' ' } else { *byte };
            unsigned += u64::from(byte);
            signed += i64::from(byte.cast_signed());
        }
        stated == unsigned || i64::try_from(stated) == Ok(signed)
    }

    /// What the entry is.
    pub(crate) fn kind(&self) -> Kind {
        match self.0.get(156).copied().unwrap_or_default() {
            b'0' | 0 | b'7' => Kind::File,
            b'1' => Kind::HardLink,
            b'2' => Kind::SymbolicLink,
            b'5' => Kind::Directory,
            b'S' => Kind::SparseFile,
            b'x' => Kind::Extended,
            b'g' => Kind::Global,
            b'L' => Kind::LongName,
            b'K' => Kind::LongLink,
            _ => Kind::Other,
        }
    }

    /// The size; `None` where the field is no number.
    pub(crate) fn size(&self) -> Option<u64> {
        number(self.field(124, 12))
    }

    /// The permission bits; 0 where the field is no number.
    pub(crate) fn mode(&self) -> u32 {
        number(self.field(100, 8))
            .and_then(|mode| u32::try_from(mode).ok())
            .unwrap_or(0)
            & 0o7777
    }

    /// Appends the path.
    pub(crate) fn path(&self, out: &mut Vec<u8>) {
        // Only POSIX headers have a prefix; GNU's ("ustar  ") keep times there.
        let prefix = if self.field(257, 6) == b"ustar\0" {
            self.text(345, 155)
        } else {
            &[]
        };
        if !prefix.is_empty() {
            out.extend_from_slice(prefix);
            out.push(b'/');
        }
        out.extend_from_slice(self.text(0, 100));
    }

    /// Appends the link target.
    pub(crate) fn link(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.text(157, 100));
    }

    /// Whether blocks of an old GNU sparse map follow this one.
    pub(crate) fn sparse_map_goes_on(&self) -> bool {
        self.0.get(482).copied().unwrap_or_default() != 0
    }
}

/// The part before the first NUL.
pub(crate) fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// An octal number with blanks around it, or GNU's base-256 with the top bit set. An empty field is 0.
fn number(field: &[u8]) -> Option<u64> {
    if let [first, rest @ ..] = field
        && first & 0x80 != 0
    {
        return rest.iter().try_fold(u64::from(first & 0x7f), |sum, byte| {
            sum.checked_mul(256)?.checked_add(u64::from(*byte))
        });
    }
    let digits = until_nul(field).trim_ascii();
    digits.iter().try_fold(0_u64, |sum, byte| match byte {
        b'0'..=b'7' => sum.checked_mul(8)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(field: &[u8], expected: Option<u64>) {
        assert_eq!(number(field), expected, "{field:?}");
    }

    #[test]
    fn numbers() {
        check(b"0000644\0", Some(0o644));
        check(b"   644 \0", Some(0o644));
        check(b"\0\0\0\0", Some(0));
        check(b"64x\0", None);
        check(&[0x80, 0, 0, 0, 2, 0, 0, 0, 0], Some(1 << 33));
        check(&[0xff; 12], None);
    }
}
