//! Hosts that are told of one by one, each with its disks: block devices or images. The service says when one is to be read.

use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc, time::Duration};

use assay_artifacts::HostDisk;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    configuration::usual_period,
    reading::{Reader, Target},
    service::{Service, Wish},
    source::{Item, Looked, Source, WatchError},
};

/// Characters of a host's id, as the service takes them.
const LONGEST_ID: usize = 341;

/// A host without an agent.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Host {
    /// What the service calls it.
    pub id: String,
    /// Its disks, block devices or images, in the order in which it has them.
    pub disks: Vec<PathBuf>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// What else is told of it, as the service takes it.
    #[serde(default)]
    pub details: Map<String, Value>,
    /// How often it is told of. It is read once a day at most, however often.
    #[serde(default = "usual_period")]
    pub every: SignedDuration,
}

impl Host {
    /// What of it cannot be: which field, and why.
    pub(crate) fn mistake(&self) -> Option<(&'static str, String)> {
        if self.id.is_empty() || self.id.chars().count() > LONGEST_ID {
            return Some(("id", format!("must have 1 to {LONGEST_ID} characters")));
        }
        // Disks that are not there are no mistake: snapshots come and go.
        match self.disks.is_empty() {
            true => Some(("disks", "must name a block device or image at least".to_owned())),
            false => None,
        }
    }

    fn resource(&self) -> Value {
        let mut resource = json!({ "type": "host", "id": self.id, "scanMode": "EC2_AGENTLESS" });
        if !self.tags.is_empty() {
            resource["tags"] = json!(self.tags);
        }
        if !self.details.is_empty() {
            resource["details"] = json!(self.details);
        }
        resource
    }

    fn target(&self) -> Target {
        Target::Host {
            name: self.id.clone(),
            disks: self.disks.iter().map(|path| HostDisk::file(path)).collect(),
        }
    }

    /// Whether every disk is there. One that is not may be soon, and without it the host is not what it is.
    fn find(&self) -> Result<(), WatchError> {
        self.disks.iter().try_for_each(|path| match fs::metadata(path) {
            Ok(_) => Ok(()),
            Err(source) => Err(WatchError::File {
                path: path.display().to_string(),
                source,
            }),
        })
    }
}

/// A host that is watched. Nothing is kept of it.
pub(crate) struct WatchedHost {
    settings: Host,
    service: Arc<Service>,
}

impl WatchedHost {
    pub(crate) fn new(settings: &Host, service: Arc<Service>) -> WatchedHost {
        WatchedHost {
            settings: settings.clone(),
            service,
        }
    }

    fn tell(&self) -> Result<Wish, WatchError> {
        self.settings.find()?;
        Ok(self.service.tell(&self.settings.resource(), None)?)
    }
}

impl Source for WatchedHost {
    fn name(&self) -> String {
        self.settings.id.clone()
    }

    fn period(&self) -> Duration {
        self.settings.every.unsigned_abs()
    }

    fn look(&self) -> Looked {
        let mut looked = Looked::default();
        let told = self.tell().map(|wish| match wish {
            Wish::Inventory => vec![self.settings.id.clone()],
            Wish::Nothing => Vec::new(),
        });
        looked.add(told.map_err(|error| format!("{}: {error}", self.settings.id)));
        looked
    }

    fn read(&self, _: &Item, reader: &dyn Reader) -> Result<(), WatchError> {
        self.settings.find()?;
        let read = reader.read(&self.settings.target());
        self.service.report(&self.settings.resource(), read)?;
        Ok(())
    }

    fn item(&self, id: &str) -> Option<Item> {
        (self.settings.id == id).then(|| id.to_owned())
    }
}
