//! Reading resources, and what becomes of them.

use sqlx::{Row, any::AnyRow};

use crate::{
    database::Database,
    error::Result,
    finding::{Cause, ResourceId, ScopeId, Settled, Touched, settle},
    statement::{Statement, bound, statement},
};

/// A resource as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResource {
    /// Its number.
    pub id: ResourceId,
    /// Whose it is.
    pub scope: ScopeId,
    /// Its type, as the API has it.
    pub kind: String,
    /// Its id, as the API has it.
    pub name: String,
    /// `ACTIVE`, `STOPPED`, `EXCLUDED`, `DISABLED`, `DISABLING`, `GONE`.
    pub state: String,
    /// JSON of the description.
    pub description: String,
    /// The inventory that was pushed last; 0 for none.
    pub inventory: i64,
    /// The inventory that findings tell of; 0 for none.
    pub assessed_inventory: i64,
    /// When the last inventory came, in microseconds since 1970.
    pub inventory_at: i64,
}

impl Database {
    /// Resources by their numbers.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn resources(&self, ids: &[ResourceId]) -> Result<Vec<StoredResource>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut select = Statement::new("SELECT * FROM resource WHERE id IN ");
        select.bind_list(ids.iter().map(|id| id.0));
        self.rows(&select).await?.iter().map(read).collect()
    }

    /// Changes the state of a resource: `STOPPED` keeps its findings, `GONE` and `EXCLUDED` close them.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn change_state(
        &self,
        resource: ResourceId,
        state: &str,
        coverage: (&str, &str),
        cause: &Cause,
    ) -> Result<Settled> {
        let mut writing = self.write().await?;
        let gone_at = if state == "GONE" { cause.at } else { 0 };
        writing
            .run(&statement(
                "UPDATE resource SET state = $2, gone_at = $3, changed_at = $4 WHERE id = $1",
                bound![resource.0, state, gone_at, cause.at],
            ))
            .await?;
        writing
            .run(&statement(
                "UPDATE coverage SET status = $2, reason = $3 WHERE resource = $1",
                bound![resource.0, coverage.0, coverage.1],
            ))
            .await?;
        writing.run_text("DELETE FROM touched").await?;
        writing
            .run(&statement(
                "INSERT INTO touched (id) VALUES ($1)",
                bound![resource.0],
            ))
            .await?;
        let settled = settle(&mut writing, Touched::Resources, cause).await?;
        writing.commit().await?;
        Ok(settled)
    }
}

fn read(row: &AnyRow) -> Result<StoredResource> {
    Ok(StoredResource {
        id: ResourceId(row.try_get("id")?),
        scope: ScopeId(row.try_get("scope")?),
        kind: row.try_get("type")?,
        name: row.try_get("name")?,
        state: row.try_get("state")?,
        description: row.try_get("description")?,
        inventory: row.try_get("inventory")?,
        assessed_inventory: row.try_get("assessed_inventory")?,
        inventory_at: row.try_get("inventory_at")?,
    })
}
