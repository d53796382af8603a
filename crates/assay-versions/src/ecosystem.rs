//! Which scheme an OSV ecosystem uses.
//!
//! Source: the ecosystem list of the OSV schema, plus names that vendor feeds use for distributions.

use crate::Scheme;

impl Scheme {
    /// The scheme of an OSV ecosystem name, with or without a `:release` suffix; `None` when unknown.
    ///
    /// Letter case does not matter. `Root` patches other ecosystems and names them in its suffix (`Root:Debian:12`).
    pub fn for_ecosystem(name: &str) -> Option<Scheme> {
        let (base, suffix) = name.trim().split_once(':').unwrap_or((name.trim(), ""));
        if base.eq_ignore_ascii_case("Root") {
            let (patched, _) = suffix.split_once(':').unwrap_or((suffix, ""));
            return named(patched);
        }
        named(base)
    }
}

fn named(base: &str) -> Option<Scheme> {
    ECOSYSTEMS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(base))
        .map(|&(_, scheme)| scheme)
}

const ECOSYSTEMS: &[(&str, Scheme)] = &[
    ("Debian", Scheme::Debian),
    ("Ubuntu", Scheme::Debian),
    ("Echo", Scheme::Debian),
    // opam's manual adopts the order of Debian's versions.
    ("opam", Scheme::Debian),
    ("AlmaLinux", Scheme::Rpm),
    ("Amazon Linux", Scheme::Rpm),
    ("Azure Linux", Scheme::Rpm),
    ("CBL-Mariner", Scheme::Rpm),
    ("CentOS", Scheme::Rpm),
    ("Fedora", Scheme::Rpm),
    ("Mageia", Scheme::Rpm),
    ("openEuler", Scheme::Rpm),
    ("openSUSE", Scheme::Rpm),
    ("Oracle", Scheme::Rpm),
    ("Oracle Linux", Scheme::Rpm),
    ("Photon OS", Scheme::Rpm),
    ("Red Hat", Scheme::Rpm),
    ("Rocky Linux", Scheme::Rpm),
    ("SUSE", Scheme::Rpm),
    ("Alpaquita", Scheme::Alpine),
    ("Alpine", Scheme::Alpine),
    ("BellSoft Hardened Containers", Scheme::Alpine),
    ("Chainguard", Scheme::Alpine),
    ("CleanStart", Scheme::Alpine),
    ("MinimOS", Scheme::Alpine),
    ("Wolfi", Scheme::Alpine),
    ("crates.io", Scheme::SemVer),
    ("GitHub Actions", Scheme::SemVer),
    ("Hex", Scheme::SemVer),
    ("Kubernetes", Scheme::SemVer),
    ("npm", Scheme::SemVer),
    ("SwiftURL", Scheme::SemVer),
    ("VSCode", Scheme::SemVer),
    ("Julia", Scheme::SemVerBuild),
    ("Pub", Scheme::SemVerBuild),
    ("Bitnami", Scheme::Bitnami),
    ("Go", Scheme::Go),
    ("PyPI", Scheme::Pep440),
    ("Maven", Scheme::Maven),
    ("RubyGems", Scheme::RubyGems),
    ("NuGet", Scheme::NuGet),
    ("Packagist", Scheme::Packagist),
    ("Bioconductor", Scheme::Cran),
    ("CRAN", Scheme::Cran),
    ("GHC", Scheme::Hackage),
    ("Hackage", Scheme::Hackage),
    ("Android", Scheme::Generic),
    ("ConanCenter", Scheme::Generic),
    ("GIT", Scheme::Generic),
    ("Linux", Scheme::Generic),
    ("OSS-Fuzz", Scheme::Generic),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<Scheme>) {
        assert_eq!(Scheme::for_ecosystem(name), expected, "{name}");
    }

    #[test]
    fn names() {
        for (name, expected) in [
            ("Debian:12", Some(Scheme::Debian)),
            ("Ubuntu:Pro:16.04:LTS", Some(Scheme::Debian)),
            ("Red Hat:enterprise_linux:9::baseos", Some(Scheme::Rpm)),
            ("Alpine:v3.20", Some(Scheme::Alpine)),
            ("Root:Alpine:3.18", Some(Scheme::Alpine)),
            ("Root:PyPI", Some(Scheme::Pep440)),
            ("Root", None),
            ("Root:Root:Root", None),
            ("Packagist:https://packages.drupal.org/8", Some(Scheme::Packagist)),
            ("PYPI", Some(Scheme::Pep440)),
            ("", None),
            (":", None),
            ("Gentoo", None),
        ] {
            check(name, expected);
        }
    }
}
