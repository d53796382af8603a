//! What a registry's own API tells of its images: findings, counts, and whose registry it is.

use assay_api::{Caller, Fault};
use assay_api_model::inspector2 as api;
use assay_criteria::{Condition, Criteria, Field, Test};
use assay_store::{Direction, Fixes, Position, Proposal, ScopeId, Sort, Sorting};

use crate::{fault::store_fault, service::Service};

/// Findings that are counted of one image at most.
const MOST_COUNTED: i64 = 1_000_000;

impl Service {
    /// The caller's account, or that of a member that is asked for, in the region of the call.
    ///
    /// # Errors
    ///
    /// An account that is not the caller's to ask for; when the database does not answer.
    pub async fn account_below(
        &self,
        caller: &Caller,
        asked: Option<&str>,
    ) -> Result<(String, ScopeId), Fault> {
        let own = caller.principal.account.to_string();
        let account = match asked {
            Some(account) if account != own => {
                if !self.rules(caller, account).await? {
                    return Err(Fault::AccessDenied(format!(
                        "the registry {account} is neither this account's nor a member's"
                    )));
                }
                account.to_owned()
            }
            _ => own,
        };
        let scope = self.scope_of(&account, &caller.region).await?;
        Ok((account, scope))
    }

    /// A page of the open findings of a resource, the worst first, and where to go on.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn open_findings(
        &self,
        scope: ScopeId,
        resource: &str,
        after: Option<&Position>,
        size: usize,
    ) -> Result<(Vec<api::Finding>, Option<Position>), Fault> {
        let mut criteria = of(resource);
        criteria.conditions.push(Condition {
            field: Field::FindingStatus,
            tests: vec![Test::NotEquals("CLOSED".to_owned())],
        });
        let worst_first = Sorting {
            by: Sort::Severity,
            direction: Direction::Descending,
        };
        let page = self
            .database
            .list_findings(&[scope], &criteria, worst_first, after, size)
            .await
            .map_err(store_fault)?;
        let findings = self.shapes(&[scope], &page.findings).await?;
        Ok((findings, page.next))
    }

    /// The active findings of a resource by severity, the worst first.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn active_by_severity(
        &self,
        scope: ScopeId,
        resource: &str,
    ) -> Result<Vec<(&'static str, i64)>, Fault> {
        let all = Proposal {
            scopes: vec![scope],
            criteria: of(resource),
            fixes: Fixes::Whichever,
        };
        let counted = self.database.would_suppress(&all, MOST_COUNTED, 1).await;
        let counts = counted.map_err(store_fault)?.by_severity;
        let word = |severity| assay_store::kind::word(&assay_store::kind::SEVERITIES, severity);
        Ok(counts
            .into_iter()
            .map(|(severity, count)| (word(severity), count))
            .collect())
    }
}

fn of(resource: &str) -> Criteria {
    Criteria {
        conditions: vec![Condition {
            field: Field::ResourceId,
            tests: vec![Test::Equals(resource.to_owned())],
        }],
    }
}
