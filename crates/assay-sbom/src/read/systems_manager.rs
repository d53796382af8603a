//! What AWS Systems Manager's agent tells of a host: items of `PutInventory`, entries of `ListInventoryEntries`, entities of
//! `GetInventory`.
//!
//! The agent asks `rpm` and `dpkg-query` and passes on what they say, without the source of Debian's packages, which
//! Debian's and Ubuntu's advisories are about: a package that is called otherwise than its source cannot be assessed by
//! them, and that is said. Source: Systems Manager API reference, "InventoryItem"; its user guide, "Metadata collected by
//! Inventory".

use std::collections::BTreeMap;

use assay_model::{Artifact, Distribution, Inventory, Package, Purl};
use serde::Deserialize;

use super::{
    collect::Collector,
    distribution,
    json::parse,
    row::{Row, of_system, text},
};
use crate::error::SbomError;

const FORMAT: &str = "Systems Manager inventory";

/// Items of one type.
#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Item {
    #[serde(rename = "TypeName")]
    kind: String,
    #[serde(default, rename = "Content")]
    content: Vec<Row>,
    #[serde(default, rename = "Entries")]
    entries: Vec<Row>,
}

/// What is put.
#[derive(Deserialize)]
struct Put {
    #[serde(rename = "Items")]
    items: Vec<Item>,
}

/// What is got.
#[derive(Deserialize)]
struct Got {
    #[serde(rename = "Entities")]
    entities: Vec<Entity>,
}

/// The forms in which items come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `{"Items": […]}`
    Put,
    /// `{"Entities": […]}`
    Got,
    /// `[{"TypeName": …}, …]`
    Several,
    /// `{"TypeName": …}`
    One,
}

#[derive(Deserialize)]
struct Entity {
    #[serde(default, rename = "Data")]
    data: BTreeMap<String, Item>,
}

/// The package managers that the agent asks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manager {
    Deb,
    Rpm,
}

pub(super) fn read(form: Form, document: &[u8], artifact: Artifact) -> Result<Inventory, SbomError> {
    let items = match form {
        Form::Put => parse::<Put>(FORMAT, document)?.items,
        Form::Several => parse(FORMAT, document)?,
        Form::One => vec![parse(FORMAT, document)?],
        Form::Got => {
            let mut entities = parse::<Got>(FORMAT, document)?.entities;
            match (entities.pop(), entities.len()) {
                (Some(entity), 0) => entity.data.into_values().collect(),
                (_, others) => {
                    return Err(SbomError::Malformed {
                        format: FORMAT,
                        reason: format!("it tells of {} hosts; an inventory is of one", others + 1),
                    });
                }
            }
        }
    };
    let of = |kind: &'static str| items.iter().filter(move |item| item.kind == kind);
    let about = of("AWS:InstanceInformation").find_map(|item| item.rows().next());
    let system = about.and_then(distribution);
    let mut collector = Collector::new(artifact);
    collector.distribution.clone_from(&system);
    let mut without_source = 0;
    for entry in of("AWS:Application").flat_map(Item::rows) {
        match package(entry, system.as_ref()) {
            Ok(package) => {
                without_source += usize::from(package.purl.kind == "deb");
                collector.package(package);
            }
            Err(why) => collector.unidentified(text(entry, "Name"), why),
        }
    }
    if without_source > 0 {
        collector.unidentified(
            &format!("the source of {without_source} packages of dpkg"),
            "is not told by this agent; those called otherwise than their source match nothing",
        );
    }
    Ok(collector.finish())
}

impl Item {
    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.content.iter().chain(&self.entries)
    }
}

fn distribution(about: &Row) -> Option<Distribution> {
    let (name, version) = (text(about, "PlatformName"), text(about, "PlatformVersion"));
    if name.is_empty() || text(about, "PlatformType").eq_ignore_ascii_case("windows") {
        return None;
    }
    let id = distribution::id(name);
    Some(Distribution::from_qualifier(&distribution::qualifier(
        version,
        Some(&id),
    )))
}

fn package(entry: &Row, system: Option<&Distribution>) -> Result<Package, &'static str> {
    let (name, version) = (text(entry, "Name"), text(entry, "Version"));
    if name.is_empty() || version.is_empty() {
        return Err("has no name or no version");
    }
    let manager = manager(entry).ok_or("is of no package manager that is known")?;
    let purl = match manager {
        Manager::Deb => Purl::new("deb", name, version),
        Manager::Rpm => {
            let release = text(entry, "Release");
            let whole = match release {
                "" => version.to_owned(),
                release => format!("{version}-{release}"),
            };
            let epoch = match text(entry, "Epoch") {
                "(none)" | "0" => "",
                epoch => epoch,
            };
            Purl::new("rpm", name, &whole)
                .with_qualifier("epoch", epoch)
                .with_qualifier("upstream", text(entry, "PackageId"))
        }
    };
    let path = match manager {
        Manager::Deb => "var/lib/dpkg/status",
        Manager::Rpm => "var/lib/rpm",
    };
    Ok(of_system(purl, text(entry, "Architecture"), system, path))
}

/// Which package manager told of a package: the agent names the files that they come in.
fn manager(entry: &Row) -> Option<Manager> {
    let id = text(entry, "PackageId");
    if id.ends_with(".deb") {
        Some(Manager::Deb)
    } else if id.ends_with(".rpm") || !text(entry, "Release").is_empty() {
        Some(Manager::Rpm)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use assay_model::ArtifactKind;

    use crate::read;

    fn purls(document: &str) -> Vec<String> {
        let artifact = assay_model::Artifact::new("", ArtifactKind::Host);
        let inventory = read(document.as_bytes(), artifact).unwrap();
        inventory
            .packages
            .iter()
            .map(|package| package.purl.to_string())
            .collect()
    }

    const RPM: &str = r#"{"TypeName": "AWS:Application", "SchemaVersion": "1.1", "CaptureTime": "2026-11-01T00:00:00Z",
        "Content": [{"Name": "openssl-libs", "Version": "3.0.8", "Release": "1.amzn2023.0.3", "Epoch": "1",
            "Architecture": "x86_64", "PackageId": "openssl-3.0.8-1.amzn2023.0.3.src.rpm", "ApplicationType": "x"},
            {"Name": "bash", "Version": "5.2.15", "Release": "1", "Epoch": "(none)", "Architecture": "x86_64"}]}"#;
    const AMAZON: &str = r#"{"TypeName": "AWS:InstanceInformation", "Content": [
        {"PlatformName": "Amazon Linux", "PlatformType": "Linux", "PlatformVersion": "2023"}]}"#;

    #[test]
    fn forms_say_the_same() {
        let expected = [
            "pkg:rpm/amzn/bash@5.2.15-1?arch=x86_64&distro=amzn-2023",
            "pkg:rpm/amzn/openssl-libs@3.0.8-1.amzn2023.0.3?arch=x86_64&distro=amzn-2023&epoch=1\
             &upstream=openssl-3.0.8-1.amzn2023.0.3.src.rpm",
        ];
        let entries = RPM.replace("\"Content\"", "\"Entries\"");
        for document in [
            format!(r#"{{"InstanceId": "i-1", "Items": [{RPM}, {AMAZON}]}}"#),
            format!("[{entries}, {AMAZON}]"),
            format!(
                r#"{{"Entities": [{{"Id": "i-1", "Data": {{"AWS:Application": {RPM}, "AWS:InstanceInformation": {AMAZON}}}}}]}}"#
            ),
        ] {
            assert_eq!(purls(&document), expected, "{document}");
        }
    }

    #[test]
    fn debian_packages_have_no_source_and_that_is_said() {
        let document = r#"[{"TypeName": "AWS:InstanceInformation", "Content": [
            {"PlatformName": "Debian GNU/Linux", "PlatformType": "Linux", "PlatformVersion": "12"}]},
            {"TypeName": "AWS:Application", "Content": [
            {"Name": "openssl", "Version": "3.0.11-1", "Architecture": "amd64", "PackageId": "openssl_3.0.11-1_amd64.deb"},
            {"Name": "core", "Version": "16", "ApplicationType": "snap", "PackageId": ""}, {"Name": "x"}]}]"#;
        assert_eq!(
            purls(document),
            ["pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12"]
        );
        let artifact = assay_model::Artifact::new("", ArtifactKind::Host);
        let inventory = read(document.as_bytes(), artifact).unwrap();
        assert_eq!(inventory.distribution.unwrap().qualifier(), "debian-12");
        let told: Vec<&str> = inventory
            .diagnostics
            .iter()
            .map(|diagnostic| diagnostic.message.as_str())
            .collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(
            told.iter().any(|told| told.contains("the source of 1 packages")),
            "{told:?}"
        );
    }

    #[test]
    fn inventories_of_several_hosts_are_refused() {
        let document = r#"{"Entities": [{"Id": "i-1"}, {"Id": "i-2"}]}"#;
        let artifact = assay_model::Artifact::new("", ArtifactKind::Host);
        let error = read(document.as_bytes(), artifact).unwrap_err().to_string();
        assert!(error.contains("2 hosts"), "{error}");
    }
}
