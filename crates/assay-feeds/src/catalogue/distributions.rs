//! Feeds of the distributions themselves.

use super::{FeedFile, Format, Presence};
use crate::{
    formats::{
        csaf::CsafSource,
        cvrf::CvrfSource,
        oval::OvalSource,
        secdb::SecdbSource,
        updateinfo::{Line, UpdateinfoSource},
    },
    manifest::Manifest,
};

/// The newest Alpine branch that is asked for; one that is not there yet costs a refused request.
const NEWEST_ALPINE_MINOR: u32 = 25;

pub(super) fn files() -> Vec<FeedFile> {
    let mut files = vec![
        FeedFile::published(
            "debian-tracker",
            "debian/tracker/data/json.gz",
            "https://security-tracker.debian.org/tracker/data/json",
            Format::DebianTracker,
        )
        .with_presence(Presence::Required),
    ];
    files.extend(alpine());
    files.push(FeedFile::published(
        "wolfi",
        "wolfi/os/security.json",
        "https://packages.wolfi.dev/os/security.json",
        Format::Secdb(SecdbSource::Wolfi),
    ));
    files.push(FeedFile::published(
        "chainguard",
        "chainguard/security.json",
        "https://packages.cgr.dev/chainguard/security.json",
        Format::Secdb(SecdbSource::Chainguard),
    ));
    files.extend(red_hat("vex", CsafSource::RedHatVex));
    files.extend(red_hat("advisories", CsafSource::RedHatAdvisories));
    files.extend(amazon());
    files.extend(rocky());
    files.extend(FEDORA.map(fedora));
    files.push(FeedFile::published(
        "oracle",
        "oracle/com.oracle.elsa-all.xml.bz2",
        "https://linux.oracle.com/security/oval/com.oracle.elsa-all.xml.bz2",
        Format::Oval(OvalSource::Oracle),
    ));
    files.extend(SUSE.map(suse));
    files.push(
        FeedFile::published(
            "suse-cvrf",
            "suse/cvrf/cvrf.tar.bz2",
            "https://ftp.suse.com/pub/projects/security/cvrf.tar.bz2",
            Format::Cvrf(CvrfSource::Suse),
        )
        .with_presence(Presence::Optional),
    );
    files.push(FeedFile::published(
        "openeuler",
        "openeuler/cvrf/index.txt",
        "https://repo.openeuler.org/security/data/cvrf/index.txt",
        Format::Manifest(Manifest::CvrfIndex(CvrfSource::OpenEuler)),
    ));
    files.extend(AZURE_LINUX.map(azure_linux));
    files.extend(PHOTON.map(photon));
    files
}

fn alpine() -> impl Iterator<Item = FeedFile> {
    let branches = (2..=NEWEST_ALPINE_MINOR)
        .map(|minor| format!("v3.{minor}"))
        .chain(["edge".to_owned()]);
    branches.flat_map(|branch| {
        ["main", "community"].map(|repository| {
            FeedFile::published(
                "alpine-secdb",
                &format!("alpine/secdb/{branch}/{repository}.json"),
                &format!("https://secdb.alpinelinux.org/{branch}/{repository}.json"),
                Format::Secdb(SecdbSource::Alpine),
            )
            .with_presence(Presence::Optional)
        })
    })
}

/// The newest archive is named in a file of its own, which leads to the rest.
fn red_hat(kind: &str, source: CsafSource) -> [FeedFile; 1] {
    [FeedFile::published(
        &format!("redhat-{kind}"),
        &format!("redhat/csaf/v2/{kind}/archive_latest.txt"),
        &format!("https://security.access.redhat.com/data/csaf/v2/{kind}/archive_latest.txt"),
        Format::Manifest(Manifest::CsafArchive(source)),
    )]
}

/// Amazon's repositories: path below the mirror, ecosystem, and the list of mirrors.
const AMAZON: [(&str, &str, &str); 4] = [
    (
        "2018.03/updates",
        "Amazon Linux:1",
        "http://repo.us-west-2.amazonaws.com/2018.03/updates/x86_64/mirror.list",
    ),
    (
        "2/core",
        "Amazon Linux:2",
        "https://cdn.amazonlinux.com/2/core/latest/x86_64/mirror.list",
    ),
    (
        "al2022/core",
        "Amazon Linux:2022",
        "https://cdn.amazonlinux.com/al2022/core/mirrors/latest/x86_64/mirror.list",
    ),
    (
        "al2023/core",
        "Amazon Linux:2023",
        "https://cdn.amazonlinux.com/al2023/core/mirrors/latest/x86_64/mirror.list",
    ),
];

fn amazon() -> impl Iterator<Item = FeedFile> {
    let core = AMAZON.map(|(path, ecosystem, upstream)| {
        let source = UpdateinfoSource {
            source: "amazon",
            ecosystem,
            line: Line::Any,
        };
        FeedFile::published(
            "amazon",
            &format!("amazon/{path}/x86_64/mirror.list"),
            upstream,
            Format::Manifest(Manifest::Mirrors(source)),
        )
        // A release that nobody supports any more may vanish.
        .with_presence(Presence::Optional)
    });
    let extras = FeedFile::published(
        "amazon",
        "amazon/2/extras-catalog.json",
        "http://amazonlinux.default.amazonaws.com/2/extras-catalog.json",
        Format::Manifest(Manifest::AmazonExtras),
    );
    core.into_iter().chain([extras])
}

fn rocky() -> impl Iterator<Item = FeedFile> {
    const RELEASES: [(u32, &str); 3] = [(8, "Rocky Linux:8"), (9, "Rocky Linux:9"), (10, "Rocky Linux:10")];
    const REPOSITORIES: [&str; 6] = ["BaseOS", "AppStream", "CRB", "PowerTools", "extras", "NFV"];
    RELEASES.into_iter().flat_map(|(release, ecosystem)| {
        REPOSITORIES.map(|repository| {
            let path = format!("{release}/{repository}/x86_64/os/repodata/repomd.xml");
            FeedFile::published(
                "rocky",
                &format!("rocky/{path}"),
                &format!("https://download.rockylinux.org/pub/rocky/{path}"),
                Format::Manifest(Manifest::Repomd(UpdateinfoSource {
                    source: "rocky",
                    ecosystem,
                    line: Line::Any,
                })),
            )
            // The repositories were named anew with 9.
            .with_presence(Presence::Optional)
        })
    })
}

/// Releases of Fedora that are asked for; Bodhi keeps the ended ones.
const FEDORA: [u32; 8] = [38, 39, 40, 41, 42, 43, 44, 45];

fn fedora(release: u32) -> FeedFile {
    let query = "type=security&status=stable&rows_per_page=100";
    FeedFile::published(
        "fedora",
        &format!("fedora/F{release}/page-1.json"),
        &format!("https://bodhi.fedoraproject.org/updates/?releases=F{release}&{query}&page=1"),
        Format::Manifest(Manifest::BodhiPages),
    )
    .with_presence(Presence::Optional)
}

/// SUSE's products, as its OVAL files are named after them.
const SUSE: [&str; 12] = [
    "suse.linux.enterprise.server.12",
    "suse.linux.enterprise.server.15",
    "suse.linux.enterprise.server.16.0",
    "suse.linux.enterprise.micro.5",
    "suse.linux.micro.6",
    "opensuse.leap.15.3",
    "opensuse.leap.15.4",
    "opensuse.leap.15.5",
    "opensuse.leap.15.6",
    "opensuse.leap.16.0",
    "opensuse.leap.micro.5.5",
    "opensuse.tumbleweed",
];

fn suse(product: &str) -> FeedFile {
    // The files with this ending tell the flaws that have no fix yet, too.
    let name = format!("{product}-affected.xml.gz");
    FeedFile::published(
        "suse-oval",
        &format!("suse/oval/{name}"),
        &format!("https://ftp.suse.com/pub/projects/security/oval/{name}"),
        Format::Oval(OvalSource::Suse),
    )
    .with_presence(Presence::Optional)
}

/// Names of Microsoft's files with the ecosystem of each.
const AZURE_LINUX: [(&str, &str); 3] = [
    ("azurelinux-3.0", "Azure Linux:3"),
    ("cbl-mariner-2.0", "CBL-Mariner:2"),
    ("cbl-mariner-1.0", "CBL-Mariner:1"),
];

fn azure_linux((name, ecosystem): (&str, &'static str)) -> FeedFile {
    let repository = "https://raw.githubusercontent.com/microsoft/AzureLinuxVulnerabilityData/main";
    FeedFile::published(
        "azurelinux",
        &format!("azurelinux/{name}-oval.xml.gz"),
        &format!("{repository}/{name}-oval.xml"),
        Format::Oval(OvalSource::Release {
            source: "azurelinux",
            ecosystem,
        }),
    )
    .with_presence(Presence::Optional)
}

/// Releases of Photon OS with the ecosystem of each.
const PHOTON: [(u32, &str); 3] = [(3, "Photon OS:3.0"), (4, "Photon OS:4.0"), (5, "Photon OS:5.0")];

fn photon((release, ecosystem): (u32, &'static str)) -> FeedFile {
    let name = format!("com.vmware.phsa-photon{release}.xml.gz");
    FeedFile::published(
        "photon",
        &format!("photon/{name}"),
        &format!("https://packages.vmware.com/photon/photon_oval_definitions/{name}"),
        Format::Oval(OvalSource::Release {
            source: "photon",
            ecosystem,
        }),
    )
    .with_presence(Presence::Optional)
}
