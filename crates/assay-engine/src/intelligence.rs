//! The intelligence in force: one generation at a time, swapped in one step, with readers of the old one undisturbed.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};

use assay_intel::Index;
use assay_store::Database;

use crate::error::{EngineError, Result};

/// A generation that is open.
#[derive(Debug)]
pub struct Current {
    /// The index.
    pub index: Index,
    /// Its number in the database.
    pub generation: i64,
}

/// The intelligence of a service.
#[derive(Debug)]
pub struct Intelligence {
    folder: PathBuf,
    current: RwLock<Arc<Current>>,
}

impl Intelligence {
    /// Opens what was in force last, or puts a file in force where nothing was.
    ///
    /// # Errors
    ///
    /// When neither can be opened, or the database does not answer.
    pub async fn open(database: &Database, folder: &Path, first: &Path, now: i64) -> Result<Intelligence> {
        std::fs::create_dir_all(folder).map_err(|error| EngineError::folder(folder, &error))?;
        if let Some(generation) = database.generations(1).await?.first() {
            match Index::open(&folder.join(&generation.file)) {
                Ok(index) if index.generation() == generation.digest => {
                    return Ok(Intelligence {
                        folder: folder.to_owned(),
                        current: RwLock::new(Arc::new(Current {
                            index,
                            generation: generation.id,
                        })),
                    });
                }
                // What is given is put in force then, as a new generation.
                Ok(_) => tracing::error!(file = generation.file, "the file holds another generation"),
                Err(error) => tracing::error!(file = generation.file, %error, "cannot open a generation"),
            }
        }
        let (index, file) = keep(folder, first)?;
        let generation = database.take_generation(&index.generation(), &file, now).await?;
        Ok(Intelligence {
            folder: folder.to_owned(),
            current: RwLock::new(Arc::new(Current { index, generation })),
        })
    }

    /// What is in force now.
    pub fn current(&self) -> Arc<Current> {
        match self.current.read() {
            Ok(current) => Arc::clone(&current),
            Err(poisoned) => Arc::clone(&poisoned.into_inner()),
        }
    }

    /// Puts a file in force, unless it holds what is in force already. A file that is damaged is refused and nothing changes.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened or copied, or the database does not answer.
    pub async fn take(&self, database: &Database, file: &Path, now: i64) -> Result<Arc<Current>> {
        let (index, name) = keep(&self.folder, file)?;
        let digest = index.generation();
        let before = self.current();
        if before.index.generation() == digest {
            return Ok(before);
        }
        let generation = database.take_generation(&digest, &name, now).await?;
        let current = Arc::new(Current { index, generation });
        match self.current.write() {
            Ok(mut slot) => *slot = Arc::clone(&current),
            Err(poisoned) => *poisoned.into_inner() = Arc::clone(&current),
        }
        Ok(current)
    }

    /// Opens a generation by the name of its file, where it still is.
    pub(crate) fn earlier(&self, file: &str) -> Option<Index> {
        Index::open(&self.folder.join(file)).ok()
    }

    /// Deletes the files of generations that no roll-out needs any more.
    pub(crate) fn forget_all_but(&self, files: &[&str]) {
        let Ok(entries) = std::fs::read_dir(&self.folder) else {
            return;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let is_ours = Path::new(&name)
                .extension()
                .is_some_and(|extension| extension == "idx");
            if is_ours && !files.iter().any(|file| name == *file) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

/// Verifies a file and keeps a copy under the name of its content.
fn keep(folder: &Path, file: &Path) -> Result<(Index, String)> {
    let source = Index::open(file)?;
    source.verify()?;
    let name = format!("{}.idx", source.generation());
    let place = folder.join(&name);
    if Index::open(&place).is_err() {
        let partial = folder.join(format!("{name}.partial"));
        std::fs::copy(file, &partial).map_err(|error| EngineError::folder(folder, &error))?;
        std::fs::File::open(&partial)
            .and_then(|partial| partial.sync_all())
            .and_then(|()| std::fs::rename(&partial, &place))
            .map_err(|error| EngineError::folder(folder, &error))?;
    }
    Ok((Index::open(&place)?, name))
}
