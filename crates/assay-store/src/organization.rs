//! Organisations: which accounts belong together, who administers them, and whose rules hold where that leads.
//!
//! Each scope tells in `ruler` whose rules of suppression hold there. It follows from who belongs where, and is kept so with
//! every change of that in the same transaction; findings that other rules hold of are taken up again then.

use sqlx::{Row, any::AnyRow};

use crate::{
    database::{Database, Writing},
    error::{Result, StoreError},
    finding::{Cause, ScopeId, suppress_again},
    scope::turn_on,
    statement::{Statement, bound, statement},
    turn::Matter,
};

/// The most accounts that an administrator rules. Source: Inspector user guide, "Quotas".
pub const MOST_MEMBERS: i64 = 10_000;

/// Scopes whose findings are taken up again at a time.
const PORTION: usize = 1000;

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its id, as `o-` and ten or more letters and digits.
    pub id: String,
    /// The account that heads it; empty where an earlier version did not know.
    pub management: String,
    /// The account that administers scanning; empty for none.
    pub administrator: String,
    /// When it was made, in microseconds since 1970.
    pub created_at: i64,
}

/// How an account of an organisation stands to its administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberStatus {
    /// It belongs to the organisation, and nobody else ever ruled it.
    Created,
    /// The administrator rules it.
    Enabled,
    /// The administrator does not rule it any more.
    Removed,
}

/// An account's place in an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belonging {
    /// The organisation.
    pub organization: Organization,
    /// How the account stands to its administrator.
    pub status: MemberStatus,
}

/// An account of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The account.
    pub account: String,
    /// What people call it.
    pub name: String,
    /// How it stands to the administrator.
    pub status: MemberStatus,
    /// When it came to the organisation, in microseconds since 1970.
    pub added_at: i64,
    /// When the status last changed.
    pub changed_at: i64,
}

/// Which accounts of an organisation are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberList {
    /// All.
    Accounts,
    /// All but its administrator.
    Members,
    /// Those that the administrator rules.
    Associated,
}

impl MemberStatus {
    /// Its name, as stored and in Inspector's API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::Enabled => "ENABLED",
            Self::Removed => "REMOVED",
        }
    }

    fn read(text: &str) -> Result<Self> {
        [Self::Created, Self::Enabled, Self::Removed]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| StoreError::Corrupt(format!("the status of a member: {text}")))
    }
}

impl Belonging {
    /// Whoever rules the scanning of an account of this place, if that is somebody else.
    pub fn ruler(&self) -> Option<&str> {
        (self.status == MemberStatus::Enabled).then_some(self.organization.administrator.as_str())
    }
}

/// The place of an account, of a row that has all of it; `None` where there is none.
pub(crate) fn belonging(row: &AnyRow) -> Result<Option<Belonging>> {
    let id: String = row.try_get("organization")?;
    if id.is_empty() {
        return Ok(None);
    }
    Ok(Some(Belonging {
        organization: Organization {
            id,
            management: row.try_get("management")?,
            administrator: row.try_get("administrator")?,
            created_at: row.try_get("organization_created_at")?,
        },
        status: MemberStatus::read(row.try_get("status")?)?,
    }))
}

impl Database {
    /// Every organisation, in order of their ids.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn organizations(&self) -> Result<Vec<Organization>> {
        let select = statement("SELECT * FROM organization ORDER BY id", []);
        self.rows(&select).await?.iter().map(organization).collect()
    }

    /// An organisation.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn organization(&self, id: &str) -> Result<Option<Organization>> {
        let select = statement("SELECT * FROM organization WHERE id = $1", bound![id]);
        self.row(&select).await?.as_ref().map(organization).transpose()
    }

    /// Keeps a new organisation with the account that heads it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] where there is no such account or it belongs to an organisation; [`StoreError::Exists`]; when
    /// the database does not answer.
    pub async fn create_organization(&self, id: &str, management: &str, now: i64) -> Result<()> {
        let mut writing = self.write().await?;
        let made = writing
            .run(&statement(
                "INSERT INTO organization (id, management, administrator, created_at) VALUES ($1, $2, '', $3) \
                 ON CONFLICT DO NOTHING",
                bound![id, management, now],
            ))
            .await?;
        if made == 0 {
            return Err(StoreError::Exists("organisation"));
        }
        insert_member(&mut writing, id, management, now).await?;
        writing.commit().await
    }

    /// Names the account that heads an organisation, which belongs to it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] where it cannot; when the database does not answer.
    pub async fn head_organization(&self, id: &str, management: &str) -> Result<()> {
        let mut writing = self.write().await?;
        let found = require_organization(&mut writing, id).await?;
        require_member(&mut writing, id, management).await?;
        if found.administrator == management {
            return Err(StoreError::Refused(format!(
                "the account {management} administers the organisation and cannot head it, too"
            )));
        }
        writing
            .run(&statement(
                "UPDATE organization SET management = $2 WHERE id = $1",
                bound![id, management],
            ))
            .await?;
        writing.commit().await
    }

    /// Takes an account into an organisation; `false` where it belongs to it already. Where types of scans are turned on by
    /// themselves and it has room, the administrator rules it from then on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] where there is no such account or it belongs to another organisation; when the database does
    /// not answer.
    pub async fn add_member(&self, id: &str, account: &str, cause: &Cause) -> Result<bool> {
        let mut writing = self.write().await?;
        writing.alone_at(Matter::Findings).await?;
        let found = require_organization(&mut writing, id).await?;
        if status(&mut writing, id, account).await?.is_some() {
            return Ok(false);
        }
        insert_member(&mut writing, id, account, cause.at).await?;
        let types = writing
            .number(&statement(
                "SELECT COUNT(*) FROM auto_enable WHERE organization = $1",
                bound![id],
            ))
            .await?;
        let has_room = associated(&mut writing, id).await? < MOST_MEMBERS;
        if types > 0 && has_room && !found.administrator.is_empty() {
            change(&mut writing, id, account, MemberStatus::Enabled, cause).await?;
        }
        writing.commit().await?;
        Ok(true)
    }

    /// Takes an account out of its organisation, which it rules itself from then on; `false` where it does not belong to it.
    /// With the account that heads it, the last, the organisation goes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] for an account that others of the organisation hang on; when the database does not answer.
    pub async fn remove_member(&self, id: &str, account: &str, cause: &Cause) -> Result<bool> {
        let mut writing = self.write().await?;
        writing.alone_at(Matter::Findings).await?;
        let found = require_organization(&mut writing, id).await?;
        if status(&mut writing, id, account).await?.is_none() {
            return Ok(false);
        }
        let count = statement("SELECT COUNT(*) FROM member WHERE organization = $1", bound![id]);
        let is_last = writing.number(&count).await? == 1;
        if found.administrator == account {
            return Err(StoreError::Refused(format!(
                "the account {account} administers the organisation {id}; name another, or none, before it is removed"
            )));
        }
        if found.management == account && !is_last {
            return Err(StoreError::Refused(format!(
                "the account {account} heads the organisation {id}; remove the others first"
            )));
        }
        change(&mut writing, id, account, MemberStatus::Removed, cause).await?;
        writing
            .run(&statement(
                "DELETE FROM member WHERE account = $1",
                bound![account],
            ))
            .await?;
        if is_last {
            for text in [
                "DELETE FROM auto_enable WHERE organization = $1",
                "DELETE FROM organization WHERE id = $1",
            ] {
                writing.run(&statement(text, bound![id])).await?;
            }
        }
        writing.commit().await?;
        Ok(true)
    }

    /// Names the account that administers an organisation, or none. Whoever did before rules nobody any more.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] for an account that does not belong to the organisation, or heads it; when the database does
    /// not answer.
    pub async fn delegate(&self, id: &str, administrator: Option<&str>, cause: &Cause) -> Result<()> {
        let mut writing = self.write().await?;
        writing.alone_at(Matter::Findings).await?;
        let found = require_organization(&mut writing, id).await?;
        if let Some(administrator) = administrator {
            require_member(&mut writing, id, administrator).await?;
            if found.management == administrator {
                return Err(StoreError::Refused(format!(
                    "the account {administrator} heads the organisation and cannot administer it, too"
                )));
            }
        }
        let administrator = administrator.unwrap_or_default();
        if administrator == found.administrator {
            return Ok(());
        }
        writing
            .run(&statement(
                "UPDATE member SET status = 'REMOVED', changed_at = $2 WHERE organization = $1 AND status = 'ENABLED'",
                bound![id, cause.at],
            ))
            .await?;
        rule(&mut writing, id, None, cause).await?;
        writing
            .run(&statement(
                "UPDATE organization SET administrator = $2 WHERE id = $1",
                bound![id, administrator],
            ))
            .await?;
        writing.commit().await
    }

    /// Has the administrator of an organisation rule an account of it, or not any more; `false` where it is so already.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] for an account that does not belong to the organisation or administers it, or where nobody
    /// administers it; [`StoreError::Quota`]; when the database does not answer.
    pub async fn associate(
        &self,
        id: &str,
        account: &str,
        status: MemberStatus,
        cause: &Cause,
    ) -> Result<bool> {
        let mut writing = self.write().await?;
        writing.alone_at(Matter::Findings).await?;
        let found = require_organization(&mut writing, id).await?;
        let before = require_member(&mut writing, id, account).await?;
        if found.administrator.is_empty() || found.administrator == account {
            return Err(StoreError::Refused(match found.administrator.is_empty() {
                true => format!("nobody administers the organisation {id}"),
                false => format!("the account {account} administers the organisation and rules itself"),
            }));
        }
        if (before == MemberStatus::Enabled) == (status == MemberStatus::Enabled) {
            return Ok(false);
        }
        if status == MemberStatus::Enabled && associated(&mut writing, id).await? >= MOST_MEMBERS {
            return Err(StoreError::Quota {
                what: "members of the administrator",
                most: MOST_MEMBERS,
            });
        }
        change(&mut writing, id, account, status, cause).await?;
        writing.commit().await?;
        Ok(true)
    }

    /// The accounts of an organisation after one, in order.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn members(&self, id: &str, which: MemberList, after: &str, most: i64) -> Result<Vec<Member>> {
        let mut select = Statement::new(
            "SELECT m.account, a.name, m.status, m.added_at, m.changed_at FROM member m \
             JOIN account a ON a.account = m.account JOIN organization o ON o.id = m.organization \
             WHERE m.organization = ",
        );
        select.bind(id).push(" AND m.account > ").bind(after);
        select.push(match which {
            MemberList::Accounts => "",
            MemberList::Members => " AND m.account <> o.administrator",
            MemberList::Associated => " AND m.status = 'ENABLED'",
        });
        select.push(" ORDER BY m.account LIMIT ").bind(most);
        self.rows(&select).await?.iter().map(member).collect()
    }

    /// An account of an organisation.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn member(&self, id: &str, account: &str) -> Result<Option<Member>> {
        let select = statement(
            "SELECT m.account, a.name, m.status, m.added_at, m.changed_at FROM member m \
             JOIN account a ON a.account = m.account WHERE m.organization = $1 AND m.account = $2",
            bound![id, account],
        );
        self.row(&select).await?.as_ref().map(member).transpose()
    }

    /// How many accounts of an organisation its administrator rules.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn count_associated(&self, id: &str) -> Result<i64> {
        self.number(&count_associated(id)).await
    }

    /// The types of scans that are turned on in accounts that become members, by region, in order.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn auto_enable(&self, id: &str) -> Result<Vec<(String, String)>> {
        let select = statement(
            "SELECT region, scan_type FROM auto_enable WHERE organization = $1 ORDER BY region, scan_type",
            bound![id],
        );
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }

    /// Sets the types of scans that are turned on in accounts that become members, in a region.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn set_auto_enable(&self, id: &str, region: &str, scan_types: &[&str]) -> Result<()> {
        let mut writing = self.write().await?;
        // Whoever does the same at the same time waits.
        writing
            .run(&statement(
                "UPDATE organization SET created_at = created_at WHERE id = $1",
                bound![id],
            ))
            .await?;
        writing
            .run(&statement(
                "DELETE FROM auto_enable WHERE organization = $1 AND region = $2",
                bound![id, region],
            ))
            .await?;
        for scan_type in scan_types {
            writing
                .run(&statement(
                    "INSERT INTO auto_enable (organization, region, scan_type) VALUES ($1, $2, $3) \
                     ON CONFLICT DO NOTHING",
                    bound![id, region, *scan_type],
                ))
                .await?;
        }
        writing.commit().await
    }
}

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
async fn change(
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
async fn rule(writing: &mut Writing, id: &str, account: Option<&str>, cause: &Cause) -> Result<()> {
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
        suppress_again(writing, &which, cause).await?;
    }
    Ok(())
}

fn count_associated(id: &str) -> Statement {
    statement(
        "SELECT COUNT(*) FROM member WHERE organization = $1 AND status = 'ENABLED'",
        bound![id],
    )
}

async fn associated(writing: &mut Writing, id: &str) -> Result<i64> {
    writing.number(&count_associated(id)).await
}

async fn require_organization(writing: &mut Writing, id: &str) -> Result<Organization> {
    // Whoever changes the same organisation waits.
    let found = writing
        .row(&statement(
            "UPDATE organization SET created_at = created_at WHERE id = $1 RETURNING *",
            bound![id],
        ))
        .await?;
    match found {
        Some(row) => organization(&row),
        None => Err(StoreError::Refused(format!("there is no organisation {id}"))),
    }
}

async fn status(writing: &mut Writing, id: &str, account: &str) -> Result<Option<MemberStatus>> {
    let select = statement(
        "SELECT status FROM member WHERE organization = $1 AND account = $2",
        bound![id, account],
    );
    match writing.row(&select).await? {
        Some(row) => Ok(Some(MemberStatus::read(row.try_get(0)?)?)),
        None => Ok(None),
    }
}

async fn require_member(writing: &mut Writing, id: &str, account: &str) -> Result<MemberStatus> {
    status(writing, id, account).await?.ok_or_else(|| {
        StoreError::Refused(format!(
            "the account {account} does not belong to the organisation {id}"
        ))
    })
}

async fn insert_member(writing: &mut Writing, id: &str, account: &str, now: i64) -> Result<()> {
    let select = statement("SELECT account FROM account WHERE account = $1", bound![account]);
    if writing.row(&select).await?.is_none() {
        return Err(StoreError::Refused(format!("there is no account {account}")));
    }
    let made = writing
        .run(&statement(
            "INSERT INTO member (account, organization, status, added_at, changed_at) VALUES ($1, $2, 'CREATED', $3, $3) \
             ON CONFLICT DO NOTHING",
            bound![account, id, now],
        ))
        .await?;
    match made {
        0 => Err(StoreError::Refused(format!(
            "the account {account} belongs to another organisation"
        ))),
        _ => Ok(()),
    }
}

fn organization(row: &AnyRow) -> Result<Organization> {
    Ok(Organization {
        id: row.try_get("id")?,
        management: row.try_get("management")?,
        administrator: row.try_get("administrator")?,
        created_at: row.try_get("created_at")?,
    })
}

fn member(row: &AnyRow) -> Result<Member> {
    Ok(Member {
        account: row.try_get("account")?,
        name: row.try_get("name")?,
        status: MemberStatus::read(row.try_get("status")?)?,
        added_at: row.try_get("added_at")?,
        changed_at: row.try_get("changed_at")?,
    })
}

#[cfg(test)]
mod tests;
