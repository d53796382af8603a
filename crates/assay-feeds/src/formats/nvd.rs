//! NVD's yearly files in the format of its API 2.0: CVSS of every version, CWE, references, standing of a CVE.
//!
//! Names no packages: its CPE configurations are never matched against package names (that would be guessing).
//! Traps: timestamps have no zone and mean UTC; a CVE has scores by NVD and by its CNA; a rejected CVE has none.
//!
//! Source: nvd.nist.gov/developers/vulnerabilities.

use std::borrow::Cow;

use assay_model::{Advisory, CvssVector, Reference, Standing};
use serde::Deserialize;

use super::{ReadError, cwe, is_identifier, timestamp};
use crate::record::{Sink, Summary};

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    vulnerabilities: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    cve: Cve<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cve<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    published: Cow<'a, str>,
    #[serde(borrow, default)]
    last_modified: Cow<'a, str>,
    #[serde(borrow, default)]
    vuln_status: Cow<'a, str>,
    #[serde(borrow, default)]
    cve_tags: Vec<Tags<'a>>,
    #[serde(borrow, default)]
    descriptions: Vec<Text<'a>>,
    #[serde(borrow, default)]
    metrics: Metrics<'a>,
    #[serde(borrow, default)]
    weaknesses: Vec<Weakness<'a>>,
    #[serde(borrow, default)]
    references: Vec<Link<'a>>,
}

#[derive(Deserialize)]
struct Tags<'a> {
    #[serde(borrow, default)]
    tags: Vec<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Text<'a> {
    #[serde(borrow, default)]
    lang: Cow<'a, str>,
    #[serde(borrow, default)]
    value: Cow<'a, str>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metrics<'a> {
    #[serde(borrow, default)]
    cvss_metric_v2: Vec<Metric<'a>>,
    #[serde(borrow, default)]
    cvss_metric_v30: Vec<Metric<'a>>,
    #[serde(borrow, default)]
    cvss_metric_v31: Vec<Metric<'a>>,
    #[serde(borrow, default)]
    cvss_metric_v40: Vec<Metric<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metric<'a> {
    #[serde(borrow, default)]
    source: Cow<'a, str>,
    #[serde(borrow)]
    cvss_data: CvssData<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CvssData<'a> {
    #[serde(borrow, default)]
    vector_string: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Weakness<'a> {
    #[serde(borrow, default)]
    description: Vec<Text<'a>>,
}

#[derive(Deserialize)]
struct Link<'a> {
    #[serde(borrow, default)]
    url: Cow<'a, str>,
    #[serde(borrow, default)]
    tags: Vec<Cow<'a, str>>,
}

/// Reads one file.
///
/// # Errors
///
/// When the bytes are no such file, or the sink refuses.
pub(crate) fn read(json: &[u8], sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let file: File<'_> = serde_json::from_slice(json)?;
    let mut summary = Summary::default();
    for Entry { cve } in &file.vulnerabilities {
        if !is_identifier(&cve.id) {
            summary.warn(format!("\"{}\" is no identifier", cve.id));
            continue;
        }
        let advisory = cve.advisory();
        summary.records += 1;
        summary.saw(advisory.modified);
        sink.advisory(advisory)?;
    }
    Ok(summary)
}

impl Cve<'_> {
    fn advisory(&self) -> Advisory {
        let mut advisory = Advisory::new("nvd", self.id.as_ref());
        let english = self
            .descriptions
            .iter()
            .find(|text| text.lang == "en")
            .or(self.descriptions.first());
        advisory.details = english
            .map(|text| text.value.trim().to_owned())
            .unwrap_or_default();
        advisory.published = timestamp(&self.published);
        advisory.modified = timestamp(&self.last_modified);
        let disputed = self
            .cve_tags
            .iter()
            .flat_map(|tags| &tags.tags)
            .any(|tag| tag == "disputed");
        advisory.standing = match self.vuln_status.as_ref() {
            "Rejected" => Standing::Rejected,
            _ if disputed || advisory.details.starts_with("** DISPUTED **") => Standing::Disputed,
            _ => Standing::Valid,
        };
        let metrics = &self.metrics;
        for list in [
            &metrics.cvss_metric_v40,
            &metrics.cvss_metric_v31,
            &metrics.cvss_metric_v30,
            &metrics.cvss_metric_v2,
        ] {
            for metric in list
                .iter()
                .filter(|metric| !metric.cvss_data.vector_string.is_empty())
            {
                let source = match metric.source.as_ref() {
                    "nvd@nist.gov" | "" => "nvd",
                    other => other,
                };
                let vector = metric.cvss_data.vector_string.to_string();
                advisory.cvss.push(CvssVector {
                    source: source.to_owned(),
                    vector,
                });
            }
        }
        let weaknesses = self.weaknesses.iter().flat_map(|weakness| &weakness.description);
        advisory.cwes = weaknesses.filter_map(|text| cwe(&text.value)).collect();
        advisory.cwes.sort_unstable();
        advisory.cwes.dedup();
        advisory.references = self.references.iter().map(Link::reference).collect();
        advisory
    }
}

impl Link<'_> {
    /// The purpose in OSV's words, from NVD's tags.
    fn reference(&self) -> Reference {
        let has = |tag: &str| self.tags.iter().any(|own| own == tag);
        let kind = if has("Patch") {
            "FIX"
        } else if has("Vendor Advisory") || has("Third Party Advisory") {
            "ADVISORY"
        } else if has("Exploit") {
            "EVIDENCE"
        } else {
            "WEB"
        };
        Reference {
            kind: kind.to_owned(),
            url: self.url.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::Collected;

    #[test]
    fn scores_standing_and_links() {
        let json = br#"{"vulnerabilities":[
          {"cve":{"id":"CVE-2021-1","published":"2021-01-02T03:04:05.678","lastModified":"2022-01-01T00:00:00.000","vulnStatus":"Analyzed",
            "cveTags":[{"sourceIdentifier":"x","tags":["disputed"]}],
            "descriptions":[{"lang":"es","value":"no"},{"lang":"en","value":" yes "}],
            "metrics":{"cvssMetricV2":[{"source":"nvd@nist.gov","type":"Primary","cvssData":{"vectorString":"AV:L/AC:L/Au:N/C:P/I:N/A:N"}}],
                       "cvssMetricV31":[{"source":"cna@x.org","type":"Secondary","cvssData":{"vectorString":"CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:C/C:H/I:N/A:N"}}]},
            "weaknesses":[{"description":[{"lang":"en","value":"CWE-203"},{"lang":"en","value":"NVD-CWE-Other"}]}],
            "references":[{"url":"https://x/p","tags":["Patch","Exploit"]}]}},
          {"cve":{"id":"CVE-2021-2","vulnStatus":"Rejected"}},
          {"cve":{"id":"?"}}]}"#;
        let mut collected = Collected::default();
        let summary = read(json, &mut collected).unwrap();
        assert_eq!((summary.records, summary.passed_over), (2, 1));
        assert_eq!(summary.date.as_deref(), Some("2022-01-01T00:00:00Z"));
        let first = &collected.advisories[0];
        assert_eq!(
            (first.standing, first.details.as_str()),
            (Standing::Disputed, "yes")
        );
        let sources: Vec<_> = first.cvss.iter().map(|cvss| cvss.source.as_str()).collect();
        assert_eq!(sources, ["cna@x.org", "nvd"]);
        assert_eq!(
            (first.cwes.as_slice(), first.references[0].kind.as_str()),
            (&[203][..], "FIX")
        );
        assert_eq!(collected.advisories[1].standing, Standing::Rejected);
    }
}
