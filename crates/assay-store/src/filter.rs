//! Saved filters, and the rules of suppression among them.

use assay_criteria::{Criteria, Field};
use sqlx::{Row, any::AnyRow};

use crate::{
    criteria::{self, About},
    database::{Database, Writing},
    error::{Result, StoreError},
    finding::{Cause, ScopeId, Settled, suppress_again},
    statement::{Statement, bound, statement},
    turn::Matter,
};

/// A saved filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub scope: ScopeId,
    /// The last part of its ARN.
    pub identifier: String,
    /// Its name, one of a kind in its scope.
    pub name: String,
    /// `NONE` or `SUPPRESS`.
    pub action: String,
    /// What was asked for, JSON as the API has it.
    pub filter_criteria: String,
    /// The same as we read it.
    pub criteria: Criteria,
    /// What it is for.
    pub description: String,
    /// Why.
    pub reason: String,
    /// Who answers for it; empty for nobody.
    pub owner: String,
    /// Whether it holds only while no fix is known.
    pub until_fixed: bool,
    /// When it ends, in microseconds since 1970; 0 for never.
    pub expires_at: i64,
    /// When it was made.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
    /// When it was last seen to suppress anything, within the hour; 0 for never.
    pub matched_at: i64,
}

/// A rule of suppression that is in force.
pub(crate) struct Rule {
    pub(crate) id: i64,
    pub(crate) scope: ScopeId,
    pub(crate) criteria: Criteria,
    pub(crate) until_fixed: bool,
}

/// The most filters that an account has in a region. Source: Inspector user guide, "Quotas".
pub const MOST_FILTERS: i64 = 500;

/// How exactly it is noted when rules matched, in microseconds.
const HOUR: i64 = 3600 * 1_000_000;

/// The number first, then what a filter is made with.
const COLUMNS: &str = "id, scope, identifier, name, action, filter_criteria, criteria, description, reason, terms, \
     expires_at, created_at, updated_at, matched_at";

#[derive(serde::Serialize, serde::Deserialize)]
struct Terms {
    #[serde(default)]
    owner: String,
    #[serde(default)]
    until_fixed: bool,
}

fn read(row: &AnyRow) -> Result<Filter> {
    let unreadable = |error: serde_json::Error| StoreError::Corrupt(format!("a filter: {error}"));
    let terms: Terms = serde_json::from_str(row.try_get("terms")?).map_err(unreadable)?;
    Ok(Filter {
        id: row.try_get("id")?,
        scope: ScopeId(row.try_get("scope")?),
        identifier: row.try_get("identifier")?,
        name: row.try_get("name")?,
        action: row.try_get("action")?,
        filter_criteria: row.try_get("filter_criteria")?,
        criteria: serde_json::from_str(row.try_get("criteria")?).map_err(unreadable)?,
        description: row.try_get("description")?,
        reason: row.try_get("reason")?,
        owner: terms.owner,
        until_fixed: terms.until_fixed,
        expires_at: row.try_get("expires_at")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        matched_at: row.try_get("matched_at")?,
    })
}

/// The rules in force in the scopes of the working table `changed`, oldest first: those of whoever rules there.
pub(crate) async fn rules_of_changed(writing: &mut Writing, now: i64) -> Result<Vec<Rule>> {
    let mut select = Statement::new("SELECT ");
    select
        .push(COLUMNS)
        .push(" FROM filter WHERE action = 'SUPPRESS' AND (expires_at = 0 OR expires_at > ");
    select.bind(now).push(
        ") AND scope IN (SELECT s.ruler FROM changed c CROSS JOIN scope s WHERE s.id = c.scope) ORDER BY id",
    );
    rules(writing, &select).await
}

/// The rules in force where some resources are that speak of one of some fields, oldest first.
pub(crate) async fn rules_about(
    writing: &mut Writing,
    resources: &[i64],
    fields: &[Field],
    now: i64,
) -> Result<Vec<Rule>> {
    let mut select = Statement::new("SELECT ");
    select
        .push(COLUMNS)
        .push(" FROM filter WHERE action = 'SUPPRESS' AND (expires_at = 0 OR expires_at > ");
    select
        .bind(now)
        .push(") AND scope IN (SELECT s.ruler FROM resource r CROSS JOIN scope s WHERE r.id IN ");
    select.bind_list(resources.iter().copied());
    select.push(" AND s.id = r.scope) ORDER BY id");
    let speaks = |rule: &Rule| {
        let mut conditions = rule.criteria.conditions.iter();
        conditions.any(|condition| fields.contains(&condition.field))
    };
    let mut found = rules(writing, &select).await?;
    found.retain(speaks);
    Ok(found)
}

async fn rules(writing: &mut Writing, select: &Statement) -> Result<Vec<Rule>> {
    let rows = writing.rows(select).await?;
    let rules = rows.iter().map(|row| {
        let filter = read(row)?;
        Ok(Rule {
            id: filter.id,
            scope: filter.scope,
            criteria: filter.criteria,
            until_fixed: filter.until_fixed,
        })
    });
    rules.collect()
}

impl Database {
    /// The filters of a scope from one on, in order of their numbers.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn filters(
        &self,
        scope: ScopeId,
        action: Option<&str>,
        identifiers: Option<&[String]>,
        after: i64,
        most: i64,
    ) -> Result<Vec<Filter>> {
        let mut select = Statement::new("SELECT ");
        select
            .push(COLUMNS)
            .push(" FROM filter WHERE scope = ")
            .bind(scope.0);
        select.push(" AND id > ").bind(after);
        if let Some(action) = action {
            select.push(" AND action = ").bind(action);
        }
        if let Some(identifiers) = identifiers {
            select
                .push(" AND identifier IN ")
                .bind_list(identifiers.iter().map(String::as_str));
        }
        select.push(" ORDER BY id LIMIT ").bind(most);
        self.rows(&select).await?.iter().map(read).collect()
    }

    /// A filter by its number, which findings of a scope tell of: one of the scope's own, or of whoever rules there.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn filter(&self, scope: ScopeId, id: i64) -> Result<Option<Filter>> {
        let mut select = Statement::new("SELECT ");
        select.push(COLUMNS).push(" FROM filter WHERE id = ").bind(id);
        select.push(" AND (scope = ").bind(scope.0);
        select
            .push(" OR scope = (SELECT s.ruler FROM scope s WHERE s.id = ")
            .bind(scope.0);
        select.push("))");
        self.row(&select).await?.as_ref().map(read).transpose()
    }

    /// Keeps a filter; a rule of suppression applies at once to what is open.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`] for a name that is taken; [`StoreError::Quota`]; when the database does not answer.
    pub async fn create_filter(&self, filter: &Filter, cause: &Cause) -> Result<()> {
        let mut writing = self.write().await?;
        writing.alone_at(Matter::Findings).await?;
        let taken = writing
            .row(&statement(
                "SELECT id FROM filter WHERE scope = $1 AND name = $2",
                bound![filter.scope.0, filter.name.clone()],
            ))
            .await?;
        if taken.is_some() {
            return Err(StoreError::Exists("filter"));
        }
        let count = statement(
            "SELECT COUNT(*) FROM filter WHERE scope = $1",
            bound![filter.scope.0],
        );
        if writing.number(&count).await? >= MOST_FILTERS {
            return Err(StoreError::Quota {
                what: "filters and suppression rules",
                most: MOST_FILTERS,
            });
        }
        let mut insert = Statement::new(
            "INSERT INTO filter (scope, identifier, name, action, filter_criteria, criteria, description, reason, terms, \
             expires_at, created_at, updated_at, matched_at) VALUES ",
        );
        insert.bind_list(values(filter)?);
        insert.push(" RETURNING id");
        let id = writing.number(&insert).await?;
        if filter.action == "SUPPRESS" {
            apply(&mut writing, filter, id, cause).await?;
        }
        writing.commit().await
    }

    /// Changes a filter as it was read; what it suppressed and does no more is active again. Gives when that was, which is
    /// later than the change before.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`] for a name that another has; [`StoreError::Unavailable`] when it is not any more as it was read;
    /// when the database does not answer.
    pub async fn update_filter(&self, filter: &Filter, cause: &Cause) -> Result<i64> {
        let mut writing = self.write().await?;
        writing.alone_at(Matter::Findings).await?;
        let taken = writing
            .row(&statement(
                "SELECT id FROM filter WHERE scope = $1 AND name = $2 AND id <> $3",
                bound![filter.scope.0, filter.name.clone(), filter.id],
            ))
            .await?;
        if taken.is_some() {
            return Err(StoreError::Exists("filter"));
        }
        let changed = Filter {
            updated_at: cause.at.max(filter.updated_at + 1),
            ..filter.clone()
        };
        let mut update = Statement::new("UPDATE filter SET ");
        for (at, (column, value)) in COLUMNS.split(", ").skip(1).zip(values(&changed)?).enumerate() {
            update
                .push(if at > 0 { ", " } else { "" })
                .push(column)
                .push(" = ");
            update.bind(value);
        }
        update.push(" WHERE id = ").bind(filter.id);
        update.push(" AND updated_at = ").bind(filter.updated_at);
        if writing.run(&update).await? == 0 {
            return Err(StoreError::Unavailable(
                "somebody else changed the filter at the same time".to_owned(),
            ));
        }
        apply(&mut writing, &changed, filter.id, cause).await?;
        writing.commit().await?;
        Ok(changed.updated_at)
    }

    /// Deletes a filter; what it suppressed is active again, unless another does too.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn delete_filter(&self, filter: &Filter, cause: &Cause) -> Result<Settled> {
        let mut writing = self.write().await?;
        writing.alone_at(Matter::Findings).await?;
        // Gone first, so that it does not suppress again what is taken up.
        writing
            .run(&statement("DELETE FROM filter WHERE id = $1", bound![filter.id]))
            .await?;
        let settled = end(&mut writing, filter.id, cause).await?;
        writing.commit().await?;
        Ok(settled)
    }

    /// Ends rules whose time is over; they hold again when their time is set anew.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn expire_filters(&self, cause: &Cause) -> Result<u64> {
        let due = self
            .rows(&statement(
                "SELECT DISTINCT f.id FROM filter f JOIN finding n ON n.filter = f.id \
                 WHERE f.expires_at > 0 AND f.expires_at <= $1",
                bound![cause.at],
            ))
            .await?;
        let mut changes = 0;
        for row in due {
            let mut writing = self.write().await?;
            writing.alone_at(Matter::Findings).await?;
            let settled = end(&mut writing, row.try_get(0)?, cause).await?;
            writing.commit().await?;
            changes += settled.changes;
        }
        Ok(changes)
    }

    /// Notes which rules suppress anything at a time, within the hour.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn note_matching_filters(&self, now: i64) -> Result<()> {
        let due = self
            .rows(&statement(
                "SELECT r.id FROM filter r WHERE r.action = 'SUPPRESS' AND r.matched_at < $1 \
                 AND EXISTS (SELECT 1 FROM finding f WHERE f.filter = r.id AND f.filter > 0)",
                bound![now - HOUR],
            ))
            .await?;
        if due.is_empty() {
            return Ok(());
        }
        let ids: Vec<i64> = due
            .iter()
            .map(|row| row.try_get(0))
            .collect::<std::result::Result<_, _>>()?;
        let mut update = Statement::new("UPDATE filter SET matched_at = ");
        update.bind(now).push(" WHERE id IN ").bind_list(ids);
        let mut writing = self.write().await?;
        writing.run(&update).await?;
        writing.commit().await
    }

    /// How many findings a filter suppresses.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn suppressed_by(&self, filter: i64) -> Result<i64> {
        self.number(&statement(
            "SELECT COUNT(*) FROM finding WHERE filter = $1 AND filter > 0",
            bound![filter],
        ))
        .await
    }
}

fn values(filter: &Filter) -> Result<[crate::statement::Bound; 13]> {
    let unwritable = |error: serde_json::Error| StoreError::Corrupt(format!("a filter: {error}"));
    let terms = Terms {
        owner: filter.owner.clone(),
        until_fixed: filter.until_fixed,
    };
    Ok(bound![
        filter.scope.0,
        filter.identifier.clone(),
        filter.name.clone(),
        filter.action.clone(),
        filter.filter_criteria.clone(),
        serde_json::to_string(&filter.criteria).map_err(unwritable)?,
        filter.description.clone(),
        filter.reason.clone(),
        serde_json::to_string(&terms).map_err(unwritable)?,
        filter.expires_at,
        filter.created_at,
        filter.updated_at,
        filter.matched_at,
    ])
}

/// Holds a rule anew against what is open and what it suppresses now.
async fn apply(writing: &mut Writing, filter: &Filter, id: i64, cause: &Cause) -> Result<Settled> {
    let mut which = Statement::new(
        "INSERT INTO changed (finding, scope, kind, status, verdict) \
         SELECT f.id, f.scope, 6, f.status, f.verdict FROM finding f JOIN verdict d ON d.id = f.verdict \
         JOIN resource r ON r.id = f.resource JOIN vulnerability v ON v.id = f.vulnerability \
         WHERE f.status IN (1, 2) AND f.scope IN (SELECT s.id FROM scope s WHERE s.ruler = ",
    );
    which.bind(filter.scope.0);
    which.push(") AND (f.filter = ").bind(id);
    if filter.action == "SUPPRESS" {
        which.push(" OR (f.status = 1");
        criteria::push(&mut which, &filter.criteria, About::Findings);
        which.push(")");
    }
    which.push(")");
    suppress_again(writing, &[which], cause).await
}

/// Gives back what a rule suppresses that is no longer in force.
async fn end(writing: &mut Writing, id: i64, cause: &Cause) -> Result<Settled> {
    let which = statement(
        "INSERT INTO changed (finding, scope, kind, status, verdict) \
         SELECT f.id, f.scope, 7, f.status, f.verdict FROM finding f \
         WHERE f.filter = $1 AND f.filter > 0 AND f.status = 2",
        bound![id],
    );
    suppress_again(writing, &[which], cause).await
}
