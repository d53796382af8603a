//! The filters of covered resources, read into criteria of our own.

use assay_api_model::inspector2 as api;
use assay_criteria::{Criteria, Field, Test};

use crate::filters::{FilterError, Reader, between};

/// Criteria of our own from the API's, in the order of the model's members.
///
/// # Errors
///
/// Everything that the model's constraints leave open and no value can be, as in [`criteria`](crate::criteria).
pub fn coverage_criteria(filter: &api::CoverageFilterCriteria) -> Result<Criteria, Vec<FilterError>> {
    let mut reader = Reader::default();
    macro_rules! read {
        ($($member:ident: $wire:literal => $field:ident by $test:ident;)*) => {
            $(reader.read($wire, Field::$field, filter.$member.as_ref(), $test);)*
        };
    }
    read! {
        account_id: "accountId" => AccountId by text;
        cloud_container_image_tags: "cloudContainerImageTags" => CloudImageTags by text;
        cloud_container_registry_name: "cloudContainerRegistryName" => CloudImageRegistry by text;
        cloud_container_repository_name: "cloudContainerRepositoryName" => CloudImageRepositoryName by text;
        cloud_provider: "cloudProvider" => CloudProvider by text;
        cloud_provider_account_id: "cloudProviderAccountId" => CloudProviderAccountId by text;
        cloud_provider_org_id: "cloudProviderOrgId" => CloudProviderOrgId by text;
        cloud_provider_region: "cloudProviderRegion" => CloudProviderRegion by text;
        cloud_serverless_function_name: "cloudServerlessFunctionName" => CloudFunctionName by text;
        cloud_serverless_function_runtime: "cloudServerlessFunctionRuntime" => CloudFunctionRuntime by text;
        cloud_serverless_function_tags: "cloudServerlessFunctionTags" => CloudFunctionTags by tag;
        cloud_vm_instance_tags: "cloudVmInstanceTags" => CloudVmTags by tag;
        code_repository_project_name: "codeRepositoryProjectName" => CodeRepositoryProjectName by text;
        code_repository_provider_type: "codeRepositoryProviderType" => CodeRepositoryProviderType by text;
        code_repository_provider_type_visibility: "codeRepositoryProviderTypeVisibility" => CodeRepositoryVisibility by text;
        ec2_instance_tags: "ec2InstanceTags" => Ec2InstanceTags by tag;
        ecr_image_in_use_count: "ecrImageInUseCount" => EcrImageInUseCount by number;
        ecr_image_last_in_use_at: "ecrImageLastInUseAt" => EcrImageLastInUseAt by date;
        ecr_image_tags: "ecrImageTags" => EcrImageTags by text;
        ecr_repository_name: "ecrRepositoryName" => EcrImageRepositoryName by text;
        image_pulled_at: "imagePulledAt" => EcrImagePulledAt by date;
        lambda_function_name: "lambdaFunctionName" => LambdaFunctionName by text;
        lambda_function_runtime: "lambdaFunctionRuntime" => LambdaFunctionRuntime by text;
        lambda_function_tags: "lambdaFunctionTags" => LambdaFunctionTags by tag;
        last_scanned_at: "lastScannedAt" => LastScannedAt by date;
        last_scanned_commit_id: "lastScannedCommitId" => LastScannedCommitId by text;
        machine_image_tags: "machineImageTags" => MachineImageTags by tag;
        resource_id: "resourceId" => ResourceId by text;
        resource_type: "resourceType" => ResourceType by text;
        scan_mode: "scanMode" => ScanMode by text;
        scan_status_code: "scanStatusCode" => ScanStatusCode by text;
        scan_status_reason: "scanStatusReason" => ScanStatusReason by text;
        scan_type: "scanType" => ScanType by text;
    }
    reader.finish()
}

fn text(filter: &api::CoverageStringFilter) -> Test {
    let value = filter.value.clone();
    match filter.comparison {
        api::CoverageStringComparison::Equals => Test::Equals(value),
        api::CoverageStringComparison::NotEquals => Test::NotEquals(value),
    }
}

fn tag(filter: &api::CoverageMapFilter) -> Test {
    let api::CoverageMapComparison::Equals = filter.comparison;
    Test::Tag {
        key: filter.key.clone(),
        value: filter.value.clone(),
    }
}

fn number(filter: &api::CoverageNumberFilter) -> Test {
    // Counts beyond what a double holds exactly are never met.
    let number = |count: i64| count as f64;
    Test::Number {
        lower: filter.lower_inclusive.map(number),
        upper: filter.upper_inclusive.map(number),
    }
}

fn date(filter: &api::CoverageDateFilter) -> Test {
    between(filter.start_inclusive, filter.end_inclusive)
}

#[cfg(test)]
mod tests {
    use assay_api_model::{Shape, Shaped};
    use serde_json::{Map, Value, json};

    use super::*;

    /// Every member of the model is read, and each into a field of its own.
    #[test]
    fn no_member_is_left_out() {
        let mut document = Map::new();
        for member in api::CoverageFilterCriteria::shape().members() {
            let Shape::List(list) = member.shape else {
                panic!("{} is no list", member.name);
            };
            let names: Vec<&str> = list.item.members().iter().map(|member| member.name).collect();
            let entry = if names.contains(&"startInclusive") {
                json!({"startInclusive": 1})
            } else if names.contains(&"lowerInclusive") {
                json!({"lowerInclusive": 1})
            } else if names.contains(&"key") {
                json!({"comparison": "EQUALS", "key": "k"})
            } else {
                json!({"comparison": "NOT_EQUALS", "value": "x"})
            };
            document.insert(member.name.to_owned(), json!([entry]));
        }
        let filter: api::CoverageFilterCriteria = serde_json::from_value(Value::Object(document)).unwrap();
        let found = coverage_criteria(&filter).unwrap();
        let mut fields: Vec<Field> = found.conditions.iter().map(|condition| condition.field).collect();
        fields.sort();
        fields.dedup();
        assert_eq!(fields.len(), 33);
        assert!(fields.iter().all(|field| field.scope().has_coverage()));
        assert_eq!(found.check(), Ok(()));
    }

    #[test]
    fn crossed_bounds_are_told() {
        let filter: api::CoverageFilterCriteria = serde_json::from_value(
            json!({"ecrImageInUseCount": [{"lowerInclusive": 2, "upperInclusive": 1}]}),
        )
        .unwrap();
        let errors = coverage_criteria(&filter).unwrap_err();
        assert_eq!(errors[0].path, "ecrImageInUseCount[0]");
    }
}
