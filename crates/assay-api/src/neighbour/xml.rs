//! Answers of the Query protocol.

use std::fmt::Write;

use serde_json::Value;

/// The answer of an operation.
pub(super) fn answer(operation: &str, namespace: &str, answer: &Value, id: &str) -> String {
    let mut text = format!("<{operation}Response xmlns=\"{namespace}\"><{operation}Result>");
    push(&mut text, answer);
    // Writing into a text does not fail.
    let _ = write!(
        text,
        "</{operation}Result><ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{operation}Response>"
    );
    text
}

/// A fault.
pub(super) fn fault(namespace: &str, code: &str, message: &str, whose: Whose, id: &str) -> String {
    let whose = match whose {
        Whose::Sender => "Sender",
        Whose::Receiver => "Receiver",
    };
    format!(
        "<ErrorResponse xmlns=\"{namespace}\"><Error><Type>{whose}</Type><Code>{code}</Code><Message>{}</Message></Error>\
         <RequestId>{id}</RequestId></ErrorResponse>",
        escaped(message)
    )
}

/// Whose mistake a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// That of whoever sent the request.
    Sender,
    /// Ours.
    Receiver,
}

/// Adds a value: members of objects as elements, items of lists as `member`.
fn push(text: &mut String, value: &Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let _ = write!(text, "<{name}>");
                push(text, member);
                let _ = write!(text, "</{name}>");
            }
        }
        Value::Array(items) => {
            for item in items {
                text.push_str("<member>");
                push(text, item);
                text.push_str("</member>");
            }
        }
        Value::String(plain) => text.push_str(&escaped(plain)),
        Value::Null => {}
        other => {
            let _ = write!(text, "{other}");
        }
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML has no way to write these.
            character if character.is_control() && !"\t\n\r".contains(character) => {}
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers() {
        let value = json!({"A": "x<y&z\u{1}", "B": {"C": [1, 2]}});
        assert_eq!(
            answer("Do", "urn:n", &value, "id"),
            "<DoResponse xmlns=\"urn:n\"><DoResult><A>x&lt;y&amp;z</A><B><C><member>1</member><member>2</member></C></B>\
             </DoResult><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></DoResponse>"
        );
        let told = fault("urn:n", "Bad", "a<b", Whose::Sender, "id");
        assert!(told.contains("<Type>Sender</Type><Code>Bad</Code><Message>a&lt;b</Message>"));
    }
}
