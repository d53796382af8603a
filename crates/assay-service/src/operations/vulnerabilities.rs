//! Looking single vulnerabilities up.

use std::sync::Arc;

use assay_api::{Caller, Fault};
use assay_api_model::inspector2 as api;
use assay_inspector::vulnerability;

use crate::{fault::index_fault, service::Service};

pub(super) async fn search(
    service: Arc<Service>,
    caller: Caller,
    input: api::SearchVulnerabilitiesRequest,
) -> Result<api::SearchVulnerabilitiesResponse, Fault> {
    // All there is fits one page, so that no token was ever given out.
    let _: Option<()> = caller.pages.position(input.next_token.as_deref())?;
    service
        .read(move |current| {
            let mut vulnerabilities = Vec::new();
            for id in &input.filter_criteria.vulnerability_ids {
                let found = assay_assess::vulnerability(&current.index, id).map_err(index_fault)?;
                if let Some(found) = found {
                    let ecosystems =
                        assay_assess::affected_ecosystems(&current.index, id).map_err(index_fault)?;
                    vulnerabilities.push(vulnerability(&found, &ecosystems));
                }
            }
            Ok(api::SearchVulnerabilitiesResponse {
                next_token: None,
                vulnerabilities,
            })
        })
        .await
}
