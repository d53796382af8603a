//! The filters of findings, read into criteria of our own.

use assay_api_model::{EpochSeconds, inspector2 as api};
use assay_criteria::{Condition, Criteria, Field, PackagePart, Problem, Test};
use thiserror::Error;

/// A filter asks for what no value can be.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{path} {problem}")]
pub struct FilterError {
    /// The place below the criteria, as `severity[0]`; callers put the name of their own member before it.
    pub path: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// Gathers conditions and whatever is wrong with them.
#[derive(Default)]
pub(crate) struct Reader {
    conditions: Vec<Condition>,
    errors: Vec<FilterError>,
}

impl Reader {
    /// Reads the entries of one member; a member without entries asks for nothing.
    pub(crate) fn read<T>(
        &mut self,
        member: &str,
        field: Field,
        entries: Option<&Vec<T>>,
        test_of: impl Fn(&T) -> Test,
    ) {
        let tests: Vec<Test> = entries.into_iter().flatten().map(test_of).collect();
        for (at, test) in tests.iter().enumerate() {
            if let Err(problem) = test.check(field.kind()) {
                let path = format!("{member}[{at}]");
                self.errors.push(FilterError { path, problem });
            }
        }
        if !tests.is_empty() {
            self.conditions.push(Condition { field, tests });
        }
    }

    pub(crate) fn finish(self) -> Result<Criteria, Vec<FilterError>> {
        if self.errors.is_empty() {
            Ok(Criteria {
                conditions: self.conditions,
            })
        } else {
            Err(self.errors)
        }
    }
}

/// Criteria of our own from the API's, in the order of the model's members.
///
/// # Errors
///
/// Everything that the model's constraints leave open and no value can be: bounds that cross, times before 1970.
pub fn criteria(filter: &api::FilterCriteria) -> Result<Criteria, Vec<FilterError>> {
    let mut reader = Reader::default();
    macro_rules! read {
        ($($member:ident: $wire:literal => $field:ident by $test:ident;)*) => {
            $(reader.read($wire, Field::$field, filter.$member.as_ref(), $test);)*
        };
    }
    read! {
        aws_account_id: "awsAccountId" => AccountId by text;
        cloud_image_architecture: "cloudImageArchitecture" => CloudImageArchitecture by text;
        cloud_image_digest: "cloudImageDigest" => CloudImageDigest by text;
        cloud_image_in_use_count: "cloudImageInUseCount" => CloudImageInUseCount by number;
        cloud_image_last_in_use_at: "cloudImageLastInUseAt" => CloudImageLastInUseAt by date;
        cloud_image_pushed_at: "cloudImagePushedAt" => CloudImagePushedAt by date;
        cloud_image_registry: "cloudImageRegistry" => CloudImageRegistry by text;
        cloud_image_repository_name: "cloudImageRepositoryName" => CloudImageRepositoryName by text;
        cloud_image_tags: "cloudImageTags" => CloudImageTags by text;
        cloud_provider: "cloudProvider" => CloudProvider by text;
        cloud_provider_account_id: "cloudProviderAccountId" => CloudProviderAccountId by text;
        cloud_provider_org_id: "cloudProviderOrgId" => CloudProviderOrgId by text;
        cloud_provider_region: "cloudProviderRegion" => CloudProviderRegion by text;
        cloud_serverless_function_execution_role: "cloudServerlessFunctionExecutionRole" => CloudFunctionExecutionRole by text;
        cloud_serverless_function_last_modified_at: "cloudServerlessFunctionLastModifiedAt" => CloudFunctionLastModifiedAt by date;
        cloud_serverless_function_name: "cloudServerlessFunctionName" => CloudFunctionName by text;
        cloud_serverless_function_runtime: "cloudServerlessFunctionRuntime" => CloudFunctionRuntime by text;
        cloud_vm_image_reference: "cloudVmImageReference" => CloudVmImageReference by text;
        cloud_vm_network_id: "cloudVmNetworkId" => CloudVmNetworkId by text;
        cloud_vm_subnet_ids: "cloudVmSubnetIds" => CloudVmSubnetIds by text;
        code_repository_project_name: "codeRepositoryProjectName" => CodeRepositoryProjectName by text;
        code_repository_provider_type: "codeRepositoryProviderType" => CodeRepositoryProviderType by text;
        code_vulnerability_detector_name: "codeVulnerabilityDetectorName" => CodeDetectorName by text;
        code_vulnerability_detector_tags: "codeVulnerabilityDetectorTags" => CodeDetectorTags by text;
        code_vulnerability_file_path: "codeVulnerabilityFilePath" => CodeFilePath by text;
        component_id: "componentId" => ComponentId by text;
        component_type: "componentType" => ComponentType by text;
        ec2_instance_image_id: "ec2InstanceImageId" => Ec2InstanceImageId by text;
        ec2_instance_subnet_id: "ec2InstanceSubnetId" => Ec2InstanceSubnetId by text;
        ec2_instance_vpc_id: "ec2InstanceVpcId" => Ec2InstanceVpcId by text;
        ecr_image_architecture: "ecrImageArchitecture" => EcrImageArchitecture by text;
        ecr_image_hash: "ecrImageHash" => EcrImageHash by text;
        ecr_image_in_use_count: "ecrImageInUseCount" => EcrImageInUseCount by number;
        ecr_image_last_in_use_at: "ecrImageLastInUseAt" => EcrImageLastInUseAt by date;
        ecr_image_pushed_at: "ecrImagePushedAt" => EcrImagePushedAt by date;
        ecr_image_registry: "ecrImageRegistry" => EcrImageRegistry by text;
        ecr_image_repository_name: "ecrImageRepositoryName" => EcrImageRepositoryName by text;
        ecr_image_tags: "ecrImageTags" => EcrImageTags by text;
        epss_score: "epssScore" => EpssScore by number;
        exploit_available: "exploitAvailable" => ExploitAvailable by text;
        finding_arn: "findingArn" => FindingArn by text;
        finding_status: "findingStatus" => FindingStatus by text;
        finding_type: "findingType" => FindingType by text;
        first_observed_at: "firstObservedAt" => FirstObservedAt by date;
        fix_available: "fixAvailable" => FixAvailable by text;
        inspector_score: "inspectorScore" => InspectorScore by number;
        lambda_function_execution_role_arn: "lambdaFunctionExecutionRoleArn" => LambdaFunctionExecutionRoleArn by text;
        lambda_function_last_modified_at: "lambdaFunctionLastModifiedAt" => LambdaFunctionLastModifiedAt by date;
        lambda_function_layers: "lambdaFunctionLayers" => LambdaFunctionLayers by text;
        lambda_function_name: "lambdaFunctionName" => LambdaFunctionName by text;
        lambda_function_runtime: "lambdaFunctionRuntime" => LambdaFunctionRuntime by text;
        last_observed_at: "lastObservedAt" => LastObservedAt by date;
        machine_image_id: "machineImageId" => MachineImageId by text;
        machine_image_name: "machineImageName" => MachineImageName by text;
        machine_image_owner_account_id: "machineImageOwnerAccountId" => MachineImageOwnerAccountId by text;
        machine_image_platform: "machineImagePlatform" => MachineImagePlatform by text;
        network_protocol: "networkProtocol" => NetworkProtocol by text;
        port_range: "portRange" => PortRange by port;
        related_vulnerabilities: "relatedVulnerabilities" => RelatedVulnerabilities by text;
        resource_id: "resourceId" => ResourceId by text;
        resource_tags: "resourceTags" => ResourceTags by tag;
        resource_type: "resourceType" => ResourceType by text;
        severity: "severity" => Severity by text;
        title: "title" => Title by text;
        updated_at: "updatedAt" => UpdatedAt by date;
        vendor_severity: "vendorSeverity" => VendorSeverity by text;
        vulnerability_id: "vulnerabilityId" => VulnerabilityId by text;
        vulnerability_source: "vulnerabilitySource" => VulnerabilitySource by text;
        vulnerable_packages: "vulnerablePackages" => VulnerablePackages by package;
    }
    reader.finish()
}

pub(crate) fn text(filter: &api::StringFilter) -> Test {
    let value = filter.value.clone();
    match filter.comparison {
        api::StringComparison::Equals => Test::Equals(value),
        api::StringComparison::Prefix => Test::Prefix(value),
        api::StringComparison::NotEquals => Test::NotEquals(value),
    }
}

pub(crate) fn number(filter: &api::NumberFilter) -> Test {
    Test::Number {
        lower: filter.lower_inclusive,
        upper: filter.upper_inclusive,
    }
}

pub(crate) fn date(filter: &api::DateFilter) -> Test {
    between(filter.start_inclusive, filter.end_inclusive)
}

/// A test of times; those beyond what has microseconds in 64 bits do not exist in the model.
pub(crate) fn between(from: Option<EpochSeconds>, to: Option<EpochSeconds>) -> Test {
    let microseconds = |time: EpochSeconds| time.0.as_microsecond();
    Test::Time {
        from: from.map(microseconds),
        to: to.map(microseconds),
    }
}

pub(crate) fn tag(filter: &api::MapFilter) -> Test {
    let api::MapComparison::Equals = filter.comparison;
    Test::Tag {
        key: filter.key.clone(),
        value: filter.value.clone(),
    }
}

fn port(filter: &api::PortRangeFilter) -> Test {
    // The model keeps ports within 16 bits.
    let bounded = |port: i32| u16::try_from(port.max(0)).unwrap_or(u16::MAX);
    Test::Port {
        from: filter.begin_inclusive.map(bounded),
        to: filter.end_inclusive.map(bounded),
    }
}

fn package(filter: &api::PackageFilter) -> Test {
    use api::RuntimeReachabilityComparison::{Equals, NotEquals};
    let reachability = |comparison, value: &str| match comparison {
        Equals => Test::Equals(value.to_owned()),
        NotEquals => Test::NotEquals(value.to_owned()),
    };
    let parts = [
        (PackagePart::Architecture, filter.architecture.as_ref().map(text)),
        (PackagePart::Epoch, filter.epoch.as_ref().map(number)),
        (PackagePart::FilePath, filter.file_path.as_ref().map(text)),
        (PackagePart::Name, filter.name.as_ref().map(text)),
        (
            PackagePart::PurlQualifier,
            filter.purl_qualifier.as_ref().map(|qualifier| Test::Tag {
                key: qualifier.key.as_str().to_owned(),
                value: qualifier.value.clone(),
            }),
        ),
        (PackagePart::Release, filter.release.as_ref().map(text)),
        (
            PackagePart::RuntimeReachability,
            filter
                .runtime_reachability
                .as_ref()
                .map(|filter| reachability(filter.comparison, filter.value.as_str())),
        ),
        (
            PackagePart::RuntimeReachabilityReason,
            filter
                .runtime_reachability_reason
                .as_ref()
                .map(|filter| reachability(filter.comparison, filter.value.as_str())),
        ),
        (
            PackagePart::SourceLambdaLayerArn,
            filter.source_lambda_layer_arn.as_ref().map(text),
        ),
        (
            PackagePart::SourceLayerHash,
            filter.source_layer_hash.as_ref().map(text),
        ),
        (PackagePart::Version, filter.version.as_ref().map(text)),
    ];
    let given = parts.into_iter().filter_map(|(part, test)| Some((part, test?)));
    Test::Package(given.collect())
}

#[cfg(test)]
mod tests {
    use assay_api_model::{Shaped, Validate};
    use serde_json::{Value, json};

    use super::*;

    fn read(document: Value) -> Result<Criteria, Vec<FilterError>> {
        let filter: api::FilterCriteria = serde_json::from_value(document).unwrap();
        assert_eq!(filter.validate(), []);
        criteria(&filter)
    }

    #[test]
    fn every_kind() {
        let found = read(json!({
            "severity": [{"comparison": "EQUALS", "value": "HIGH"}, {"comparison": "NOT_EQUALS", "value": "LOW"}],
            "title": [{"comparison": "PREFIX", "value": "CVE"}],
            "inspectorScore": [{"lowerInclusive": 7.0}],
            "updatedAt": [{"startInclusive": 1.5}],
            "resourceTags": [{"comparison": "EQUALS", "key": "team", "value": "red"}],
            "portRange": [{"beginInclusive": 22, "endInclusive": 22}],
            "vulnerablePackages": [{
                "name": {"comparison": "EQUALS", "value": "zlib"},
                "epoch": {"lowerInclusive": 0.0, "upperInclusive": 0.0},
                "purlQualifier": {"comparison": "EQUALS", "key": "arch", "value": "amd64"},
            }],
        }))
        .unwrap();
        assert_eq!(found.check(), Ok(()));
        let tests = |field| {
            let mut conditions = found.conditions.iter();
            conditions
                .find(|condition| condition.field == field)
                .unwrap()
                .tests
                .clone()
        };
        assert_eq!(
            tests(Field::Severity),
            [Test::Equals("HIGH".into()), Test::NotEquals("LOW".into())]
        );
        assert_eq!(tests(Field::Title), [Test::Prefix("CVE".into())]);
        assert_eq!(
            tests(Field::UpdatedAt),
            [Test::Time {
                from: Some(1_500_000),
                to: None
            }]
        );
        assert_eq!(
            tests(Field::PortRange),
            [Test::Port {
                from: Some(22),
                to: Some(22)
            }]
        );
        let packages = tests(Field::VulnerablePackages);
        assert!(matches!(packages.as_slice(), [Test::Package(parts)] if parts.len() == 3));
    }

    #[test]
    fn everything_that_is_wrong_is_told() {
        let errors = read(json!({
            "epssScore": [{"lowerInclusive": 0.1}, {"lowerInclusive": 0.9, "upperInclusive": 0.1}],
            "firstObservedAt": [{"startInclusive": -1}],
            "vulnerablePackages": [{}],
        }))
        .unwrap_err();
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "epssScore[1] has a lower bound above its upper one, and so can match nothing",
                "firstObservedAt[0] must be a time from 1970 to 9999",
                "vulnerablePackages[0] must have at least one entry",
            ]
        );
    }

    /// Every member of the model is read, and each into a field of its own.
    #[test]
    fn no_member_is_left_out() {
        let mut document = serde_json::Map::new();
        for member in api::FilterCriteria::shape().members() {
            let assay_api_model::Shape::List(list) = member.shape else {
                panic!("{} is no list", member.name);
            };
            let names: Vec<&str> = list.item.members().iter().map(|member| member.name).collect();
            let entry = if names.contains(&"startInclusive") {
                json!({"startInclusive": 1})
            } else if names.contains(&"lowerInclusive") {
                json!({"lowerInclusive": 1})
            } else if names.contains(&"beginInclusive") {
                json!({"beginInclusive": 1})
            } else if names.contains(&"key") {
                json!({"comparison": "EQUALS", "key": "k"})
            } else if names.contains(&"filePath") {
                json!({"filePath": {"comparison": "EQUALS", "value": "x"}})
            } else {
                json!({"comparison": "EQUALS", "value": "x"})
            };
            document.insert(member.name.to_owned(), json!([entry]));
        }
        let count = document.len();
        let found = read(Value::Object(document)).unwrap();
        let mut fields: Vec<Field> = found.conditions.iter().map(|condition| condition.field).collect();
        fields.sort();
        fields.dedup();
        assert_eq!((fields.len(), count), (69, 69));
        assert!(fields.iter().all(|field| field.scope().has_findings()));
        assert_eq!(found.check(), Ok(()));
    }
}
