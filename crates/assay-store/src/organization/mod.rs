//! Organisations: which accounts belong together, who administers them, and whose rules hold where that leads.
//!
//! Each scope tells in `ruler` whose rules of suppression hold there. It follows from who belongs where, and is kept so with
//! every change of that in the same transaction; findings that other rules hold of are taken up again then.

mod change;
mod rule;

use sqlx::{Row, any::AnyRow};

use crate::{
    database::Database,
    error::{Result, StoreError},
    statement::{Statement, bound, statement},
};
pub(crate) use rule::scope_of;

/// The most accounts that an administrator rules. Source: Inspector user guide, "Quotas".
pub const MOST_MEMBERS: i64 = 10_000;

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
}

fn count_associated(id: &str) -> Statement {
    statement(
        "SELECT COUNT(*) FROM member WHERE organization = $1 AND status = 'ENABLED'",
        bound![id],
    )
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
