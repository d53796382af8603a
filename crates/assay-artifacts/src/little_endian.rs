//! Numbers at an offset in foreign bytes, the lowest byte first; `None` beyond the end.

/// Two bytes.
pub(crate) fn u16(bytes: &[u8], at: usize) -> Option<u16> {
    chunk(bytes, at).map(u16::from_le_bytes)
}

/// Four bytes.
pub(crate) fn u32(bytes: &[u8], at: usize) -> Option<u32> {
    chunk(bytes, at).map(u32::from_le_bytes)
}

/// Eight bytes.
pub(crate) fn u64(bytes: &[u8], at: usize) -> Option<u64> {
    chunk(bytes, at).map(u64::from_le_bytes)
}

fn chunk<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk::<N>().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ends() {
        let bytes = [0, 1, 2, 3, 4, 5, 6, 7, 8];
        assert_eq!(u16(&bytes, 1), Some(0x0201));
        assert_eq!(u32(&bytes, 1), Some(0x0403_0201));
        assert_eq!(u64(&bytes, 1), Some(0x0807_0605_0403_0201));
        assert_eq!(u64(&bytes, 2), None);
        assert_eq!(u16(&bytes, usize::MAX), None);
    }
}
