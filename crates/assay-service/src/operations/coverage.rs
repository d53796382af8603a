//! What is covered and what is not, with the reason.

use std::{collections::BTreeMap, sync::Arc};

use assay_api::{Caller, Fault};
use assay_api_model::{EpochSeconds, Open, inspector2 as api};
use assay_criteria::Criteria;
use assay_identity::OrganizationId;
use assay_inspector::coverage_criteria;
use assay_store::{CoverageGroup, Covered};

use crate::{
    fault::{filter_fault, store_fault},
    operations::page_size,
    render::time,
    resource::{known, metadata},
    service::Service,
};

/// The most resources that a page lists.
const MOST_COVERED: usize = 200;

/// The most groups that an answer holds, as its shape has it; there are pages.
const MOST_GROUPS: usize = 5;

pub(super) async fn list(
    service: Arc<Service>,
    caller: Caller,
    input: api::ListCoverageRequest,
) -> Result<api::ListCoverageResponse, Fault> {
    let scopes = service.scopes(&caller).await?;
    let criteria = criteria(input.filter_criteria.as_ref())?;
    let after: Option<(i64, String)> = caller.pages.position(input.next_token.as_deref())?;
    let after = after
        .as_ref()
        .map(|(resource, scan_type)| (*resource, scan_type.as_str()));
    let size = page_size(input.max_results, MOST_COVERED);
    // One more tells whether there is a next page.
    let most = i64::try_from(size + 1).map_err(Fault::internal)?;
    let mut covered = service
        .database
        .list_coverage(&scopes, &criteria, after, most)
        .await
        .map_err(store_fault)?;
    let next_token = caller.pages.cut(&mut covered, size, |last| {
        (last.resource.0, last.scan_type.clone())
    })?;
    Ok(api::ListCoverageResponse {
        next_token,
        covered_resources: Some(
            covered
                .into_iter()
                .map(|covered| shape(covered, &caller))
                .collect(),
        ),
    })
}

pub(super) async fn statistics(
    service: Arc<Service>,
    caller: Caller,
    input: api::ListCoverageStatisticsRequest,
) -> Result<api::ListCoverageStatisticsResponse, Fault> {
    let scopes = service.scopes(&caller).await?;
    let criteria = criteria(input.filter_criteria.as_ref())?;
    let count = async |group| {
        service
            .database
            .count_coverage(&scopes, &criteria, group)
            .await
            .map_err(store_fault)
    };
    let total: i64 = count(None).await?.iter().map(|(_, number)| number).sum();
    // Whoever sees anything of others is of their organisation.
    let alone = |name: &str| vec![(name.to_owned(), total)];
    let groups = match input.group_by {
        None => Vec::new(),
        Some(api::GroupKey::ProviderOrgId) => alone(organization(&caller).unwrap_or_default()),
        Some(api::GroupKey::ScanStatusCode) => count(Some(CoverageGroup::Status)).await?,
        Some(api::GroupKey::ScanStatusReason) => count(Some(CoverageGroup::Reason)).await?,
        Some(api::GroupKey::AccountId | api::GroupKey::ProviderAccountId) => {
            count(Some(CoverageGroup::Account)).await?
        }
        Some(api::GroupKey::ResourceType) => count(Some(CoverageGroup::ResourceType)).await?,
        Some(api::GroupKey::EcrRepositoryName) => count(Some(CoverageGroup::Repository)).await?,
        Some(api::GroupKey::Provider) => alone("AWS"),
        Some(api::GroupKey::ProviderRegion) => alone(&caller.region),
    };
    // A group without a name is of what has none: images of no repository, resources of no organisation.
    let mut groups: BTreeMap<String, i64> = groups
        .into_iter()
        .filter(|(name, number)| !name.is_empty() && *number > 0)
        .collect();
    if let Some(after) = caller.pages.position::<String>(input.next_token.as_deref())? {
        groups = groups.split_off(&after);
        groups.remove(&after);
    }
    let mut page: Vec<(String, i64)> = groups.into_iter().collect();
    let next_token = caller
        .pages
        .cut(&mut page, MOST_GROUPS, |(name, _)| name.clone())?;
    let counts = page.into_iter().map(|(name, number)| api::Counts {
        count: Some(number),
        // The model says that this is the kind of group; what the service answers is the group.
        group_key: Some(Open::Other(name.into())),
    });
    let counts: Vec<api::Counts> = counts.collect();
    Ok(api::ListCoverageStatisticsResponse {
        counts_by_group: (!counts.is_empty()).then_some(counts),
        next_token,
        total_counts: total,
    })
}

fn criteria(filter: Option<&api::CoverageFilterCriteria>) -> Result<Criteria, Fault> {
    let criteria = filter.map(coverage_criteria).transpose();
    let criteria = criteria.map_err(|errors| filter_fault("filterCriteria", errors))?;
    Ok(criteria.unwrap_or_default())
}

fn organization(caller: &Caller) -> Option<&str> {
    let organization = caller.principal.standing.organization.as_ref();
    organization.map(OrganizationId::as_str)
}

fn shape(covered: Covered, caller: &Caller) -> api::CoveredResource {
    let scanned = (covered.last_scanned_at > 0).then(|| EpochSeconds(time(covered.last_scanned_at)));
    api::CoveredResource {
        last_scanned_at: scanned,
        provider: Some(api::Provider::Aws.into()),
        provider_account_id: Some(covered.account.clone()),
        provider_org_id: organization(caller).map(str::to_owned),
        provider_partition: None,
        provider_region: Some(caller.region.to_string()),
        resource_metadata: metadata(&covered),
        resource_type: known(&covered.kind),
        scan_mode: (!covered.mode.is_empty()).then(|| known(&covered.mode)),
        scan_status: Some(api::ScanStatus {
            reason: known(&covered.reason),
            status_code: known(&covered.status),
        }),
        scan_type: known(&covered.scan_type),
        account_id: covered.account,
        resource_id: covered.name,
    }
}
