//! Lines of code that flaws are in.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_api_model::inspector2 as api;
use assay_store::FindingId;

use crate::{fault::store_fault, service::Service};

/// Says of each finding that it has no lines: no code is scanned yet, and findings of packages have none.
pub(super) async fn snippets(
    service: Arc<Service>,
    caller: Caller,
    input: api::BatchGetCodeSnippetRequest,
) -> Result<api::BatchGetCodeSnippetResponse, Fault> {
    let scopes = service.scopes(&caller).await?;
    let ids: Vec<FindingId> = input
        .finding_arns
        .iter()
        .filter_map(|arn| service.finding_arns.read(arn))
        .collect();
    let found = service
        .database
        .findings(&scopes, &ids)
        .await
        .map_err(store_fault)?;
    let named: Vec<String> = found
        .iter()
        .map(|finding| {
            service
                .finding_arns
                .arn(&finding.region, &finding.account, finding.id)
        })
        .collect();
    let errors = input.finding_arns.into_iter().map(|finding_arn| {
        let (code, message) = match named.contains(&finding_arn) {
            true => (
                api::CodeSnippetErrorCode::CodeSnippetNotFound,
                "the finding is about a package, which has no lines of code",
            ),
            false => (
                api::CodeSnippetErrorCode::InvalidInput,
                "there is no such finding in this account and region",
            ),
        };
        api::CodeSnippetError {
            error_code: code.into(),
            error_message: message.to_owned(),
            finding_arn,
        }
    });
    Ok(api::BatchGetCodeSnippetResponse {
        code_snippet_results: Some(Vec::new()),
        errors: Some(errors.collect()),
    })
}
