//! The schemes: which order of versions applies, and the two ways to apply it.

use std::cmp::Ordering;

use crate::semver::Dialect;
use crate::{
    VersionKey, alpine, cran, debian, generic, go, hackage, maven, nuget, packagist, pep440, rpm, rubygems,
    semver,
};

/// A total order of versions, over any text.
///
/// Text around a version is not part of it: leading and trailing white space is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Debian, Ubuntu and their kin.
    Debian,
    /// RPM distributions.
    Rpm,
    /// Alpine, Wolfi, Chainguard.
    Alpine,
    /// Semantic versions, build metadata ignored: npm, crates.io, Hex, Swift, GitHub Actions.
    SemVer,
    /// Semantic versions with build metadata in the order: Pub, Julia.
    SemVerBuild,
    /// Semantic versions with Bitnami's revisions.
    Bitnami,
    /// Go modules, tool chain and standard library.
    Go,
    /// PyPI.
    Pep440,
    /// Maven.
    Maven,
    /// RubyGems.
    RubyGems,
    /// NuGet.
    NuGet,
    /// Packagist, that is Composer.
    Packagist,
    /// CRAN and Bioconductor.
    Cran,
    /// Hackage and GHC.
    Hackage,
    /// The order for whatever has no order of its own.
    Generic,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Scheme; 15] = [
        Scheme::Debian,
        Scheme::Rpm,
        Scheme::Alpine,
        Scheme::SemVer,
        Scheme::SemVerBuild,
        Scheme::Bitnami,
        Scheme::Go,
        Scheme::Pep440,
        Scheme::Maven,
        Scheme::RubyGems,
        Scheme::NuGet,
        Scheme::Packagist,
        Scheme::Cran,
        Scheme::Hackage,
        Scheme::Generic,
    ];

    /// The lower-case name, which never changes.
    pub fn name(self) -> &'static str {
        match self {
            Scheme::Debian => "debian",
            Scheme::Rpm => "rpm",
            Scheme::Alpine => "alpine",
            Scheme::SemVer => "semver",
            Scheme::SemVerBuild => "semver-build",
            Scheme::Bitnami => "bitnami",
            Scheme::Go => "go",
            Scheme::Pep440 => "pep440",
            Scheme::Maven => "maven",
            Scheme::RubyGems => "rubygems",
            Scheme::NuGet => "nuget",
            Scheme::Packagist => "packagist",
            Scheme::Cran => "cran",
            Scheme::Hackage => "hackage",
            Scheme::Generic => "generic",
        }
    }

    /// The scheme of that [name](Scheme::name).
    pub fn from_name(name: &str) -> Option<Scheme> {
        Scheme::ALL.into_iter().find(|scheme| scheme.name() == name)
    }

    /// Compares two versions without going through keys.
    pub fn compare(self, a: &str, b: &str) -> Ordering {
        let (a, b) = (a.trim(), b.trim());
        match self {
            Scheme::Debian => debian::compare(a, b),
            Scheme::Rpm => rpm::compare(a, b),
            Scheme::Alpine => alpine::compare(a, b),
            Scheme::SemVer => semver::compare(a, b, Dialect::Standard),
            Scheme::SemVerBuild => semver::compare(a, b, Dialect::OrderedBuild),
            Scheme::Bitnami => semver::compare(a, b, Dialect::Revisions),
            Scheme::Go => go::compare(a, b),
            Scheme::Pep440 => pep440::compare(a, b),
            Scheme::Maven => maven::compare(a, b),
            Scheme::RubyGems => rubygems::compare(a, b),
            Scheme::NuGet => nuget::compare(a, b),
            Scheme::Packagist => packagist::compare(a, b),
            Scheme::Cran => cran::compare(a, b),
            Scheme::Hackage => hackage::compare(a, b),
            Scheme::Generic => generic::compare(a, b),
        }
    }

    /// Encodes a version; see [`VersionKey`].
    pub fn key(self, version: &str) -> VersionKey {
        let mut out = Vec::with_capacity(2 * version.len() + 4);
        self.key_into(version, &mut out);
        VersionKey::from_bytes(&out)
    }

    /// Appends the bytes of the version's key, at least one, so that a caller can reuse one buffer.
    pub fn key_into(self, version: &str, out: &mut Vec<u8>) {
        let version = version.trim();
        match self {
            Scheme::Debian => debian::write_key(version, out),
            Scheme::Rpm => rpm::write_key(version, out),
            Scheme::Alpine => alpine::write_key(version, out),
            Scheme::SemVer => semver::write_key(version, Dialect::Standard, out),
            Scheme::SemVerBuild => semver::write_key(version, Dialect::OrderedBuild, out),
            Scheme::Bitnami => semver::write_key(version, Dialect::Revisions, out),
            Scheme::Go => go::write_key(version, out),
            Scheme::Pep440 => pep440::write_key(version, out),
            Scheme::Maven => maven::write_key(version, out),
            Scheme::RubyGems => rubygems::write_key(version, out),
            Scheme::NuGet => nuget::write_key(version, out),
            Scheme::Packagist => packagist::write_key(version, out),
            Scheme::Cran => cran::write_key(version, out),
            Scheme::Hackage => hackage::write_key(version, out),
            Scheme::Generic => generic::write_key(version, out),
        }
    }
}
