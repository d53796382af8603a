//! rpm's own database form.

/// Builds a `Packages.db`.
///
/// Source: rpm's `ndb` backend.
#[derive(Clone, Copy, Debug, Default)]
pub struct NdbBuilder;

const PAGE: usize = 4096;
const UNIT: usize = 16;

impl NdbBuilder {
    /// A builder.
    pub fn new() -> NdbBuilder {
        NdbBuilder
    }

    /// The database of these headers.
    pub fn build(&self, headers: &[Vec<u8>]) -> Vec<u8> {
        let pages = ((headers.len() + 2) * UNIT).div_ceil(PAGE);
        let mut slots = Vec::new();
        slots.extend_from_slice(b"RpmP");
        for number in [0, 1, pages, headers.len() + 1, 0, 0, 0] {
            slots.extend_from_slice(&little(number));
        }
        let mut blobs = Vec::new();
        for (at, header) in headers.iter().enumerate() {
            let package = little(at + 1);
            let place = pages * PAGE / UNIT + blobs.len() / UNIT;
            let start = blobs.len();
            blobs.extend_from_slice(b"BlbS");
            blobs.extend_from_slice(&package);
            blobs.extend_from_slice(&little(1));
            blobs.extend_from_slice(&little(header.len()));
            blobs.extend_from_slice(header);
            let end = (blobs.len() + 12).next_multiple_of(UNIT);
            blobs.resize(end - 12, 0);
            let sum = adler32(&blobs[start..]);
            blobs.extend_from_slice(&sum.to_le_bytes());
            blobs.extend_from_slice(&little(header.len()));
            blobs.extend_from_slice(b"BlbE");
            slots.extend_from_slice(b"Slot");
            slots.extend_from_slice(&package);
            slots.extend_from_slice(&little(place));
            slots.extend_from_slice(&little((end - start) / UNIT));
        }
        while slots.len() < pages * PAGE {
            slots.extend_from_slice(b"Slot\0\0\0\0\0\0\0\0\0\0\0\0");
        }
        slots.extend_from_slice(&blobs);
        slots
    }
}

fn little(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("a small database").to_le_bytes()
}

/// RFC 1950.
fn adler32(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (1, 0);
    for byte in bytes {
        low = (low + u32::from(*byte)) % 65521;
        high = (high + low) % 65521;
    }
    high << 16 | low
}
