//! What of a document may stand in a log: no secrets, and no more than a log line can carry.

use assay_api_model::{Disclosure, Shape};
use serde_json::{Map, Value, json};

/// Characters of a text that are shown.
const MOST_CHARACTERS: usize = 1024;

/// Values that are shown of a document.
const MOST_VALUES: usize = 1000;

/// What stands in place of a secret.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// The document without what the model marks as sensitive, without members that it does not know, which may be anything,
/// and cut where it is long.
pub(crate) fn redact(document: &Value, shape: &Shape) -> Value {
    let mut left = MOST_VALUES;
    value(document, shape, &mut left)
}

fn value(document: &Value, shape: &Shape, left: &mut usize) -> Value {
    let Some(rest) = left.checked_sub(1) else {
        return omitted();
    };
    *left = rest;
    match (shape, document) {
        (Shape::Text(text), Value::String(_)) if text.disclosure == Disclosure::Secret => Value::from(HIDDEN),
        (Shape::Text(_) | Shape::Enumeration(_) | Shape::DateTime, Value::String(text)) => shortened(text),
        (Shape::Structure(_), Value::Object(members)) => {
            let shown = members.iter().filter_map(|(name, member)| {
                let known = shape.member(name)?;
                Some((name.clone(), value(member, known.shape, left)))
            });
            Value::Object(shown.collect())
        }
        (Shape::List(list), Value::Array(items)) => {
            let mut shown = Vec::new();
            for item in items {
                shown.push(value(item, list.item, left));
                if *left == 0 {
                    break;
                }
            }
            Value::Array(shown)
        }
        (Shape::Map(map), Value::Object(entries)) => {
            let mut shown = Map::new();
            for (key, entry) in entries.iter() {
                let key: String = key.chars().take(MOST_CHARACTERS).collect();
                shown.insert(key, value(entry, map.value, left));
                if *left == 0 {
                    break;
                }
            }
            Value::Object(shown)
        }
        (Shape::Document | Shape::Blob(_), _) => omitted(),
        (_, Value::Null | Value::Bool(_) | Value::Number(_)) => document.clone(),
        // What is not of its type is refused anyway, and could be a secret in a wrong place.
        _ => omitted(),
    }
}

fn shortened(text: &str) -> Value {
    match text.char_indices().nth(MOST_CHARACTERS) {
        None => Value::from(text),
        Some((end, _)) => Value::from(format!("{}…", &text[..end])),
    }
}

fn omitted() -> Value {
    json!({"omitted": true})
}

#[cfg(test)]
mod tests {
    use assay_api_model::{Call, inspector_scan, inspector2};

    use super::*;

    fn check<C: Call>(document: &Value, expected: &Value) {
        assert_eq!(redact(document, C::operation().input), *expected);
    }

    #[test]
    fn secrets_and_what_is_not_known_are_left_out() {
        check::<inspector2::CreateCodeSecurityIntegration>(
            &json!({
                "name": "mirror",
                "type": "GITLAB_SELF_MANAGED",
                "details": {"gitlabSelfManaged": {"accessToken": "glpat-secret", "instanceUrl": "https://git.example"}},
                "password": "secret",
            }),
            &json!({
                "name": "mirror",
                "type": "GITLAB_SELF_MANAGED",
                "details": {"gitlabSelfManaged": {"accessToken": HIDDEN, "instanceUrl": HIDDEN}},
            }),
        );
        check::<inspector2::CreateFilter>(
            &json!({"name": {"secret": "in a wrong place"}, "tags": {"team": "red"}}),
            &json!({"name": {"omitted": true}, "tags": {"team": "red"}}),
        );
        check::<inspector_scan::ScanSbom>(
            &json!({"sbom": {"components": []}, "outputFormat": "INSPECTOR"}),
            &json!({"sbom": {"omitted": true}, "outputFormat": "INSPECTOR"}),
        );
    }

    #[test]
    fn what_is_long_is_cut() {
        check::<inspector2::CreateFilter>(
            &json!({"description": "é".repeat(2000)}),
            &json!({"description": format!("{}…", "é".repeat(1024))}),
        );
        let accounts: Vec<String> = (0..100_000).map(|number| format!("{number:012}")).collect();
        let shown = redact(
            &json!({"accountIds": accounts}),
            inspector2::Enable::operation().input,
        );
        assert_eq!(shown["accountIds"].as_array().unwrap().len(), MOST_VALUES - 2);
    }
}
