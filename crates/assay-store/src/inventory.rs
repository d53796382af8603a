//! Taking up what a resource has: the resource, its description and its inventory, acknowledged only when all is kept
//! together with the job of assessing it.

use std::collections::{BTreeMap, HashMap};

use sqlx::Row;

use crate::{
    coverage,
    database::Writing,
    error::Result,
    evidence,
    finding::{ResourceId, ScopeId},
    in_use, job,
    push::{Content, Kept, PushOutcome, Pushed, find_to_change},
    registry,
    statement::{Bound, Statement, bound, statement},
};

/// Rows of one statement that inserts many.
pub(crate) const BATCH: usize = 400;

/// What is assessed on its own, as it is found in an inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSubject {
    /// The text that tells it apart.
    pub identity: String,
    /// The name as people know it.
    pub name: String,
    /// The version without epoch and release.
    pub version: String,
    /// The epoch; 0 for none.
    pub epoch: i64,
    /// The release; empty for none.
    pub release: String,
    /// The processor architecture; empty for none.
    pub architecture: String,
    /// The keys that advisories about it may stand under.
    pub keys: Vec<String>,
    /// JSON: where it was seen.
    pub places: String,
}

/// An inventory to take up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInventory {
    /// The digest of its content.
    pub digest: String,
    /// The whole, as it is kept.
    pub document: Vec<u8>,
    /// How many packages it has.
    pub packages: i64,
    /// What of it is assessed.
    pub subjects: Vec<NewSubject>,
}

/// Something that a resource can be filtered by.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The name of the field.
    pub name: &'static str,
    /// The key of a tag; else empty.
    pub key: String,
    /// The text.
    pub text: String,
    /// The number, or the time in microseconds since 1970.
    pub number: f64,
}

/// A resource as it is described.
#[derive(Clone, Debug, PartialEq)]
pub struct NewResource {
    /// Whose it is.
    pub scope: ScopeId,
    /// Its type, as the API has it.
    pub kind: String,
    /// Its id, as the API has it.
    pub name: String,
    /// `ACTIVE`, `STOPPED`, `EXCLUDED`, `DISABLED`.
    pub state: String,
    /// JSON of the description.
    pub description: String,
    /// What it can be filtered by.
    pub attributes: Vec<Attribute>,
    /// Of an image, when it was pushed; 0 for none.
    pub ecr_pushed_at: i64,
    /// Of an image, when it was last pulled; 0 for never, or where that is not known.
    pub ecr_pulled_at: i64,
    /// Of an image, its repository.
    pub ecr_repository: String,
    /// Of an image, its registry.
    pub ecr_registry: String,
    /// How it is scanned, as the API has it; empty for none.
    pub scan_mode: String,
    /// The status and reason of its coverage. Of one that is `ACTIVE`, `INACTIVE` says that what it has could not be read.
    pub coverage: (String, String),
    /// JSON: what could not be assessed.
    pub diagnostics: String,
}

/// Keeps a resource with what is told of what it has, and with the job of assessing it where that is not as it was.
pub(crate) async fn keep_resource(
    writing: &mut Writing,
    resource: &NewResource,
    content: Content<'_>,
    now: i64,
) -> Result<Pushed> {
    let find = find_to_change(writing.dialect, resource);
    let before = writing.row(&find).await?;
    let (resource, frequency) = registry::as_scanned(writing, resource, before.as_ref(), now).await?;
    let resource = &resource;
    let inventory_id = match content {
        Content::Whole(inventory) => keep(writing, inventory, now).await?,
        Content::Same(_) | Content::Nothing => match &before {
            Some(row) => row.try_get("inventory")?,
            None => 0,
        },
    };
    let id = match &before {
        Some(row) => row.try_get("id")?,
        None => {
            let insert = statement(
                "INSERT INTO resource (scope, type, name, inventory, assessed_inventory, state, first_seen_at, changed_at, \
                 gone_at, inventory_at, description, ecr_pushed_at, ecr_repository, ecr_registry) \
                 VALUES ($1, $2, $3, 0, 0, $4, $5, $5, 0, 0, '', 0, '', '') RETURNING id",
                bound![
                    resource.scope.0,
                    resource.kind.clone(),
                    resource.name.clone(),
                    resource.state.clone(),
                    now
                ],
            );
            writing.number(&insert).await?
        }
    };
    let is_same = match &before {
        Some(row) => {
            row.try_get::<i64, _>("inventory")? == inventory_id
                && row.try_get::<String, _>("state")? == resource.state
        }
        None => false,
    };
    let is_described_so = match &before {
        Some(row) => row.try_get::<String, _>("description")? == resource.description,
        None => false,
    };
    writing
        .run(&statement(
            "UPDATE resource SET inventory = $2, state = $3, description = $4, changed_at = $5, gone_at = 0, \
             inventory_at = CASE WHEN $6 = 1 THEN $5 ELSE inventory_at END, \
             ecr_pushed_at = $7, ecr_repository = $8, ecr_registry = $9, frequency = $10, ecr_pulled_at = $11, \
             expired_at = CASE WHEN $3 <> 'EXPIRED' THEN 0 WHEN expired_at = 0 THEN $5 ELSE expired_at END WHERE id = $1",
            bound![
                id,
                inventory_id,
                resource.state.clone(),
                resource.description.clone(),
                now,
                i64::from(content != Content::Nothing),
                resource.ecr_pushed_at,
                resource.ecr_repository.clone(),
                resource.ecr_registry.clone(),
                frequency.as_str(),
                resource.ecr_pulled_at
            ],
        ))
        .await?;
    if !is_described_so {
        describe(writing, id, &resource.attributes).await?;
    }
    let outcome = match is_same {
        true => PushOutcome::Unchanged,
        false => PushOutcome::Changed,
    };
    let has = if inventory_id == 0 { Kept::No } else { Kept::Yes };
    coverage::cover(writing, id, resource, (content, has), outcome, now).await?;
    if outcome == PushOutcome::Changed && resource.kind != registry::REPOSITORY {
        job::enqueue(writing, job::ASSESS, &id.to_string(), resource.scope, 10, now).await?;
    }
    if resource.kind == registry::IMAGE && !(is_described_so && is_same) {
        in_use::count_pushed(writing, resource.scope, id, now).await?;
    }
    Ok(Pushed {
        resource: ResourceId(id),
        outcome,
        coverage: resource.coverage.clone(),
        inventory: has,
    })
}

async fn describe(writing: &mut Writing, resource: i64, attributes: &[Attribute]) -> Result<()> {
    writing
        .run(&statement(
            "DELETE FROM attribute WHERE resource = $1",
            bound![resource],
        ))
        .await?;
    let rows: Vec<Vec<Bound>> = attributes
        .iter()
        .map(|attribute| {
            bound![
                resource,
                attribute.name,
                attribute.key.clone(),
                attribute.text.clone(),
                attribute.number
            ]
            .into()
        })
        .collect();
    insert(
        writing,
        "INSERT INTO attribute (resource, name, key, text, number) VALUES ",
        &rows,
        " ON CONFLICT DO NOTHING",
    )
    .await
}

/// Keeps an inventory once; gives its number.
async fn keep(writing: &mut Writing, inventory: &NewInventory, now: i64) -> Result<i64> {
    let find = statement(
        "SELECT id FROM inventory WHERE digest = $1",
        bound![inventory.digest.clone()],
    );
    let known = writing.number(&find).await?;
    if known > 0 {
        return Ok(known);
    }
    let id = writing
        .number(&statement(
            "INSERT INTO inventory (digest, document, packages, created_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT DO NOTHING RETURNING id",
            bound![
                inventory.digest.clone(),
                inventory.document.clone(),
                inventory.packages,
                now
            ],
        ))
        .await?;
    if id == 0 {
        // Another host with the same was quicker.
        return writing.number(&find).await;
    }
    let evidence = evidence::keep(writing, inventory).await?;
    let subjects = keep_subjects(writing, &inventory.subjects).await?;
    let rows: Vec<Vec<Bound>> = inventory
        .subjects
        .iter()
        .filter_map(|subject| {
            let number = *subjects.get(subject.identity.as_str())?;
            let evidence = *evidence.get(subject.places.as_str())?;
            Some(bound![id, number, evidence].into())
        })
        .collect();
    insert(
        writing,
        "INSERT INTO inventory_subject (inventory, subject, evidence) VALUES ",
        &rows,
        " ON CONFLICT DO NOTHING",
    )
    .await?;
    Ok(id)
}

async fn keep_subjects<'i>(
    writing: &mut Writing,
    subjects: &'i [NewSubject],
) -> Result<HashMap<&'i str, i64>> {
    let by_identity: BTreeMap<&str, &NewSubject> = subjects
        .iter()
        .map(|subject| (subject.identity.as_str(), subject))
        .collect();
    let find = |identities: &[&str]| {
        let mut select = Statement::new("SELECT id, identity FROM subject WHERE identity IN ");
        select.bind_list(identities.iter().copied());
        select
    };
    let all: Vec<&str> = by_identity.keys().copied().collect();
    let mut found: HashMap<&str, i64> = HashMap::with_capacity(all.len());
    let take = |rows: Vec<sqlx::any::AnyRow>| -> Result<Vec<(&'i str, i64)>> {
        let mut taken = Vec::with_capacity(rows.len());
        for row in rows {
            let identity: String = row.try_get("identity")?;
            if let Some((identity, _)) = by_identity.get_key_value(identity.as_str()) {
                taken.push((*identity, row.try_get("id")?));
            }
        }
        Ok(taken)
    };
    for part in all.chunks(BATCH) {
        found.extend(take(writing.rows(&find(part)).await?)?);
        let missing: Vec<&str> = part
            .iter()
            .copied()
            .filter(|identity| !found.contains_key(identity))
            .collect();
        if missing.is_empty() {
            continue;
        }
        let rows: Vec<Vec<Bound>> = missing
            .iter()
            .map(|identity| {
                let subject = by_identity[identity];
                bound![
                    *identity,
                    subject.name.clone(),
                    subject.version.clone(),
                    subject.epoch,
                    subject.release.clone(),
                    subject.architecture.clone(),
                    0,
                    subject.keys.first().cloned().unwrap_or_default()
                ]
                .into()
            })
            .collect();
        insert(
            writing,
            "INSERT INTO subject (identity, name, version, epoch, release, architecture, generation, remedy) VALUES ",
            &rows,
            " ON CONFLICT DO NOTHING",
        )
        .await?;
        let new = take(writing.rows(&find(&missing)).await?)?;
        let keys: Vec<Vec<Bound>> = new
            .iter()
            .flat_map(|(identity, id)| {
                by_identity[identity]
                    .keys
                    .iter()
                    .map(|key| bound![key.clone(), *id].into())
            })
            .collect();
        insert(
            writing,
            "INSERT INTO subject_key (advisory_key, subject) VALUES ",
            &keys,
            " ON CONFLICT DO NOTHING",
        )
        .await?;
        found.extend(new);
    }
    Ok(found)
}

/// Inserts many rows, some at a time.
pub(crate) async fn insert(writing: &mut Writing, head: &str, rows: &[Vec<Bound>], tail: &str) -> Result<()> {
    for part in rows.chunks(BATCH) {
        let mut insert = Statement::new(head);
        for (at, row) in part.iter().enumerate() {
            if at > 0 {
                insert.push(", ");
            }
            insert.bind_list(row.iter().cloned());
        }
        insert.push(tail);
        writing.run(&insert).await?;
    }
    Ok(())
}
