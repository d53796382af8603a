//! Answers, each with the name under which the call is logged and counted.

use assay_api::{Fault, Logged};
use axum::{
    Json,
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// An answer that the log needs nothing of: what was asked says it all.
pub(crate) fn told(
    name: &'static str,
    parameters: Value,
    answer: &impl Serialize,
) -> Result<Response, Fault> {
    logged(
        Logged {
            name,
            parameters: Some(parameters),
            response: None,
        },
        answer,
    )
}

/// The same of an answer that is written already: one that may be large.
pub(crate) fn written(name: &'static str, parameters: Value, answer: Vec<u8>) -> Response {
    let kind = (header::CONTENT_TYPE, "application/json");
    let mut response = ([kind], answer).into_response();
    response.extensions_mut().insert(Logged {
        name,
        parameters: Some(parameters),
        response: None,
    });
    response
}

/// An answer, with what the log keeps of the call.
pub(crate) fn logged(logged: Logged, answer: &impl Serialize) -> Result<Response, Fault> {
    let answer = serde_json::to_value(answer).map_err(Fault::internal)?;
    let mut response = Json(answer).into_response();
    response.extensions_mut().insert(logged);
    Ok(response)
}

/// An answer that holds a secret, which nobody on the way keeps.
pub(crate) fn secret(logged_as: Logged, answer: &impl Serialize) -> Result<Response, Fault> {
    let mut response = logged(logged_as, answer)?;
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, no_store);
    Ok(response)
}

/// A file that is downloaded.
pub(crate) struct Attachment<'a> {
    /// What it is called; characters that file systems or headers may not have are replaced.
    pub(crate) name: &'a str,
    /// Its media type.
    pub(crate) kind: &'static str,
    /// Its size in bytes.
    pub(crate) size: u64,
}

impl Attachment<'_> {
    /// The file as an answer. Names that packages made up are never shown by a browser as a page.
    pub(crate) fn sent(&self, body: Body, logged: Logged) -> Result<Response, Fault> {
        let plain = self.name.chars().map(|character| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' => character,
            _ => '_',
        });
        let attachment = format!("attachment; filename=\"{}\"", plain.collect::<String>());
        let attachment = HeaderValue::try_from(attachment).map_err(Fault::internal)?;
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(self.size));
        headers.insert(header::CONTENT_DISPOSITION, attachment);
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        response.extensions_mut().insert(logged);
        Ok(response)
    }
}

/// A time of so many microseconds since 1970, by RFC 3339; none for 0.
pub(crate) fn time(microseconds: i64) -> Option<String> {
    match microseconds {
        0 => None,
        microseconds => Some(exact_time(microseconds)),
    }
}

/// A time of so many microseconds since 1970, by RFC 3339.
pub(crate) fn exact_time(microseconds: i64) -> String {
    Timestamp::from_microsecond(microseconds)
        .unwrap_or_default()
        .to_string()
}
