//! Whose rules hold where: it follows from who belongs where, and the findings follow it.

use sqlx::Row;

use super::MemberStatus;
use crate::{
    database::Writing,
    error::Result,
    finding::{Cause, ScopeId, suppress_again},
    scope::turn_on,
    statement::{Statement, bound, statement},
};

/// Scopes whose findings are taken up again at a time.
const PORTION: usize = 1000;

/// The number of an account in a region, which is made with whoever rules there where it is not there yet.
pub(crate) async fn scope_of(writing: &mut Writing, account: &str, region: &str) -> Result<i64> {
    let find = statement(
        "SELECT id FROM scope WHERE account = $1 AND region = $2",
        bound![account, region],
    );
    let made = writing
        .run(&statement(
            "INSERT INTO scope (account, region) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            bound![account, region],
        ))
        .await?;
    let id = writing.number(&find).await?;
    if made == 0 {
        return Ok(id);
    }
    let select = statement(
        "SELECT o.administrator FROM member m JOIN organization o ON o.id = m.organization \
         WHERE m.account = $1 AND m.status = 'ENABLED'",
        bound![account],
    );
    let ruler = match writing.row(&select).await? {
        // An administrator is ruled by nobody, so this goes one step deep.
        Some(row) => Box::pin(scope_of(writing, row.try_get(0)?, region)).await?,
        None => id,
    };
    writing
        .run(&statement(
            "UPDATE scope SET ruler = $2 WHERE id = $1",
            bound![id, ruler],
        ))
        .await?;
    Ok(id)
}

/// Changes how an account stands to the administrator, with all that follows.
pub(super) async fn change(
    writing: &mut Writing,
    id: &str,
    account: &str,
    status: MemberStatus,
    cause: &Cause,
) -> Result<()> {
    writing
        .run(&statement(
            "UPDATE member SET status = $2, changed_at = $3 WHERE account = $1",
            bound![account, status.as_str(), cause.at],
        ))
        .await?;
    rule(writing, id, Some(account), cause).await?;
    if status != MemberStatus::Enabled {
        return Ok(());
    }
    let select = statement(
        "SELECT region, scan_type FROM auto_enable WHERE organization = $1 ORDER BY region, scan_type",
        bound![id],
    );
    for row in writing.rows(&select).await? {
        let (region, scan_type): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let scope = ScopeId(scope_of(writing, account, &region).await?);
        turn_on(writing, scope, &[&scan_type], cause.at).await?;
    }
    Ok(())
}

/// Has those rule in the scopes of an account, or of all of an organisation, who do by now, and holds their rules against the
/// findings there.
pub(super) async fn rule(
    writing: &mut Writing,
    id: &str,
    account: Option<&str>,
    cause: &Cause,
) -> Result<()> {
    let of = |select: &mut Statement| {
        select.push(" WHERE o.id = ").bind(id);
        if let Some(account) = account {
            select.push(" AND m.account = ").bind(account);
        }
    };
    // The administrator's own scopes come first, where it has none yet.
    let mut regions = Statement::new(
        "SELECT DISTINCT o.administrator, s.region FROM organization o CROSS JOIN member m CROSS JOIN scope s",
    );
    of(&mut regions);
    regions.push(
        " AND m.organization = o.id AND m.status = 'ENABLED' AND o.administrator <> '' AND s.account = m.account",
    );
    for row in writing.rows(&regions).await? {
        scope_of(writing, row.try_get(0)?, row.try_get(1)?).await?;
    }
    let mut due = Statement::new(
        "SELECT n.id, n.ruler FROM (SELECT s.id AS id, s.ruler AS before, \
           CASE WHEN m.status = 'ENABLED' THEN COALESCE((SELECT a.id FROM scope a \
             WHERE a.account = o.administrator AND a.region = s.region), s.id) ELSE s.id END AS ruler \
         FROM organization o CROSS JOIN member m CROSS JOIN scope s",
    );
    of(&mut due);
    due.push(
        " AND m.organization = o.id AND s.account = m.account) n WHERE n.ruler <> n.before ORDER BY n.id",
    );
    let rows = writing.rows(&due).await?;
    let changed = rows
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect::<Result<Vec<(i64, i64)>>>()?;
    for (scope, ruler) in &changed {
        writing
            .run(&statement(
                "UPDATE scope SET ruler = $2 WHERE id = $1",
                bound![*scope, *ruler],
            ))
            .await?;
    }
    for portion in changed.chunks(PORTION) {
        // What no rule held of and none holds of now is let be.
        let mut which = Statement::new(
            "INSERT INTO changed (finding, scope, kind, status, verdict) \
             SELECT f.id, f.scope, 6, f.status, f.verdict FROM scope s CROSS JOIN finding f WHERE s.id IN ",
        );
        which.bind_list(portion.iter().map(|(scope, _)| *scope));
        which.push(
            " AND f.scope = s.id AND f.status IN (1, 2) AND (f.filter > 0 OR EXISTS (SELECT 1 FROM filter r \
             WHERE r.scope = s.ruler AND r.action = 'SUPPRESS'))",
        );
        suppress_again(writing, &[which], cause).await?;
    }
    Ok(())
}
