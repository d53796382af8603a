//! Why there is a finding, and why there is none.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_assess::{Conditions, Explained};
use assay_engine::Current;
use assay_identity::Action;
use assay_model::{Artifact, ArtifactKind, Inventory};
use assay_service::{Service, kept_inventory, store_fault};
use assay_store::{ScopeId, StoredFinding, StoredResource, kind};
use axum::{extract::State as Shared, response::Response};
use jiff::{civil::Date, tz::TimeZone};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

mod shapes;
mod tell;

use self::{
    shapes::{Explanation, Suppressing, ToldFinding, Verdict},
    tell::{because, not_assessed, tell_packages, tell_vulnerability, verdict},
};
use crate::{
    answer::{exact_time, told},
    feed::{Of, require_finding_arn},
    kind::resource_types,
    push::Named,
    request::Asked,
    resources::{NotAssessed, coverage, find},
    routes::Extensions,
};

/// Why there is a finding
///
/// Which package, which version, which range of which record; who says what, and whose word is the severity; what fixes it;
/// which rule suppresses it; where the package was seen.
#[utoipa::path(get, path = "/explain", operation_id = "ExplainFinding", params(Of), responses(
    (status = 200, description = "The explanation.", body = Explanation),
    (status = 404, description = "There is no such finding."),
))]
pub(crate) async fn finding(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Of>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    require_finding_arn(&asked.finding)?;
    let none = || Fault::NotFound(format!("there is no finding {}", asked.finding));
    let id = extensions
        .service
        .finding_arns
        .read(&asked.finding)
        .ok_or_else(none)?;
    let scopes = extensions.service.scopes(&caller).await?;
    let found = extensions
        .database
        .findings(&scopes, &[id])
        .await
        .map_err(store_fault)?;
    let finding = found.into_iter().next().ok_or_else(none)?;
    let resources = extensions
        .database
        .resources(&[finding.resource])
        .await
        .map_err(store_fault)?;
    let resource = resources.into_iter().next().ok_or_else(none)?;
    let inventory = match finding.inventory {
        0 => resource.assessed_inventory,
        closed_in => closed_in,
    };
    let vulnerability = finding.vulnerability.clone();
    let answer = explanation(&extensions, resource, inventory, &vulnerability, Some(finding)).await?;
    told("ExplainFinding", json!({"finding": asked.finding}), &answer)
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct About {
    /// The id of a resource, as Inspector's API has it: of images and functions an ARN.
    #[param(min_length = 1, max_length = 341)]
    id: String,
    /// Its type, where an id alone does not tell.
    #[serde(rename = "type")]
    #[param(schema_with = resource_types, required = false)]
    kind: Option<String>,
    /// Any id of a vulnerability, as `CVE-2021-44228`.
    #[param(min_length = 1, max_length = 128)]
    vulnerability: String,
}

/// Why a resource has a vulnerability, or why it has not
///
/// Not installed, a version outside of the range, a vendor who says that it is not affected, or nobody looked: each has its
/// verdict.
#[utoipa::path(get, path = "/explain/resource", operation_id = "ExplainResource", params(About), responses(
    (status = 200, description = "The explanation.", body = Explanation),
    (status = 404, description = "There is no such resource in this account and region."),
    (status = 409, description = "Resources of several types have this id."),
))]
pub(crate) async fn resource(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<About>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    if !(1..=128).contains(&asked.vulnerability.chars().count()) {
        return Err(Fault::field("vulnerability", "must have 1 to 128 characters"));
    }
    let resource = find(&extensions, &caller, &asked.id, asked.kind.as_deref()).await?;
    let name = canonical(&extensions, &asked.vulnerability).await?;
    let id = extensions
        .database
        .finding_of(resource.id, &name)
        .await
        .map_err(store_fault)?;
    let finding = match id {
        Some(id) => extensions
            .database
            .findings(&[resource.scope], &[id])
            .await
            .map_err(store_fault)?
            .into_iter()
            .next(),
        None => None,
    };
    let inventory = resource.assessed_inventory;
    let answer = explanation(&extensions, resource, inventory, &name, finding).await?;
    told(
        "ExplainResource",
        json!({"id": asked.id, "vulnerability": asked.vulnerability}),
        &answer,
    )
}

/// The id by which a vulnerability is shown; the id itself where nothing is known by it.
async fn canonical(extensions: &Extensions, id: &str) -> Result<String, Fault> {
    let (current, id) = (extensions.service.intelligence.current(), id.to_owned());
    off_the_runtime(move || {
        let known = assay_assess::vulnerability(&current.index, &id).map_err(Fault::internal)?;
        Ok(known.map_or(id, |known| known.id.clone()))
    })
    .await
}

async fn explanation(
    extensions: &Extensions,
    resource: StoredResource,
    inventory: i64,
    vulnerability: &str,
    finding: Option<StoredFinding>,
) -> Result<Explanation, Fault> {
    let document = extensions
        .database
        .inventory_document(inventory)
        .await
        .map_err(store_fault)?;
    let kept = extensions
        .database
        .inventory(inventory)
        .await
        .map_err(store_fault)?;
    let coverage = coverage(extensions, resource.id).await?;
    let account = extensions
        .database
        .account_of(resource.scope)
        .await
        .map_err(store_fault)?;
    let named = Named {
        kind: resource.kind,
        id: resource.name,
        region: account.1,
        account_id: account.0,
    };
    let told_finding = match finding {
        Some(finding) => Some(tell_finding(extensions, finding).await?),
        None => None,
    };
    let today = TimeZone::UTC.to_datetime(extensions.clock.now()).date();
    let reasons: Vec<String> = coverage.iter().map(|covered| covered.reason.clone()).collect();
    let (current, vulnerability) = (
        extensions.service.intelligence.current(),
        vulnerability.to_owned(),
    );
    let digest = kept.map(|kept| format!("sha256:{}", kept.digest));
    off_the_runtime(move || {
        let read = document.map(|document| kept_inventory(&document)).transpose()?;
        let explained = explain(&current, read.as_ref(), &vulnerability, today)?;
        let mut answer = Explanation {
            verdict: Verdict::UnknownVulnerability,
            because: String::new(),
            resource: named,
            vulnerability: tell_vulnerability(explained.as_ref(), &vulnerability),
            finding: told_finding,
            packages: Vec::new(),
            not_assessed: coverage
                .iter()
                .flat_map(|covered| {
                    serde_json::from_str::<Vec<NotAssessed>>(&covered.diagnostics).unwrap_or_default()
                })
                .collect(),
            generation: current.index.generation(),
            inventory: digest,
        };
        if let (Some(explained), Some(read)) = (&explained, &read) {
            answer.packages = tell_packages(explained, read);
            answer
                .not_assessed
                .extend(explained.diagnostics.iter().map(not_assessed));
        }
        answer.verdict = verdict(explained.as_ref(), read.as_ref());
        answer.because = because(answer.verdict, &answer.vulnerability.id, &reasons);
        Ok(answer)
    })
    .await
}

fn explain(
    current: &Current,
    inventory: Option<&Inventory>,
    vulnerability: &str,
    today: Date,
) -> Result<Option<Explained>, Fault> {
    let nothing = Inventory {
        artifact: Artifact::new("", ArtifactKind::Sbom),
        distribution: None,
        packages: Vec::new(),
        diagnostics: Vec::new(),
    };
    let inventory = inventory.unwrap_or(&nothing);
    let conditions = Conditions {
        today,
        running_kernel: inventory.artifact.kernel.as_deref(),
    };
    assay_assess::explain(inventory, &current.index, vulnerability, conditions).map_err(Fault::internal)
}

async fn tell_finding(extensions: &Extensions, finding: StoredFinding) -> Result<ToldFinding, Fault> {
    let suppressed_by = match finding.filter {
        0 => None,
        filter => suppressing(extensions, finding.scope, filter, &finding).await?,
    };
    Ok(ToldFinding {
        arn: extensions
            .service
            .finding_arns
            .arn(&finding.region, &finding.account, finding.id),
        status: kind::word(&kind::STATUSES, finding.status),
        severity: kind::word(&kind::SEVERITIES, finding.severity),
        first_observed_at: exact_time(finding.first_observed_at),
        last_observed_at: exact_time(finding.last_observed_at),
        suppressed_by,
    })
}

async fn suppressing(
    extensions: &Extensions,
    scope: ScopeId,
    filter: i64,
    finding: &StoredFinding,
) -> Result<Option<Suppressing>, Fault> {
    let database = &extensions.database;
    let Some(filter) = database.filter(scope, filter).await.map_err(store_fault)? else {
        return Ok(None);
    };
    // A delegated administrator's rules hold in its members' accounts.
    let (account, _) = database.account_of(filter.scope).await.map_err(store_fault)?;
    Ok(Some(Suppressing {
        arn: Service::filter_arn(&finding.region, &account, &filter),
        name: filter.name,
        reason: filter.reason,
        owner: filter.owner,
    }))
}

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(Fault::internal)?
}
