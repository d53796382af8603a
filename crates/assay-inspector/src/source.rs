//! Who describes a vulnerability: names, addresses and severity words as real findings carry them.
//!
//! Seen in findings that AWS publishes: `NVD`, `UBUNTU_CVE`, `DEBIAN_CVE`, `AMAZON_CVE` and `REDHAT_CVE` with their
//! addresses and words, `GITHUB` in ratings. Packages of the other distributions and of languages have `NVD`. For what NVD
//! does not describe the names are our own: the short name of the source in capitals.

use std::borrow::Cow;

use assay_assess::Vulnerability;
use assay_model::{CvssVersion, Distribution, Ecosystem, Purl, Severity};

use crate::text::{address, word};

/// A distribution that the API names as a source of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vendor {
    Amazon,
    Debian,
    RedHat,
    Ubuntu,
}

impl Vendor {
    /// The vendor of a package of an operating system, if it is one of these.
    pub(crate) fn of(purl: &Purl) -> Option<Vendor> {
        if !matches!(purl.kind.as_str(), "deb" | "rpm") {
            return None;
        }
        let distribution = purl.qualifier("distro").map(Distribution::from_qualifier);
        let id = distribution.map(|distribution| distribution.id);
        match id.as_deref().or(purl.namespace.as_deref())? {
            "amzn" | "amazon" => Some(Self::Amazon),
            "debian" => Some(Self::Debian),
            "rhel" | "redhat" | "centos" => Some(Self::RedHat),
            "ubuntu" => Some(Self::Ubuntu),
            _ => None,
        }
    }

    /// The vendor whose packages an ecosystem is about, if it is one of these.
    pub(crate) fn of_ecosystem(ecosystem: &Ecosystem) -> Option<Vendor> {
        match ecosystem.base() {
            "Amazon Linux" => Some(Self::Amazon),
            "Debian" => Some(Self::Debian),
            "Red Hat" => Some(Self::RedHat),
            "Ubuntu" => Some(Self::Ubuntu),
            _ => None,
        }
    }

    /// The short name of its records.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::Amazon => "amazon",
            Self::Debian => "debian",
            Self::RedHat => "redhat",
            Self::Ubuntu => "ubuntu",
        }
    }

    /// Its page about a CVE.
    fn page(self, id: &str) -> String {
        match self {
            Self::Amazon => format!("https://alas.aws.amazon.com/cve/json/v1/{id}.json"),
            Self::Debian => format!("https://security-tracker.debian.org/tracker/{id}"),
            Self::RedHat => format!("https://access.redhat.com/security/cve/{id}"),
            Self::Ubuntu => {
                let year = id.split('-').nth(1).unwrap_or_default();
                format!("https://people.canonical.com/~ubuntu-security/cve/{year}/{id}.html")
            }
        }
    }

    /// Its own word for a severity.
    fn word(self, severity: Severity) -> &'static str {
        use Severity::{Critical, High, Informational, Low, Medium, Untriaged};
        match (self, severity) {
            (Self::RedHat | Self::Amazon, Critical) => "Critical",
            (Self::RedHat | Self::Amazon, High) => "Important",
            (Self::RedHat, Medium) => "Moderate",
            (Self::Amazon, Medium) => "Medium",
            (Self::RedHat | Self::Amazon, Low) => "Low",
            (Self::RedHat | Self::Amazon, Informational | Untriaged) => "None",
            (Self::Debian, Informational) => "unimportant",
            (Self::Debian, Untriaged) => "not yet assigned",
            (Self::Ubuntu, Informational) => "negligible",
            (Self::Ubuntu, Untriaged) => "untriaged",
            (Self::Debian | Self::Ubuntu, known) => known.as_str(),
        }
    }
}

/// The API's name of a source by its short name; a scorer's address, as NVD has it, stays as it is.
pub fn source_name(short: &str) -> Cow<'static, str> {
    match short {
        "nvd" => "NVD".into(),
        "ghsa" => "GITHUB".into(),
        "ubuntu" => "UBUNTU_CVE".into(),
        "debian" => "DEBIAN_CVE".into(),
        "amazon" => "AMAZON_CVE".into(),
        "redhat" => "REDHAT_CVE".into(),
        other if other.contains(['@', '.']) => word(other, 256).unwrap_or_else(|| "UNKNOWN".into()).into(),
        other => {
            let name = other.to_ascii_uppercase().replace(['-', ' '], "_");
            word(&name, 256).unwrap_or_else(|| "UNKNOWN".into()).into()
        }
    }
}

/// Who describes a vulnerability, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) source: Cow<'static, str>,
    pub(crate) url: Option<String>,
}

/// Who describes a vulnerability that a package of this vendor has: the vendor, else NVD, else whoever gave the id.
pub(crate) fn described(id: &str, vendor: Option<Vendor>) -> Described {
    let is_sound = id
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
    let at = |source: Cow<'static, str>, url: String| Described {
        source,
        url: address(&url).filter(|_| is_sound),
    };
    if id.starts_with("CVE-") {
        return match vendor {
            Some(vendor) => at(source_name(vendor.source()), vendor.page(id)),
            None => at("NVD".into(), format!("https://nvd.nist.gov/vuln/detail/{id}")),
        };
    }
    if id.starts_with("GHSA-") {
        return at("GITHUB".into(), format!("https://github.com/advisories/{id}"));
    }
    // Ids of everyone else in OSV begin with their own mark.
    let mark = id.split_once('-').map_or("", |(mark, _)| mark);
    if mark.is_empty() || !is_sound {
        return Described {
            source: "ASSAY".into(),
            url: None,
        };
    }
    at(source_name(mark), format!("https://osv.dev/vulnerability/{id}"))
}

/// The severity in the vendor's own word, else NVD's, else any source's.
///
/// `judged` are the severities of the packages with whose words they are.
pub(crate) fn vendor_severity<'a>(
    vendor: Option<Vendor>,
    mut judged: impl Iterator<Item = (&'a str, Severity)>,
    vulnerability: &Vulnerability,
) -> Option<String> {
    let word_of = |source: &str| {
        let mut words = vulnerability.words.iter();
        words
            .find(|(known, _)| known == source)
            .map(|(_, severity)| *severity)
    };
    if let Some(vendor) = vendor {
        let source = vendor.source();
        let own = judged
            .find(|(known, _)| *known == source)
            .map(|(_, severity)| severity);
        return match (own.or_else(|| word_of(source)), vendor) {
            (Some(severity), _) => Some(vendor.word(severity).to_owned()),
            (None, Vendor::Debian) => Some(vendor.word(Severity::Untriaged).to_owned()),
            (None, _) => None,
        };
    }
    let scored = vulnerability.cvss.iter();
    let by_nvd = scored
        .filter(|score| score.source == "nvd" && score.version != CvssVersion::V40)
        .max_by_key(|score| score.version);
    let severity = match by_nvd {
        Some(score) => Some(Severity::from_score(f64::from(score.tenths) / 10.0)),
        None => vulnerability.words.first().map(|(_, severity)| *severity),
    };
    severity.map(|severity| severity.as_str().to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{score, vulnerability};

    #[test]
    fn vendors() {
        for (purl, expected) in [
            ("pkg:deb/debian/a@1?distro=debian-12", Some(Vendor::Debian)),
            ("pkg:deb/ubuntu/a@1", Some(Vendor::Ubuntu)),
            ("pkg:rpm/amzn/a@1?distro=amzn-2023", Some(Vendor::Amazon)),
            ("pkg:rpm/redhat/a@1?distro=rhel-9.2", Some(Vendor::RedHat)),
            ("pkg:rpm/rocky/a@1?distro=rocky-9", None),
            ("pkg:apk/alpine/a@1?distro=alpine-3.20", None),
            ("pkg:pypi/debian@1", None),
        ] {
            assert_eq!(Vendor::of(&purl.parse().unwrap()), expected, "{purl}");
        }
    }

    #[test]
    fn names() {
        for (short, expected) in [
            ("nvd", "NVD"),
            ("ghsa", "GITHUB"),
            ("ubuntu", "UBUNTU_CVE"),
            ("redhat", "REDHAT_CVE"),
            ("azurelinux", "AZURELINUX"),
            ("oss-fuzz", "OSS_FUZZ"),
            ("security@example.org", "security@example.org"),
            ("", "UNKNOWN"),
        ] {
            assert_eq!(source_name(short), expected);
        }
    }

    #[test]
    fn descriptions() {
        for (id, vendor, source, url) in [
            (
                "CVE-2024-1",
                None,
                "NVD",
                Some("https://nvd.nist.gov/vuln/detail/CVE-2024-1"),
            ),
            (
                "CVE-2024-1",
                Some(Vendor::Ubuntu),
                "UBUNTU_CVE",
                Some("https://people.canonical.com/~ubuntu-security/cve/2024/CVE-2024-1.html"),
            ),
            (
                "CVE-2024-1",
                Some(Vendor::Amazon),
                "AMAZON_CVE",
                Some("https://alas.aws.amazon.com/cve/json/v1/CVE-2024-1.json"),
            ),
            (
                "GHSA-a-b-c",
                None,
                "GITHUB",
                Some("https://github.com/advisories/GHSA-a-b-c"),
            ),
            (
                "PYSEC-2024-1",
                None,
                "PYSEC",
                Some("https://osv.dev/vulnerability/PYSEC-2024-1"),
            ),
            ("CVE-<x>", None, "NVD", None),
            ("", None, "ASSAY", None),
        ] {
            let found = described(id, vendor);
            assert_eq!(
                (found.source.as_ref(), found.url.as_deref()),
                (source, url),
                "{id}"
            );
        }
    }

    #[test]
    fn vendor_words() {
        let mut known = vulnerability("CVE-2024-1");
        known.cvss = vec![
            score("nvd", CvssVersion::V31, 98),
            score("nvd", CvssVersion::V40, 50),
        ];
        known.words = vec![("redhat".into(), Severity::Medium)];
        let check = |vendor, judged: &[(&str, Severity)], expected: Option<&str>| {
            let found = vendor_severity(vendor, judged.iter().copied(), &known);
            assert_eq!(found.as_deref(), expected, "{vendor:?}");
        };
        check(None, &[], Some("CRITICAL"));
        check(Some(Vendor::RedHat), &[], Some("Moderate"));
        check(
            Some(Vendor::RedHat),
            &[("redhat", Severity::High)],
            Some("Important"),
        );
        check(Some(Vendor::RedHat), &[("nvd", Severity::High)], Some("Moderate"));
        check(
            Some(Vendor::Ubuntu),
            &[("ubuntu", Severity::Informational)],
            Some("negligible"),
        );
        check(Some(Vendor::Debian), &[], Some("not yet assigned"));
        check(Some(Vendor::Amazon), &[], None);
    }
}
