//! Resources as the API shows them, out of the description that was pushed with them.
//!
//! A description is JSON: `details` as the API's `ResourceDetails`, `tags`, `region`, `partition`. What of it the model does
//! not take is left out.

use std::collections::BTreeMap;

use assay_api_model::{EpochSeconds, Open, Validate, inspector2 as api};
use assay_store::{Covered, InUse};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::render::time;

/// The partition where a description names none.
pub(crate) const PARTITION: &str = "aws";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Description {
    details: Value,
    clusters: Value,
    tags: BTreeMap<String, String>,
    region: Option<String>,
    partition: Option<String>,
}

/// Whose and what a resource is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity<'a> {
    pub(crate) kind: &'a str,
    pub(crate) name: &'a str,
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
}

/// The resource of a finding.
pub(crate) fn resource(identity: Identity<'_>, description: &str, in_use: InUse) -> api::Resource {
    let read = read(description);
    let some = |text: String| (!text.is_empty()).then_some(text);
    api::Resource {
        details: details(&read, in_use),
        id: identity.name.to_owned(),
        partition: read.partition.and_then(some).or(Some(PARTITION.to_owned())),
        provider: Some(api::Provider::Aws.into()),
        provider_account_id: Some(identity.account.to_owned()),
        provider_org_id: None,
        region: read.region.and_then(some).or(Some(identity.region.to_owned())),
        tags: (!read.tags.is_empty()).then_some(read.tags),
        r#type: known(identity.kind),
    }
}

/// The details and the tags of a resource, as the API shows them.
pub(crate) fn details_and_tags(
    description: &str,
    in_use: InUse,
) -> (Option<api::ResourceDetails>, Option<BTreeMap<String, String>>) {
    let read = read(description);
    let details = details(&read, in_use);
    (details, (!read.tags.is_empty()).then_some(read.tags))
}

/// Where an image runs, as whoever pushed it told.
pub(crate) fn clusters(description: &str) -> Vec<api::ClusterInformation> {
    let told = Vec::<api::ClusterInformation>::deserialize(&read(description).clusters).unwrap_or_default();
    let fits = |cluster: &api::ClusterInformation| cluster.validate().is_empty();
    told.into_iter().filter(fits).collect()
}

/// What coverage tells of a resource.
pub(crate) fn metadata(covered: &Covered) -> Option<api::ResourceScanMetadata> {
    let read = read(&covered.description);
    let details = details(&read, covered.in_use);
    let tags = (!read.tags.is_empty()).then_some(read.tags);
    let mut metadata = api::ResourceScanMetadata {
        code_repository: None,
        container_image: None,
        container_registry: None,
        container_repository: None,
        ec2: None,
        ecr_image: None,
        ecr_repository: None,
        lambda_function: None,
        machine_image: None,
        serverless_function: None,
        vm_instance: None,
    };
    match covered.kind.as_str() {
        "AWS_EC2_INSTANCE" => {
            let host = details.and_then(|details| details.aws_ec2_instance);
            let platform = host.as_ref().and_then(|host| host.platform.as_deref());
            metadata.ec2 = Some(api::Ec2Metadata {
                platform: Some(system(platform).into()),
                ami_id: host.and_then(|host| host.image_id),
                tags,
            });
        }
        "AWS_ECR_CONTAINER_IMAGE" => {
            let image = details.and_then(|details| details.aws_ecr_container_image)?;
            metadata.ecr_repository = Some(api::EcrRepositoryMetadata {
                name: Some(image.repository_name),
                scan_frequency: Some(known(&covered.frequency)),
            });
            metadata.ecr_image = Some(api::EcrContainerImageMetadata {
                image_pulled_at: (covered.pulled_at > 0).then(|| EpochSeconds(time(covered.pulled_at))),
                in_use_count: image.in_use_count,
                last_in_use_at: image.last_in_use_at,
                tags: image.image_tags,
            });
        }
        "AWS_ECR_REPOSITORY" => {
            let (_, name) = covered.name.split_once(":repository/")?;
            metadata.ecr_repository = Some(api::EcrRepositoryMetadata {
                name: Some(name.to_owned()),
                scan_frequency: Some(known(&covered.frequency)),
            });
        }
        "AWS_LAMBDA_FUNCTION" => {
            let function = details.and_then(|details| details.aws_lambda_function)?;
            metadata.lambda_function = Some(api::LambdaFunctionMetadata {
                function_name: Some(function.function_name),
                function_tags: tags,
                layers: function.layers,
                runtime: Some(function.runtime),
            });
        }
        "MACHINE_IMAGE" => {
            let image = details.and_then(|details| details.machine_image);
            let platform = match system(image.and_then(|image| image.platform).as_deref()) {
                api::Ec2Platform::Windows => api::MachineImagePlatform::Windows,
                api::Ec2Platform::Linux => api::MachineImagePlatform::Linux,
                // The API has no word for others.
                _ => api::MachineImagePlatform::Unknown,
            };
            metadata.machine_image = Some(api::MachineImageMetadata {
                platform: Some(platform.into()),
                tags,
            });
        }
        _ => return None,
    }
    Some(metadata)
}

/// An enumeration of an answer, out of a text that may be beyond the model.
pub(crate) fn known<T: DeserializeOwned>(text: &str) -> Open<T> {
    let value = Value::from(text);
    T::deserialize(&value).map_or_else(|_| Open::Other(value.clone()), Open::Known)
}

fn read(description: &str) -> Description {
    serde_json::from_str(description).unwrap_or_default()
}

fn details(description: &Description, in_use: InUse) -> Option<api::ResourceDetails> {
    let mut details = api::ResourceDetails::deserialize(&description.details).ok()?;
    if let Some(image) = &mut details.aws_ecr_container_image {
        image.in_use_count = Some(in_use.count.max(0));
        image.last_in_use_at = (in_use.last_at > 0).then(|| EpochSeconds(time(in_use.last_at)));
    }
    details.validate().is_empty().then_some(details)
}

fn system(platform: Option<&str>) -> api::Ec2Platform {
    match platform {
        None | Some("" | "UNKNOWN") => api::Ec2Platform::Unknown,
        Some(platform) if platform.starts_with("WINDOWS") => api::Ec2Platform::Windows,
        Some(platform) if platform.starts_with("MAC") => api::Ec2Platform::Macos,
        Some(_) => api::Ec2Platform::Linux,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn host(description: &Value) -> api::Resource {
        let identity = Identity {
            kind: "AWS_EC2_INSTANCE",
            name: "i-0123456789abcdef0",
            account: "111122223333",
            region: "eu-west-1",
        };
        resource(identity, &description.to_string(), InUse::default())
    }

    fn covered(kind: &str, description: &str) -> Covered {
        Covered {
            resource: assay_store::ResourceId(1),
            kind: kind.to_owned(),
            name: String::new(),
            account: String::new(),
            description: description.to_owned(),
            frequency: "CONTINUOUS_SCAN".to_owned(),
            pulled_at: 0,
            in_use: InUse::default(),
            scan_type: "PACKAGE".to_owned(),
            status: "ACTIVE".to_owned(),
            reason: "SUCCESSFUL".to_owned(),
            mode: String::new(),
            last_scanned_at: 0,
            diagnostics: "[]".to_owned(),
        }
    }

    #[test]
    fn what_is_described_and_what_is_not() {
        let details = json!({"awsEc2Instance": {"platform": "DEBIAN_12", "imageId": "ami-1"}});
        let shown = host(&json!({"details": details, "tags": {"team": "red"}, "partition": "aws-cn"}));
        assert_eq!(shown.validate(), []);
        assert_eq!(shown.partition.as_deref(), Some("aws-cn"));
        assert_eq!(shown.region.as_deref(), Some("eu-west-1"));
        assert_eq!(
            shown
                .details
                .unwrap()
                .aws_ec2_instance
                .unwrap()
                .image_id
                .as_deref(),
            Some("ami-1")
        );
        for odd in [
            json!({}),
            json!([]),
            json!({"details": {"awsEc2Instance": 1}, "tags": {}}),
        ] {
            let shown = host(&odd);
            assert_eq!(shown.validate(), [], "{odd}");
            assert_eq!((shown.details, shown.tags), (None, None), "{odd}");
        }
    }

    #[test]
    fn coverage_tells_the_system() {
        for (platform, expected) in [
            ("DEBIAN_12", api::Ec2Platform::Linux),
            ("WINDOWS_SERVER_2022", api::Ec2Platform::Windows),
            ("MACOS_15", api::Ec2Platform::Macos),
        ] {
            let description = json!({"details": {"awsEc2Instance": {"platform": platform}}}).to_string();
            let told = metadata(&covered("AWS_EC2_INSTANCE", &description))
                .unwrap()
                .ec2
                .unwrap();
            assert_eq!(told.platform, Some(expected.into()));
        }
        assert_eq!(metadata(&covered("AWS_ECR_CONTAINER_IMAGE", "{}")), None);
    }
}
