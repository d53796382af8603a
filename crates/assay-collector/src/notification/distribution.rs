//! Notifications of Docker Distribution, which GitLab and others send as well.
//!
//! Source: CNCF Distribution documentation, "Work with notifications".

use jiff::Timestamp;
use serde_json::Value;

use super::{Event, Happening, OURSELVES, digest, text};

pub(super) fn read(document: &Value, now: Timestamp) -> Vec<Event> {
    let events = document["events"].as_array().into_iter().flatten();
    events.filter_map(|event| one(event, now)).collect()
}

fn one(event: &Value, now: Timestamp) -> Option<Event> {
    let target = &event["target"];
    let (digest, tag) = (digest(&target["digest"]), text(&target["tag"]));
    // Layers are told of too, under other media types.
    let is_manifest = text(&target["mediaType"])
        .is_none_or(|kind| kind.contains("manifest") || kind == "application/vnd.oci.image.index.v1+json");
    let program = event["request"]["useragent"].as_str().unwrap_or_default();
    let what = match event["action"].as_str()? {
        "push" if is_manifest && (digest.is_some() || tag.is_some()) => Happening::Pushed { digest, tag },
        "pull" if is_manifest && !program.starts_with(OURSELVES) => Happening::Pulled {
            digest: digest?,
            by: text(&event["actor"]["name"]),
        },
        // Of a deletion the media type is not told; what is no manifest is none that is known.
        "delete" if digest.is_some() || tag.is_some() => Happening::Deleted { digest, tag },
        _ => return None,
    };
    let at = event["timestamp"].as_str().and_then(|at| at.parse().ok());
    Some(Event {
        registry: text(&event["request"]["host"]),
        repository: text(&target["repository"])?,
        what,
        at: at.map_or(now, |at: Timestamp| at.min(now)),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pushes_pulls_and_deletions_of_manifests() {
        let manifest = "application/vnd.oci.image.manifest.v1+json";
        let event = |action: &str, kind: &str, program: &str| {
            json!({"action": action, "timestamp": "2026-01-02T03:04:05Z", "request": {"host": "r:5000", "useragent": program},
                "target": {"mediaType": kind, "digest": "sha256:aa", "tag": "1", "repository": "shop/web"}})
        };
        let (digest, tag) = (Some("sha256:aa".to_owned()), Some("1".to_owned()));
        let pushed = Happening::Pushed {
            digest: digest.clone(),
            tag: tag.clone(),
        };
        let pulled = Happening::Pulled {
            digest: "sha256:aa".to_owned(),
            by: None,
        };
        for (event, expected) in [
            (event("push", manifest, "skopeo/1.9"), Some(pushed)),
            (event("pull", manifest, "docker/24"), Some(pulled)),
            (event("pull", manifest, "assay/0.1.0"), None),
            (
                event("delete", "", "curl"),
                Some(Happening::Deleted { digest, tag }),
            ),
            (event("push", "application/octet-stream", "docker/24"), None),
            (event("mount", manifest, "docker/24"), None),
        ] {
            let read = read(&json!({"events": [event]}), Timestamp::now());
            let told: Vec<_> = read.iter().map(|event| event.what.clone()).collect();
            assert_eq!(told, Vec::from_iter(expected), "{event}");
            for event in read {
                assert_eq!(event.at.to_string(), "2026-01-02T03:04:05Z");
                assert_eq!(
                    (event.repository.as_str(), event.registry.as_deref()),
                    ("shop/web", Some("r:5000"))
                );
            }
        }
    }
}
