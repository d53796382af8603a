//! CVRF 1.1: bulletins of SUSE and openEuler.
//!
//! Traps: SUSE composes its products of a package and a platform by relationships, as CSAF does; openEuler names the
//! platform alone as fixed and lists every build of every architecture beside it, tied to the platform by a CPE; a
//! CVSS vector can lack the prefix that tells its version.
//!
//! Source: ICASI CVRF 1.1; ftp.suse.com/pub/projects/security/cvrf; repo.openeuler.org/security/data/cvrf.

use std::{
    collections::{BTreeSet, HashMap},
    io::Read,
};

use assay_model::{Advisory, Affected, Ecosystem, PackageKey, RangeEvent, Reference, Severity, VendorStatus};

use super::{
    ReadError,
    archive::each_in_tar,
    is_identifier,
    oval::suse_ecosystem,
    rpm::Nevra,
    timestamp,
    xml::{Element, Visitor, ends_with, walk},
};
use crate::record::{Sink, Summary};

/// Whose bulletins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CvrfSource {
    /// SUSE's, of SUSE Linux Enterprise and openSUSE.
    Suse,
    /// openEuler's.
    OpenEuler,
}

#[derive(Default)]
struct Document {
    id: String,
    title: String,
    summary: String,
    date: String,
    severity: Option<Severity>,
    links: Vec<String>,
    flaws: Vec<String>,
    /// Composed product → package and platform.
    composed: HashMap<String, (String, String)>,
    /// openEuler's builds, each with the release of its CPE.
    builds: Vec<(String, String)>,
    /// Products that some flaw is fixed in.
    fixed: Vec<String>,
    open: Open,
}

/// Attributes of elements that are open.
#[derive(Default)]
struct Open {
    status: String,
    note: String,
    product: String,
    cpe: String,
    relationship: (String, String),
    in_vulnerability: bool,
}

/// Reads one document.
///
/// # Errors
///
/// When the bytes are no CVRF document, or the sink refuses.
pub(crate) fn read(xml: &[u8], source: CvrfSource, sink: &mut dyn Sink) -> Result<Summary, ReadError> {
    let mut summary = Summary::default();
    hand_on(parse(xml, source)?, &mut summary, sink)?;
    Ok(summary)
}

/// Reads a tar of documents.
///
/// # Errors
///
/// When the tar is broken, or the sink refuses.
pub(crate) fn read_tar(
    tar: impl Read,
    source: CvrfSource,
    sink: &mut dyn Sink,
) -> Result<Summary, ReadError> {
    let mut summary = Summary::default();
    each_in_tar(
        tar,
        |path| path.ends_with(".xml"),
        |_, xml| parse(xml, source),
        |path, outcome| match outcome {
            Ok(Ok(advisory)) => hand_on(advisory, &mut summary, sink),
            Ok(Err(ReadError::Malformed(error))) | Err(error) => {
                summary.warn(format!("{path}: {error}"));
                Ok(())
            }
            Ok(Err(refused @ ReadError::Sink(_))) => Err(refused),
        },
    )?;
    Ok(summary)
}

fn hand_on(advisory: Advisory, summary: &mut Summary, sink: &mut dyn Sink) -> Result<(), ReadError> {
    // An update without a flaw is no news here.
    if advisory.fixes.is_empty() {
        return Ok(());
    }
    summary.records += 1;
    summary.saw(advisory.modified);
    Ok(sink.advisory(advisory)?)
}

fn parse(xml: &[u8], source: CvrfSource) -> Result<Advisory, ReadError> {
    let mut document = Document::default();
    walk(xml, &mut document)?;
    if !is_identifier(&document.id) {
        return Err(ReadError::Malformed(format!(
            "\"{}\" is no identifier",
            document.id
        )));
    }
    let mut advisory = Advisory::new(source.name(), document.id.as_str());
    advisory.affected = match source {
        CvrfSource::Suse => document.of_relationships(),
        CvrfSource::OpenEuler => document.of_builds(),
    };
    advisory.title = document.title;
    advisory.details = document.summary;
    advisory.severity = document.severity;
    let date = document.date.trim();
    advisory.modified = timestamp(date).or_else(|| timestamp(&format!("{date}T00:00:00")));
    advisory.fixes = document.flaws;
    advisory.references = document
        .links
        .into_iter()
        .map(|url| Reference {
            kind: "ADVISORY".to_owned(),
            url,
        })
        .collect();
    Ok(advisory)
}

impl CvrfSource {
    fn name(self) -> &'static str {
        match self {
            CvrfSource::Suse => "suse",
            CvrfSource::OpenEuler => "openeuler",
        }
    }
}

impl Document {
    fn of_relationships(&self) -> Vec<Affected> {
        let mut told = BTreeSet::new();
        let mut affected = Vec::new();
        for product in &self.fixed {
            let Some((package, platform)) = self.composed.get(product) else {
                continue;
            };
            if let (Some(ecosystem), Some(nevra)) = (suse_ecosystem(platform), Nevra::parse(package))
                && told.insert((ecosystem.clone(), nevra.name.clone(), nevra.version()))
            {
                affected.push(fixed(ecosystem, &nevra));
            }
        }
        affected
    }

    fn of_builds(&self) -> Vec<Affected> {
        let mut told = BTreeSet::new();
        let mut affected = Vec::new();
        for (build, release) in &self.builds {
            let is_fixed = self
                .fixed
                .iter()
                .any(|product| product.strip_prefix("openEuler-").unwrap_or(product) == release);
            let Some(nevra) = Nevra::parse(build).filter(|nevra| is_fixed && nevra.architecture != "src")
            else {
                continue;
            };
            let ecosystem = Ecosystem::new(&format!("openEuler:{release}"));
            if told.insert((ecosystem.clone(), nevra.name.clone(), nevra.version())) {
                affected.push(fixed(ecosystem, &nevra));
            }
        }
        affected
    }
}

fn fixed(ecosystem: Ecosystem, nevra: &Nevra) -> Affected {
    Affected {
        package: PackageKey::new(ecosystem, &nevra.name),
        status: VendorStatus::Affected,
        ranges: vec![vec![
            RangeEvent::Introduced("0".to_owned()),
            RangeEvent::Fixed(nevra.version()),
        ]],
        versions: Vec::new(),
        severity: None,
        module: None,
    }
}

impl Visitor for Document {
    fn open(&mut self, name: &str, _: &[String], element: &Element<'_>) {
        let attribute = |name| element.attribute(name);
        match name {
            "Vulnerability" => self.open.in_vulnerability = true,
            "Status" => self.open.status = attribute("Type"),
            "Note" => self.open.note = attribute("Title"),
            "Relationship" => {
                self.open.relationship = (
                    attribute("ProductReference"),
                    attribute("RelatesToProductReference"),
                );
            }
            "FullProductName" => {
                self.open.product = attribute("ProductID");
                self.open.cpe = attribute("CPE");
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str, path: &[String], text: &str) {
        let inside = |names: &[&str]| ends_with(path, names);
        match name {
            "ID" if inside(&["Identification"]) => self.id = text.to_owned(),
            "DocumentTitle" => self.title = text.to_owned(),
            "CurrentReleaseDate" => self.date = text.to_owned(),
            "Note" if !self.open.in_vulnerability => match self.open.note.as_str() {
                "Details" | "Description" => self.summary = text.to_owned(),
                "Severity" => self.severity = Severity::from_word(text),
                _ => {}
            },
            "URL" if inside(&["DocumentReferences", "Reference"]) && text.starts_with("http") => {
                self.links.push(text.to_owned());
            }
            "FullProductName" if inside(&["Relationship"]) => {
                let product = std::mem::take(&mut self.open.product);
                self.composed.insert(product, self.open.relationship.clone());
            }
            "FullProductName" => {
                // `cpe:/a:openEuler:openEuler:20.03-LTS-SP3`
                let release = self.open.cpe.rsplit(':').next().unwrap_or_default();
                if text.ends_with(".rpm") && !release.is_empty() {
                    self.builds.push((text.to_owned(), release.to_owned()));
                }
            }
            "CVE" if is_identifier(text) && !self.flaws.iter().any(|known| known == text) => {
                self.flaws.push(text.to_owned());
            }
            "ProductID" if inside(&["Status"]) && self.open.status == "Fixed" => {
                self.fixed.push(text.to_owned());
            }
            "Description" if inside(&["Threats", "Threat"]) => {
                self.severity = self.severity.max(Severity::from_word(text));
            }
            "Vulnerability" => self.open.in_vulnerability = false,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::{Collected, sample};

    fn check(source: CvrfSource, tree: &str, product: &str, expected: &[&str]) {
        let xml = format!(
            r#"<cvrfdoc xmlns="http://www.icasi.org/CVRF/schema/cvrf/1.1"><DocumentTitle>t</DocumentTitle>
              <DocumentTracking><Identification><ID>SA-2022:1</ID></Identification><CurrentReleaseDate>2022-06-02</CurrentReleaseDate></DocumentTracking>
              <ProductTree>{tree}</ProductTree><Vulnerability><CVE>CVE-2021-1</CVE><ProductStatuses><Status Type="Fixed">
              <ProductID>{product}</ProductID></Status></ProductStatuses><Threats><Threat Type="Impact"><Description>Medium</Description></Threat></Threats>
              </Vulnerability></cvrfdoc>"#
        );
        let mut collected = Collected::default();
        read(xml.as_bytes(), source, &mut collected).unwrap();
        assert_eq!(collected.told(), expected);
        assert!(collected.advisories[0].modified.is_some());
    }

    #[test]
    fn two_ways_to_name_a_product() {
        check(
            CvrfSource::Suse,
            r#"<Relationship ProductReference="krb5-1.15.2-4.25" RelationType="Default Component Of" RelatesToProductReference="openSUSE Leap 15.5">
              <FullProductName ProductID="openSUSE Leap 15.5:krb5-1.15.2-4.25">x</FullProductName></Relationship>"#,
            "openSUSE Leap 15.5:krb5-1.15.2-4.25",
            &["SA-2022:1 medium [CVE-2021-1] openSUSE:Leap 15.5 krb5 [0, 1.15.2-4.25)"],
        );
        check(
            CvrfSource::OpenEuler,
            r#"<Branch Type="Package Arch" Name="noarch"><FullProductName ProductID="a-1" CPE="cpe:/a:openEuler:openEuler:20.03-LTS-SP3">a-1-2.oe1.noarch.rpm</FullProductName>
              <FullProductName ProductID="b-1" CPE="cpe:/a:openEuler:openEuler:22.03-LTS">b-1-2.oe2.noarch.rpm</FullProductName></Branch>"#,
            "openEuler-20.03-LTS-SP3",
            &["SA-2022:1 medium [CVE-2021-1] openEuler:20.03-LTS-SP3 a [0, 1-2.oe1)"],
        );
    }

    #[test]
    fn published_samples() {
        for (path, source) in [
            (
                "suse/cvrf/testdata/cvrf/cvrf-suse-su-2019-1608-1.xml",
                CvrfSource::Suse,
            ),
            (
                "suse/cvrf/testdata/cvrf/cvrf-opensuse-su-2018-1633-1.xml",
                CvrfSource::Suse,
            ),
            (
                "openeuler/testdata/cvrf-openEuler-SA-2022-1693.xml",
                CvrfSource::OpenEuler,
            ),
            (
                "openeuler/testdata/cvrf-openEuler-SA-2024-1349.xml",
                CvrfSource::OpenEuler,
            ),
        ] {
            let Some(xml) = sample(&format!("vuln-list-update/{path}")) else {
                return;
            };
            let mut collected = Collected::default();
            read(&xml, source, &mut collected).unwrap();
            let [advisory] = collected.advisories.as_slice() else {
                panic!("{path}");
            };
            assert!(
                !advisory.fixes.is_empty() && !advisory.affected.is_empty(),
                "{path}"
            );
            assert!(
                advisory.severity.is_some() && advisory.modified.is_some(),
                "{path}"
            );
        }
    }
}
