//! What can go wrong with a store.

use thiserror::Error;

/// Why a store cannot do what it was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database cannot be reached, or not now; trying again may help.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The disk is full, or the database may not grow.
    #[error("the database has no room left: {0}")]
    Full(String),
    /// The database is of a later version of this program.
    #[error(
        "the database has schema {found}, and this program knows {known}: use the program that made it, or a later one"
    )]
    Later {
        /// The schema that is there.
        found: i64,
        /// The latest that we know.
        known: i64,
    },
    /// What is there cannot be read as what it should be.
    #[error("the database holds something unreadable: {0}")]
    Corrupt(String),
    /// There is one of that name already.
    #[error("there is a {0} of that name already")]
    Exists(&'static str),
    /// What is wanted does not go with what is there.
    #[error("{0}")]
    Refused(String),
    /// There are as many of something as there may be.
    #[error("there are {most} {what} already, and there may not be more")]
    Quota {
        /// Of what, in the plural.
        what: &'static str,
        /// How many there may be.
        most: i64,
    },
    /// The place of the database cannot be used.
    #[error("cannot use {place}: {reason}")]
    Place {
        /// The directory, file or address.
        place: String,
        /// Why.
        reason: String,
    },
    /// A statement that the database does not take; a mistake of ours.
    #[error("the database refuses a statement: {0}")]
    Statement(String),
}

impl StoreError {
    /// Whether trying again later may help.
    pub fn is_passing(&self) -> bool {
        matches!(self, StoreError::Unavailable(_) | StoreError::Full(_))
    }
}

/// Whether a code of PostgreSQL's may be another at the next try: classes of connections, of resources, of operators'
/// interventions; lost races for rows and locks; a server that only reads while another takes over.
fn is_passing_in_postgres(code: &str) -> bool {
    ["08", "53", "57"]
        .iter()
        .any(|class| code.len() == 5 && code.starts_with(class))
        || ["23505", "25006", "40001", "40P01", "55P03"].contains(&code)
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                let text = database.message().to_owned();
                match code.as_ref() {
                    "53100" | "53200" => StoreError::Full(text),
                    code if is_passing_in_postgres(code) => StoreError::Unavailable(text),
                    code if code.len() == 5 => StoreError::Statement(format!("{text} ({code})")),
                    // SQLite's codes carry finer ones in their higher bits.
                    code => match code.parse::<i64>().map(|code| code & 0xff) {
                        // BUSY, LOCKED, READONLY (of a disk that failed), CANTOPEN, PROTOCOL.
                        Ok(5 | 6 | 8 | 14 | 15) => StoreError::Unavailable(text),
                        // FULL; IOERR, which is what a full disk gives, too.
                        Ok(13 | 10) => StoreError::Full(text),
                        // CORRUPT, NOTADB.
                        Ok(11 | 26) => StoreError::Corrupt(text),
                        _ => StoreError::Statement(format!("{text} ({code})")),
                    },
                }
            }
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnNotFound(_) => {
                StoreError::Corrupt(error.to_string())
            }
            sqlx::Error::RowNotFound => StoreError::Corrupt("a row that must be there is not".to_owned()),
            _ => StoreError::Unavailable(error.to_string()),
        }
    }
}

/// What a store answers.
pub type Result<T> = std::result::Result<T, StoreError>;
