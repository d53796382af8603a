//! Repositories and images, as they were pushed.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_service::{Service, store_fault};
use assay_store::{Repository, ResourceId, ScanFrequency, ScopeId, StoredResource};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    ecr::{invalid, no_repository},
    page_size, seconds,
};

/// Images that are read at a time.
const PORTION: i64 = 500;

/// Items of a page, where nobody says how many, and the most.
const USUAL: usize = 100;
const MOST: usize = 1000;

/// An image by its digest or one of its tags.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImageId {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) image_digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) image_tag: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Repositories {
    registry_id: Option<String>,
    #[serde(default)]
    repository_names: Vec<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Images {
    registry_id: Option<String>,
    repository_name: String,
    #[serde(default)]
    image_ids: Vec<ImageId>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

/// An image as it was pushed.
pub(super) struct Image {
    pub(super) resource: StoredResource,
    pub(super) digest: String,
    pub(super) tags: Vec<String>,
}

impl Image {
    fn read(resource: StoredResource) -> Self {
        let description: Value = serde_json::from_str(&resource.description).unwrap_or_default();
        let image = &description["details"]["awsEcrContainerImage"];
        let tags = image["imageTags"].as_array().into_iter().flatten();
        Self {
            digest: image["imageHash"].as_str().unwrap_or_default().to_owned(),
            tags: tags.filter_map(Value::as_str).map(str::to_owned).collect(),
            resource,
        }
    }

    fn is(&self, id: &ImageId) -> bool {
        let has_digest = id
            .image_digest
            .as_ref()
            .is_none_or(|digest| *digest == self.digest);
        let has_tag = id.image_tag.as_ref().is_none_or(|tag| self.tags.contains(tag));
        has_digest && has_tag
    }
}

/// The image of a repository that is named.
///
/// # Errors
///
/// A name that names nothing; a repository or an image that is not there; when the database does not answer.
pub(super) async fn find(
    service: &Service,
    (registry, scope): (&str, ScopeId),
    repository: &str,
    id: &ImageId,
) -> Result<Image, Fault> {
    if id.image_digest.is_none() && id.image_tag.is_none() {
        return Err(invalid("imageId must have imageDigest or imageTag"));
    }
    let mut after = ResourceId(0);
    // A tag belongs to whichever image came last with it.
    let mut found = None;
    loop {
        let page = service
            .database
            .images(scope, repository, after, PORTION)
            .await
            .map_err(store_fault)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        let mut images = page.into_iter().map(Image::read);
        found = images.rfind(|image| image.is(id)).or(found);
    }
    if after == ResourceId(0) {
        return Err(no_repository(repository, registry));
    }
    found.ok_or_else(|| Fault::Named {
        code: "ImageNotFoundException",
        message: format!("the repository `{repository}` of the registry {registry} has no such image"),
    })
}

pub(super) async fn repositories(
    service: Arc<Service>,
    caller: Caller,
    asked: Repositories,
) -> Result<Value, Fault> {
    let (registry, scope) = service
        .account_below(&caller, asked.registry_id.as_deref())
        .await?;
    let scanning = service.database.registry_scanning(scope).await;
    let scanning = scanning.map_err(store_fault)?;
    let shape = |repository: &Repository| {
        let (frequency, _) = scanning.of(&repository.name);
        json!({
            "repositoryArn": arn(&caller.region, &registry, &repository.name),
            "registryId": registry,
            "repositoryName": repository.name,
            "createdAt": seconds(repository.first_seen_at),
            "imageScanningConfiguration": {"scanOnPush": frequency != ScanFrequency::Manual},
        })
    };
    if !asked.repository_names.is_empty() {
        let mut shapes = Vec::with_capacity(asked.repository_names.len());
        for name in &asked.repository_names {
            let found = named(&service, scope, name).await?;
            shapes.push(shape(&found.ok_or_else(|| no_repository(name, &registry))?));
        }
        return Ok(json!({"repositories": shapes}));
    }
    let after: Option<String> = caller.pages.position(asked.next_token.as_deref())?;
    let size = page_size(asked.max_results, USUAL, MOST);
    // One more tells whether there is a next page.
    let most = i64::try_from(size + 1).map_err(Fault::internal)?;
    let after = after.as_deref().unwrap_or_default();
    let found = service.database.repositories(scope, after, most).await;
    let mut found = found.map_err(store_fault)?;
    let next = caller.pages.cut(&mut found, size, |last| last.name.clone())?;
    let shapes: Vec<Value> = found.iter().map(shape).collect();
    Ok(paged("repositories", shapes, next))
}

pub(super) async fn describe(service: Arc<Service>, caller: Caller, asked: Images) -> Result<Value, Fault> {
    let (registry, scope) = service
        .account_below(&caller, asked.registry_id.as_deref())
        .await?;
    let repository = &asked.repository_name;
    let shape = |image: &Image| {
        let mut shape = json!({
            "registryId": registry,
            "repositoryName": repository,
            "imageDigest": image.digest,
            "imagePushedAt": seconds(image.resource.first_seen_at),
        });
        if !image.tags.is_empty() {
            shape["imageTags"] = json!(image.tags);
        }
        shape
    };
    if !asked.image_ids.is_empty() {
        let mut shapes = Vec::with_capacity(asked.image_ids.len());
        for id in &asked.image_ids {
            let image = find(&service, (&registry, scope), repository, id).await?;
            shapes.push(shape(&image));
        }
        return Ok(json!({"imageDetails": shapes}));
    }
    if named(&service, scope, repository).await?.is_none() {
        return Err(no_repository(repository, &registry));
    }
    let after: Option<i64> = caller.pages.position(asked.next_token.as_deref())?;
    let size = page_size(asked.max_results, USUAL, MOST);
    let most = i64::try_from(size + 1).map_err(Fault::internal)?;
    let after = ResourceId(after.unwrap_or_default());
    let found = service.database.images(scope, repository, after, most).await;
    let mut found = found.map_err(store_fault)?;
    let next = caller.pages.cut(&mut found, size, |last| last.id.0)?;
    let shapes: Vec<Value> = found
        .into_iter()
        .map(|resource| shape(&Image::read(resource)))
        .collect();
    Ok(paged("imageDetails", shapes, next))
}

/// The repository of a name.
pub(super) async fn named(
    service: &Service,
    scope: ScopeId,
    name: &str,
) -> Result<Option<Repository>, Fault> {
    let first = service.database.images(scope, name, ResourceId(0), 1).await;
    let first = first.map_err(store_fault)?.pop();
    Ok(first.map(|image| Repository {
        name: name.to_owned(),
        first_seen_at: image.first_seen_at,
    }))
}

/// The ARN of a repository.
pub(super) fn arn(region: &str, registry: &str, name: &str) -> String {
    format!("arn:aws:ecr:{region}:{registry}:repository/{name}")
}

fn paged(name: &str, items: Vec<Value>, next: Option<String>) -> Value {
    let mut answer = Map::new();
    answer.insert(name.to_owned(), Value::from(items));
    if let Some(next) = next {
        answer.insert("nextToken".to_owned(), Value::from(next));
    }
    Value::Object(answer)
}
