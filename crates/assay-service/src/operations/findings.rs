//! Listing findings, and the intelligence behind single ones.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_api_model::inspector2 as api;
use assay_inspector::finding_detail;
use assay_store::{Direction, FindingId, Position, Sort, Sorting, StoredFinding};
use serde_json::Value;

use crate::{
    fault::{index_fault, store_fault},
    operations::page_size,
    render::Reader,
    service::Service,
};

/// The most findings that an answer holds: more may be asked for, but this is what its shape takes.
const MOST_FINDINGS: usize = 25;

/// Our word beside those of `SortField`.
const UPDATED_AT: &str = "UPDATED_AT";

/// Takes an order that the model does not know out of a request, and leaves another in its place.
pub(super) fn extension(document: &mut Value) -> Option<Sort> {
    let field = document.get_mut("sortCriteria")?.get_mut("field")?;
    (field.as_str() == Some(UPDATED_AT)).then(|| {
        *field = Value::from("LAST_OBSERVED_AT");
        Sort::Updated
    })
}

pub(super) async fn list(
    service: Arc<Service>,
    caller: Caller,
    input: api::ListFindingsRequest,
    extension: Option<Sort>,
) -> Result<api::ListFindingsResponse, Fault> {
    let visible = service.visible(&caller).await?;
    let asked = service
        .asked(&caller.region, &visible, input.filter_criteria.as_ref())
        .await?;
    let after: Option<Position> = caller.pages.position(input.next_token.as_deref())?;
    let page = service
        .database
        .list_findings(
            &asked.scopes,
            &asked.criteria,
            sorting(input.sort_criteria.as_ref(), extension),
            after.as_ref(),
            page_size(input.max_results, MOST_FINDINGS),
        )
        .await
        .map_err(store_fault)?;
    let findings = service.shapes(&asked.scopes, &page.findings).await?;
    Ok(api::ListFindingsResponse {
        findings: Some(findings),
        next_token: page.next.map(|next| caller.pages.token(&next)).transpose()?,
    })
}

pub(super) async fn details(
    service: Arc<Service>,
    caller: Caller,
    input: api::BatchGetFindingDetailsRequest,
) -> Result<api::BatchGetFindingDetailsResponse, Fault> {
    let named = named(&service, &caller, &input.finding_arns).await?;
    service
        .read(move |current| {
            let mut reader = Reader::new(&current.index);
            let (mut details, mut errors) = (Vec::new(), Vec::new());
            for arn in input.finding_arns {
                match named.iter().find(|(name, _)| *name == arn) {
                    Some((_, finding)) => {
                        let (vulnerability, _) = reader.vulnerability(finding).map_err(index_fault)?;
                        details.push(finding_detail(&arn, &vulnerability));
                    }
                    None => errors.push(api::FindingDetailsError {
                        error_code: api::FindingDetailsErrorCode::FindingDetailsNotFound.into(),
                        error_message: "there is no such finding in this account and region".to_owned(),
                        finding_arn: arn,
                    }),
                }
            }
            Ok(api::BatchGetFindingDetailsResponse {
                errors: Some(errors),
                finding_details: Some(details),
            })
        })
        .await
}

/// The order that is asked for; the worst first where none is.
fn sorting(asked: Option<&api::SortCriteria>, extension: Option<Sort>) -> Sorting {
    let Some(asked) = asked else {
        return Sorting {
            by: Sort::Severity,
            direction: Direction::Descending,
        };
    };
    let by = match asked.field {
        api::SortField::AwsAccountId => Sort::Account,
        api::SortField::Severity => Sort::Severity,
        api::SortField::FirstObservedAt => Sort::FirstObserved,
        api::SortField::LastObservedAt => Sort::LastObserved,
        api::SortField::FindingStatus => Sort::Status,
        api::SortField::ResourceType => Sort::ResourceType,
        api::SortField::EcrImagePushedAt => Sort::ImagePushed,
        api::SortField::EcrImageRepositoryName => Sort::ImageRepository,
        api::SortField::EcrImageRegistry => Sort::ImageRegistry,
        api::SortField::VulnerabilityId => Sort::Vulnerability,
        api::SortField::VulnerabilitySource => Sort::Source,
        api::SortField::InspectorScore => Sort::Score,
        api::SortField::VendorSeverity => Sort::VendorSeverity,
        api::SortField::EpssScore => Sort::Epss,
        // Findings on the network, which alone have these, are told apart by their type.
        api::SortField::FindingType | api::SortField::NetworkProtocol | api::SortField::ComponentType => {
            Sort::Type
        }
    };
    Sorting {
        by: extension.unwrap_or(by),
        direction: match asked.sort_order {
            api::SortOrder::Asc => Direction::Ascending,
            api::SortOrder::Desc => Direction::Descending,
        },
    }
}

/// Those of some findings that the caller may see, each with its name.
pub(super) async fn named(
    service: &Service,
    caller: &Caller,
    arns: &[String],
) -> Result<Vec<(String, StoredFinding)>, Fault> {
    let scopes = service.scopes(caller).await?;
    let ids: Vec<FindingId> = arns
        .iter()
        .filter_map(|arn| service.finding_arns.read(arn))
        .collect();
    let found = service.database.findings(&scopes, &ids).await;
    let named = found.map_err(store_fault)?.into_iter().map(|finding| {
        let arn = service
            .finding_arns
            .arn(&finding.region, &finding.account, finding.id);
        (arn, finding)
    });
    Ok(named.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn our_own_order_is_taken_out() {
        for (mut document, expected, left) in [
            (
                json!({"sortCriteria": {"field": "UPDATED_AT", "sortOrder": "ASC"}}),
                Some(Sort::Updated),
                json!({"sortCriteria": {"field": "LAST_OBSERVED_AT", "sortOrder": "ASC"}}),
            ),
            (
                json!({"sortCriteria": {"field": "SEVERITY"}}),
                None,
                json!({"sortCriteria": {"field": "SEVERITY"}}),
            ),
            (json!({"sortCriteria": 1}), None, json!({"sortCriteria": 1})),
            (json!({}), None, json!({})),
        ] {
            assert_eq!(extension(&mut document), expected);
            assert_eq!(document, left);
        }
    }
}
