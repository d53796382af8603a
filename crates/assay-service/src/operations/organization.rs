//! Who administers the organisation, and what is turned on for new members of it.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_api_model::inspector2 as api;
use assay_identity::{Action, OrganizationId};
use assay_store::MOST_MEMBERS;

use crate::{fault::store_fault, service::Service};

/// What delegated administrators are called where they are in the way.
const DELEGATED_ADMINISTRATOR: &str = "DELEGATED_ADMIN_ACCOUNT";

pub(super) async fn enable_administrator(
    service: Arc<Service>,
    caller: Caller,
    input: api::EnableDelegatedAdminAccountRequest,
) -> Result<api::EnableDelegatedAdminAccountResponse, Fault> {
    let organization = organization(&caller)?;
    let account = input.delegated_admin_account_id;
    if account == caller.principal.account.to_string() {
        return Err(Fault::field(
            "delegatedAdminAccountId",
            "is the management account, which cannot administer the organisation; name another account of it",
        ));
    }
    let found = service.database.member(organization.as_str(), &account).await;
    if found.map_err(store_fault)?.is_none() {
        return Err(Fault::NotFound(format!(
            "the account {account} does not belong to the organisation"
        )));
    }
    let current = caller.principal.standing.administrator;
    if let Some(current) = current.map(|current| current.to_string())
        && current != account
    {
        return Err(Fault::Conflict {
            message: format!(
                "the account {current} administers the organisation; disable it before another is enabled"
            ),
            resource_id: current,
            resource_type: DELEGATED_ADMINISTRATOR.to_owned(),
        });
    }
    delegate(&service, organization, Some(&account)).await?;
    Ok(api::EnableDelegatedAdminAccountResponse {
        delegated_admin_account_id: account,
    })
}

pub(super) async fn disable_administrator(
    service: Arc<Service>,
    caller: Caller,
    input: api::DisableDelegatedAdminAccountRequest,
) -> Result<api::DisableDelegatedAdminAccountResponse, Fault> {
    let organization = organization(&caller)?;
    let account = input.delegated_admin_account_id;
    let current = caller.principal.standing.administrator;
    if current.map(|current| current.to_string()).as_ref() != Some(&account) {
        return Err(Fault::NotFound(format!(
            "the account {account} does not administer the organisation"
        )));
    }
    delegate(&service, organization, None).await?;
    Ok(api::DisableDelegatedAdminAccountResponse {
        delegated_admin_account_id: account,
    })
}

pub(super) async fn administrator(
    _: Arc<Service>,
    caller: Caller,
    _: api::GetDelegatedAdminAccountRequest,
) -> Result<api::GetDelegatedAdminAccountResponse, Fault> {
    let Some(administrator) = caller.principal.standing.administrator else {
        return Err(Fault::NotFound(
            "no account administers an organisation that this account belongs to".to_owned(),
        ));
    };
    Ok(api::GetDelegatedAdminAccountResponse {
        delegated_admin: Some(api::DelegatedAdmin {
            account_id: Some(administrator.to_string()),
            relationship_status: Some(api::RelationshipStatus::Enabled.into()),
        }),
    })
}

pub(super) async fn administrators(
    _: Arc<Service>,
    caller: Caller,
    input: api::ListDelegatedAdminAccountsRequest,
) -> Result<api::ListDelegatedAdminAccountsResponse, Fault> {
    // There is one at most, so a token for what comes after it is good for nothing.
    let _: Option<String> = caller.pages.position(input.next_token.as_deref())?;
    let administrator = caller.principal.standing.administrator;
    let accounts = administrator
        .into_iter()
        .map(|account| api::DelegatedAdminAccount {
            account_id: Some(account.to_string()),
            status: Some(api::DelegatedAdminStatus::Enabled.into()),
        });
    Ok(api::ListDelegatedAdminAccountsResponse {
        delegated_admin_accounts: Some(accounts.collect()),
        next_token: None,
    })
}

pub(super) async fn describe(
    service: Arc<Service>,
    caller: Caller,
    _: api::DescribeOrganizationConfigurationRequest,
) -> Result<api::DescribeOrganizationConfigurationResponse, Fault> {
    // Integrations tell this refusal from others by the words that AWS has for it.
    let allowed = caller.principal.require(Action::ReadOrganization);
    allowed.map_err(|denial| {
        Fault::AccessDenied(format!(
            "Invoking account does not have access to describe the organization configuration: {denial}"
        ))
    })?;
    let organization = organization(&caller)?.as_str();
    let types = service
        .database
        .auto_enable(organization)
        .await
        .map_err(store_fault)?;
    let is_on = |wanted: &str| {
        types
            .iter()
            .any(|(region, scan_type)| *region == *caller.region && scan_type == wanted)
    };
    let associated = service
        .database
        .count_associated(organization)
        .await
        .map_err(store_fault)?;
    Ok(api::DescribeOrganizationConfigurationResponse {
        auto_enable: Some(api::AutoEnable {
            ami: Some(is_on("AMI")),
            code_repository: Some(is_on("CODE_REPOSITORY")),
            ec2: is_on("EC2"),
            ecr: is_on("ECR"),
            lambda: Some(is_on("LAMBDA")),
            lambda_code: Some(is_on("LAMBDA_CODE")),
        }),
        max_account_limit_reached: Some(associated >= MOST_MEMBERS),
    })
}

pub(super) async fn update(
    service: Arc<Service>,
    caller: Caller,
    input: api::UpdateOrganizationConfigurationRequest,
) -> Result<api::UpdateOrganizationConfigurationResponse, Fault> {
    let organization = organization(&caller)?;
    let wanted = input.auto_enable;
    let is_on = |flag: Option<bool>| flag == Some(true);
    if is_on(wanted.lambda_code) && !is_on(wanted.lambda) {
        return Err(Fault::field(
            "autoEnable.lambdaCode",
            "needs lambda, which is not on; ask for both",
        ));
    }
    let types: Vec<&str> = [
        ("EC2", wanted.ec2),
        ("ECR", wanted.ecr),
        ("LAMBDA", is_on(wanted.lambda)),
        ("LAMBDA_CODE", is_on(wanted.lambda_code)),
        ("CODE_REPOSITORY", is_on(wanted.code_repository)),
        ("AMI", is_on(wanted.ami)),
    ]
    .into_iter()
    .filter(|(_, is_on)| *is_on)
    .map(|(scan_type, _)| scan_type)
    .collect();
    service
        .database
        .set_auto_enable(organization.as_str(), &caller.region, &types)
        .await
        .map_err(store_fault)?;
    Ok(api::UpdateOrganizationConfigurationResponse { auto_enable: wanted })
}

/// The caller's organisation.
pub(super) fn organization(caller: &Caller) -> Result<&OrganizationId, Fault> {
    let organization = caller.principal.standing.organization.as_ref();
    organization.ok_or_else(|| {
        Fault::AccessDenied(format!(
            "the account {} belongs to no organisation",
            caller.principal.account
        ))
    })
}

async fn delegate(service: &Service, organization: &OrganizationId, to: Option<&str>) -> Result<(), Fault> {
    let cause = service.because_of_organization(organization);
    let delegated = service.database.delegate(organization.as_str(), to, &cause).await;
    delegated.map_err(store_fault)
}
