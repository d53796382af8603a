//! Users of the caller's own account, for administrators; their access keys are beside it.

use std::sync::Arc;

use assay_api::{Caller, Fault, Logged};
use assay_identity::{Action, Role, Status, UserName};
use assay_service::{FirstKey, UserWithKeys};
use assay_store::StoredPerson;
use axum::{body::Bytes, extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema, openapi::ObjectBuilder};

use crate::{
    answer::{exact_time, secret, told},
    keys::{Key, MadeKey},
    request::{self, Asked, page_size},
    routes::Extensions,
    shapes::one_of,
};

/// Users of one answer, unless fewer are asked for.
const MOST: i64 = 200;

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Those of a role; left out for all but agents of hosts, of which there may be thousands.
    #[param(schema_with = roles, required = false)]
    role: Option<String>,
    /// Those whose names begin so.
    #[param(pattern = "^[0-9A-Za-z_+=,.@-]{1,64}$")]
    starts_with: Option<String>,
    /// The most users that are wanted.
    #[param(minimum = 1, maximum = 200)]
    max_results: Option<i64>,
    /// Where to go on, as the last answer had it.
    next_token: Option<String>,
}

/// Users, in order of their names.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Users {
    users: Vec<User>,
    /// Where to go on; null at the end.
    next_token: Option<String>,
}

/// A user.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    /// The name; of the agent of a host the host's id.
    name: String,
    /// What they are there for.
    #[schema(schema_with = roles)]
    role: String,
    /// Whether they are let in.
    #[schema(schema_with = statuses)]
    status: String,
    /// When they were made.
    #[schema(format = DateTime)]
    created_at: String,
    /// Whether they may sign in with a password.
    has_password: bool,
    /// Their access keys, in the order in which they were made.
    access_keys: Vec<Key>,
}

/// A user who was made.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MadeUser {
    user: User,
    /// Their first access key; null where none was wanted.
    access_key: Option<MadeKey>,
}

fn roles() -> ObjectBuilder {
    one_of(Role::ALL.map(Role::as_str))
}

pub(crate) fn statuses() -> ObjectBuilder {
    one_of([Status::Active, Status::Disabled].map(assay_service::status_to_text))
}

impl From<&UserWithKeys> for User {
    fn from(found: &UserWithKeys) -> Self {
        let user: &StoredPerson = &found.user;
        Self {
            name: user.name.clone(),
            role: user.role.clone(),
            status: user.status.clone(),
            created_at: exact_time(user.created_at),
            has_password: !user.password_hash.is_empty(),
            access_keys: found.keys.iter().map(Key::from).collect(),
        }
    }
}

/// The users of this account
///
/// Without a role, people and programs; agents of hosts, of which there may be thousands, are listed by their role, `host`.
/// Secrets are never told again.
#[utoipa::path(get, path = "/users", operation_id = "ListUsers", params(Wanted), responses((status = 200, description = "A page of them.", body = Users)))]
pub(crate) async fn list(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Wanted>,
) -> Result<Response, Fault> {
    caller.require(Action::ManageUsers)?;
    let role = asked
        .role
        .as_deref()
        .map(|role| role_of("role", role))
        .transpose()?;
    let prefix = asked.starts_with.as_deref();
    let prefix = prefix.map(|prefix| user_name("startsWith", prefix)).transpose()?;
    let prefix = prefix.as_ref().map(UserName::as_str).unwrap_or_default();
    let parameters = json!({"role": asked.role, "startsWith": asked.starts_with});
    let pages = caller.pages_of("ListUsers", &parameters);
    let after: String = pages.position(asked.next_token.as_deref())?.unwrap_or_default();
    let size = page_size("maxResults", asked.max_results, MOST)?;
    let mut found = extensions
        .service
        .users(&caller, role, prefix, &after, size + 1)
        .await?;
    let size = usize::try_from(size).map_err(Fault::internal)?;
    let next_token = pages.cut(&mut found, size, |last| last.user.name.clone())?;
    let answer = Users {
        users: found.iter().map(User::from).collect(),
        next_token,
    };
    told("ListUsers", parameters, &answer)
}

/// A user to make.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewUser {
    /// The name, one of a kind in the account.
    #[schema(pattern = "^[0-9A-Za-z_+=,.@-]{1,64}$")]
    name: String,
    /// What they are there for.
    #[schema(schema_with = roles)]
    role: String,
    /// The password that they may sign in with; null for none.
    #[serde(default)]
    #[schema(min_length = 12, max_length = 256)]
    password: Option<String>,
    /// Whether they get an access key, whose secret is answered.
    #[serde(default)]
    with_access_key: bool,
}

/// Make a user
#[utoipa::path(post, path = "/users", operation_id = "CreateUser", request_body = NewUser, responses(
    (status = 200, description = "The user; and the first access key with its secret, the only time.", body = MadeUser),
    (status = 409, description = "There is a user of that name already."),
))]
pub(crate) async fn create(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::ManageUsers)?;
    let asked: NewUser = request::body_with_secrets(
        "a user: `name` and `role`, and where wanted `password` and `withAccessKey`",
        &body,
    )?;
    let name = user_name("name", &asked.name)?;
    let role = role_of("role", &asked.role)?;
    let new = assay_service::NewUser {
        name: name.clone(),
        role,
        password: asked.password,
        first_key: match asked.with_access_key {
            true => FirstKey::Made,
            false => FirstKey::Left,
        },
    };
    let key = extensions.service.create_user(&caller, new).await?;
    let user = extensions.service.user(&caller, &name).await?;
    let id = key.as_ref().map(|(id, _)| id.as_str());
    let log = Logged {
        name: "CreateUser",
        parameters: Some(json!({ "name": name, "role": role })),
        response: Some(json!({ "accessKeyId": id })),
    };
    let answer = MadeUser {
        user: User::from(&user),
        access_key: key.map(|(id, secret)| MadeKey::of(id.as_str(), &secret)),
    };
    secret(log, &answer)
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichUser {
    /// The name of a user.
    #[param(pattern = "^[0-9A-Za-z_+=,.@-]{1,64}$")]
    name: String,
}

/// What a user is there for, and whether they are let in.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UserStanding {
    /// What they are there for.
    #[schema(schema_with = roles)]
    role: String,
    /// Whether they are let in.
    #[schema(schema_with = statuses)]
    status: String,
}

/// Set the role and the status of a user
///
/// It has effect at once. The last active administrator of an account stays one.
#[utoipa::path(put, path = "/user", operation_id = "SetUser", params(WhichUser), request_body = UserStanding, responses(
    (status = 200, description = "The user as they are now.", body = User),
    (status = 404, description = "There is no such user in this account."),
    (status = 409, description = "They are the last active administrator."),
))]
pub(crate) async fn set(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<WhichUser>,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::ManageUsers)?;
    let name = user_name("name", &asked.name)?;
    let wanted: UserStanding = request::body("the role and the status of a user", &body)?;
    let (role, status) = (role_of("role", &wanted.role)?, status_of(&wanted.status)?);
    extensions.service.set_user(&caller, &name, role, status).await?;
    let user = extensions.service.user(&caller, &name).await?;
    let parameters = json!({ "name": name, "role": role, "status": wanted.status });
    told("SetUser", parameters, &User::from(&user))
}

/// A password.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewPassword {
    /// The password.
    #[schema(min_length = 12, max_length = 256)]
    password: String,
}

/// Set the password of a user
///
/// Their sessions are over then.
#[utoipa::path(put, path = "/user/password", operation_id = "SetUserPassword", params(WhichUser), request_body = NewPassword, responses(
    (status = 200, description = "The user as they are now.", body = User),
    (status = 404, description = "There is no such user in this account."),
))]
pub(crate) async fn set_password(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<WhichUser>,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::ManageUsers)?;
    let name = user_name("name", &asked.name)?;
    let NewPassword { password } = request::body_with_secrets("a `password`", &body)?;
    // Whose password it would be is found before it is hashed, which takes a while.
    extensions.service.user(&caller, &name).await?;
    extensions.service.set_password(&caller, &name, password).await?;
    let user = extensions.service.user(&caller, &name).await?;
    told("SetUserPassword", json!({ "name": name }), &User::from(&user))
}

/// A user who is no more.
#[derive(Serialize, ToSchema)]
struct ForgottenUser {
    /// The name.
    name: String,
}

/// Forget the agent of a host
///
/// Its keys are gone with it. Other users are not deleted but turned off, since what they did is told under their names.
#[utoipa::path(delete, path = "/user", operation_id = "ForgetHostAgent", params(WhichUser), responses(
    (status = 200, description = "It is forgotten.", body = ForgottenUser),
    (status = 404, description = "There is no such agent in this account."),
))]
pub(crate) async fn forget(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<WhichUser>,
) -> Result<Response, Fault> {
    caller.require(Action::ManageUsers)?;
    let name = user_name("name", &asked.name)?;
    extensions.service.forget_host_agent(&caller, &name).await?;
    let answer = ForgottenUser {
        name: name.to_string(),
    };
    told("ForgetHostAgent", json!({ "name": name }), &answer)
}

pub(crate) fn user_name(field: &str, text: &str) -> Result<UserName, Fault> {
    text.parse()
        .map_err(|_| Fault::field(field, "must be 1 to 64 letters, digits and _+=,.@-"))
}

fn role_of(field: &str, text: &str) -> Result<Role, Fault> {
    let roles = Role::ALL.map(Role::as_str).join(", ");
    text.parse()
        .map_err(|_| Fault::field(field, format!("must be one of {roles}")))
}

pub(crate) fn status_of(text: &str) -> Result<Status, Fault> {
    [Status::Active, Status::Disabled]
        .into_iter()
        .find(|status| assay_service::status_to_text(*status) == text)
        .ok_or_else(|| Fault::field("status", "must be ACTIVE or INACTIVE"))
}
