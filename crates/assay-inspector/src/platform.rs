//! Platforms: names of operating systems, and of the languages that advisories are about.
//!
//! `UBUNTU_22_04`, `DEBIAN_12`, `AMAZON_LINUX_2` and their like are seen in published findings; the rest follows the same
//! rule from the name of the distribution and is our inference.

use assay_model::{Distribution, Ecosystem};

/// What a distribution is called by its `os-release` id, and how many parts of its version tell releases apart.
const NAMES: &[(&str, &str, usize)] = &[
    ("almalinux", "ALMALINUX", 1),
    ("alpine", "ALPINE_LINUX", 2),
    ("amzn", "AMAZON_LINUX", 1),
    ("arch", "ARCH_LINUX", 0),
    ("azurelinux", "AZURE_LINUX", 1),
    ("bottlerocket", "BOTTLEROCKET", 2),
    ("centos", "CENTOS", 1),
    ("chainguard", "CHAINGUARD", 0),
    ("debian", "DEBIAN", 1),
    ("echo", "ECHO", 0),
    ("fedora", "FEDORA", 1),
    ("mariner", "CBL_MARINER", 1),
    ("minimos", "MINIMOS", 0),
    ("ol", "ORACLE_LINUX", 1),
    ("opensuse-leap", "OPENSUSE_LEAP", 2),
    ("opensuse-tumbleweed", "OPENSUSE_TUMBLEWEED", 0),
    ("photon", "PHOTON", 1),
    ("rhel", "RHEL", 1),
    ("rocky", "ROCKY_LINUX", 1),
    ("sles", "SLES", 2),
    ("ubuntu", "UBUNTU", 2),
    ("wolfi", "WOLFI", 0),
];

/// The API's name of a distribution's release, at most 1,024 characters.
pub fn platform(distribution: &Distribution) -> String {
    let known = NAMES.iter().find(|(id, ..)| *id == distribution.id);
    let (name, parts) = match known {
        Some((_, name, parts)) => ((*name).to_owned(), *parts),
        None => (constant(&distribution.id), 2),
    };
    let release = distribution.release_number().split(['.', '-']).take(parts);
    let release: Vec<String> = release.map(constant).filter(|part| !part.is_empty()).collect();
    let mut platform = if name.is_empty() {
        "UNKNOWN".to_owned()
    } else {
        name
    };
    for part in release {
        platform.push('_');
        platform.push_str(&part);
    }
    platform.chars().take(1024).collect()
}

/// The platform that an ecosystem's advisories are about.
pub(crate) fn platform_of_ecosystem(ecosystem: &Ecosystem) -> String {
    let base = ecosystem.base();
    let language = match base {
        "PyPI" => "PYTHON",
        "npm" => "NODEJS",
        "Maven" => "JAVA",
        "Go" => "GO",
        "crates.io" => "RUST",
        "RubyGems" => "RUBY",
        "NuGet" => "DOTNET",
        "Packagist" => "PHP",
        _ => "",
    };
    if !language.is_empty() {
        return language.to_owned();
    }
    let name = match base {
        "Alpine" => "ALPINE_LINUX".to_owned(),
        "Red Hat" => "RHEL".to_owned(),
        "Photon OS" => "PHOTON".to_owned(),
        "SUSE" => "SUSE".to_owned(),
        "openSUSE" => "OPENSUSE".to_owned(),
        other => constant(other),
    };
    let release = ecosystem.release().map(|release| release.trim_start_matches('v'));
    let release = constant(
        release
            .unwrap_or_default()
            .trim_start_matches("Linux Enterprise "),
    );
    let platform = if release.is_empty() {
        name
    } else {
        format!("{name}_{release}")
    };
    platform
        .replace("SUSE_SERVER_", "SLES_")
        .replace("_SP", "_")
        .chars()
        .take(128)
        .collect()
}

/// A text as a constant: capitals and digits, all else one underscore.
fn constant(text: &str) -> String {
    let mut constant = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            constant.push(c.to_ascii_uppercase());
        } else if !constant.ends_with('_') && !constant.is_empty() {
            constant.push('_');
        }
    }
    constant.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms() {
        for (qualifier, expected) in [
            ("ubuntu-22.04", "UBUNTU_22_04"),
            ("debian-12.5", "DEBIAN_12"),
            ("debian-sid", "DEBIAN_SID"),
            ("amzn-2", "AMAZON_LINUX_2"),
            ("amzn-2023", "AMAZON_LINUX_2023"),
            ("amzn-2018.03", "AMAZON_LINUX_2018"),
            ("alpine-3.20.1", "ALPINE_LINUX_3_20"),
            ("rhel-9.2", "RHEL_9"),
            ("sles-15.5", "SLES_15_5"),
            ("opensuse-leap-15.5", "OPENSUSE_LEAP_15_5"),
            ("wolfi-20230201", "WOLFI"),
            ("plan9-4.1.2", "PLAN9_4_1"),
            ("", "UNKNOWN"),
        ] {
            assert_eq!(platform(&Distribution::from_qualifier(qualifier)), expected);
        }
    }

    #[test]
    fn ecosystems() {
        for (ecosystem, expected) in [
            ("Debian:12", "DEBIAN_12"),
            ("Ubuntu:22.04:LTS", "UBUNTU_22_04"),
            ("Ubuntu:Pro:16.04:LTS", "UBUNTU_PRO_16_04"),
            ("Alpine:v3.20", "ALPINE_LINUX_3_20"),
            ("Red Hat:9", "RHEL_9"),
            ("Amazon Linux:2023", "AMAZON_LINUX_2023"),
            ("SUSE:Linux Enterprise Server 15 SP5", "SLES_15_5"),
            ("PyPI", "PYTHON"),
            ("npm", "NODEJS"),
            ("Hex", "HEX"),
        ] {
            assert_eq!(platform_of_ecosystem(&Ecosystem::new(ecosystem)), expected);
        }
    }
}
