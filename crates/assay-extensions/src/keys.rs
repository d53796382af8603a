//! Access keys of users: making them, turning them off and on, deleting them.

use std::sync::Arc;

use assay_api::{Caller, Fault, Logged};
use assay_identity::{AccessKeyId, Action, SecretKey};
use assay_store::StoredKey;
use axum::{body::Bytes, extract::State as Shared, response::Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::{
    answer::{exact_time, secret, time, told},
    request::{self, Asked},
    routes::Extensions,
    users::{status_of, statuses, user_name},
};

/// An access key, without its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccessKey)]
pub(crate) struct Key {
    /// Its id.
    access_key_id: String,
    /// Whose it is.
    user: String,
    /// Whether it is good.
    #[schema(schema_with = statuses)]
    status: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// From when on it is not good any more; null for never.
    #[schema(format = DateTime)]
    ends_at: Option<String>,
}

/// An access key with its secret, which is told this once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MadeKey {
    /// Its id.
    access_key_id: String,
    /// Its secret.
    secret_access_key: String,
}

impl From<&StoredKey> for Key {
    fn from(key: &StoredKey) -> Self {
        Self {
            access_key_id: key.id.clone(),
            user: key.person.clone(),
            status: key.status.clone(),
            created_at: exact_time(key.created_at),
            ends_at: time(key.ends_at),
        }
    }
}

impl MadeKey {
    pub(crate) fn of(id: &str, secret: &SecretKey) -> MadeKey {
        MadeKey {
            access_key_id: id.to_owned(),
            secret_access_key: secret.expose().to_owned(),
        }
    }
}

/// An access key to make.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewKey {
    /// Whose it is.
    #[schema(pattern = "^[0-9A-Za-z_+=,.@-]{1,64}$")]
    user: String,
    /// From when on it is not good any more; null for never. Keys that hosts are enrolled with should have an end.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Timestamp>,
}

/// Make an access key for a user
///
/// One beside those that they have, twenty at most.
#[utoipa::path(post, path = "/users/keys", operation_id = "CreateUserKey", request_body = NewKey, responses(
    (status = 200, description = "The key with its secret, the only time.", body = MadeKey),
    (status = 402, description = "The user has as many keys as they may."),
    (status = 404, description = "There is no such user in this account."),
))]
pub(crate) async fn create(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::ManageUsers)?;
    let asked: NewKey = request::body("an access key", &body)?;
    let user = user_name("user", &asked.user)?;
    let (stored, secret_key) = extensions
        .service
        .create_key(&caller, &user, asked.ends_at)
        .await?;
    let log = Logged {
        name: "CreateUserKey",
        parameters: Some(json!({ "user": user, "endsAt": time(stored.ends_at) })),
        response: Some(json!({ "accessKeyId": stored.id })),
    };
    secret(log, &MadeKey::of(&stored.id, &secret_key))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichKey {
    /// The id of an access key.
    #[param(pattern = "^(AKIA|ASIA)[A-Z0-9]{16}$")]
    id: String,
}

/// Whether an access key is good.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct KeyStanding {
    /// Whether it is.
    #[schema(schema_with = statuses)]
    status: String,
}

/// Turn an access key on or off
///
/// It has effect at once. The key that the call is signed with stays on.
#[utoipa::path(put, path = "/users/key", operation_id = "SetUserKey", params(WhichKey), request_body = KeyStanding, responses(
    (status = 200, description = "The key as it is now.", body = Key),
    (status = 404, description = "There is no such key in this account."),
    (status = 409, description = "The call is signed with it."),
))]
pub(crate) async fn set(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<WhichKey>,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::ManageUsers)?;
    let id = key_id(&asked.id)?;
    let wanted: KeyStanding = request::body("the status of an access key", &body)?;
    let status = status_of(&wanted.status)?;
    let key = extensions.service.set_key_status(&caller, &id, status).await?;
    let parameters = json!({ "accessKeyId": id, "user": key.person, "status": key.status });
    told("SetUserKey", parameters, &Key::from(&key))
}

/// An access key that is no more.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeletedKey {
    /// Its id.
    access_key_id: String,
    /// Whose it was.
    user: String,
}

/// Delete an access key
///
/// It has effect at once. The key that the call is signed with stays.
#[utoipa::path(delete, path = "/users/key", operation_id = "DeleteUserKey", params(WhichKey), responses(
    (status = 200, description = "It is deleted.", body = DeletedKey),
    (status = 404, description = "There is no such key in this account."),
    (status = 409, description = "The call is signed with it."),
))]
pub(crate) async fn delete(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<WhichKey>,
) -> Result<Response, Fault> {
    caller.require(Action::ManageUsers)?;
    let id = key_id(&asked.id)?;
    let key = extensions.service.delete_key(&caller, &id).await?;
    let answer = DeletedKey {
        access_key_id: key.id,
        user: key.person,
    };
    let parameters = json!({ "accessKeyId": answer.access_key_id, "user": answer.user });
    told("DeleteUserKey", parameters, &answer)
}

fn key_id(text: &str) -> Result<AccessKeyId, Fault> {
    text.parse().map_err(|_| {
        Fault::field(
            "id",
            "must be the id of an access key, AKIA and 16 capital letters and digits",
        )
    })
}
