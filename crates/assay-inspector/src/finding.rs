//! The finding of a vulnerable package.

use assay_api_model::{EpochSeconds, inspector2 as api};
use assay_assess::{Exploit, Vulnerability};
use assay_model::{AdvisoryKind, Severity};
use jiff::Timestamp;

use crate::{
    fix::{fix_available, remediation},
    package::{AffectedPackage, display_name, vulnerable_packages},
    score::{base_score, number, score_details, scores},
    severity::severity,
    source::{Vendor, described, vendor_severity},
    text::{address, prose, word},
    time::{of_day, of_seconds},
};

/// The longest title and description, in characters.
const LONGEST_TEXT: usize = 1024;

/// How many links, other ids and packages a finding lists.
const MOST_LISTED: usize = 100;

/// How many places of packages a finding lists.
const MOST_PACKAGES: usize = 1000;

/// Everything that a finding is made of: one vulnerability of one resource, with all packages that have it.
#[derive(Clone, Debug)]
pub struct PackageFinding<'a> {
    /// The finding's name, `arn:…:finding/` and 32 hexadecimal digits.
    pub arn: &'a str,
    /// The account, twelve digits.
    pub account: &'a str,
    /// Where it is in its life.
    pub status: api::FindingStatus,
    /// When it was first seen.
    pub first_observed: Timestamp,
    /// When it was last seen.
    pub last_observed: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// The resource, as its shape.
    pub resource: api::Resource,
    /// The vulnerability.
    pub vulnerability: &'a Vulnerability,
    /// Flaw, or something else such as an operating system past its support.
    pub kind: AdvisoryKind,
    /// The packages that have it; none where the operating system itself does.
    pub packages: &'a [AffectedPackage<'a>],
}

impl PackageFinding<'_> {
    /// The worst of the severities that it has in its packages.
    pub fn severity(&self) -> Severity {
        let worst = self.packages.iter().map(|package| package.severity).max();
        worst.unwrap_or(match self.kind {
            AdvisoryKind::EndOfLife | AdvisoryKind::Malicious => Severity::Critical,
            _ => Severity::Untriaged,
        })
    }

    /// The distribution that describes it, if it is one that the API names.
    fn vendor(&self) -> Option<Vendor> {
        self.packages.iter().find_map(|package| Vendor::of(package.purl))
    }

    /// The finding's own score, 0.0 to 10.0.
    pub fn score(&self) -> Option<f64> {
        base_score(self.vulnerability, self.vendor()).map(|base| number(base.tenths))
    }

    /// The title: the vulnerability and the names of the packages that have it.
    pub fn title(&self) -> String {
        let id = vulnerability_id(self.vulnerability);
        let mut names: Vec<String> = Vec::new();
        let mut length = 0;
        for package in self.packages {
            let name = display_name(package.purl);
            if length <= LONGEST_TEXT && !names.contains(&name) {
                length += name.chars().count() + 2;
                names.push(name);
            }
        }
        let subject = if names.is_empty() {
            self.vulnerability.title.clone()
        } else {
            names.join(", ")
        };
        prose(&format!("{id} - {subject}"), LONGEST_TEXT).unwrap_or(id)
    }

    /// The whole finding.
    pub fn shape(&self) -> api::Finding {
        let vulnerability = self.vulnerability;
        let base = base_score(vulnerability, self.vendor());
        let exploit = match vulnerability.exploit {
            Exploit::Known => api::ExploitAvailable::Yes,
            Exploit::Unknown => api::ExploitAvailable::No,
        };
        let exploited = last_known_exploit(vulnerability);
        api::Finding {
            aws_account_id: self.account.to_owned(),
            code_vulnerability_details: None,
            description: description(vulnerability, LONGEST_TEXT),
            epss: vulnerability.epss.map(|epss| api::EpssDetails {
                score: Some(probability(epss.score)),
            }),
            exploit_available: Some(exploit.into()),
            exploitability_details: exploited.map(|at| api::ExploitabilityDetails {
                last_known_exploit_at: Some(EpochSeconds(at)),
            }),
            finding_arn: self.arn.to_owned(),
            first_observed_at: EpochSeconds(self.first_observed),
            fix_available: Some(fix_available(self.packages).into()),
            inspector_score: base.map(|base| number(base.tenths)),
            inspector_score_details: base
                .and_then(score_details)
                .map(|details| api::InspectorScoreDetails {
                    adjusted_cvss: Some(details),
                }),
            last_observed_at: EpochSeconds(self.last_observed),
            network_reachability_details: None,
            package_vulnerability_details: Some(self.details()),
            remediation: remediation(vulnerability, self.kind, self.packages),
            resources: vec![self.resource.clone()],
            severity: severity(self.severity()).into(),
            status: self.status.into(),
            title: Some(self.title()),
            r#type: api::FindingType::PackageVulnerability.into(),
            updated_at: Some(EpochSeconds(self.updated)),
        }
    }

    /// What is known of the vulnerability and of the packages that have it.
    pub fn details(&self) -> api::PackageVulnerabilityDetails {
        let vulnerability = self.vulnerability;
        let vendor = self.vendor();
        let described = described(&vulnerability.id, vendor);
        let judged = self.packages.iter();
        let judged = judged.map(|package| (package.severity_source, package.severity));
        let packages = self.packages.iter().flat_map(vulnerable_packages);
        api::PackageVulnerabilityDetails {
            cvss: Some(scores(vulnerability)),
            reference_urls: Some(reference_urls(vulnerability)),
            related_vulnerabilities: Some(related(vulnerability)),
            source: described.source.into_owned(),
            source_url: described.url,
            vendor_created_at: vulnerability.published.and_then(of_seconds),
            vendor_severity: vendor_severity(vendor, judged, vulnerability),
            vendor_updated_at: vulnerability.modified.and_then(of_seconds),
            vulnerability_id: vulnerability_id(vulnerability),
            vulnerable_packages: Some(packages.take(MOST_PACKAGES).collect()),
        }
    }
}

/// The id within bounds.
pub(crate) fn vulnerability_id(vulnerability: &Vulnerability) -> String {
    word(&vulnerability.id, 128).unwrap_or_else(|| "UNKNOWN".to_owned())
}

/// The description, else the title, else the id: there always is one.
pub(crate) fn description(vulnerability: &Vulnerability, most: usize) -> String {
    let texts = [&vulnerability.description, &vulnerability.title];
    let text = texts.into_iter().find_map(|text| prose(text, most));
    text.unwrap_or_else(|| vulnerability_id(vulnerability))
}

/// Links, each an address.
pub(crate) fn reference_urls(vulnerability: &Vulnerability) -> Vec<String> {
    let references = vulnerability.references.iter();
    let addresses = references.filter_map(|reference| address(&reference.url));
    addresses.take(MOST_LISTED).collect()
}

/// Other ids of the flaw.
pub(crate) fn related(vulnerability: &Vulnerability) -> Vec<String> {
    let aliases = vulnerability.aliases.iter();
    aliases
        .filter_map(|alias| word(alias, 128))
        .take(MOST_LISTED)
        .collect()
}

/// A probability of so many millionths.
pub(crate) fn probability(millionths: u32) -> f64 {
    f64::from(millionths.min(1_000_000)) / 1e6
}

/// The last day on which an exploit is known to have been there: that of CISA's catalogue.
pub(crate) fn last_known_exploit(vulnerability: &Vulnerability) -> Option<Timestamp> {
    of_day(&vulnerability.known_exploited.as_ref()?.date_added)
}

#[cfg(test)]
mod tests;
