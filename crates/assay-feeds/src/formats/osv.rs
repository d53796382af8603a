//! OSV: a zip of JSON documents for each ecosystem, and lists of documents.
//!
//! Source: the OSV schema and the layout of the OSV bucket (`ECOSYSTEM/all.zip`).

use std::io::{Cursor, Read};

use assay_model::{Advisory, KnownExploited};
use rayon::prelude::*;
use zip::ZipArchive;

use super::{ReadError, osv_schema::Document};
use crate::record::{Sink, Summary};

/// The largest document that is read; the largest real one is under 8 MiB.
const LARGEST_DOCUMENT: u64 = 32 * 1024 * 1024;

/// Documents parsed side by side before they are handed on in order.
const BATCH: usize = 1024;

/// Reads an `all.zip`. A document that cannot be read is passed over with a warning.
///
/// # Errors
///
/// When the zip itself is broken, or the sink refuses.
pub(crate) fn read_zip(zip: &[u8], sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let archive =
        ZipArchive::new(Cursor::new(zip)).map_err(|error| ReadError::Malformed(error.to_string()))?;
    let mut names: Vec<(String, usize)> = (0..archive.len())
        .filter_map(|index| Some((archive.name_for_index(index)?.ok()?.into_owned(), index)))
        .filter(|(name, _)| name.ends_with(".json"))
        .collect();
    // By name, so that equal content gives an equal order however the zip was packed.
    names.sort_unstable();

    let mut summary = Summary::default();
    for batch in names.chunks(BATCH) {
        let parsed: Vec<Result<Parsed, String>> = batch
            .par_iter()
            .map_init(
                || (archive.clone(), Vec::new()),
                |(archive, buffer), (name, index)| {
                    read_entry(archive, *index, buffer).map_err(|error| format!("{name}: {error}"))
                },
            )
            .collect();
        for result in parsed {
            hand_on(result, &mut summary, sink)?;
        }
    }
    Ok(summary)
}

/// Reads one document a line.
///
/// # Errors
///
/// When the sink refuses.
pub(crate) fn read_lines(lines: &str, sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let mut summary = Summary::default();
    for (number, line) in lines
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let parsed = parse(line.as_bytes()).map_err(|error| format!("line {}: {error}", number + 1));
        hand_on(parsed, &mut summary, sink)?;
    }
    Ok(summary)
}

struct Parsed {
    advisory: Advisory,
    known_exploited: Option<KnownExploited>,
}

fn hand_on(
    parsed: Result<Parsed, String>,
    summary: &mut Summary,
    sink: &mut dyn Sink,
) -> Result<(), ReadError> {
    match parsed {
        Ok(parsed) => {
            summary.records += 1;
            summary.saw(parsed.advisory.modified);
            sink.advisory(parsed.advisory)?;
            if let Some(entry) = parsed.known_exploited {
                sink.known_exploited(entry);
            }
        }
        Err(warning) => summary.warn(warning),
    }
    Ok(())
}

fn read_entry(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    buffer: &mut Vec<u8>,
) -> Result<Parsed, String> {
    let entry = archive.by_index(index).map_err(|error| error.to_string())?;
    buffer.clear();
    entry
        .take(LARGEST_DOCUMENT + 1)
        .read_to_end(buffer)
        .map_err(|error| error.to_string())?;
    if buffer.len() as u64 > LARGEST_DOCUMENT {
        return Err(format!("larger than {LARGEST_DOCUMENT} bytes"));
    }
    parse(buffer)
}

fn parse(json: &[u8]) -> Result<Parsed, String> {
    let document: Document<'_> = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let known_exploited = document.known_exploited();
    Ok(Parsed {
        advisory: document.into_advisory(None),
        known_exploited,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::formats::testing::Collected;

    #[test]
    fn a_bad_document_costs_only_itself() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, body) in [
            ("b.json", "{"),
            ("a.json", r#"{"id":"GO-2020-1"}"#),
            ("readme.txt", "x"),
        ] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(body.as_bytes()).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        let mut collected = Collected::default();
        let summary = read_zip(&bytes, &mut collected).unwrap();
        assert_eq!((summary.records, summary.passed_over), (1, 1));
        assert!(
            summary.warnings[0].starts_with("b.json: "),
            "{:?}",
            summary.warnings
        );
        assert!(matches!(
            read_zip(&bytes[..40], &mut collected),
            Err(ReadError::Malformed(_))
        ));
    }
}
