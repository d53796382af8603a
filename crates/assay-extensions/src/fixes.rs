//! Findings by what ends them: one upgrade, and what it is good for.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_criteria::{Condition, Criteria, Field, Test};
use assay_identity::Action;
use assay_service::store_fault;
use assay_store::{GroupSort, Position, Remedy};
use assay_versions::Scheme;
use axum::{extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    answer::told,
    gaps::Gaps,
    request::{Asked, page_size},
    routes::Extensions,
};

/// Upgrades of one answer, at most.
const MOST: i64 = 100;

/// Upgrades of one answer, unless others are asked for.
const USUAL: i64 = 25;

#[derive(Deserialize, Serialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// By which of the findings that they end upgrades are sorted, those first that end most; by critical ones, unless it is
    /// said.
    #[param(inline)]
    sort_by: Option<SortBy>,
    /// Of findings in resources of one type alone, as Inspector's API has it.
    #[param(min_length = 1, max_length = 128)]
    resource_type: Option<String>,
    /// The most upgrades that are wanted; 25 unless it is said.
    #[param(minimum = 1, maximum = 100)]
    max_results: Option<i64>,
    /// Where to go on, as the last answer had it.
    next_token: Option<String>,
}

/// What upgrades are sorted by.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum SortBy {
    /// Critical findings.
    Critical,
    /// High findings.
    High,
    /// All findings.
    All,
}

/// Upgrades, those first that end most.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fixes {
    fixes: Vec<Fix>,
    /// What they tell nothing of.
    gaps: Gaps,
    /// Where to go on; null at the end.
    next_token: Option<String>,
}

/// An upgrade.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fix {
    /// Whose advisories tell of it, as OSV names ecosystems.
    ecosystem: String,
    /// What is upgraded, as these advisories name it: of most distributions the source package.
    name: String,
    /// The version that ends all of these findings.
    version: String,
    /// The active findings that it ends.
    findings: Findings,
    /// The resources that have any of what is upgraded.
    resources: i64,
    /// What is installed.
    installed: Vec<Installed>,
}

/// Findings by severity.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Findings {
    all: i64,
    critical: i64,
    high: i64,
    medium: i64,
    low: i64,
    informational: i64,
    untriaged: i64,
}

/// A package in one of the versions that are installed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Installed {
    name: String,
    version: String,
}

/// Upgrades, with the findings that each ends
///
/// Packages that advisories speak of under one name, as those built from one source, are upgraded as one. A finding that
/// only several upgrades together end is counted under none.
#[utoipa::path(get, path = "/fixes", operation_id = "ListFixes", params(Wanted), responses((status = 200, description = "A page of them.", body = Fixes)))]
pub(crate) async fn list(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    Asked(asked): Asked<Wanted>,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let parameters = serde_json::to_value(&asked).map_err(Fault::internal)?;
    let pages = caller.pages_of("ListFixes", &parameters);
    let after: Option<Position> = pages.position(asked.next_token.as_deref())?;
    let size = page_size("maxResults", asked.max_results.or(Some(USUAL)), MOST)?;
    let mut criteria = Criteria::default();
    if let Some(kind) = asked.resource_type {
        if !(1..=128).contains(&kind.chars().count()) {
            return Err(Fault::field("resourceType", "must have 1 to 128 characters"));
        }
        criteria.conditions.push(Condition {
            field: Field::ResourceType,
            tests: vec![Test::Equals(kind)],
        });
    }
    let sort = match asked.sort_by {
        Some(SortBy::High) => GroupSort::High,
        Some(SortBy::All) => GroupSort::All,
        Some(SortBy::Critical) | None => GroupSort::Critical,
    };
    let scopes = extensions.service.scopes(&caller).await?;
    let (remedies, next) = extensions
        .database
        .remedies(
            &scopes,
            &criteria,
            sort,
            after.as_ref(),
            usize::try_from(size).map_err(Fault::internal)?,
        )
        .await
        .map_err(store_fault)?;
    let answer = Fixes {
        fixes: remedies.into_iter().map(fix).collect(),
        gaps: Gaps::of(&extensions, &scopes).await?,
        next_token: next.map(|next| pages.token(&next)).transpose()?,
    };
    told("ListFixes", parameters, &answer)
}

fn fix(remedy: Remedy) -> Fix {
    // Names have no spaces; ecosystems do.
    let (ecosystem, name) = remedy.key.rsplit_once(' ').unwrap_or(("", &remedy.key));
    let scheme = Scheme::for_ecosystem(ecosystem).unwrap_or(Scheme::Generic);
    let mut versions: Vec<String> = remedy.fixed_in.into_iter().collect();
    versions.sort_by(|a, b| scheme.compare(a, b));
    Fix {
        ecosystem: ecosystem.to_owned(),
        name: name.to_owned(),
        version: versions.pop().unwrap_or_default(),
        findings: Findings {
            all: remedy.counts.all,
            critical: remedy.counts.critical,
            high: remedy.counts.high,
            medium: remedy.counts.medium,
            low: remedy.counts.low,
            informational: remedy.counts.informational,
            untriaged: remedy.counts.untriaged,
        },
        resources: remedy.resources,
        installed: remedy
            .installed
            .into_iter()
            .map(|(name, version)| Installed { name, version })
            .collect(),
    }
}
