//! EPSS: a comment line with model and day, a header, then `cve,epss,percentile`.
//!
//! Source: first.org/epss/data_stats. Older days have no comment line.

use assay_model::Epss;

use super::{ReadError, is_identifier, timestamp};
use crate::record::{Sink, Summary};

/// Reads the day's file.
///
/// # Errors
///
/// When the text has no such rows.
pub(crate) fn read(csv: &str, sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let mut summary = Summary::default();
    for (number, line) in csv.lines().enumerate() {
        if let Some(comment) = line.strip_prefix('#') {
            let day = comment
                .split(',')
                .find_map(|part| part.strip_prefix("score_date:"));
            // "2026-08-16T00:00:00+0000" lacks the colon that RFC 3339 wants.
            summary.saw(day.and_then(|day| timestamp(&day.replace("+0000", "Z"))));
            continue;
        }
        let mut fields = line.split(',');
        let (Some(id), Some(score), Some(percentile)) = (fields.next(), fields.next(), fields.next()) else {
            if !line.trim().is_empty() {
                summary.warn(format!("line {}: not three fields", number + 1));
            }
            continue;
        };
        if id == "cve" {
            continue;
        }
        match (is_identifier(id), millionths(score), millionths(percentile)) {
            (true, Some(score), Some(percentile)) => {
                sink.epss(id, Epss { score, percentile });
                summary.records += 1;
            }
            _ => summary.warn(format!("line {}: not an id and two probabilities", number + 1)),
        }
    }
    if summary.records == 0 {
        return Err(ReadError::Malformed(
            "it has no rows of the form cve,epss,percentile".to_owned(),
        ));
    }
    Ok(summary)
}

fn millionths(text: &str) -> Option<u32> {
    let value: f64 = text.trim().parse().ok()?;
    // Between 0 and a million, so the cast cannot truncate.
    (0.0..=1.0)
        .contains(&value)
        .then(|| (value * 1_000_000.0).round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::Collected;

    #[test]
    fn rows_with_and_without_comment() {
        for (comment, date) in [
            (
                "#model_version:v1,score_date:2026-08-16T00:00:00+0000\n",
                Some("2026-08-16T00:00:00Z"),
            ),
            ("", None),
        ] {
            let csv = format!(
                "{comment}cve,epss,percentile\nCVE-2021-44228,0.97565,0.99999\nx,1\nCVE-2021-1,7,0\n"
            );
            let mut collected = Collected::default();
            let summary = read(&csv, &mut collected).unwrap();
            assert_eq!(
                (summary.records, summary.passed_over, summary.date.as_deref()),
                (1, 2, date)
            );
            assert_eq!(
                collected.epss[0].1,
                Epss {
                    score: 975_650,
                    percentile: 999_990
                }
            );
        }
        assert!(read("<html>", &mut Collected::default()).is_err());
    }
}
