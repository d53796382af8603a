//! A record of a call, in the form that CloudTrail has.
//!
//! Source: AWS CloudTrail user guide, "CloudTrail record contents for management events" and "CloudTrail userIdentity
//! element".

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A record of a call, version 1.11 of CloudTrail's form. Times are in UTC and whole seconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallRecord {
    /// The version of the form.
    pub event_version: String,
    /// Who called.
    pub user_identity: UserIdentity,
    /// When the request arrived.
    #[serde(serialize_with = "seconds")]
    pub event_time: Timestamp,
    /// The service, as `inspector2.amazonaws.com`; `assay` for our own routes.
    pub event_source: String,
    /// The operation, as `ListFindings`; method and path for a route of our own that has no name.
    pub event_name: String,
    /// The region that the request was for; the first that is served where the request left it open.
    pub aws_region: String,
    /// The address that the connection came from.
    #[serde(rename = "sourceIPAddress")]
    pub source_ip_address: String,
    /// What called, by its own account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The name of the fault, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// What the caller was told of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// The request without secrets and without what would make the record large; null where there is none.
    pub request_parameters: Option<Value>,
    /// The answer, likewise; null where the call read only, or failed.
    pub response_elements: Option<Value>,
    /// The id of the request, as the answer has it.
    #[serde(rename = "requestID")]
    pub request_id: String,
    /// An id of the record.
    #[serde(rename = "eventID")]
    pub event_id: String,
    /// Whether the call could change nothing.
    pub read_only: bool,
    /// `AwsApiCall`.
    pub event_type: String,
    /// Always true.
    pub management_event: bool,
    /// The account whose log this is; none where it is not known who called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient_account_id: Option<String>,
    /// `Management`.
    pub event_category: String,
}

/// Who called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserIdentity {
    /// `IAMUser`, `AssumedRole`, or `Unknown`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The user's ARN, which stays while the user does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
    /// The user's ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// The account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The access key; only claimed where the type is `Unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// The user's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// There for temporary credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_context: Option<SessionContext>,
}

/// What there is to say of temporary credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SessionContext {
    /// Their attributes.
    pub attributes: SessionAttributes,
}

/// Attributes of temporary credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionAttributes {
    /// When they were given out.
    #[serde(serialize_with = "seconds")]
    pub creation_date: Timestamp,
    /// `true` or `false`.
    pub mfa_authenticated: String,
}

fn seconds<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&time.strftime("%Y-%m-%dT%H:%M:%SZ"))
}
