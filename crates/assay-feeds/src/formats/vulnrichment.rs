//! CISA's Vulnrichment: CVE records with the decisions of SSVC, and scores and weaknesses where others gave none.
//!
//! Traps: a record has several containers of other providers, of which CISA's is told by its title and never by its
//! place; the decision stands among the metrics as one of a free kind; its points are single-membered objects with
//! names in words; most records decide without scoring.
//!
//! Source: github.com/cisagov/vulnrichment and the CVE record format 5.1.

use std::borrow::Cow;

use assay_model::{Advisory, Automatable, CvssVector, Exploitation, Ssvc, Standing, TechnicalImpact};
use serde::Deserialize;

use super::{ReadError, archive::each_in_zip, cwe, is_identifier, timestamp};
use crate::record::{Sink, Summary};

/// The title of CISA's container.
const CISA: &str = "CISA ADP Vulnrichment";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    #[serde(borrow)]
    cve_metadata: Metadata<'a>,
    #[serde(borrow, default)]
    containers: Containers<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'a> {
    #[serde(borrow)]
    cve_id: Cow<'a, str>,
    #[serde(borrow, default)]
    state: Cow<'a, str>,
    #[serde(borrow, default)]
    date_published: Cow<'a, str>,
}

#[derive(Default, Deserialize)]
struct Containers<'a> {
    #[serde(borrow, default)]
    cna: Container<'a>,
    #[serde(borrow, default)]
    adp: Vec<Container<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Container<'a> {
    #[serde(borrow, default)]
    title: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    metrics: Vec<Metric<'a>>,
    #[serde(borrow, default)]
    problem_types: Vec<Problem<'a>>,
    #[serde(borrow, default)]
    provider_metadata: Provider<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Provider<'a> {
    #[serde(borrow, default)]
    short_name: Cow<'a, str>,
    #[serde(borrow, default)]
    date_updated: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Metric<'a> {
    #[serde(borrow, default, rename = "cvssV2_0")]
    cvss_v2: Option<Cvss<'a>>,
    #[serde(borrow, default, rename = "cvssV3_0")]
    cvss_v30: Option<Cvss<'a>>,
    #[serde(borrow, default, rename = "cvssV3_1")]
    cvss_v31: Option<Cvss<'a>>,
    #[serde(borrow, default, rename = "cvssV4_0")]
    cvss_v4: Option<Cvss<'a>>,
    #[serde(borrow, default)]
    other: Option<Other<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cvss<'a> {
    #[serde(borrow, default)]
    vector_string: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Other<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(default)]
    content: serde_json::Value,
}

#[derive(Deserialize)]
struct Problem<'a> {
    #[serde(borrow, default)]
    descriptions: Vec<Description<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Description<'a> {
    #[serde(borrow, default)]
    cwe_id: Option<Cow<'a, str>>,
}

/// Reads the zip of the project's repository.
///
/// # Errors
///
/// When the zip is broken, or the sink refuses.
pub(crate) fn read_zip(zip: &[u8], sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let mut summary = Summary::default();
    each_in_zip(
        zip,
        |name| name.contains("CVE-") && name.ends_with(".json"),
        |_, json| parse(json),
        |name, outcome| {
            match outcome.and_then(|parsed| parsed) {
                Ok(Some(advisory)) => {
                    summary.records += 1;
                    summary.saw(advisory.modified);
                    sink.advisory(advisory)?;
                }
                // A record on which CISA says nothing.
                Ok(None) => {}
                Err(error) => summary.warn(format!("{name}: {error}")),
            }
            Ok(())
        },
    )?;
    Ok(summary)
}

fn parse(json: &[u8]) -> Result<Option<Advisory>, String> {
    let record: Record<'_> = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let Record {
        cve_metadata,
        containers,
    } = &record;
    let id = cve_metadata.cve_id.trim();
    if !is_identifier(id) {
        return Err(format!("\"{id}\" is no identifier"));
    }
    let cisa = containers
        .adp
        .iter()
        .find(|container| container.title.as_deref() == Some(CISA));
    let Some(cisa) = cisa else { return Ok(None) };
    let mut advisory = Advisory::new("vulnrichment", id);
    if cve_metadata.state == "REJECTED" {
        advisory.standing = Standing::Rejected;
    }
    advisory.published = timestamp(&cve_metadata.date_published);
    advisory.modified = timestamp(&cisa.provider_metadata.date_updated);
    advisory.ssvc = cisa.ssvc();
    for (container, name) in [
        (cisa, "cisa-adp"),
        (
            &containers.cna,
            containers.cna.provider_metadata.short_name.as_ref(),
        ),
    ] {
        advisory.cvss.extend(container.cvss(name));
        advisory.cwes.extend(container.cwes());
    }
    advisory.cwes.sort_unstable();
    advisory.cwes.dedup();
    Ok(Some(advisory))
}

impl Container<'_> {
    fn cvss(&self, by: &str) -> Vec<CvssVector> {
        let vectors = self.metrics.iter().flat_map(|metric| {
            [
                &metric.cvss_v31,
                &metric.cvss_v30,
                &metric.cvss_v4,
                &metric.cvss_v2,
            ]
        });
        vectors
            .flatten()
            .filter(|cvss| !cvss.vector_string.trim().is_empty())
            .map(|cvss| CvssVector {
                source: by.to_ascii_lowercase(),
                vector: cvss.vector_string.trim().to_owned(),
            })
            .collect()
    }

    fn cwes(&self) -> impl Iterator<Item = u32> + '_ {
        let descriptions = self
            .problem_types
            .iter()
            .flat_map(|problem| &problem.descriptions);
        descriptions.filter_map(|description| cwe(description.cwe_id.as_deref()?))
    }

    fn ssvc(&self) -> Option<Ssvc> {
        let mut others = self.metrics.iter().filter_map(|metric| metric.other.as_ref());
        let decision = others.find(|other| other.kind == "ssvc")?;
        let mut ssvc = Ssvc::default();
        let options = decision
            .content
            .get("options")
            .and_then(|options| options.as_array());
        let points = options
            .into_iter()
            .flatten()
            .filter_map(|point| point.as_object());
        for (name, value) in points.flatten() {
            let word = value.as_str().unwrap_or_default();
            match name.as_str() {
                "Exploitation" => ssvc.exploitation = Exploitation::from_word(word),
                "Automatable" => ssvc.automatable = Automatable::from_word(word),
                "Technical Impact" => ssvc.technical_impact = TechnicalImpact::from_word(word),
                _ => {}
            }
        }
        (ssvc != Ssvc::default()).then_some(ssvc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cisas_container_by_its_title() {
        let json = br#"{"cveMetadata":{"cveId":"CVE-2024-2056","state":"PUBLISHED","datePublished":"2024-03-05T18:57:03.524Z"},
          "containers":{"cna":{"providerMetadata":{"shortName":"AHA"},"problemTypes":[{"descriptions":[{"cweId":"CWE-288"}]}]},
           "adp":[{"title":"CVE Program Container","references":[]},{"title":"CISA ADP Vulnrichment",
            "metrics":[{"cvssV3_1":{"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}},
              {"other":{"type":"kev","content":{}}},
              {"other":{"type":"ssvc","content":{"options":[{"Exploitation":"poc"},{"Automatable":"yes"},{"Technical Impact":"total"}]}}}],
            "problemTypes":[{"descriptions":[{"cweId":"CWE-552"}]}],
            "providerMetadata":{"shortName":"CISA-ADP","dateUpdated":"2024-08-23T20:28:34.594Z"}}]}}"#;
        let advisory = parse(json).unwrap().unwrap();
        assert_eq!(
            (advisory.id.as_str(), advisory.cwes.as_slice()),
            ("CVE-2024-2056", &[288, 552][..])
        );
        assert_eq!(advisory.cvss[0].source, "cisa-adp");
        let ssvc = advisory.ssvc.unwrap();
        assert_eq!(ssvc.exploitation, Some(Exploitation::ProofOfConcept));
        assert_eq!(ssvc.automatable, Some(Automatable::Yes));
        assert_eq!(ssvc.technical_impact, Some(TechnicalImpact::Total));
        let silent = br#"{"cveMetadata":{"cveId":"CVE-2024-1"},"containers":{"adp":[{"title":"other"}]}}"#;
        assert_eq!(parse(silent), Ok(None));
        assert!(parse(br#"{"cveMetadata":{"cveId":"?"}}"#).is_err());
    }
}
