//! What is kept of a resource beside what is told of it. A host is told of by several, each of whom knows some of it, so that
//! what one leaves out stays as another told it.

use std::collections::BTreeMap;

use assay_store::StoredResource;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    description::{Description, Origin, State},
    kind::Kind,
    running::Running,
};

/// What a push of a host says beside its description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What is in it, too: the system that it has and what runs there are as is told.
    Content,
    /// Nothing: the system and what runs there are as they were.
    Description,
}

impl Description {
    /// The description of a resource that is kept.
    ///
    /// # Errors
    ///
    /// A description in the store that cannot be read.
    pub(crate) fn of(resource: &StoredResource) -> Result<Description, serde_json::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Kept {
            #[serde(default)]
            details: Map<String, Value>,
            #[serde(default)]
            tags: BTreeMap<String, String>,
            #[serde(default)]
            clusters: Vec<Value>,
            #[serde(default)]
            index_digests: Vec<String>,
            #[serde(default)]
            running: Option<Running>,
            #[serde(default)]
            state: Option<State>,
            #[serde(default)]
            invoked_at: Option<i64>,
            #[serde(default)]
            launched_at: Option<i64>,
            #[serde(default)]
            origin: Option<Origin>,
        }
        let kept: Kept = serde_json::from_str(&resource.description)?;
        Ok(Description {
            kind: resource.kind.clone(),
            id: resource.name.clone(),
            // Before it was described with the host, the store alone knew it.
            state: kept
                .state
                .or_else(|| (resource.state == "STOPPED").then_some(State::Stopped)),
            tags: Some(kept.tags),
            details: kept.details,
            clusters: kept.clusters,
            index_digests: kept.index_digests,
            // The store keeps these.
            scan_mode: None,
            pulled_at: None,
            invoked_at: kept.invoked_at,
            launched_at: kept.launched_at,
            origin: kept.origin,
            running: kept.running,
        })
    }

    /// What is told of a resource that is kept when it is told to be in a state.
    ///
    /// # Errors
    ///
    /// A description in the store that cannot be read.
    pub(crate) fn in_state(
        resource: &StoredResource,
        kind: &Kind,
        state: State,
    ) -> Result<Description, serde_json::Error> {
        let mut description = Description::of(resource)?;
        description.state = Some(state);
        if kind.is_host() {
            // The rest stays as it is when this is taken up, which may be later.
            description.tags = None;
            description.details = Map::new();
            description.running = None;
        }
        Ok(description)
    }

    /// The system of a resource that is kept; `None` where nobody found one.
    pub(crate) fn platform_of(resource: &StoredResource) -> Option<String> {
        let kept: Value = serde_json::from_str(&resource.description).ok()?;
        let details = kept.get("details")?.as_object()?;
        let mut platforms = details
            .values()
            .filter_map(|details| details.get("platform")?.as_str());
        platforms.next().map(str::to_owned)
    }

    /// What is told of a host, completed by what is kept of it: tags and details that are left out stay, details that are null
    /// go.
    pub(crate) fn upon(&mut self, kind: &Kind, kept: Option<&Description>, extent: Extent) {
        let told = match self.details.get_mut(kind.details) {
            Some(Value::Object(told)) => std::mem::take(told),
            _ => Map::new(),
        };
        let before = kept.and_then(|kept| kept.details.get(kind.details)?.as_object());
        let mut whole = before.cloned().unwrap_or_default();
        for (name, value) in told {
            // Whoever looks into a host knows its system better than whoever is told by its cloud.
            let is_known = extent == Extent::Description && name == PLATFORM && whole.contains_key(PLATFORM);
            match value {
                _ if is_known => {}
                Value::Null => drop(whole.remove(&name)),
                value => drop(whole.insert(name, value)),
            }
        }
        self.details.insert(kind.details.to_owned(), Value::Object(whole));
        let Some(kept) = kept else { return };
        if self.tags.is_none() {
            self.tags.clone_from(&kept.tags);
        }
        if self.state.is_none() {
            self.state = kept.state;
        }
        if extent == Extent::Description && self.running.is_none() {
            self.running.clone_from(&kept.running);
        }
    }
}

/// The member of details that names the system.
const PLATFORM: &str = "platform";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The details and tags of a host after something was told of it.
    fn after(kept: Option<Value>, told: Value, extent: Extent) -> Value {
        let read = |mut value: Value| -> Description {
            value["type"] = json!("host");
            value["id"] = json!("i-1");
            serde_json::from_value(value).unwrap()
        };
        let kept = kept.map(read);
        let mut told = read(told);
        told.upon(Kind::named("host").unwrap(), kept.as_ref(), extent);
        json!({"tags": told.tags, "details": told.details["awsEc2Instance"], "state": told.state})
    }

    #[test]
    fn what_is_left_out_stays() {
        let host = |details: Value| json!({ "awsEc2Instance": details });
        let kept = json!({"tags": {"a": "1"}, "state": "stopped",
            "details": host(json!({"vpcId": "vpc-1", "platform": "DEBIAN_12"}))});
        let as_kept = json!({"tags": {"a": "1"}, "state": "stopped",
            "details": {"vpcId": "vpc-1", "platform": "DEBIAN_12"}});
        let with = |member: &str, value: Value| {
            let mut whole = as_kept.clone();
            whole[member] = value;
            whole
        };
        use Extent::{Content, Description};
        for (told, extent, expected) in [
            (json!({}), Description, as_kept.clone()),
            (json!({"tags": null, "details": {}}), Content, as_kept.clone()),
            (json!({"tags": {}}), Description, with("tags", json!({}))),
            (
                json!({"tags": {"b": ""}}),
                Content,
                with("tags", json!({"b": ""})),
            ),
            (
                json!({"state": "active"}),
                Description,
                with("state", json!("active")),
            ),
            (
                json!({"details": host(json!({"vpcId": null, "subnetId": "subnet-1"}))}),
                Description,
                with(
                    "details",
                    json!({"subnetId": "subnet-1", "platform": "DEBIAN_12"}),
                ),
            ),
            (
                json!({"details": host(json!({"platform": "LINUX"}))}),
                Description,
                as_kept.clone(),
            ),
            (
                json!({"details": host(json!({"platform": "DEBIAN_13"}))}),
                Content,
                with("details", json!({"vpcId": "vpc-1", "platform": "DEBIAN_13"})),
            ),
        ] {
            assert_eq!(
                after(Some(kept.clone()), told.clone(), extent),
                expected,
                "{told} {extent:?}"
            );
        }
        let told = json!({"details": host(json!({"vpcId": null, "platform": "LINUX"}))});
        let expected = json!({"tags": null, "details": {"platform": "LINUX"}, "state": null});
        assert_eq!(after(None, told, Description), expected, "nothing is kept yet");
    }
}
