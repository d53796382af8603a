//! Requests and answers as they travel: members in the path, the query, headers and the body.
//!
//! Source: Smithy 2.0 specification, "HTTP bindings" and "AWS restJson1 protocol".

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::{
    check::check,
    escape::{escape, query_pairs},
    operation::{Call, Fault, Operation},
    shape::{Location, Shape, Shaped},
    violation::{Constraint, Violation},
};

/// Why a request is not what its operation takes.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum Rejection {
    /// The body is not JSON.
    #[error("the body is not JSON: {0}")]
    Body(String),
    /// The query has a broken escape.
    #[error("the query is not escaped text in UTF-8")]
    Query,
    /// The request breaks constraints of the model.
    #[error("{}", violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Constraints {
        /// Which, and where.
        violations: Vec<Violation>,
    },
}

/// Draws a request together into one document: labels of the path, parameters of the query, and the body.
///
/// A member that belongs into path or query is taken from there alone, whatever the body says. Where no member belongs
/// into the body, the body is not read.
///
/// # Errors
///
/// A body that is no JSON object, or a query that cannot be decoded.
pub fn document_of(
    operation: &Operation,
    labels: Vec<(&'static str, String)>,
    query: &str,
    body: &[u8],
) -> Result<Value, Rejection> {
    let members = operation.input.members();
    let has_body = members.iter().any(|member| member.location == Location::Body);
    let mut document = match body {
        _ if !has_body => Map::new(),
        [] => Map::new(),
        _ => match serde_json::from_slice(body) {
            Ok(Value::Object(document)) => document,
            Ok(_) => {
                let violation = Violation {
                    path: String::new(),
                    constraint: Constraint::Type("an object"),
                };
                return Err(Rejection::Constraints {
                    violations: vec![violation],
                });
            }
            Err(error) => return Err(Rejection::Body(error.to_string())),
        },
    };
    let mut labels = labels;
    let mut pairs = None;
    for member in members {
        let value = match member.location {
            Location::Body => continue,
            Location::Header(_) => None,
            Location::Label(name) => {
                let found = labels.iter().position(|(label, _)| *label == name);
                found.map(|index| Value::String(labels.swap_remove(index).1))
            }
            Location::Query(name) => {
                let pairs = match &pairs {
                    Some(pairs) => pairs,
                    None => pairs.insert(query_pairs(query).ok_or(Rejection::Query)?),
                };
                let values: Vec<&str> = pairs
                    .iter()
                    .filter(|(other, _)| other == name)
                    .map(|(_, value)| value.as_str())
                    .collect();
                value_of(&values, member.shape)
            }
        };
        document.remove(member.name);
        if let Some(value) = value {
            document.insert(member.name.to_owned(), value);
        }
    }
    Ok(Value::Object(document))
}

/// The JSON value that parameters of one name stand for. More than one where one is wanted become a list, which
/// checking refuses.
fn value_of(values: &[&str], shape: &Shape) -> Option<Value> {
    match (shape, values) {
        (_, []) => None,
        (Shape::List(list), _) => Some(values.iter().map(|text| scalar(text, list.item)).collect()),
        (_, [text]) => Some(scalar(text, shape)),
        _ => Some(values.iter().map(|text| scalar(text, shape)).collect()),
    }
}

/// The value of a text; the text itself where it does not fit, which checking refuses.
fn scalar(text: &str, shape: &Shape) -> Value {
    match shape {
        Shape::Integer(_) | Shape::Long(_) | Shape::Double(_) | Shape::Boolean => serde_json::from_str(text)
            .ok()
            .filter(|value: &Value| value.is_number() || value.is_boolean())
            .unwrap_or_else(|| Value::String(text.to_owned())),
        _ => Value::String(text.to_owned()),
    }
}

/// Holds a document against the shape of a type, then makes the type of it.
///
/// # Errors
///
/// Every constraint that the document breaks.
pub fn decode<T: Shaped + DeserializeOwned>(document: Value) -> Result<T, Rejection> {
    let violations = check(&document, T::shape());
    if !violations.is_empty() {
        return Err(Rejection::Constraints { violations });
    }
    // What passes the check fits the type: both are generated from one model, and a test holds them together.
    T::deserialize(document).map_err(|error| Rejection::Body(error.to_string()))
}

/// Reads the request of an operation.
///
/// # Errors
///
/// Whatever is wrong with it.
pub fn read<C: Call>(
    labels: Vec<(&'static str, String)>,
    query: &str,
    body: &[u8],
) -> Result<C::Input, Rejection> {
    decode(document_of(C::operation(), labels, query, body)?)
}

/// A request as a client sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The method.
    pub method: &'static str,
    /// The path, escaped.
    pub path: String,
    /// The query, escaped; empty if there is none.
    pub query: String,
    /// The body, `application/json`; empty if there is none.
    pub body: Vec<u8>,
}

/// Writes the request of an operation, as a client does. Its constraints are not checked.
///
/// # Errors
///
/// Never for the types of this crate; JSON that cannot be written.
pub fn write<C: Call>(input: &C::Input) -> Result<Outgoing, serde_json::Error> {
    let operation = C::operation();
    let members = operation.input.members();
    let mut document = serde_json::to_value(input)?;
    let mut path = operation.uri.to_owned();
    let mut query = Vec::new();
    for member in members {
        if member.location == Location::Body {
            continue;
        }
        let value = document
            .as_object_mut()
            .and_then(|document| document.remove(member.name));
        let texts: Vec<String> = match value {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => items.iter().map(text_of).collect(),
            Some(value) => vec![text_of(&value)],
        };
        for text in texts {
            match member.location {
                Location::Label(name) => path = path.replace(&format!("{{{name}}}"), &escape(&text)),
                Location::Query(name) => query.push(format!("{}={}", escape(name), escape(&text))),
                Location::Body | Location::Header(_) => {}
            }
        }
    }
    let has_body = members.iter().any(|member| member.location == Location::Body);
    Ok(Outgoing {
        method: operation.method.as_str(),
        path,
        query: query.join("&"),
        body: if has_body {
            serde_json::to_vec(&document)?
        } else {
            Vec::new()
        },
    })
}

/// A scalar as it stands in paths, queries and headers.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// An answer as a service sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers beside `content-type: application/json`.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// Writes the answer of an operation.
///
/// # Errors
///
/// Never for the types of this crate; JSON that cannot be written.
pub fn answer<C: Call>(output: &C::Output) -> Result<Answer, serde_json::Error> {
    answer_with(output, C::operation().status, Vec::new())
}

/// A structure that is the body of a fault.
pub trait FaultShape: Shaped + Serialize {
    /// The fault.
    fn fault() -> &'static Fault;
}

/// Writes a fault, with the header by which SDKs tell which it is.
///
/// # Errors
///
/// Never for the types of this crate; JSON that cannot be written.
pub fn answer_fault<F: FaultShape>(body: &F) -> Result<Answer, serde_json::Error> {
    let fault = F::fault();
    answer_with(
        body,
        fault.status,
        vec![("x-amzn-errortype", fault.name.to_owned())],
    )
}

fn answer_with<T: Shaped + Serialize>(
    body: &T,
    status: u16,
    headers: Vec<(&'static str, String)>,
) -> Result<Answer, serde_json::Error> {
    let mut headers = headers;
    let outside: Vec<(&str, &'static str)> = T::shape()
        .members()
        .iter()
        .filter_map(|member| match member.location {
            Location::Header(header) => Some((member.name, header)),
            _ => None,
        })
        .collect();
    // Nearly every answer travels in its body alone, and need not be taken apart.
    let body = if outside.is_empty() {
        serde_json::to_vec(body)?
    } else {
        let mut document = serde_json::to_value(body)?;
        for (name, header) in outside {
            let value = document
                .as_object_mut()
                .and_then(|document| document.remove(name));
            headers.extend(value.map(|value| (header, text_of(&value))));
        }
        serde_json::to_vec(&document)?
    };
    Ok(Answer {
        status,
        headers,
        body,
    })
}

#[cfg(test)]
mod tests;
