//! The filters of resources whose bills of materials are exported, read into criteria of our own.

use assay_api_model::inspector2 as api;
use assay_criteria::{Criteria, Field, Test};

use crate::filters::{FilterError, Reader};

/// Criteria of our own from the API's, in the order of the model's members.
///
/// # Errors
///
/// Everything that the model's constraints leave open and no value can be, as in [`criteria`](crate::criteria).
pub fn resource_criteria(filter: &api::ResourceFilterCriteria) -> Result<Criteria, Vec<FilterError>> {
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
        ec2_instance_tags: "ec2InstanceTags" => Ec2InstanceTags by tag;
        ecr_image_tags: "ecrImageTags" => EcrImageTags by text;
        ecr_repository_name: "ecrRepositoryName" => EcrImageRepositoryName by text;
        lambda_function_name: "lambdaFunctionName" => LambdaFunctionName by text;
        lambda_function_tags: "lambdaFunctionTags" => LambdaFunctionTags by tag;
        resource_id: "resourceId" => ResourceId by text;
        resource_type: "resourceType" => ResourceType by text;
    }
    reader.finish()
}

fn text(filter: &api::ResourceStringFilter) -> Test {
    let value = filter.value.clone();
    match filter.comparison {
        api::ResourceStringComparison::Equals => Test::Equals(value),
        api::ResourceStringComparison::NotEquals => Test::NotEquals(value),
    }
}

fn tag(filter: &api::ResourceMapFilter) -> Test {
    let api::ResourceMapComparison::Equals = filter.comparison;
    Test::Tag {
        key: filter.key.clone(),
        value: filter.value.clone(),
    }
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
        for member in api::ResourceFilterCriteria::shape().members() {
            let Shape::List(list) = member.shape else {
                panic!("{} is no list", member.name);
            };
            let names: Vec<&str> = list.item.members().iter().map(|member| member.name).collect();
            let entry = if names.contains(&"key") {
                json!({"comparison": "EQUALS", "key": "k"})
            } else {
                json!({"comparison": "NOT_EQUALS", "value": "x"})
            };
            document.insert(member.name.to_owned(), json!([entry]));
        }
        let filter: api::ResourceFilterCriteria = serde_json::from_value(Value::Object(document)).unwrap();
        let found = resource_criteria(&filter).unwrap();
        let mut fields: Vec<Field> = found.conditions.iter().map(|condition| condition.field).collect();
        fields.sort();
        fields.dedup();
        assert_eq!(fields.len(), 19);
        assert_eq!(found.check(), Ok(()));
    }
}
