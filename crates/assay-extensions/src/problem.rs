//! Why what a resource has could not be read.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// The longest message that is kept, in characters.
const LONGEST: usize = 1000;

/// Why whoever tells of a resource could not read what it has.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Problem {
    reason: NotReadReason,
    /// What happened, for people. The first thousand characters are kept.
    #[serde(default)]
    message: String,
}

/// Inspector's `ScanStatusReason`, as far as it is about what cannot be read.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum NotReadReason {
    AccessDenied,
    AccessDeniedToEncryptionKey,
    AgentlessInstanceCollectionTimeLimitExceeded,
    AgentlessInstanceStorageLimitExceeded,
    ExtractionCollectionTimeLimitExceeded,
    ImageArchived,
    ImageSizeExceeded,
    IntegrationConnectionLost,
    InternalError,
    InvalidArtifact,
    NoInventory,
    NoResourcesFound,
    ResourceUnmanaged,
    StorageLimitExceeded,
    #[serde(rename = "UNMANAGED_EC2_INSTANCE")]
    UnmanagedEc2Instance,
    UnsupportedCodeArtifacts,
    UnsupportedConfigFile,
    UnsupportedLanguage,
    UnsupportedMediaType,
    #[serde(rename = "UNSUPPORTED_OS")]
    UnsupportedOs,
    UnsupportedRuntime,
}

impl Problem {
    /// That nobody manages a host.
    pub(crate) fn unmanaged() -> Problem {
        Problem {
            reason: NotReadReason::UnmanagedEc2Instance,
            message: "no agent tells of it, and its account has hosts scanned by agents alone: install an agent, or set the scan mode \
                      EC2_HYBRID"
                .to_owned(),
        }
    }

    /// The word of the API for it.
    pub(crate) fn reason(&self) -> String {
        match json!(self.reason) {
            Value::String(reason) => reason,
            _ => String::new(),
        }
    }

    /// As one of the things that could not be assessed, in the form in which coverage keeps these.
    pub(crate) fn diagnostic(&self) -> Value {
        let message: String = self.message.chars().take(LONGEST).collect();
        json!({ "code": "not-read", "path": null, "message": format!("{}: {message}", self.reason()) })
    }
}
