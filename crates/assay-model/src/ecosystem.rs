//! Ecosystems by their OSV names, and how each spells its package names.

use std::fmt;

/// The ecosystem of interpreters and runtimes as such (`node`, `python`, `ruby`), which OSV has none for. Only names that
/// an authority publishes the flaws of are in it; package URLs write them as `pkg:generic/NAME@VERSION`.
pub const RUNTIME: &str = "Runtime";

/// The ecosystem of operating systems as such: a package is an `os-release` id and a release (`debian 9`), a version is
/// a day, and what affects it is the end of its support.
pub const OPERATING_SYSTEM: &str = "Operating System";

/// An ecosystem by its OSV name, with the release where it has one: `PyPI`, `Debian:12`, `Alpine:v3.20`.
///
/// Source: the ecosystem list of the OSV schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ecosystem(String);

impl Ecosystem {
    /// Reads an OSV ecosystem name and drops what does not tell releases apart: `Ubuntu:22.04:LTS` is `Ubuntu:22.04`,
    /// `Red Hat:enterprise_linux:9::baseos` is `Red Hat:9`, and the modules of a SUSE release are that release.
    pub fn new(name: &str) -> Ecosystem {
        let name = name.trim();
        let (base, release) = name.split_once(':').unwrap_or((name, ""));
        let plain = match base {
            "Ubuntu" => name.strip_suffix(":LTS").map(str::to_owned),
            "Red Hat" => red_hat_release(release).map(|major| format!("Red Hat:{major}")),
            "SUSE" => suse_release(release).map(|release| format!("SUSE:{SUSE_SERVER} {release}")),
            _ => None,
        };
        Ecosystem(plain.unwrap_or_else(|| name.to_owned()))
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the first colon: which order of versions and spelling of names applies.
    pub fn base(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// The part after the first colon, if any.
    pub fn release(&self) -> Option<&str> {
        self.0.split_once(':').map(|(_, release)| release)
    }

    /// The package name as this ecosystem compares it.
    ///
    /// PyPI: PEP 503 (lower case, runs of `-_.` are one `-`). NuGet, Packagist, Hex and GitHub Actions ignore case. npm and
    /// Go do not, but package URLs write theirs in lower case, so case cannot tell two of them apart either.
    pub fn normalize_name(&self, name: &str) -> String {
        match self.base() {
            "PyPI" => normalize_pypi(name),
            "NuGet" | "Packagist" | "Hex" | "GitHub Actions" | "npm" | "Go" => name.to_lowercase(),
            _ => name.to_owned(),
        }
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The major release in the parts of a CPE such as `enterprise_linux:9::appstream`; `None` for an extended stream
/// (`rhel_eus:9.2::baseos`), whose fixes not everyone gets.
fn red_hat_release(parts: &str) -> Option<&str> {
    let version = parts.strip_prefix("enterprise_linux:")?.split(':').next()?;
    let major = version.split('.').next()?;
    (!major.is_empty() && major.bytes().all(|byte| byte.is_ascii_digit())).then_some(major)
}

/// The product that stands for every product of SUSE that a general subscription installs packages from.
pub(crate) const SUSE_SERVER: &str = "Linux Enterprise Server";

/// The release (`15 SP5`) of a SUSE product whose packages a machine of that release can have; `None` for products of
/// another kind and for long-term support (`15 SP3-LTSS`), whose fixes not everyone gets.
fn suse_release(product: &str) -> Option<&str> {
    const PRODUCTS: [&str; 6] = [
        "Server for SAP Applications ",
        "Server ",
        "Desktop ",
        "High Performance Computing ",
        "Software Development Kit ",
        "Workstation Extension ",
    ];
    let product = product.strip_prefix("Linux Enterprise ")?;
    let release = match product.strip_prefix("Module for ") {
        Some(module) => module.get(module.rfind(" 1")? + 1..)?,
        None => PRODUCTS.iter().find_map(|name| product.strip_prefix(name))?,
    };
    let (number, pack) = release.split_once(" SP").unwrap_or((release, "0"));
    let is_number =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (is_number(number) && is_number(pack)).then_some(release)
}

fn normalize_pypi(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut separator = false;
    for c in name.trim().chars() {
        if matches!(c, '-' | '_' | '.') {
            separator = true;
            continue;
        }
        if separator && !out.is_empty() {
            out.push('-');
        }
        separator = false;
        out.extend(c.to_lowercase());
    }
    out
}

/// What advisories and packages meet on: an ecosystem and a normalised package name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageKey {
    /// The ecosystem, with its release.
    pub ecosystem: Ecosystem,
    /// The name as the ecosystem compares it; for a distribution the *source* package where its advisories use that.
    pub name: String,
}

impl PackageKey {
    /// Builds a key, normalising the name.
    pub fn new(ecosystem: Ecosystem, name: &str) -> PackageKey {
        let name = ecosystem.normalize_name(name);
        PackageKey { ecosystem, name }
    }

    /// Appends the byte form `ecosystem NUL name`, which sorts by ecosystem, then name.
    pub fn write_bytes(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.ecosystem.as_str().as_bytes());
        out.push(0);
        out.extend_from_slice(self.name.as_bytes());
    }
}

impl fmt::Display for PackageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.ecosystem, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (ecosystem, name, expected) in [
            ("PyPI", "Foo__Bar.-baz", "foo-bar-baz"),
            ("NuGet", "Newtonsoft.Json", "newtonsoft.json"),
            (
                "Packagist:https://packages.drupal.org/8",
                "Drupal/Core",
                "drupal/core",
            ),
            ("npm", "JSONStream", "jsonstream"),
            ("Go", "github.com/Azure/go-ntlmssp", "github.com/azure/go-ntlmssp"),
            ("Maven", "Org:Name", "Org:Name"),
            ("Debian:12", "openssl", "openssl"),
        ] {
            assert_eq!(Ecosystem::new(ecosystem).normalize_name(name), expected);
        }
    }

    #[test]
    fn parts() {
        for (text, base, release) in [
            ("PyPI", "PyPI", None),
            ("Ubuntu:22.04:LTS", "Ubuntu", Some("22.04")),
            ("Ubuntu:Pro:16.04:LTS", "Ubuntu", Some("Pro:16.04")),
            ("Red Hat:enterprise_linux:9::baseos", "Red Hat", Some("9")),
            ("Red Hat:enterprise_linux:10.1", "Red Hat", Some("10")),
            (
                "Red Hat:rhel_eus:9.2::baseos",
                "Red Hat",
                Some("rhel_eus:9.2::baseos"),
            ),
            (
                "SUSE:Linux Enterprise Module for Basesystem 15 SP5",
                "SUSE",
                Some("Linux Enterprise Server 15 SP5"),
            ),
            (
                "SUSE:Linux Enterprise Server for SAP Applications 15 SP5",
                "SUSE",
                Some("Linux Enterprise Server 15 SP5"),
            ),
            (
                "SUSE:Linux Enterprise Server 15 SP3-LTSS",
                "SUSE",
                Some("Linux Enterprise Server 15 SP3-LTSS"),
            ),
            ("SUSE:Linux Micro 6.0", "SUSE", Some("Linux Micro 6.0")),
            (
                "Packagist:https://packages.drupal.org/8",
                "Packagist",
                Some("https://packages.drupal.org/8"),
            ),
        ] {
            let ecosystem = Ecosystem::new(text);
            assert_eq!((ecosystem.base(), ecosystem.release()), (base, release));
        }
    }
}
