//! Instances of EC2: what they are, whether they run, and what is installed in them, by the inventory that Systems Manager has or
//! by snapshots of their volumes.

mod instance;
mod managed;
mod snapshots;

use std::{collections::BTreeSet, io, path::Path, sync::Arc, time::Duration};

use anyhow::Result;
use assay_collector::{
    Item, Looked, ReadError, Reader, Reported, Source, Unreadable, UnreadableReason, WatchError, Wish,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    attempts::{Attempts, problem_of},
    blocks,
    call::{AwsError, EC2},
    estate::{Estate, Site},
    item::{item, parts},
    kept::Kept,
};

use instance::{Life, Seen};
use managed::Managed;
use snapshots::Snapshots;

pub(crate) use instance::tags;
pub(crate) use snapshots::within_limits;

/// The type of hosts.
const HOST: &str = "AWS_EC2_INSTANCE";

/// Instances that are watched.
pub(crate) struct Hosts {
    estate: Arc<Estate>,
    /// By id.
    known: Kept<Host>,
}

/// What is known of an instance.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Host {
    /// As it was told of.
    resource: Value,
    /// When the inventory was taken that was read; empty for none.
    #[serde(default)]
    captured: String,
    /// Its disks: snapshots cost money.
    #[serde(default)]
    attempts: Attempts,
}

impl Hosts {
    pub(crate) fn open(estate: Arc<Estate>, state: &Path) -> Result<Hosts> {
        let known = Kept::open(state, "hosts")?;
        Ok(Hosts { estate, known })
    }

    /// Looks at one instance that something happened to; gives what is to be read.
    pub(crate) fn notice(&self, site: &Site, id: &str) -> Result<Vec<Item>, WatchError> {
        let seen = match describe(site, Some(id)) {
            Err(error) if error.is_missing() => Vec::new(),
            other => other?,
        };
        if !seen.iter().any(|instance| instance.id == id) {
            self.end(site, id)?;
        }
        self.take_up(site, seen)
    }

    /// Looks at all of a site.
    fn look_at(&self, site: &Site) -> Result<Vec<Item>, WatchError> {
        if self.estate.configuration().hosts.snapshots
            && let Err(error) = snapshots::sweep(site)
        {
            tracing::warn!("{error}");
        }
        let seen = describe(site, None)?;
        let ids: BTreeSet<&str> = seen.iter().map(|instance| instance.id.as_str()).collect();
        for id in self.known.names(site, |id| !ids.contains(id)) {
            self.end(site, &id)?;
        }
        self.take_up(site, seen)
    }

    fn take_up(&self, site: &Site, seen: Vec<Seen>) -> Result<Vec<Item>, WatchError> {
        let ids: Vec<&str> = seen.iter().map(|instance| instance.id.as_str()).collect();
        let managed = match ids.is_empty() {
            true => Managed::default(),
            false => Managed::of(site, &ids).unwrap_or_else(|error| {
                tracing::warn!(
                    "{error}; what Systems Manager knows of {} is left out",
                    site.name()
                );
                Managed::default()
            }),
        };
        let mut wanted = Vec::new();
        for instance in seen {
            if instance.life == Life::Gone {
                self.end(site, &instance.id)?;
                continue;
            }
            let captured = match managed.captured(site, &instance.id) {
                Ok(captured) => captured.unwrap_or_default(),
                Err(error) => {
                    tracing::warn!("{error}");
                    String::new()
                }
            };
            let mode = match captured.is_empty() {
                true => "EC2_AGENTLESS",
                false => "EC2_SSM_AGENT_BASED",
            };
            let resource = instance.resource(mode);
            let host = self
                .known
                .note(site, &instance.id, |host| host.resource = resource.clone());
            let problem = match captured.is_empty() {
                true if instance.is_windows() => Some(of_windows()),
                true if !self.estate.configuration().hosts.snapshots => Some(unmanaged()),
                true => host.attempts.problem().cloned(),
                false => None,
            };
            let wish = site.service.tell(&resource, problem.as_ref())?;
            let is_new = !captured.is_empty() && host.captured != captured && instance.life == Life::Runs;
            if wish == Wish::Inventory || is_new {
                wanted.push(item(site, &instance.id));
            }
        }
        Ok(wanted)
    }

    /// What is installed in an instance, by snapshots of its volumes.
    fn disks(&self, site: &Site, id: &str, reader: &dyn Reader) -> Result<Vec<u8>, ReadError> {
        self.known.change(site, id, |host| host.attempts.begin());
        let snapshots = Snapshots::make(site, id)?;
        blocks::read(&site.place, id, &snapshots.all, reader)
    }

    fn end(&self, site: &Site, id: &str) -> Result<(), WatchError> {
        if self.known.has(site, id) {
            site.service.end(HOST, id)?;
            self.known.remove(site, id);
        }
        Ok(())
    }
}

/// That what is on the disks is not understood.
fn of_windows() -> Unreadable {
    Unreadable {
        reason: UnreadableReason::UnsupportedOs,
        message: "disks of Windows are not read".to_owned(),
    }
}

/// That nobody reads the disks.
fn unmanaged() -> Unreadable {
    Unreadable {
        reason: UnreadableReason::UnmanagedEc2Instance,
        message: "no agent tells of it, and the connector makes no snapshots: install an agent, or leave snapshots = false out"
            .to_owned(),
    }
}

fn describe(site: &Site, id: Option<&str>) -> Result<Vec<Seen>, AwsError> {
    let parameters = match id {
        Some(id) => [("InstanceId.1", id)],
        None => [("MaxResults", "1000")],
    };
    let reservations = site
        .place
        .query_pages(&EC2, "DescribeInstances", &parameters, "Reservations")?;
    let instances = reservations
        .iter()
        .filter_map(|reservation| reservation["Instances"].as_array())
        .flatten();
    Ok(instances.filter_map(Seen::read).collect())
}

impl Source for Hosts {
    fn name(&self) -> String {
        "instances of EC2".to_owned()
    }

    fn period(&self) -> Duration {
        self.estate.configuration().hosts.every.unsigned_abs()
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
        let Some(host) = self.known.get(&site, id) else {
            return Ok(());
        };
        let (read, captured) = match host.resource["scanMode"].as_str() {
            Some("EC2_SSM_AGENT_BASED") => {
                let (document, captured) = managed::inventory(&site, id)?;
                (Ok(document), captured)
            }
            _ if !host.attempts.may_try() => return Ok(()),
            _ => (self.disks(&site, id, reader), String::new()),
        };
        let problem = problem_of(&read);
        let reported = site.service.report(&host.resource, read)?;
        self.known.change(&site, id, |host| {
            if reported == Reported::Inventory {
                host.captured = captured;
            }
            host.attempts.end(reported, problem);
        });
        Ok(())
    }

    fn keep(&self) -> io::Result<()> {
        self.known.keep()
    }
}
