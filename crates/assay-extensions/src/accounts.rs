//! The accounts that can be seen from one: itself, and those that it rules.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_identity::{Action, Relation};
use assay_service::store_fault;
use assay_store::MemberList;
use axum::{extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    answer::told,
    request::{Asked, page_size},
    routes::Extensions,
};

/// Accounts of one answer, unless fewer are asked for.
const MOST: i64 = 1000;

#[derive(Deserialize, Serialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The most accounts that are wanted.
    #[param(minimum = 1, maximum = 1000)]
    max_results: Option<i64>,
    /// Where to go on, as the last answer had it.
    next_token: Option<String>,
}

/// An account.
#[derive(Serialize, ToSchema)]
#[schema(as = NamedAccount)]
struct Account {
    /// Its 12 digits.
    #[schema(pattern = "^[0-9]{12}$")]
    id: String,
    /// What people call it; empty where nobody gave it a name.
    name: String,
}

/// Accounts, in order of their ids.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Accounts {
    accounts: Vec<Account>,
    /// Where to go on; null at the end.
    next_token: Option<String>,
}

/// The accounts that can be seen from this one, with their names
///
/// The account itself, and of an organisation that it administers those that it rules.
#[utoipa::path(get, path = "/accounts", operation_id = "ListAccounts", params(Wanted), responses((status = 200, description = "A page of them.", body = Accounts)))]
pub(crate) async fn list(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Wanted>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let parameters = serde_json::to_value(&asked).map_err(Fault::internal)?;
    let pages = caller.pages_of("ListAccounts", &parameters);
    let after: String = pages.position(asked.next_token.as_deref())?.unwrap_or_default();
    let size = page_size("maxResults", asked.max_results, MOST)?;
    let own = caller.principal.account.to_string();
    let standing = &caller.principal.standing;
    let organization = standing
        .organization
        .as_ref()
        .filter(|_| standing.relation == Relation::DelegatedAdministrator);
    let mut found: Vec<Account> = match organization {
        None => Vec::new(),
        Some(organization) => extensions
            .database
            .members(organization.as_str(), MemberList::Associated, &after, size + 1)
            .await
            .map_err(store_fault)?
            .into_iter()
            .map(|member| Account {
                id: member.account,
                name: member.name,
            })
            .collect(),
    };
    if own > after {
        let kept = extensions.database.account(&own).await.map_err(store_fault)?;
        let name = kept.map(|kept| kept.name).unwrap_or_default();
        let at = found.partition_point(|account| account.id < own);
        found.insert(at, Account { id: own, name });
    }
    let size = usize::try_from(size).map_err(Fault::internal)?;
    let next_token = pages.cut(&mut found, size, |last| last.id.clone())?;
    let answer = Accounts {
        accounts: found,
        next_token,
    };
    told("ListAccounts", parameters, &answer)
}
