//! Requests of the protocols as documents.

use assay_api_model::query_pairs;
use serde_json::{Map, Value};

/// The document of a JSON request; an empty body is an empty document.
pub(super) fn of_json(body: &[u8]) -> Result<Map<String, Value>, String> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(mut document)) => {
            // What is null is not there.
            document.retain(|_, member| !member.is_null());
            Ok(document)
        }
        Ok(_) => Err("the body is no object".to_owned()),
        Err(error) => Err(format!("the body is not JSON: {error}")),
    }
}

/// The operation and the document of a form, whose values are texts.
pub(super) fn of_form(body: &[u8]) -> Result<(String, Map<String, Value>), String> {
    let text = std::str::from_utf8(body).map_err(|_| "the form is not UTF-8".to_owned())?;
    let pairs = query_pairs(text).ok_or_else(|| "the form has a broken escape".to_owned())?;
    let mut document: Map<String, Value> = pairs
        .into_iter()
        .map(|(name, value)| (name, Value::from(value)))
        .collect();
    document.remove("Version");
    match document.remove("Action") {
        Some(Value::String(action)) => Ok((action, document)),
        _ => Err("the form names no Action".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn documents() {
        for (body, expected) in [
            ("", Some(json!({}))),
            (r#"{"a": 1, "b": null}"#, Some(json!({"a": 1}))),
            ("[]", None),
            ("{", None),
        ] {
            assert_eq!(
                of_json(body.as_bytes()).ok().map(Value::Object),
                expected,
                "{body}"
            );
        }
    }

    #[test]
    fn forms() {
        let (action, document) = of_form(b"Action=AssumeRole&Version=1&RoleArn=arn%3Aaws+x").unwrap();
        assert_eq!(action, "AssumeRole");
        assert_eq!(Value::Object(document), json!({"RoleArn": "arn:aws x"}));
        assert!(of_form(b"Version=1").is_err());
        assert!(of_form(b"Action=%zz").is_err());
        assert!(of_form(b"\xff").is_err());
    }
}
