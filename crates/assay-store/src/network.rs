//! What is told of networks: the description that a cloud gives of them, kind by kind.

use std::collections::BTreeMap;

use sqlx::Row;

use crate::{
    database::{Database, Dialect, Writing},
    error::Result,
    finding::ScopeId,
    statement::{bound, statement},
    turn::Matter,
};

/// What is told of one kind of thing in a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNetworkKind {
    /// The kind.
    pub kind: String,
    /// All of that kind; `None` where it could not be read.
    pub list: Option<NetworkList>,
    /// Why it could not be read, or not all of it; empty where it could.
    pub problem: String,
}

/// All things of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkList {
    /// They, as they are kept.
    pub document: Vec<u8>,
    /// The digest of what they are.
    pub digest: String,
    /// How many.
    pub objects: i64,
}

/// What is kept of one kind of thing in a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkKind {
    /// The kind.
    pub kind: String,
    /// The digest of what they are; empty where none was told yet.
    pub digest: String,
    /// How many.
    pub objects: i64,
    /// When they were described so, in microseconds since 1970; 0 for never.
    pub told_at: i64,
    /// When somebody last looked, whether it could be read or not.
    pub looked_at: i64,
    /// Why it could not be read then, or not all of it; empty where it could.
    pub problem: String,
}

impl Database {
    /// Keeps what is told of the network of a scope as somebody saw it at a time; gives whether anything is different now. A kind
    /// that could not be read stays as it was, and so does one that somebody looked at later.
    ///
    /// # Errors
    ///
    /// When the database does not answer; nothing is kept then.
    pub async fn tell_network(&self, scope: ScopeId, told: &[NewNetworkKind], at: i64) -> Result<bool> {
        let mut writing = self.write().await?;
        writing.beside_others_at(Matter::Resources).await?;
        // In order, so that two writers never wait for each other in a circle.
        let told: BTreeMap<&str, &NewNetworkKind> =
            told.iter().map(|told| (told.kind.as_str(), told)).collect();
        let text = match writing.dialect {
            Dialect::Sqlite => KINDS,
            Dialect::Postgres => KINDS_TO_CHANGE,
        };
        let mut before = BTreeMap::new();
        for row in writing.rows(&statement(text, bound![scope.0])).await? {
            let kept = read(&row)?;
            before.insert(kept.kind.clone(), kept);
        }
        let mut is_changed = false;
        for (kind, told) in told {
            let before = before.get(kind);
            if before.is_some_and(|before| before.looked_at > at) {
                continue;
            }
            is_changed |= match &told.list {
                Some(list) => keep(&mut writing, (scope, told), list, before, at).await?,
                None => mark(&mut writing, (scope, told), before, at).await?,
            };
        }
        writing.commit().await?;
        Ok(is_changed)
    }

    /// What is kept of the network of a scope, in order of kind; nothing where nobody told of it.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn network(&self, scope: ScopeId) -> Result<Vec<NetworkKind>> {
        let rows = self.rows(&statement(KINDS, bound![scope.0])).await?;
        rows.iter().map(read).collect()
    }

    /// All things of a kind in the network of a scope, as they were given to be kept; `None` where nobody told of any.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn network_list(&self, scope: ScopeId, kind: &str) -> Result<Option<NetworkList>> {
        let select = statement(
            "SELECT document, digest, objects FROM network WHERE scope = $1 AND kind = $2 AND digest <> ''",
            bound![scope.0, kind],
        );
        Ok(match self.row(&select).await? {
            Some(row) => Some(NetworkList {
                document: row.try_get(0)?,
                digest: row.try_get(1)?,
                objects: row.try_get(2)?,
            }),
            None => None,
        })
    }
}

const KINDS: &str =
    "SELECT kind, digest, objects, told_at, looked_at, problem FROM network WHERE scope = $1 ORDER BY kind";
const KINDS_TO_CHANGE: &str = "SELECT kind, digest, objects, told_at, looked_at, problem FROM network WHERE scope = $1 ORDER BY kind FOR UPDATE";

/// Keeps all things of a kind.
async fn keep(
    writing: &mut Writing,
    (scope, told): (ScopeId, &NewNetworkKind),
    list: &NetworkList,
    before: Option<&NetworkKind>,
    at: i64,
) -> Result<bool> {
    if before.is_some_and(|before| before.digest == list.digest) {
        let look = statement(
            "UPDATE network SET told_at = $3, looked_at = $3, problem = $4 WHERE scope = $1 AND kind = $2",
            bound![scope.0, told.kind.clone(), at, told.problem.clone()],
        );
        writing.run(&look).await?;
        return Ok(before.is_some_and(|before| before.problem != told.problem));
    }
    let upsert = statement(
        "INSERT INTO network (scope, kind, document, digest, objects, told_at, looked_at, problem) \
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7) ON CONFLICT (scope, kind) DO UPDATE SET document = excluded.document, \
         digest = excluded.digest, objects = excluded.objects, told_at = excluded.told_at, looked_at = excluded.looked_at, \
         problem = excluded.problem WHERE network.looked_at <= excluded.looked_at",
        bound![
            scope.0,
            told.kind.clone(),
            list.document.clone(),
            list.digest.clone(),
            list.objects,
            at,
            told.problem.clone()
        ],
    );
    writing.run(&upsert).await?;
    Ok(true)
}

/// Marks a kind that could not be read.
async fn mark(
    writing: &mut Writing,
    (scope, told): (ScopeId, &NewNetworkKind),
    before: Option<&NetworkKind>,
    at: i64,
) -> Result<bool> {
    let upsert = statement(
        "INSERT INTO network (scope, kind, document, digest, objects, told_at, looked_at, problem) \
         VALUES ($1, $2, $3, '', 0, 0, $4, $5) ON CONFLICT (scope, kind) DO UPDATE SET \
         looked_at = excluded.looked_at, problem = excluded.problem WHERE network.looked_at <= excluded.looked_at",
        bound![scope.0, told.kind.clone(), Vec::new(), at, told.problem.clone()],
    );
    writing.run(&upsert).await?;
    Ok(before.is_none_or(|before| before.problem != told.problem))
}

/// Forgets what was told before a time of networks whose hosts are not scanned any more since then.
pub(crate) async fn forget_disabled(writing: &mut Writing, before: i64) -> Result<()> {
    let forget = statement(
        "DELETE FROM network WHERE told_at < $1 AND looked_at < $1 AND scope IN (SELECT scope FROM activation \
         WHERE scan_type = 'EC2' AND status = 'DISABLED' AND changed_at < $1)",
        bound![before],
    );
    writing.run(&forget).await?;
    Ok(())
}

fn read(row: &sqlx::any::AnyRow) -> Result<NetworkKind> {
    Ok(NetworkKind {
        kind: row.try_get(0)?,
        digest: row.try_get(1)?,
        objects: row.try_get(2)?,
        told_at: row.try_get(3)?,
        looked_at: row.try_get(4)?,
        problem: row.try_get(5)?,
    })
}
