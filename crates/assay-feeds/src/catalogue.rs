//! Which feeds there are, which files they consist of, and where upstream serves these.
//!
//! A mirror, local or remote, holds the same files under the paths given here.

use std::path::Path;

use crate::formats::oval::OvalSource;

/// The format of a file, which decides who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A zip of OSV documents.
    OsvZip,
    /// Debian's security tracker.
    DebianTracker,
    /// Alpine's secdb.
    AlpineSecdb,
    /// NVD in the format of its API 2.0.
    Nvd,
    /// Exploit prediction scores.
    Epss,
    /// CISA's known exploited vulnerabilities.
    KnownExploited,
    /// OVAL definitions of an RPM distribution.
    Oval(OvalSource),
}

/// What it means when a place does not have a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The feed is broken.
    Required,
    /// Nothing: the branch or year is not there yet, or not any more.
    Optional,
}

/// One file of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedFile {
    /// The feed that it belongs to, such as `osv/PyPI` or `nvd`.
    pub feed: String,
    /// Its path below a mirror.
    pub path: String,
    /// Where upstream serves it.
    pub upstream: String,
    /// Its format.
    pub format: Format,
    /// Whether it has to be there.
    pub presence: Presence,
}

/// Ecosystems of the OSV bucket that are read when the place has no list of its own.
///
/// Debian and Alpine are left to their own trackers, which say more than their OSV form.
const OSV_ECOSYSTEMS: [&str; 20] = [
    "AlmaLinux",
    "Bitnami",
    "CRAN",
    "GHC",
    "GitHub Actions",
    "Go",
    "Hackage",
    "Hex",
    "Julia",
    "Maven",
    "NuGet",
    "OSS-Fuzz",
    "Packagist",
    "Pub",
    "PyPI",
    "RubyGems",
    "SwiftURL",
    "Ubuntu",
    "crates.io",
    "npm",
];

/// The newest Alpine branch that is asked for; one that is not there yet costs a refused request.
const NEWEST_ALPINE_MINOR: u32 = 25;

const FIRST_NVD_YEAR: i16 = 2002;

/// The path of the list of ecosystems below a mirror.
pub(crate) const ECOSYSTEM_LIST: &str = "osv/ecosystems.txt";

/// Every file that may exist, up to the given year of NVD.
pub fn files(ecosystems: Option<&str>, year: i16) -> Vec<FeedFile> {
    let listed: Vec<&str> = match ecosystems {
        Some(list) => {
            let lines = list.lines().map(str::trim);
            lines
                .filter(|name| !name.is_empty() && !name.contains(['/', '\\', ':']) && *name != "..")
                .collect()
        }
        None => OSV_ECOSYSTEMS.to_vec(),
    };
    let own_tracker = |name: &&str| !matches!(*name, "Debian" | "Alpine");
    let mut files: Vec<FeedFile> = listed.into_iter().filter(own_tracker).map(osv).collect();
    files.push(FeedFile {
        feed: "debian-tracker".to_owned(),
        path: "debian/tracker/data/json.gz".to_owned(),
        upstream: "https://security-tracker.debian.org/tracker/data/json".to_owned(),
        format: Format::DebianTracker,
        presence: Presence::Required,
    });
    let branches = (2..=NEWEST_ALPINE_MINOR)
        .map(|minor| format!("v3.{minor}"))
        .chain(["edge".to_owned()]);
    for branch in branches {
        files.extend(["main", "community"].map(|repository| alpine(&branch, repository)));
    }
    files.extend((FIRST_NVD_YEAR..=year).map(nvd));
    files.extend(AZURE_LINUX.map(azure_linux));
    files.extend(PHOTON.map(photon));
    files.push(FeedFile {
        feed: "epss".to_owned(),
        path: "epss/epss_scores-current.csv.gz".to_owned(),
        upstream: "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz".to_owned(),
        format: Format::Epss,
        presence: Presence::Required,
    });
    let kev = "known_exploited_vulnerabilities.json";
    files.push(FeedFile {
        feed: "kev".to_owned(),
        path: format!("kev/{kev}"),
        upstream: format!("https://www.cisa.gov/sites/default/files/feeds/{kev}"),
        format: Format::KnownExploited,
        presence: Presence::Required,
    });
    files
}

/// Names of Microsoft's files with the ecosystem of each.
const AZURE_LINUX: [(&str, &str); 3] = [
    ("azurelinux-3.0", "Azure Linux:3"),
    ("cbl-mariner-2.0", "CBL-Mariner:2"),
    ("cbl-mariner-1.0", "CBL-Mariner:1"),
];

/// Releases of Photon OS with the ecosystem of each.
const PHOTON: [(u32, &str); 3] = [(3, "Photon OS:3.0"), (4, "Photon OS:4.0"), (5, "Photon OS:5.0")];

fn azure_linux((name, ecosystem): (&str, &'static str)) -> FeedFile {
    let repository = "https://raw.githubusercontent.com/microsoft/AzureLinuxVulnerabilityData/main";
    FeedFile {
        feed: "azurelinux".to_owned(),
        path: format!("azurelinux/{name}-oval.xml.gz"),
        upstream: format!("{repository}/{name}-oval.xml"),
        format: Format::Oval(OvalSource {
            source: "azurelinux",
            ecosystem,
        }),
        presence: Presence::Optional,
    }
}

fn photon((release, ecosystem): (u32, &'static str)) -> FeedFile {
    let name = format!("com.vmware.phsa-photon{release}.xml.gz");
    FeedFile {
        feed: "photon".to_owned(),
        path: format!("photon/{name}"),
        upstream: format!("https://packages.vmware.com/photon/photon_oval_definitions/{name}"),
        format: Format::Oval(OvalSource {
            source: "photon",
            ecosystem,
        }),
        presence: Presence::Optional,
    }
}

fn osv(ecosystem: &str) -> FeedFile {
    FeedFile {
        feed: format!("osv/{ecosystem}"),
        path: format!("osv/{ecosystem}/all.zip"),
        upstream: format!(
            "https://osv-vulnerabilities.storage.googleapis.com/{}/all.zip",
            ecosystem.replace(' ', "%20")
        ),
        format: Format::OsvZip,
        presence: Presence::Required,
    }
}

fn alpine(branch: &str, repository: &str) -> FeedFile {
    FeedFile {
        feed: "alpine-secdb".to_owned(),
        path: format!("alpine/secdb/{branch}/{repository}.json"),
        upstream: format!("https://secdb.alpinelinux.org/{branch}/{repository}.json"),
        format: Format::AlpineSecdb,
        presence: Presence::Optional,
    }
}

fn nvd(year: i16) -> FeedFile {
    let name = format!("nvdcve-2.0-{year}.json.gz");
    FeedFile {
        feed: "nvd".to_owned(),
        path: format!("nvd/json/cve/2.0/{name}"),
        upstream: format!("https://nvd.nist.gov/feeds/json/cve/2.0/{name}"),
        format: Format::Nvd,
        presence: Presence::Optional,
    }
}

impl FeedFile {
    /// Paths below a directory under which the file may stand: mirrors keep some files with or without `.gz`.
    pub(crate) fn spellings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.path.as_str()).chain(self.path.strip_suffix(".gz"))
    }

    /// Whether the file's own name says that it holds a checksum list of its own (NVD's `.meta`).
    pub(crate) fn checksum_url(&self, url: &str) -> Option<String> {
        (self.format == Format::Nvd)
            .then(|| url.strip_suffix(".json.gz").map(|stem| format!("{stem}.meta")))?
    }

    /// The feed's path made of its file name alone, for messages.
    pub fn file_name(&self) -> &str {
        Path::new(&self.path)
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_addresses() {
        let files = files(None, 2024);
        let find = |path: &str| files.iter().find(|file| file.path == path).unwrap();
        assert_eq!(
            find("osv/GitHub Actions/all.zip").upstream,
            "https://osv-vulnerabilities.storage.googleapis.com/GitHub%20Actions/all.zip"
        );
        assert_eq!(find("alpine/secdb/v3.20/main.json").presence, Presence::Optional);
        let nvd = find("nvd/json/cve/2.0/nvdcve-2.0-2024.json.gz");
        assert_eq!(
            nvd.checksum_url(&nvd.upstream).as_deref(),
            Some("https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-2024.meta")
        );
        assert!(!files.iter().any(|file| file.path.contains("2025")));
    }

    #[test]
    fn a_list_of_ecosystems_cannot_name_paths() {
        let names: Vec<_> = files(Some("npm\n../x\nDebian\nDebian:12\n\n"), 2002)
            .into_iter()
            .filter(|file| file.format == Format::OsvZip)
            .map(|file| file.feed)
            .collect();
        assert_eq!(names, ["osv/npm"]);
    }
}
