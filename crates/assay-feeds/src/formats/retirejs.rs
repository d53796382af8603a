//! RetireJS's repository: JavaScript libraries, each with the versions that have flaws.
//!
//! Traps: a library's key is a name of RetireJS's own; only `npmname` says what npm calls it, so that libraries without
//! one are left out rather than guessed at; an entry can name no id at all, or several CVEs at once.
//!
//! Source: github.com/RetireJS/retire.js, repository/jsrepository-v6.json.

use std::{borrow::Cow, collections::BTreeMap};

use assay_model::{Advisory, Affected, Ecosystem, PackageKey, RangeEvent, Reference, Severity, VendorStatus};
use serde::Deserialize;
use serde_json::Value;

use super::{ReadError, cwe, is_identifier};
use crate::record::{Sink, Summary};

#[derive(Deserialize)]
struct Library<'a> {
    #[serde(borrow, default)]
    npmname: Option<Cow<'a, str>>,
    #[serde(default)]
    vulnerabilities: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Flaw {
    #[serde(default)]
    at_or_above: Option<String>,
    #[serde(default)]
    below: Option<String>,
    #[serde(default)]
    severity: Option<String>,
    #[serde(default)]
    cwe: Vec<String>,
    #[serde(default)]
    identifiers: Identifiers,
    #[serde(default)]
    info: Vec<String>,
    #[serde(default)]
    details: Option<String>,
}

#[derive(Default, Deserialize)]
struct Identifiers {
    #[serde(default)]
    summary: Option<String>,
    #[serde(default, rename = "CVE")]
    cve: Vec<String>,
    #[serde(default, rename = "githubID")]
    github: Option<String>,
}

/// Reads the repository.
///
/// # Errors
///
/// When the bytes are no such file, or the sink refuses.
pub(crate) fn read(json: &[u8], sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let libraries: BTreeMap<Cow<'_, str>, Library<'_>> = serde_json::from_slice(json)?;
    let mut summary = Summary::default();
    for (key, library) in &libraries {
        let Some(name) = library.npmname.as_deref() else {
            continue;
        };
        for flaw in &library.vulnerabilities {
            match Flaw::deserialize(flaw) {
                Ok(flaw) => {
                    summary.records += 1;
                    sink.advisory(flaw.advisory(key, name))?;
                }
                Err(error) => summary.warn(format!("{key}: {error}")),
            }
        }
    }
    Ok(summary)
}

impl Flaw {
    fn advisory(self, key: &str, name: &str) -> Advisory {
        let mut cves: Vec<String> = self.identifiers.cve;
        cves.retain(|id| is_identifier(id));
        let github = self.identifiers.github.filter(|id| is_identifier(id));
        let below = self.below.unwrap_or_default();
        let (id, aliases, fixes) = match (cves.as_slice(), github) {
            ([cve], github) => (cve.clone(), github.into_iter().collect(), Vec::new()),
            ([], Some(github)) => (github, Vec::new(), Vec::new()),
            // Nobody else's name: the library and where the flaw ends.
            (_, _) => (own_id(key, &below), Vec::new(), cves),
        };
        let mut advisory = Advisory::new("retirejs", id);
        advisory.aliases = aliases;
        advisory.fixes = fixes;
        advisory.title = self.identifiers.summary.unwrap_or_default();
        advisory.details = self.details.unwrap_or_default();
        advisory.severity = self.severity.as_deref().and_then(Severity::from_word);
        advisory.cwes = self.cwe.iter().filter_map(|id| cwe(id)).collect();
        advisory.references = self
            .info
            .into_iter()
            .map(|url| Reference {
                kind: "WEB".to_owned(),
                url,
            })
            .collect();
        let from = self.at_or_above.unwrap_or_else(|| "0".to_owned());
        let end = (!below.is_empty()).then_some(RangeEvent::Fixed(below));
        advisory.affected.push(Affected {
            package: PackageKey::new(Ecosystem::new("npm"), name),
            status: VendorStatus::Affected,
            ranges: vec![std::iter::once(RangeEvent::Introduced(from)).chain(end).collect()],
            versions: Vec::new(),
            severity: None,
            module: None,
        });
        advisory
    }
}

fn own_id(key: &str, below: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '-'
        }
    };
    format!("RETIREJS-{key}-{below}").chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::Collected;

    #[test]
    fn libraries() {
        let json = br#"{"jquery":{"npmname":"jquery","vulnerabilities":[
            {"below":"1.6.3","severity":"medium","cwe":["CWE-79"],"identifiers":{"CVE":["CVE-2011-4969"],"githubID":"GHSA-579v-mp3v-rrw5"},"info":["https://x"]},
            {"atOrAbove":"1.2","below":"1.9.0b1","identifiers":{"CVE":["CVE-2012-1","CVE-2012-2"],"summary":"two"}},
            {"below":"3","identifiers":{"issue":"11974"}},{"below":3}]},
          "YUI":{"bowername":["yui"],"vulnerabilities":[{"below":"1"}]}}"#;
        let mut collected = Collected::default();
        let summary = read(json, &mut collected).unwrap();
        assert_eq!((summary.records, summary.passed_over), (3, 1));
        assert_eq!(
            collected.told(),
            [
                "CVE-2011-4969 medium [] npm jquery [0, 1.6.3)",
                "RETIREJS-jquery-1.9.0b1 - [CVE-2012-1 CVE-2012-2] npm jquery [1.2, 1.9.0b1)",
                "RETIREJS-jquery-3 - [] npm jquery [0, 3)",
            ]
        );
        assert!(read(b"[]", &mut collected).is_err());
    }
}
