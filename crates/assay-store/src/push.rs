//! Keeping what is told of resources: one or many, whatever is kept of them or only where that is as it was read.

use sqlx::Row;

use crate::{
    database::{Database, Dialect, Writing},
    error::Result,
    finding::{ResourceId, ScopeId},
    inventory::{NewInventory, NewResource, keep_resource},
    resource::{self, StoredResource},
    statement::{Statement, bound, statement},
    turn::Matter,
};

/// What is told of what a resource has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// All of it.
    Whole(&'a NewInventory),
    /// It is the one of this digest, which is kept.
    Same(&'a str),
    /// Nothing.
    Nothing,
}

impl<'a> Content<'a> {
    /// The digest of what the resource has, where it is told.
    pub fn digest(&self) -> Option<&'a str> {
        match self {
            Content::Whole(inventory) => Some(&inventory.digest),
            Content::Same(digest) => Some(digest),
            Content::Nothing => None,
        }
    }
}

/// What a description was made of.
#[derive(Clone, Copy, Debug)]
pub enum Basis<'a> {
    /// Of nothing that is kept.
    Any,
    /// Of the resource as it was read; `None` where there was none.
    Read(Option<&'a StoredResource>),
}

/// What came of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// The resource.
    pub resource: ResourceId,
    /// Whether anything is different now.
    pub outcome: PushOutcome,
    /// Status and reason of its coverage, as its registry has it scanned.
    pub coverage: (String, String),
    /// Whether an inventory of it is kept.
    pub inventory: Kept,
}

/// Why a push was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// The inventory that is kept is another than it was said to be, or there is none.
    OtherInventory,
    /// The resource is not any more as it was read.
    OtherResource,
}

/// Whether something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is.
    Yes,
    /// Not yet.
    No,
}

/// Whether a push brought anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushOutcome {
    /// There is something to assess.
    Changed,
    /// The same was there already.
    Unchanged,
}

impl Database {
    /// Keeps a resource and, where there is one, its inventory.
    ///
    /// # Errors
    ///
    /// When the database does not answer; nothing is kept then.
    pub async fn push(
        &self,
        resource: &NewResource,
        inventory: Option<&NewInventory>,
        now: i64,
    ) -> Result<Pushed> {
        let mut writing = self.write().await?;
        writing.beside_others_at(Matter::Resources).await?;
        let content = inventory.map_or(Content::Nothing, Content::Whole);
        let pushed = keep_resource(&mut writing, resource, content, now).await?;
        writing.commit().await?;
        Ok(pushed)
    }

    /// Keeps a resource that was described upon a basis, where that holds still, and its inventory is what it is said to be.
    ///
    /// # Errors
    ///
    /// When the database does not answer; nothing is kept then.
    pub async fn push_upon(
        &self,
        resource: &NewResource,
        content: Content<'_>,
        basis: Basis<'_>,
        now: i64,
    ) -> Result<std::result::Result<Pushed, NotTaken>> {
        let mut writing = self.write().await?;
        writing.beside_others_at(Matter::Resources).await?;
        if let Basis::Read(read) = basis {
            let kept = writing.row(&find_to_change(writing.dialect, resource)).await?;
            let kept = kept.as_ref().map(resource::read).transpose()?;
            if kept.as_ref().map(as_told) != read.map(as_told) {
                return Ok(Err(NotTaken::OtherResource));
            }
        }
        if let Content::Same(digest) = content
            && !has_inventory(&mut writing, resource, digest).await?
        {
            return Ok(Err(NotTaken::OtherInventory));
        }
        let pushed = keep_resource(&mut writing, resource, content, now).await?;
        writing.commit().await?;
        Ok(Ok(pushed))
    }

    /// The whole of the inventory of a resource, as it was given to be kept; `None` where another is kept than the one with a
    /// digest, or none.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn document_of(
        &self,
        scope: ScopeId,
        kind: &str,
        name: &str,
        digest: &str,
    ) -> Result<Option<Vec<u8>>> {
        let select = statement(
            "SELECT i.document FROM resource r CROSS JOIN inventory i \
             WHERE r.scope = $1 AND r.type = $2 AND r.name = $3 AND i.id = r.inventory AND i.digest = $4",
            bound![scope.0, kind, name, digest],
        );
        Ok(match self.row(&select).await? {
            Some(row) => Some(row.try_get(0)?),
            None => None,
        })
    }

    /// Keeps many at once, all or none.
    ///
    /// # Errors
    ///
    /// When the database does not answer; nothing is kept then.
    pub async fn push_many(&self, pushes: &[(NewResource, NewInventory)], now: i64) -> Result<Vec<Pushed>> {
        let mut writing = self.write().await?;
        writing.beside_others_at(Matter::Resources).await?;
        let mut all = Vec::with_capacity(pushes.len());
        for (resource, inventory) in pushes {
            all.push(keep_resource(&mut writing, resource, Content::Whole(inventory), now).await?);
        }
        writing.commit().await?;
        Ok(all)
    }
}

/// Finds a resource to change it.
pub(crate) fn find_to_change(dialect: Dialect, resource: &NewResource) -> Statement {
    let lock = match dialect {
        Dialect::Sqlite => "",
        // Whoever pushes the same resource waits, and so does its assessment.
        Dialect::Postgres => " FOR UPDATE",
    };
    let mut find = Statement::new("SELECT * FROM resource WHERE scope = ");
    find.bind(resource.scope.0)
        .push(" AND type = ")
        .bind(resource.kind.as_str())
        .push(" AND name = ")
        .bind(resource.name.as_str())
        .push(lock);
    find
}

/// What of a resource others than the service itself tell. Assessing it and counting who uses it change the rest.
fn as_told(resource: &StoredResource) -> (ResourceId, &str, &str, i64, i64) {
    let StoredResource {
        id,
        description,
        state,
        inventory,
        inventory_at,
        ..
    } = resource;
    (*id, description, state, *inventory, *inventory_at)
}

async fn has_inventory(writing: &mut Writing, resource: &NewResource, digest: &str) -> Result<bool> {
    let is_kept = statement(
        "SELECT COUNT(*) FROM resource r CROSS JOIN inventory i \
         WHERE r.scope = $1 AND r.type = $2 AND r.name = $3 AND i.id = r.inventory AND i.digest = $4",
        bound![
            resource.scope.0,
            resource.kind.clone(),
            resource.name.clone(),
            digest
        ],
    );
    Ok(writing.number(&is_kept).await? > 0)
}
