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
    blocks::Snapshot,
    call::{AwsError, EC2},
    estate::Site,
};

/// The tag of snapshots that are ours, with the instance as its value.
const TAG: &str = "AssayScan";

/// What is read of one instance, as Amazon Inspector has it: fewer than 8 volumes, 1200 GiB in all.
const MOST_VOLUMES: usize = 7;
const MOST_GIBIBYTES: u64 = 1200;

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

impl<'s> Snapshots<'s> {
    /// Makes snapshots of all volumes of an instance at one moment, and waits until they can be read.
    ///
    /// # Errors
    ///
    /// More or larger volumes than are read; when AWS does not let us, or does not get done.
    pub(super) fn make(site: &'s Site, instance: &str) -> Result<Snapshots<'s>, ReadError> {
        let failed = |error: AwsError| ReadError::from(&error);
        let filter = [
            ("Filter.1.Name", "attachment.instance-id"),
            ("Filter.1.Value.1", instance),
        ];
        let volumes = site
            .place
            .query_pages(&EC2, "DescribeVolumes", &filter, "Volumes")
            .map_err(failed)?;
        let sizes = volumes
            .iter()
            .filter_map(|volume| volume["Size"].as_u64()?.checked_mul(1 << 30));
        within_limits(sizes).map_err(ReadError::Lasting)?;
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
                .map_err(|error| ReadError::from(&error))?;
            let is = |state: &str| seen.iter().filter(|snapshot| snapshot["State"] == state).count();
            if is("completed") >= self.all.len() {
                return Ok(());
            }
            let messages = seen
                .iter()
                .filter_map(|snapshot| snapshot["StateMessage"].as_str());
            if let Some(message) = messages.clone().find(|message| is_about_key(message)) {
                return Err(ReadError::Lasting(Unreadable {
                    reason: UnreadableReason::AccessDeniedToEncryptionKey,
                    message: format!("a snapshot of its volumes cannot be made: {message}"),
                }));
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

/// Whether a snapshot tells that the key of its volume may not be used.
///
/// Source: EC2 API reference, `StateMessage` of `Snapshot`.
fn is_about_key(message: &str) -> bool {
    ["key ID", "KMS", "kms:"]
        .iter()
        .any(|word| message.contains(word))
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
    let of_it =
        |volume: &&Value| volume["VolumeId"] == snapshot["VolumeId"] && !snapshot["VolumeId"].is_null();
    let volume = volumes.iter().find(of_it).unwrap_or(&Value::Null);
    Snapshot::new(
        &snapshot["SnapshotId"],
        &snapshot["VolumeSize"],
        &volume["Attachments"][0]["Device"],
    )
}

/// Refuses volumes of these sizes, in bytes, where they are more or larger than what is read.
pub(crate) fn within_limits(sizes: impl Iterator<Item = u64>) -> Result<(), Unreadable> {
    let sizes: Vec<u64> = sizes.collect();
    let gibibytes = sizes
        .iter()
        .fold(0_u64, |all, size| all.saturating_add(size >> 30));
    if sizes.len() <= MOST_VOLUMES && gibibytes <= MOST_GIBIBYTES {
        return Ok(());
    }
    Err(Unreadable {
        reason: UnreadableReason::AgentlessInstanceStorageLimitExceeded,
        message: format!(
            "it has {} volumes with {gibibytes} GiB; up to {MOST_VOLUMES} with {MOST_GIBIBYTES} GiB are read: install an agent",
            sizes.len()
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits() {
        let volumes = |count: usize, gibibytes: u64| vec![gibibytes << 30; count];
        for (volumes, expected) in [
            (volumes(1, 8), true),
            (volumes(7, 100), true),
            (volumes(8, 1), false),
            (volumes(2, 601), false),
            (volumes(0, 0), true),
        ] {
            assert_eq!(
                within_limits(volumes.iter().copied()).is_ok(),
                expected,
                "{volumes:?}"
            );
        }
    }
}
