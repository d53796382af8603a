//! The importers there are, for people: what the documentation of coverage is made of.

/// One importer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImporterDescription {
    /// The name that its feeds begin with in reports, such as `osv` for `osv/PyPI`.
    pub name: &'static str,
    /// Who publishes the data.
    pub publisher: &'static str,
    /// The format.
    pub format: &'static str,
    /// The ecosystems that it speaks of, by the names that packages are looked up under; empty for one about flaws alone.
    pub ecosystems: &'static [&'static str],
    /// What it adds beside the affected packages, or leaves out.
    pub remarks: &'static str,
}

/// Every importer, in order of name.
pub fn importers() -> Vec<ImporterDescription> {
    IMPORTERS.to_vec()
}

const fn importer(
    name: &'static str,
    publisher: &'static str,
    format: &'static str,
    ecosystems: &'static [&'static str],
    remarks: &'static str,
) -> ImporterDescription {
    ImporterDescription {
        name,
        publisher,
        format,
        ecosystems,
        remarks,
    }
}

const IMPORTERS: &[ImporterDescription] = &[
    importer(
        "alpine-secdb",
        "Alpine Linux",
        "secdb JSON",
        &["Alpine"],
        "fixes and packages that never had a flaw; unfixed flaws are not published",
    ),
    importer(
        "amazon",
        "Amazon",
        "updateinfo XML of the repositories",
        &["Amazon Linux"],
        "the extras of Amazon Linux 2 confined to the line that a topic is named after",
    ),
    importer(
        "azurelinux",
        "Microsoft",
        "OVAL",
        &["Azure Linux", "CBL-Mariner"],
        "fixed and unfixed flaws, by source package",
    ),
    importer("chainguard", "Chainguard", "secdb JSON", &["Chainguard"], "fixes"),
    importer(
        "debian-tracker",
        "Debian",
        "security tracker JSON",
        &["Debian"],
        "not affected, ignored, postponed, unimportant and undetermined kept apart",
    ),
    importer(
        "endoflife",
        "endoflife.date",
        "JSON by product",
        &["Operating System"],
        "the day on which free security updates of an operating system end; extended support as text",
    ),
    importer(
        "epss",
        "FIRST",
        "CSV",
        &[],
        "the probability that a flaw is exploited",
    ),
    importer(
        "fedora",
        "Fedora",
        "Bodhi JSON",
        &["Fedora"],
        "stable security updates, by source package; EPEL is left out",
    ),
    importer("friendsofphp", "FriendsOfPHP", "YAML", &["Packagist"], ""),
    importer(
        "kev",
        "CISA",
        "JSON",
        &[],
        "flaws known to be exploited, and by ransomware",
    ),
    importer(
        "nodejs/core",
        "Node.js",
        "JSON",
        &["Runtime"],
        "the runtime itself (`pkg:generic/node`)",
    ),
    importer("nodejs/npm", "Node.js", "JSON", &["npm"], "frozen in 2018"),
    importer(
        "nvd",
        "NIST",
        "JSON of API 2.0",
        &[],
        "texts, CVSS, CWE, links and whether a CVE is rejected or disputed; its CPEs are not matched",
    ),
    importer("openeuler", "openEuler", "CVRF", &["openEuler"], ""),
    importer(
        "oracle",
        "Oracle",
        "OVAL",
        &["Oracle Linux"],
        "module streams; builds for Ksplice are left out",
    ),
    importer(
        "osv",
        "OSV and the publishers in it",
        "OSV JSON",
        &[
            "AlmaLinux",
            "Alpaquita",
            "BellSoft Hardened Containers",
            "Bitnami",
            "CRAN",
            "Chainguard",
            "Echo",
            "GHC",
            "GitHub Actions",
            "Go",
            "Hackage",
            "Hex",
            "Julia",
            "Mageia",
            "Maven",
            "MinimOS",
            "NuGet",
            "Packagist",
            "Pub",
            "PyPI",
            "Red Hat",
            "Rocky Linux",
            "RubyGems",
            "SUSE",
            "SwiftURL",
            "Ubuntu",
            "Wolfi",
            "crates.io",
            "npm",
            "openEuler",
            "openSUSE",
            "opam",
        ],
        "ranges of commits are passed over, and with them most of OSS-Fuzz; Ubuntu Pro kept apart from Ubuntu",
    ),
    importer("photon", "VMware by Broadcom", "OVAL", &["Photon OS"], ""),
    importer(
        "psf",
        "Python Software Foundation",
        "OSV JSON",
        &["Runtime"],
        "the interpreter itself (`pkg:generic/python`), where a record names releases",
    ),
    importer(
        "redhat-advisories",
        "Red Hat",
        "CSAF 2.0",
        &["Red Hat"],
        "the bulletins behind fixes",
    ),
    importer(
        "redhat-vex",
        "Red Hat",
        "CSAF 2.0 VEX",
        &["Red Hat"],
        "fixed, affected, will not fix, out of support, deferred, not affected, under investigation; module streams; general release only",
    ),
    importer(
        "retirejs",
        "RetireJS",
        "JSON",
        &["npm"],
        "libraries whose npm name it states",
    ),
    importer(
        "rocky",
        "Rocky Linux",
        "updateinfo XML of the repositories",
        &["Rocky Linux"],
        "module streams",
    ),
    importer(
        "rubysec",
        "RubySec",
        "YAML",
        &["RubyGems", "Runtime"],
        "gems, and the runtimes of Ruby (`pkg:generic/ruby`)",
    ),
    importer(
        "rustsec",
        "RustSec",
        "Markdown with TOML",
        &["crates.io"],
        "unmaintained and unsound crates shown apart from flaws; Rust's own tool chain is left out",
    ),
    importer(
        "suse-cvrf",
        "SUSE",
        "CVRF",
        &["SUSE", "openSUSE"],
        "the bulletins behind fixes",
    ),
    importer(
        "suse-oval",
        "SUSE",
        "OVAL",
        &["SUSE", "openSUSE"],
        "fixed, unfixed and not affected",
    ),
    importer(
        "vulnrichment",
        "CISA",
        "CVE JSON 5.1",
        &[],
        "exploitation, automation and impact by SSVC; CVSS and CWE",
    ),
    importer("wolfi", "Chainguard", "secdb JSON", &["Wolfi"], "fixes"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalogue::files;

    #[test]
    fn every_feed_has_its_importer_and_every_importer_a_feed() {
        assert!(IMPORTERS.is_sorted_by_key(|importer| importer.name));
        let feeds: BTreeSet<String> = files(None, 2026).into_iter().map(|file| file.feed).collect();
        let described: BTreeSet<String> = feeds
            .into_iter()
            .map(|feed| match feed.split_once('/') {
                Some(("osv", _)) => "osv".to_owned(),
                _ => feed,
            })
            .collect();
        let names: BTreeSet<String> = IMPORTERS
            .iter()
            .map(|importer| importer.name.to_owned())
            .collect();
        assert_eq!(described, names);
    }
}
