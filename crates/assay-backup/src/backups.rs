//! The backups that a running service makes of itself, beside what it keeps.

use std::{
    fs,
    path::{Path, PathBuf},
};

use assay_store::Database;
use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::{
    archive::{Made, MasterKeyIn, back_up},
    error::BackupError,
};

/// Backups that are kept; older ones give way.
const KEPT: usize = 7;

/// The folder of backups in a service's directory.
const FOLDER: &str = "backups";

const PREFIX: &str = "assay-";
const SUFFIX: &str = ".backup";

/// Makes backups of a service, one at a time.
#[derive(Debug)]
pub struct Backups {
    data: PathBuf,
    database: Database,
    turn: Mutex<()>,
}

impl Backups {
    /// Of a service's directory and its database.
    pub fn new(data: &Path, database: Database) -> Backups {
        Backups {
            data: data.to_owned(),
            database,
            turn: Mutex::new(()),
        }
    }

    /// Makes a backup in the folder `backups` of the directory, named by the time. The latest seven are kept.
    ///
    /// # Errors
    ///
    /// While another is being made; as for [`back_up`].
    pub async fn make(&self, now: Timestamp) -> Result<Made, BackupError> {
        let _turn = self.turn.try_lock().map_err(|_| BackupError::Busy)?;
        let folder = self.data.join(FOLDER);
        fs::create_dir_all(&folder).map_err(|error| BackupError::file(&folder, &error))?;
        let name = format!("{PREFIX}{}{SUFFIX}", now.strftime("%Y%m%dT%H%M%S%.fZ"));
        let made = back_up(
            &self.data,
            &self.database,
            &folder.join(name),
            MasterKeyIn::Backup,
            now,
        )
        .await?;
        forget_old(&folder)?;
        Ok(made)
    }
}

/// Removes all but the latest backups; their names are in the order of time.
fn forget_old(folder: &Path) -> Result<(), BackupError> {
    let at = |error: std::io::Error| BackupError::file(folder, &error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(at)? {
        let name = entry.map_err(at)?.file_name();
        if let Some(name) = name.to_str()
            && name.starts_with(PREFIX)
            && name.ends_with(SUFFIX)
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    let old = names.len().saturating_sub(KEPT);
    for name in names.iter().take(old) {
        fs::remove_file(folder.join(name)).map_err(at)?;
    }
    Ok(())
}
