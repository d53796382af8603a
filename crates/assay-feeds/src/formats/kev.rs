//! CISA's catalogue of known exploited vulnerabilities (KEV).
//!
//! Source: cisa.gov/known-exploited-vulnerabilities-catalog and its JSON schema.

use std::borrow::Cow;

use assay_model::{KnownExploited, Ransomware};
use serde::Deserialize;

use super::{ReadError, is_identifier, timestamp};
use crate::record::{Sink, Summary};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Catalog<'a> {
    #[serde(borrow, default)]
    date_released: Cow<'a, str>,
    #[serde(borrow)]
    vulnerabilities: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    #[serde(borrow, rename = "cveID")]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    date_added: Cow<'a, str>,
    #[serde(borrow, default)]
    due_date: Cow<'a, str>,
    #[serde(borrow, default)]
    known_ransomware_campaign_use: Cow<'a, str>,
}

/// Reads the catalogue.
///
/// # Errors
///
/// When the bytes are no such file.
pub(crate) fn read(json: &[u8], sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let catalog: Catalog<'_> = serde_json::from_slice(json)?;
    let mut summary = Summary::default();
    summary.saw(timestamp(&catalog.date_released));
    for entry in &catalog.vulnerabilities {
        let id = entry.id.trim();
        if !is_identifier(id) {
            summary.warn(format!("\"{id}\" is no identifier"));
            continue;
        }
        let ransomware = match entry.known_ransomware_campaign_use.as_ref() {
            "Known" => Ransomware::Known,
            _ => Ransomware::Unknown,
        };
        // Stored blank-separated, and a date holds no blank.
        let day = |text: &str| text.split_whitespace().next().unwrap_or_default().to_owned();
        let (date_added, due_date) = (day(&entry.date_added), day(&entry.due_date));
        sink.known_exploited(KnownExploited {
            id: id.to_owned(),
            date_added,
            due_date,
            ransomware,
        });
        summary.records += 1;
    }
    Ok(summary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::Collected;

    #[test]
    fn entries() {
        let json = br#"{"dateReleased":"2026-08-07T16:45:47.0648Z","vulnerabilities":[
            {"cveID":"CVE-2021-44228","dateAdded":"2021-12-10","dueDate":"2021-12-24","knownRansomwareCampaignUse":"Known"},
            {"cveID":"x"}]}"#;
        let mut collected = Collected::default();
        let summary = read(json, &mut collected).unwrap();
        assert_eq!((summary.records, summary.passed_over), (1, 1));
        assert_eq!(summary.date.as_deref(), Some("2026-08-07T16:45:47.0648Z"));
        assert_eq!(collected.known_exploited[0].ransomware, Ransomware::Known);
    }
}
