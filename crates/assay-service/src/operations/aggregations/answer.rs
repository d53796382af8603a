//! Groups in the shapes of the API.

use std::collections::BTreeMap;

use assay_api_model::{Open, inspector2 as api};
use assay_store::{Aggregate, InUse, SeverityCounts};

use crate::resource::{PARTITION, details_and_tags};

/// What is shown of a resource beside its counts.
#[derive(Debug, Default)]
pub(super) struct Resource {
    name: String,
    host: Option<api::AwsEc2InstanceDetails>,
    image: Option<api::AwsEcrContainerImageDetails>,
    function: Option<api::AwsLambdaFunctionDetails>,
    repository: Option<api::CodeRepositoryDetails>,
    tags: Option<BTreeMap<String, String>>,
    /// Its active findings with known exploits.
    pub(super) exploitable: i64,
    /// Its active findings with a fix.
    pub(super) fixable: i64,
}

impl Resource {
    pub(super) fn new(name: String, description: &str, in_use: InUse) -> Resource {
        let (details, tags) = details_and_tags(description, in_use);
        let mut resource = Resource {
            name,
            tags,
            ..Resource::default()
        };
        if let Some(details) = details {
            resource.host = details.aws_ec2_instance;
            resource.image = details.aws_ecr_container_image;
            resource.function = details.aws_lambda_function;
            resource.repository = details.code_repository;
        }
        resource
    }
}

/// A group, whose it is and what it is about.
pub(super) struct Told<'a> {
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    pub(super) resource: &'a Resource,
    pub(super) group: Aggregate,
}

/// A text, if it is one.
fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A text of which the shape demands a character.
fn at_least(text: &str) -> String {
    some(text).unwrap_or_else(|| "-".to_owned())
}

fn counts(counts: SeverityCounts) -> Option<api::SeverityCounts> {
    Some(api::SeverityCounts {
        all: Some(counts.all),
        critical: Some(counts.critical),
        high: Some(counts.high),
        informational: Some(counts.informational),
        low: Some(counts.low),
        medium: Some(counts.medium),
        untriaged: Some(counts.untriaged),
    })
}

impl Told<'_> {
    pub(super) fn answer(&self, kind: api::AggregationType) -> api::AggregationResponse {
        use api::{AggregationResponse as Response, AggregationType as Kind};
        match kind {
            Kind::Account => Response::AccountAggregation(self.account()),
            Kind::FindingType => Response::FindingTypeAggregation(self.finding_type()),
            Kind::Title => Response::TitleAggregation(self.title()),
            Kind::Package => Response::PackageAggregation(self.package()),
            Kind::Repository => Response::RepositoryAggregation(self.repository()),
            Kind::Ami => Response::AmiAggregation(self.machine_image()),
            Kind::ImageLayer => Response::ImageLayerAggregation(self.image_layer()),
            Kind::LambdaLayer => Response::LambdaLayerAggregation(self.function_layer()),
            Kind::AwsEc2Instance => Response::Ec2InstanceAggregation(self.host()),
            Kind::AwsEcrContainer => Response::AwsEcrContainerAggregation(self.image()),
            Kind::AwsLambdaFunction => Response::LambdaFunctionAggregation(self.function()),
            Kind::CodeRepository => Response::CodeRepositoryAggregation(self.code_repository()),
            Kind::VmInstance => Response::VmInstanceAggregation(self.machine()),
            Kind::ContainerImage => Response::ContainerImageAggregation(self.container_image()),
            Kind::ServerlessFunction => Response::ServerlessFunctionAggregation(self.serverless_function()),
        }
    }

    fn account_id(&self) -> Option<String> {
        some(self.account)
    }

    fn counts(&self) -> Option<api::SeverityCounts> {
        counts(self.group.counts)
    }

    fn provider() -> Option<Open<api::Provider>> {
        Some(api::Provider::Aws.into())
    }

    fn account(&self) -> api::AccountAggregationResponse {
        api::AccountAggregationResponse {
            account_id: self.account_id(),
            exploit_available_count: Some(self.group.exploitable),
            fix_available_count: Some(self.group.fixable),
            severity_counts: self.counts(),
        }
    }

    fn finding_type(&self) -> api::FindingTypeAggregationResponse {
        api::FindingTypeAggregationResponse {
            account_id: self.account_id(),
            cloud_account_id: self.account_id(),
            cloud_org_id: None,
            cloud_partition: some(PARTITION),
            cloud_provider: some(api::Provider::Aws.as_str()),
            cloud_region: some(self.region),
            exploit_available_count: Some(self.group.exploitable),
            fix_available_count: Some(self.group.fixable),
            severity_counts: self.counts(),
        }
    }

    fn title(&self) -> api::TitleAggregationResponse {
        api::TitleAggregationResponse {
            account_id: self.account_id(),
            severity_counts: self.counts(),
            title: at_least(&self.group.name),
            vulnerability_id: some(&self.group.detail),
        }
    }

    fn package(&self) -> api::PackageAggregationResponse {
        api::PackageAggregationResponse {
            account_id: self.account_id(),
            package_name: at_least(&self.group.name),
            severity_counts: self.counts(),
        }
    }

    fn repository(&self) -> api::RepositoryAggregationResponse {
        api::RepositoryAggregationResponse {
            account_id: self.account_id(),
            affected_images: Some(self.group.affected),
            cloud_account_id: self.account_id(),
            cloud_org_id: None,
            cloud_partition: some(PARTITION),
            cloud_provider: Self::provider(),
            cloud_region: some(self.region),
            repository: at_least(&self.group.name),
            severity_counts: self.counts(),
        }
    }

    fn machine_image(&self) -> api::AmiAggregationResponse {
        let source = match self.group.detail.as_str() {
            "MACHINE_IMAGE" => api::ScanSource::MachineImageScan,
            _ => api::ScanSource::InstanceScan,
        };
        api::AmiAggregationResponse {
            account_id: self.account_id(),
            affected_instances: (source == api::ScanSource::InstanceScan).then_some(self.group.affected),
            ami: self.group.name.clone(),
            cloud_account_id: self.account_id(),
            cloud_org_id: None,
            cloud_partition: some(PARTITION),
            cloud_provider: Self::provider(),
            cloud_region: some(self.region),
            scan_source: Some(source.into()),
            severity_counts: self.counts(),
        }
    }

    fn image_layer(&self) -> api::ImageLayerAggregationResponse {
        let image = self.resource.image.as_ref();
        api::ImageLayerAggregationResponse {
            account_id: self.account.to_owned(),
            cloud_account_id: self.account_id(),
            cloud_org_id: None,
            cloud_partition: some(PARTITION),
            cloud_provider: some(api::Provider::Aws.as_str()),
            cloud_region: some(self.region),
            layer_hash: at_least(&self.group.name),
            repository: at_least(image.map_or("", |image| &image.repository_name)),
            resource_id: at_least(&self.resource.name),
            severity_counts: self.counts(),
        }
    }

    fn function_layer(&self) -> api::LambdaLayerAggregationResponse {
        let function = self.resource.function.as_ref();
        api::LambdaLayerAggregationResponse {
            account_id: self.account.to_owned(),
            function_name: at_least(function.map_or("", |function| &function.function_name)),
            layer_arn: at_least(&self.group.name),
            resource_id: at_least(&self.resource.name),
            severity_counts: self.counts(),
        }
    }

    fn host(&self) -> api::Ec2InstanceAggregationResponse {
        let host = self.resource.host.as_ref();
        api::Ec2InstanceAggregationResponse {
            account_id: self.account_id(),
            ami: host.and_then(|host| host.image_id.clone()),
            instance_id: at_least(&self.resource.name),
            instance_tags: self.resource.tags.clone(),
            network_findings: Some(self.group.network),
            operating_system: host.and_then(|host| host.platform.clone()),
            severity_counts: self.counts(),
        }
    }

    fn image(&self) -> api::AwsEcrContainerAggregationResponse {
        let image = self.resource.image.as_ref();
        api::AwsEcrContainerAggregationResponse {
            account_id: self.account_id(),
            architecture: image.and_then(|image| image.architecture.clone()),
            image_sha: image.and_then(|image| some(&image.image_hash)),
            image_tags: image.and_then(|image| image.image_tags.clone()),
            in_use_count: image.and_then(|image| image.in_use_count),
            last_in_use_at: image.and_then(|image| image.last_in_use_at),
            repository: image.and_then(|image| some(&image.repository_name)),
            resource_id: at_least(&self.resource.name),
            severity_counts: self.counts(),
        }
    }

    fn function(&self) -> api::LambdaFunctionAggregationResponse {
        let function = self.resource.function.as_ref();
        api::LambdaFunctionAggregationResponse {
            account_id: self.account_id(),
            function_name: function.and_then(|function| some(&function.function_name)),
            lambda_tags: self.resource.tags.clone(),
            last_modified_at: function.and_then(|function| function.last_modified_at),
            resource_id: at_least(&self.resource.name),
            runtime: function.and_then(|function| {
                function
                    .runtime
                    .known()
                    .map(|runtime| runtime.as_str().to_owned())
            }),
            severity_counts: self.counts(),
        }
    }

    fn code_repository(&self) -> api::CodeRepositoryAggregationResponse {
        let repository = self.resource.repository.as_ref();
        let provider = repository.and_then(|repository| repository.provider_type.as_ref());
        api::CodeRepositoryAggregationResponse {
            account_id: self.account_id(),
            exploit_available_active_findings_count: Some(self.resource.exploitable),
            fix_available_active_findings_count: Some(self.resource.fixable),
            project_names: repository
                .and_then(|repository| repository.project_name.clone())
                .unwrap_or_else(|| self.resource.name.clone()),
            provider_type: provider
                .and_then(|provider| provider.known().map(|provider| provider.as_str().to_owned())),
            resource_id: some(&self.resource.name),
            severity_counts: self.counts(),
        }
    }

    fn machine(&self) -> api::VmInstanceAggregationResponse {
        let host = self.resource.host.as_ref();
        api::VmInstanceAggregationResponse {
            account_id: self.account_id(),
            cloud_account_id: self.account_id(),
            cloud_org_id: None,
            cloud_partition: some(PARTITION),
            cloud_provider: Self::provider(),
            cloud_region: some(self.region),
            exploit_available_active_findings_count: Some(self.resource.exploitable),
            fix_available_active_findings_count: Some(self.resource.fixable),
            network_findings: Some(self.group.network),
            operating_system: host.and_then(|host| host.platform.clone()),
            resource_id: at_least(&self.resource.name),
            severity_counts: self.counts(),
            tags: self.resource.tags.clone(),
            vm_image_reference: host.and_then(|host| host.image_id.clone()),
        }
    }

    fn container_image(&self) -> api::ContainerImageAggregationResponse {
        let image = self.resource.image.as_ref();
        api::ContainerImageAggregationResponse {
            account_id: self.account_id(),
            architecture: image.and_then(|image| image.architecture.clone()),
            cloud_account_id: self.account_id(),
            cloud_org_id: None,
            cloud_partition: some(PARTITION),
            cloud_provider: Self::provider(),
            cloud_region: some(self.region),
            exploit_available_active_findings_count: Some(self.resource.exploitable),
            fix_available_active_findings_count: Some(self.resource.fixable),
            image_digest: image.and_then(|image| some(&image.image_hash)),
            image_tags: image.and_then(|image| image.image_tags.clone()),
            in_use_count: image.and_then(|image| image.in_use_count),
            last_in_use_at: image.and_then(|image| image.last_in_use_at),
            registry: image.and_then(|image| some(&image.registry)),
            repository: image.and_then(|image| some(&image.repository_name)),
            resource_id: at_least(&self.resource.name),
            severity_counts: self.counts(),
        }
    }

    fn serverless_function(&self) -> api::ServerlessFunctionAggregationResponse {
        let function = self.resource.function.as_ref();
        api::ServerlessFunctionAggregationResponse {
            account_id: self.account_id(),
            cloud_account_id: self.account_id(),
            cloud_org_id: None,
            cloud_partition: some(PARTITION),
            cloud_provider: Self::provider(),
            cloud_region: some(self.region),
            exploit_available_active_findings_count: Some(self.resource.exploitable),
            fix_available_active_findings_count: Some(self.resource.fixable),
            function_name: function.and_then(|function| some(&function.function_name)),
            last_modified_at: function.and_then(|function| function.last_modified_at),
            resource_id: at_least(&self.resource.name),
            runtime: function.and_then(|function| {
                function
                    .runtime
                    .known()
                    .map(|runtime| runtime.as_str().to_owned())
            }),
            severity_counts: self.counts(),
            tags: self.resource.tags.clone(),
        }
    }
}
