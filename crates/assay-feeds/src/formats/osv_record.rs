//! One OSV document to one advisory.
//!
//! Traps: severity stands in five places; an `affected` entry may name versions only, ranges only, both or
//! neither; `GIT` ranges hold commits, never versions; the CVEs of a distribution's bulletin stand in `related`
//! or `upstream`, not in `aliases`; the comparator follows from the *ecosystem* of an entry, not from its range type.
//!
//! Source: the OSV schema (ossf.github.io/osv-schema) and the quirks of each publisher.

use std::borrow::Cow;

use super::{
    cwe, is_identifier,
    osv_schema::{Document, Entry, Event},
    rpm::is_modular,
    timestamp,
};
use assay_model::{
    Advisory, AdvisoryKind, Affected, CvssVector, Ecosystem, PackageKey, RangeEvent, Reference, Severity,
    Standing, VendorStatus,
};

/// Ids whose records are notices about flaws that have ids of their own.
const BULLETINS: [&str; 19] = [
    "ALSA-",
    "ALBA-",
    "ALEA-",
    "RLSA-",
    "RXSA-",
    "RHSA-",
    "RHBA-",
    "RHEA-",
    "USN-",
    "LSN-",
    "DSA-",
    "DLA-",
    "DTSA-",
    "SUSE-",
    "openSUSE-",
    "MGASA-",
    "MGAA-",
    "OESA-",
    "RLBA-",
];

/// The source behind an id, as the short name it is shown under.
fn source_of(id: &str) -> &'static str {
    const SOURCES: [(&str, &str); 41] = [
        ("GHSA-", "ghsa"),
        ("PYSEC-", "pysec"),
        ("GO-", "go"),
        ("RUSTSEC-", "rustsec"),
        ("AL", "almalinux"),
        ("BIT-", "bitnami"),
        ("DRUPAL-", "drupal"),
        ("RSEC-", "rsec"),
        ("HSEC-", "hsec"),
        ("JLSEC-", "jlsec"),
        ("MAL-", "malicious-packages"),
        ("OSV-", "oss-fuzz"),
        ("UBUNTU-", "ubuntu"),
        ("USN-", "ubuntu"),
        ("LSN-", "ubuntu"),
        ("DEBIAN-", "debian"),
        ("DSA-", "debian"),
        ("DLA-", "debian"),
        ("ALPINE-", "alpine"),
        ("RLSA-", "rocky"),
        ("RXSA-", "rocky"),
        ("RH", "redhat"),
        ("SUSE-", "suse"),
        ("openSUSE-", "suse"),
        ("OESA-", "openeuler"),
        ("MGASA-", "mageia"),
        ("MGAA-", "mageia"),
        ("CGA-", "chainguard"),
        ("MINI-", "minimos"),
        ("ECHO-", "echo"),
        ("ALPAQUITA-", "alpaquita"),
        ("BELL-", "bellsoft"),
        ("PSF-", "psf"),
        ("OSEC-", "opam"),
        ("EEF-", "eef"),
        ("CURL-", "curl"),
        ("ASB-", "android"),
        ("DTSA-", "debian"),
        ("GSD-", "gsd"),
        ("LBSEC-", "lbsec"),
        ("V8-", "v8"),
    ];
    SOURCES
        .iter()
        .find(|(prefix, _)| id.starts_with(prefix))
        .map_or("osv", |(_, source)| source)
}

impl Document<'_> {
    /// The advisory, with the source given or else told by the id.
    pub(crate) fn into_advisory(self, source: Option<&'static str>) -> Advisory {
        let id = self.id.trim();
        let mut advisory = Advisory::new(source.unwrap_or_else(|| source_of(id)), id);
        advisory.title = self.summary.as_deref().unwrap_or_default().trim().to_owned();
        advisory.details = self.details.as_deref().unwrap_or_default().trim().to_owned();
        advisory.published = self.published.as_deref().and_then(timestamp);
        advisory.modified = self.modified.as_deref().and_then(timestamp);
        if self.withdrawn.is_some() {
            advisory.standing = Standing::Withdrawn;
        }
        self.identify(&mut advisory);
        self.score(&mut advisory);
        for link in self
            .references
            .iter()
            .flatten()
            .filter(|link| !link.url.trim().is_empty())
        {
            advisory.references.push(Reference {
                kind: link.kind.to_string(),
                url: link.url.trim().to_owned(),
            });
        }
        advisory.kind = self.kind(&advisory);
        let module = module_stream(&advisory);
        for entry in self.affected.iter().flatten() {
            if let Some(affected) = entry.affected(module.as_deref()) {
                advisory.affected.push(affected);
            }
        }
        advisory
    }

    /// The entry that our starter intelligence makes for the catalogue of known exploited vulnerabilities.
    pub(crate) fn known_exploited(&self) -> Option<assay_model::KnownExploited> {
        use assay_model::{KnownExploited, Ransomware};
        let starter = self.database_specific.as_ref()?.assay.get()?;
        let date_added = starter.known_exploited.clone()?;
        let named = self.aliases.iter().chain(&self.upstream).flatten();
        let mut ids = std::iter::once(&self.id).chain(named);
        let id = ids.find(|id| id.starts_with("CVE-"))?.to_string();
        let ransomware = match starter.ransomware.as_deref() {
            Some("known") => Ransomware::Known,
            _ => Ransomware::Unknown,
        };
        Some(KnownExploited {
            id,
            date_added,
            due_date: starter.due.clone().unwrap_or_default(),
            ransomware,
        })
    }

    /// The versions of the entries about a repository, from its tags (`v3.11.4`).
    pub(crate) fn tagged_versions(&self, repository: &str) -> Vec<String> {
        let about = |entry: &&Entry<'_>| {
            let mut ranges = entry.ranges.iter().flatten();
            ranges.any(|range| {
                let address = range.repo.as_deref().unwrap_or_default();
                address.trim_end_matches('/').trim_end_matches(".git") == repository
            })
        };
        let entries = self.affected.iter().flatten().filter(about);
        let tags = entries.flat_map(|entry| entry.versions.iter().flatten());
        let numbers = tags.map(|tag| tag.trim().trim_start_matches('v'));
        numbers
            .filter(|number| number.starts_with(|first: char| first.is_ascii_digit()))
            .map(str::to_owned)
            .collect()
    }

    fn identify(&self, advisory: &mut Advisory) {
        let clean = |ids: &Option<Vec<Cow<'_, str>>>| -> Vec<String> {
            let ids = ids.iter().flatten().map(|id| id.trim());
            ids.filter(|id| is_identifier(id) && *id != advisory.id)
                .map(str::to_owned)
                .collect()
        };
        let (aliases, upstream, related) =
            (clean(&self.aliases), clean(&self.upstream), clean(&self.related));
        let is_flaw = |id: &String| id.starts_with("CVE-") || id.starts_with("UBUNTU-CVE-");
        if BULLETINS.iter().any(|prefix| advisory.id.starts_with(prefix)) {
            let named = aliases.iter().chain(&upstream).chain(&related);
            advisory.fixes = named.filter(|id| is_flaw(id)).cloned().collect();
            advisory.related = aliases
                .iter()
                .chain(&related)
                .filter(|id| !is_flaw(id))
                .cloned()
                .collect();
            return;
        }
        advisory.aliases = aliases;
        advisory.related = related;
        if advisory.aliases.iter().any(is_flaw) || advisory.id.starts_with("CVE-") {
            return;
        }
        // `UBUNTU-CVE-2024-1` is Ubuntu's record of that very CVE; elsewhere `upstream` names flaws of the code
        // that a package wraps, so the record is about them without being another name of them.
        let of_same_flaw = advisory
            .id
            .split_once("-CVE-")
            .map(|(_, number)| format!("CVE-{number}"));
        match of_same_flaw {
            Some(cve) if is_identifier(&cve) => advisory.aliases.push(cve),
            _ => advisory.fixes = upstream.into_iter().filter(is_flaw).collect(),
        }
    }

    fn score(&self, advisory: &mut Advisory) {
        let source = advisory.source.0.clone();
        let add = |vector: &str, by: Option<&str>, into: &mut Vec<CvssVector>| {
            let by = by.map_or_else(|| source.clone(), str::to_ascii_lowercase);
            let cvss = CvssVector {
                source: by,
                vector: vector.trim().to_owned(),
            };
            if !cvss.vector.is_empty() && !into.contains(&cvss) {
                into.push(cvss);
            }
        };
        let entries = || self.affected.iter().flatten();
        let scores = self
            .severity
            .iter()
            .flatten()
            .chain(entries().flat_map(|entry| entry.severity.iter().flatten()));
        for score in scores {
            if score.kind.starts_with("CVSS_") {
                add(&score.score, score.source.as_deref(), &mut advisory.cvss);
            } else if advisory.severity.is_none() {
                advisory.severity = Severity::from_word(&score.score);
            }
        }
        for cvss in entries().filter_map(|entry| entry.database_specific.as_ref()?.cvss.get()) {
            add(cvss, None, &mut advisory.cvss);
        }
        if let Some(specific) = &self.database_specific {
            let word = specific.severity.get().and_then(|word| Severity::from_word(word));
            advisory.severity = advisory.severity.or(word);
            advisory.cwes = specific
                .cwe_ids
                .get()
                .into_iter()
                .flatten()
                .filter_map(|id| cwe(id))
                .collect();
            advisory.cwes.sort_unstable();
            advisory.cwes.dedup();
        }
        let by_entry = entries().filter_map(|entry| entry.ecosystem_specific.as_ref()?.severity.get());
        advisory.severity = advisory
            .severity
            .or_else(|| by_entry.filter_map(|word| Severity::from_word(word)).max());
        if BULLETINS.iter().any(|prefix| advisory.id.starts_with(prefix)) {
            // "Important: kernel security update"
            let word = advisory
                .title
                .split_once(':')
                .and_then(|(word, _)| Severity::from_word(word));
            advisory.severity = advisory.severity.or(word);
        }
    }

    fn kind(&self, advisory: &Advisory) -> AdvisoryKind {
        if advisory.id.starts_with("MAL-") {
            return AdvisoryKind::Malicious;
        }
        let is_update = ["ALBA-", "ALEA-", "RHBA-", "RHEA-"]
            .iter()
            .any(|prefix| advisory.id.starts_with(prefix));
        if is_update && advisory.fixes.is_empty() {
            return AdvisoryKind::Update;
        }
        let entries = self.affected.iter().flatten();
        let words = entries.filter_map(|entry| entry.database_specific.as_ref()?.informational.get());
        let word = words.map(|word| word.as_ref()).next();
        match word {
            Some("unmaintained") => AdvisoryKind::Unmaintained,
            Some("unsound") => AdvisoryKind::Unsound,
            Some(_) => AdvisoryKind::Notice,
            None => AdvisoryKind::Vulnerability,
        }
    }
}

impl Entry<'_> {
    fn affected(&self, module: Option<&str>) -> Option<Affected> {
        let package = self.package.as_ref()?;
        if package.name.trim().is_empty() || package.ecosystem.trim().is_empty() {
            return None;
        }
        let ranges: Vec<Vec<RangeEvent>> = self
            .ranges
            .iter()
            .flatten()
            .filter(|range| range.kind != "GIT")
            .map(|range| range.events.iter().flatten().flat_map(Event::events).collect())
            .collect();
        let urgency = self
            .ecosystem_specific
            .as_ref()
            .and_then(|specific| specific.urgency.get());
        let status = match urgency.map(|urgency| urgency.as_ref()) {
            Some("unimportant") => VendorStatus::Unimportant,
            Some("end-of-life") => VendorStatus::EndOfLife,
            _ => VendorStatus::Affected,
        };
        let in_module = ranges.iter().flatten().any(|event| match event {
            RangeEvent::Fixed(version) => is_modular(version),
            _ => false,
        });
        Some(Affected {
            package: PackageKey::new(Ecosystem::new(&package.ecosystem), package.name.trim()),
            status,
            ranges,
            versions: self
                .versions
                .iter()
                .flatten()
                .map(|version| version.trim().to_owned())
                .collect(),
            severity: urgency.and_then(|urgency| Severity::from_word(urgency)),
            module: in_module.then(|| module.unwrap_or(UNKNOWN_STREAM).to_owned()),
        })
    }
}

/// The module of an entry whose stream the record does not tell.
pub(crate) const UNKNOWN_STREAM: &str = "*";

impl Event<'_> {
    fn events(&self) -> impl Iterator<Item = RangeEvent> + '_ {
        let owned = |text: &Option<Cow<'_, str>>| text.as_ref().map(|text| text.trim().to_owned());
        [
            owned(&self.introduced).map(RangeEvent::Introduced),
            owned(&self.fixed).map(RangeEvent::Fixed),
            owned(&self.last_affected).map(RangeEvent::LastAffected),
            owned(&self.limit).map(RangeEvent::Limit),
        ]
        .into_iter()
        .flatten()
    }
}

/// The RPM module stream in a bulletin's title: `Important: nodejs:18 security update` names `nodejs:18`.
pub(crate) fn module_stream(advisory: &Advisory) -> Option<String> {
    let is_name = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte))
    };
    let words = advisory.title.split([' ', ',']).filter(|word| !word.is_empty());
    let mut modules = words.filter(|word| {
        word.split_once(':')
            .is_some_and(|(name, stream)| is_name(name) && is_name(stream))
    });
    modules.next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Advisory {
        serde_json::from_str::<Document<'_>>(json)
            .unwrap()
            .into_advisory(None)
    }

    #[test]
    fn ghsa() {
        let advisory = parse(
            r#"{"id":"GHSA-aaaa-bbbb-cccc","aliases":["CVE-2020-1"," PYSEC-2020-9","https://x/y",""],
                "summary":"s","modified":"2026-01-13T00:00:00Z",
                "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
                "affected":[{"package":{"ecosystem":"PyPI","name":"Foo_Bar"},
                  "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.2"}]},
                            {"type":"GIT","repo":"r","events":[{"introduced":"abc"}]}],
                  "versions":["1.0"]}],
                "database_specific":{"severity":"MODERATE","cwe_ids":["CWE-79","NVD-CWE-noinfo","CWE-79"]}}"#,
        );
        assert_eq!(advisory.source.0, "ghsa");
        assert_eq!(advisory.aliases, ["CVE-2020-1", "PYSEC-2020-9"]);
        assert_eq!(advisory.severity, Some(Severity::Medium));
        assert_eq!(advisory.cwes, [79]);
        assert_eq!(advisory.cvss[0].source, "ghsa");
        assert_eq!(advisory.affected.len(), 1);
        assert_eq!(advisory.affected[0].package.name, "foo-bar");
        assert_eq!(advisory.affected[0].ranges.len(), 1, "commits are no versions");
    }

    #[test]
    fn almalinux_bulletin() {
        let advisory = parse(
            r#"{"id":"ALSA-2022:1","summary":"Important: nodejs:14 security, bug fix","related":["CVE-2021-1","CVE-2021-2"],
                "affected":[{"package":{"ecosystem":"AlmaLinux:8","name":"nodejs"},
                  "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1:14.18.2-2.module_el8.5.0+119+9a9ec082"}]}]}]}"#,
        );
        assert_eq!(advisory.fixes, ["CVE-2021-1", "CVE-2021-2"]);
        assert!(advisory.aliases.is_empty());
        assert_eq!(advisory.severity, Some(Severity::High));
        assert_eq!(advisory.affected[0].module.as_deref(), Some("nodejs:14"));
        let update = parse(r#"{"id":"ALBA-2022:2","summary":"glibc bug fix","related":[]}"#);
        assert_eq!(update.kind, AdvisoryKind::Update);
    }

    #[test]
    fn rustsec_notices_and_withdrawn() {
        let advisory = parse(
            r#"{"id":"RUSTSEC-2020-1","withdrawn":"2021-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"crates.io","name":"x"},
                "ranges":[{"type":"SEMVER","events":[{"introduced":"0.0.0-0"}]}],
                "database_specific":{"informational":"unmaintained","cvss":null}}]}"#,
        );
        assert_eq!(
            (advisory.kind, advisory.standing),
            (AdvisoryKind::Unmaintained, Standing::Withdrawn)
        );
    }

    #[test]
    fn upstream_is_alias_for_a_vendors_own_record_only() {
        let ubuntu = parse(
            r#"{"id":"UBUNTU-CVE-2024-1","upstream":["CVE-2024-1"],"severity":[{"type":"Ubuntu","score":"negligible"}]}"#,
        );
        assert_eq!(ubuntu.aliases, ["CVE-2024-1"]);
        assert_eq!(ubuntu.severity, Some(Severity::Informational));
        let julia = parse(r#"{"id":"JLSEC-2025-1","upstream":["CVE-2019-1"]}"#);
        assert!(julia.aliases.is_empty());
        assert_eq!(julia.fixes, ["CVE-2019-1"]);
        let notice = parse(r#"{"id":"USN-1-1","upstream":["UBUNTU-CVE-2024-1"]}"#);
        assert_eq!(notice.fixes, ["UBUNTU-CVE-2024-1"]);
    }
}
