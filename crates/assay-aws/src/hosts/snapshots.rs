//! Snapshots of an instance's volumes, made to be read and deleted after it.
//!
//! They are marked by a tag, so that what a connector that was killed left is found and deleted, and so that a policy can allow
//! deleting these and no others.

use std::{
    thread,
    time::{Duration, Instant},
};

use assay_collector::{ReadError, Unreadable, UnreadableReason};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::{
    call::{AwsError, EC2},
    estate::Site,
};

/// The tag of snapshots that are ours, with the instance as its value.
const TAG: &str = "AssayScan";

/// What is read of one instance, as Amazon Inspector has it: fewer than 8 volumes, 1200 GiB in all.
const MOST_VOLUMES: usize = 7;
const MOST_GIBIBYTES: i64 = 1200;

/// Longest that snapshots are waited for.
const PATIENCE: Duration = Duration::from_secs(45 * 60);
const GLANCE: Duration = Duration::from_secs(5);

/// Snapshots that are older were left behind.
const OLDEST: SignedDuration = SignedDuration::from_hours(3);

/// Snapshots of the volumes of one instance; they are deleted when nobody reads them any more.
pub(super) struct Snapshots<'s> {
    site: &'s Site,
    pub(super) all: Vec<Snapshot>,
}

/// A snapshot of one volume.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub(super) id: String,
    /// In bytes.
    pub(super) size: u64,
    /// What EC2 calls the disk, such as `/dev/sdf`; empty where that is not told.
    pub(super) node: String,
}

impl<'s> Snapshots<'s> {
    /// Makes snapshots of all volumes of an instance at one moment, and waits until they can be read.
    ///
    /// # Errors
    ///
    /// More or larger volumes than are read; when AWS does not let us, or does not get done.
    pub(super) fn make(site: &'s Site, instance: &str) -> Result<Snapshots<'s>, ReadError> {
        let failed = |error: AwsError| of_aws(&error);
        let filter = [
            ("Filter.1.Name", "attachment.instance-id"),
            ("Filter.1.Value.1", instance),
        ];
        let volumes = site
            .place
            .query_pages(&EC2, "DescribeVolumes", &filter, "Volumes")
            .map_err(failed)?;
        within_limits(&volumes)?;
        let parameters = [
            ("InstanceSpecification.InstanceId", instance),
            ("Description", "read by assay-aws, and deleted after it"),
            ("TagSpecification.1.ResourceType", "snapshot"),
            ("TagSpecification.1.Tag.1.Key", TAG),
            ("TagSpecification.1.Tag.1.Value", instance),
        ];
        let answer = site
            .place
            .query(&EC2, "CreateSnapshots", &parameters)
            .map_err(failed)?;
        let made = answer["Snapshots"].as_array().into_iter().flatten();
        let snapshots = Snapshots {
            site,
            all: made.filter_map(|made| read(made, &volumes)).collect(),
        };
        // Without a name all snapshots would be asked for that anybody shares.
        if snapshots.all.is_empty() {
            return Err(ReadError::Lasting(Unreadable {
                reason: UnreadableReason::NoResourcesFound,
                message: "it has no volume of which a snapshot can be made: install an agent".to_owned(),
            }));
        }
        snapshots.wait()?;
        Ok(snapshots)
    }

    fn wait(&self) -> Result<(), ReadError> {
        let began = Instant::now();
        let names: Vec<String> = (1..=self.all.len())
            .map(|at| format!("SnapshotId.{at}"))
            .collect();
        let asked: Vec<(&str, &str)> = names
            .iter()
            .zip(&self.all)
            .map(|(name, snapshot)| (name.as_str(), snapshot.id.as_str()))
            .collect();
        loop {
            let seen = self
                .site
                .place
                .query_pages(&EC2, "DescribeSnapshots", &asked, "Snapshots")
                .map_err(|error| of_aws(&error))?;
            let is = |state: &str| seen.iter().filter(|snapshot| snapshot["State"] == state).count();
            if is("completed") >= self.all.len() {
                return Ok(());
            }
            if is("error") > 0 || began.elapsed() > PATIENCE {
                let message = "snapshots of its volumes did not get done";
                return Err(ReadError::Passing(message.to_owned()));
            }
            thread::sleep(GLANCE);
        }
    }
}

impl Drop for Snapshots<'_> {
    fn drop(&mut self) {
        for snapshot in &self.all {
            delete(self.site, &snapshot.id);
        }
    }
}

fn delete(site: &Site, id: &str) {
    // It answers nothing but that it went well.
    let deleted = site.place.order(&EC2, "DeleteSnapshot", &[("SnapshotId", id)]);
    if let Err(error) = deleted
        && !error.is_missing()
    {
        tracing::warn!("the snapshot {id} stays until it can be deleted: {error}");
    }
}

/// Deletes what was left behind by a connector that was killed.
pub(super) fn sweep(site: &Site) -> Result<(), AwsError> {
    let asked = [
        ("Owner.1", "self"),
        ("Filter.1.Name", "tag-key"),
        ("Filter.1.Value.1", TAG),
    ];
    let left = site
        .place
        .query_pages(&EC2, "DescribeSnapshots", &asked, "Snapshots")?;
    for snapshot in left {
        let began = snapshot["StartTime"].as_str().unwrap_or_default();
        let is_old = began
            .parse::<Timestamp>()
            .is_ok_and(|at| Timestamp::now().duration_since(at) > OLDEST);
        if let Some(id) = snapshot["SnapshotId"].as_str().filter(|_| is_old) {
            delete(site, id);
        }
    }
    Ok(())
}

fn read(snapshot: &Value, volumes: &[Value]) -> Option<Snapshot> {
    let gibibytes = snapshot["VolumeSize"].as_u64()?;
    let of_it =
        |volume: &&Value| volume["VolumeId"] == snapshot["VolumeId"] && !snapshot["VolumeId"].is_null();
    let volume = volumes.iter().find(of_it);
    let node = volume.and_then(|volume| volume["Attachments"][0]["Device"].as_str());
    Some(Snapshot {
        id: snapshot["SnapshotId"].as_str()?.to_owned(),
        size: gibibytes.checked_mul(1 << 30)?,
        node: node.unwrap_or_default().to_owned(),
    })
}

fn within_limits(volumes: &[Value]) -> Result<(), ReadError> {
    let gibibytes: i64 = volumes.iter().filter_map(|volume| volume["Size"].as_i64()).sum();
    if volumes.len() <= MOST_VOLUMES && gibibytes <= MOST_GIBIBYTES {
        return Ok(());
    }
    Err(ReadError::Lasting(Unreadable {
        reason: UnreadableReason::AgentlessInstanceStorageLimitExceeded,
        message: format!(
            "it has {} volumes with {gibibytes} GiB; up to {MOST_VOLUMES} with {MOST_GIBIBYTES} GiB are read: install an agent",
            volumes.len()
        ),
    }))
}

/// What comes of a question that AWS did not answer.
fn of_aws(error: &AwsError) -> ReadError {
    let message = error.to_string();
    if error.is_missing() {
        return ReadError::Gone(message);
    }
    match error.is_denied() {
        true => ReadError::Lasting(Unreadable {
            reason: UnreadableReason::AccessDenied,
            message,
        }),
        false => ReadError::Passing(message),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn limits() {
        let volumes = |count: usize, size: i64| vec![json!({ "Size": size }); count];
        for (volumes, expected) in [
            (volumes(1, 8), true),
            (volumes(7, 100), true),
            (volumes(8, 1), false),
            (volumes(2, 601), false),
            (volumes(0, 0), true),
        ] {
            assert_eq!(within_limits(&volumes).is_ok(), expected, "{volumes:?}");
        }
    }
}
