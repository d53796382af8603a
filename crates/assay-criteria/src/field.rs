//! What criteria can ask for.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What a field's values are, which decides which tests it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Texts.
    Text,
    /// Numbers.
    Number,
    /// Points in time.
    Time,
    /// Keys with values.
    Tag,
    /// Ranges of ports.
    Port,
    /// Packages, each with its parts.
    Package,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Time => "time",
            Self::Tag => "tag",
            Self::Port => "port",
            Self::Package => "package",
        })
    }
}

/// What has a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Findings.
    Findings,
    /// Covered resources.
    Coverage,
    /// Both.
    Both,
    /// Resources whose findings are counted, and nothing else.
    Counts,
}

impl Scope {
    /// Whether findings have the field.
    pub fn has_findings(self) -> bool {
        matches!(self, Self::Findings | Self::Both)
    }

    /// Whether covered resources have the field.
    pub fn has_coverage(self) -> bool {
        matches!(self, Self::Coverage | Self::Both)
    }
}

/// A text is the name of no field.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("no field is named `{0}`")]
pub struct UnknownField(String);

/// Declares the fields: variant, name, kind, scope.
macro_rules! fields {
    ($($(#[$attribute:meta])* $variant:ident = $name:literal, $kind:ident, $scope:ident;)*) => {
        /// A field of a finding or of a covered resource. The names are stable: stored criteria have them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Field {
            $($(#[$attribute])* #[serde(rename = $name)] $variant,)*
        }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Field] = &[$(Field::$variant,)*];

            /// The name in JSON.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Field::$variant => $name,)*
                }
            }

            /// What its values are.
            pub const fn kind(self) -> Kind {
                match self {
                    $(Field::$variant => Kind::$kind,)*
                }
            }

            /// What has it.
            pub const fn scope(self) -> Scope {
                match self {
                    $(Field::$variant => Scope::$scope,)*
                }
            }
        }
    };
}

fields! {
    /// The account, twelve digits.
    AccountId = "account_id", Text, Both;
    /// The processor architecture of an image of another cloud.
    CloudImageArchitecture = "cloud_image_architecture", Text, Findings;
    /// The digest of an image of another cloud.
    CloudImageDigest = "cloud_image_digest", Text, Findings;
    /// How many containers run an image of another cloud.
    CloudImageInUseCount = "cloud_image_in_use_count", Number, Findings;
    /// When an image of another cloud was last run.
    CloudImageLastInUseAt = "cloud_image_last_in_use_at", Time, Findings;
    /// When an image of another cloud was pushed.
    CloudImagePushedAt = "cloud_image_pushed_at", Time, Findings;
    /// The registry of an image of another cloud.
    CloudImageRegistry = "cloud_image_registry", Text, Both;
    /// The repository of an image of another cloud.
    CloudImageRepositoryName = "cloud_image_repository_name", Text, Both;
    /// The tags of an image of another cloud.
    CloudImageTags = "cloud_image_tags", Text, Both;
    /// The cloud.
    CloudProvider = "cloud_provider", Text, Both;
    /// The account, subscription or project in the cloud.
    CloudProviderAccountId = "cloud_provider_account_id", Text, Both;
    /// The organisation in the cloud.
    CloudProviderOrgId = "cloud_provider_org_id", Text, Both;
    /// The partition of the cloud.
    CloudProviderPartition = "cloud_provider_partition", Text, Counts;
    /// The cloud's region.
    CloudProviderRegion = "cloud_provider_region", Text, Both;
    /// The role that a function of another cloud runs under.
    CloudFunctionExecutionRole = "cloud_function_execution_role", Text, Findings;
    /// When a function of another cloud was last changed.
    CloudFunctionLastModifiedAt = "cloud_function_last_modified_at", Time, Findings;
    /// The name of a function of another cloud.
    CloudFunctionName = "cloud_function_name", Text, Both;
    /// The runtime of a function of another cloud.
    CloudFunctionRuntime = "cloud_function_runtime", Text, Both;
    /// The tags of a function of another cloud.
    CloudFunctionTags = "cloud_function_tags", Tag, Coverage;
    /// What a virtual machine of another cloud was started from.
    CloudVmImageReference = "cloud_vm_image_reference", Text, Findings;
    /// The network of a virtual machine of another cloud.
    CloudVmNetworkId = "cloud_vm_network_id", Text, Findings;
    /// The subnets of a virtual machine of another cloud.
    CloudVmSubnetIds = "cloud_vm_subnet_ids", Text, Findings;
    /// The tags of a virtual machine of another cloud.
    CloudVmTags = "cloud_vm_tags", Tag, Coverage;
    /// The project of a code repository.
    CodeRepositoryProjectName = "code_repository_project_name", Text, Both;
    /// Where a code repository is kept.
    CodeRepositoryProviderType = "code_repository_provider_type", Text, Both;
    /// Whether a code repository is public.
    CodeRepositoryVisibility = "code_repository_visibility", Text, Coverage;
    /// The detector of a flaw in code.
    CodeDetectorName = "code_detector_name", Text, Findings;
    /// The tags of the detector of a flaw in code.
    CodeDetectorTags = "code_detector_tags", Text, Findings;
    /// The file with a flaw in code.
    CodeFilePath = "code_file_path", Text, Findings;
    /// The id of a component on a network path.
    ComponentId = "component_id", Text, Findings;
    /// The type of a component on a network path.
    ComponentType = "component_type", Text, Findings;
    /// The machine image that a host was started from.
    Ec2InstanceImageId = "ec2_instance_image_id", Text, Findings;
    /// The subnet of a host.
    Ec2InstanceSubnetId = "ec2_instance_subnet_id", Text, Findings;
    /// The tags of a host.
    Ec2InstanceTags = "ec2_instance_tags", Tag, Coverage;
    /// The network of a host.
    Ec2InstanceVpcId = "ec2_instance_vpc_id", Text, Findings;
    /// The processor architecture of an image.
    EcrImageArchitecture = "ecr_image_architecture", Text, Findings;
    /// The digest of an image.
    EcrImageHash = "ecr_image_hash", Text, Findings;
    /// How many containers run an image.
    EcrImageInUseCount = "ecr_image_in_use_count", Number, Both;
    /// When an image was last run.
    EcrImageLastInUseAt = "ecr_image_last_in_use_at", Time, Both;
    /// When an image was last pulled.
    EcrImagePulledAt = "ecr_image_pulled_at", Time, Coverage;
    /// When an image was pushed.
    EcrImagePushedAt = "ecr_image_pushed_at", Time, Findings;
    /// The registry of an image.
    EcrImageRegistry = "ecr_image_registry", Text, Findings;
    /// The repository of an image.
    EcrImageRepositoryName = "ecr_image_repository_name", Text, Both;
    /// The tags of an image.
    EcrImageTags = "ecr_image_tags", Text, Both;
    /// The probability of exploitation within 30 days, 0 to 1.
    EpssScore = "epss_score", Number, Findings;
    /// Whether an exploit is known.
    ExploitAvailable = "exploit_available", Text, Findings;
    /// The name of a finding.
    FindingArn = "finding_arn", Text, Findings;
    /// Where a finding is in its life.
    FindingStatus = "finding_status", Text, Findings;
    /// What is found.
    FindingType = "finding_type", Text, Findings;
    /// When a finding was first seen.
    FirstObservedAt = "first_observed_at", Time, Findings;
    /// Whether there is a fix.
    FixAvailable = "fix_available", Text, Findings;
    /// The score, 0 to 10.
    InspectorScore = "inspector_score", Number, Findings;
    /// The role that a function runs under.
    LambdaFunctionExecutionRoleArn = "lambda_function_execution_role_arn", Text, Findings;
    /// When a function was last changed.
    LambdaFunctionLastModifiedAt = "lambda_function_last_modified_at", Time, Findings;
    /// The layers of a function.
    LambdaFunctionLayers = "lambda_function_layers", Text, Findings;
    /// The name of a function.
    LambdaFunctionName = "lambda_function_name", Text, Both;
    /// The runtime of a function.
    LambdaFunctionRuntime = "lambda_function_runtime", Text, Both;
    /// The tags of a function.
    LambdaFunctionTags = "lambda_function_tags", Tag, Coverage;
    /// When a finding was last seen.
    LastObservedAt = "last_observed_at", Time, Findings;
    /// When a resource was last scanned.
    LastScannedAt = "last_scanned_at", Time, Coverage;
    /// The commit that was last scanned.
    LastScannedCommitId = "last_scanned_commit_id", Text, Coverage;
    /// The id of a machine image.
    MachineImageId = "machine_image_id", Text, Findings;
    /// The name of a machine image.
    MachineImageName = "machine_image_name", Text, Findings;
    /// The account that owns a machine image.
    MachineImageOwnerAccountId = "machine_image_owner_account_id", Text, Findings;
    /// The platform of a machine image.
    MachineImagePlatform = "machine_image_platform", Text, Findings;
    /// The tags of a machine image.
    MachineImageTags = "machine_image_tags", Tag, Coverage;
    /// The protocol of a network path.
    NetworkProtocol = "network_protocol", Text, Findings;
    /// The operating system of a host.
    OperatingSystem = "operating_system", Text, Counts;
    /// The ports that a network path leaves open.
    PortRange = "port_range", Port, Findings;
    /// Other ids of the vulnerability.
    RelatedVulnerabilities = "related_vulnerabilities", Text, Findings;
    /// The id of a resource.
    ResourceId = "resource_id", Text, Both;
    /// The tags of a resource.
    ResourceTags = "resource_tags", Tag, Findings;
    /// The type of a resource.
    ResourceType = "resource_type", Text, Both;
    /// How a resource is looked at.
    ScanMode = "scan_mode", Text, Coverage;
    /// Whether a resource is being scanned.
    ScanStatusCode = "scan_status_code", Text, Coverage;
    /// Why, or why not.
    ScanStatusReason = "scan_status_reason", Text, Coverage;
    /// What a resource is scanned for.
    ScanType = "scan_type", Text, Coverage;
    /// How bad a finding is.
    Severity = "severity", Text, Findings;
    /// The title of a finding.
    Title = "title", Text, Findings;
    /// When a finding last changed.
    UpdatedAt = "updated_at", Time, Findings;
    /// How bad the vendor says that it is.
    VendorSeverity = "vendor_severity", Text, Findings;
    /// The id of the vulnerability.
    VulnerabilityId = "vulnerability_id", Text, Findings;
    /// Who describes the vulnerability.
    VulnerabilitySource = "vulnerability_source", Text, Findings;
    /// The packages that have the vulnerability.
    VulnerablePackages = "vulnerable_packages", Package, Findings;
}

impl FromStr for Field {
    type Err = UnknownField;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Field::ALL.iter().find(|field| field.name() == text);
        found.copied().ok_or_else(|| UnknownField(text.to_owned()))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_are_those_of_json() {
        for &field in Field::ALL {
            assert_eq!(field.name().parse(), Ok(field));
            assert_eq!(
                serde_json::to_value(field).unwrap(),
                serde_json::Value::from(field.name())
            );
        }
        assert!("Severity".parse::<Field>().is_err());
    }

    #[test]
    fn counts_are_those_of_the_model() {
        let count = |has: fn(Scope) -> bool| Field::ALL.iter().filter(|field| has(field.scope())).count();
        assert_eq!(count(Scope::has_findings), 69);
        assert_eq!(count(Scope::has_coverage), 33);
    }
}
