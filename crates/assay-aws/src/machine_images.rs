//! Machine images that an account owns: what they are, and what is installed in them, by the snapshots that they consist of.
//!
//! The service says which are read (`amiConfiguration`); nothing is made for it, and an image never changes.

use std::{collections::BTreeSet, io, path::Path, sync::Arc, time::Duration};

use anyhow::Result;
use assay_collector::{
    Item, Looked, ReadError, Reader, Source, Unreadable, UnreadableReason, WatchError, Wish,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    attempts::{Attempts, problem_of},
    blocks::{self, Snapshot},
    call::{AwsError, EC2},
    estate::{Estate, Site},
    hosts::{tags, within_limits},
    item::{item, parts},
    kept::Kept,
};

/// The type of machine images.
const MACHINE_IMAGE: &str = "MACHINE_IMAGE";

/// Tags of images that lifecycle policies made as backups begin with one of these.
const BACKUPS: [&str; 3] = ["aws:dlm:", "dlm:managed", "aws:backup:"];

/// Machine images that are watched.
pub(crate) struct MachineImages {
    estate: Arc<Estate>,
    /// By id.
    known: Kept<Known>,
}

/// What is known of a machine image.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Known {
    #[serde(flatten)]
    image: Image,
    /// Why it could not be read, as it was told.
    #[serde(default)]
    told: Option<Unreadable>,
    #[serde(default)]
    attempts: Attempts,
}

/// A machine image as EC2 describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Image {
    /// As it is told of.
    resource: Value,
    disks: Vec<Snapshot>,
    /// Why it cannot be read, whoever tries.
    unreadable: Option<Unreadable>,
}

impl MachineImages {
    pub(crate) fn open(estate: Arc<Estate>, state: &Path) -> Result<MachineImages> {
        let known = Kept::open(state, "machine-images")?;
        Ok(MachineImages { estate, known })
    }

    /// Looks at one image that something happened to; gives what is to be read.
    pub(crate) fn notice(&self, site: &Site, id: &str) -> Result<Vec<Item>, WatchError> {
        let described = match describe(site, Some(id)) {
            Err(error) if error.is_missing() => Vec::new(),
            other => other?,
        };
        self.take_up(site, &described, |known| known == id)
    }

    fn look_at(&self, site: &Site) -> Result<Vec<Item>, WatchError> {
        let described = describe(site, None)?;
        self.take_up(site, &described, |_| true)
    }

    /// Takes up all images that there are of those by whose id something holds.
    fn take_up(
        &self,
        site: &Site,
        described: &[Value],
        is_asked: impl Fn(&str) -> bool,
    ) -> Result<Vec<Item>, WatchError> {
        let images: Vec<(&str, Image)> = described.iter().filter_map(Image::read).collect();
        let ids: BTreeSet<&str> = images.iter().map(|(id, _)| *id).collect();
        for id in self.known.names(site, |id| is_asked(id) && !ids.contains(id)) {
            site.service.end(MACHINE_IMAGE, &id)?;
            self.known.remove(site, &id);
        }
        let mut wanted = Vec::new();
        for (id, image) in images {
            let known = self.known.get(site, id).unwrap_or_default();
            let problem = image.unreadable.as_ref().or(known.attempts.problem());
            if known.image == image && known.told.as_ref() == problem {
                continue;
            }
            let wish = site.service.tell(&image.resource, problem)?;
            let told = problem.cloned();
            self.known.note(site, id, |known| {
                known.image = image;
                known.told = told;
            });
            if wish == Wish::Inventory {
                wanted.push(item(site, id));
            }
        }
        Ok(wanted)
    }
}

fn describe(site: &Site, id: Option<&str>) -> Result<Vec<Value>, AwsError> {
    let parameters = match id {
        Some(id) => [("Owner.1", "self"), ("ImageId.1", id)],
        None => [("Owner.1", "self"), ("MaxResults", "1000")],
    };
    site.place
        .query_pages(&EC2, "DescribeImages", &parameters, "Images")
}

impl Image {
    /// Reads an image of the answer of `describe-images`, with its id; `None` for one that is not there yet or any more.
    fn read(image: &Value) -> Option<(&str, Image)> {
        let id = image["ImageId"].as_str()?;
        if image["State"] != "available" {
            return None;
        }
        let disks: Vec<Snapshot> = image["BlockDeviceMappings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|mapping| {
                Snapshot::new(
                    &mapping["Ebs"]["SnapshotId"],
                    &mapping["Ebs"]["VolumeSize"],
                    &mapping["DeviceName"],
                )
            })
            .collect();
        let unreadable = unreadable(image, &disks);
        let resource = resource(id, image);
        let read = Image {
            resource,
            disks,
            unreadable,
        };
        Some((id, read))
    }
}

/// As the service takes it.
fn resource(id: &str, image: &Value) -> Value {
    let mut details = Map::new();
    for (name, told) in [
        ("name", "Name"),
        ("ownerAccountId", "OwnerId"),
        ("state", "State"),
        ("rootDeviceType", "RootDeviceType"),
        ("virtualizationType", "VirtualizationType"),
        ("sourceResourceId", "SourceInstanceId"),
    ] {
        if let Some(text) = image[told].as_str().filter(|text| !text.is_empty()) {
            details.insert(name.to_owned(), json!(text));
        }
    }
    // Others have no word in the service's API.
    let architecture = image["Architecture"].as_str().unwrap_or_default();
    if let Some(known) = ["x86_64", "arm64"].iter().find(|known| **known == architecture) {
        details.insert("architecture".to_owned(), json!(known.to_uppercase()));
    }
    if is_windows(image) {
        details.insert("platform".to_owned(), json!("WINDOWS"));
    }
    if let Some(is_public) = image["Public"].as_bool() {
        details.insert("isPublic".to_owned(), json!(is_public));
    }
    let seconds = |name: &str| Some(image[name].as_str()?.parse::<Timestamp>().ok()?.as_second());
    if let Some(at) = seconds("CreationDate") {
        details.insert("creationDate".to_owned(), json!(at));
    }
    let tags = tags(&image["Tags"]);
    let is_backup = tags
        .keys()
        .any(|key| BACKUPS.iter().any(|backup| key.starts_with(backup)));
    // What is made of an instance names the image of that as its source.
    let is_copy = image["SourceImageId"].is_string() && image["SourceInstanceId"].is_null();
    let mut resource = json!({
        "type": "machine-image",
        "id": id,
        "tags": tags,
        "details": { "machineImage": details },
    });
    if is_backup || is_copy {
        resource["origin"] = json!(if is_backup { "backup" } else { "copied" });
    }
    if let Some(at) = seconds("LastLaunchedTime") {
        resource["launchedAt"] = json!(at);
    }
    resource
}

fn is_windows(image: &Value) -> bool {
    let platform = image["Platform"].as_str().unwrap_or_default();
    platform.eq_ignore_ascii_case("windows")
}

/// Why an image cannot be read, whoever tries.
fn unreadable(image: &Value, disks: &[Snapshot]) -> Option<Unreadable> {
    if is_windows(image) {
        return Some(Unreadable {
            reason: UnreadableReason::UnsupportedOs,
            message: "disks of Windows are not read".to_owned(),
        });
    }
    if disks.is_empty() {
        return Some(Unreadable {
            reason: UnreadableReason::NoResourcesFound,
            message: "it has no snapshot that could be read: it lies in an instance store".to_owned(),
        });
    }
    within_limits(disks.iter().map(Snapshot::size)).err()
}

impl Source for MachineImages {
    fn name(&self) -> String {
        "machine images of EC2".to_owned()
    }

    fn period(&self) -> Duration {
        self.estate.configuration().machine_images.every.unsigned_abs()
    }

    fn look(&self) -> Looked {
        self.estate.look(|site| self.look_at(site))
    }

    fn ask(&self) -> Vec<Item> {
        self.estate
            .wanted(|site, id| self.known.has(site, id).then(|| item(site, id)))
    }

    fn read(&self, what: &Item, reader: &dyn Reader) -> Result<(), WatchError> {
        let Some((site, id)) = parts(&self.estate, what) else {
            return Ok(());
        };
        let Some(known) = self.known.get(&site, id) else {
            return Ok(());
        };
        let read = match known.image.unreadable.clone() {
            Some(problem) => Err(ReadError::Lasting(problem)),
            None if !known.attempts.may_try() => return Ok(()),
            None => {
                self.known.change(&site, id, |known| known.attempts.begin());
                blocks::read(&site.place, id, &known.image.disks, reader)
            }
        };
        let problem = problem_of(&read);
        let reported = site.service.report(&known.image.resource, read)?;
        self.known.change(&site, id, |known| {
            known.told.clone_from(&problem);
            known.attempts.end(reported, problem);
        });
        Ok(())
    }

    fn keep(&self) -> io::Result<()> {
        self.known.keep()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_described() {
        let image = json!({
            "ImageId": "ami-0123456789abcdef0", "Name": "golden", "OwnerId": "111122223333", "State": "available",
            "Architecture": "arm64", "RootDeviceType": "ebs", "VirtualizationType": "hvm", "Public": false,
            "CreationDate": "2026-11-01T00:00:00.000Z", "LastLaunchedTime": "2026-11-02T00:00:00Z",
            "SourceInstanceId": "i-0123456789abcdef0", "SourceImageId": "ami-1", "Tags": [{"Key": "team", "Value": "red"}],
            "BlockDeviceMappings": [
                {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": "snap-1", "VolumeSize": 8}},
                {"DeviceName": "/dev/sdb", "VirtualName": "ephemeral0"}
            ]
        });
        let expected = json!({
            "type": "machine-image", "id": "ami-0123456789abcdef0", "tags": {"team": "red"}, "launchedAt": 1_793_577_600,
            "details": {"machineImage": {"name": "golden", "ownerAccountId": "111122223333", "state": "available",
                "architecture": "ARM64", "rootDeviceType": "ebs", "virtualizationType": "hvm", "isPublic": false,
                "creationDate": 1_793_491_200, "sourceResourceId": "i-0123456789abcdef0"}}
        });
        let (id, read) = Image::read(&image).unwrap();
        assert_eq!((id, &read.resource), ("ami-0123456789abcdef0", &expected));
        assert_eq!((read.disks.len(), read.unreadable), (1, None));

        let with = |changes: Value| {
            let mut changed = image.clone();
            for (name, value) in changes.as_object().unwrap() {
                changed[name] = value.clone();
            }
            changed
        };
        for (changes, expected) in [
            (json!({"State": "pending"}), "gone"),
            (json!({"State": "deregistered"}), "gone"),
            (json!({"ImageId": null}), "gone"),
            (json!({"Platform": "windows"}), "null UnsupportedOs"),
            (json!({"BlockDeviceMappings": []}), "null NoResourcesFound"),
            (json!({"SourceInstanceId": null}), "\"copied\" -"),
            (
                json!({"Tags": [{"Key": "aws:dlm:lifecycle-policy-id", "Value": "policy-1"}]}),
                "\"backup\" -",
            ),
            (json!({"Architecture": "i386"}), "null -"),
        ] {
            let told = match Image::read(&with(changes.clone())) {
                None => "gone".to_owned(),
                Some((_, read)) => {
                    let reason = read.unreadable.map(|problem| format!("{:?}", problem.reason));
                    format!("{} {}", read.resource["origin"], reason.as_deref().unwrap_or("-"))
                }
            };
            assert_eq!(told, expected, "{changes}");
        }
    }
}
