//! Package URLs: the one identity that inventory, SBOMs and findings share.

use std::{collections::BTreeMap, fmt, str::FromStr};

use packageurl::PackageUrl;
use thiserror::Error;

/// A package URL in parts, decoded. Display gives the canonical text.
///
/// Source: the package-url specification; parsing and escaping are the `packageurl` crate's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl {
    /// The type: `deb`, `rpm`, `apk`, `pypi`, `npm`, `maven`, `golang`, `cargo`, …
    pub kind: String,
    /// Vendor, scope or group, where the type has one.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// The version; absent when unknown.
    pub version: Option<String>,
    /// Qualifiers by key.
    pub qualifiers: BTreeMap<String, String>,
    /// Path inside the package.
    pub subpath: Option<String>,
}

/// Why a text is no package URL.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("\"{text}\" is not a package URL: {reason}")]
pub struct PurlError {
    text: String,
    reason: String,
}

/// Types of packages that package managers of systems install. Source: purl-spec, "Known purl types".
pub const SYSTEM_KINDS: [&str; 6] = ["deb", "rpm", "apk", "alpm", "ebuild", "opkg"];

impl Purl {
    /// Whether a package manager of a system installs such packages; all others are what deep inspection is about.
    pub fn is_of_system(&self) -> bool {
        SYSTEM_KINDS.contains(&self.kind.as_str())
    }

    /// A package URL of a type, a name and a version.
    pub fn new(kind: &str, name: &str, version: &str) -> Purl {
        Purl {
            kind: kind.to_owned(),
            namespace: None,
            name: name.to_owned(),
            version: (!version.is_empty()).then(|| version.to_owned()),
            qualifiers: BTreeMap::new(),
            subpath: None,
        }
    }

    /// The same with a namespace; an empty one is none.
    #[must_use]
    pub fn with_namespace(mut self, namespace: &str) -> Purl {
        self.namespace = (!namespace.is_empty()).then(|| namespace.to_owned());
        self
    }

    /// The same with a qualifier; an empty value leaves it out.
    #[must_use]
    pub fn with_qualifier(mut self, key: &str, value: &str) -> Purl {
        if !value.is_empty() {
            self.qualifiers.insert(key.to_owned(), value.to_owned());
        }
        self
    }

    /// A qualifier's value.
    pub fn qualifier(&self, key: &str) -> Option<&str> {
        self.qualifiers.get(key).map(String::as_str)
    }

    /// The name as its ecosystem's users write it: `@scope/name`, `group:artifact`, `vendor/name`, `module/path`.
    pub fn display_name(&self) -> String {
        match (&self.namespace, self.kind.as_str()) {
            (None, _) | (_, "deb" | "rpm" | "apk") => self.name.clone(),
            (Some(group), "maven") => format!("{group}:{}", self.name),
            (Some(namespace), _) => format!("{namespace}/{}", self.name),
        }
    }
}

impl FromStr for Purl {
    type Err = PurlError;

    fn from_str(text: &str) -> Result<Purl, PurlError> {
        let parsed = PackageUrl::from_str(text).map_err(|error| PurlError {
            text: text.chars().take(200).collect(),
            reason: error.to_string(),
        })?;
        Ok(Purl {
            kind: parsed.ty().to_owned(),
            namespace: parsed.namespace().filter(|n| !n.is_empty()).map(str::to_owned),
            name: parsed.name().to_owned(),
            version: parsed.version().filter(|v| !v.is_empty()).map(str::to_owned),
            qualifiers: parsed
                .qualifiers()
                .iter()
                .map(|(key, value)| (key.clone().into_owned(), value.clone().into_owned()))
                .collect(),
            subpath: parsed.subpath().filter(|s| !s.is_empty()).map(str::to_owned),
        })
    }
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_package_url() {
            Ok(url) => url.fmt(f),
            // A type or qualifier key that the specification does not allow; shown as it is, never dropped.
            Err(_) => {
                write!(f, "pkg:{}/", self.kind)?;
                if let Some(namespace) = &self.namespace {
                    write!(f, "{namespace}/")?;
                }
                f.write_str(&self.name)?;
                if let Some(version) = &self.version {
                    write!(f, "@{version}")?;
                }
                Ok(())
            }
        }
    }
}

impl Purl {
    fn to_package_url(&self) -> Result<PackageUrl<'_>, packageurl::Error> {
        let mut url = PackageUrl::new(self.kind.as_str(), self.name.as_str())?;
        if let Some(namespace) = &self.namespace {
            url.with_namespace(namespace.as_str())?;
        }
        if let Some(version) = &self.version {
            url.with_version(version.as_str())?;
        }
        for (key, value) in &self.qualifiers {
            url.add_qualifier(key.as_str(), value.as_str())?;
        }
        if let Some(subpath) = &self.subpath {
            url.with_subpath(subpath.as_str())?;
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_texts_round_trip() {
        for text in [
            "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl",
            "pkg:npm/%40babel/core@7.0.0",
            "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
            "pkg:golang/github.com/gogo/protobuf@v1.3.1",
            "pkg:rpm/almalinux/bash@4.4.20-1.el8_4?arch=x86_64&epoch=1",
            "pkg:cargo/smallvec@0.6.13",
        ] {
            let purl: Purl = text.parse().unwrap();
            assert_eq!(purl.to_string(), text);
            assert_eq!(purl.to_string().parse::<Purl>().unwrap(), purl);
        }
    }

    #[test]
    fn odd_texts() {
        for text in [
            "",
            "pkg:",
            "npm/foo",
            "pkg:npm/",
            "pkg:/x",
            "pkg:npm/a@1?=",
            "pkg:npm/%zz",
        ] {
            let _ = text.parse::<Purl>().map(|purl| purl.to_string());
        }
        assert!("express@4".parse::<Purl>().is_err());
    }

    #[test]
    fn names_for_people() {
        for (text, name) in [
            ("pkg:deb/debian/libssl3@3", "libssl3"),
            ("pkg:npm/%40babel/core@7", "@babel/core"),
            ("pkg:maven/g/a@1", "g:a"),
            ("pkg:golang/github.com/a/b@1", "github.com/a/b"),
        ] {
            assert_eq!(text.parse::<Purl>().unwrap().display_name(), name);
        }
    }
}
