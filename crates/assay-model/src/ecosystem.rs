//! Ecosystems by their OSV names, and how each spells its package names.

use std::fmt;

/// An ecosystem by its OSV name, with the release where it has one: `PyPI`, `Debian:12`, `Alpine:v3.20`.
///
/// Source: the ecosystem list of the OSV schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ecosystem(String);

impl Ecosystem {
    /// Reads an OSV ecosystem name and drops what does not tell releases apart (`Ubuntu:22.04:LTS` is `Ubuntu:22.04`).
    pub fn new(name: &str) -> Ecosystem {
        let name = name.trim();
        match name.strip_suffix(":LTS") {
            Some(short) if short.starts_with("Ubuntu:") => Ecosystem(short.to_owned()),
            _ => Ecosystem(name.to_owned()),
        }
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
