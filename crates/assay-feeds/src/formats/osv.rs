//! OSV: a zip of JSON documents for each ecosystem, and lists of documents.
//!
//! Source: the OSV schema and the layout of the OSV bucket (`ECOSYSTEM/all.zip`).

use assay_model::{Advisory, KnownExploited};

use super::{ReadError, archive::each_in_zip, osv_schema::Document};
use crate::record::{Sink, Summary};

/// Reads an `all.zip`. A document that cannot be read is passed over with a warning.
///
/// # Errors
///
/// When the zip itself is broken, or the sink refuses.
pub(crate) fn read_zip(zip: &[u8], sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let mut summary = Summary::default();
    each_in_zip(
        zip,
        |name| name.ends_with(".json"),
        |_, json| parse(json),
        |name, outcome| {
            let parsed = outcome.and_then(|parsed| parsed);
            let parsed = parsed.map_err(|error| format!("{name}: {error}"));
            hand_on(parsed, &mut summary, sink)
        },
    )?;
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
    use std::io::{Cursor, Write};

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
