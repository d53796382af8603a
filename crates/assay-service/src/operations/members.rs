//! The accounts that a delegated administrator rules.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_api_model::{EpochSeconds, inspector2 as api};
use assay_store::{Member, MemberList, MemberStatus};

use crate::{
    fault::store_fault,
    operations::{organization::organization, page_size},
    render::time,
    resource::known,
    service::Service,
};

/// The most members that a page lists.
const MOST_LISTED: usize = 50;

pub(super) async fn associate(
    service: Arc<Service>,
    caller: Caller,
    input: api::AssociateMemberRequest,
) -> Result<api::AssociateMemberResponse, Fault> {
    change(&service, &caller, &input.account_id, MemberStatus::Enabled).await?;
    Ok(api::AssociateMemberResponse {
        account_id: input.account_id,
    })
}

pub(super) async fn disassociate(
    service: Arc<Service>,
    caller: Caller,
    input: api::DisassociateMemberRequest,
) -> Result<api::DisassociateMemberResponse, Fault> {
    change(&service, &caller, &input.account_id, MemberStatus::Removed).await?;
    Ok(api::DisassociateMemberResponse {
        account_id: input.account_id,
    })
}

pub(super) async fn get(
    service: Arc<Service>,
    caller: Caller,
    input: api::GetMemberRequest,
) -> Result<api::GetMemberResponse, Fault> {
    let organization = organization(&caller)?.as_str();
    let found = service.database.member(organization, &input.account_id).await;
    let found = found
        .map_err(store_fault)?
        .filter(|member| administrator(&caller).as_ref() != Some(&member.account));
    match found {
        Some(member) => Ok(api::GetMemberResponse {
            member: Some(shape(&caller, member)),
        }),
        None => Err(Fault::NotFound(format!(
            "the account {} is no member of the organisation",
            input.account_id
        ))),
    }
}

pub(super) async fn list(
    service: Arc<Service>,
    caller: Caller,
    input: api::ListMembersRequest,
) -> Result<api::ListMembersResponse, Fault> {
    let organization = organization(&caller)?.as_str();
    let which = match input.only_associated {
        Some(false) => MemberList::Members,
        Some(true) | None => MemberList::Associated,
    };
    let after: Option<String> = caller.pages.position(input.next_token.as_deref())?;
    let size = page_size(input.max_results, MOST_LISTED);
    // One more tells whether there is a next page.
    let most = i64::try_from(size + 1).map_err(Fault::internal)?;
    let mut found = service
        .database
        .members(organization, which, after.as_deref().unwrap_or_default(), most)
        .await
        .map_err(store_fault)?;
    let next_token = caller.pages.cut(&mut found, size, |last| last.account.clone())?;
    let members = found.into_iter().map(|member| shape(&caller, member));
    Ok(api::ListMembersResponse {
        members: Some(members.collect()),
        next_token,
    })
}

async fn change(
    service: &Service,
    caller: &Caller,
    account: &str,
    status: MemberStatus,
) -> Result<(), Fault> {
    let organization = organization(caller)?;
    if account == caller.principal.account.to_string() {
        return Err(Fault::field(
            "accountId",
            "is the delegated administrator itself; name an account of its organisation",
        ));
    }
    let found = service.database.member(organization.as_str(), account).await;
    if found.map_err(store_fault)?.is_none() {
        return Err(Fault::AccessDenied(format!(
            "the account {account} does not belong to the organisation"
        )));
    }
    let cause = service.because_of_organization(organization);
    service
        .database
        .associate(organization.as_str(), account, status, &cause)
        .await
        .map_err(store_fault)?;
    service.wake.notify_one();
    Ok(())
}

fn administrator(caller: &Caller) -> Option<String> {
    let administrator = caller.principal.standing.administrator;
    administrator.map(|account| account.to_string())
}

fn shape(caller: &Caller, member: Member) -> api::Member {
    api::Member {
        account_id: Some(member.account),
        delegated_admin_account_id: match member.status {
            MemberStatus::Enabled => administrator(caller),
            MemberStatus::Created | MemberStatus::Removed => None,
        },
        relationship_status: Some(known(member.status.as_str())),
        updated_at: Some(EpochSeconds(time(member.changed_at))),
    }
}
