//! What generations of the intelligence brought, and what that did to findings.

use serde::{Deserialize, Serialize};
use sqlx::Row;

use crate::{
    database::{Database, Writing},
    error::{Result, StoreError},
    finding::{Cause, ScopeId},
    kind::INTELLIGENCE,
    statement::{Statement, bound, statement},
};

/// How many generations are told of; what older ones brought is forgotten.
pub const TOLD_GENERATIONS: i64 = 20;

/// What a generation brought beside the one that findings were up to before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenerationNews {
    /// Advisories that were not there before.
    pub added: i64,
    /// Advisories that say something else of a package.
    pub changed: i64,
    /// Advisories that are there no more.
    pub removed: i64,
    /// Vulnerabilities that these are about: some of them, where there are many.
    pub vulnerabilities: NewVulnerabilities,
}

/// Ids of vulnerabilities that a generation tells of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewVulnerabilities {
    /// That were not known before.
    pub new: Vec<String>,
    /// Of which something else is said.
    pub changed: Vec<String>,
}

/// How many findings of an account in a region came and closed by a generation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenerationEffect {
    /// The digest of the generation.
    pub digest: String,
    /// Findings that came, or came back.
    pub opened: i64,
    /// Findings that closed.
    pub closed: i64,
}

impl Database {
    /// Keeps what a generation brought, and forgets what older ones did that are not told of any more.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn keep_news(&self, generation: i64, news: &GenerationNews) -> Result<()> {
        let vulnerabilities = serde_json::to_string(&news.vulnerabilities)
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let mut writing = self.write().await?;
        writing
            .run(&statement(
                "INSERT INTO generation_news (generation, added, changed, removed, vulnerabilities) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (generation) DO UPDATE SET added = excluded.added, \
                 changed = excluded.changed, removed = excluded.removed, vulnerabilities = excluded.vulnerabilities",
                bound![generation, news.added, news.changed, news.removed, vulnerabilities],
            ))
            .await?;
        for older in [
            "DELETE FROM generation_news WHERE generation NOT IN \
             (SELECT id FROM generation ORDER BY id DESC LIMIT $1)",
            "DELETE FROM generation_effect WHERE digest NOT IN \
             (SELECT digest FROM generation ORDER BY id DESC LIMIT $1)",
        ] {
            writing.run(&statement(older, bound![TOLD_GENERATIONS])).await?;
        }
        writing.commit().await
    }

    /// What the latest generations brought, by their numbers, the latest first.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn news(&self) -> Result<Vec<(i64, GenerationNews)>> {
        let select = statement(
            "SELECT * FROM generation_news ORDER BY generation DESC LIMIT $1",
            bound![TOLD_GENERATIONS],
        );
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| {
                let vulnerabilities: String = row.try_get("vulnerabilities")?;
                let news = GenerationNews {
                    added: row.try_get("added")?,
                    changed: row.try_get("changed")?,
                    removed: row.try_get("removed")?,
                    vulnerabilities: serde_json::from_str(&vulnerabilities)
                        .map_err(|error| StoreError::Corrupt(error.to_string()))?,
                };
                Ok((row.try_get("generation")?, news))
            })
            .collect()
    }

    /// How many findings came and closed in some scopes by each generation that is told of.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn effects(&self, scopes: &[ScopeId]) -> Result<Vec<GenerationEffect>> {
        if scopes.is_empty() {
            return Ok(Vec::new());
        }
        let mut select = Statement::new(
            "SELECT digest, CAST(SUM(opened) AS BIGINT), CAST(SUM(closed) AS BIGINT) FROM generation_effect \
             WHERE scope IN ",
        );
        select.bind_list(scopes.iter().map(|scope| scope.0));
        select.push(" GROUP BY digest ORDER BY digest");
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| {
                Ok(GenerationEffect {
                    digest: row.try_get(0)?,
                    opened: row.try_get(1)?,
                    closed: row.try_get(2)?,
                })
            })
            .collect()
    }
}

/// Adds the changes in the working table `changed` to what a generation did, where one is their cause.
pub(crate) async fn count_effect(writing: &mut Writing, cause: &Cause) -> Result<()> {
    if cause.code != INTELLIGENCE {
        return Ok(());
    }
    writing
        .run(&statement(
            "INSERT INTO generation_effect (digest, scope, opened, closed) \
             SELECT $1, c.scope, CAST(SUM(CASE WHEN c.kind <= 2 THEN 1 ELSE 0 END) AS BIGINT), \
               CAST(SUM(CASE WHEN c.kind = 3 THEN 1 ELSE 0 END) AS BIGINT) \
             FROM changed c WHERE c.kind <= 3 GROUP BY c.scope \
             ON CONFLICT (scope, digest) DO UPDATE SET opened = generation_effect.opened + excluded.opened, \
             closed = generation_effect.closed + excluded.closed",
            bound![cause.reference.clone()],
        ))
        .await?;
    Ok(())
}
