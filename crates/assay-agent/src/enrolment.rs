//! How a host comes to a key of its own.

use std::{fmt, str::FromStr};

use assay_client::{CallError, Client, Route};
use assay_sigv4::Credentials;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use thiserror::Error;

use crate::state::Identity;

const AGENTS: Route = Route::post("/assay/v1/agents");
const KEY: Route = Route::post("/assay/v1/agents/key");

/// What hosts are enrolled with: a key of somebody who may do nothing else, as `ID.SECRET`.
#[derive(Clone)]
pub struct EnrolmentToken(Credentials);

/// A host that could not be enrolled.
#[derive(Debug, Error)]
pub enum EnrolmentError {
    /// A text that is no token.
    #[error(
        "this is no enrolment token: `assay admin create-enrolment-token` on the service's machine makes one"
    )]
    Token,
    /// A token whose time is over.
    #[error(
        "the enrolment token has expired: `assay admin create-enrolment-token` on the service's machine makes another; hosts \
         that are enrolled already stay so"
    )]
    Expired,
    /// A call that failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// An answer without a key.
    #[error("the service answered something else than a key: {0}")]
    Answer(serde_json::Error),
}

/// A key as the service tells it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Key {
    account_id: String,
    region: String,
    host_id: String,
    access_key_id: String,
    secret_access_key: String,
}

impl FromStr for EnrolmentToken {
    type Err = EnrolmentError;

    fn from_str(text: &str) -> Result<Self, EnrolmentError> {
        match text.trim().split_once('.') {
            Some((id, secret)) if !id.is_empty() && !secret.is_empty() => Ok(Self(Credentials {
                access_key: id.to_owned(),
                secret: secret.to_owned(),
                session_token: None,
            })),
            _ => Err(EnrolmentError::Token),
        }
    }
}

/// The secret is for nobody's eyes.
impl fmt::Debug for EnrolmentToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "EnrolmentToken({}.…)", self.0.access_key)
    }
}

/// Enrols a host.
///
/// # Errors
///
/// A service that does not answer or refuses, as where the host is enrolled already.
pub fn enrol(
    client: &Client,
    server: &str,
    token: &EnrolmentToken,
    host: &str,
) -> Result<Identity, EnrolmentError> {
    let body = json!({ "hostId": host }).to_string();
    let answer =
        client
            .call(&token.0, AGENTS, body.as_bytes())
            .map_err(|error| match error.is_expired() {
                true => EnrolmentError::Expired,
                false => error.into(),
            })?;
    let key: Key = serde_json::from_value(answer).map_err(EnrolmentError::Answer)?;
    Ok(identity(server, key))
}

/// Has another key made for a host. The one before stays until the next time, so a key that gets lost on its way costs nothing.
///
/// # Errors
///
/// A service that does not answer or refuses.
pub(crate) fn rotate(client: &Client, identity_now: &Identity) -> Result<Identity, EnrolmentError> {
    let answer = client.call(&identity_now.credentials(), KEY, b"")?;
    let key: Key = serde_json::from_value(answer).map_err(EnrolmentError::Answer)?;
    Ok(identity(&identity_now.server, key))
}

fn identity(server: &str, key: Key) -> Identity {
    Identity {
        server: server.to_owned(),
        region: key.region,
        account_id: key.account_id,
        host_id: key.host_id,
        access_key_id: key.access_key_id,
        secret_access_key: key.secret_access_key,
        key_made_at: Timestamp::now(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens() {
        for (text, is_token) in [
            ("AKIA0123456789.abc/+def", true),
            (" AKIA0123456789.abc\n", true),
            ("AKIA0123456789", false),
            (".abc", false),
            ("AKIA.", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<EnrolmentToken>().is_ok(), is_token, "{text}");
        }
        let token: EnrolmentToken = "AKIA.hidden".parse().unwrap();
        assert_eq!(format!("{token:?}"), "EnrolmentToken(AKIA.…)");
    }
}
