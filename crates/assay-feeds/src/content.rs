//! Files of the cache as streams of what they hold, whatever they are compressed with.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;

use crate::{cache::io_error, error::FeedError};

/// The largest file that is read whole, decompressed, in bytes.
const LARGEST_CONTENT: u64 = 2 * 1024 * 1024 * 1024;

/// The content of a file as a stream, decompressed when it is gzip, bzip2 or Zstandard whatever its name.
pub(crate) fn stream(path: &Path) -> Result<Box<dyn Read>, FeedError> {
    let file = File::open(path).map_err(io_error(path))?;
    let mut reader = BufReader::with_capacity(256 * 1024, file);
    let start = reader.fill_buf().map_err(io_error(path))?;
    Ok(match start {
        [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(reader)),
        [b'B', b'Z', b'h', ..] => Box::new(MultiBzDecoder::new(reader)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(zstd::Decoder::with_buffer(reader).map_err(io_error(path))?),
        _ => Box::new(reader),
    })
}

/// The content of a file, decompressed.
pub(crate) fn whole(path: &Path) -> Result<Vec<u8>, FeedError> {
    let mut content = Vec::new();
    stream(path)?
        .take(LARGEST_CONTENT + 1)
        .read_to_end(&mut content)
        .map_err(io_error(path))?;
    if content.len() as u64 > LARGEST_CONTENT {
        return Err(FeedError::TooLarge {
            path: path.display().to_string(),
            limit: LARGEST_CONTENT,
        });
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn every_compression_is_told_by_its_mark() {
        let text = b"<updates/>".repeat(50);
        let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bzip2.write_all(&text).unwrap();
        let dir = tempfile::tempdir().unwrap();
        for (name, content) in [
            ("plain", text.clone()),
            ("gzip", assay_testkit::gzip(&text)),
            ("bzip2", bzip2.finish().unwrap()),
            ("zstd", zstd::encode_all(text.as_slice(), 1).unwrap()),
        ] {
            let path = dir.path().join(name);
            std::fs::write(&path, content).unwrap();
            assert_eq!(whole(&path).unwrap(), text, "{name}");
        }
        assert!(whole(&dir.path().join("missing")).is_err());
    }
}
