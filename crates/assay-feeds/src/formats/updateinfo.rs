//! `updateinfo`: the errata of an RPM repository, of Amazon Linux, Rocky Linux, Fedora and others.
//!
//! Traps: an update is a flaw's fix only when its type says so, and its CVEs stand among its references, in its title
//! or nowhere; one update lists a build for each architecture; a repository beside the main one (Amazon's extras)
//! holds another line of a package under the same name.
//!
//! Source: the format as createrepo_c and libsolv write and read it, and what each publisher makes of it.

use std::collections::BTreeMap;

use assay_model::{Advisory, Affected, Ecosystem, PackageKey, RangeEvent, Reference, Severity, VendorStatus};

use super::{
    ReadError, is_identifier,
    osv_record::{UNKNOWN_STREAM, module_stream},
    rpm::{evr, is_modular},
    timestamp,
    xml::{Element, Visitor, ends_with, walk},
};
use crate::record::{Sink, Summary};

/// Whose errata a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateinfoSource {
    /// The short name of the publisher, such as `rocky`.
    pub source: &'static str,
    /// The release that the repository belongs to, such as `Rocky Linux:9`.
    pub ecosystem: &'static str,
    /// Which versions of a package the repository speaks of.
    pub line: Line,
}

/// Which versions of a package a repository speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// All of them.
    Any,
    /// Those that begin with these numbers: the line that the topic `php8.2` is named after.
    From(String),
}

impl Line {
    /// The line that a topic of Amazon's extras is named after: `kernel-5.10` is 5.10, `docker` any.
    pub(crate) fn of_topic(topic: &str) -> Line {
        let start = topic
            .rfind(|c: char| !(c.is_ascii_digit() || c == '.'))
            .map_or(0, |at| at + topic[at..].chars().next().map_or(1, char::len_utf8));
        match topic.get(start..).unwrap_or_default().trim_matches('.') {
            "" => Line::Any,
            numbers => Line::From(numbers.to_owned()),
        }
    }

    /// Where the line begins that a fix belongs to; from the beginning when the fix is of another line.
    fn start(&self, version: &str) -> &str {
        match self {
            Line::From(numbers)
                if version
                    .strip_prefix(numbers.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-'])) =>
            {
                numbers
            }
            Line::Any | Line::From(_) => "0",
        }
    }
}

#[derive(Default)]
struct Update {
    kind: String,
    id: String,
    title: String,
    description: String,
    severity: Option<Severity>,
    issued: String,
    updated: String,
    flaws: Vec<String>,
    links: Vec<String>,
    /// Name → the builds that carry the fix.
    packages: BTreeMap<String, Vec<Build>>,
    /// The module stream of the collection that is open.
    module: Option<String>,
}

#[derive(PartialEq, Eq)]
struct Build {
    epoch: String,
    version: String,
    release: String,
    module: Option<String>,
}

struct Updates<'a> {
    source: &'a UpdateinfoSource,
    sink: &'a mut dyn Sink,
    summary: Summary,
    current: Update,
    refused: Option<std::io::Error>,
    seen: u64,
}

/// Reads a file.
///
/// # Errors
///
/// When the bytes are no such file, or the sink refuses.
pub(crate) fn read(xml: &[u8], source: &UpdateinfoSource, sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let mut updates = Updates {
        source,
        sink,
        summary: Summary::default(),
        current: Update::default(),
        refused: None,
        seen: 0,
    };
    walk(xml, &mut updates)?;
    match (updates.refused, updates.seen) {
        (Some(error), _) => Err(error.into()),
        (None, 0) => Err(ReadError::Malformed("it holds no updates".to_owned())),
        (None, _) => Ok(updates.summary),
    }
}

impl Visitor for Updates<'_> {
    fn open(&mut self, name: &str, path: &[String], element: &Element<'_>) {
        let attribute = |name| element.attribute(name);
        match name {
            "updates" => self.seen += 1,
            "update" => {
                self.current = Update {
                    kind: attribute("type"),
                    ..Update::default()
                };
            }
            "issued" => self.current.issued = attribute("date"),
            "updated" => self.current.updated = attribute("date"),
            "reference" => {
                let (id, href) = (attribute("id"), attribute("href"));
                self.current.name_flaw(&id);
                self.current.name_flaws_in(&attribute("title"));
                if href.starts_with("http") && !self.current.links.contains(&href) {
                    self.current.links.push(href);
                }
            }
            "collection" => self.current.module = None,
            "module" if ends_with(path, &["collection"]) => {
                let (module, stream) = (attribute("name"), attribute("stream"));
                self.current.module = (!module.is_empty()).then(|| format!("{module}:{stream}"));
            }
            "package" => {
                let build = Build {
                    epoch: attribute("epoch"),
                    version: attribute("version"),
                    release: attribute("release"),
                    module: self.current.module.clone(),
                };
                let known = self.current.packages.entry(attribute("name")).or_default();
                if attribute("arch") != "src" && !known.contains(&build) {
                    known.push(build);
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str, path: &[String], text: &str) {
        let in_update = path.last().is_some_and(|parent| parent == "update");
        match name {
            "id" if in_update => self.current.id = text.to_owned(),
            "title" if in_update => self.current.title = text.to_owned(),
            "description" if in_update => self.current.description = text.to_owned(),
            "severity" if in_update => self.current.severity = Severity::from_word(text),
            "update" => {
                let update = std::mem::take(&mut self.current);
                self.hand_on(update);
            }
            _ => {}
        }
    }
}

impl Updates<'_> {
    fn hand_on(&mut self, update: Update) {
        if self.refused.is_some() || update.kind != "security" {
            return;
        }
        if !is_identifier(&update.id) {
            self.summary.warn(format!("\"{}\" is no identifier", update.id));
            return;
        }
        let advisory = update.advisory(self.source);
        self.summary.records += 1;
        self.summary.saw(advisory.modified.max(advisory.published));
        self.refused = self.sink.advisory(advisory).err();
    }
}

impl Update {
    fn name_flaw(&mut self, id: &str) {
        let id = id.trim();
        if id.starts_with("CVE-") && is_identifier(id) && !self.flaws.iter().any(|known| known == id) {
            self.flaws.push(id.to_owned());
        }
    }

    fn name_flaws_in(&mut self, text: &str) {
        for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
            self.name_flaw(word);
        }
    }

    fn advisory(mut self, source: &UpdateinfoSource) -> Advisory {
        self.name_flaws_in(&self.title.clone());
        let mut advisory = Advisory::new(source.source, self.id);
        advisory.fixes = self.flaws;
        advisory.title = self.title;
        advisory.details = self.description;
        advisory.severity = self.severity;
        advisory.published = day(&self.issued);
        advisory.modified = day(&self.updated);
        advisory.references = self
            .links
            .into_iter()
            .map(|url| Reference {
                kind: "ADVISORY".to_owned(),
                url,
            })
            .collect();
        let titled = module_stream(&advisory);
        let ecosystem = Ecosystem::new(source.ecosystem);
        for (name, builds) in self.packages.iter().filter(|(name, _)| !name.is_empty()) {
            for build in builds {
                let fixed = evr(&build.epoch, &build.version, &build.release);
                let stream = build.module.as_ref().or(titled.as_ref());
                let module = is_modular(&build.release)
                    .then(|| stream.cloned().unwrap_or_else(|| UNKNOWN_STREAM.to_owned()));
                let start = source.line.start(&build.version).to_owned();
                advisory.affected.push(Affected {
                    package: PackageKey::new(ecosystem.clone(), name),
                    status: VendorStatus::Affected,
                    ranges: vec![vec![RangeEvent::Introduced(start), RangeEvent::Fixed(fixed)]],
                    versions: Vec::new(),
                    severity: None,
                    module,
                });
            }
        }
        advisory
    }
}

/// A date as these files write it: `2018-01-11 21:05`, with or without seconds, or a day alone.
fn day(text: &str) -> Option<jiff::Timestamp> {
    let text = text.trim();
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    timestamp(&format!("{day}T{}", time.trim_end_matches('Z')))
        .or_else(|| timestamp(&format!("{day}T00:00:00")))
}

/// Where a repository keeps its errata, by its `repomd.xml`; `None` when it has none, or the file is broken.
pub(crate) fn updateinfo_location(repomd: &[u8]) -> Option<String> {
    #[derive(Default)]
    struct Location {
        kind: String,
        found: Option<String>,
    }
    impl Visitor for Location {
        fn open(&mut self, name: &str, path: &[String], element: &Element<'_>) {
            match name {
                "data" => self.kind = element.attribute("type"),
                "location" if ends_with(path, &["data"]) && self.kind == "updateinfo" => {
                    self.found = Some(element.attribute("href")).filter(|href| !href.is_empty());
                }
                _ => {}
            }
        }

        fn close(&mut self, _: &str, _: &[String], _: &str) {}
    }
    let mut location = Location::default();
    walk(repomd, &mut location).ok()?;
    location.found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::{Collected, sample};

    const ROCKY: UpdateinfoSource = UpdateinfoSource {
        source: "rocky",
        ecosystem: "Rocky Linux:8",
        line: Line::Any,
    };

    /// Each advisory as `id severity [flaws] package (module) range`.
    fn check(xml: &[u8], source: &UpdateinfoSource, expected: &[&str]) {
        let mut collected = Collected::default();
        read(xml, source, &mut collected).unwrap();
        assert_eq!(collected.told(), expected);
    }

    #[test]
    fn only_fixes_of_flaws_are_told_once_a_build() {
        let xml = br#"<updates>
          <update type="bugfix"><id>RLBA-2021:1</id><pkglist><collection><package name="x" version="1" release="1"/></collection></pkglist></update>
          <update type="security"><id>RLSA-2021:2</id><title>Moderate: nodejs:14 security update</title><issued date="2021-07-22 03:13:55"/>
            <severity>Moderate</severity><references><reference type="cve" id="CVE-2021-1" href="https://x/1"/></references>
            <pkglist><collection><package name="nodejs" version="14.2" release="1.module+el8.4.0" epoch="1" arch="x86_64"/>
              <package name="nodejs" version="14.2" release="1.module+el8.4.0" epoch="1" arch="aarch64"/>
              <package name="nodejs" version="14.2" release="2.module+el8.4.0" epoch="1" arch="src"/>
              <package name="npm" version="6" release="1" epoch="0" arch="x86_64"/></collection></pkglist></update>
          <update type="security"><id>?</id></update></updates>"#;
        check(
            xml,
            &ROCKY,
            &[
                "RLSA-2021:2 medium [CVE-2021-1] Rocky Linux:8 nodejs (nodejs:14) [0, 1:14.2-1.module+el8.4.0)",
                "RLSA-2021:2 medium [CVE-2021-1] Rocky Linux:8 npm [0, 6-1)",
            ],
        );
        assert!(read(b"<html/>", &ROCKY, &mut Collected::default()).is_err());
    }

    #[test]
    fn a_repository_of_one_line_leaves_the_others_alone() {
        for (topic, line) in [
            ("kernel-5.10", Line::From("5.10".into())),
            ("php8.2", Line::From("8.2".into())),
            ("nginx1", Line::From("1".into())),
            ("docker", Line::Any),
            ("", Line::Any),
            ("é", Line::Any),
        ] {
            assert_eq!(Line::of_topic(topic), line, "{topic}");
        }
        let extras = UpdateinfoSource {
            source: "amazon",
            ecosystem: "Amazon Linux:2",
            line: Line::of_topic("kernel-5.10"),
        };
        let xml = br#"<updates><update type="security"><id>ALAS2KERNEL-5.10-2022-001</id><pkglist><collection>
            <package name="kernel" version="5.10.50" release="44.amzn2" epoch="0"/>
            <package name="bpftool" version="5.105" release="1" epoch="0"/></collection></pkglist></update></updates>"#;
        check(
            xml,
            &extras,
            &[
                "ALAS2KERNEL-5.10-2022-001 - [] Amazon Linux:2 bpftool [0, 5.105-1)",
                "ALAS2KERNEL-5.10-2022-001 - [] Amazon Linux:2 kernel [5.10, 5.10.50-44.amzn2)",
            ],
        );
    }

    #[test]
    fn published_samples() {
        let amazon = UpdateinfoSource {
            source: "amazon",
            ecosystem: "Amazon Linux:2",
            line: Line::Any,
        };
        for (path, source, records) in [
            (
                "vuln-list-update/amazon/testdata/fixtures/updateinfo_1_item.xml.gz",
                &amazon,
                1,
            ),
            (
                "vuln-list-update/amazon/testdata/fixtures/updateinfo_2_items.xml.gz",
                &amazon,
                2,
            ),
            (
                "vuln-list-update/rocky/testdata/fixtures/happy/updateinfo.xml",
                &ROCKY,
                3,
            ),
        ] {
            let Some(xml) = sample(path) else { return };
            let mut collected = Collected::default();
            let summary = read(&xml, source, &mut collected).unwrap();
            assert_eq!((summary.records, summary.passed_over), (records, 0), "{path}");
            for advisory in &collected.advisories {
                assert!(
                    !advisory.fixes.is_empty() && !advisory.affected.is_empty(),
                    "{path}"
                );
                assert!(
                    advisory.severity.is_some() && advisory.published.is_some(),
                    "{path}"
                );
            }
        }
        let repomd = sample("vuln-list-update/amazon/testdata/fixtures/repomd_valid.xml");
        let location = repomd.as_deref().and_then(updateinfo_location);
        assert!(location.is_none_or(|location| location.contains("updateinfo")));
    }
}
