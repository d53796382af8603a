//! Connections to one of the two engines.
//!
//! SQLite has one writer, as its files allow, and several readers, which its write-ahead log keeps from waiting for it. A
//! commit is on the disk when it returns, on both engines.

use std::{path::Path, str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    Any, AnyConnection, AnyPool, AssertSqlSafe, Connection, Executor, Row, Transaction,
    any::{AnyConnectOptions, AnyPoolOptions, AnyRow},
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{
    error::{Result, StoreError},
    statement::{Statement, bound, statement},
};

/// Which engine it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, in one file.
    Sqlite,
    /// PostgreSQL, over the network.
    Postgres,
}

/// The place of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file.
    File(std::path::PathBuf),
    /// A server, as `postgres://user@host/database`.
    Server(String),
}

/// Readers at a time.
const READERS: u32 = 4;

/// How long to wait for a connection; it is tried again all the time.
const PATIENCE: Duration = Duration::from_secs(4);

/// Up to how many findings are gathered and sorted, unless it is set.
const FEW: i64 = 20_000;

/// A database that is open.
#[derive(Clone, Debug)]
pub struct Database {
    pub(crate) dialect: Dialect,
    readers: AnyPool,
    writers: AnyPool,
    /// With SQLite, taken by whoever writes: waiting here is fair, waiting in the file is not.
    turn: Arc<Mutex<()>>,
    /// Up to how many findings a list gathers and sorts.
    pub(crate) few: i64,
    /// With PostgreSQL, the connection that holds the lock of whoever works on the database alone.
    alone: Arc<Mutex<Option<AnyConnection>>>,
    /// What was asked of it, for tests of how that is answered.
    #[cfg(test)]
    pub(crate) asked: Arc<std::sync::Mutex<Vec<Statement>>>,
}

/// A transaction that may write. What it does is undone unless it is committed.
pub(crate) struct Writing {
    transaction: Transaction<'static, Any>,
    pub(crate) dialect: Dialect,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Database {
    /// Opens a database and brings its schema up to date.
    ///
    /// # Errors
    ///
    /// A place that cannot be used, or a schema of a later program.
    pub async fn open(place: &Place) -> Result<Database> {
        sqlx::any::install_default_drivers();
        let (dialect, address, shown) = match place {
            Place::File(file) => {
                make_room(file)?;
                let address = format!("sqlite://{}?mode=rwc", file.display());
                (Dialect::Sqlite, address, file.display().to_string())
            }
            Place::Server(address) => (Dialect::Postgres, address.clone(), without_password(address)),
        };
        let unusable = |error: sqlx::Error| StoreError::Place {
            place: shown.clone(),
            reason: error.to_string(),
        };
        let options = AnyConnectOptions::from_str(&address).map_err(unusable)?;
        let pool = |most: u32, purpose: Purpose| {
            AnyPoolOptions::new()
                .max_connections(most)
                .acquire_timeout(PATIENCE)
                .after_connect(move |connection, _| Box::pin(prepare(connection, dialect, purpose)))
        };
        let most_writers = if dialect == Dialect::Sqlite { 1 } else { READERS };
        let writers = pool(most_writers, Purpose::Writing)
            .connect_with(options.clone())
            .await
            .map_err(unusable)?;
        let readers = pool(READERS, Purpose::Reading).connect_lazy_with(options);
        let database = Database {
            dialect,
            readers,
            writers,
            turn: Arc::default(),
            few: FEW,
            alone: Arc::default(),
            #[cfg(test)]
            asked: Arc::default(),
        };
        crate::schema::migrate(&database).await?;
        Ok(database)
    }

    /// The same, but with lists that gather and sort up to so many findings before they are read off an index; 20,000 unless
    /// it is set.
    #[must_use]
    pub fn gathering(self, most: i64) -> Database {
        Database { few: most, ..self }
    }

    /// Whether no other process works on the database; from then on this one does, as long as its connection lasts.
    pub(crate) async fn is_alone(&self) -> Result<bool> {
        if self.dialect == Dialect::Sqlite {
            return Ok(true);
        }
        let mut slot = self.alone.lock().await;
        if let Some(connection) = slot.as_mut()
            && connection.ping().await.is_ok()
        {
            return Ok(true);
        }
        *slot = None;
        let mut connection = self.writers.acquire().await?.detach();
        let row = statement(
            "SELECT CASE WHEN pg_try_advisory_lock($1) THEN 1 ELSE 0 END",
            bound![crate::turn::ALONE],
        )
        .query(self.dialect)
        .fetch_one(&mut connection)
        .await?;
        let is_alone = row.try_get::<i32, _>(0)? == 1;
        if is_alone {
            *slot = Some(connection);
        }
        Ok(is_alone)
    }

    /// Begins a transaction that may write.
    pub(crate) async fn write(&self) -> Result<Writing> {
        let turn = match self.dialect {
            Dialect::Sqlite => Some(Arc::clone(&self.turn).lock_owned().await),
            Dialect::Postgres => None,
        };
        let begin = match self.dialect {
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        };
        let transaction = match self.writers.begin_with(begin).await {
            Err(sqlx::Error::InvalidSavePointStatement) => {
                // SQLite undid a transaction by itself, as on a full disk, and sqlx believes that it is in it still.
                self.writers.acquire().await?.close().await?;
                self.writers.begin_with(begin).await?
            }
            other => other?,
        };
        Ok(Writing {
            transaction,
            dialect: self.dialect,
            _turn: turn,
        })
    }

    #[cfg(test)]
    fn note(&self, statement: &Statement) {
        if let Ok(mut asked) = self.asked.lock() {
            asked.push(statement.clone());
        }
    }

    /// Every row of a statement that only reads.
    pub(crate) async fn rows(&self, statement: &Statement) -> Result<Vec<AnyRow>> {
        #[cfg(test)]
        self.note(statement);
        Ok(statement.query(self.dialect).fetch_all(&self.readers).await?)
    }

    /// The first row of a statement that only reads.
    pub(crate) async fn row(&self, statement: &Statement) -> Result<Option<AnyRow>> {
        #[cfg(test)]
        self.note(statement);
        Ok(statement
            .query(self.dialect)
            .fetch_optional(&self.readers)
            .await?)
    }

    /// One number of a statement that only reads.
    pub(crate) async fn number(&self, statement: &Statement) -> Result<i64> {
        Ok(match self.row(statement).await? {
            Some(row) => row.try_get::<i64, _>(0)?,
            None => 0,
        })
    }

    /// Closes every connection, after what is under way.
    pub async fn close(&self) {
        *self.alone.lock().await = None;
        self.readers.close().await;
        self.writers.close().await;
    }
}

impl Writing {
    /// Runs a statement and tells how many rows it changed.
    pub(crate) async fn run(&mut self, statement: &Statement) -> Result<u64> {
        let done = statement
            .query(self.dialect)
            .execute(&mut *self.transaction)
            .await?;
        Ok(done.rows_affected())
    }

    /// Runs text without values.
    pub(crate) async fn run_text(&mut self, text: &str) -> Result<()> {
        self.transaction
            .execute(sqlx::raw_sql(AssertSqlSafe(text.to_owned())))
            .await?;
        Ok(())
    }

    pub(crate) async fn rows(&mut self, statement: &Statement) -> Result<Vec<AnyRow>> {
        Ok(statement
            .query(self.dialect)
            .fetch_all(&mut *self.transaction)
            .await?)
    }

    pub(crate) async fn row(&mut self, statement: &Statement) -> Result<Option<AnyRow>> {
        Ok(statement
            .query(self.dialect)
            .fetch_optional(&mut *self.transaction)
            .await?)
    }

    pub(crate) async fn number(&mut self, statement: &Statement) -> Result<i64> {
        Ok(match self.row(statement).await? {
            Some(row) => row.try_get::<i64, _>(0)?,
            None => 0,
        })
    }

    /// Empties working tables.
    pub(crate) async fn empty(&mut self, tables: &[&str]) -> Result<()> {
        let text: Vec<String> = match self.dialect {
            Dialect::Sqlite => tables
                .iter()
                .map(|table| format!("DELETE FROM {table}"))
                .collect(),
            // Rows that are deleted stay in the way there until somebody clears up, which nobody does in working tables.
            Dialect::Postgres => vec![format!("TRUNCATE {}", tables.join(", "))],
        };
        self.run_text(&text.join("; ")).await
    }

    pub(crate) async fn commit(self) -> Result<()> {
        Ok(self.transaction.commit().await?)
    }
}

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Reading,
    Writing,
}

/// What every connection is told first.
async fn prepare(
    connection: &mut AnyConnection,
    dialect: Dialect,
    purpose: Purpose,
) -> std::result::Result<(), sqlx::Error> {
    let text = match dialect {
        // FULL: a commit that was acknowledged survives a loss of power.
        Dialect::Sqlite => {
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000; \
             PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000; \
             PRAGMA mmap_size = 0;"
        }
        // Joins go in the order that is written and by the indexes that were made for them: of working tables, which are
        // filled and emptied all the time, no statistics are right, and lists that are cut to a page are taken for long. What
        // costs little so is not worth compiling.
        Dialect::Postgres => {
            "SET statement_timeout = '120s'; SET lock_timeout = '10s'; SET join_collapse_limit = 1; \
             SET from_collapse_limit = 1; SET enable_hashjoin = off; SET enable_mergejoin = off; \
             SET jit = off;"
        }
    };
    connection.execute(sqlx::raw_sql(text)).await?;
    if purpose == Purpose::Writing {
        connection
            .execute(sqlx::raw_sql(crate::schema::WORKING_TABLES))
            .await?;
    }
    connection.ping().await
}

fn make_room(file: &Path) -> Result<()> {
    let directory = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(directory).map_err(|error| StoreError::Place {
        place: directory.display().to_string(),
        reason: error.to_string(),
    })
}

/// An address as it may be shown.
fn without_password(address: &str) -> String {
    match address.split_once("://").and_then(|(scheme, rest)| {
        let (user, host) = rest.rsplit_once('@')?;
        let user = user.split(':').next().unwrap_or_default();
        Some(format!("{scheme}://{user}@{host}"))
    }) {
        Some(shown) => shown,
        None => address.to_owned(),
    }
}
