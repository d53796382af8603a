//! Fedora's updates as its update system, Bodhi, serves them: a page of many, or one alone.
//!
//! Traps: an update names *source* builds, and what is built from them only by the repositories; its CVEs stand in the
//! titles of its bugs, and sometimes in its notes alone; updates of EPEL are for other distributions and are left
//! out, for a package does not tell that it came from there; severity "unspecified" is none.
//!
//! Source: bodhi.fedoraproject.org and its API documentation.

use std::borrow::Cow;

use assay_model::{Advisory, Affected, Ecosystem, PackageKey, RangeEvent, Reference, Severity, VendorStatus};
use serde::Deserialize;
use serde_json::Value;

use super::{ReadError, is_identifier, rpm::Nevra, timestamp};
use crate::record::{Sink, Summary};

#[derive(Deserialize)]
struct Update<'a> {
    #[serde(borrow)]
    alias: Cow<'a, str>,
    #[serde(borrow, default)]
    display_name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    title: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    notes: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    severity: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    status: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    date_stable: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    date_modified: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    url: Option<Cow<'a, str>>,
    #[serde(borrow)]
    release: Release<'a>,
    #[serde(borrow, default)]
    bugs: Vec<Bug<'a>>,
    #[serde(borrow, default)]
    builds: Vec<Build<'a>>,
}

#[derive(Deserialize)]
struct Release<'a> {
    #[serde(borrow)]
    version: Cow<'a, str>,
    #[serde(borrow, default)]
    id_prefix: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Bug<'a> {
    #[serde(borrow, default)]
    title: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Build<'a> {
    #[serde(borrow)]
    nvr: Cow<'a, str>,
    #[serde(default)]
    epoch: Option<u32>,
}

/// Reads a page of updates, or one update.
///
/// # Errors
///
/// When the bytes are neither, or the sink refuses.
pub(crate) fn read(json: &[u8], sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let mut summary = Summary::default();
    let document: Value = serde_json::from_slice(json)?;
    match document.get("updates").and_then(Value::as_array) {
        None => Update::deserialize(&document)?.hand_on(&mut summary, sink)?,
        Some(updates) => {
            for update in updates {
                match Update::deserialize(update) {
                    Ok(update) => update.hand_on(&mut summary, sink)?,
                    Err(error) => summary.warn(format!("an update: {error}")),
                }
            }
        }
    }
    Ok(summary)
}

impl Update<'_> {
    fn hand_on(&self, summary: &mut Summary, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let said =
            |word: &Option<Cow<'_, str>>, wanted: &str| word.as_deref().is_none_or(|word| word == wanted);
        let is_fedora = said(&self.release.id_prefix, "FEDORA");
        if !(said(&self.kind, "security") && said(&self.status, "stable") && is_fedora) {
            return Ok(());
        }
        if !is_identifier(&self.alias) {
            summary.warn(format!("\"{}\" is no identifier", self.alias));
            return Ok(());
        }
        let advisory = self.advisory();
        summary.records += 1;
        summary.saw(advisory.modified.max(advisory.published));
        Ok(sink.advisory(advisory)?)
    }

    fn advisory(&self) -> Advisory {
        let mut advisory = Advisory::new("fedora", self.alias.as_ref());
        let title = [&self.display_name, &self.title]
            .into_iter()
            .flatten()
            .map(|title| title.trim())
            .find(|title| !title.is_empty());
        advisory.title = title.unwrap_or_default().to_owned();
        advisory.details = self.notes.as_deref().unwrap_or_default().trim().to_owned();
        advisory.severity = self.severity.as_deref().and_then(severity);
        advisory.published = self.date_stable.as_deref().and_then(time);
        advisory.modified = self.date_modified.as_deref().and_then(time);
        advisory.fixes = self.flaws();
        advisory.references = self
            .url
            .iter()
            .map(|url| Reference {
                kind: "ADVISORY".to_owned(),
                url: url.to_string(),
            })
            .collect();
        let ecosystem = Ecosystem::new(&format!("Fedora:{}", self.release.version.trim()));
        for build in &self.builds {
            let Some(mut nevra) = Nevra::parse(&build.nvr) else {
                continue;
            };
            if let Some(epoch) = build.epoch {
                nevra.epoch = epoch.to_string();
            }
            advisory.affected.push(Affected {
                package: PackageKey::new(ecosystem.clone(), &nevra.name),
                status: VendorStatus::Affected,
                ranges: vec![vec![
                    RangeEvent::Introduced("0".to_owned()),
                    RangeEvent::Fixed(nevra.version()),
                ]],
                versions: Vec::new(),
                severity: None,
                module: None,
            });
        }
        advisory
    }

    /// The CVEs of the bugs; those of the notes when no bug names one.
    fn flaws(&self) -> Vec<String> {
        let titles = self.bugs.iter().filter_map(|bug| bug.title.as_deref());
        let mut flaws: Vec<String> = titles.flat_map(flaws_in).collect();
        if flaws.is_empty() {
            flaws.extend(self.notes.as_deref().into_iter().flat_map(flaws_in));
        }
        flaws.sort();
        flaws.dedup();
        flaws
    }
}

fn flaws_in(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|word| word.starts_with("CVE-") && word.len() > "CVE-2000-".len() && is_identifier(word))
        .map(str::to_owned)
}

/// Bodhi's own words; "urgent" is its worst.
fn severity(word: &str) -> Option<Severity> {
    match word {
        "urgent" => Some(Severity::Critical),
        word => Severity::from_word(word),
    }
}

fn time(text: &str) -> Option<jiff::Timestamp> {
    timestamp(&text.trim().replacen(' ', "T", 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::{Collected, sample};

    const UPDATE: &str = r#"{"alias":"FEDORA-2023-1","title":"httpd-2.4.55-1.fc37","notes":"fixes CVE-2000-0001","type":"security",
        "status":"stable","severity":"urgent","date_stable":"2023-01-28 01:24:53","release":{"name":"F37","version":"37","id_prefix":"FEDORA"},
        "bugs":[{"bug_id":1,"title":"CVE-2022-37436 httpd: mod_proxy [fedora-all]"}],"builds":[{"nvr":"httpd-2.4.55-1.fc37","epoch":2},{"nvr":"?"}]}"#;

    #[test]
    fn updates() {
        let epel = UPDATE.replace("\"FEDORA\"", "\"FEDORA-EPEL\"");
        let testing = UPDATE.replace("stable\",\"sev", "testing\",\"sev");
        let page = format!("{{\"updates\":[{UPDATE},{epel},{testing},{{}}],\"pages\":3}}");
        let mut collected = Collected::default();
        let summary = read(page.as_bytes(), &mut collected).unwrap();
        assert_eq!((summary.records, summary.passed_over), (1, 1));
        assert_eq!(
            collected.told(),
            ["FEDORA-2023-1 critical [CVE-2022-37436] Fedora:37 httpd [0, 2:2.4.55-1.fc37)"]
        );
        let mut collected = Collected::default();
        let no_bugs = UPDATE.replace("CVE-2022-37436", "");
        read(no_bugs.as_bytes(), &mut collected).unwrap();
        assert_eq!(collected.advisories[0].fixes, ["CVE-2000-0001"]);
        assert!(read(b"[]", &mut collected).is_err());
    }

    #[test]
    fn published_samples() {
        for name in ["aaa1111111", "bbb2222222", "ccc3333333", "ddd4444444"] {
            let path = format!("vunnel/fedora/input/FEDORA-2025-{name}.json");
            let Some(json) = sample(&path) else { return };
            let mut collected = Collected::default();
            read(&json, &mut collected).unwrap();
            for advisory in &collected.advisories {
                assert!(!advisory.affected.is_empty(), "{path}");
            }
        }
    }
}
