//! The questions for counts of findings, read into criteria of our own.

use assay_api_model::inspector2 as api;
use assay_criteria::{Criteria, Field, Test};

use crate::filters::{FilterError, Reader, date, number, tag, text};

/// Which findings are counted, and how the groups are sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AggregationFilter {
    /// Conditions on the findings, or on the resources that have them.
    pub criteria: Criteria,
    /// Which of the groups that are no resource: packages, machine images or layers by name; all, if there is no test.
    pub names: Vec<Test>,
    /// The word that groups are sorted by; none was said for an empty one.
    pub sort_by: &'static str,
    /// Which way, if it was said.
    pub sort_order: Option<api::SortOrder>,
}

/// Reads what is asked of one type of aggregation; the type of findings or resources is a condition like others.
///
/// # Errors
///
/// Everything that the model's constraints leave open and no value can be, as in [`criteria`](crate::criteria).
#[allow(
    clippy::too_many_lines,
    reason = "one arm for each type, each a list of its members"
)]
pub fn aggregation_filter(request: &api::AggregationRequest) -> Result<AggregationFilter, Vec<FilterError>> {
    use api::AggregationRequest as Request;
    let mut reader = Reader::default();
    let mut names: Vec<Test> = Vec::new();
    macro_rules! read {
        ($of:ident in clouds; $($members:tt)*) => {
            read! { $of; $($members)*
                cloud_providers: "cloudProviders" => CloudProvider by text;
                cloud_partitions: "cloudPartitions" => CloudProviderPartition by text;
                cloud_regions: "cloudRegions" => CloudProviderRegion by text;
                cloud_org_ids: "cloudOrgIds" => CloudProviderOrgId by text;
                cloud_account_ids: "cloudAccountIds" => CloudProviderAccountId by text;
            }
        };
        ($of:ident; $($member:ident: $wire:literal => $field:ident by $test:ident;)*) => {{
            $(reader.read($wire, Field::$field, $of.$member.as_ref(), $test);)*
            (
                $of.sort_by.map_or("", |sort_by| sort_by.as_str()),
                $of.sort_order,
            )
        }};
    }
    let mut take_names = |entries: Option<&Vec<api::StringFilter>>| {
        names.extend(entries.into_iter().flatten().map(text));
    };
    let mut equals: Vec<(Field, &'static str)> = Vec::new();
    let mut of_type = |finding: Option<api::AggregationFindingType>,
                       resource: Option<api::AggregationResourceType>| {
        equals.extend(finding.map(|finding| (Field::FindingType, finding.as_str())));
        equals.extend(resource.map(|resource| (Field::ResourceType, resource.as_str())));
    };
    let (sort_by, sort_order) = match request {
        Request::AccountAggregation(of) => {
            of_type(of.finding_type, of.resource_type);
            read! { of; }
        }
        Request::FindingTypeAggregation(of) => {
            of_type(of.finding_type, of.resource_type);
            read! { of; }
        }
        Request::TitleAggregation(of) => {
            of_type(of.finding_type, of.resource_type);
            read! { of;
                titles: "titles" => Title by text;
                vulnerability_ids: "vulnerabilityIds" => VulnerabilityId by text;
            }
        }
        Request::PackageAggregation(of) => {
            take_names(of.package_names.as_ref());
            read! { of; }
        }
        Request::AmiAggregation(of) => {
            take_names(of.amis.as_ref());
            read! { of; }
        }
        Request::RepositoryAggregation(of) => read! { of;
            repositories: "repositories" => EcrImageRepositoryName by text;
        },
        Request::AwsEcrContainerAggregation(of) => read! { of;
            resource_ids: "resourceIds" => ResourceId by text;
            image_shas: "imageShas" => EcrImageHash by text;
            repositories: "repositories" => EcrImageRepositoryName by text;
            architectures: "architectures" => EcrImageArchitecture by text;
            image_tags: "imageTags" => EcrImageTags by text;
            last_in_use_at: "lastInUseAt" => EcrImageLastInUseAt by date;
            in_use_count: "inUseCount" => EcrImageInUseCount by number;
        },
        Request::ContainerImageAggregation(of) => read! { of in clouds;
            resource_ids: "resourceIds" => ResourceId by text;
            image_digests: "imageDigests" => EcrImageHash by text;
            repositories: "repositories" => EcrImageRepositoryName by text;
            registries: "registries" => EcrImageRegistry by text;
            architectures: "architectures" => EcrImageArchitecture by text;
            image_tags: "imageTags" => EcrImageTags by text;
            last_in_use_at: "lastInUseAt" => EcrImageLastInUseAt by date;
            in_use_count: "inUseCount" => EcrImageInUseCount by number;
        },
        Request::Ec2InstanceAggregation(of) => read! { of;
            amis: "amis" => Ec2InstanceImageId by text;
            operating_systems: "operatingSystems" => OperatingSystem by text;
            instance_ids: "instanceIds" => ResourceId by text;
            instance_tags: "instanceTags" => ResourceTags by tag;
        },
        Request::VmInstanceAggregation(of) => read! { of in clouds;
            resource_ids: "resourceIds" => ResourceId by text;
            operating_systems: "operatingSystems" => OperatingSystem by text;
            instance_tags: "instanceTags" => ResourceTags by tag;
            vm_image_references: "vmImageReferences" => Ec2InstanceImageId by text;
        },
        Request::ImageLayerAggregation(of) => {
            take_names(of.layer_hashes.as_ref());
            read! { of in clouds;
                resource_ids: "resourceIds" => ResourceId by text;
                repositories: "repositories" => EcrImageRepositoryName by text;
            }
        }
        Request::LambdaLayerAggregation(of) => {
            take_names(of.layer_arns.as_ref());
            read! { of;
                resource_ids: "resourceIds" => ResourceId by text;
                function_names: "functionNames" => LambdaFunctionName by text;
            }
        }
        Request::LambdaFunctionAggregation(of) => read! { of;
            resource_ids: "resourceIds" => ResourceId by text;
            function_names: "functionNames" => LambdaFunctionName by text;
            runtimes: "runtimes" => LambdaFunctionRuntime by text;
            function_tags: "functionTags" => ResourceTags by tag;
        },
        Request::ServerlessFunctionAggregation(of) => read! { of in clouds;
            resource_ids: "resourceIds" => ResourceId by text;
            function_names: "functionNames" => LambdaFunctionName by text;
            runtimes: "runtimes" => LambdaFunctionRuntime by text;
            function_tags: "functionTags" => ResourceTags by tag;
        },
        Request::CodeRepositoryAggregation(of) => read! { of;
            resource_ids: "resourceIds" => ResourceId by text;
            project_names: "projectNames" => CodeRepositoryProjectName by text;
            provider_types: "providerTypes" => CodeRepositoryProviderType by text;
        },
    };
    for (field, word) in equals {
        reader.read("", field, Some(&vec![word]), |word| {
            Test::Equals((*word).to_owned())
        });
    }
    Ok(AggregationFilter {
        criteria: reader.finish()?,
        names,
        sort_by,
        sort_order,
    })
}

/// The accounts that are asked for, as a condition.
///
/// # Errors
///
/// As [`aggregation_filter`].
pub fn account_criteria(accounts: Option<&Vec<api::StringFilter>>) -> Result<Criteria, Vec<FilterError>> {
    let mut reader = Reader::default();
    reader.read("accountIds", Field::AccountId, accounts, text);
    reader.finish()
}

#[cfg(test)]
mod tests {
    use assay_api_model::{Shape, Shaped};
    use serde_json::{Map, Value, json};

    use super::*;

    /// Every member of every type is read.
    #[test]
    fn no_member_is_left_out() {
        for kind in api::AggregationRequest::shape().members() {
            let mut document = Map::new();
            for member in kind.shape.members() {
                let entry = match member.shape {
                    Shape::List(list) => {
                        let names: Vec<&str> = list.item.members().iter().map(|member| member.name).collect();
                        let entry = if names.contains(&"startInclusive") {
                            json!({"startInclusive": 1})
                        } else if names.contains(&"lowerInclusive") {
                            json!({"lowerInclusive": 1})
                        } else if names.contains(&"key") {
                            json!({"comparison": "EQUALS", "key": "k"})
                        } else if names.is_empty() {
                            continue;
                        } else {
                            json!({"comparison": "EQUALS", "value": "x"})
                        };
                        json!([entry])
                    }
                    Shape::Enumeration(values) => json!(values[0]),
                    other => panic!("{} is {other:?}", member.name),
                };
                document.insert(member.name.to_owned(), entry);
            }
            let count = document.len();
            let mut request = Map::new();
            request.insert(kind.name.to_owned(), Value::Object(document));
            let request: api::AggregationRequest = serde_json::from_value(Value::Object(request)).unwrap();
            let read = aggregation_filter(&request).unwrap();
            let found = read.criteria.conditions.len()
                + read.names.len()
                + usize::from(!read.sort_by.is_empty())
                + usize::from(read.sort_order.is_some());
            assert_eq!(found, count, "{}", kind.name);
            assert_eq!(read.criteria.check(), Ok(()), "{}", kind.name);
        }
    }
}
