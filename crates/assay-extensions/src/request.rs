//! Reading requests: what cannot be read is a fault like every other, not the framework's plain text.

use assay_api::{Fault, ValidationReason};
use axum::{
    extract::{FromRequestParts, Query},
    http::{Uri, request::Parts},
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error},
};
use serde_json::{Number, error::Category};

/// The largest whole number that every reader of JSON has exactly.
pub(crate) const LARGEST: i64 = 9_007_199_254_740_991;

/// The query of a request, as a type, without the signature that may be in it.
pub(crate) struct Asked<T>(pub(crate) T);

/// What the names of a signature's parameters begin with.
const SIGNATURE: &str = "X-Amz-";

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        let query = parts.uri.query().unwrap_or_default().split('&');
        let asked: Vec<&str> = query.filter(|one| !one.starts_with(SIGNATURE)).collect();
        let uri = Uri::builder()
            .path_and_query(format!("/?{}", asked.join("&")))
            .build()
            .map_err(Fault::internal)?;
        match Query::<T>::try_from_uri(&uri) {
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

/// The body of a request that may hold a secret, as a type: what is wrong is said without the body's text.
///
/// # Errors
///
/// A body that is not what it should be, of which `what` tells, with its members.
pub(crate) fn body_with_secrets<'b, T: serde::Deserialize<'b>>(
    what: &str,
    bytes: &'b [u8],
) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|error: serde_json::Error| {
        unreadable(match error.classify() {
            Category::Data => format!("the body must be {what}"),
            _ => "the body is not JSON".to_owned(),
        })
    })
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

/// Reads a whole number, or none, however it is written: JSON tells 4 and 4.0 not apart.
///
/// # Errors
///
/// A number with parts, or beyond what every reader has exactly.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let Some(number) = Option::<Number>::deserialize(deserializer)? else {
        return Ok(None);
    };
    if let Some(whole) = number.as_i64() {
        return Ok(Some(whole));
    }
    let real = number.as_f64().unwrap_or(f64::NAN);
    #[allow(
        clippy::cast_precision_loss,
        reason = "the bound is one that doubles have exactly"
    )]
    let is_exact = real.fract() == 0.0 && real.abs() <= LARGEST as f64;
    #[allow(clippy::cast_possible_truncation, reason = "a whole number within bounds")]
    let whole = real as i64;
    match is_exact {
        true => Ok(Some(whole)),
        false => Err(D::Error::custom(format!("{number} is no whole number"))),
    }
}

fn unreadable(message: String) -> Fault {
    Fault::Validation {
        message,
        reason: ValidationReason::CannotParse,
        fields: Vec::new(),
    }
}
