//! Turning types of scans on and off, and telling which are on.
//!
//! Standard scanning of functions stands alone or under that of their code, never the other way round. Nothing is ever
//! suspended.

use std::{collections::BTreeMap, sync::Arc};

use assay_api::{Caller, Fault};
use assay_api_model::{Open, inspector2 as api};
use assay_identity::{Action, Relation};
use assay_store::ScopeId;

use crate::{fault::store_fault, operations::page_size, service::Service};

/// Every type of scan, as the store names it.
pub(super) const SCAN_TYPES: [&str; 5] = ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE", "CODE_REPOSITORY"];

/// The type of scan that machine images are of: they are scanned where the hosts are that are started from them.
const MACHINE_IMAGES: &str = "EC2";

/// The most permissions that a page lists.
const MOST_PERMISSIONS: usize = 1024;

/// What is said in the place of an error where there is none; the model has no word for that, and demands one.
const NO_ERROR: &str = "NONE";

/// The accounts that a request is about, told apart by whether the caller may.
struct Accounts {
    allowed: Vec<(String, ScopeId)>,
    failed: Vec<api::FailedAccount>,
}

pub(super) async fn enable(
    service: Arc<Service>,
    caller: Caller,
    input: api::EnableRequest,
) -> Result<api::EnableResponse, Fault> {
    let accounts = accounts(&service, &caller, input.account_ids, Action::ActivateMembers).await?;
    let mut wanted: Vec<&str> = input
        .resource_types
        .iter()
        .map(|wanted| wanted.as_str())
        .collect();
    wanted.dedup();
    if wanted.contains(&"LAMBDA_CODE") && !wanted.contains(&"LAMBDA") {
        for (account, scope) in &accounts.allowed {
            if !is_enabled(&statuses(&service, *scope).await?, "LAMBDA") {
                return Err(Fault::field(
                    "resourceTypes",
                    format!(
                        "has LAMBDA_CODE, which needs LAMBDA, and LAMBDA is not on in the account {account}; \
                         ask for both"
                    ),
                ));
            }
        }
    }
    let mut changed = Vec::with_capacity(accounts.allowed.len());
    for (account, scope) in accounts.allowed {
        service
            .database
            .enable(scope, &wanted, service.now())
            .await
            .map_err(store_fault)?;
        changed.push(shown(account, &statuses(&service, scope).await?));
    }
    service.wake.notify_one();
    Ok(api::EnableResponse {
        accounts: changed,
        failed_accounts: Some(accounts.failed),
    })
}

pub(super) async fn disable(
    service: Arc<Service>,
    caller: Caller,
    input: api::DisableRequest,
) -> Result<api::DisableResponse, Fault> {
    let accounts = accounts(&service, &caller, input.account_ids, Action::ActivateMembers).await?;
    let mut unwanted: Vec<&str> = match &input.resource_types {
        Some(types) if !types.is_empty() => types.iter().map(|unwanted| unwanted.as_str()).collect(),
        _ => SCAN_TYPES.to_vec(),
    };
    if unwanted.contains(&"LAMBDA") && !unwanted.contains(&"LAMBDA_CODE") {
        unwanted.push("LAMBDA_CODE");
    }
    let mut changed = Vec::with_capacity(accounts.allowed.len());
    for (account, scope) in accounts.allowed {
        service
            .database
            .disable(scope, &unwanted, service.now())
            .await
            .map_err(store_fault)?;
        changed.push(shown(account, &statuses(&service, scope).await?));
    }
    service.wake.notify_one();
    Ok(api::DisableResponse {
        accounts: changed,
        failed_accounts: Some(accounts.failed),
    })
}

pub(super) async fn status(
    service: Arc<Service>,
    caller: Caller,
    input: api::BatchGetAccountStatusRequest,
) -> Result<api::BatchGetAccountStatusResponse, Fault> {
    let accounts = accounts(&service, &caller, input.account_ids, Action::Read).await?;
    let mut states = Vec::with_capacity(accounts.allowed.len());
    for (account_id, scope) in accounts.allowed {
        let statuses = statuses(&service, scope).await?;
        let of = |scan_type| state(status_of(&statuses, scan_type));
        states.push(api::AccountState {
            account_id,
            resource_state: api::ResourceState {
                ami: Some(of(MACHINE_IMAGES)),
                code_repository: Some(of("CODE_REPOSITORY")),
                ec2: of("EC2"),
                ecr: of("ECR"),
                lambda: Some(of("LAMBDA")),
                lambda_code: Some(of("LAMBDA_CODE")),
            },
            state: state(whole(&statuses)),
        });
    }
    Ok(api::BatchGetAccountStatusResponse {
        accounts: states,
        failed_accounts: Some(accounts.failed),
    })
}

pub(super) async fn permissions(
    _: Arc<Service>,
    caller: Caller,
    input: api::ListAccountPermissionsRequest,
) -> Result<api::ListAccountPermissionsResponse, Fault> {
    use api::{
        Operation::{DisableRepository, DisableScanning, EnableRepository, EnableScanning},
        Service::{Ec2, Ecr, Lambda},
    };
    let all = [
        (EnableScanning, Ec2),
        (DisableScanning, Ec2),
        (EnableScanning, Ecr),
        (DisableScanning, Ecr),
        (EnableRepository, Ecr),
        (DisableRepository, Ecr),
        (EnableScanning, Lambda),
        (DisableScanning, Lambda),
    ];
    let may = caller.require(Action::ActivateOwnAccount).is_ok();
    let held = all
        .into_iter()
        .filter(|(_, of)| may && input.service.is_none_or(|wanted| wanted == *of));
    let start: usize = caller
        .pages
        .position(input.next_token.as_deref())?
        .unwrap_or_default();
    let size = page_size(input.max_results, MOST_PERMISSIONS);
    let mut rest = held.skip(start);
    let permissions: Vec<api::Permission> = rest
        .by_ref()
        .take(size)
        .map(|(operation, of)| api::Permission {
            operation: operation.into(),
            service: of.into(),
        })
        .collect();
    let next = rest.next().map(|_| start + size);
    Ok(api::ListAccountPermissionsResponse {
        permissions,
        next_token: next.map(|next| caller.pages.token(&next)).transpose()?,
    })
}

/// Sorts the accounts of a request: one's own by default; others are for a delegated administrator.
async fn accounts(
    service: &Service,
    caller: &Caller,
    asked: Option<Vec<String>>,
    action: Action,
) -> Result<Accounts, Fault> {
    let own = caller.principal.account.to_string();
    let mut asked = asked.unwrap_or_default();
    if asked.is_empty() {
        asked.push(own.clone());
    }
    let mut sorted = Accounts {
        allowed: Vec::with_capacity(asked.len()),
        failed: Vec::new(),
    };
    let mut seen = std::collections::HashSet::new();
    for account in asked {
        if !seen.insert(account.clone()) {
            continue;
        }
        let refusal = match account == own {
            true => None,
            false => refusal(service, caller, &account, action).await?,
        };
        match refusal {
            None => {
                let scope = service.scope_of(&account, &caller.region).await?;
                sorted.allowed.push((account, scope));
            }
            Some(message) => sorted.failed.push(api::FailedAccount {
                account_id: account,
                error_code: api::ErrorCode::AccessDenied.into(),
                error_message: message,
                resource_status: None,
                status: None,
            }),
        }
    }
    Ok(sorted)
}

/// Why an account that is not the caller's is none of their business. Nobody is told which accounts there are.
async fn refusal(
    service: &Service,
    caller: &Caller,
    account: &str,
    action: Action,
) -> Result<Option<String>, Fault> {
    if caller.principal.standing.relation != Relation::DelegatedAdministrator {
        let message = "only a delegated administrator can ask for accounts other than its own";
        return Ok(Some(message.to_owned()));
    }
    if let Err(denial) = caller.principal.require(action) {
        return Ok(Some(denial.to_string()));
    }
    let message = "the account is not a member of this delegated administrator";
    Ok((!service.rules(caller, account).await?).then(|| message.to_owned()))
}

/// The status of each type of scan that was ever turned on.
pub(super) async fn statuses(
    service: &Service,
    scope: ScopeId,
) -> Result<BTreeMap<String, api::Status>, Fault> {
    let activations = service.database.activations(scope).await.map_err(store_fault)?;
    let statuses = activations.into_iter().map(|(scan_type, status, _)| {
        let status = match status.as_str() {
            "ENABLED" => api::Status::Enabled,
            _ => api::Status::Disabled,
        };
        (scan_type, status)
    });
    Ok(statuses.collect())
}

pub(super) fn status_of(statuses: &BTreeMap<String, api::Status>, scan_type: &str) -> api::Status {
    statuses.get(scan_type).copied().unwrap_or(api::Status::Disabled)
}

fn is_enabled(statuses: &BTreeMap<String, api::Status>, scan_type: &str) -> bool {
    status_of(statuses, scan_type) == api::Status::Enabled
}

/// The status of an account: on while any type of scan is.
fn whole(statuses: &BTreeMap<String, api::Status>) -> api::Status {
    match SCAN_TYPES.iter().any(|scan_type| is_enabled(statuses, scan_type)) {
        true => api::Status::Enabled,
        false => api::Status::Disabled,
    }
}

fn shown(account_id: String, statuses: &BTreeMap<String, api::Status>) -> api::Account {
    let of = |scan_type| Open::Known(status_of(statuses, scan_type));
    api::Account {
        account_id,
        resource_status: api::ResourceStatus {
            ami: Some(of(MACHINE_IMAGES)),
            code_repository: Some(of("CODE_REPOSITORY")),
            ec2: of("EC2"),
            ecr: of("ECR"),
            lambda: Some(of("LAMBDA")),
            lambda_code: Some(of("LAMBDA_CODE")),
        },
        status: whole(statuses).into(),
    }
}

fn state(status: api::Status) -> api::State {
    api::State {
        error_code: Open::Other(NO_ERROR.into()),
        error_message: "there is no error".to_owned(),
        status: status.into(),
    }
}
