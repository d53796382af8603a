//! AWS Organizations: the organisation and its accounts.

use std::sync::Arc;

use assay_api::{Caller, Fault, Invalid, NeighbourService, Neighbours, Protocol, Regions};
use assay_identity::Action;
use assay_service::{Service, store_fault};
use assay_store::{Member, MemberList, Organization};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{page_size, seconds};

const SERVICE: NeighbourService = NeighbourService {
    signing_name: "organizations",
    protocol: Protocol::Json {
        target: "AWSOrganizationsV20161128",
    },
    regions: Regions::Any,
    invalid: Invalid("InvalidInputException"),
};

/// The most accounts that a page lists.
const MOST_ACCOUNTS: usize = 20;

/// Whom accounts are delegated to administer.
const INSPECTOR: &str = "inspector2.amazonaws.com";

pub(crate) fn operations(neighbours: Neighbours, service: &Arc<Service>) -> Neighbours {
    neighbours
        .on(&SERVICE, "DescribeOrganization", Action::Read, service, describe)
        .on(
            &SERVICE,
            "ListAccounts",
            Action::ReadOrganization,
            service,
            accounts,
        )
        .on(
            &SERVICE,
            "DescribeAccount",
            Action::ReadOrganization,
            service,
            account,
        )
        .on(
            &SERVICE,
            "ListDelegatedAdministrators",
            Action::ReadOrganization,
            service,
            administrators,
        )
}

#[derive(Deserialize)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Which {
    account_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Administrators {
    service_principal: Option<String>,
}

async fn describe(service: Arc<Service>, caller: Caller, _: Nothing) -> Result<Value, Fault> {
    let organization = organization(&service, &caller).await?;
    let Organization { id, management, .. } = organization;
    Ok(json!({"Organization": {
        "Id": id,
        "Arn": format!("arn:aws:organizations::{management}:organization/{id}"),
        "FeatureSet": "ALL",
        "MasterAccountArn": arn(&management, &id, &management),
        "MasterAccountId": management,
        "AvailablePolicyTypes": [],
    }}))
}

async fn accounts(service: Arc<Service>, caller: Caller, page: Page) -> Result<Value, Fault> {
    let organization = organization(&service, &caller).await?;
    let after: Option<String> = caller.pages.position(page.next_token.as_deref())?;
    let size = page_size(page.max_results, MOST_ACCOUNTS, MOST_ACCOUNTS);
    // One more tells whether there is a next page.
    let most = i64::try_from(size + 1).map_err(Fault::internal)?;
    let after = after.as_deref().unwrap_or_default();
    let found = service
        .database
        .members(&organization.id, MemberList::Accounts, after, most)
        .await;
    let mut found = found.map_err(store_fault)?;
    let next = caller.pages.cut(&mut found, size, |last| last.account.clone())?;
    let accounts: Vec<Value> = found.iter().map(|member| shape(&organization, member)).collect();
    let mut answer = json!({"Accounts": accounts});
    if let Some(next) = next {
        answer["NextToken"] = Value::from(next);
    }
    Ok(answer)
}

async fn account(service: Arc<Service>, caller: Caller, which: Which) -> Result<Value, Fault> {
    let organization = organization(&service, &caller).await?;
    let found = service.database.member(&organization.id, &which.account_id).await;
    match found.map_err(store_fault)? {
        Some(member) => Ok(json!({"Account": shape(&organization, &member)})),
        None => Err(Fault::Named {
            code: "AccountNotFoundException",
            message: format!(
                "the account {} does not belong to the organisation",
                which.account_id
            ),
        }),
    }
}

async fn administrators(
    service: Arc<Service>,
    caller: Caller,
    asked: Administrators,
) -> Result<Value, Fault> {
    let organization = organization(&service, &caller).await?;
    let is_of_us = asked
        .service_principal
        .is_none_or(|principal| principal == INSPECTOR);
    let found = match organization.administrator.as_str() {
        "" => None,
        administrator => service
            .database
            .member(&organization.id, administrator)
            .await
            .map_err(store_fault)?,
    };
    let administrators = found.filter(|_| is_of_us).map(|member| {
        let mut shape = shape(&organization, &member);
        shape["DelegationEnabledDate"] = Value::from(seconds(member.changed_at));
        shape
    });
    let administrators: Vec<Value> = administrators.into_iter().collect();
    Ok(json!({"DelegatedAdministrators": administrators}))
}

/// The caller's organisation.
async fn organization(service: &Service, caller: &Caller) -> Result<Organization, Fault> {
    let found = match &caller.principal.standing.organization {
        Some(id) => service
            .database
            .organization(id.as_str())
            .await
            .map_err(store_fault)?,
        None => None,
    };
    found.ok_or_else(|| Fault::Named {
        code: "AWSOrganizationsNotInUseException",
        message: format!(
            "the account {} belongs to no organisation",
            caller.principal.account
        ),
    })
}

fn arn(management: &str, id: &str, account: &str) -> String {
    format!("arn:aws:organizations::{management}:account/{id}/{account}")
}

fn shape(organization: &Organization, member: &Member) -> Value {
    json!({
        "Id": member.account,
        "Arn": arn(&organization.management, &organization.id, &member.account),
        "Name": member.name,
        "Status": "ACTIVE",
        "State": "ACTIVE",
        "JoinedMethod": "INVITED",
        "JoinedTimestamp": seconds(member.added_at),
    })
}
