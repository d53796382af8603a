//! Saved filters, and the rules of suppression among them.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_api_model::{EpochSeconds, inspector2 as api};
use assay_criteria::{Condition, Criteria, Field, Test};
use assay_identity::{Action, random_bytes};
use assay_store::{Filter, ScopeId, StoreError};

use crate::{
    fault::store_fault,
    finding_arn::hexadecimal,
    operations::{page_size, tags},
    render::time,
    resource::known,
    service::{Service, Visible},
};

/// The most filters that a page lists.
const MOST_FILTERS: usize = 100;

/// The action of a filter that suppresses.
const SUPPRESS: &str = "SUPPRESS";

pub(super) async fn create(
    service: Arc<Service>,
    caller: Caller,
    input: api::CreateFilterRequest,
) -> Result<api::CreateFilterResponse, Fault> {
    if input.action == api::FilterAction::Suppress {
        caller.require(Action::ManageSuppressionRules)?;
    }
    let new_tags = tags::checked("tags", input.tags.unwrap_or_default())?;
    let own = own(&service, &caller).await?;
    let criteria = service.criteria(&caller, &input.filter_criteria).await?;
    let now = service.now();
    let filter = Filter {
        id: 0,
        scope: own.scope,
        identifier: hexadecimal(&random_bytes::<8>().map_err(Fault::internal)?),
        name: input.name,
        action: input.action.as_str().to_owned(),
        filter_criteria: serde_json::to_string(&input.filter_criteria).map_err(Fault::internal)?,
        criteria,
        description: input.description.unwrap_or_default(),
        reason: input.reason.unwrap_or_default(),
        owner: String::new(),
        until_fixed: false,
        expires_at: 0,
        created_at: now,
        updated_at: now,
        matched_at: 0,
    };
    let arn = arn(&caller.region, &own.account, &filter.identifier);
    let cause = service.because_of_filter(&arn);
    let created = service.database.create_filter(&filter, &cause).await;
    created.map_err(|error| match error {
        StoreError::Exists(_) => Fault::BadRequest(taken(&filter.name)),
        error => store_fault(error),
    })?;
    if !new_tags.is_empty() {
        service.database.tag(&arn, &new_tags).await.map_err(store_fault)?;
    }
    Ok(api::CreateFilterResponse { arn })
}

pub(super) async fn update(
    service: Arc<Service>,
    caller: Caller,
    input: api::UpdateFilterRequest,
) -> Result<api::UpdateFilterResponse, Fault> {
    let scope = service.scope(&caller).await?;
    let mut filter = named(&service, &caller, scope, &input.filter_arn).await?;
    let suppresses = filter.action == SUPPRESS || input.action == Some(api::FilterAction::Suppress);
    if suppresses {
        caller.require(Action::ManageSuppressionRules)?;
    }
    if let Some(criteria) = &input.filter_criteria {
        filter.criteria = service.criteria(&caller, criteria).await?;
        filter.filter_criteria = serde_json::to_string(criteria).map_err(Fault::internal)?;
    }
    if let Some(action) = input.action {
        action.as_str().clone_into(&mut filter.action);
    }
    filter.name = input.name.unwrap_or(filter.name);
    filter.description = input.description.unwrap_or(filter.description);
    filter.reason = input.reason.unwrap_or(filter.reason);
    let cause = service.because_of_filter(&input.filter_arn);
    let updated = service.database.update_filter(&filter, &cause).await;
    updated.map_err(|error| match error {
        // The model has no fault of its own for this.
        StoreError::Exists(_) => Fault::field("name", "is that of another filter; choose another"),
        error => store_fault(error),
    })?;
    Ok(api::UpdateFilterResponse {
        arn: input.filter_arn,
    })
}

pub(super) async fn delete(
    service: Arc<Service>,
    caller: Caller,
    input: api::DeleteFilterRequest,
) -> Result<api::DeleteFilterResponse, Fault> {
    let scope = service.scope(&caller).await?;
    let filter = named(&service, &caller, scope, &input.arn).await?;
    if filter.action == SUPPRESS {
        caller.require(Action::ManageSuppressionRules)?;
    }
    let cause = service.because_of_filter(&input.arn);
    service
        .database
        .delete_filter(&filter, &cause)
        .await
        .map_err(store_fault)?;
    let tags = service.database.tags(&input.arn).await.map_err(store_fault)?;
    if !tags.is_empty() {
        let keys: Vec<String> = tags.into_iter().map(|(key, _)| key).collect();
        service
            .database
            .untag(&input.arn, &keys)
            .await
            .map_err(store_fault)?;
    }
    Ok(api::DeleteFilterResponse { arn: input.arn })
}

pub(super) async fn list(
    service: Arc<Service>,
    caller: Caller,
    input: api::ListFiltersRequest,
) -> Result<api::ListFiltersResponse, Fault> {
    let scope = service.scope(&caller).await?;
    let account = caller.principal.account.to_string();
    let wanted: Option<Vec<String>> = input.arns.filter(|arns| !arns.is_empty()).map(|arns| {
        let own = arns
            .iter()
            .filter_map(|arn| identifier(&caller.region, &account, arn));
        own.map(str::to_owned).collect()
    });
    if wanted.as_ref().is_some_and(Vec::is_empty) {
        return Ok(api::ListFiltersResponse {
            filters: Vec::new(),
            next_token: None,
        });
    }
    let after: i64 = caller
        .pages
        .position(input.next_token.as_deref())?
        .unwrap_or_default();
    let size = page_size(input.max_results, MOST_FILTERS);
    let most = i64::try_from(size + 1).map_err(Fault::internal)?;
    let action = input.action.map(|action| action.as_str());
    let mut found = service
        .database
        .filters(scope, action, wanted.as_deref(), after, most)
        .await
        .map_err(store_fault)?;
    let next_token = caller.pages.cut(&mut found, size, |filter| filter.id)?;
    let mut filters = Vec::with_capacity(found.len());
    for filter in found {
        let arn = arn(&caller.region, &account, &filter.identifier);
        let tags = service.database.tags(&arn).await.map_err(store_fault)?;
        let text = |text: String| (!text.is_empty()).then_some(text);
        filters.push(api::Filter {
            action: known(&filter.action),
            arn,
            created_at: EpochSeconds(time(filter.created_at)),
            criteria: serde_json::from_str(&filter.filter_criteria).map_err(Fault::internal)?,
            description: text(filter.description),
            name: filter.name,
            owner_id: account.clone(),
            reason: text(filter.reason),
            tags: (!tags.is_empty()).then(|| tags.into_iter().collect()),
            updated_at: EpochSeconds(time(filter.updated_at)),
        });
    }
    Ok(api::ListFiltersResponse { filters, next_token })
}

impl Service {
    /// The filter of an ARN in the caller's account and region.
    ///
    /// # Errors
    ///
    /// Where there is none; when the database does not answer.
    pub async fn filter(&self, caller: &Caller, arn: &str) -> Result<Filter, Fault> {
        let scope = self.scope(caller).await?;
        named(self, caller, scope, arn).await
    }

    /// The ARN of a filter.
    pub fn filter_arn(region: &str, account: &str, filter: &Filter) -> String {
        arn(region, account, &filter.identifier)
    }

    /// A filter of findings as the store has it, for whatever findings the caller may see.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it; when the database does not answer.
    pub async fn criteria(&self, caller: &Caller, filter: &api::FilterCriteria) -> Result<Criteria, Fault> {
        let visible = self.visible(caller).await?;
        let asked = self.asked(&caller.region, &visible, Some(filter)).await?;
        let mut criteria = asked.criteria;
        // What names some accounts alone says so by itself: a filter is kept without those that it was asked among.
        if asked.scopes.len() < visible.len() {
            let left = visible
                .into_iter()
                .filter(|one| asked.scopes.contains(&one.scope));
            criteria.conditions.push(Condition {
                field: Field::AccountId,
                tests: left.map(|one| Test::Equals(one.account)).collect(),
            });
        }
        Ok(criteria)
    }
}

/// The filter of a name, if there is one in a scope.
pub(super) async fn find(
    service: &Service,
    caller: &Caller,
    scope: ScopeId,
    arn: &str,
) -> Result<Option<Filter>, Fault> {
    let account = caller.principal.account.to_string();
    let Some(identifier) = identifier(&caller.region, &account, arn) else {
        return Ok(None);
    };
    let wanted = [identifier.to_owned()];
    let found = service
        .database
        .filters(scope, None, Some(&wanted), 0, 1)
        .await
        .map_err(store_fault)?;
    Ok(found.into_iter().next())
}

async fn named(service: &Service, caller: &Caller, scope: ScopeId, arn: &str) -> Result<Filter, Fault> {
    let found = find(service, caller, scope, arn).await?;
    found.ok_or_else(|| Fault::NotFound(format!("there is no filter {arn} in this account and region")))
}

async fn own(service: &Service, caller: &Caller) -> Result<Visible, Fault> {
    Ok(Visible {
        scope: service.scope(caller).await?,
        account: caller.principal.account.to_string(),
    })
}

fn taken(name: &str) -> String {
    format!("there is a filter `{name}` already; choose another name, or update that one")
}

fn stem(region: &str, account: &str) -> String {
    format!("arn:aws:inspector2:{region}:{account}:owner/{account}/filter/")
}

fn arn(region: &str, account: &str, identifier: &str) -> String {
    format!("{}{identifier}", stem(region, account))
}

fn identifier<'a>(region: &str, account: &str, arn: &'a str) -> Option<&'a str> {
    arn.strip_prefix(stem(region, account).as_str())
}
