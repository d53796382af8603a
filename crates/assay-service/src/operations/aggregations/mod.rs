//! Counting active findings by what they have in common.
//!
//! Only active ones count: what a rule suppresses and what closed is in no group. Groups are within one account each, as the
//! answers name it; those of a delegated administrator's members are there beside its own.

mod answer;

use std::{collections::HashMap, sync::Arc};

use assay_api::{Caller, Fault};
use assay_api_model::{Open, inspector2 as api};
use assay_criteria::{Condition, Field, Test};
use assay_inspector::{AggregationFilter, account_criteria, aggregation_filter};
use assay_store::{Aggregate, Aggregation, Direction, GroupSort, Grouping, Position, ResourceId};

use crate::{
    fault::{filter_fault, store_fault},
    operations::page_size,
    service::{Service, Visible},
};
use answer::{Resource, Told};

/// The most groups that a page has.
const MOST_GROUPS: usize = 100;

/// Types of resources that virtual machines, images and functions are.
const HOSTS: [&str; 1] = ["AWS_EC2_INSTANCE"];
const MACHINE_IMAGES: [&str; 1] = ["MACHINE_IMAGE"];
const HOSTS_AND_MACHINE_IMAGES: [&str; 2] = ["AWS_EC2_INSTANCE", "MACHINE_IMAGE"];
const IMAGES: [&str; 1] = ["AWS_ECR_CONTAINER_IMAGE"];
const FUNCTIONS: [&str; 1] = ["AWS_LAMBDA_FUNCTION"];
const MACHINES: [&str; 3] = [
    "AWS_EC2_INSTANCE",
    "Microsoft.Compute/virtualMachines",
    "compute.googleapis.com/Instance",
];
const CONTAINER_IMAGES: [&str; 3] = [
    "AWS_ECR_CONTAINER_IMAGE",
    "Microsoft.ContainerRegistry/registry/containerImage",
    "artifactregistry.googleapis.com/DockerImage",
];
const SERVERLESS: [&str; 3] = [
    "AWS_LAMBDA_FUNCTION",
    "Microsoft.Web/sites",
    "cloudfunctions.googleapis.com/Function",
];

pub(super) async fn list(
    service: Arc<Service>,
    caller: Caller,
    input: api::ListFindingAggregationsRequest,
) -> Result<api::ListFindingAggregationsResponse, Fault> {
    let kind = input.aggregation_type;
    let filter = filter(&input)?;
    let (by, types) = grouping(kind, &input);
    let mut criteria = filter.criteria;
    if let Some(types) = types {
        criteria.conditions.push(Condition {
            field: Field::ResourceType,
            tests: types
                .iter()
                .map(|kind| Test::Equals((*kind).to_owned()))
                .collect(),
        });
    }
    let accounts = account_criteria(input.account_ids.as_ref());
    criteria.conditions.extend(
        accounts
            .map_err(|errors| filter_fault("accountIds", errors))?
            .conditions,
    );
    let visible = service.visible(&caller).await?;
    let scopes: Vec<_> = visible.iter().map(|visible| visible.scope).collect();
    let aggregation = Aggregation {
        scopes: &scopes,
        by,
        criteria: &criteria,
        names: &filter.names,
        sort: sort(filter.sort_by),
        direction: match filter.sort_order {
            Some(api::SortOrder::Asc) => Direction::Ascending,
            Some(api::SortOrder::Desc) | None => Direction::Descending,
        },
    };
    let after: Option<Position> = caller.pages.position(input.next_token.as_deref())?;
    let size = page_size(input.max_results, MOST_GROUPS);
    let page = service
        .database
        .aggregate(&aggregation, after.as_ref(), size)
        .await
        .map_err(store_fault)?;
    let responses = service
        .answers(kind, &caller.region, &visible, page.groups)
        .await?;
    Ok(api::ListFindingAggregationsResponse {
        aggregation_type: kind.into(),
        next_token: page.next.map(|next| caller.pages.token(&next)).transpose()?,
        responses: Some(responses),
    })
}

/// What is asked, which must be of the type that is asked for.
fn filter(input: &api::ListFindingAggregationsRequest) -> Result<AggregationFilter, Fault> {
    let Some(request) = &input.aggregation_request else {
        return Ok(AggregationFilter::default());
    };
    let (kind, member) = kind_of(request);
    if kind != input.aggregation_type {
        return Err(Fault::field(
            "aggregationRequest",
            format!(
                "has {member}, which is for the type {}, and aggregationType is {}",
                kind.as_str(),
                input.aggregation_type.as_str()
            ),
        ));
    }
    let member = format!("aggregationRequest.{member}");
    aggregation_filter(request).map_err(|errors| filter_fault(&member, errors))
}

fn kind_of(request: &api::AggregationRequest) -> (api::AggregationType, &'static str) {
    use api::{AggregationRequest as Request, AggregationType as Kind};
    match request {
        Request::AccountAggregation(_) => (Kind::Account, "accountAggregation"),
        Request::AmiAggregation(_) => (Kind::Ami, "amiAggregation"),
        Request::AwsEcrContainerAggregation(_) => (Kind::AwsEcrContainer, "awsEcrContainerAggregation"),
        Request::CodeRepositoryAggregation(_) => (Kind::CodeRepository, "codeRepositoryAggregation"),
        Request::ContainerImageAggregation(_) => (Kind::ContainerImage, "containerImageAggregation"),
        Request::Ec2InstanceAggregation(_) => (Kind::AwsEc2Instance, "ec2InstanceAggregation"),
        Request::FindingTypeAggregation(_) => (Kind::FindingType, "findingTypeAggregation"),
        Request::ImageLayerAggregation(_) => (Kind::ImageLayer, "imageLayerAggregation"),
        Request::LambdaFunctionAggregation(_) => (Kind::AwsLambdaFunction, "lambdaFunctionAggregation"),
        Request::LambdaLayerAggregation(_) => (Kind::LambdaLayer, "lambdaLayerAggregation"),
        Request::PackageAggregation(_) => (Kind::Package, "packageAggregation"),
        Request::RepositoryAggregation(_) => (Kind::Repository, "repositoryAggregation"),
        Request::ServerlessFunctionAggregation(_) => {
            (Kind::ServerlessFunction, "serverlessFunctionAggregation")
        }
        Request::TitleAggregation(_) => (Kind::Title, "titleAggregation"),
        Request::VmInstanceAggregation(_) => (Kind::VmInstance, "vmInstanceAggregation"),
    }
}

/// By what a type of aggregation counts, and of which resources.
fn grouping(
    kind: api::AggregationType,
    input: &api::ListFindingAggregationsRequest,
) -> (Grouping, Option<&'static [&'static str]>) {
    use api::AggregationType as Kind;
    match kind {
        // Answers of this type do not name the type of the findings: that is for the request to say.
        Kind::FindingType | Kind::Account => (Grouping::Account, None),
        Kind::Title => (Grouping::Title, None),
        Kind::Package => (Grouping::Package, None),
        Kind::Repository => (Grouping::Repository, Some(&IMAGES)),
        Kind::Ami => (Grouping::MachineImage, Some(scanned(input))),
        Kind::ImageLayer => (Grouping::Layer, Some(&IMAGES)),
        Kind::LambdaLayer => (Grouping::Layer, Some(&FUNCTIONS)),
        Kind::AwsEc2Instance => (Grouping::Resource, Some(&HOSTS)),
        Kind::AwsEcrContainer => (Grouping::Resource, Some(&IMAGES)),
        Kind::AwsLambdaFunction => (Grouping::Resource, Some(&FUNCTIONS)),
        Kind::CodeRepository => (Grouping::Resource, Some(&["CODE_REPOSITORY"])),
        Kind::VmInstance => (Grouping::Resource, Some(&MACHINES)),
        Kind::ContainerImage => (Grouping::Resource, Some(&CONTAINER_IMAGES)),
        Kind::ServerlessFunction => (Grouping::Resource, Some(&SERVERLESS)),
    }
}

/// What machine images are counted over: hosts that were started from them, the images themselves, or both.
fn scanned(input: &api::ListFindingAggregationsRequest) -> &'static [&'static str] {
    let sources = match &input.aggregation_request {
        Some(api::AggregationRequest::AmiAggregation(of)) => of.scan_sources.as_deref(),
        _ => None,
    };
    let is_asked = |source| sources.is_none_or(|sources| sources.contains(&source));
    match (
        is_asked(api::ScanSource::InstanceScan),
        is_asked(api::ScanSource::MachineImageScan),
    ) {
        (true, false) => &HOSTS,
        (false, true) => &MACHINE_IMAGES,
        _ => &HOSTS_AND_MACHINE_IMAGES,
    }
}

fn sort(word: &str) -> GroupSort {
    match word {
        "HIGH" => GroupSort::High,
        "ALL" => GroupSort::All,
        "NETWORK_FINDINGS" => GroupSort::Network,
        "AFFECTED_INSTANCES" | "AFFECTED_IMAGES" => GroupSort::Affected,
        _ => GroupSort::Critical,
    }
}

impl Service {
    async fn answers(
        &self,
        kind: api::AggregationType,
        region: &str,
        visible: &[Visible],
        groups: Vec<Aggregate>,
    ) -> Result<Vec<Open<api::AggregationResponse>>, Fault> {
        use api::AggregationType as Kind;
        let mut ids: Vec<ResourceId> = groups.iter().map(|group| group.resource).collect();
        ids.retain(|id| id.0 > 0);
        ids.sort_unstable();
        ids.dedup();
        let stored = self.database.resources(&ids).await.map_err(store_fault)?;
        let mut resources: HashMap<ResourceId, Resource> = stored
            .into_iter()
            .map(|stored| {
                (
                    stored.id,
                    Resource::new(stored.name, &stored.description, stored.in_use),
                )
            })
            .collect();
        let tells_prospects = matches!(
            kind,
            Kind::CodeRepository | Kind::VmInstance | Kind::ContainerImage | Kind::ServerlessFunction
        );
        if tells_prospects {
            for (id, exploitable, fixable) in self.database.prospects_of(&ids).await.map_err(store_fault)? {
                if let Some(resource) = resources.get_mut(&id) {
                    (resource.exploitable, resource.fixable) = (exploitable, fixable);
                }
            }
        }
        let none = Resource::default();
        let answers = groups.into_iter().map(|group| {
            let account = visible.iter().find(|visible| visible.scope == group.scope);
            let told = Told {
                account: account.map_or("", |visible| visible.account.as_str()),
                region,
                resource: resources.get(&group.resource).unwrap_or(&none),
                group,
            };
            told.answer(kind).into()
        });
        Ok(answers.collect())
    }
}
