//! Reading requests: what cannot be read is a fault like every other, not the framework's plain text.

use assay_api::{Fault, ValidationReason};
use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

/// The largest whole number that every reader of JSON has exactly.
pub(crate) const LARGEST: i64 = 9_007_199_254_740_991;

/// The query of a request, as a type.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(rejection) => Err(unreadable(format!(
                "the query cannot be read: {}",
                rejection.body_text()
            ))),
        }
    }
}

/// The body of a request, as a type.
///
/// # Errors
///
/// A body that is not what it should be, of which `what` tells.
pub(crate) fn body<'b, T: serde::Deserialize<'b>>(what: &str, bytes: &'b [u8]) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|error| unreadable(format!("the body is not {what}: {error}")))
}

/// How many items a page has: what was asked for, within what there may be.
///
/// # Errors
///
/// A number out of bounds.
pub(crate) fn page_size(name: &str, asked: Option<i64>, most: i64) -> Result<i64, Fault> {
    match asked {
        None => Ok(most),
        Some(asked) if (1..=most).contains(&asked) => Ok(asked),
        Some(_) => Err(Fault::field(name, format!("must be from 1 to {most}"))),
    }
}

fn unreadable(message: String) -> Fault {
    Fault::Validation {
        message,
        reason: ValidationReason::CannotParse,
        fields: Vec::new(),
    }
}
