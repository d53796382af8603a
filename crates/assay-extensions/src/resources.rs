//! What is known of resources beside their findings, and what becomes of them.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_identity::Action;
use assay_service::store_fault;
use assay_store::{Covered, ResourceId, StoredInventory, StoredResource};
use axum::{body::Bytes, extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::{
    answer::{exact_time, time, told},
    description::{Description, State},
    kind::{Kind, require_resource_type, resource_types},
    push::{Named, Pushed, Taken},
    request::{self, Asked, page_size},
    routes::Extensions,
    running::Running,
    take_up::{Heard, refuse_host, take_up},
};

/// Resources of one answer, unless fewer are asked for.
const MOST: i64 = 200;

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// The most resources that are wanted.
    #[param(minimum = 1, maximum = 200)]
    max_results: Option<i64>,
    /// Where to go on, as the last answer had it.
    next_token: Option<String>,
}

/// Resources, in the order in which they were first heard of.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Resources {
    resources: Vec<Listed>,
    /// Where to go on; null at the end.
    next_token: Option<String>,
}

/// A resource in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    /// The type, as Inspector's API has it.
    #[serde(rename = "type")]
    kind: String,
    /// The id, as Inspector's API has it.
    id: String,
    /// What the service takes it for.
    #[schema(pattern = "^(ACTIVE|STOPPED|EXCLUDED|EXPIRED|DISABLED|DISABLING|GONE)$")]
    state: String,
    /// When it was first heard of.
    #[schema(format = DateTime)]
    first_seen_at: String,
    /// When it was last told of or changed.
    #[schema(format = DateTime)]
    changed_at: String,
    /// When its last inventory came; null for none yet.
    #[schema(format = DateTime)]
    inventory_at: Option<String>,
}

impl From<&StoredResource> for Listed {
    fn from(resource: &StoredResource) -> Self {
        Self {
            kind: resource.kind.clone(),
            id: resource.name.clone(),
            state: resource.state.clone(),
            first_seen_at: exact_time(resource.first_seen_at),
            changed_at: exact_time(resource.changed_at),
            inventory_at: time(resource.inventory_at),
        }
    }
}

/// The resources of this account and region
#[utoipa::path(get, path = "/resources", operation_id = "ListResources", params(Page), responses((status = 200, description = "A page of them.", body = Resources)))]
pub(crate) async fn list(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Page>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let pages = caller.pages_of("ListResources", &json!({}));
    let after: i64 = pages.position(asked.next_token.as_deref())?.unwrap_or_default();
    let size = page_size("maxResults", asked.max_results, MOST)?;
    let scope = extensions.service.scope(&caller).await?;
    // One more tells whether there is a next page.
    let mut found = extensions
        .database
        .resources_after(scope, ResourceId(after), size + 1)
        .await
        .map_err(store_fault)?;
    let size = usize::try_from(size).map_err(Fault::internal)?;
    let next_token = pages.cut(&mut found, size, |last| last.id.0)?;
    let answer = Resources {
        resources: found.iter().map(Listed::from).collect(),
        next_token,
    };
    told("ListResources", json!({}), &answer)
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanting {
    /// The type, as Inspector's API has it; left out for every type.
    #[serde(rename = "type")]
    #[param(schema_with = resource_types, required = false)]
    kind: Option<String>,
    /// The most resources that are wanted.
    #[param(minimum = 1, maximum = 200)]
    max_results: Option<i64>,
    /// Where to go on, as the last answer had it.
    next_token: Option<String>,
}

/// Resources, in the order in which they were first heard of, and whose they are.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    /// The account.
    #[schema(pattern = "^[0-9]{12}$")]
    account_id: String,
    /// The region.
    region: String,
    resources: Vec<Listed>,
    /// Where to go on; null at the end.
    next_token: Option<String>,
}

/// The resources that are scanned and of which no inventory came yet
///
/// Whoever can read what they have is to push it. Those of which was told that it could not be read are not among them.
#[utoipa::path(get, path = "/resources/wanted", operation_id = "ListWantedResources", params(Wanting), responses((status = 200, description = "A page of them.", body = Wanted)))]
pub(crate) async fn wanted(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Wanting>,
) -> Result<Response, Fault> {
    caller.require(Action::Push)?;
    refuse_host(&caller)?;
    if let Some(kind) = &asked.kind {
        require_resource_type(kind)?;
    }
    let parameters = json!({ "type": asked.kind });
    let pages = caller.pages_of("ListWantedResources", &parameters);
    let after: i64 = pages.position(asked.next_token.as_deref())?.unwrap_or_default();
    let size = page_size("maxResults", asked.max_results, MOST)?;
    let scope = extensions.service.scope(&caller).await?;
    // One more tells whether there is a next page.
    let mut found = extensions
        .database
        .resources_wanted(scope, asked.kind.as_deref(), ResourceId(after), size + 1)
        .await
        .map_err(store_fault)?;
    let size = usize::try_from(size).map_err(Fault::internal)?;
    let next_token = pages.cut(&mut found, size, |last| last.id.0)?;
    let answer = Wanted {
        account_id: caller.principal.account.to_string(),
        region: caller.region.to_string(),
        resources: found.iter().map(Listed::from).collect(),
        next_token,
    };
    told("ListWantedResources", parameters, &answer)
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// The id of a resource, as Inspector's API has it: of images and functions an ARN.
    #[param(min_length = 1, max_length = 341)]
    pub(crate) id: String,
    /// Its type, where an id alone does not tell.
    #[serde(rename = "type")]
    #[param(schema_with = resource_types, required = false)]
    pub(crate) kind: Option<String>,
}

/// A resource with all that is known of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ToldResource {
    #[serde(flatten)]
    named: Named,
    /// What the service takes it for.
    #[schema(pattern = "^(ACTIVE|STOPPED|EXCLUDED|EXPIRED|DISABLED|DISABLING|GONE)$")]
    state: String,
    /// Its tags.
    tags: Map<String, Value>,
    /// `ResourceDetails` of Inspector's API.
    details: Map<String, Value>,
    /// What runs on it; null where no agent told.
    running: Option<Running>,
    /// When it was first heard of.
    #[schema(format = DateTime)]
    first_seen_at: String,
    /// When it was last told of or changed.
    #[schema(format = DateTime)]
    changed_at: String,
    /// When its last inventory came; null for none yet.
    #[schema(format = DateTime)]
    inventory_at: Option<String>,
    /// The inventory that was pushed last; null for none yet.
    inventory: Option<Taken>,
    /// The inventory that its findings tell of; null for none yet. The last one that was pushed, but for moments.
    assessed_inventory: Option<Taken>,
    /// How each type of scan covers it.
    coverage: Vec<ToldCoverage>,
}

/// How a type of scan covers a resource.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ToldCoverage {
    /// The type of scan.
    scan_type: String,
    /// `ACTIVE` or `INACTIVE`.
    status_code: String,
    /// Why, as Inspector's `ScanStatusReason`.
    reason: String,
    /// How it is scanned; null where nothing is told.
    scan_mode: Option<String>,
    /// When it was last scanned; null for never.
    #[schema(format = DateTime)]
    last_scanned_at: Option<String>,
    /// What could not be looked at, and why.
    not_assessed: Vec<NotAssessed>,
}

/// Something that could not be looked at.
#[derive(Deserialize, Serialize, ToSchema)]
pub(crate) struct NotAssessed {
    /// A stable code, such as `limit-reached`.
    pub(crate) code: String,
    /// Where; null where it is about the whole.
    pub(crate) path: Option<String>,
    /// For people.
    pub(crate) message: String,
}

/// A resource with its coverage
#[utoipa::path(get, path = "/resource", operation_id = "GetResource", params(Which), responses(
    (status = 200, description = "The resource.", body = ToldResource),
    (status = 404, description = "There is no such resource in this account and region."),
    (status = 409, description = "Resources of several types have this id."),
))]
pub(crate) async fn get(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Which>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let resource = find(&extensions, &caller, &asked.id, asked.kind.as_deref()).await?;
    let taken = async |id: i64| -> Result<Option<Taken>, Fault> {
        let inventory = extensions.database.inventory(id).await.map_err(store_fault)?;
        Ok(inventory.map(|StoredInventory { digest, packages, .. }| Taken {
            digest: format!("sha256:{digest}"),
            packages,
        }))
    };
    let coverage = coverage(&extensions, resource.id).await?;
    let description: Value = serde_json::from_str(&resource.description).unwrap_or_default();
    let member = |name: &str| description[name].as_object().cloned().unwrap_or_default();
    let answer = ToldResource {
        state: resource.state.clone(),
        tags: member("tags"),
        details: member("details"),
        running: serde_json::from_value(description["running"].clone()).unwrap_or_default(),
        first_seen_at: exact_time(resource.first_seen_at),
        changed_at: exact_time(resource.changed_at),
        inventory_at: time(resource.inventory_at),
        inventory: taken(resource.inventory).await?,
        assessed_inventory: taken(resource.assessed_inventory).await?,
        coverage: coverage.iter().map(ToldCoverage::from).collect(),
        named: named(&caller, resource),
    };
    told("GetResource", json!({"id": asked.id}), &answer)
}

impl From<&Covered> for ToldCoverage {
    fn from(covered: &Covered) -> Self {
        Self {
            scan_type: covered.scan_type.clone(),
            status_code: covered.status.clone(),
            reason: covered.reason.clone(),
            scan_mode: Some(covered.mode.clone()).filter(|mode| !mode.is_empty()),
            last_scanned_at: time(covered.last_scanned_at),
            not_assessed: serde_json::from_str(&covered.diagnostics).unwrap_or_default(),
        }
    }
}

/// A resource and what it does now.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewState {
    /// The id of a resource, as Inspector's API has it.
    #[schema(min_length = 1, max_length = 341)]
    id: String,
    /// Its type, where an id alone does not tell.
    #[serde(default, rename = "type")]
    #[schema(schema_with = resource_types)]
    kind: Option<String>,
    state: State,
}

/// Tell that a resource runs, was stopped, or is no more
///
/// What was found in a stopped resource stays; of one that is no more it closes. One that runs again is assessed by the
/// inventory that it had.
#[utoipa::path(post, path = "/resource/state", operation_id = "ChangeResourceState", request_body = NewState, responses(
    (status = 200, description = "It is kept.", body = Pushed),
    (status = 404, description = "There is no such resource in this account and region."),
    (status = 409, description = "Resources of several types have this id."),
))]
pub(crate) async fn change_state(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::Push)?;
    let asked: NewState = request::body("a resource and its state", &body)?;
    let resource = find(&extensions, &caller, &asked.id, asked.kind.as_deref()).await?;
    let kind = Kind::named(&resource.kind)?;
    let description = Description::in_state(&resource, kind, asked.state).map_err(Fault::internal)?;
    // What could not be looked at is as it was.
    let coverage = coverage(&extensions, resource.id).await?;
    let diagnostics = coverage
        .into_iter()
        .find(|covered| covered.scan_type == "PACKAGE")
        .map_or_else(|| "[]".to_owned(), |covered| covered.diagnostics);
    let changed = take_up(
        &extensions,
        &caller,
        description,
        (Heard::Nothing, None),
        diagnostics,
    )
    .await?;
    told(
        "ChangeResourceState",
        json!({"id": asked.id, "type": resource.kind, "state": asked.state}),
        &changed,
    )
}

/// A resource of the caller's account and region.
///
/// # Errors
///
/// An id that none or several have; when the database does not answer.
pub(crate) async fn find(
    extensions: &Extensions,
    caller: &Caller,
    id: &str,
    kind: Option<&str>,
) -> Result<StoredResource, Fault> {
    if id.is_empty() || id.chars().count() > 341 {
        return Err(Fault::field("id", "must have 1 to 341 characters"));
    }
    if let Some(kind) = kind {
        require_resource_type(kind)?;
    }
    let scope = extensions.service.scope(caller).await?;
    let mut found = extensions
        .database
        .resources_named(scope, id)
        .await
        .map_err(store_fault)?;
    found.retain(|resource| kind.is_none_or(|kind| resource.kind == kind));
    match (found.pop(), found.as_slice()) {
        (Some(resource), []) => Ok(resource),
        (Some(_), _) => Err(Fault::Conflict {
            message: format!("resources of several types have the id {id}; say which `type`"),
            resource_id: id.to_owned(),
            resource_type: "RESOURCE".to_owned(),
        }),
        (None, _) => Err(Fault::NotFound(format!(
            "there is no resource {id} in this account and region"
        ))),
    }
}

/// How a resource is covered.
pub(crate) async fn coverage(extensions: &Extensions, resource: ResourceId) -> Result<Vec<Covered>, Fault> {
    extensions
        .database
        .coverage_of(resource)
        .await
        .map_err(store_fault)
}

/// Which resource it is, in the caller's account.
pub(crate) fn named(caller: &Caller, resource: StoredResource) -> Named {
    Named {
        kind: resource.kind,
        id: resource.name,
        region: caller.region.to_string(),
        account_id: caller.principal.account.to_string(),
    }
}
