//! The operations, one file a group.

mod activation;
mod aggregations;
mod clusters;
mod code;
mod configuration;
mod coverage;
mod deep_inspection;
mod encryption_keys;
pub(crate) mod filters;
mod findings;
mod members;
mod on_demand;
mod organization;
mod reports;
mod sbom_exports;
mod scan;
mod tags;
mod usage;
mod vulnerabilities;

pub use deep_inspection::DeepInspection;

use std::sync::Arc;

use assay_api::{Operations, RegisteredTwice, Registry};
use assay_api_model::{inspector_scan, inspector2 as api};
use assay_identity::Action;

use crate::service::Service;

/// Every operation that the service has.
///
/// # Errors
///
/// An operation with two handlers, which a test excludes.
pub fn operations(service: Arc<Service>) -> Result<Operations, RegisteredTwice> {
    use Action::{
        ActivateOwnAccount, ManageMembers, ManageSavedFilters, NameDelegatedAdministrator, Order, Read,
        ReadOrganization, ScanDocument, SetDeepInspection, SetScanConfiguration, Tag,
    };
    Registry::new(service)
        .on(api::Enable, ActivateOwnAccount, activation::enable)
        .on(api::Disable, ActivateOwnAccount, activation::disable)
        .on(api::BatchGetAccountStatus, Read, activation::status)
        .on(api::ListAccountPermissions, Read, activation::permissions)
        .on(
            api::EnableDelegatedAdminAccount,
            NameDelegatedAdministrator,
            organization::enable_administrator,
        )
        .on(
            api::DisableDelegatedAdminAccount,
            NameDelegatedAdministrator,
            organization::disable_administrator,
        )
        .on(api::GetDelegatedAdminAccount, Read, organization::administrator)
        .on(
            api::ListDelegatedAdminAccounts,
            ReadOrganization,
            organization::administrators,
        )
        .on(
            api::DescribeOrganizationConfiguration,
            Read,
            organization::describe,
        )
        .on(
            api::UpdateOrganizationConfiguration,
            ManageMembers,
            organization::update,
        )
        .on(api::AssociateMember, ManageMembers, members::associate)
        .on(api::DisassociateMember, ManageMembers, members::disassociate)
        .on(api::GetMember, ReadOrganization, members::get)
        .on(api::ListMembers, ReadOrganization, members::list)
        .extended(api::ListFindings, Read, findings::extension, findings::list)
        .on(api::BatchGetFindingDetails, Read, findings::details)
        .on(api::ListFindingAggregations, Read, aggregations::list)
        .on(api::ListCoverage, Read, coverage::list)
        .on(api::ListCoverageStatistics, Read, coverage::statistics)
        .on(api::CreateFilter, ManageSavedFilters, filters::create)
        .on(api::UpdateFilter, ManageSavedFilters, filters::update)
        .on(api::DeleteFilter, ManageSavedFilters, filters::delete)
        .on(api::ListFilters, Read, filters::list)
        .on(api::GetConfiguration, Read, configuration::get)
        .on(
            api::UpdateConfiguration,
            SetScanConfiguration,
            configuration::update,
        )
        .on(api::GetEc2DeepInspectionConfiguration, Read, deep_inspection::get)
        .on(
            api::UpdateEc2DeepInspectionConfiguration,
            SetDeepInspection,
            deep_inspection::update,
        )
        .on(
            api::UpdateOrgEc2DeepInspectionConfiguration,
            ManageMembers,
            deep_inspection::update_organization,
        )
        .on(
            api::BatchGetMemberEc2DeepInspectionStatus,
            ReadOrganization,
            deep_inspection::members,
        )
        .on(
            api::BatchUpdateMemberEc2DeepInspectionStatus,
            ManageMembers,
            deep_inspection::update_members,
        )
        .on(api::ListUsageTotals, Read, usage::totals)
        .on(api::BatchGetFreeTrialInfo, Read, usage::free_trials)
        .on(api::GetEncryptionKey, Read, encryption_keys::get)
        .on(
            api::UpdateEncryptionKey,
            SetScanConfiguration,
            encryption_keys::update,
        )
        .on(
            api::ResetEncryptionKey,
            SetScanConfiguration,
            encryption_keys::reset,
        )
        .on(api::StartOnDemandScan, Order, on_demand::start)
        .on(api::GetOnDemandScanStatus, Read, on_demand::status)
        .on(api::ListOnDemandScans, Read, on_demand::list)
        .on(api::GetClustersForImage, Read, clusters::list)
        .on(api::BatchGetCodeSnippet, Read, code::snippets)
        .on(api::CreateFindingsReport, Order, reports::create)
        .on(api::GetFindingsReportStatus, Read, reports::status)
        .on(api::CancelFindingsReport, Order, reports::cancel)
        .on(api::CreateSbomExport, Order, sbom_exports::create)
        .on(api::GetSbomExport, Read, sbom_exports::get)
        .on(api::CancelSbomExport, Order, sbom_exports::cancel)
        .on(api::SearchVulnerabilities, Read, vulnerabilities::search)
        .on(api::TagResource, Tag, tags::tag)
        .on(api::UntagResource, Tag, tags::untag)
        .on(api::ListTagsForResource, Read, tags::list)
        .on(inspector_scan::ScanSbom, ScanDocument, scan::scan)
        .finish()
}

/// How many items a page has: what was asked for, within what the answer may hold.
fn page_size(asked: Option<i32>, most: usize) -> usize {
    let asked = asked.and_then(|asked| usize::try_from(asked).ok());
    asked.unwrap_or(most).clamp(1, most)
}
