//! Numbers in byte strings of foreign origin: `None` beyond the end, never a panic.

macro_rules! numbers {
    ($($name:ident, $kind:ty, $from:ident;)*) => {
        $(pub(crate) fn $name(bytes: &[u8], at: usize) -> Option<$kind> {
            let chunk = bytes.get(at..)?.first_chunk::<{ size_of::<$kind>() }>()?;
            Some(<$kind>::$from(*chunk))
        })*
    };
}

numbers! {
    be16, u16, from_be_bytes;
    be32, u32, from_be_bytes;
    be64, u64, from_be_bytes;
    le16, u16, from_le_bytes;
    le32, u32, from_le_bytes;
    le64, u64, from_le_bytes;
}

/// A GUID as it is written: the first three groups are little-endian on disk.
pub(crate) fn guid(bytes: &[u8], at: usize) -> Option<String> {
    let (a, b, c) = (le32(bytes, at)?, le16(bytes, at + 4)?, le16(bytes, at + 6)?);
    let (d, e) = (be16(bytes, at + 8)?, be64(bytes, at + 8)? & 0xffff_ffff_ffff);
    Some(format!("{a:08x}-{b:04x}-{c:04x}-{d:04x}-{e:012x}"))
}

/// A UUID as it is written: all groups in the order of the bytes.
pub(crate) fn uuid(bytes: &[u8], at: usize) -> Option<String> {
    let (a, b, c) = (be32(bytes, at)?, be16(bytes, at + 4)?, be16(bytes, at + 6)?);
    let (d, e) = (be16(bytes, at + 8)?, be64(bytes, at + 8)? & 0xffff_ffff_ffff);
    Some(format!("{a:08x}-{b:04x}-{c:04x}-{d:04x}-{e:012x}"))
}

/// Text up to the first NUL, what is not UTF-8 replaced.
pub(crate) fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default())
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers() {
        let bytes: Vec<u8> = (0..16).collect();
        assert_eq!(guid(&bytes, 0).unwrap(), "03020100-0504-0706-0809-0a0b0c0d0e0f");
        assert_eq!(uuid(&bytes, 0).unwrap(), "00010203-0405-0607-0809-0a0b0c0d0e0f");
        assert_eq!(uuid(&bytes, 1), None);
        assert_eq!(be16(&bytes, usize::MAX), None);
        assert_eq!(text(b"root\0junk"), "root");
    }
}
