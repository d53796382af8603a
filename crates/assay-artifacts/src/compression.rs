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
    Xz,
    Bzip2,
}

/// Bytes that a decoder of xz may take for its dictionary; `xz -9` needs 65 MiB.
const XZ_MEMORY: u64 = 128 << 20;

/// Tells the compression from the first bytes; anything else counts as uncompressed.
pub(crate) fn sniff(head: &[u8]) -> Compression {
    match head {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Compression::Xz,
        // A digit for the size of a block, then π.
        [
            b'B',
            b'Z',
            b'h',
            b'1'..=b'9',
            0x31,
            0x41,
            0x59,
            0x26,
            0x53,
            0x59,
            ..,
        ] => Compression::Bzip2,
        _ => Compression::None,
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
        Compression::Xz => {
            let stream =
                liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY, liblzma::stream::CONCATENATED)?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(input, stream))
        }
        Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(input)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magic_numbers() {
        for (head, expected) in [
            (&b"\x1f\x8b\x08"[..], Compression::Gzip),
            (b"\x28\xb5\x2f\xfd", Compression::Zstd),
            (b"\x50\x2a\x4d\x18\0", Compression::Zstd),
            (b"\xfd7zXZ\0", Compression::Xz),
            (b"BZh91AY&SY", Compression::Bzip2),
            (b"BZh9", Compression::None),
            (b"", Compression::None),
            (b"\x1f", Compression::None),
        ] {
            assert_eq!(sniff(head), expected, "{head:?}");
        }
    }
}
