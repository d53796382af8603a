//! Names of distributions as other writers have them.
//!
//! Amazon Inspector's SBOM generator writes a release by its codename (`distro=jammy`) or by its number alone, with a
//! namespace of its own (`pkg:rpm/amazon/…?distro=2023`), and the operating system by its display name (`Amazon Linux`).

use assay_model::{Distribution, debian_release};

/// What a distribution is called elsewhere, and its `os-release` id.
const IDS: &[(&str, &str)] = &[
    ("alma linux", "almalinux"),
    ("alpine linux", "alpine"),
    ("amazon", "amzn"),
    ("amazon linux", "amzn"),
    ("amazon linux ami", "amzn"),
    ("arch linux", "arch"),
    ("azure linux", "azurelinux"),
    ("centos linux", "centos"),
    ("debian gnu/linux", "debian"),
    ("fedora linux", "fedora"),
    ("microsoft azure linux", "azurelinux"),
    ("oracle", "ol"),
    ("oracle linux", "ol"),
    ("oracle linux server", "ol"),
    ("photon os", "photon"),
    ("red hat enterprise linux", "rhel"),
    ("redhat", "rhel"),
    ("rocky linux", "rocky"),
    ("sles", "sles"),
    ("suse linux enterprise server", "sles"),
    ("vmware photon os", "photon"),
];

/// The releases of Ubuntu by codename.
///
/// Source: Ubuntu's list of releases.
const UBUNTU: &[(&str, &str)] = &[
    ("trusty", "14.04"),
    ("xenial", "16.04"),
    ("bionic", "18.04"),
    ("focal", "20.04"),
    ("jammy", "22.04"),
    ("kinetic", "22.10"),
    ("lunar", "23.04"),
    ("mantic", "23.10"),
    ("noble", "24.04"),
    ("oracular", "24.10"),
    ("plucky", "25.04"),
    ("questing", "25.10"),
    ("resolute", "26.04"),
];

/// The `os-release` id behind a name; the name in lower case where it is none of those above.
pub(super) fn id(name: &str) -> String {
    let name = name.trim().to_lowercase();
    let known = IDS.iter().find(|(known, _)| *known == name);
    known.map_or(name, |(_, id)| (*id).to_owned())
}

/// The `distro` qualifier of a package URL in our spelling.
pub(super) fn qualifier(distro: &str, namespace: Option<&str>) -> String {
    let namespace = namespace.map(id);
    // Some write the release alone: `distro=3.18.4`.
    if distro.starts_with(|first: char| first.is_ascii_digit())
        && let Some(namespace) = &namespace
    {
        return Distribution::from_qualifier(&format!("{namespace}-{distro}")).qualifier();
    }
    let release = match namespace.as_deref() {
        Some("debian") => debian_release(distro),
        Some("ubuntu") => UBUNTU
            .iter()
            .find(|(codename, _)| *codename == distro)
            .map(|(_, release)| *release),
        _ => None,
    };
    match (release, namespace) {
        (Some(release), Some(namespace)) => format!("{namespace}-{release}"),
        _ => Distribution::from_qualifier(distro).qualifier(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_releases() {
        for (name, expected) in [
            ("Amazon Linux", "amzn"),
            ("Debian GNU/Linux", "debian"),
            ("Ubuntu", "ubuntu"),
            ("Plan 9", "plan 9"),
        ] {
            assert_eq!(id(name), expected);
        }
        for (distro, namespace, expected) in [
            ("jammy", "ubuntu", "ubuntu-22.04"),
            ("bookworm", "debian", "debian-12"),
            ("sid", "debian", "debian-sid"),
            ("2023", "amazon", "amzn-2023"),
            ("3.19.1", "alpine", "alpine-3.19.1"),
            ("8.9", "redhat", "rhel-8.9"),
            ("debian-12.5", "debian", "debian-12.5"),
            ("jammy", "debian", "jammy"),
        ] {
            assert_eq!(qualifier(distro, Some(namespace)), expected);
        }
    }

    #[test]
    fn the_tables_are_sorted() {
        assert!(IDS.is_sorted_by_key(|(name, _)| *name));
        assert!(UBUNTU.is_sorted_by_key(|(_, release)| *release));
    }
}
