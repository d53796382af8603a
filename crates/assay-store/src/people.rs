//! The people of an account, for whoever manages them: pages of them with their keys, and changes that never leave an account
//! without anybody who may undo them.

use crate::{
    database::{Database, Writing},
    error::{Result, StoreError},
    identity::{StoredKey, StoredPerson, insert_key, key, person},
    statement::{Statement, bound, statement},
};

/// Whoever may manage the people of an account.
const ADMINISTRATOR: &str = "administrator";

/// The agent of a host, which speaks for that host alone.
const HOST: &str = "host";

/// Whoever is let in.
const ACTIVE: &str = "ACTIVE";

/// Keys that one person may have at once, where others make them.
pub const MOST_KEYS: i64 = 20;

/// Which people are wanted, by their role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfRole<'a> {
    /// Those of a role.
    Only(&'a str),
    /// All but those of a role.
    AllBut(&'a str),
}

impl Database {
    /// The people of an account whose names begin so, in order of names, after a name.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn people_after(
        &self,
        account: &str,
        of: OfRole<'_>,
        prefix: &str,
        after: &str,
        most: i64,
    ) -> Result<Vec<StoredPerson>> {
        let mut select = Statement::new("SELECT * FROM person WHERE account = ");
        select.bind(account);
        match of {
            OfRole::Only(role) => select.push(" AND role = ").bind(role),
            OfRole::AllBut(role) => select.push(" AND role <> ").bind(role),
        };
        select.push(" AND name > ").bind(after);
        if !prefix.is_empty() {
            // No name has a character after this one.
            let end = format!("{prefix}\u{7f}");
            select.push(" AND name >= ").bind(prefix);
            select.push(" AND name < ").bind(end);
        }
        select.push(" ORDER BY name LIMIT ").bind(most);
        self.rows(&select).await?.iter().map(person).collect()
    }

    /// The keys of some people of an account, person by person, in the order in which they were made.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn keys_of(&self, account: &str, people: &[&str]) -> Result<Vec<StoredKey>> {
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let mut select = Statement::new("SELECT * FROM access_key WHERE account = ");
        select.bind(account).push(" AND person IN ");
        select.bind_list(people.iter().copied());
        select.push(" ORDER BY person, created_at, id");
        self.rows(&select).await?.iter().map(key).collect()
    }

    /// Changes the role and the status of a person; tells whether there is one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] where the account would have no active administrator any more, and where the agent of a host
    /// would become somebody else, or somebody else one; when the database does not answer.
    pub async fn set_standing(&self, account: &str, name: &str, role: &str, status: &str) -> Result<bool> {
        let mut writing = self.write().await?;
        // Two administrators who turn each other off do so one after the other.
        writing
            .run(&statement(
                "UPDATE account SET name = name WHERE account = $1",
                bound![account],
            ))
            .await?;
        let Some(row) = writing
            .row(&statement(
                "SELECT * FROM person WHERE account = $1 AND name = $2",
                bound![account, name],
            ))
            .await?
        else {
            return Ok(false);
        };
        let before = person(&row)?;
        // A host's key lies on the host; what whoever takes it may do is that host's.
        match (before.role == HOST, role == HOST) {
            (true, false) => {
                return Err(StoreError::Refused(format!(
                    "{name} is the agent of a host and stays one: forget it, and make a user of another name"
                )));
            }
            (false, true) => {
                return Err(StoreError::Refused(format!(
                    "{name} is no agent of a host: hosts are enrolled, by a token of `assay admin create-enrolment-token`"
                )));
            }
            _ => {}
        }
        let administers = |role: &str, status: &str| role == ADMINISTRATOR && status == ACTIVE;
        if administers(&before.role, &before.status)
            && !administers(role, status)
            && others(&mut writing, account, name).await? == 0
        {
            return Err(StoreError::Refused(format!(
                "{name} is the last active administrator of the account {account}: make another first"
            )));
        }
        writing
            .run(&statement(
                "UPDATE person SET role = $3, status = $4 WHERE account = $1 AND name = $2",
                bound![account, name, role, status],
            ))
            .await?;
        writing.commit().await?;
        Ok(true)
    }

    /// Keeps the hash of another password of a person, whose sessions of before a time are over then; tells whether there is
    /// one.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn set_password_hash(&self, account: &str, name: &str, hash: &str, now: i64) -> Result<bool> {
        let mut writing = self.write().await?;
        let changed = writing
            .run(&statement(
                "UPDATE person SET password_hash = $3, sessions_not_before = $4 WHERE account = $1 AND name = $2",
                bound![account, name, hash, now],
            ))
            .await?;
        writing.commit().await?;
        Ok(changed > 0)
    }

    /// Ends the sessions of a person who signed in before a time; tells whether there is such a person.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn end_sessions(&self, account: &str, name: &str, now: i64) -> Result<bool> {
        let mut writing = self.write().await?;
        // What was ended stays so, whatever the clocks of those who end say.
        let changed = writing
            .run(&statement(
                "UPDATE person SET sessions_not_before = CASE WHEN sessions_not_before < $3 THEN $3 \
                 ELSE sessions_not_before END WHERE account = $1 AND name = $2",
                bound![account, name, now],
            ))
            .await?;
        writing.commit().await?;
        Ok(changed > 0)
    }

    /// Keeps another key of a person beside those that they have; tells whether there is such a person.
    ///
    /// # Errors
    ///
    /// [`StoreError::Quota`] where they have [`MOST_KEYS`]; when the database does not answer.
    pub async fn add_key(&self, key: &StoredKey) -> Result<bool> {
        let mut writing = self.write().await?;
        let whose = || bound![key.account.clone(), key.person.clone()];
        // Whoever forgets the person meanwhile waits, or has done so.
        let found = writing
            .run(&statement(
                "UPDATE person SET role = role WHERE account = $1 AND name = $2",
                whose(),
            ))
            .await?;
        if found == 0 {
            return Ok(false);
        }
        let count = statement(
            "SELECT COUNT(*) FROM access_key WHERE account = $1 AND person = $2",
            whose(),
        );
        if writing.number(&count).await? >= MOST_KEYS {
            return Err(StoreError::Quota {
                what: "access keys of this user",
                most: MOST_KEYS,
            });
        }
        insert_key(&mut writing, key).await?;
        writing.commit().await?;
        Ok(true)
    }
}

/// How many active administrators there are beside one.
async fn others(writing: &mut Writing, account: &str, name: &str) -> Result<i64> {
    writing
        .number(&statement(
            "SELECT COUNT(*) FROM person WHERE account = $1 AND name <> $2 AND role = $3 AND status = $4",
            bound![account, name, ADMINISTRATOR, ACTIVE],
        ))
        .await
}
