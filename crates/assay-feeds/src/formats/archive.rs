//! Archives of many small documents: read one after the other, parsed side by side, never unpacked whole.

use std::io::{Cursor, Read};

use assay_model::Advisory;
use rayon::prelude::*;
use zip::ZipArchive;

use super::ReadError;
use crate::record::{Sink, Summary};

/// The largest document that is read; the largest real one, a Red Hat VEX file, is under 64 MiB.
const LARGEST_DOCUMENT: u64 = 256 * 1024 * 1024;

/// Documents of a tar that are held at once, in number and in bytes.
const BATCH: usize = 256;
const BATCH_BYTES: usize = 48 * 1024 * 1024;

/// Reads a tar of documents that are one advisory each. A document that cannot be read is passed over and counted.
///
/// # Errors
///
/// When the tar is broken, or the sink refuses.
pub(crate) fn advisories_in_tar(
    tar: impl Read,
    wanted: impl Fn(&str) -> bool,
    parse: impl Fn(&str, &[u8]) -> Result<Advisory, String> + Sync,
    sink: &mut dyn Sink,
) -> Result<Summary, ReadError> {
    let mut summary = Summary::default();
    each_in_tar(tar, wanted, parse, |path, outcome| {
        match outcome.and_then(|parsed| parsed) {
            Ok(advisory) => {
                summary.records += 1;
                summary.saw(advisory.published);
                sink.advisory(advisory)?;
            }
            Err(error) => summary.warn(format!("{path}: {error}")),
        }
        Ok(())
    })?;
    Ok(summary)
}

/// Parses every document of a tar whose path is wanted and hands the outcomes on in the order of the tar.
///
/// # Errors
///
/// When the tar is broken, or `take` refuses.
pub(crate) fn each_in_tar<T: Send>(
    tar: impl Read,
    wanted: impl Fn(&str) -> bool,
    parse: impl Fn(&str, &[u8]) -> T + Sync,
    mut take: impl FnMut(&str, Result<T, String>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let broken = |error: std::io::Error| ReadError::Malformed(error.to_string());
    let mut archive = tar::Archive::new(tar);
    let mut entries = archive.entries().map_err(broken)?;
    let mut batch: Vec<(String, Vec<u8>)> = Vec::new();
    let mut held = 0;
    loop {
        let entry = entries.next().transpose().map_err(broken)?;
        let ended = entry.is_none();
        if let Some(mut entry) = entry {
            let path = entry.path().map_err(broken)?.to_string_lossy().into_owned();
            if !entry.header().entry_type().is_file() || !wanted(&path) {
                continue;
            }
            if entry.size() > LARGEST_DOCUMENT {
                take(&path, Err(format!("larger than {LARGEST_DOCUMENT} bytes")))?;
                continue;
            }
            let mut content = Vec::new();
            entry.read_to_end(&mut content).map_err(broken)?;
            held += content.len();
            batch.push((path, content));
        }
        if ended || batch.len() >= BATCH || held >= BATCH_BYTES {
            let parsed: Vec<T> = batch
                .par_iter()
                .map(|(path, content)| parse(path, content))
                .collect();
            for ((path, _), outcome) in batch.iter().zip(parsed) {
                take(path, Ok(outcome))?;
            }
            batch.clear();
            held = 0;
        }
        if ended {
            return Ok(());
        }
    }
}

/// Parses every document of a zip whose path is wanted and hands the outcomes on in order of path, so that equal
/// content gives an equal order however the zip was packed.
///
/// # Errors
///
/// When the zip is broken, or `take` refuses.
pub(crate) fn each_in_zip<T: Send>(
    zip: &[u8],
    wanted: impl Fn(&str) -> bool,
    parse: impl Fn(&str, &[u8]) -> T + Sync,
    mut take: impl FnMut(&str, Result<T, String>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let archive =
        ZipArchive::new(Cursor::new(zip)).map_err(|error| ReadError::Malformed(error.to_string()))?;
    let mut names: Vec<(String, usize)> = (0..archive.len())
        .filter_map(|index| Some((archive.name_for_index(index)?.ok()?.into_owned(), index)))
        .filter(|(name, _)| wanted(name))
        .collect();
    names.sort_unstable();
    for batch in names.chunks(4 * BATCH) {
        let parsed: Vec<Result<T, String>> = batch
            .par_iter()
            .map_init(
                || (archive.clone(), Vec::new()),
                |(archive, buffer), (name, index)| {
                    read_entry(archive, *index, buffer).map(|()| parse(name, buffer))
                },
            )
            .collect();
        for ((name, _), outcome) in batch.iter().zip(parsed) {
            take(name, outcome)?;
        }
    }
    Ok(())
}

fn read_entry(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    buffer: &mut Vec<u8>,
) -> Result<(), String> {
    let entry = archive.by_index(index).map_err(|error| error.to_string())?;
    buffer.clear();
    entry
        .take(LARGEST_DOCUMENT + 1)
        .read_to_end(buffer)
        .map_err(|error| error.to_string())?;
    if buffer.len() as u64 > LARGEST_DOCUMENT {
        return Err(format!("larger than {LARGEST_DOCUMENT} bytes"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tar_in_its_order() {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, body) in [("r/b.json", "2"), ("r/a.json", "11"), ("r/x.txt", "no")] {
            let mut header = tar::Header::new_gnu();
            header.set_size(body.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, path, body.as_bytes()).unwrap();
        }
        let bytes = builder.into_inner().unwrap();
        let mut seen = Vec::new();
        let outcome = each_in_tar(
            bytes.as_slice(),
            |path| path.ends_with(".json"),
            |_, content| content.len(),
            |path, length| {
                seen.push((path.to_owned(), length.unwrap()));
                Ok(())
            },
        );
        assert!(outcome.is_ok());
        assert_eq!(seen, [("r/b.json".to_owned(), 1), ("r/a.json".to_owned(), 2)]);
        let cut = each_in_tar(&bytes[..700], |_| true, |_, _| (), |_, _| Ok(()));
        assert!(cut.is_err());
    }
}
