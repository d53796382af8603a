//! Changing organisations: who belongs to them, and who administers whom.

use sqlx::Row;

use super::{
    MOST_MEMBERS, MemberStatus, Organization, count_associated, organization,
    rule::{change, rule},
};
use crate::{
    database::{Database, Writing},
    error::{Result, StoreError},
    finding::Cause,
    statement::{bound, statement},
    turn::Matter,
};

impl Database {
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
