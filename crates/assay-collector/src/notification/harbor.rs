//! Notifications of Harbor, in its own form and as CloudEvents.
//!
//! Source: Harbor documentation, "Configure Webhook Notifications".

use jiff::Timestamp;
use serde_json::Value;

use super::{Event, Happening, digest, text};

pub(super) fn read(document: &Value, now: Timestamp) -> Vec<Event> {
    let kind = document["type"].as_str().unwrap_or_default();
    let data = match &document["event_data"] {
        Value::Null => &document["data"],
        data => data,
    };
    let by = text(&document["operator"]).or(text(&data["operator"]));
    let Some(repository) = text(&data["repository"]["repo_full_name"]) else {
        return Vec::new();
    };
    let at = document["occur_at"]
        .as_i64()
        .and_then(|at| Timestamp::from_second(at).ok())
        .or_else(|| document["time"].as_str()?.parse().ok())
        .map_or(now, |at| at.min(now));
    let resources = data["resources"].as_array().into_iter().flatten();
    let event = |resource: &Value| {
        let (digest, tag) = (digest(&resource["digest"]), text(&resource["tag"]));
        // The tag of what has none is its digest.
        let tag = tag.filter(|tag| !tag.contains(':'));
        let what = match kind {
            "PUSH_ARTIFACT" | "harbor.artifact.pushed" => Happening::Pushed { digest, tag },
            "PULL_ARTIFACT" | "harbor.artifact.pulled" => Happening::Pulled {
                digest: digest?,
                by: by.clone(),
            },
            "DELETE_ARTIFACT" | "harbor.artifact.deleted" => Happening::Deleted { digest, tag },
            _ => return None,
        };
        let registry = resource["resource_url"].as_str()?.split('/').next()?.to_owned();
        Some(Event {
            registry: Some(registry),
            repository: repository.clone(),
            what,
            at,
        })
    };
    resources.filter_map(event).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_forms() {
        let resources = json!([{"digest": "sha256:aa", "tag": "1", "resource_url": "hub.example/lib/web:1"}]);
        let repository = json!({"name": "web", "namespace": "lib", "repo_full_name": "lib/web"});
        let own = |kind: &str| {
            json!({"type": kind, "occur_at": 1_767_323_045, "operator": "robot$assay",
                "event_data": {"resources": resources, "repository": repository}})
        };
        let cloud = |kind: &str| {
            json!({"specversion": "1.0", "type": kind, "time": "2026-01-02T03:04:05Z",
                "data": {"resources": resources, "repository": repository, "operator": "robot$assay"}})
        };
        for (document, expected) in [
            (own("PUSH_ARTIFACT"), Some("pushed")),
            (cloud("harbor.artifact.pushed"), Some("pushed")),
            (own("PULL_ARTIFACT"), Some("pulled by robot$assay")),
            (cloud("harbor.artifact.pulled"), Some("pulled by robot$assay")),
            (own("DELETE_ARTIFACT"), Some("deleted")),
            (own("SCANNING_COMPLETED"), None),
        ] {
            let events = read(&document, Timestamp::now());
            let told: Vec<String> = events
                .iter()
                .map(|event| match &event.what {
                    Happening::Pushed { .. } => "pushed".to_owned(),
                    Happening::Pulled { by, .. } => format!("pulled by {}", by.as_deref().unwrap_or("-")),
                    Happening::Deleted { .. } => "deleted".to_owned(),
                })
                .collect();
            assert_eq!(told, Vec::from_iter(expected.map(str::to_owned)), "{document}");
            for event in events {
                assert_eq!(event.registry.as_deref(), Some("hub.example"));
                assert_eq!(event.repository, "lib/web");
                assert_eq!(event.at.to_string(), "2026-01-02T03:04:05Z");
            }
        }
    }
}
