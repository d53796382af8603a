//! Findings as CSV, by the header that Inspector's reports have: one row a finding.
//!
//! What a finding has several of stands in one cell, joined by a comma and a space. The cells about packages (name, installed
//! and fixed version, remediation, path, package manager) list the same packages in the same order.

use std::{borrow::Cow, fmt::Display, net::Ipv4Addr};

use assay_api_model::{EpochSeconds, Open, inspector2 as api};
use csv::{Writer, WriterBuilder};
use jiff::{Timestamp, fmt::temporal::DateTimePrinter};

/// The columns, in order. Source: reports that users of the service have published.
pub const COLUMNS: [&str; 55] = [
    "AWS Account Id",
    "Severity",
    "Fix Available",
    "Finding Type",
    "Title",
    "Description",
    "Finding ARN",
    "First Seen",
    "Last Seen",
    "Last Updated",
    "Resource ID",
    "Container Image Tags",
    "Region",
    "Platform",
    "Resource Tags",
    "Affected Packages",
    "Package Installed Version",
    "Fixed in Version",
    "Package Remediation",
    "File Path",
    "Network Paths",
    "Age (Days)",
    "Remediation",
    "Inspector Score",
    "Inspector Score Vector",
    "Status",
    "Vulnerability Id",
    "Vendor",
    "Vendor Severity",
    "Vendor Advisory",
    "Vendor Advisory Published",
    "NVD CVSS3 Score",
    "NVD CVSS3 Vector",
    "NVD CVSS2 Score",
    "NVD CVSS2 Vector",
    "Vendor CVSS3 Score",
    "Vendor CVSS3 Vector",
    "Vendor CVSS2 Score",
    "Vendor CVSS2 Vector",
    "Resource Type",
    "Ami",
    "Resource Public Ipv4",
    "Resource Private Ipv4",
    "Resource Ipv6",
    "Resource Vpc",
    "Port Range",
    "Epss Score",
    "Exploit Available",
    "Last Exploited At",
    "Lambda Layers",
    "Lambda Package Type",
    "Lambda Last Updated At",
    "Reference Urls",
    "Detector Name",
    "Package Manager",
];

/// The source of scores that have columns of their own.
const NVD: &str = "NVD";

const TIME: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// Rows of findings, portion by portion.
///
/// A cell that a spreadsheet would take for a formula, because it begins with `=`, `+`, `-`, `@`, one of their wide forms, a tab
/// or a line break, gets an apostrophe before it, and so does one that begins with an apostrophe. Taking one leading apostrophe
/// away gives every text back as it was.
#[derive(Debug)]
pub struct FindingsCsv {
    writer: Writer<Vec<u8>>,
    /// What ages are told at.
    now: Timestamp,
}

impl FindingsCsv {
    /// Rows whose ages are those at a time. The header comes with the first portion.
    ///
    /// # Errors
    ///
    /// When memory is no place to write to; it is.
    pub fn start(now: Timestamp) -> csv::Result<FindingsCsv> {
        let mut writer = WriterBuilder::new().from_writer(Vec::new());
        writer.write_record(COLUMNS)?;
        Ok(FindingsCsv { writer, now })
    }

    /// Adds a finding.
    ///
    /// # Errors
    ///
    /// As for [`FindingsCsv::start`].
    pub fn write(&mut self, finding: &api::Finding) -> csv::Result<()> {
        let mut row = Row {
            writer: &mut self.writer,
            cells: 0,
        };
        row.finding(finding, self.now)?;
        debug_assert_eq!(row.cells, COLUMNS.len());
        self.writer.write_record(None::<&[u8]>)
    }

    /// Takes what was written since.
    ///
    /// # Errors
    ///
    /// As for [`FindingsCsv::start`].
    pub fn take(&mut self) -> csv::Result<Vec<u8>> {
        let done = std::mem::replace(&mut self.writer, WriterBuilder::new().from_writer(Vec::new()));
        done.into_inner()
            .map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))
    }
}

struct Row<'a> {
    writer: &'a mut Writer<Vec<u8>>,
    cells: usize,
}

impl Row<'_> {
    fn cell(&mut self, text: &str) -> csv::Result<()> {
        self.cells += 1;
        self.writer.write_field(harmless(text).as_bytes())
    }

    fn maybe(&mut self, text: Option<&str>) -> csv::Result<()> {
        self.cell(text.unwrap_or_default())
    }

    fn word<T: Display>(&mut self, word: Option<&Open<T>>) -> csv::Result<()> {
        match word {
            Some(Open::Known(word)) => self.cell(&word.to_string()),
            Some(Open::Other(value)) => self.maybe(value.as_str()),
            None => self.cell(""),
        }
    }

    fn time(&mut self, time: Option<EpochSeconds>) -> csv::Result<()> {
        match time {
            Some(EpochSeconds(time)) => self.cell(&TIME.timestamp_to_string(&time)),
            None => self.cell(""),
        }
    }

    fn number(&mut self, number: Option<f64>) -> csv::Result<()> {
        match number {
            Some(number) => self.cell(&number.to_string()),
            None => self.cell(""),
        }
    }

    fn list<T: AsRef<str>>(&mut self, texts: Option<&[T]>) -> csv::Result<()> {
        self.cell(&joined(texts.unwrap_or_default().iter().map(AsRef::as_ref)))
    }

    /// A cell with something of each package; empty where none has it.
    fn packages<'p>(
        &mut self,
        packages: &'p [api::VulnerablePackage],
        part: impl Fn(&'p api::VulnerablePackage) -> Cow<'p, str>,
    ) -> csv::Result<()> {
        let parts: Vec<Cow<'p, str>> = packages.iter().map(part).collect();
        match parts.iter().all(|part| part.is_empty()) {
            true => self.cell(""),
            false => self.cell(&joined(parts.iter().map(AsRef::as_ref))),
        }
    }

    fn score(&mut self, score: Option<&api::CvssScore>) -> csv::Result<()> {
        self.number(score.map(|score| score.base_score))?;
        self.maybe(score.map(|score| score.scoring_vector.as_str()))
    }

    fn finding(&mut self, finding: &api::Finding, now: Timestamp) -> csv::Result<()> {
        let resource = finding.resources.first();
        let details = resource.and_then(|resource| resource.details.as_ref());
        let host = details.and_then(|details| details.aws_ec2_instance.as_ref());
        let image = details.and_then(|details| details.aws_ecr_container_image.as_ref());
        let function = details.and_then(|details| details.aws_lambda_function.as_ref());
        let machine_image = details.and_then(|details| details.machine_image.as_ref());
        let flaw = finding.package_vulnerability_details.as_ref();
        let network = finding.network_reachability_details.as_ref();
        let code = finding.code_vulnerability_details.as_ref();
        let packages = flaw
            .and_then(|flaw| flaw.vulnerable_packages.as_deref())
            .unwrap_or_default();

        self.cell(&finding.aws_account_id)?;
        self.word(Some(&finding.severity))?;
        self.word(finding.fix_available.as_ref())?;
        self.word(Some(&finding.r#type))?;
        self.maybe(finding.title.as_deref())?;
        self.cell(&finding.description)?;
        self.cell(&finding.finding_arn)?;
        self.time(Some(finding.first_observed_at))?;
        self.time(Some(finding.last_observed_at))?;
        self.time(finding.updated_at)?;

        self.maybe(resource.map(|resource| resource.id.as_str()))?;
        self.list(image.and_then(|image| image.image_tags.as_deref()))?;
        self.maybe(resource.and_then(|resource| resource.region.as_deref()))?;
        match function {
            Some(function) => self.word(Some(&function.runtime))?,
            None => {
                let of_host = host.and_then(|host| host.platform.as_deref());
                let of_image = image.and_then(|image| image.platform.as_deref());
                let of_machine_image = machine_image.and_then(|image| image.platform.as_deref());
                self.maybe(of_host.or(of_image).or(of_machine_image))?;
            }
        }
        let tags = resource.and_then(|resource| resource.tags.as_ref());
        let tags = tags
            .into_iter()
            .flatten()
            .map(|(key, value)| format!("{key}:{value}"));
        self.cell(&joined(tags))?;

        self.packages(packages, |package| Cow::from(&package.name))?;
        self.packages(packages, installed)?;
        self.packages(packages, |package| {
            Cow::from(package.fixed_in_version.as_deref().unwrap_or_default())
        })?;
        self.packages(packages, |package| {
            Cow::from(package.remediation.as_deref().unwrap_or_default())
        })?;
        match code {
            Some(code) => self.cell(&code.file_path.file_path)?,
            None => self.packages(packages, |package| {
                Cow::from(package.file_path.as_deref().unwrap_or_default())
            })?,
        }
        let steps = network.and_then(|network| network.network_path.steps.as_deref());
        let steps = steps
            .unwrap_or_default()
            .iter()
            .map(|step| step.component_id.as_str());
        self.cell(&joined(steps))?;

        let until = match finding.status {
            Open::Known(api::FindingStatus::Closed) => finding.updated_at.map_or(now, |updated| updated.0),
            _ => now,
        };
        let age = until.duration_since(finding.first_observed_at.0).as_hours() / 24;
        self.cell(&age.max(0).to_string())?;
        let recommendation = finding.remediation.recommendation.as_ref();
        self.maybe(recommendation.and_then(|recommendation| recommendation.text.as_deref()))?;
        self.number(finding.inspector_score)?;
        let score = finding.inspector_score_details.as_ref();
        let score = score.and_then(|score| score.adjusted_cvss.as_ref());
        self.maybe(score.map(|score| score.scoring_vector.as_str()))?;
        self.word(Some(&finding.status))?;

        self.maybe(flaw.map(|flaw| flaw.vulnerability_id.as_str()))?;
        self.maybe(flaw.map(|flaw| flaw.source.as_str()))?;
        self.maybe(flaw.and_then(|flaw| flaw.vendor_severity.as_deref()))?;
        self.maybe(flaw.and_then(|flaw| flaw.source_url.as_deref()))?;
        self.time(flaw.and_then(|flaw| flaw.vendor_created_at))?;
        let scores = flaw.and_then(|flaw| flaw.cvss.as_deref()).unwrap_or_default();
        for is_of_nvd in [true, false] {
            for version in ["3", "2"] {
                let fits = |score: &&api::CvssScore| {
                    (score.source == NVD) == is_of_nvd && score.version.starts_with(version)
                };
                self.score(scores.iter().find(fits))?;
            }
        }

        self.word(resource.map(|resource| &resource.r#type))?;
        let started_from = host.and_then(|host| host.image_id.as_deref());
        self.maybe(started_from.or(machine_image.map(|image| image.machine_image_id.as_str())))?;
        let addresses = host
            .and_then(|host| host.ip_v4_addresses.as_deref())
            .unwrap_or_default();
        let (private, public): (Vec<&String>, Vec<&String>) =
            addresses.iter().partition(|address| is_private(address));
        self.cell(&joined(public))?;
        self.cell(&joined(private))?;
        self.list(host.and_then(|host| host.ip_v6_addresses.as_deref()))?;
        let of_function = function
            .and_then(|function| function.vpc_config.as_ref())
            .and_then(|vpc| vpc.vpc_id.as_deref());
        self.maybe(host.and_then(|host| host.vpc_id.as_deref()).or(of_function))?;
        match network.map(|network| &network.open_port_range) {
            Some(range) => self.cell(&format!("{}-{}", range.begin, range.end))?,
            None => self.cell("")?,
        }
        self.number(finding.epss.as_ref().and_then(|epss| epss.score))?;
        self.word(finding.exploit_available.as_ref())?;
        let exploit = finding.exploitability_details.as_ref();
        self.time(exploit.and_then(|exploit| exploit.last_known_exploit_at))?;
        self.list(function.and_then(|function| function.layers.as_deref()))?;
        self.word(function.and_then(|function| function.package_type.as_ref()))?;
        self.time(function.and_then(|function| function.last_modified_at))?;
        let links = match code {
            Some(code) => code.reference_urls.as_deref(),
            None => flaw.and_then(|flaw| flaw.reference_urls.as_deref()),
        };
        self.list(links)?;
        self.maybe(code.map(|code| code.detector_name.as_str()))?;
        self.packages(packages, |package| match &package.package_manager {
            Some(Open::Known(manager)) => Cow::from(manager.as_str()),
            _ => Cow::from(""),
        })
    }
}

/// The version that is installed, with epoch and release.
fn installed(package: &api::VulnerablePackage) -> Cow<'_, str> {
    let release = package.release.as_deref().filter(|release| !release.is_empty());
    match (package.epoch.filter(|epoch| *epoch > 0), release) {
        (None, None) => Cow::from(&package.version),
        (Some(epoch), None) => Cow::from(format!("{epoch}:{}", package.version)),
        (None, Some(release)) => Cow::from(format!("{}-{release}", package.version)),
        (Some(epoch), Some(release)) => Cow::from(format!("{epoch}:{}-{release}", package.version)),
    }
}

/// Whether an address is not to be reached from outside (RFC 1918, RFC 6598 and the host's own).
fn is_private(address: &str) -> bool {
    address.parse::<Ipv4Addr>().is_ok_and(|address| {
        let [first, second, ..] = address.octets();
        let is_shared = first == 100 && (64..128).contains(&second);
        address.is_private() || address.is_loopback() || address.is_link_local() || is_shared
    })
}

fn joined<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let mut all = String::new();
    for (at, text) in texts.into_iter().enumerate() {
        if at > 0 {
            all.push_str(", ");
        }
        all.push_str(text.as_ref());
    }
    all
}

/// A text that no spreadsheet takes for a formula.
fn harmless(text: &str) -> Cow<'_, str> {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\'' | '＝' | '＋' | '－' | '＠') => {
            Cow::from(format!("'{text}"))
        }
        _ => Cow::from(text),
    }
}

#[cfg(test)]
mod tests;
