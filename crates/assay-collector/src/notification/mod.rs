//! What registries tell by themselves: one module a form, from a body to events.
//!
//! A notification only makes us look: what is read, the registry is asked for by digest.

mod distribution;
mod generic;
mod harbor;

use jiff::Timestamp;
use serde_json::Value;
use thiserror::Error;

/// Events of one notification that are taken.
const MOST_EVENTS: usize = 10_000;

/// What begins the name under which we pull ourselves.
const OURSELVES: &str = "assay/";

/// Something that happened in a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The registry as the notification names it, `host:port`; none where it does not.
    pub registry: Option<String>,
    /// The repository.
    pub repository: String,
    /// What happened.
    pub what: Happening,
    /// When.
    pub at: Timestamp,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A manifest was pushed, under a tag or by its digest alone.
    Pushed {
        /// Its digest; none where only the tag was told.
        digest: Option<String>,
        /// Its tag.
        tag: Option<String>,
    },
    /// A manifest was pulled.
    Pulled {
        /// Its digest.
        digest: String,
        /// By whom, where that is told.
        by: Option<String>,
    },
    /// A manifest or a tag was deleted.
    Deleted {
        /// The digest.
        digest: Option<String>,
        /// The tag.
        tag: Option<String>,
    },
}

/// A body that is no notification.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum NotificationError {
    /// No JSON.
    #[error("the notification is no JSON: {0}")]
    NotJson(String),
    /// No form that is known.
    #[error(
        "the notification has none of the forms that are understood: `events` of Docker Distribution, `type` and `event_data` of \
         Harbor, or `action` and `repository`"
    )]
    Unknown,
}

/// The events of a notification. What of it is of no use here, as pulls of layers or by our own program, is left out.
///
/// # Errors
///
/// A body of another form.
pub fn read(body: &[u8], now: Timestamp) -> Result<Vec<Event>, NotificationError> {
    let document: Value =
        serde_json::from_slice(body).map_err(|error| NotificationError::NotJson(error.to_string()))?;
    let mut events = if document["events"].is_array() {
        distribution::read(&document, now)
    } else if document["event_data"].is_object() || document["data"]["resources"].is_array() {
        harbor::read(&document, now)
    } else if document["action"].is_string() && document["repository"].is_string() {
        generic::read(&document, now)
    } else {
        return Err(NotificationError::Unknown);
    };
    events.truncate(MOST_EVENTS);
    Ok(events)
}

fn text(value: &Value) -> Option<String> {
    let text = value
        .as_str()
        .filter(|text| !text.is_empty() && text.len() <= 512)?;
    Some(text.to_owned())
}

fn digest(value: &Value) -> Option<String> {
    text(value).filter(|text| text.contains(':'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn other_forms_are_refused() {
        for body in [
            json!({}),
            json!([]),
            json!({"action": 1}),
            json!({"events": 1}),
            json!(null),
        ] {
            let refused = read(body.to_string().as_bytes(), Timestamp::UNIX_EPOCH);
            assert_eq!(refused, Err(NotificationError::Unknown), "{body}");
        }
        assert!(matches!(
            read(b"{", Timestamp::UNIX_EPOCH),
            Err(NotificationError::NotJson(_))
        ));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            "(push|pull|delete|PUSH_ARTIFACT|sha256:a|2024-01-01T00:00:00Z|.{0,8})".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 6, |inner| {
            let name = "(events|action|target|digest|tag|repository|request|useragent|type|event_data|resources|timestamp|occur_at)";
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(name, inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(document in any_json()) {
            let _ = read(document.to_string().as_bytes(), Timestamp::UNIX_EPOCH);
        }

        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = read(&bytes, Timestamp::UNIX_EPOCH);
        }
    }
}
