//! The command that upgrades a package.
//!
//! People paste it into a shell, and names and versions come from files of other people: what is not plainly a name or a
//! version has no command.

use assay_api_model::inspector2::PackageManager;
use assay_model::{Distribution, Purl};

/// The command that brings a package to its fixed version; `None` where there is none, or no safe one.
///
/// Packages of an operating system go to the newest that the distribution offers, since older ones leave its archives.
pub fn upgrade_command(purl: &Purl, manager: Option<PackageManager>, fixed: &str) -> Option<String> {
    let name = purl.display_name();
    if !is_plain(&name) || !is_plain(fixed) {
        return None;
    }
    use PackageManager as By;
    Some(match manager? {
        By::Os => return of_distribution(purl, &name),
        By::Pip | By::Pythonpkg => format!("pip install {name}=={fixed}"),
        By::Pipenv => format!("pipenv install {name}=={fixed}"),
        By::Poetry => format!("poetry add {name}@{fixed}"),
        By::Npm | By::Nodepkg => format!("npm install {name}@{fixed}"),
        By::Yarn => format!("yarn add {name}@{fixed}"),
        By::Bundler => format!("bundle update {name}"),
        By::Gemspec => format!("gem install {name} -v {fixed}"),
        By::Cargo => format!("cargo update -p {name} --precise {fixed}"),
        By::Composer => format!("composer update {name}"),
        By::Nuget | By::DotnetCore => format!("dotnet add package {name} --version {fixed}"),
        By::Gomod | By::Gobinary => format!("go get {name}@v{}", fixed.trim_start_matches('v')),
        // Edited into the project's own files.
        By::Pom | By::Jar => return None,
    })
}

fn of_distribution(purl: &Purl, name: &str) -> Option<String> {
    let id = match purl.qualifier("distro") {
        Some(qualifier) => Distribution::from_qualifier(qualifier),
        None => Distribution {
            id: purl.namespace.clone().unwrap_or_default(),
            ..Distribution::default()
        },
    };
    let major = id.version.split('.').next().unwrap_or_default();
    Some(match (purl.kind.as_str(), id.id.as_str()) {
        ("deb", _) => format!("apt-get update && apt-get install --only-upgrade {name}"),
        ("apk", _) => format!("apk update && apk upgrade {name}"),
        ("rpm", "amzn") if major != "2023" => format!("yum update {name}"),
        ("rpm", "rhel" | "centos" | "ol") if matches!(major, "5" | "6" | "7") => format!("yum update {name}"),
        ("rpm", "sles" | "sled" | "sles_sap" | "sle_hpc" | "opensuse-leap" | "opensuse-tumbleweed") => {
            format!("zypper update {name}")
        }
        ("rpm", "photon" | "azurelinux" | "mariner") => format!("tdnf update {name}"),
        ("rpm", _) => format!("dnf upgrade {name}"),
        // Arch Linux does not support upgrades of single packages.
        ("alpm", _) => "pacman -Syu".to_owned(),
        ("opkg", _) => format!("opkg update && opkg upgrade {name}"),
        _ => return None,
    })
}

/// Whether a shell takes a text for a word and a command does not take it for an option.
fn is_plain(text: &str) -> bool {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"@._+:/-~^".contains(&byte);
    !text.is_empty() && text.len() <= 256 && text.bytes().all(is_safe) && !text.starts_with(['-', '~', '^'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::package_manager::package_manager;

    #[track_caller]
    fn check(purl: &str, path: &str, fixed: &str, expected: Option<&str>) {
        let purl: Purl = purl.parse().unwrap();
        let manager = package_manager(&purl, Some(path));
        assert_eq!(
            upgrade_command(&purl, manager, fixed).as_deref(),
            expected,
            "{purl}"
        );
    }

    #[test]
    fn commands() {
        check(
            "pkg:deb/debian/libssl3@1?distro=debian-12",
            "",
            "3.0",
            Some("apt-get update && apt-get install --only-upgrade libssl3"),
        );
        check(
            "pkg:rpm/amzn/curl@1?distro=amzn-2",
            "",
            "2",
            Some("yum update curl"),
        );
        check(
            "pkg:rpm/amzn/curl@1?distro=amzn-2023",
            "",
            "2",
            Some("dnf upgrade curl"),
        );
        check(
            "pkg:rpm/redhat/curl@1?distro=rhel-7.9",
            "",
            "2",
            Some("yum update curl"),
        );
        check(
            "pkg:rpm/suse/curl@1?distro=sles-15.5",
            "",
            "2",
            Some("zypper update curl"),
        );
        check(
            "pkg:apk/alpine/curl@1",
            "",
            "2",
            Some("apk update && apk upgrade curl"),
        );
        check(
            "pkg:pypi/flask@2",
            "requirements.txt",
            "2.3.2",
            Some("pip install flask==2.3.2"),
        );
        check(
            "pkg:pypi/flask@2",
            "poetry.lock",
            "2.3.2",
            Some("poetry add flask@2.3.2"),
        );
        check("pkg:npm/%40a/b@1", "yarn.lock", "2", Some("yarn add @a/b@2"));
        check(
            "pkg:golang/golang.org/x/net@v0.1.0",
            "go.mod",
            "0.2.0",
            Some("go get golang.org/x/net@v0.2.0"),
        );
        check("pkg:maven/g/a@1", "a.jar", "2", None);
        check("pkg:npm/a@1", "yarn.lock", "2; rm -rf /", None);
        check("pkg:npm/--global@1", "yarn.lock", "2", None);
    }

    proptest! {
        #[test]
        fn no_name_or_version_leaves_its_word(name in "[ -~]{1,12}", fixed in "[ -~]{1,12}") {
            for kind in ["deb", "npm", "pypi", "gem"] {
                let purl = Purl::new(kind, &name, "1");
                if let Some(command) = upgrade_command(&purl, package_manager(&purl, None), &fixed) {
                    let without_ours = command.replace(" && ", " ");
                    prop_assert!(!without_ours.contains(['&', ';', '|', '$', '`', '<', '>', '\\', '"', '\'', '*', '(']));
                }
            }
        }
    }
}
