//! What a resource is, as whoever pushes it describes it, and as the store keeps it.

use std::collections::BTreeMap;

use assay_api::Fault;
use assay_api_model::{
    Shape, Shaped, check,
    inspector2::{ClusterInformation, ResourceDetails},
};
use assay_criteria::Field;
use assay_store::{Attribute, INDEX_DIGEST, NewResource, ScopeId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::{
    kind::{Kind, kinds},
    problem::Problem,
    running::Running,
    shapes::{DIGEST_PATTERN, MOST_INDEXES, clusters, digests, resource_details},
};

/// Tags that exclude a host, with any value.
const EXCLUDES_HOST: &str = "InspectorEc2Exclusion";
/// Tags that exclude a function, by value.
const EXCLUDES_FUNCTION: (&str, &str) = ("InspectorExclusion", "LambdaStandardScanning");

/// A resource as it is described.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Description {
    /// `host`, `image`, `function`, `repository`, `machine-image`, or the type as Inspector's API has it.
    #[serde(rename = "type")]
    #[schema(schema_with = kinds)]
    pub(crate) kind: String,
    /// Its id, as Inspector's API has it.
    #[schema(min_length = 1, max_length = 341)]
    pub(crate) id: String,
    /// What it does. Left out, it is there; but a host that was stopped stays so until its agent tells of it, or somebody of its
    /// state.
    #[serde(default)]
    pub(crate) state: Option<State>,
    /// Its tags. Of a host the ones that are kept stay where they are left out; of others there are none then.
    #[serde(default)]
    pub(crate) tags: Option<BTreeMap<String, String>>,
    /// `ResourceDetails` of Inspector's API; what is left out is filled in as far as it can be told. Of a host, members of
    /// `awsEc2Instance` that are left out stay as they are kept, and those that are null go.
    #[serde(default)]
    #[schema(schema_with = resource_details)]
    pub(crate) details: Map<String, Value>,
    /// Where an image runs: `ClusterInformation` of Inspector's API. Of others nobody asks for it.
    #[serde(default)]
    #[schema(schema_with = clusters)]
    pub(crate) clusters: Vec<Value>,
    /// How a host is looked at. Left out, it is by an agent of ours where it is told what is in the host, else as it was. Of
    /// others nobody asks for it.
    #[serde(default)]
    pub(crate) scan_mode: Option<ScanMode>,
    /// Of an image that is part of indexes, their digests: whoever pulls or runs one of these has to do with it.
    #[serde(default)]
    #[schema(schema_with = digests)]
    pub(crate) index_digests: Vec<String>,
    /// When an image was last pulled, in seconds since 1970; it never goes back.
    #[serde(default, deserialize_with = "crate::request::whole")]
    #[schema(value_type = Option<u32>, minimum = 0, maximum = 4294967295_u64)]
    pub(crate) pulled_at: Option<i64>,
    /// When a function was last invoked, or a time that it was not invoked since, in seconds since 1970. Where it is told, a function
    /// that was neither invoked nor changed for 90 days is not scanned any more.
    #[serde(default, deserialize_with = "crate::request::whole")]
    #[schema(value_type = Option<u32>, minimum = 0, maximum = 4294967295_u64)]
    pub(crate) invoked_at: Option<i64>,
    /// When a machine image was last used to launch a host, in seconds since 1970.
    #[serde(default, deserialize_with = "crate::request::whole")]
    #[schema(value_type = Option<u32>, minimum = 0, maximum = 4294967295_u64)]
    pub(crate) launched_at: Option<i64>,
    /// How a machine image came to be, where it was not made for itself: accounts may have such ones left out.
    #[serde(default)]
    pub(crate) origin: Option<Origin>,
    /// What runs on a host, as its agent sees it. It stays as it was where this is left out together with what is in the host.
    #[serde(default)]
    pub(crate) running: Option<Running>,
}

/// What a resource does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// It is there.
    #[default]
    Active,
    /// It does not run; what was found stays.
    Stopped,
    /// It is no more; what was found closes.
    Terminated,
}

/// How a machine image came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Origin {
    /// It is a copy of another.
    Copied,
    /// It is a backup that a lifecycle policy made.
    Backup,
}

/// How a host is looked at, as Inspector's API has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub(crate) enum ScanMode {
    /// By an agent of ours.
    #[serde(rename = "EC2_INSPECTOR_AGENT_BASED")]
    Agent,
    /// By the agent of AWS Systems Manager, or another that was there before: while an agent of ours tells of the host, what is
    /// told to be in it is left.
    #[serde(rename = "EC2_SSM_AGENT_BASED")]
    ExistingAgent,
    /// By its disks, from outside: while an agent tells of the host, what is told to be in it is left, and where hosts are not
    /// scanned without agents, too.
    #[serde(rename = "EC2_AGENTLESS")]
    Agentless,
}

impl ScanMode {
    /// Its name in the API.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "EC2_INSPECTOR_AGENT_BASED",
            Self::ExistingAgent => "EC2_SSM_AGENT_BASED",
            Self::Agentless => "EC2_AGENTLESS",
        }
    }
}

/// Where the values of fields stand in details: a text, a list of texts, a time or a number.
const ATTRIBUTES: [(&str, Field); 23] = [
    ("/awsEc2Instance/imageId", Field::Ec2InstanceImageId),
    ("/awsEc2Instance/platform", Field::OperatingSystem),
    ("/awsEc2Instance/vpcId", Field::Ec2InstanceVpcId),
    ("/awsEc2Instance/subnetId", Field::Ec2InstanceSubnetId),
    ("/awsEcrContainerImage/architecture", Field::EcrImageArchitecture),
    ("/awsEcrContainerImage/imageHash", Field::EcrImageHash),
    ("/awsEcrContainerImage/imageTags", Field::EcrImageTags),
    ("/awsEcrContainerImage/inUseCount", Field::EcrImageInUseCount),
    ("/awsEcrContainerImage/lastInUseAt", Field::EcrImageLastInUseAt),
    ("/awsEcrContainerImage/pushedAt", Field::EcrImagePushedAt),
    ("/awsEcrContainerImage/registry", Field::EcrImageRegistry),
    (
        "/awsEcrContainerImage/repositoryName",
        Field::EcrImageRepositoryName,
    ),
    (
        "/awsLambdaFunction/executionRoleArn",
        Field::LambdaFunctionExecutionRoleArn,
    ),
    (
        "/awsLambdaFunction/lastModifiedAt",
        Field::LambdaFunctionLastModifiedAt,
    ),
    ("/awsLambdaFunction/layers", Field::LambdaFunctionLayers),
    ("/awsLambdaFunction/functionName", Field::LambdaFunctionName),
    ("/awsLambdaFunction/runtime", Field::LambdaFunctionRuntime),
    ("/codeRepository/projectName", Field::CodeRepositoryProjectName),
    ("/codeRepository/providerType", Field::CodeRepositoryProviderType),
    ("/machineImage/machineImageId", Field::MachineImageId),
    ("/machineImage/name", Field::MachineImageName),
    ("/machineImage/ownerAccountId", Field::MachineImageOwnerAccountId),
    ("/machineImage/platform", Field::MachineImagePlatform),
];

impl Description {
    /// Which kind of resource it is.
    ///
    /// # Errors
    ///
    /// A type that there is not, or that is not pushed.
    pub(crate) fn kind(&self) -> Result<&'static Kind, Fault> {
        Kind::named(&self.kind)
    }

    /// Fills in what can be told, and holds the details against the API's shape.
    ///
    /// # Errors
    ///
    /// Details that the API could not show.
    pub(crate) fn complete(
        &mut self,
        kind: &Kind,
        account: &str,
        platform: Option<String>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        if self.id.is_empty() || self.id.chars().count() > 341 {
            return Err(Fault::field("resource.id", "must have 1 to 341 characters"));
        }
        if self.index_digests.len() > MOST_INDEXES
            || !self.index_digests.iter().all(|digest| is_digest(digest))
        {
            return Err(Fault::field(
                "resource.indexDigests",
                format!("must be at most {MOST_INDEXES} texts that match {DIGEST_PATTERN}"),
            ));
        }
        for (name, at) in [
            ("pulledAt", self.pulled_at),
            ("invokedAt", self.invoked_at),
            ("launchedAt", self.launched_at),
        ] {
            if at.is_some_and(|at| u32::try_from(at).is_err()) {
                return Err(Fault::field(
                    format!("resource.{name}"),
                    "must be seconds since 1970, as a whole number of 32 bits",
                ));
            }
        }
        let id = self.id.clone();
        // A member that is null is one that is not there.
        self.details.retain(|_, member| !member.is_null());
        let details = self
            .details
            .entry(kind.details)
            .or_insert_with(|| Value::Object(Map::new()));
        let Some(details) = details.as_object_mut() else {
            return Err(Fault::field(
                format!("resource.details.{}", kind.details),
                "must be an object",
            ));
        };
        let mut fill = |name: &str, value: Value| {
            details.entry(name).or_insert(value);
        };
        if let Some(platform) = platform.filter(|_| kind.details != "awsLambdaFunction") {
            fill("platform", json!(platform));
        }
        match kind.details {
            "awsEcrContainerImage" => {
                // `arn:aws:ecr:REGION:ACCOUNT:repository/NAME/DIGEST`, or `NAME@DIGEST`.
                let rest = id
                    .split_once(":repository/")
                    .map_or(id.as_str(), |(_, rest)| rest);
                let (name, digest) = rest
                    .split_once('@')
                    .or_else(|| rest.rsplit_once('/'))
                    .unwrap_or((rest, ""));
                fill("repositoryName", json!(name.split(':').next()));
                fill("imageHash", json!(digest));
                fill("registry", json!(account));
                fill("pushedAt", json!(now.as_second()));
            }
            "awsLambdaFunction" => {
                let name = id.split(":function:").last().unwrap_or_default();
                let (name, version) = name.split_once(':').unwrap_or((name, "$LATEST"));
                fill("functionName", json!(name));
                fill("version", json!(version));
                // The shape demands these two; it has no other words for what is not told.
                fill("codeSha256", json!("unknown"));
                fill("runtime", json!("UNSUPPORTED"));
                fill(
                    "executionRoleArn",
                    json!(format!("arn:aws:iam::{account}:role/unknown")),
                );
            }
            "codeRepository" => fill("projectName", json!(id)),
            "machineImage" => {
                fill("machineImageId", json!(id));
                fill("ownerAccountId", json!(account));
            }
            _ => {}
        }
        if let Some(running) = &mut self.running {
            running.bound();
        }
        let value = Value::Object(self.details.clone());
        let mut fields = held_against(&value, ResourceDetails::shape(), "resource.details");
        for (at, cluster) in self.clusters.iter().enumerate() {
            let place = format!("resource.clusters[{at}]");
            fields.extend(held_against(cluster, ClusterInformation::shape(), &place));
        }
        if fields.is_empty() {
            return Ok(());
        }
        Err(Fault::Validation {
            message: "the resource is not described as Inspector's API describes resources".to_owned(),
            reason: assay_api::ValidationReason::FieldValidationFailed,
            fields,
        })
    }

    /// As the store keeps it.
    pub(crate) fn stored(
        &self,
        scope: ScopeId,
        kind: &Kind,
        is_enabled: Enabled,
        problem: Option<&Problem>,
        diagnostics: String,
    ) -> NewResource {
        let (state, status, reason) = self.standing(kind, is_enabled);
        let coverage = match problem {
            Some(problem) if state == "ACTIVE" => ("INACTIVE".to_owned(), problem.reason()),
            _ => (status.to_owned(), reason.to_owned()),
        };
        let details = Value::Object(self.details.clone());
        let text = |pointer: &str| {
            details
                .pointer(pointer)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        NewResource {
            scope,
            kind: kind.resource_type.to_owned(),
            name: self.id.clone(),
            state: state.to_owned(),
            description: self.text(kind, &details),
            attributes: self.attributes(&details),
            ecr_pushed_at: details
                .pointer("/awsEcrContainerImage/pushedAt")
                .and_then(Value::as_f64)
                .map(micros)
                .unwrap_or_default(),
            ecr_pulled_at: self.pulled_at.unwrap_or_default() * 1_000_000,
            ecr_repository: text("/awsEcrContainerImage/repositoryName").to_owned(),
            ecr_registry: text("/awsEcrContainerImage/registry").to_owned(),
            scan_mode: self
                .scan_mode
                .filter(|_| kind.is_host())
                .map(ScanMode::as_str)
                .unwrap_or_default()
                .to_owned(),
            coverage,
            diagnostics,
        }
    }

    /// What it does.
    pub(crate) fn state(&self) -> State {
        self.state.unwrap_or_default()
    }

    fn text(&self, kind: &Kind, details: &Value) -> String {
        let tags = self.tags.clone().unwrap_or_default();
        let mut text = json!({ "details": details, "tags": tags, "clusters": self.clusters });
        // Whatever the store makes of it: excluded, it is still stopped.
        if kind.is_host() && self.state() == State::Stopped {
            text["state"] = json!(State::Stopped);
        }
        if !self.index_digests.is_empty() {
            text["indexDigests"] = json!(self.index_digests);
        }
        if let Some(running) = &self.running {
            text["running"] = json!(running);
        }
        if let Some(at) = self.invoked_at {
            text["invokedAt"] = json!(at);
        }
        if let Some(at) = self.launched_at {
            text["launchedAt"] = json!(at);
        }
        if let Some(origin) = self.origin {
            text["origin"] = json!(origin);
        }
        // How it stands where its type of scan is turned off and on again.
        let (state, _, reason) = self.standing(kind, Enabled::Yes);
        if matches!(state, "STOPPED" | "EXCLUDED") {
            text["rest"] = json!({ "state": state, "reason": reason });
        }
        text.to_string()
    }

    /// The repository of an image, as the store keeps it, which the registry's settings are about. Images with names of other
    /// registries have none.
    pub(crate) fn repository(&self, image: &NewResource, region: &str, account: &str) -> Option<NewResource> {
        let is_there = image.kind == "AWS_ECR_CONTAINER_IMAGE" && self.state() == State::Active;
        let stem = format!("arn:aws:ecr:{region}:{account}:repository/");
        if !is_there || image.ecr_repository.is_empty() || !image.name.starts_with(&stem) {
            return None;
        }
        let is_off = image.state == "DISABLED";
        Some(NewResource {
            kind: "AWS_ECR_REPOSITORY".to_owned(),
            name: format!("{stem}{}", image.ecr_repository),
            description: json!({}).to_string(),
            attributes: image
                .attributes
                .iter()
                .filter(|attribute| attribute.name == Field::EcrImageRepositoryName.name())
                .cloned()
                .collect(),
            ecr_pushed_at: 0,
            ecr_pulled_at: 0,
            coverage: match is_off {
                true => image.coverage.clone(),
                false => ("ACTIVE".to_owned(), "SUCCESSFUL".to_owned()),
            },
            diagnostics: "[]".to_owned(),
            ..image.clone()
        })
    }

    fn standing(&self, kind: &Kind, is_enabled: Enabled) -> (&'static str, &'static str, &'static str) {
        let tag = |key: &str| self.tags.as_ref()?.get(key);
        let is_excluded = match kind.scan_type {
            "EC2" => kind.is_host() && tag(EXCLUDES_HOST).is_some(),
            "LAMBDA" => {
                let (key, value) = EXCLUDES_FUNCTION;
                tag(key).is_some_and(|tag| tag == value)
            }
            _ => false,
        };
        match (self.state(), is_enabled) {
            (State::Terminated, _) => ("GONE", "INACTIVE", "RESOURCE_TERMINATED"),
            (_, Enabled::No) => ("DISABLED", "INACTIVE", "PENDING_DISABLE"),
            _ if is_excluded => ("EXCLUDED", "INACTIVE", "EXCLUDED_BY_TAG"),
            (State::Stopped, _) => ("STOPPED", "INACTIVE", "EC2_INSTANCE_STOPPED"),
            (State::Active, _) => ("ACTIVE", "ACTIVE", "PENDING_INITIAL_SCAN"),
        }
    }

    fn attributes(&self, details: &Value) -> Vec<Attribute> {
        let attribute = |field: Field, value: &Value| {
            let number = value.as_f64();
            let is_time = field.kind() == assay_criteria::Kind::Time;
            #[allow(clippy::cast_precision_loss, reason = "microseconds fit until the year 2255")]
            let number = number.map(|number| if is_time { micros(number) as f64 } else { number });
            Attribute {
                name: field.name(),
                key: String::new(),
                text: match value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                },
                number: number.unwrap_or_default(),
            }
        };
        let mut attributes = Vec::new();
        for (pointer, field) in ATTRIBUTES {
            match details.pointer(pointer) {
                Some(Value::Array(values)) => {
                    attributes.extend(values.iter().map(|value| attribute(field, value)));
                }
                Some(value) => attributes.push(attribute(field, value)),
                None => {}
            }
        }
        attributes.extend(self.index_digests.iter().map(|digest| Attribute {
            name: INDEX_DIGEST,
            key: String::new(),
            text: digest.clone(),
            number: 0.0,
        }));
        attributes.extend(self.invoked_at.map(Attribute::invoked_at));
        attributes.extend(self.tags.iter().flatten().map(|(key, value)| Attribute {
            name: Field::ResourceTags.name(),
            key: key.clone(),
            text: value.clone(),
            number: 0.0,
        }));
        attributes
    }
}

/// What of a value its shape in the API does not take, below the place that it stands in.
fn held_against(value: &Value, shape: &'static Shape, place: &str) -> Vec<assay_api::Field> {
    check(value, shape)
        .into_iter()
        .map(|violation| assay_api::Field {
            name: format!("{place}.{}", violation.path)
                .trim_end_matches('.')
                .to_owned(),
            message: violation.constraint.to_string(),
        })
        .collect()
}

/// Whether the type of scan is turned on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Enabled {
    Yes,
    No,
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "seconds that the API's shape lets through"
)]
fn micros(seconds: f64) -> i64 {
    (seconds * 1_000_000.0) as i64
}

/// Whether a text is the digest of a manifest, as [`DIGEST_PATTERN`] says.
pub(crate) fn is_digest(text: &str) -> bool {
    let Some((algorithm, hex)) = text.split_once(':') else {
        return false;
    };
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let length = match algorithm {
        "sha256" => 64,
        "sha512" => 128,
        _ => return false,
    };
    hex.len() == length && hex.bytes().all(is_hex)
}
