//! The log of calls.

use sqlx::Row;

use crate::{
    database::Database,
    document_scan,
    error::Result,
    inventory::insert,
    statement::{Bound, Statement, bound},
};

/// A call that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCall {
    /// Its number; 0 for one that is yet to be kept.
    pub id: i64,
    /// The account; empty where nobody could be told.
    pub account: String,
    /// The region.
    pub region: String,
    /// Who.
    pub person: String,
    /// The access key that they called with; empty where none was named.
    pub access_key: String,
    /// What.
    pub operation: String,
    /// The name of the fault; empty for success.
    pub outcome: String,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// JSON of the whole record.
    pub record: String,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// It was done.
    Success,
    /// It failed, whatever of.
    Failure,
    /// It failed with a fault of this name.
    Fault(String),
}

/// Which calls are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallFilter {
    /// Of an operation.
    pub operation: Option<String>,
    /// Of a person.
    pub person: Option<String>,
    /// With an access key.
    pub access_key: Option<String>,
    /// With an outcome.
    pub outcome: Option<CallOutcome>,
    /// From a time on.
    pub from: Option<i64>,
    /// Up to a time.
    pub to: Option<i64>,
}

impl Database {
    /// Keeps calls, and counts what is counted of them.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn keep_calls(&self, calls: &[StoredCall]) -> Result<()> {
        let rows: Vec<Vec<Bound>> = calls
            .iter()
            .map(|call| {
                bound![
                    call.account.clone(),
                    call.region.clone(),
                    call.person.clone(),
                    call.access_key.clone(),
                    call.operation.clone(),
                    call.outcome.clone(),
                    call.at,
                    call.record.clone()
                ]
                .into()
            })
            .collect();
        let mut writing = self.write().await?;
        insert(
            &mut writing,
            "INSERT INTO call (account, region, person, access_key, operation, outcome, at, record) VALUES ",
            &rows,
            "",
        )
        .await?;
        document_scan::count(&mut writing, calls).await?;
        writing.commit().await
    }

    /// The calls of an account, the latest first, before one of a time and number.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn calls(
        &self,
        account: &str,
        filter: &CallFilter,
        before: Option<(i64, i64)>,
        most: i64,
    ) -> Result<Vec<StoredCall>> {
        let mut select = Statement::new("SELECT * FROM call WHERE account = ");
        select.bind(account);
        if let Some(operation) = &filter.operation {
            select.push(" AND operation = ").bind(operation.as_str());
        }
        if let Some(person) = &filter.person {
            select.push(" AND person = ").bind(person.as_str());
        }
        if let Some(from) = filter.from {
            select.push(" AND at >= ").bind(from);
        }
        if let Some(to) = filter.to {
            select.push(" AND at <= ").bind(to);
        }
        if let Some(access_key) = &filter.access_key {
            select.push(" AND access_key = ").bind(access_key.as_str());
        }
        match &filter.outcome {
            None => {}
            Some(CallOutcome::Success) => {
                select.push(" AND outcome = ''");
            }
            Some(CallOutcome::Failure) => {
                select.push(" AND outcome <> ''");
            }
            Some(CallOutcome::Fault(name)) => {
                select.push(" AND outcome = ").bind(name.as_str());
            }
        }
        if let Some((at, id)) = before {
            select.push(" AND (at, id) < ").bind_list(bound![at, id]);
        }
        select.push(" ORDER BY at DESC, id DESC LIMIT ").bind(most);
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| {
                Ok(StoredCall {
                    id: row.try_get("id")?,
                    account: row.try_get("account")?,
                    region: row.try_get("region")?,
                    person: row.try_get("person")?,
                    access_key: row.try_get("access_key")?,
                    operation: row.try_get("operation")?,
                    outcome: row.try_get("outcome")?,
                    at: row.try_get("at")?,
                    record: row.try_get("record")?,
                })
            })
            .collect()
    }
}
