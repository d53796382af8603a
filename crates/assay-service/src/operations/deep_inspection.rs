//! Looking into hosts for packages that no package manager of the system knows, by directories.
//!
//! It is on wherever hosts are scanned, until somebody turns it off. An account that another rules may turn it on for itself
//! and name directories, but not turn it off. Source: Inspector API reference, `UpdateEc2DeepInspectionConfiguration`.

use std::{collections::HashSet, sync::Arc};

use assay_api::{Caller, Fault};
use assay_api_model::inspector2 as api;
use assay_identity::{Relation, Rule};
use assay_store::{MemberList, ScopeId};

use crate::{
    fault::store_fault,
    operations::{activation, organization::organization},
    service::Service,
    settings::{self, Read, settings},
};

/// The most accounts that an answer speaks of.
const MOST_ACCOUNTS: usize = 100;

/// What the agents of an account are to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeepInspection {
    /// Whether they look for packages that no package manager of the system knows.
    pub is_on: bool,
    /// Directories that the account and its administrator named for that.
    pub paths: Vec<String>,
}

impl Service {
    /// How hosts of the caller's account are looked into.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn deep_inspection(&self, caller: &Caller) -> Result<DeepInspection, Fault> {
        let state = state(self, self.scope(caller).await?).await?;
        let is_on = state.set.is_on != Some(false);
        let mut paths = state.set.paths;
        paths.extend(organization_paths(self, caller).await?);
        Ok(DeepInspection {
            is_on,
            paths: each_once(paths),
        })
    }
}

/// How it stands in an account.
struct State {
    /// Whether hosts are scanned at all.
    hosts: api::Status,
    set: settings::DeepInspection,
}

pub(super) async fn get(
    service: Arc<Service>,
    caller: Caller,
    _: api::GetEc2DeepInspectionConfigurationRequest,
) -> Result<api::GetEc2DeepInspectionConfigurationResponse, Fault> {
    let state = state(&service, service.scope(&caller).await?).await?;
    Ok(api::GetEc2DeepInspectionConfigurationResponse {
        error_message: None,
        org_package_paths: Some(organization_paths(&service, &caller).await?),
        status: Some(state.status().into()),
        package_paths: Some(state.set.paths),
    })
}

pub(super) async fn update(
    service: Arc<Service>,
    caller: Caller,
    input: api::UpdateEc2DeepInspectionConfigurationRequest,
) -> Result<api::UpdateEc2DeepInspectionConfigurationResponse, Fault> {
    let scope = service.scope(&caller).await?;
    if input.activate_deep_inspection == Some(false) && caller.principal.standing.rule == Rule::Administrator
    {
        return Err(Fault::AccessDenied(
            "a member account may not turn deep inspection off; its delegated administrator may, by \
             BatchUpdateMemberEc2DeepInspectionStatus"
                .to_owned(),
        ));
    }
    let read = Read::of(&service, scope).await?;
    let mut kept = read.settings.clone();
    if let Some(wanted) = input.activate_deep_inspection {
        if wanted && hosts(&service, scope).await? != api::Status::Enabled {
            return Err(Fault::field(
                "activateDeepInspection",
                "needs scanning of hosts, which is off in this account; turn EC2 on first, by Enable",
            ));
        }
        kept.deep_inspection.is_on = Some(wanted);
    }
    if let Some(paths) = input.package_paths {
        kept.deep_inspection.paths = each_once(paths);
    }
    read.replace(&service, kept).await?;
    let state = state(&service, scope).await?;
    Ok(api::UpdateEc2DeepInspectionConfigurationResponse {
        error_message: None,
        org_package_paths: Some(organization_paths(&service, &caller).await?),
        status: Some(state.status().into()),
        package_paths: Some(state.set.paths),
    })
}

pub(super) async fn update_organization(
    service: Arc<Service>,
    caller: Caller,
    input: api::UpdateOrgEc2DeepInspectionConfigurationRequest,
) -> Result<api::UpdateOrgEc2DeepInspectionConfigurationResponse, Fault> {
    let read = Read::of(&service, service.scope(&caller).await?).await?;
    let mut kept = read.settings.clone();
    kept.deep_inspection.organization_paths = each_once(input.org_package_paths);
    read.replace(&service, kept).await?;
    Ok(api::UpdateOrgEc2DeepInspectionConfigurationResponse {})
}

/// The state of the members named, else of all.
pub(super) async fn members(
    service: Arc<Service>,
    caller: Caller,
    input: api::BatchGetMemberEc2DeepInspectionStatusRequest,
) -> Result<api::BatchGetMemberEc2DeepInspectionStatusResponse, Fault> {
    if caller.principal.standing.relation != Relation::DelegatedAdministrator {
        return Err(Fault::AccessDenied(
            "only a delegated administrator can ask for its members".to_owned(),
        ));
    }
    let accounts = match input.account_ids {
        Some(accounts) if !accounts.is_empty() => each_once(accounts),
        _ => all_members(&service, &caller).await?,
    };
    let (mut told, mut failed) = (Vec::with_capacity(accounts.len()), Vec::new());
    for account in accounts {
        match member(&service, &caller, &account).await? {
            Some(scope) => told.push(shown(account, &state(&service, scope).await?)),
            None => failed.push(no_member(account)),
        }
    }
    Ok(api::BatchGetMemberEc2DeepInspectionStatusResponse {
        account_ids: Some(told),
        failed_account_ids: Some(failed),
    })
}

pub(super) async fn update_members(
    service: Arc<Service>,
    caller: Caller,
    input: api::BatchUpdateMemberEc2DeepInspectionStatusRequest,
) -> Result<api::BatchUpdateMemberEc2DeepInspectionStatusResponse, Fault> {
    let mut seen = HashSet::new();
    let twice = input
        .account_ids
        .iter()
        .position(|wanted| !seen.insert(&wanted.account_id));
    if let Some(index) = twice {
        return Err(Fault::field(
            format!("accountIds[{index}].accountId"),
            "is an account that is named before; name each once",
        ));
    }
    let (mut told, mut failed) = (Vec::with_capacity(input.account_ids.len()), Vec::new());
    for wanted in input.account_ids {
        let account = wanted.account_id;
        let Some(scope) = member(&service, &caller, &account).await? else {
            failed.push(no_member(account));
            continue;
        };
        let hosts = hosts(&service, scope).await?;
        if wanted.activate_deep_inspection && hosts != api::Status::Enabled {
            failed.push(api::FailedMemberAccountEc2DeepInspectionStatusState {
                account_id: account,
                ec2_scan_status: Some(hosts.into()),
                error_message: Some(
                    "scanning of hosts is off in the account; turn EC2 on first, by Enable".to_owned(),
                ),
            });
            continue;
        }
        let read = Read::of(&service, scope).await?;
        let mut kept = read.settings.clone();
        kept.deep_inspection.is_on = Some(wanted.activate_deep_inspection);
        read.replace(&service, kept).await?;
        told.push(shown(account, &state(&service, scope).await?));
    }
    Ok(api::BatchUpdateMemberEc2DeepInspectionStatusResponse {
        account_ids: Some(told),
        failed_account_ids: Some(failed),
    })
}

impl State {
    fn status(&self) -> api::Ec2DeepInspectionStatus {
        match self.hosts == api::Status::Enabled && self.set.is_on != Some(false) {
            true => api::Ec2DeepInspectionStatus::Activated,
            false => api::Ec2DeepInspectionStatus::Deactivated,
        }
    }
}

async fn state(service: &Service, scope: ScopeId) -> Result<State, Fault> {
    Ok(State {
        hosts: hosts(service, scope).await?,
        set: settings(service, scope).await?.deep_inspection,
    })
}

async fn hosts(service: &Service, scope: ScopeId) -> Result<api::Status, Fault> {
    let statuses = activation::statuses(service, scope).await?;
    Ok(activation::status_of(&statuses, "EC2"))
}

/// The directories that hold for all of the organisation that the caller is ruled in, or rules.
async fn organization_paths(service: &Service, caller: &Caller) -> Result<Vec<String>, Fault> {
    let standing = &caller.principal.standing;
    let rules = standing.relation == Relation::DelegatedAdministrator;
    let administrator = standing
        .administrator
        .filter(|_| rules || standing.rule == Rule::Administrator);
    let Some(administrator) = administrator else {
        return Ok(Vec::new());
    };
    let scope = service
        .scope_of(&administrator.to_string(), &caller.region)
        .await?;
    Ok(settings(service, scope).await?.deep_inspection.organization_paths)
}

async fn all_members(service: &Service, caller: &Caller) -> Result<Vec<String>, Fault> {
    let organization = organization(caller)?.as_str();
    let most = i64::try_from(MOST_ACCOUNTS + 1).map_err(Fault::internal)?;
    let listed = service
        .database
        .members(organization, MemberList::Associated, "", most)
        .await
        .map_err(store_fault)?;
    if listed.len() > MOST_ACCOUNTS {
        return Err(Fault::field(
            "accountIds",
            format!(
                "names no account, and the organisation has more than {MOST_ACCOUNTS}; name up to {MOST_ACCOUNTS}"
            ),
        ));
    }
    Ok(listed.into_iter().map(|member| member.account).collect())
}

/// Where an account is that the caller rules: itself or a member.
async fn member(service: &Service, caller: &Caller, account: &str) -> Result<Option<ScopeId>, Fault> {
    let is_own = caller.principal.account.to_string() == account;
    if !is_own && !service.rules(caller, account).await? {
        return Ok(None);
    }
    Ok(Some(service.scope_of(account, &caller.region).await?))
}

fn shown(account_id: String, state: &State) -> api::MemberAccountEc2DeepInspectionStatusState {
    api::MemberAccountEc2DeepInspectionStatusState {
        account_id,
        error_message: None,
        status: Some(state.status().into()),
    }
}

fn no_member(account_id: String) -> api::FailedMemberAccountEc2DeepInspectionStatusState {
    api::FailedMemberAccountEc2DeepInspectionStatusState {
        account_id,
        ec2_scan_status: None,
        error_message: Some("the account is not a member of this delegated administrator".to_owned()),
    }
}

fn each_once(names: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    names
        .into_iter()
        .filter(|name| seen.insert(name.clone()))
        .collect()
}
