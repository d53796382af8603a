//! Signing, for clients of our own.

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use crate::{
    canonical::{canonical_query, canonical_request, string_to_sign},
    digest::hex,
    escape::{Keep, escape},
    fault::Fault,
    fields::{ALGORITHM, SIGNATURE_PARAMETER},
    key::{Credentials, SigningKey},
    request::Request,
    scope::Scope,
    time::{self, LONGEST_EXPIRY},
};

/// Why a request cannot be signed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SigningError {
    /// The request has no `host` header.
    #[error("a request is signed with its `host` header; it has none")]
    Host,
    /// The request has a header that signing adds.
    #[error("the request has the header `{0}` already, which signing adds")]
    Header(&'static str),
    /// The time a presigned request is good for is out of range.
    #[error("a presigned request is good for 1 second to 7 days")]
    Expiry,
    /// The request has no canonical form.
    #[error(transparent)]
    Request(Fault),
}

/// Headers that proxies change or hops drop, and that are therefore not signed.
const UNSIGNED: [&str; 6] = [
    "authorization",
    "connection",
    "expect",
    "transfer-encoding",
    "user-agent",
    "x-amzn-trace-id",
];

/// Signs a request and gives the headers to add: `x-amz-date`, `x-amz-security-token` for temporary credentials, and
/// `authorization`.
///
/// Every header of the request is signed but those that change on the way.
///
/// # Errors
///
/// A request without `host`, or that has a header already which would be added.
pub fn sign(
    request: &Request<'_>,
    credentials: &Credentials,
    region: &str,
    service: &str,
    now: Timestamp,
) -> Result<Vec<(&'static str, String)>, SigningError> {
    let time = time::format(now);
    let scope = scope(region, service, now);
    let mut added = vec![("x-amz-date", time.clone())];
    added.extend(
        credentials
            .session_token
            .clone()
            .map(|token| ("x-amz-security-token", token)),
    );
    for name in ["authorization", "x-amz-date", "x-amz-security-token"] {
        if request.header(name).next().is_some() {
            return Err(SigningError::Header(name));
        }
    }
    let mut headers = request.headers.to_vec();
    headers.extend(added.iter().map(|(name, value)| (*name, value.as_bytes())));
    let complete = Request {
        headers: &headers,
        ..*request
    };
    let names = signed_names(&complete)?;
    let signature = signature(&complete, &names, credentials, &scope, &time)?;
    let authorization = format!(
        "{ALGORITHM} Credential={}/{scope}, SignedHeaders={}, Signature={signature}",
        credentials.access_key,
        names.join(";"),
    );
    added.push(("authorization", authorization));
    Ok(added)
}

/// Signs a request by its query, and gives that query whole; whoever has it can send the request until it expires.
///
/// # Errors
///
/// A request without `host`, or an expiry of less than a second or more than seven days.
pub fn presign(
    request: &Request<'_>,
    credentials: &Credentials,
    region: &str,
    service: &str,
    now: Timestamp,
    expires: SignedDuration,
) -> Result<String, SigningError> {
    let seconds = expires.as_secs();
    if !(1..=i64::from(LONGEST_EXPIRY)).contains(&seconds) {
        return Err(SigningError::Expiry);
    }
    let time = time::format(now);
    let scope = scope(region, service, now);
    let names = signed_names(request)?;
    let mut parameters = vec![
        ("X-Amz-Algorithm", ALGORITHM.to_owned()),
        ("X-Amz-Credential", format!("{}/{scope}", credentials.access_key)),
        ("X-Amz-Date", time.clone()),
        ("X-Amz-Expires", seconds.to_string()),
        ("X-Amz-SignedHeaders", names.join(";")),
    ];
    parameters.extend(
        credentials
            .session_token
            .clone()
            .map(|token| ("X-Amz-Security-Token", token)),
    );
    let mut query = request.query.to_owned();
    for (name, value) in parameters {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(&format!("{name}={}", escape(value.as_bytes(), Keep::Nothing)));
    }
    let complete = Request {
        query: &query,
        ..*request
    };
    let signature = signature(&complete, &names, credentials, &scope, &time)?;
    Ok(format!(
        "{}&{SIGNATURE_PARAMETER}={signature}",
        canonical_query(&complete)
    ))
}

fn scope(region: &str, service: &str, now: Timestamp) -> Scope {
    Scope {
        date: time::day(now),
        region: region.to_owned(),
        service: service.to_owned(),
    }
}

fn signature(
    request: &Request<'_>,
    names: &[String],
    credentials: &Credentials,
    scope: &Scope,
    time: &str,
) -> Result<String, SigningError> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let canonical = canonical_request(request, &names).map_err(SigningError::Request)?;
    let key = SigningKey::derive(&credentials.secret, scope);
    Ok(hex(&key.signature(&string_to_sign(time, scope, &canonical))))
}

/// The headers to sign, in lower case and in order.
fn signed_names(request: &Request<'_>) -> Result<Vec<String>, SigningError> {
    let mut names: Vec<String> = request
        .headers
        .iter()
        .map(|(name, _)| name.to_ascii_lowercase())
        .filter(|name| !UNSIGNED.contains(&name.as_str()))
        .collect();
    names.sort_unstable();
    names.dedup();
    if !names.iter().any(|name| name == "host") {
        return Err(SigningError::Host);
    }
    Ok(names)
}
