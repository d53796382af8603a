//! What AWS Systems Manager knows of instances that have its agent.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    call::{AwsError, SSM},
    estate::Site,
};

/// Inventories that are older are as none: the host is read by its disks.
const OLDEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Instances that are asked for by name.
const MOST_NAMED: usize = 50;

/// The types of inventory that are read.
const APPLICATIONS: &str = "AWS:Application";
const ABOUT: &str = "AWS:InstanceInformation";

/// The instances that Systems Manager manages.
#[derive(Default)]
pub(super) struct Managed(BTreeSet<String>);

impl Managed {
    /// Those that it manages of some.
    pub(super) fn of(site: &Site, ids: &[&str]) -> Result<Managed, AwsError> {
        let mut input = json!({ "MaxResults": 50 });
        // Of a few not all of the region are asked for.
        if ids.len() <= MOST_NAMED {
            input["Filters"] = json!([{ "Key": "InstanceIds", "Values": ids }]);
        }
        let listed = site.place.json_pages(
            &SSM,
            "DescribeInstanceInformation",
            input,
            "InstanceInformationList",
        )?;
        let ids = listed
            .iter()
            .filter_map(|instance| instance["InstanceId"].as_str());
        Ok(Managed(ids.map(str::to_owned).collect()))
    }

    /// When the inventory of an instance was taken; `None` for one that has none, or one from long ago.
    pub(super) fn captured(&self, site: &Site, id: &str) -> Result<Option<String>, AwsError> {
        if !self.0.contains(id) {
            return Ok(None);
        }
        let input = json!({ "InstanceId": id, "TypeName": APPLICATIONS, "MaxResults": 1 });
        let page = match site.place.json(&SSM, "ListInventoryEntries", &input) {
            Err(error) if error.is_missing() => return Ok(None),
            other => other?,
        };
        let captured = page["CaptureTime"].as_str().unwrap_or_default();
        let is_fresh = captured
            .parse::<Timestamp>()
            .is_ok_and(|at| Timestamp::now().duration_since(at) < OLDEST);
        let has_any = page["Entries"]
            .as_array()
            .is_some_and(|entries| !entries.is_empty());
        Ok((is_fresh && has_any).then(|| captured.to_owned()))
    }
}

/// The inventory of an instance in the form that the service takes, and when it was taken.
pub(super) fn inventory(site: &Site, id: &str) -> Result<(Vec<u8>, String), AwsError> {
    let applications = of_type(site, id, APPLICATIONS)?;
    let captured = applications["CaptureTime"].as_str().unwrap_or_default();
    let captured = captured.to_owned();
    let document = json!([applications, of_type(site, id, ABOUT)?]);
    Ok((document.to_string().into_bytes(), captured))
}

/// All entries of a type, with what the first page says of them.
fn of_type(site: &Site, id: &str, kind: &str) -> Result<Value, AwsError> {
    let mut whole = Value::Null;
    let mut token = Value::Null;
    loop {
        let mut input = json!({ "InstanceId": id, "TypeName": kind, "MaxResults": 50 });
        if !token.is_null() {
            input["NextToken"] = token.clone();
        }
        let mut page = site.place.json(&SSM, "ListInventoryEntries", &input)?;
        let next = page["NextToken"].take();
        match whole["Entries"].as_array_mut() {
            Some(entries) => {
                if let Value::Array(more) = page["Entries"].take() {
                    entries.extend(more);
                }
            }
            None => {
                page["TypeName"] = json!(kind);
                if let Some(page) = page.as_object_mut() {
                    page.remove("NextToken");
                }
                whole = page;
            }
        }
        let is_last = next.as_str().is_none_or(str::is_empty) || next == token;
        if is_last {
            return Ok(whole);
        }
        token = next;
    }
}
