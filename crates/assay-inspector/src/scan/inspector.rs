//! The answers `INSPECTOR` and `INSPECTOR_ALT`, JSON of the service's own.
//!
//! `INSPECTOR` has the members that the user guide shows. Answers that AWS's plug-ins are tested with have another form:
//! without a wrapper, messages with `info_message`, scores with `cvss_3_base_score`, and a count of the rest. The model names
//! a second form and nothing documents it, so that one is given for `INSPECTOR_ALT`: an inference.

use assay_assess::{Exploit, Vulnerability};
use assay_model::{CvssVersion, Severity};
use serde_json::{Map, Value, json};

use super::report::{Found, Report};
use crate::{
    finding::{description, probability, reference_urls, related, vulnerability_id},
    score::number,
    source::{described, source_name},
    text::word,
    time::{of_day, rfc3339},
};

/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 65_536;

/// The two forms.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Documented,
    Alternative,
}

/// Writes the answer.
pub(super) fn document(report: &Report, form: Form) -> Value {
    let vulnerabilities = report.vulnerabilities.iter();
    let vulnerabilities: Vec<Value> = vulnerabilities
        .map(|found| vulnerability(report, found, form))
        .collect();
    let counts = report.counts();
    let body = json!({
        "messages": messages(report, form),
        "vulnerability_count": {
            "critical": counts.critical,
            "high": counts.high,
            "medium": counts.medium,
            "low": counts.low,
            "other": counts.other,
        },
        "vulnerabilities": vulnerabilities,
    });
    match form {
        Form::Alternative => body,
        Form::Documented => json!({"status": status(report), "inspector": body}),
    }
}

fn status(report: &Report) -> String {
    match report.vulnerabilities.len() {
        1 => "SBOM parsed successfully, 1 vulnerability found".to_owned(),
        count => format!("SBOM parsed successfully, {count} vulnerabilities found"),
    }
}

/// First what has to be known as a whole, then a word on each component without a vulnerability.
fn messages(report: &Report, form: Form) -> Vec<Value> {
    let info = match form {
        Form::Documented => "info",
        Form::Alternative => "info_message",
    };
    let notes = report
        .notes
        .iter()
        .map(|note| json!({"name": "sbom", info: note}));
    let components = report.components.iter().filter_map(|component| {
        let mut message = json!({"name": component.name, info: component.info.as_ref()?});
        if let Some(purl) = &component.purl {
            message["purl"] = purl.as_str().into();
        }
        Some(message)
    });
    notes.chain(components).collect()
}

fn vulnerability(report: &Report, found: &Found, form: Form) -> Value {
    let known = &found.vulnerability;
    let affects = found.affects.iter().map(|affected| {
        let component = &report.components[affected.component];
        let installed = component
            .purl
            .clone()
            .unwrap_or_else(|| match &component.version {
                Some(version) => format!("{} {version}", component.name),
                None => component.name.clone(),
            });
        let mut written = json!({"installed_version": installed});
        if let Some(fixed) = &affected.fixed {
            written["fixed_version"] = fixed.as_str().into();
        }
        if let Some(path) = &component.path {
            written["path"] = path.as_str().into();
        }
        written
    });
    let described_by = described(&known.id, None);
    let mut written = json!({
        "id": vulnerability_id(known),
        "severity": found.severity.as_str(),
        "source": described_by.url.unwrap_or_else(|| described_by.source.into_owned()),
        "related": related(known),
        "description": description(known, LONGEST_DESCRIPTION),
        "references": reference_urls(known),
        "properties": properties(known, form),
        "affects": affects.collect::<Vec<_>>(),
    });
    let times = [("created", known.published), ("updated", known.modified)];
    for (name, time) in times {
        if let Some(time) = time.and_then(rfc3339) {
            written[name] = time.into();
        }
    }
    written
}

fn properties(known: &Vulnerability, form: Form) -> Value {
    let mut properties = Map::new();
    properties.insert("cwes".to_owned(), json!(known.cwes));
    properties.insert("cvss".to_owned(), scores(known, form));
    if let Some(epss) = known.epss {
        properties.insert("epss".to_owned(), probability(epss.score).into());
    }
    if known.exploit == Exploit::Known {
        properties.insert("exploit_available".to_owned(), true.into());
    }
    if let Some(entry) = &known.known_exploited {
        let days = [("added", &entry.date_added), ("due", &entry.due_date)];
        for (what, day) in days {
            if let Some(time) = of_day(day) {
                properties.insert(format!("cisa_kev_date_{what}"), time.to_string().into());
            }
        }
    }
    properties.into()
}

/// One entry for each source, with its score of each generation.
fn scores(known: &Vulnerability, form: Form) -> Value {
    let underscore = match form {
        Form::Documented => "",
        Form::Alternative => "_",
    };
    let mut sources: Vec<&str> = Vec::new();
    for score in &known.cvss {
        if !sources.contains(&score.source.as_str()) {
            sources.push(&score.source);
        }
    }
    let entries = sources.iter().map(|source| {
        let of_source = || known.cvss.iter().filter(|score| score.source == *source);
        let generations = [
            (3, &[CvssVersion::V31, CvssVersion::V30][..]),
            (2, &[CvssVersion::V2][..]),
            (4, &[CvssVersion::V40][..]),
        ];
        let mut entry = Map::new();
        entry.insert("source".to_owned(), source_name(source).into());
        for (generation, versions) in generations {
            let best = versions
                .iter()
                .find_map(|version| of_source().find(|score| score.version == *version));
            let Some(best) = best else { continue };
            let value = number(best.tenths);
            entry
                .entry("severity")
                .or_insert_with(|| Severity::from_score(value).as_str().into());
            let name = format!("cvss{underscore}{generation}");
            entry.insert(format!("{name}_base_score"), value.into());
            let vector = word(&best.vector, 256).unwrap_or_default();
            entry.insert(format!("{name}_base_vector"), vector.into());
        }
        Value::from(entry)
    });
    entries.collect::<Vec<_>>().into()
}
