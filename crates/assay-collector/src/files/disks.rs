//! Images of disks, each of a host that has no agent. The service says when one is to be read.

use std::path::Path;

use assay_artifacts::HostDisk;
use serde_json::{Value, json};

use super::{Listing, Sort, When, stem};
use crate::{reading::Target, service::Service};

/// Disks of hosts. Beside one, `NAME.json` may say its `id`, its `tags` and its `details`, as the service takes them.
pub(crate) struct Disks;

const ENDINGS: [&str; 5] = [".qcow2", ".raw", ".img", ".vmdk", ".disk"];

impl Sort for Disks {
    const RESOURCE_TYPE: &'static str = "AWS_EC2_INSTANCE";
    const NAME: &'static str = "disks";
    const READ_WHEN: When = When::Wanted;

    fn is_one(name: &str, _: &Listing) -> bool {
        // The parts of a VMDK in several files are opened by the one that describes them.
        let is_extent = ["-flat.vmdk", "-delta.vmdk"]
            .iter()
            .any(|ending| name.ends_with(ending));
        !is_extent && ENDINGS.iter().any(|ending| name.ends_with(ending))
    }

    fn resource(_: &Service, name: &str, note: &Value, _: i64) -> Option<Value> {
        let mut resource = json!({
            "type": "host",
            "id": note["id"].as_str().unwrap_or(stem(name)),
            "scanMode": "EC2_AGENTLESS",
        });
        for member in ["tags", "details"] {
            if note[member].is_object() {
                resource[member] = note[member].clone();
            }
        }
        Some(resource)
    }

    fn parts(name: &str, _: &Value) -> Vec<String> {
        vec![name.to_owned()]
    }

    fn target(directory: &Path, name: &str, _: &Value) -> Target {
        let path = directory.join(name);
        Target::Host {
            name: format!("disk:{}", path.display()),
            disks: vec![HostDisk::file(&path)],
        }
    }
}
