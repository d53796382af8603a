//! Reading resources, and what becomes of them.

use std::collections::HashMap;

use sqlx::{Row, any::AnyRow};

use crate::{
    coverage::{self, Covered},
    database::Database,
    error::Result,
    finding::{Cause, FindingId, ResourceId, ScopeId, Settled, Touched, settle},
    statement::{Statement, bound, statement},
    turn::Matter,
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
    /// `ACTIVE`, `STOPPED`, `EXCLUDED`, `EXPIRED`, `DISABLED`, `DISABLING`, `GONE`.
    pub state: String,
    /// JSON of the description.
    pub description: String,
    /// The inventory that was pushed last; 0 for none.
    pub inventory: i64,
    /// The inventory that findings tell of; 0 for none.
    pub assessed_inventory: i64,
    /// When it was first heard of, in microseconds since 1970.
    pub first_seen_at: i64,
    /// When it was last told of or changed.
    pub changed_at: i64,
    /// When the last inventory came, in microseconds since 1970.
    pub inventory_at: i64,
    /// Of an image, who runs it.
    pub in_use: InUse,
}

/// Who runs an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InUse {
    /// How many containers; negative for what is no image.
    pub count: i64,
    /// When any was last seen, in microseconds since 1970; 0 for never.
    pub last_at: i64,
}

/// An inventory as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredInventory {
    /// The digest of its content, SHA-256 in hexadecimal digits.
    pub digest: String,
    /// How many packages it has.
    pub packages: i64,
    /// When it was first taken up, in microseconds since 1970.
    pub created_at: i64,
}

impl Database {
    /// The resources of an id in a scope: one of each type at most.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn resources_named(&self, scope: ScopeId, name: &str) -> Result<Vec<StoredResource>> {
        let select = statement(
            "SELECT * FROM resource WHERE scope = $1 AND name = $2 ORDER BY type",
            bound![scope.0, name],
        );
        self.rows(&select).await?.iter().map(read).collect()
    }

    /// The images of a name, or of the repository that it is the name of.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn images_named(&self, scopes: &[ScopeId], name: &str) -> Result<Vec<StoredResource>> {
        let mut select = Statement::new("SELECT * FROM resource WHERE scope IN ");
        select.bind_list(scopes.iter().map(|scope| scope.0));
        select
            .push(" AND type = 'AWS_ECR_CONTAINER_IMAGE' AND (name = ")
            .bind(name);
        // What follows the slash is a digest, and no character of one is greater than `t`.
        select.push(" OR name > ").bind(format!("{name}/sha256:"));
        select.push(" AND name < ").bind(format!("{name}/sha256:t"));
        select.push(") ORDER BY name");
        self.rows(&select).await?.iter().map(read).collect()
    }

    /// The resources of a scope after a number, in order.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn resources_after(
        &self,
        scope: ScopeId,
        after: ResourceId,
        most: i64,
    ) -> Result<Vec<StoredResource>> {
        let select = statement(
            "SELECT * FROM resource WHERE scope = $1 AND id > $2 ORDER BY id LIMIT $3",
            bound![scope.0, after.0, most],
        );
        self.rows(&select).await?.iter().map(read).collect()
    }

    /// Resources, of a type or of every one, that are scanned and of which no inventory came yet, after a number, in order. Those
    /// whose content could not be read are not among them.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn resources_wanted(
        &self,
        scope: ScopeId,
        kind: Option<&str>,
        after: ResourceId,
        most: i64,
    ) -> Result<Vec<StoredResource>> {
        let mut select = Statement::new("SELECT r.* FROM resource r WHERE r.inventory = 0 AND r.scope = ");
        select.bind(scope.0).push(" AND r.state = 'ACTIVE' AND r.id > ");
        select.bind(after.0);
        // Repositories have none.
        select.push(" AND r.type <> 'AWS_ECR_REPOSITORY'");
        if let Some(kind) = kind {
            select.push(" AND r.type = ").bind(kind);
        }
        select.push(
            " AND EXISTS (SELECT 1 FROM coverage c WHERE c.resource = r.id AND c.status = 'ACTIVE') ORDER BY r.id LIMIT ",
        );
        select.bind(most);
        self.rows(&select).await?.iter().map(read).collect()
    }

    /// What an inventory is, by its number.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn inventory(&self, id: i64) -> Result<Option<StoredInventory>> {
        let select = statement(
            "SELECT digest, packages, created_at FROM inventory WHERE id = $1",
            bound![id],
        );
        let Some(row) = self.row(&select).await? else {
            return Ok(None);
        };
        Ok(Some(StoredInventory {
            digest: row.try_get("digest")?,
            packages: row.try_get("packages")?,
            created_at: row.try_get("created_at")?,
        }))
    }

    /// The whole of an inventory, as it was given to be kept.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn inventory_document(&self, id: i64) -> Result<Option<Vec<u8>>> {
        let select = statement("SELECT document FROM inventory WHERE id = $1", bound![id]);
        Ok(match self.row(&select).await? {
            Some(row) => Some(row.try_get(0)?),
            None => None,
        })
    }

    /// How many active findings of a resource are about each subject of an inventory that has any, by the subject's identity.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn active_by_subject(
        &self,
        resource: ResourceId,
        inventory: i64,
    ) -> Result<HashMap<String, i64>> {
        // CROSS keeps SQLite from beginning with the findings, for each of which it would read the whole inventory.
        let select = statement(
            "SELECT s.identity, COUNT(*) FROM inventory_subject i CROSS JOIN subject_match m CROSS JOIN finding f \
             CROSS JOIN subject s WHERE i.inventory = $2 AND m.subject = i.subject AND m.gone = 0 AND f.resource = $1 \
             AND f.vulnerability = m.vulnerability AND f.retired = 0 AND f.status = 1 AND s.id = i.subject \
             GROUP BY s.identity",
            bound![resource.0, inventory],
        );
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }

    /// The open finding of a vulnerability on a resource, or the last that closed.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn finding_of(&self, resource: ResourceId, vulnerability: &str) -> Result<Option<FindingId>> {
        let select = statement(
            "SELECT f.id FROM finding f JOIN vulnerability v ON v.id = f.vulnerability \
             WHERE f.resource = $1 AND v.name = $2 ORDER BY f.retired, f.id DESC LIMIT 1",
            bound![resource.0, vulnerability],
        );
        Ok(match self.row(&select).await? {
            Some(row) => Some(FindingId(row.try_get(0)?)),
            None => None,
        })
    }

    /// How each type of scan covers a resource.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn coverage_of(&self, resource: ResourceId) -> Result<Vec<Covered>> {
        let select = statement(
            "SELECT c.resource, r.type, r.name, s.account, r.description, r.frequency, r.ecr_pulled_at, r.ecr_in_use_at, r.ecr_in_use_count, c.scan_type, c.status, c.reason, c.mode, \
             c.last_scanned_at, c.diagnostics \
             FROM coverage c JOIN resource r ON r.id = c.resource JOIN scope s ON s.id = c.scope \
             WHERE c.resource = $1 ORDER BY c.scan_type",
            bound![resource.0],
        );
        self.rows(&select).await?.iter().map(coverage::read).collect()
    }

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
        writing.alone_at(Matter::Findings).await?;
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
        writing.empty(&["touched"]).await?;
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

pub(crate) fn read(row: &AnyRow) -> Result<StoredResource> {
    Ok(StoredResource {
        id: ResourceId(row.try_get("id")?),
        scope: ScopeId(row.try_get("scope")?),
        kind: row.try_get("type")?,
        name: row.try_get("name")?,
        state: row.try_get("state")?,
        description: row.try_get("description")?,
        inventory: row.try_get("inventory")?,
        assessed_inventory: row.try_get("assessed_inventory")?,
        first_seen_at: row.try_get("first_seen_at")?,
        changed_at: row.try_get("changed_at")?,
        inventory_at: row.try_get("inventory_at")?,
        in_use: in_use(row)?,
    })
}

pub(crate) fn in_use(row: &AnyRow) -> Result<InUse> {
    Ok(InUse {
        count: row.try_get("ecr_in_use_count")?,
        last_at: row.try_get("ecr_in_use_at")?,
    })
}
