//! Codes that people sign in with once. They come as digests; here they are texts.

use sqlx::Row;

use crate::{
    database::Database,
    error::Result,
    statement::{bound, statement},
};

/// A code that somebody signs in with once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSignInCode {
    /// The digest of the code.
    pub digest: String,
    /// The account.
    pub account: String,
    /// Whom it signs in.
    pub person: String,
    /// When it was made, in microseconds since 1970.
    pub created_at: i64,
    /// From when on it is not good any more, in microseconds since 1970.
    pub ends_at: i64,
}

impl Database {
    /// Keeps a new code, and forgets those that nobody can use any more.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn create_sign_in_code(&self, code: &StoredSignInCode) -> Result<()> {
        let mut writing = self.write().await?;
        writing
            .run(&statement(
                "DELETE FROM sign_in_code WHERE ends_at <= $1",
                bound![code.created_at],
            ))
            .await?;
        writing
            .run(&statement(
                "INSERT INTO sign_in_code (digest, account, person, created_at, ends_at) VALUES ($1, $2, $3, $4, $5)",
                bound![
                    code.digest.clone(),
                    code.account.clone(),
                    code.person.clone(),
                    code.created_at,
                    code.ends_at
                ],
            ))
            .await?;
        writing.commit().await
    }

    /// Takes a code that is good at a time, which nobody else gets then. None where there is no such code.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn take_sign_in_code(&self, digest: &str, now: i64) -> Result<Option<StoredSignInCode>> {
        let mut writing = self.write().await?;
        let taken = writing
            .row(&statement(
                "DELETE FROM sign_in_code WHERE digest = $1 AND ends_at > $2 \
                 RETURNING account, person, created_at, ends_at",
                bound![digest, now],
            ))
            .await?;
        writing.commit().await?;
        let Some(row) = taken else { return Ok(None) };
        Ok(Some(StoredSignInCode {
            digest: digest.to_owned(),
            account: row.try_get("account")?,
            person: row.try_get("person")?,
            created_at: row.try_get("created_at")?,
            ends_at: row.try_get("ends_at")?,
        }))
    }
}
