//! What a suppression rule would do, before anybody makes it.

use std::{sync::Arc, time::Duration};

use assay_api::{Caller, Fault, ValidationReason};
use assay_api_model::{Shaped, check, inspector2::FilterCriteria};
use assay_identity::Action;
use assay_service::store_fault;
use assay_store::{Fixes, Proposal, kind};
use axum::{body::Bytes, extract::State as Shared, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{answer::told, feed::severities, request, routes::Extensions, shapes::filter_criteria};

/// Findings that are counted; more are said to be more.
const MOST: i64 = 100_000;

/// Findings that are shown.
const EXAMPLES: usize = 5;

/// How long counting may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A rule that is thought of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProposedRule {
    /// What it would match, as for Inspector's `CreateFilter`.
    #[schema(schema_with = filter_criteria)]
    filter_criteria: Value,
    /// Whether it would hold a finding only while no version fixes it.
    #[serde(default)]
    until_fixed: bool,
}

/// What a rule would suppress.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Previewed {
    /// Active findings that it would suppress.
    count: i64,
    /// Whether these are all; false where there are more than are counted.
    is_complete: bool,
    /// The same by severity, the worst first.
    by_severity: Vec<CountOfSeverity>,
    /// The worst of them.
    examples: Vec<Example>,
}

/// Findings of a severity.
#[derive(Serialize, ToSchema)]
pub(crate) struct CountOfSeverity {
    #[schema(schema_with = severities)]
    severity: &'static str,
    count: i64,
}

/// A finding that a rule would suppress.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Example {
    finding_arn: String,
    title: String,
    #[schema(schema_with = severities)]
    severity: &'static str,
}

/// What a suppression rule would suppress
///
/// Nothing is changed. It is counted up to 100,000 findings.
#[utoipa::path(post, path = "/filters/preview", operation_id = "PreviewSuppression", request_body = ProposedRule, responses((status = 200, description = "What it would suppress now.", body = Previewed)))]
pub(crate) async fn preview(
    Shared(extensions): Shared<Arc<Extensions>>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Fault> {
    caller.require(Action::Read)?;
    let proposed: ProposedRule = request::body("a suppression rule", &body)?;
    let criteria = criteria(&proposed.filter_criteria)?;
    let scopes = extensions.service.scopes(&caller).await?;
    let proposal = Proposal {
        scopes,
        criteria: extensions.service.criteria(&caller, &criteria).await?,
        fixes: match proposed.until_fixed {
            true => Fixes::NoneKnown,
            false => Fixes::Whichever,
        },
    };
    let counting = extensions.database.would_suppress(&proposal, MOST + 1, EXAMPLES);
    let Ok(counted) = tokio::time::timeout(PATIENCE, counting).await else {
        return Err(Fault::Unavailable {
            message: "counting takes too long; choose narrower criteria, or try again".to_owned(),
            retry_after: PATIENCE,
        });
    };
    let preview = counted.map_err(store_fault)?;
    let examples = extensions
        .database
        .findings(&proposal.scopes, &preview.examples)
        .await
        .map_err(store_fault)?;
    let arns = &extensions.service.finding_arns;
    let answer = Previewed {
        count: preview.count().min(MOST),
        is_complete: preview.count() <= MOST,
        by_severity: preview
            .by_severity
            .iter()
            .map(|(severity, count)| CountOfSeverity {
                severity: kind::word(&kind::SEVERITIES, *severity),
                count: *count,
            })
            .collect(),
        examples: examples
            .iter()
            .map(|finding| Example {
                finding_arn: arns.arn(&finding.region, &finding.account, finding.id),
                title: finding.title.clone(),
                severity: kind::word(&kind::SEVERITIES, finding.severity),
            })
            .collect(),
    };
    let parameters = json!({"filterCriteria": criteria, "untilFixed": proposed.until_fixed});
    told("PreviewSuppression", parameters, &answer)
}

/// Reads criteria as Inspector's operations do: everything that is wrong is told at once.
fn criteria(document: &Value) -> Result<FilterCriteria, Fault> {
    let fields: Vec<assay_api::Field> = check(document, FilterCriteria::shape())
        .into_iter()
        .map(|violation| assay_api::Field {
            name: format!("filterCriteria.{}", violation.path),
            message: violation.constraint.to_string(),
        })
        .collect();
    if fields.is_empty() {
        return FilterCriteria::deserialize(document).map_err(Fault::internal);
    }
    Err(Fault::Validation {
        message: "the criteria are not what Inspector's FilterCriteria are".to_owned(),
        reason: ValidationReason::FieldValidationFailed,
        fields,
    })
}
