//! Sessions of whoever calls: having them go on, and ending them. Both are everybody's own, so that no role allows or forbids them.

use std::sync::Arc;

use assay_api::{Caller, Fault, Logged, SessionCredentials};
use axum::{extract::State as Shared, response::Response};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    answer::{exact_time, logged, secret},
    routes::Extensions,
};

/// Have other temporary credentials in place of those that the call is signed with
///
/// For who signed in at `POST /session`: they are good for an hour, and at the latest until twelve hours after the password or
/// code was given. Those that the call is signed with stay good until their end.
#[utoipa::path(post, path = "/session/renewal", operation_id = "RenewSession", responses((status = 200, description = "The credentials, the only time, as `POST /session` answers them.", body = SessionCredentials)))]
pub(crate) async fn renew(caller: Caller) -> Result<Response, Fault> {
    let renewed = caller.renew_session()?;
    let log = Logged {
        name: "RenewSession",
        parameters: None,
        response: Some(json!({ "accessKeyId": renewed.access_key_id() })),
    };
    secret(log, &renewed)
}

/// An end of sessions.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SessionsEnd {
    /// Whose sessions ended.
    user: String,
    /// Whoever signed in before has to sign in again.
    #[schema(format = DateTime)]
    ended_at: String,
}

/// End all sessions of whoever calls
///
/// Wherever they signed in they have to sign in again, and links to sign in with that were made before are void. Their access
/// keys stay, and so do sessions of others.
#[utoipa::path(post, path = "/session/end", operation_id = "EndSessions", responses((status = 200, description = "They ended.", body = SessionsEnd)))]
pub(crate) async fn end(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
) -> Result<Response, Fault> {
    let answer = SessionsEnd {
        ended_at: exact_time(extensions.service.end_own_sessions(&caller).await?),
        user: caller.principal.user.to_string(),
    };
    let log = Logged {
        name: "EndSessions",
        parameters: None,
        response: Some(json!({ "endedAt": answer.ended_at })),
    };
    logged(log, &answer)
}
