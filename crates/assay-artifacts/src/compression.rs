//! How a stream is compressed, told by its first bytes, and the decoders.
//!
//! Sources: RFC 1952 (gzip), RFC 8878 (zstd, whose skippable frames open zstd:chunked layers), the magic numbers
//! of the xz and bzip2 formats.

use std::io::{self, BufRead, Read};

/// A compression that is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstd,
}

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sniffed {
    Handled(Compression),
    /// Known by name and not handled.
    Unsupported(&'static str),
}

/// Tells the compression from the first bytes; anything else counts as uncompressed.
pub(crate) fn sniff(head: &[u8]) -> Sniffed {
    match head {
        [0x1f, 0x8b, ..] => Sniffed::Handled(Compression::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            Sniffed::Handled(Compression::Zstd)
        }
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Sniffed::Unsupported("xz compression"),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => Sniffed::Unsupported("bzip2 compression"),
        _ => Sniffed::Handled(Compression::None),
    }
}

/// A decoder over a buffered stream. Several gzip members or zstd frames in a row are one stream.
pub(crate) fn decoder<'a>(
    compression: Compression,
    input: impl BufRead + 'a,
) -> io::Result<Box<dyn Read + 'a>> {
    Ok(match compression {
        Compression::None => Box::new(input),
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(input)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(input)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magic_numbers() {
        for (head, expected) in [
            (&b"\x1f\x8b\x08"[..], Sniffed::Handled(Compression::Gzip)),
            (b"\x28\xb5\x2f\xfd", Sniffed::Handled(Compression::Zstd)),
            (b"\x50\x2a\x4d\x18\0", Sniffed::Handled(Compression::Zstd)),
            (b"\xfd7zXZ\0", Sniffed::Unsupported("xz compression")),
            (b"BZh9", Sniffed::Unsupported("bzip2 compression")),
            (b"", Sniffed::Handled(Compression::None)),
            (b"\x1f", Sniffed::Handled(Compression::None)),
        ] {
            assert_eq!(sniff(head), expected, "{head:?}");
        }
    }
}
