//! How much is not assessed, which stands beside every count: what nobody looked into has no findings.

use assay_api::Fault;
use assay_service::store_fault;
use assay_store::ScopeId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::routes::Extensions;

/// Resources that counts of findings tell nothing or too little of; coverage says why of each.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Gaps {
    /// Resources of which nothing is assessed: nobody read them yet, or they are excluded, expired or turned off.
    not_assessed: i64,
    /// Resources that are not assessed as a whole: not everything in them could be looked at, or not lately.
    assessed_in_part: i64,
}

impl Gaps {
    /// Counts them in some scopes.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub(crate) async fn of(extensions: &Extensions, scopes: &[ScopeId]) -> Result<Gaps, Fault> {
        let gaps = extensions.database.coverage_gaps(scopes).await;
        let (not_assessed, assessed_in_part) = gaps.map_err(store_fault)?;
        Ok(Gaps {
            not_assessed,
            assessed_in_part,
        })
    }
}
