//! Feeds of languages and their tools: the OSV bucket, and the databases that publishers keep themselves.

use super::{FeedFile, Format, Presence};

/// Ecosystems of the OSV bucket that are read when the place has no list of its own, distributions among them.
///
/// Debian and Alpine are left to their own trackers, which say more than their OSV form.
const OSV_ECOSYSTEMS: [&str; 33] = [
    "AlmaLinux",
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
    "OSS-Fuzz",
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
    "Alpaquita",
    "BellSoft Hardened Containers",
    "opam",
];

/// The zips of the OSV bucket.
pub(super) fn osv(ecosystems: Option<&str>) -> Vec<FeedFile> {
    let listed: Vec<&str> = match ecosystems {
        Some(list) => {
            let lines = list.lines().map(str::trim);
            lines
                .filter(|name| !name.is_empty() && !name.contains(['/', '\\', ':']) && *name != "..")
                .collect()
        }
        None => OSV_ECOSYSTEMS.to_vec(),
    };
    let own_tracker = |name: &&str| !matches!(*name, "Debian" | "Alpine");
    listed.into_iter().filter(own_tracker).map(osv_zip).collect()
}

fn osv_zip(ecosystem: &str) -> FeedFile {
    let bucket = "https://osv-vulnerabilities.storage.googleapis.com";
    FeedFile::published(
        &format!("osv/{ecosystem}"),
        &format!("osv/{ecosystem}/all.zip"),
        &format!("{bucket}/{}/all.zip", ecosystem.replace(' ', "%20")),
        Format::OsvZip,
    )
    .with_presence(Presence::Required)
}

/// The databases of their own.
pub(super) fn files() -> Vec<FeedFile> {
    const GITHUB: &str = "https://github.com";
    const RAW: &str = "https://raw.githubusercontent.com";
    let archive = |feed: &str, project: &str, branch: &str, format: Format| {
        let name = project.rsplit('/').next().unwrap_or(project);
        FeedFile::published(
            feed,
            &format!("{feed}/{name}-{branch}.tar.gz"),
            &format!("{GITHUB}/{project}/archive/refs/heads/{branch}.tar.gz"),
            format,
        )
    };
    let node = |list: &str, format: Format| {
        FeedFile::published(
            &format!("nodejs/{list}"),
            &format!("nodejs/security-wg/vuln/{list}/index.json"),
            &format!("{RAW}/nodejs/security-wg/main/vuln/{list}/index.json"),
            format,
        )
    };
    vec![
        archive("rustsec", "rustsec/advisory-db", "main", Format::RustSec),
        archive("rubysec", "rubysec/ruby-advisory-db", "master", Format::RubySec),
        archive(
            "friendsofphp",
            "FriendsOfPHP/security-advisories",
            "master",
            Format::FriendsOfPhp,
        ),
        archive("psf", "psf/advisory-database", "main", Format::Psf),
        FeedFile::published(
            "retirejs",
            "retirejs/jsrepository-v6.json",
            &format!("{RAW}/RetireJS/retire.js/master/repository/jsrepository-v6.json"),
            Format::RetireJs,
        ),
        node("core", Format::NodeCore),
        node("npm", Format::NodeNpm),
    ]
}
