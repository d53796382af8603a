//! The answer `CYCLONE_DX_1_5`: the document's components with their vulnerabilities, as a CycloneDX document itself.
//!
//! The properties are those of the namespace `amazon:inspector:sbom_scanner` that AWS documents, and the order of things is
//! that of answers which AWS's own continuous-integration plug-ins are tested with. What has to be known as a whole stands
//! in the document's properties, since those plug-ins know what may stand in its metadata.

use assay_assess::{CvssScore, Exploit};
use assay_model::{AdvisoryKind, CvssVersion, Severity};
use serde_json::{Map, Value, json};

use super::report::{Component, Counts, Found, Report};
use crate::{
    finding::{description, probability, reference_urls, related, vulnerability_id},
    score::number,
    source::{described, source_name},
    text::word,
    time::{of_day, rfc3339},
};

/// Inspector's properties of what its scanner finds.
const SCANNER: &str = "amazon:inspector:sbom_scanner";

/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 65_536;

/// The most scores of one vulnerability.
const MOST_RATINGS: usize = 64;

/// Writes the answer.
pub(super) fn document(report: &Report, serial_number: &str, timestamp: &str) -> Value {
    let components: Vec<Value> = report.components.iter().map(component).collect();
    let vulnerabilities = report.vulnerabilities.iter().enumerate();
    let vulnerabilities: Vec<Value> = vulnerabilities
        .map(|(at, found)| vulnerability(report, found, at + 1))
        .collect();
    let notes: Vec<Value> = report
        .notes
        .iter()
        .map(|note| property("assay:message", note))
        .collect();
    let mut document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "serialNumber": serial_number,
        "metadata": {
            "timestamp": timestamp,
            "tools": {"components": [{
                "type": "application",
                "name": "assay",
                "version": env!("CARGO_PKG_VERSION"),
            }]},
            "properties": counts(&report.counts()),
        },
        "components": components,
        "vulnerabilities": vulnerabilities,
    });
    if !notes.is_empty() {
        document["properties"] = notes.into();
    }
    document
}

fn property(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value})
}

fn counts(counts: &Counts) -> Value {
    let severities = [
        ("critical", counts.critical),
        ("high", counts.high),
        ("medium", counts.medium),
        ("low", counts.low),
        ("other", counts.other),
    ];
    let mut properties: Vec<Value> = severities
        .into_iter()
        .map(|(severity, count)| {
            property(
                &format!("{SCANNER}:{severity}_vulnerabilities"),
                &count.to_string(),
            )
        })
        .collect();
    if counts.malicious > 0 {
        let name = format!("{SCANNER}:malicious_packages");
        properties.push(property(&name, &counts.malicious.to_string()));
    }
    properties.into()
}

fn component(component: &Component) -> Value {
    let mut written = json!({
        "bom-ref": component.reference,
        "type": component.kind,
        "name": component.name,
    });
    let optional = [
        ("group", &component.group),
        ("version", &component.version),
        ("purl", &component.purl),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            written[name] = value.as_str().into();
        }
    }
    let path = component
        .path
        .as_ref()
        .map(|path| property(&format!("{SCANNER}:path"), path));
    let info = component
        .info
        .as_ref()
        .map(|info| property(&format!("{SCANNER}:info"), info));
    let properties: Vec<Value> = path.into_iter().chain(info).collect();
    if !properties.is_empty() {
        written["properties"] = properties.into();
    }
    written
}

fn vulnerability(report: &Report, found: &Found, number: usize) -> Value {
    let known = &found.vulnerability;
    let described_by = described(&known.id, None);
    let state = match known.exploit {
        Exploit::Known => "exploitable",
        Exploit::Unknown => "in_triage",
    };
    let mut written = json!({
        "bom-ref": format!("vuln-{number}"),
        "id": vulnerability_id(known),
        "source": source(&described_by.source, described_by.url.as_deref()),
        "ratings": ratings(found),
        "description": description(known, LONGEST_DESCRIPTION),
        "advisories": unique(reference_urls(known).iter().map(|url| json!({"url": url}))),
        "analysis": {"state": state},
        "affects": unique(found.affects.iter().map(|affected| {
            json!({"ref": report.components[affected.component].reference})
        })),
        "properties": properties(report, found),
    });
    let references = related(known);
    if !references.is_empty() {
        written["references"] = unique(references.iter().map(|id| {
            let by = described(id, None);
            json!({"id": id, "source": source(&by.source, by.url.as_deref())})
        }));
    }
    let cwes: Vec<u32> = known.cwes.iter().copied().filter(|number| *number > 0).collect();
    if !cwes.is_empty() {
        written["cwes"] = cwes.into();
    }
    let times = [("created", known.published), ("updated", known.modified)];
    for (name, time) in times {
        if let Some(time) = time.and_then(rfc3339) {
            written[name] = time.into();
        }
    }
    written
}

/// Values without repetition, in their order.
fn unique(values: impl Iterator<Item = Value>) -> Value {
    let mut kept: Vec<Value> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for value in values {
        if seen.insert(value.to_string()) {
            kept.push(value);
        }
    }
    kept.into()
}

fn source(name: &str, url: Option<&str>) -> Value {
    let mut source = Map::new();
    source.insert("name".to_owned(), name.into());
    if let Some(url) = url {
        source.insert("url".to_owned(), url.into());
    }
    source.into()
}

/// EPSS, every score, and the severity that we settle on where no score has it.
fn ratings(found: &Found) -> Value {
    let known = &found.vulnerability;
    let epss = known.epss.map(|epss| {
        json!({
            "source": {"name": "EPSS", "url": "https://www.first.org/epss/"},
            "score": probability(epss.score),
            "severity": "none",
            "method": "other",
        })
    });
    let scores = known
        .cvss
        .iter()
        .take(MOST_RATINGS)
        .map(|score| rating(score, &known.id));
    let mut ratings: Vec<Value> = epss.into_iter().chain(scores).collect();
    let ours = (source_name(&found.severity_source), severity(found.severity));
    let is_there = ratings
        .iter()
        .any(|rating| rating["source"]["name"] == ours.0.as_ref() && rating["severity"] == ours.1);
    if !is_there {
        ratings.push(json!({
            "source": {"name": ours.0},
            "severity": ours.1,
            "method": "other",
        }));
    }
    ratings.into()
}

fn rating(score: &CvssScore, id: &str) -> Value {
    let name = source_name(&score.source);
    let method = match score.version {
        CvssVersion::V2 => "CVSSv2",
        CvssVersion::V30 => "CVSSv3",
        CvssVersion::V31 => "CVSSv31",
        CvssVersion::V40 => "CVSSv4",
    };
    let url = described(id, None).url.filter(|_| name == "NVD");
    let value = number(score.tenths);
    json!({
        "source": source(&name, url.as_deref()),
        "score": value,
        "severity": severity(Severity::from_score(value)),
        "method": method,
        "vector": word(&score.vector, 256).unwrap_or_default(),
    })
}

/// The word that CycloneDX has for a severity.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Untriaged => "unknown",
        Severity::Informational => "info",
        known => known.as_str(),
    }
}

fn properties(report: &Report, found: &Found) -> Value {
    let known = &found.vulnerability;
    let mut properties = Vec::new();
    if known.exploit == Exploit::Known {
        properties.push(property(&format!("{SCANNER}:exploit_available"), "true"));
    }
    if let Some(entry) = &known.known_exploited {
        let days = [("added", &entry.date_added), ("due", &entry.due_date)];
        for (what, day) in days {
            if let Some(time) = of_day(day) {
                properties.push(property(
                    &format!("{SCANNER}:cisa_kev_date_{what}"),
                    &time.to_string(),
                ));
            }
        }
    }
    if found.kind == AdvisoryKind::Malicious {
        properties.push(property(&format!("{SCANNER}:is_malicious"), "true"));
    }
    for affected in &found.affects {
        if let Some(fixed) = &affected.fixed {
            let reference = &report.components[affected.component].reference;
            properties.push(property(&format!("{SCANNER}:fixed_version:{reference}"), fixed));
        }
    }
    unique(properties.into_iter())
}
