//! Tables of osquery: as one object of tables, `{"osquery": {"os_version": […], "deb_packages": […]}}`, or as the results of
//! scheduled queries in snapshots, whose names have the table's in them. It writes numbers as texts.
//!
//! Source: osquery's schema (`specs/` of its repository) and its wiki, "Logging".

use std::collections::BTreeMap;

use assay_model::{Artifact, Distribution, Ecosystem, Inventory, Package, Purl};
use serde::Deserialize;

use super::{
    collect::{Collector, evidence},
    distribution,
    json::parse,
    purl::{SourcePackage, normalize},
    row::{Row, of_system, text},
};
use crate::error::SbomError;

const FORMAT: &str = "osquery";

/// Tables by their names.
#[derive(Deserialize)]
struct Tables {
    osquery: BTreeMap<String, Vec<Row>>,
}

/// The forms in which tables come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `{"osquery": {…}}`
    Tables,
    /// `[{"name": …, "snapshot": […]}, …]`
    Several,
    /// `{"name": …, "snapshot": […]}`
    One,
}

/// A result of a scheduled query.
#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Snapshot {
    name: String,
    snapshot: Vec<Row>,
}

/// Reads a row into a package; an error says why it is none.
type Reader = fn(&Row, Option<&Distribution>) -> Result<Option<Package>, &'static str>;

/// The tables that tell of packages.
const TABLES: [(&str, Reader); 5] = [
    ("deb_packages", deb),
    ("rpm_packages", rpm),
    ("pacman_packages", pacman),
    ("python_packages", python),
    ("npm_packages", npm),
];

const SYSTEM: &str = "os_version";
const KERNEL: &str = "kernel_info";

pub(super) fn read(form: Form, document: &[u8], artifact: Artifact) -> Result<Inventory, SbomError> {
    let tables = match form {
        Form::Tables => parse::<Tables>(FORMAT, document)?.osquery,
        Form::Several => by_table(parse(FORMAT, document)?),
        Form::One => by_table(vec![parse(FORMAT, document)?]),
    };
    let first = |table: &str| tables.get(table).and_then(|rows| rows.first());
    let system = first(SYSTEM).and_then(system);
    let mut collector = Collector::new(artifact);
    collector.distribution.clone_from(&system);
    for (table, reader) in TABLES {
        for row in tables.get(table).into_iter().flatten() {
            match reader(row, system.as_ref()) {
                Ok(Some(package)) => collector.package(package),
                Ok(None) => {}
                Err(why) => collector.unidentified(text(row, "name"), why),
            }
        }
    }
    let mut inventory = collector.finish();
    if let Some(kernel) = first(KERNEL).map(|row| text(row, "version")) {
        inventory.artifact.kernel = Some(kernel.to_owned()).filter(|kernel| !kernel.is_empty());
    }
    Ok(inventory)
}

/// Snapshots by the table that their names tell; the later takes the place of the earlier.
fn by_table(snapshots: Vec<Snapshot>) -> BTreeMap<String, Vec<Row>> {
    let names = TABLES.iter().map(|(table, _)| *table).chain([SYSTEM, KERNEL]);
    let names: Vec<&str> = names.collect();
    let mut tables = BTreeMap::new();
    for Snapshot { name, snapshot } in snapshots {
        if let Some(table) = names.iter().find(|table| name.ends_with(**table)) {
            tables.insert((*table).to_owned(), snapshot);
        }
    }
    tables
}

fn system(row: &Row) -> Option<Distribution> {
    let id = match text(row, "platform") {
        "" => distribution::id(text(row, "name")),
        platform => distribution::id(platform),
    };
    // `12 (bookworm)`, `22.04.3 LTS (Jammy Jellyfish)`, `9.3 (Plow)`
    let release = text(row, "version").split_whitespace().next().unwrap_or_default();
    let mut parts = release.split('.');
    let release = match (id.as_str(), parts.next(), parts.next()) {
        ("ubuntu", Some(year), Some(month)) => format!("{year}.{month}"),
        _ => release.to_owned(),
    };
    (!id.is_empty()).then(|| Distribution::from_qualifier(&format!("{id}-{release}")))
}

fn deb(row: &Row, system: Option<&Distribution>) -> Result<Option<Package>, &'static str> {
    let status = text(row, "status");
    if !status.is_empty() && !status.ends_with(" installed") {
        return Ok(None);
    }
    let (name, version) = name_and_version(row)?;
    let revision = text(row, "revision");
    let version = match revision.is_empty() || version.ends_with(revision) {
        true => version.to_owned(),
        false => format!("{version}-{revision}"),
    };
    let purl = normalize(Purl::new("deb", name, &version), source(row).as_ref());
    Ok(Some(of_system(
        purl,
        text(row, "arch"),
        system,
        "var/lib/dpkg/status",
    )))
}

fn rpm(row: &Row, system: Option<&Distribution>) -> Result<Option<Package>, &'static str> {
    let (name, version) = name_and_version(row)?;
    let version = match text(row, "release") {
        "" => version.to_owned(),
        release => format!("{version}-{release}"),
    };
    let epoch = match text(row, "epoch") {
        "0" => "",
        epoch => epoch,
    };
    let purl = Purl::new("rpm", name, &version)
        .with_qualifier("epoch", epoch)
        .with_qualifier("upstream", text(row, "source"));
    Ok(Some(of_system(purl, text(row, "arch"), system, "var/lib/rpm")))
}

fn pacman(row: &Row, system: Option<&Distribution>) -> Result<Option<Package>, &'static str> {
    let (name, version) = name_and_version(row)?;
    let upstream = Some(text(row, "source")).filter(|source| *source != name);
    let purl = Purl::new("alpm", name, version).with_qualifier("upstream", upstream.unwrap_or_default());
    Ok(Some(of_system(purl, text(row, "arch"), system, "var/lib/pacman")))
}

fn python(row: &Row, _: Option<&Distribution>) -> Result<Option<Package>, &'static str> {
    let (name, version) = name_and_version(row)?;
    let name = Ecosystem::new("PyPI").normalize_name(name);
    Ok(Some(at_path(Purl::new("pypi", &name, version), row)))
}

fn npm(row: &Row, _: Option<&Distribution>) -> Result<Option<Package>, &'static str> {
    let (name, version) = name_and_version(row)?;
    let purl = match name.split_once('/') {
        Some((scope, name)) => Purl::new("npm", name, version).with_namespace(scope),
        None => Purl::new("npm", name, version),
    };
    Ok(Some(at_path(purl, row)))
}

fn name_and_version(row: &Row) -> Result<(&str, &str), &'static str> {
    match (text(row, "name"), text(row, "version")) {
        ("", _) | (_, "") => Err("has no name or no version"),
        both => Ok(both),
    }
}

/// The source of a package of dpkg, as `NAME` or `NAME (VERSION)`.
fn source(row: &Row) -> Option<SourcePackage> {
    let (name, version) = match text(row, "source").split_once('(') {
        Some((name, version)) => (name, Some(version.trim_end_matches(')').trim().to_owned())),
        None => (text(row, "source"), None),
    };
    (!name.is_empty()).then(|| SourcePackage {
        name: name.trim().to_owned(),
        version,
    })
}

fn at_path(purl: Purl, row: &Row) -> Package {
    let mut package = Package::new(purl);
    let path = text(row, "path");
    if !path.is_empty() {
        package.evidence.push(evidence(path));
    }
    package
}

#[cfg(test)]
mod tests {
    use assay_model::{Artifact, ArtifactKind, Inventory};

    use crate::read;

    fn inventory(document: &str) -> Inventory {
        read(document.as_bytes(), Artifact::new("", ArtifactKind::Host)).unwrap()
    }

    fn purls(inventory: &Inventory) -> Vec<String> {
        let packages = inventory.packages.iter();
        packages.map(|package| package.purl.to_string()).collect()
    }

    const SYSTEM: &str =
        r#"[{"name": "Debian GNU/Linux", "version": "12 (bookworm)", "major": "12", "platform": "debian"}]"#;
    const PACKAGES: &str = r#"[
        {"name": "libssl3", "version": "3.0.11-1~deb12u2", "source": "openssl", "arch": "amd64",
            "revision": "1~deb12u2", "status": "install ok installed"},
        {"name": "gone", "version": "1", "status": "deinstall ok config-files"},
        {"name": "zlib1g", "version": "1:1.2.13.dfsg-1+b1", "source": "zlib (1:1.2.13.dfsg-1)", "arch": "amd64"},
        {"name": "", "version": "1"}]"#;

    #[test]
    fn tables_and_snapshots_say_the_same() {
        for document in [
            format!(
                r#"{{"osquery": {{"os_version": {SYSTEM}, "deb_packages": {PACKAGES}, "kernel_info": [{{"version": "6.1.0-13-amd64"}}], "users": [{{"uid": "0"}}]}}}}"#
            ),
            format!(
                r#"[{{"name": "pack_assay_os_version", "action": "snapshot", "snapshot": {SYSTEM}}},
                {{"name": "pack_assay_kernel_info", "snapshot": [{{"version": "6.1.0-13-amd64"}}]}},
                {{"name": "pack_assay_deb_packages", "hostIdentifier": "h", "snapshot": {PACKAGES}}}]"#
            ),
        ] {
            let inventory = inventory(&document);
            assert_eq!(
                purls(&inventory),
                [
                    "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl",
                    "pkg:deb/debian/zlib1g@1:1.2.13.dfsg-1%2Bb1?arch=amd64&distro=debian-12\
                     &upstream=zlib%401:1.2.13.dfsg-1",
                ],
                "{document}"
            );
            assert_eq!(inventory.artifact.kernel.as_deref(), Some("6.1.0-13-amd64"));
            assert_eq!(inventory.diagnostics.len(), 1);
        }
    }

    #[test]
    fn every_table_is_read() {
        let inventory = inventory(
            r#"{"osquery": {
            "os_version": [{"platform": "ubuntu", "version": "22.04.3 LTS (Jammy Jellyfish)"}],
            "rpm_packages": [{"name": "bash", "version": "5.1.8", "release": "6.el9", "epoch": "0", "arch": "x86_64",
                "source": "bash-5.1.8-6.el9.src.rpm"}],
            "pacman_packages": [{"name": "gcc-libs", "version": "13.2.1-3", "source": "gcc", "arch": "x86_64"}],
            "python_packages": [{"name": "Flask_Login", "version": "0.6", "path": "/usr/lib/python3/dist-packages/x"}],
            "npm_packages": [{"name": "@scope/tool", "version": "1.0.0", "path": "/usr/lib/node_modules/@scope/tool"}]}}"#,
        );
        assert_eq!(
            purls(&inventory),
            [
                "pkg:alpm/ubuntu/gcc-libs@13.2.1-3?arch=x86_64&distro=ubuntu-22.04&upstream=gcc",
                "pkg:npm/%40scope/tool@1.0.0",
                "pkg:pypi/flask-login@0.6",
                "pkg:rpm/ubuntu/bash@5.1.8-6.el9?arch=x86_64&distro=ubuntu-22.04&upstream=bash-5.1.8-6.el9.src.rpm",
            ]
        );
        assert_eq!(
            inventory.packages[2].evidence[0].path,
            "usr/lib/python3/dist-packages/x"
        );
    }
}
