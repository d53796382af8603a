//! Lines of code that flaws are in.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_api_model::inspector2 as api;

use crate::{operations::findings, service::Service};

/// Says of each finding that it has no lines: no code is scanned yet, and findings of packages have none.
pub(super) async fn snippets(
    service: Arc<Service>,
    caller: Caller,
    input: api::BatchGetCodeSnippetRequest,
) -> Result<api::BatchGetCodeSnippetResponse, Fault> {
    let named = findings::named(&service, &caller, &input.finding_arns).await?;
    let errors = input.finding_arns.into_iter().map(|finding_arn| {
        let (code, message) = match named.iter().any(|(arn, _)| *arn == finding_arn) {
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
