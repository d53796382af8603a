//! Accounts, people and access keys. Secrets come sealed and passwords hashed; here they are texts.

use sqlx::{Row, any::AnyRow};

use crate::{
    database::{Database, Writing},
    error::{Result, StoreError},
    organization::{self, Belonging},
    statement::{bound, statement},
};

/// Accounts with the organisations that they belong to; empty where there is none.
macro_rules! accounts {
    () => {
        "SELECT a.account, a.name, a.created_at, COALESCE(m.status, '') AS status, COALESCE(o.id, '') AS organization, \
         COALESCE(o.management, '') AS management, COALESCE(o.administrator, '') AS administrator, \
         COALESCE(o.created_at, 0) AS organization_created_at \
         FROM account a LEFT JOIN member m ON m.account = a.account LEFT JOIN organization o ON o.id = m.organization"
    };
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAccount {
    /// Its 12 digits.
    pub account: String,
    /// What people call it.
    pub name: String,
    /// When it was made, in microseconds since 1970.
    pub created_at: i64,
    /// The organisation that it belongs to. It comes to one by [`Database::add_member`], not by being made.
    pub belonging: Option<Belonging>,
}

/// A person or program that has keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPerson {
    /// The account.
    pub account: String,
    /// The name, one of a kind in the account.
    pub name: String,
    /// The role.
    pub role: String,
    /// `ACTIVE` or `INACTIVE`.
    pub status: String,
    /// The hash of the password; empty for none.
    pub password_hash: String,
    /// Sessions of before this time are over, in microseconds since 1970; 0 for none.
    pub sessions_not_before: i64,
    /// When it was made.
    pub created_at: i64,
}

/// An access key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// The id.
    pub id: String,
    /// The account.
    pub account: String,
    /// Whose it is.
    pub person: String,
    /// The secret, sealed.
    pub sealed_secret: String,
    /// `ACTIVE` or `INACTIVE`.
    pub status: String,
    /// When it was made.
    pub created_at: i64,
    /// When it ends to be good, in microseconds since 1970; 0 for never.
    pub ends_at: i64,
}

impl Database {
    /// Every account, in order.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn accounts(&self) -> Result<Vec<StoredAccount>> {
        let rows = self
            .rows(&statement(concat!(accounts!(), " ORDER BY a.account"), []))
            .await?;
        rows.iter().map(account).collect()
    }

    /// The account that the service was first started with: whoever runs the service has it. Empty where there is none yet.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn first_account(&self) -> Result<String> {
        let select = statement(
            "SELECT account FROM account ORDER BY created_at, account LIMIT 1",
            [],
        );
        Ok(match self.row(&select).await? {
            Some(row) => row.try_get(0)?,
            None => String::new(),
        })
    }

    /// An account.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn account(&self, id: &str) -> Result<Option<StoredAccount>> {
        let select = statement(concat!(accounts!(), " WHERE a.account = $1"), bound![id]);
        self.row(&select).await?.as_ref().map(account).transpose()
    }

    /// Keeps a new account.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`]; when the database does not answer.
    pub async fn create_account(&self, account: &StoredAccount) -> Result<()> {
        let mut writing = self.write().await?;
        insert_account(&mut writing, account).await?;
        writing.commit().await
    }

    /// Keeps the first account with a person and their key: all of it or nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`]; when the database does not answer.
    pub async fn create_first(
        &self,
        account: &StoredAccount,
        person: &StoredPerson,
        key: &StoredKey,
    ) -> Result<()> {
        let mut writing = self.write().await?;
        insert_account(&mut writing, account).await?;
        insert_person(&mut writing, person).await?;
        insert_key(&mut writing, key).await?;
        writing.commit().await
    }

    /// Calls an account otherwise.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn rename_account(&self, account: &str, name: &str) -> Result<()> {
        let mut writing = self.write().await?;
        writing
            .run(&statement(
                "UPDATE account SET name = $2 WHERE account = $1",
                bound![account, name],
            ))
            .await?;
        writing.commit().await
    }

    /// The people of an account, in order.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn people(&self, account: &str) -> Result<Vec<StoredPerson>> {
        let select = statement(
            "SELECT * FROM person WHERE account = $1 ORDER BY name",
            bound![account],
        );
        self.rows(&select).await?.iter().map(person).collect()
    }

    /// One of the people of an account.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn person(&self, account: &str, name: &str) -> Result<Option<StoredPerson>> {
        let select = statement(
            "SELECT * FROM person WHERE account = $1 AND name = $2",
            bound![account, name],
        );
        self.row(&select).await?.as_ref().map(person).transpose()
    }

    /// Keeps a new person.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`]; when the database does not answer.
    pub async fn create_person(&self, person: &StoredPerson) -> Result<()> {
        let mut writing = self.write().await?;
        insert_person(&mut writing, person).await?;
        writing.commit().await
    }

    /// Keeps a new person with their key: both or nothing. Keys that somebody of the same name had are none of theirs.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`]; when the database does not answer.
    pub async fn create_person_with_key(&self, person: &StoredPerson, key: &StoredKey) -> Result<()> {
        let mut writing = self.write().await?;
        insert_person(&mut writing, person).await?;
        delete_keys(&mut writing, &key.account, &key.person, "").await?;
        insert_key(&mut writing, key).await?;
        writing.commit().await
    }

    /// Forgets a person of a role with their keys; tells whether there was one.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn delete_person(&self, account: &str, name: &str, role: &str) -> Result<bool> {
        let mut writing = self.write().await?;
        let gone = writing
            .run(&statement(
                "DELETE FROM person WHERE account = $1 AND name = $2 AND role = $3",
                bound![account, name, role],
            ))
            .await?;
        if gone > 0 {
            delete_keys(&mut writing, account, name, "").await?;
        }
        writing.commit().await?;
        Ok(gone > 0)
    }

    /// Changes the role, status or password of a person, and since when their sessions hold; tells whether there is one.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn update_person(&self, person: &StoredPerson) -> Result<bool> {
        let mut writing = self.write().await?;
        let changed = writing
            .run(&statement(
                "UPDATE person SET role = $3, status = $4, password_hash = $5, sessions_not_before = $6 \
                 WHERE account = $1 AND name = $2",
                bound![
                    person.account.clone(),
                    person.name.clone(),
                    person.role.clone(),
                    person.status.clone(),
                    person.password_hash.clone(),
                    person.sessions_not_before
                ],
            ))
            .await?;
        writing.commit().await?;
        Ok(changed > 0)
    }

    /// The keys of a person, in order.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn keys(&self, account: &str, person: &str) -> Result<Vec<StoredKey>> {
        let select = statement(
            "SELECT * FROM access_key WHERE account = $1 AND person = $2 ORDER BY created_at, id",
            bound![account, person],
        );
        self.rows(&select).await?.iter().map(key).collect()
    }

    /// A key by its id.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn key(&self, id: &str) -> Result<Option<StoredKey>> {
        let select = statement("SELECT * FROM access_key WHERE id = $1", bound![id]);
        self.row(&select).await?.as_ref().map(key).transpose()
    }

    /// Keeps a new key.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn create_key(&self, key: &StoredKey) -> Result<()> {
        let mut writing = self.write().await?;
        insert_key(&mut writing, key).await?;
        writing.commit().await
    }

    /// Keeps another key of a person, and of those before only one, or with `""` none.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn replace_keys(&self, key: &StoredKey, kept: &str) -> Result<()> {
        let mut writing = self.write().await?;
        delete_keys(&mut writing, &key.account, &key.person, kept).await?;
        insert_key(&mut writing, key).await?;
        writing.commit().await
    }

    /// Turns a key on or off, or deletes it (`DELETED`); tells whether there is one.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn change_key(&self, id: &str, status: &str) -> Result<bool> {
        let mut writing = self.write().await?;
        let change = if status == "DELETED" {
            statement("DELETE FROM access_key WHERE id = $1", bound![id])
        } else {
            statement(
                "UPDATE access_key SET status = $2 WHERE id = $1",
                bound![id, status],
            )
        };
        let changed = writing.run(&change).await?;
        writing.commit().await?;
        Ok(changed > 0)
    }
}

async fn insert_account(writing: &mut Writing, account: &StoredAccount) -> Result<()> {
    let made = writing
        .run(&statement(
            "INSERT INTO account (account, name, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            bound![account.account.clone(), account.name.clone(), account.created_at],
        ))
        .await?;
    match made {
        0 => Err(StoreError::Exists("account")),
        _ => Ok(()),
    }
}

async fn insert_person(writing: &mut Writing, person: &StoredPerson) -> Result<()> {
    let made = writing
        .run(&statement(
            "INSERT INTO person (account, name, role, status, password_hash, sessions_not_before, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            bound![
                person.account.clone(),
                person.name.clone(),
                person.role.clone(),
                person.status.clone(),
                person.password_hash.clone(),
                person.sessions_not_before,
                person.created_at
            ],
        ))
        .await?;
    match made {
        0 => Err(StoreError::Exists("user")),
        _ => Ok(()),
    }
}

/// Deletes the keys of a person but for one.
async fn delete_keys(writing: &mut Writing, account: &str, person: &str, kept: &str) -> Result<()> {
    writing
        .run(&statement(
            "DELETE FROM access_key WHERE account = $1 AND person = $2 AND id <> $3",
            bound![account, person, kept],
        ))
        .await?;
    Ok(())
}

pub(crate) async fn insert_key(writing: &mut Writing, key: &StoredKey) -> Result<()> {
    writing
        .run(&statement(
            "INSERT INTO access_key (id, account, person, sealed_secret, status, created_at, ends_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            bound![
                key.id.clone(),
                key.account.clone(),
                key.person.clone(),
                key.sealed_secret.clone(),
                key.status.clone(),
                key.created_at,
                key.ends_at
            ],
        ))
        .await?;
    Ok(())
}

fn account(row: &AnyRow) -> Result<StoredAccount> {
    Ok(StoredAccount {
        account: row.try_get("account")?,
        name: row.try_get("name")?,
        created_at: row.try_get("created_at")?,
        belonging: organization::belonging(row)?,
    })
}

pub(crate) fn person(row: &AnyRow) -> Result<StoredPerson> {
    Ok(StoredPerson {
        account: row.try_get("account")?,
        name: row.try_get("name")?,
        role: row.try_get("role")?,
        status: row.try_get("status")?,
        password_hash: row.try_get("password_hash")?,
        sessions_not_before: row.try_get("sessions_not_before")?,
        created_at: row.try_get("created_at")?,
    })
}

pub(crate) fn key(row: &AnyRow) -> Result<StoredKey> {
    Ok(StoredKey {
        id: row.try_get("id")?,
        account: row.try_get("account")?,
        person: row.try_get("person")?,
        sealed_secret: row.try_get("sealed_secret")?,
        status: row.try_get("status")?,
        created_at: row.try_get("created_at")?,
        ends_at: row.try_get("ends_at")?,
    })
}
