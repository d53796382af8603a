//! Copies of a whole database in one file, consistent while others write, and telling whether a file is whole.

use std::{path::Path, str::FromStr};

use sqlx::{
    AnyConnection, Connection, Row,
    any::{AnyConnectOptions, AnyRow},
};

use crate::{
    database::{Database, Dialect},
    error::{Result, StoreError},
    schema,
    statement::{bound, statement},
};

impl Database {
    /// Writes a copy of the database as it is at one moment to a file that is not there yet. Whoever writes goes on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Place`] with PostgreSQL, which has tools of its own; when the file cannot be written or the database
    /// does not answer.
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        if self.dialect == Dialect::Postgres {
            return Err(place(
                file,
                "the findings are in PostgreSQL: back them up with `pg_dump`, and the directory of the service with \
                 any tool for files",
            ));
        }
        let Some(name) = file.to_str() else {
            return Err(place(file, "its name is not in UTF-8"));
        };
        self.rows(&statement("VACUUM INTO $1", bound![name])).await?;
        Ok(())
    }
}

/// Tells whether a file is a whole SQLite database of ours, of no later version than this program's.
///
/// # Errors
///
/// [`StoreError::Corrupt`] where it is damaged or none of ours, [`StoreError::Later`] where a later program made it.
pub async fn verify_copy(file: &Path) -> Result<()> {
    sqlx::any::install_default_drivers();
    let unreadable = |error: sqlx::Error| StoreError::Corrupt(format!("{}: {error}", file.display()));
    let address = format!("sqlite://{}?mode=ro", file.display());
    let options = AnyConnectOptions::from_str(&address).map_err(unreadable)?;
    let mut connection = AnyConnection::connect_with(&options).await.map_err(unreadable)?;
    let told: AnyRow = sqlx::query("PRAGMA integrity_check(1)")
        .fetch_one(&mut connection)
        .await
        .map_err(unreadable)?;
    let told: String = told.try_get(0).map_err(unreadable)?;
    if told != "ok" {
        return Err(StoreError::Corrupt(format!("{}: {told}", file.display())));
    }
    let found: AnyRow = sqlx::query("SELECT COALESCE(MAX(number), 0) FROM migration")
        .fetch_one(&mut connection)
        .await
        .map_err(unreadable)?;
    let found: i64 = found.try_get(0).map_err(unreadable)?;
    if found > schema::known() {
        return Err(StoreError::Later {
            found,
            known: schema::known(),
        });
    }
    connection.close().await.map_err(unreadable)
}

fn place(file: &Path, reason: &str) -> StoreError {
    StoreError::Place {
        place: file.display().to_string(),
        reason: reason.to_owned(),
    }
}
