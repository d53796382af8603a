//! What a package is called where its advisories are: from package URL to ecosystem, name and version.
//!
//! Everything is read off the package URL, so that a package found by an analyser and the same package read back
//! from an SBOM are judged alike. Names are never guessed: a type without an ecosystem has no target.

use assay_model::{Distribution, Ecosystem, PackageKey, Purl, RUNTIME};

/// Whose advisories judge a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// A distribution's, for a package of the operating system.
    OperatingSystem,
    /// Those of a language's or tool's own ecosystem.
    Language,
}

/// Where to look a package up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Ecosystem and name as the advisories spell them.
    pub key: PackageKey,
    /// The version that is compared: the source package's for distributions that publish by source.
    pub version: String,
    /// Whose advisories apply.
    pub family: Family,
    /// The RPM module stream, `name:stream`.
    pub module: Option<String>,
    /// Where else it is spoken of.
    pub elsewhere: Option<Elsewhere>,
}

/// A second place where a package is spoken of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// Under the name of its source package, with that one's version: what is not built yet has no other name.
    Source(PackageKey, String),
    /// Among the fixes for subscribers (Ubuntu Pro).
    Subscription(PackageKey),
    /// Among the advisories of someone who packages the same software under upstream's versions (Bitnami).
    Packager(PackageKey),
}

/// Why a package has no target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoTarget {
    /// It has no version.
    NoVersion,
    /// Its distribution is unknown, or is one that we have no ecosystem for.
    UnknownDistribution(String),
    /// Its package URL type is of no ecosystem with advisories.
    UnknownType(String),
}

impl Target {
    /// The target of a package URL; `fallback` is the distribution of the artifact, for package URLs that name none.
    ///
    /// # Errors
    ///
    /// When there is nowhere to look it up.
    pub fn of(purl: &Purl, fallback: Option<&Distribution>) -> Result<Target, NoTarget> {
        let version = purl.version.clone().ok_or(NoTarget::NoVersion)?;
        match purl.kind.as_str() {
            "deb" | "apk" | "rpm" => operating_system(purl, version, fallback),
            "generic" => program(purl, version),
            _ => language(purl, version),
        }
    }
}

fn operating_system(
    purl: &Purl,
    version: String,
    fallback: Option<&Distribution>,
) -> Result<Target, NoTarget> {
    let named = purl.qualifier("distro").map(Distribution::from_qualifier);
    let distribution = named.as_ref().or(fallback);
    let ecosystem = distribution.and_then(Distribution::ecosystem).ok_or_else(|| {
        let name = distribution
            .map(Distribution::display_name)
            .or_else(|| purl.namespace.clone());
        NoTarget::UnknownDistribution(name.unwrap_or_else(|| "of no known distribution".to_owned()))
    })?;
    let (source, source_version) = match purl.qualifier("upstream") {
        Some(upstream) => match upstream.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (upstream, None),
        },
        None => (purl.name.as_str(), None),
    };
    // `nodejs:18:8060020220523160029:ad008a3a` is name, stream, build and context.
    let module = purl
        .qualifier("rpmmod")
        .map(|label| label.splitn(3, ':').take(2).collect::<Vec<_>>().join(":"));
    let mut elsewhere = None;
    let (name, version) = if purl.kind == "rpm" {
        let own = (purl.name.as_str(), with_epoch(purl, &version));
        let built_from = source_rpm(source).map(|(name, version)| (name, with_epoch(purl, version)));
        match (named_by(&ecosystem), built_from) {
            (NamedBy::Source, Some(built_from)) => built_from,
            (NamedBy::Both, Some((name, version))) if name != own.0 => {
                elsewhere = Some(Elsewhere::Source(
                    PackageKey::new(ecosystem.clone(), name),
                    version,
                ));
                own
            }
            (NamedBy::Source | NamedBy::Both | NamedBy::Binary, _) => own,
        }
    } else {
        (source, source_version.map_or(version, str::to_owned))
    };
    if let ("Ubuntu", Some(release)) = (ecosystem.base(), ecosystem.release()) {
        let subscribers = Ecosystem::new(&format!("Ubuntu:Pro:{release}"));
        elsewhere = Some(Elsewhere::Subscription(PackageKey::new(subscribers, name)));
    }
    Ok(Target {
        key: PackageKey::new(ecosystem, name),
        version,
        family: Family::OperatingSystem,
        module,
        elsewhere,
    })
}

/// Which packages an RPM distribution's advisories name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NamedBy {
    /// Binary packages.
    Binary,
    /// Source packages.
    Source,
    /// Binary packages, and source packages where a record has nothing else: in OSV's form, or for what has no fix.
    Both,
}

fn named_by(ecosystem: &Ecosystem) -> NamedBy {
    match ecosystem.base() {
        "Azure Linux" | "CBL-Mariner" | "Fedora" | "Mageia" => NamedBy::Source,
        "Red Hat" | "Rocky Linux" | "SUSE" | "openSUSE" | "openEuler" => NamedBy::Both,
        _ => NamedBy::Binary,
    }
}

/// Name and version of `openssl-3.3.0-2.azl3.src.rpm`.
fn source_rpm(file: &str) -> Option<(&str, &str)> {
    let stem = file.strip_suffix(".src.rpm")?;
    let (rest, release) = stem.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    let start = name.len() + 1;
    stem.get(start..start + version.len() + 1 + release.len())
        .map(|version| (name, version))
}

fn with_epoch(purl: &Purl, version: &str) -> String {
    match purl.qualifier("epoch") {
        Some(epoch) => format!("{epoch}:{version}"),
        None => version.to_owned(),
    }
}

/// Names of the type `generic` that an authority publishes the flaws of: the Node.js project, the Python Software
/// Foundation, RubySec.
const RUNTIMES: [&str; 5] = ["jruby", "mruby", "node", "python", "ruby"];

/// Names of the type `generic`, as our own classifiers give them, with those under which Bitnami keeps advisories on the
/// same software by upstream's versions. Nothing else of that type is looked up, for anyone may call anything so.
const PACKAGED: [(&str, &str); 21] = [
    ("consul", "consul"),
    ("envoy", "envoy"),
    ("fluent-bit", "fluent-bit"),
    ("haproxy", "haproxy"),
    ("helm", "helm"),
    ("httpd", "apache"),
    ("mariadb", "mariadb"),
    ("memcached", "memcached"),
    ("mongodb", "mongodb"),
    ("nginx", "nginx"),
    ("node", "node"),
    ("openresty", "openresty"),
    ("php", "php"),
    ("postgresql", "postgresql"),
    ("python", "python"),
    ("redis", "redis"),
    ("ruby", "ruby"),
    ("sqlite", "sqlite"),
    ("valkey", "valkey"),
    ("vault", "vault"),
    ("wordpress", "wordpress"),
];

/// A program or library without a package manager.
fn program(purl: &Purl, version: String) -> Result<Target, NoTarget> {
    let packaged = PACKAGED.iter().find(|(name, _)| *name == purl.name);
    let packaged = packaged.map(|(_, name)| PackageKey::new(Ecosystem::new("Bitnami"), name));
    let is_runtime = RUNTIMES.contains(&purl.name.as_str());
    let (key, elsewhere) = match (is_runtime, packaged) {
        _ if purl.namespace.is_some() => return Err(NoTarget::UnknownType(purl.kind.clone())),
        (true, packaged) => (
            PackageKey::new(Ecosystem::new(RUNTIME), &purl.name),
            packaged.map(Elsewhere::Packager),
        ),
        (false, Some(packaged)) => (packaged, None),
        (false, None) => return Err(NoTarget::UnknownType(purl.kind.clone())),
    };
    Ok(Target {
        key,
        version,
        family: Family::Language,
        module: None,
        elsewhere,
    })
}

fn language(purl: &Purl, version: String) -> Result<Target, NoTarget> {
    let ecosystem = match purl.kind.as_str() {
        "pypi" => "PyPI",
        "npm" => "npm",
        "maven" => "Maven",
        "golang" => "Go",
        "cargo" => "crates.io",
        "gem" => "RubyGems",
        "nuget" => "NuGet",
        "composer" => "Packagist",
        "hex" => "Hex",
        "pub" => "Pub",
        "cran" => "CRAN",
        "hackage" => "Hackage",
        "swift" => "SwiftURL",
        "bitnami" => "Bitnami",
        "julia" => "Julia",
        "githubactions" => "GitHub Actions",
        "opam" => "opam",
        other => return Err(NoTarget::UnknownType(other.to_owned())),
    };
    let mut name = purl.display_name();
    // Syft writes the rest of a Go module's path, its major version for one, as the subpath.
    if let Some(subpath) = purl.subpath.as_ref().filter(|_| purl.kind == "golang") {
        name = format!("{name}/{subpath}");
    }
    let key = PackageKey::new(Ecosystem::new(ecosystem), &name);
    Ok(Target {
        key,
        version,
        family: Family::Language,
        module: None,
        elsewhere: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(purl: &str, expected: &str) {
        let target = Target::of(&purl.parse().unwrap(), None);
        let actual = match target {
            Ok(target) => {
                let module = target.module.unwrap_or_default();
                let elsewhere = match target.elsewhere {
                    Some(Elsewhere::Source(key, version)) => format!("| {key} {version}"),
                    Some(Elsewhere::Subscription(key) | Elsewhere::Packager(key)) => format!("| {key}"),
                    None => String::new(),
                };
                format!("{} {} {module}{elsewhere}", target.key, target.version)
            }
            Err(reason) => format!("{reason:?}"),
        };
        assert_eq!(actual.trim_end(), expected, "{purl}");
    }

    #[test]
    fn targets() {
        check(
            "pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12&upstream=openssl",
            "Debian:12 openssl 3.0.11-1",
        );
        check(
            "pkg:deb/debian/bash@5.2-15%2Bb2?distro=debian-12&upstream=bash%405.2-15",
            "Debian:12 bash 5.2-15",
        );
        check(
            "pkg:apk/alpine/libcrypto3@3.1.4-r5?distro=alpine-3.18.4&upstream=openssl",
            "Alpine:v3.18 openssl 3.1.4-r5",
        );
        check(
            "pkg:rpm/almalinux/nodejs@14.21-1.el8?distro=almalinux-8.7&epoch=1&rpmmod=nodejs:14:80:ab&upstream=x",
            "AlmaLinux:8 nodejs 1:14.21-1.el8 nodejs:14",
        );
        check(
            "pkg:rpm/azurelinux/openssl-libs@3.3.0-2.azl3?distro=azurelinux-3.0&upstream=openssl-3.3.0-2.azl3.src.rpm",
            "Azure Linux:3 openssl 3.3.0-2.azl3",
        );
        check(
            "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
            "Maven org.apache.logging.log4j:log4j-core 2.14.1",
        );
        check("pkg:golang/stdlib@1.20.1", "Go stdlib 1.20.1");
        check(
            "pkg:golang/github.com/a/b@v3.5.3#v3",
            "Go github.com/a/b/v3 v3.5.3",
        );
        check("pkg:npm/%40babel/core@7.0.0", "npm @babel/core 7.0.0");
        check("pkg:pypi/Django@3.2", "PyPI django 3.2");
        check("pkg:pypi/django", "NoVersion");
        check("pkg:generic/openssl@1.1.1", "UnknownType(\"generic\")");
        check("pkg:generic/node@18.1.0", "Runtime node 18.1.0 | Bitnami node");
        check(
            "pkg:generic/python@3.11.3",
            "Runtime python 3.11.3 | Bitnami python",
        );
        check("pkg:generic/httpd@2.4.49", "Bitnami apache 2.4.49");
        check("pkg:generic/acme/node@18.1.0", "UnknownType(\"generic\")");
        check(
            "pkg:rpm/redhat/openssl-libs@1.1.1k-7.el8_6?distro=rhel-8.6&epoch=1&upstream=openssl-1.1.1k-7.el8_6.src.rpm",
            "Red Hat:8 openssl-libs 1:1.1.1k-7.el8_6 | Red Hat:8 openssl 1:1.1.1k-7.el8_6",
        );
        check(
            "pkg:rpm/redhat/openssl@1.1.1k-7.el8_6?distro=centos-8&upstream=openssl-1.1.1k-7.el8_6.src.rpm",
            "Red Hat:8 openssl 1.1.1k-7.el8_6",
        );
        check(
            "pkg:rpm/fedora/httpd-core@2.4.55-1.fc37?distro=fedora-37&upstream=httpd-2.4.55-1.fc37.src.rpm",
            "Fedora:37 httpd 2.4.55-1.fc37",
        );
        check(
            "pkg:deb/ubuntu/unzip@6.0-20ubuntu1?distro=ubuntu-16.04",
            "Ubuntu:16.04 unzip 6.0-20ubuntu1 | Ubuntu:Pro:16.04 unzip",
        );
        check("pkg:deb/debian/bash@5", "UnknownDistribution(\"debian\")");
        check(
            "pkg:rpm/plan9/bash@5?distro=plan9-4",
            "UnknownDistribution(\"plan9 4\")",
        );
    }
}
