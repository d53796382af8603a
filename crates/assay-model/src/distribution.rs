//! Operating-system distributions and the OSV ecosystem that judges their packages.

use std::borrow::Cow;

use crate::{Ecosystem, ecosystem::SUSE_SERVER};

/// A distribution as `os-release` describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distribution {
    /// `ID`, lower case: `debian`, `alpine`, `almalinux`.
    pub id: String,
    /// `VERSION_ID`, empty for a rolling release or when absent.
    pub version: String,
    /// `VERSION_CODENAME`, where given.
    pub codename: Option<String>,
    /// `PRETTY_NAME`, where given.
    pub name: Option<String>,
}

impl Distribution {
    /// Reads the `distro` qualifier of a package URL: `debian-12`, `alpine-3.20.1`, `opensuse-leap-15.5`.
    ///
    /// The version starts after the last hyphen that a digit follows; without one the whole is the id.
    pub fn from_qualifier(qualifier: &str) -> Distribution {
        // What [`Distribution::qualifier`] writes for a Debian without a number.
        if qualifier == "debian-sid" {
            return Distribution {
                id: "debian".to_owned(),
                ..Distribution::default()
            };
        }
        let split = qualifier
            .char_indices()
            .rev()
            .find(|&(at, c)| c == '-' && qualifier[at + 1..].starts_with(|next: char| next.is_ascii_digit()));
        let (id, version) = match split {
            Some((at, _)) => (&qualifier[..at], &qualifier[at + 1..]),
            None => (qualifier, ""),
        };
        Distribution {
            id: id.to_ascii_lowercase(),
            version: version.to_owned(),
            codename: None,
            name: None,
        }
    }

    /// The `distro` qualifier of a package URL.
    pub fn qualifier(&self) -> String {
        let version = self.release();
        if version.is_empty() {
            self.id.clone()
        } else {
            format!("{}-{version}", self.id)
        }
    }

    /// The name for people: `PRETTY_NAME`, else id and version.
    pub fn display_name(&self) -> String {
        match &self.name {
            Some(name) if !name.is_empty() => name.clone(),
            _ => format!("{} {}", self.id, self.version).trim_end().to_owned(),
        }
    }

    /// `VERSION_ID`, or the number behind the codename of a Debian that has none yet (testing, unstable).
    pub fn release_number(&self) -> &str {
        if !self.version.is_empty() || self.id != "debian" {
            return &self.version;
        }
        match self.codename.as_deref() {
            Some(codename) => debian_release(codename).unwrap_or("sid"),
            None => "sid",
        }
    }

    /// The release number with what tells releases of one number apart: openEuler's service pack, which stands in
    /// `PRETTY_NAME` only (`openEuler 24.03 (LTS-SP1)` is `24.03-LTS-SP1`).
    fn release(&self) -> Cow<'_, str> {
        let number = self.release_number();
        let in_brackets = self
            .name
            .as_deref()
            .filter(|_| self.id == "openeuler" && !number.contains('-'))
            .and_then(|name| name.split_once('(')?.1.split_once(')'));
        match in_brackets {
            Some((pack, _)) => Cow::Owned(format!("{number}-{}", pack.trim())),
            None => Cow::Borrowed(number),
        }
    }

    /// The OSV ecosystem whose advisories judge this distribution's packages; `None` for one we have no name for.
    pub fn ecosystem(&self) -> Option<Ecosystem> {
        let version = self.release();
        let major = version.split('.').next().unwrap_or_default();
        let name = match self.id.as_str() {
            "debian" => format!("Debian:{major}"),
            "ubuntu" => format!("Ubuntu:{version}"),
            "echo" => "Echo".to_owned(),
            "alpine" => match version.split('.').collect::<Vec<_>>().as_slice() {
                _ if version.contains("_alpha") || version.is_empty() => "Alpine:edge".to_owned(),
                [major, minor, ..] => format!("Alpine:v{major}.{minor}"),
                _ => return None,
            },
            "wolfi" => "Wolfi".to_owned(),
            "chainguard" => "Chainguard".to_owned(),
            "minimos" => "MinimOS".to_owned(),
            "almalinux" => format!("AlmaLinux:{major}"),
            "rocky" => format!("Rocky Linux:{major}"),
            "rhel" => format!("Red Hat:{major}"),
            // Rebuilt from the packages of its namesake up to 8; CentOS Stream has packages and fixes of its own.
            "centos" if matches!(major, "6" | "7" | "8") => format!("Red Hat:{major}"),
            "ol" => format!("Oracle Linux:{major}"),
            "amzn" => match major {
                // The first Amazon Linux had years as its versions.
                year if year.starts_with("201") => "Amazon Linux:1".to_owned(),
                major => format!("Amazon Linux:{major}"),
            },
            "fedora" => format!("Fedora:{major}"),
            "mageia" => format!("Mageia:{major}"),
            "azurelinux" => format!("Azure Linux:{major}"),
            "mariner" => format!("CBL-Mariner:{major}"),
            "photon" => format!("Photon OS:{version}"),
            "openeuler" => format!("openEuler:{version}"),
            "opensuse-leap" => format!("openSUSE:Leap {version}"),
            "opensuse-tumbleweed" => "openSUSE:Tumbleweed".to_owned(),
            "sles" | "sled" | "sles_sap" | "sle_hpc" => {
                format!("SUSE:{SUSE_SERVER} {}", suse_release(&version))
            }
            "sle-micro" => format!("SUSE:Linux Enterprise Micro {version}"),
            "sl-micro" => format!("SUSE:Linux Micro {version}"),
            _ => return None,
        };
        Some(Ecosystem::new(&name))
    }
}

/// SUSE's way of writing a release: `15.5` is `15 SP5`, up to 15.
fn suse_release(version: &str) -> String {
    match version.split_once('.') {
        Some((major @ ("11" | "12" | "15"), pack)) if pack != "0" => format!("{major} SP{pack}"),
        Some((major @ ("11" | "12" | "15"), _)) => major.to_owned(),
        _ => version.to_owned(),
    }
}

/// The release number (or `sid`) behind a Debian codename; `None` for a name we do not know.
///
/// Source: Debian's table of releases. Testing carries the number that it will be released under.
pub fn debian_release(codename: &str) -> Option<&'static str> {
    Some(match codename {
        "jessie" => "8",
        "stretch" => "9",
        "buster" => "10",
        "bullseye" => "11",
        "bookworm" => "12",
        "trixie" => "13",
        "forky" => "14",
        "sid" => "sid",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(qualifier: &str, ecosystem: Option<&str>) {
        let distribution = Distribution::from_qualifier(qualifier);
        assert_eq!(
            distribution.ecosystem().map(|e| e.to_string()).as_deref(),
            ecosystem,
            "{qualifier}"
        );
    }

    #[test]
    fn ecosystems() {
        check("debian-12", Some("Debian:12"));
        check("debian-12.5", Some("Debian:12"));
        check("debian", Some("Debian:sid"));
        check("debian-sid", Some("Debian:sid"));
        check("ubuntu-22.04", Some("Ubuntu:22.04"));
        check("alpine-3.20.1", Some("Alpine:v3.20"));
        check("alpine-3.21.0_alpha20240807", Some("Alpine:edge"));
        check("almalinux-8.9", Some("AlmaLinux:8"));
        check("opensuse-leap-15.5", Some("openSUSE:Leap 15.5"));
        check("azurelinux-3.0", Some("Azure Linux:3"));
        check("photon-3.0", Some("Photon OS:3.0"));
        check("rhel-8.10", Some("Red Hat:8"));
        check("centos-7", Some("Red Hat:7"));
        check("centos-9", None);
        check("ol-8.9", Some("Oracle Linux:8"));
        check("amzn-2018.03", Some("Amazon Linux:1"));
        check("amzn-2", Some("Amazon Linux:2"));
        check("amzn-2023", Some("Amazon Linux:2023"));
        check("fedora-41", Some("Fedora:41"));
        check("mageia-9", Some("Mageia:9"));
        check("sles-15.5", Some("SUSE:Linux Enterprise Server 15 SP5"));
        check("sles_sap-12.5", Some("SUSE:Linux Enterprise Server 12 SP5"));
        check("sles-15", Some("SUSE:Linux Enterprise Server 15"));
        check("sles-16.0", Some("SUSE:Linux Enterprise Server 16.0"));
        check("opensuse-tumbleweed-20240101", Some("openSUSE:Tumbleweed"));
        check("openeuler-24.03-LTS-SP1", Some("openEuler:24.03-LTS-SP1"));
        check("minimos", Some("MinimOS"));
        check("echo-1", Some("Echo"));
        check("plan9", None);
    }

    #[test]
    fn qualifiers_round_trip() {
        for qualifier in [
            "debian-12",
            "debian-sid",
            "opensuse-leap-15.5",
            "openeuler-24.03-LTS-SP1",
            "wolfi-20230201",
            "arch",
        ] {
            assert_eq!(Distribution::from_qualifier(qualifier).qualifier(), qualifier);
        }
        let testing = Distribution {
            id: "debian".into(),
            codename: Some("forky".into()),
            ..Distribution::default()
        };
        assert_eq!(testing.qualifier(), "debian-14");
        let service_pack = Distribution {
            id: "openeuler".into(),
            version: "24.03".into(),
            name: Some("openEuler 24.03 (LTS-SP1)".into()),
            ..Distribution::default()
        };
        assert_eq!(service_pack.qualifier(), "openeuler-24.03-LTS-SP1");
    }
}
