//! Our own form, for whatever can send a request: `{"action": "push", "repository": "shop/web", "tag": "1"}`.
//!
//! `action` is `push`, `pull` or `delete`; `tag` and `digest` tell what of it; `registry` and `timestamp` may be told.

use jiff::Timestamp;
use serde_json::Value;

use super::{Event, Happening, digest, text};

pub(super) fn read(document: &Value, now: Timestamp) -> Vec<Event> {
    Vec::from_iter(one(document, now))
}

fn one(document: &Value, now: Timestamp) -> Option<Event> {
    let (digest, tag) = (digest(&document["digest"]), text(&document["tag"]));
    let what = match document["action"].as_str()? {
        "push" => Happening::Pushed { digest, tag },
        "pull" => Happening::Pulled {
            digest: digest?,
            by: None,
        },
        "delete" => Happening::Deleted { digest, tag },
        _ => return None,
    };
    let at = document["timestamp"].as_str().and_then(|at| at.parse().ok());
    Some(Event {
        registry: text(&document["registry"]),
        repository: text(&document["repository"])?,
        what,
        at: at.map_or(now, |at: Timestamp| at.min(now)),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_can_be_told() {
        let now = Timestamp::now();
        for (document, is_one) in [
            (json!({"action": "push", "repository": "a"}), true),
            (
                json!({"action": "pull", "repository": "a", "digest": "sha256:aa"}),
                true,
            ),
            (json!({"action": "pull", "repository": "a"}), false),
            (json!({"action": "sing", "repository": "a"}), false),
        ] {
            assert_eq!(read(&document, now).len(), usize::from(is_one), "{document}");
        }
    }
}
