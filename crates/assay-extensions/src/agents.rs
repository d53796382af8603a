//! Agents of hosts: enrolling them, their keys, what they are to do.

use std::sync::Arc;

use assay_api::{Caller, Fault, Logged};
use assay_identity::{AccessKeyId, Action, SecretKey, UserName};
use axum::{body::Bytes, extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    answer::{secret, told},
    request,
    routes::Extensions,
};

/// A host that is to have an agent.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewAgent {
    /// The host's id, as its resource has it: the agent may tell of this host only.
    #[schema(pattern = "^[0-9A-Za-z_+=,.@-]{1,64}$")]
    host_id: String,
}

/// A key of an agent. It is told this once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AgentKey {
    /// The account that the host belongs to.
    #[schema(pattern = "^[0-9]{12}$")]
    account_id: String,
    /// The region.
    region: String,
    /// The host's id.
    host_id: String,
    /// The id of the key.
    access_key_id: String,
    /// Its secret.
    secret_access_key: String,
}

/// What an agent is to do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AgentSettings {
    deep_inspection: DeepInspection,
    /// How many seconds pass between two reports where no change makes the agent report at once, and its host says nothing else.
    /// What changes beside package databases, containers and named directories is found up to this much later.
    #[schema(minimum = 60, maximum = 86400)]
    report_every_seconds: u32,
}

/// What agents are to do from their next report on.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewAgentSettings {
    /// How many seconds pass between two reports; 1800 where nobody set it. More delays findings.
    #[serde(deserialize_with = "request::whole")]
    #[schema(value_type = i64, minimum = 60, maximum = 86400)]
    report_every_seconds: Option<i64>,
}

/// Looking for packages that no package manager of the system knows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeepInspection {
    /// Whether to.
    #[schema(pattern = "^(ACTIVATED|DEACTIVATED)$")]
    status: &'static str,
    /// Directories that the account and its administrator named; what changes in them is told at once.
    package_paths: Vec<String>,
}

/// Enrol the agent of a host
///
/// Makes a user that has the host's id for a name and may tell of this host only, with a key.
#[utoipa::path(post, path = "/agents", operation_id = "EnrolAgent", request_body = NewAgent, responses(
    (status = 200, description = "The key, the only time.", body = AgentKey),
    (status = 409, description = "The host is enrolled already."),
))]
pub(crate) async fn enrol(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::Enrol)?;
    let asked: NewAgent = request::body("a host", &body)?;
    let host: UserName = asked
        .host_id
        .parse()
        .map_err(|_| Fault::field("hostId", "must be 1 to 64 letters, digits and _+=,.@-"))?;
    let key = extensions.service.enrol(&caller, &host).await?;
    answer("EnrolAgent", &caller, &host, key)
}

/// Have another key in place of those before
///
/// The key that the call was signed with stays valid until the next rotation.
#[utoipa::path(post, path = "/agents/key", operation_id = "RotateAgentKey", responses((status = 200, description = "The key, the only time.", body = AgentKey)))]
pub(crate) async fn rotate_key(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
) -> Result<Response, Fault> {
    caller.require(Action::RotateOwnKey)?;
    let key = extensions.service.rotate_key(&caller).await?;
    answer("RotateAgentKey", &caller, &caller.principal.user, key)
}

/// What agents of this account are to do
#[utoipa::path(get, path = "/agents/settings", operation_id = "GetAgentSettings", responses((status = 200, description = "The settings.", body = AgentSettings)))]
pub(crate) async fn settings(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
) -> Result<Response, Fault> {
    // For agents, and for whoever looks into what these do.
    caller
        .require(Action::Push)
        .or_else(|_| caller.require(Action::Read))?;
    let answer = settings_of(&extensions, &caller).await?;
    told("GetAgentSettings", json!({}), &answer)
}

/// Set what agents of this account are to do
///
/// And those of members of the organisation that the account is in charge of, where nothing else is set for them. Agents ask
/// for it with every report, so that what is set holds after the interval that held before. Whether and where they inspect
/// deeply, `UpdateEc2DeepInspectionConfiguration` of Inspector's API sets.
#[utoipa::path(put, path = "/agents/settings", operation_id = "SetAgentSettings", request_body = NewAgentSettings, responses((status = 200, description = "What holds now.", body = AgentSettings)))]
pub(crate) async fn set_settings(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::SetScanConfiguration)?;
    let wanted: NewAgentSettings = request::body("settings of agents", &body)?;
    let Some(seconds) = wanted.report_every_seconds else {
        return Err(Fault::field("reportEverySeconds", "must be a number of seconds"));
    };
    let report_every = extensions.service.set_report_interval(&caller, seconds).await?;
    told(
        "SetAgentSettings",
        json!({ "reportEverySeconds": report_every }),
        &settings_of(&extensions, &caller).await?,
    )
}

async fn settings_of(extensions: &Extensions, caller: &Caller) -> Result<AgentSettings, Fault> {
    let deep_inspection = extensions.service.deep_inspection(caller).await?;
    Ok(AgentSettings {
        deep_inspection: DeepInspection {
            status: match deep_inspection.is_on {
                true => "ACTIVATED",
                false => "DEACTIVATED",
            },
            package_paths: deep_inspection.paths,
        },
        report_every_seconds: extensions.service.report_interval(caller).await?,
    })
}

/// Tells a key to whom it is for, and the log its id only.
fn answer(
    name: &'static str,
    caller: &Caller,
    host: &UserName,
    (id, secret_key): (AccessKeyId, SecretKey),
) -> Result<Response, Fault> {
    let log = Logged {
        name,
        parameters: Some(json!({ "hostId": host })),
        response: Some(json!({ "accessKeyId": id.as_str() })),
    };
    let key = AgentKey {
        account_id: caller.principal.account.to_string(),
        region: caller.region.to_string(),
        host_id: host.to_string(),
        access_key_id: id.as_str().to_owned(),
        secret_access_key: secret_key.expose().to_owned(),
    };
    secret(log, &key)
}
