//! Numbers in the byte order of a machine.

/// The order of a machine's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endian {
    /// The lowest first.
    Little,
    /// The highest first.
    Big,
}

impl Endian {
    pub(crate) fn u16(self, number: usize) -> [u8; 2] {
        let number = u16::try_from(number).expect("a number of 16 bits");
        match self {
            Endian::Little => number.to_le_bytes(),
            Endian::Big => number.to_be_bytes(),
        }
    }

    pub(crate) fn u32(self, number: usize) -> [u8; 4] {
        let number = u32::try_from(number).expect("a number of 32 bits");
        match self {
            Endian::Little => number.to_le_bytes(),
            Endian::Big => number.to_be_bytes(),
        }
    }
    pub(crate) fn u64(self, number: usize) -> [u8; 8] {
        match self {
            Endian::Little => (number as u64).to_le_bytes(),
            Endian::Big => (number as u64).to_be_bytes(),
        }
    }
}
