//! The Node.js project's lists of flaws: of the runtime itself, and a frozen one of npm packages.
//!
//! Traps: of the runtime, `vulnerable` names whole lines and `patched` the versions that are well again, so that what is
//! affected is the difference; the end of a line without a fix is no fix; an entry can name several CVEs or none; of
//! packages, `<=99.999.99999` and `*` mean every version, and a package that was hostile as such stands among flaws.
//!
//! Source: github.com/nodejs/security-wg, vuln/core and vuln/npm.

use std::collections::BTreeMap;

use assay_model::{Advisory, Affected, CvssVector, Ecosystem, PackageKey, Reference, Severity, VendorStatus};
use assay_versions::Scheme;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    RUNTIME, ReadError, is_identifier,
    requirement::{Dialect, Versions},
    timestamp,
};
use crate::record::{Sink, Summary};

#[derive(Deserialize)]
struct Core {
    #[serde(default)]
    cve: Vec<String>,
    vulnerable: String,
    #[serde(default)]
    patched: Option<String>,
    #[serde(default, rename = "ref")]
    link: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    overview: Option<String>,
    #[serde(default)]
    severity: Option<String>,
}

#[derive(Deserialize)]
struct Package {
    module_name: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    cves: Option<Vec<String>>,
    vulnerable_versions: String,
    #[serde(default)]
    patched_versions: Option<String>,
    #[serde(default)]
    overview: Option<String>,
    #[serde(default)]
    references: Value,
    #[serde(default)]
    cvss_vector: Option<String>,
    #[serde(default)]
    publish_date: Option<String>,
}

/// Reads the list of flaws of the runtime.
///
/// # Errors
///
/// When the bytes are no such file, or the sink refuses.
pub(crate) fn read_core(json: &[u8], sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    read(json, sink, |number, entry: Core| {
        let mut advisory = identified(&format!("NSWG-CORE-{number}"), entry.cve);
        advisory.title = entry.description.unwrap_or_default().trim().to_owned();
        advisory.details = entry.overview.unwrap_or_default().trim().to_owned();
        advisory.severity = entry.severity.as_deref().and_then(Severity::from_word);
        advisory.references = links(entry.link.iter().map(String::as_str));
        let (vulnerable, patched) = sets(&entry.vulnerable, entry.patched.as_deref())?;
        let ranges = vulnerable.and(&patched.not()).ranges("0", &patched);
        advisory.affected.push(affected(RUNTIME, "node", ranges));
        Some(advisory)
    })
}

/// Reads the list of flaws of npm packages.
///
/// # Errors
///
/// When the bytes are no such file, or the sink refuses.
pub(crate) fn read_npm(json: &[u8], sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    read(json, sink, |number, entry: Package| {
        let mut advisory = identified(&format!("NSWG-ECO-{number}"), entry.cves.unwrap_or_default());
        advisory.title = entry.title.unwrap_or_default().trim().to_owned();
        advisory.details = entry.overview.unwrap_or_default().trim().to_owned();
        let date = entry.publish_date.unwrap_or_default();
        advisory.published = timestamp(&format!("{}T00:00:00", date.get(..10).unwrap_or_default()));
        let vector = entry.cvss_vector.filter(|vector| !vector.is_empty());
        advisory.cvss = vector
            .map(|vector| CvssVector {
                source: "nodejs".to_owned(),
                vector,
            })
            .into_iter()
            .collect();
        let texts = entry.references.as_array().into_iter().flatten();
        advisory.references = links(texts.filter_map(Value::as_str));
        let (vulnerable, patched) = sets(&entry.vulnerable_versions, entry.patched_versions.as_deref())?;
        let ranges = vulnerable.ranges("0", &patched);
        advisory
            .affected
            .push(affected("npm", &entry.module_name, ranges));
        Some(advisory)
    })
}

fn read<T: DeserializeOwned>(
    json: &[u8],
    sink: &mut dyn Sink,
    advisory: impl Fn(u64, T) -> Option<Advisory>,
) -> Result<Summary, ReadError> {
    let entries: BTreeMap<String, Value> = serde_json::from_slice(json)?;
    let mut numbered: Vec<(u64, Value)> = Vec::with_capacity(entries.len());
    let mut summary = Summary::default();
    for (key, entry) in entries {
        match key.parse() {
            Ok(number) => numbered.push((number, entry)),
            Err(_) => summary.warn(format!("\"{key}\" is no number")),
        }
    }
    numbered.sort_by_key(|(number, _)| *number);
    for (number, entry) in numbered {
        match T::deserialize(entry) {
            Ok(entry) => match advisory(number, entry) {
                Some(advisory) => {
                    summary.records += 1;
                    summary.saw(advisory.published);
                    sink.advisory(advisory)?;
                }
                None => summary.warn(format!("{number}: its versions cannot be read")),
            },
            Err(error) => summary.warn(format!("{number}: {error}")),
        }
    }
    Ok(summary)
}

/// A record of one CVE, or, when it names several, about them.
fn identified(id: &str, mut cves: Vec<String>) -> Advisory {
    cves.retain(|cve| is_identifier(cve));
    let mut advisory = Advisory::new("nodejs", id);
    match cves.len() {
        0 | 1 => advisory.aliases = cves,
        _ => advisory.fixes = cves,
    }
    advisory
}

fn links<'a>(urls: impl Iterator<Item = &'a str>) -> Vec<Reference> {
    urls.filter(|url| url.starts_with("http"))
        .map(|url| Reference {
            kind: "WEB".to_owned(),
            url: url.to_owned(),
        })
        .collect()
}

fn sets(vulnerable: &str, patched: Option<&str>) -> Option<(Versions, Versions)> {
    let parse = |text: &str| Versions::parse(text, Dialect::Npm, Scheme::SemVer);
    let patched = match patched.map(str::trim) {
        // "Nothing is patched", in npm's words.
        None | Some("" | "<0.0.0") => Versions::none(Scheme::SemVer),
        Some(patched) => parse(patched)?,
    };
    let vulnerable = match vulnerable.trim() {
        "<=99.999.99999" => Versions::all(Scheme::SemVer),
        vulnerable => parse(vulnerable)?,
    };
    Some((vulnerable, patched))
}

fn affected(ecosystem: &str, name: &str, ranges: Vec<Vec<assay_model::RangeEvent>>) -> Affected {
    Affected {
        package: PackageKey::new(Ecosystem::new(ecosystem), name),
        status: VendorStatus::Affected,
        ranges,
        versions: Vec::new(),
        severity: None,
        module: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::Collected;

    #[test]
    fn the_runtime() {
        let json = br#"{"2":{"cve":["CVE-2017-1"],"vulnerable":"8.x || 5.x","patched":"^8.1.4","severity":"high"},
            "10":{"cve":["CVE-2018-1","CVE-2018-2"],"vulnerable":"10.x","patched":"^10.2.0"},"x":{},"3":{"vulnerable":"??"}}"#;
        let mut collected = Collected::default();
        let summary = read_core(json, &mut collected).unwrap();
        assert_eq!((summary.records, summary.passed_over), (2, 2));
        assert_eq!(
            collected.told(),
            [
                "NSWG-CORE-2 high [] Runtime node [5.0.0, |6.0.0) [8.0.0, 8.1.4)",
                "NSWG-CORE-10 - [CVE-2018-1 CVE-2018-2] Runtime node [10.0.0, 10.2.0)",
            ]
        );
    }

    #[test]
    fn packages() {
        let json = br#"{"1":{"module_name":"bassmaster","cves":["CVE-2014-7205"],"vulnerable_versions":"<=1.5.1","patched_versions":">=1.5.2"},
            "2":{"module_name":"hostile","cves":[],"vulnerable_versions":"<=99.999.99999","patched_versions":"<0.0.0"}}"#;
        let mut collected = Collected::default();
        read_npm(json, &mut collected).unwrap();
        assert_eq!(
            collected.told(),
            [
                "NSWG-ECO-1 - [] npm bassmaster [0, 1.5.2)",
                "NSWG-ECO-2 - [] npm hostile [0, …)",
            ]
        );
    }
}
