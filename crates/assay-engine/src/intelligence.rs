//! The intelligence in force: one generation at a time, swapped in one step, with readers of the old one undisturbed.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use assay_intel::Index;
use assay_store::Database;

use crate::{
    error::{EngineError, Result},
    upkeep::Upkeep,
};

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
    upkeep: Mutex<Upkeep>,
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
                        upkeep: Mutex::default(),
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
            upkeep: Mutex::default(),
        })
    }

    /// What is in force now.
    pub fn current(&self) -> Arc<Current> {
        match self.current.read() {
            Ok(current) => Arc::clone(&current),
            Err(poisoned) => Arc::clone(&poisoned.into_inner()),
        }
    }

    /// Puts a file in force, unless it holds what is in force already: then it mends the copy in force, where that is damaged.
    /// A file that is damaged itself is refused and nothing changes.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened or copied, or the database does not answer.
    pub async fn take(&self, database: &Database, file: &Path, now: i64) -> Result<Arc<Current>> {
        let (index, name) = keep(&self.folder, file)?;
        let digest = index.generation();
        let before = self.current();
        let generation = if before.index.generation() == digest {
            before.generation
        } else {
            database.take_generation(&digest, &name, now).await?
        };
        let current = Arc::new(Current { index, generation });
        match self.current.write() {
            Ok(mut slot) => *slot = Arc::clone(&current),
            Err(poisoned) => *poisoned.into_inner() = Arc::clone(&current),
        }
        Ok(current)
    }

    /// How it is kept up to date.
    pub fn upkeep(&self) -> Upkeep {
        self.upkeep.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes how it is kept up to date.
    pub fn note(&self, noted: impl FnOnce(&mut Upkeep)) {
        noted(&mut self.upkeep.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Opens a generation by the name of its file, where it still is.
    pub(crate) fn earlier(&self, file: &str) -> Option<Index> {
        Index::open(&self.folder.join(file)).ok()
    }

    /// Deletes files of generations that no roll-out needs any more. Others stay: one of them may be about to come in force.
    pub(crate) fn forget<'f>(&self, files: impl Iterator<Item = &'f str>) {
        for file in files {
            // Mostly it is gone already.
            let _ = std::fs::remove_file(self.folder.join(file));
        }
    }
}

/// Verifies a file and keeps a copy under the name of its content.
fn keep(folder: &Path, file: &Path) -> Result<(Index, String)> {
    let source = Index::open(file)?;
    source.verify()?;
    let name = format!("{}.idx", source.generation());
    let place = folder.join(&name);
    if whole(&place).is_err() {
        let partial = folder.join(format!("{name}.partial"));
        if let Err(error) = copy(file, &partial, &place) {
            // On a full disk, half a copy is room that something else needs.
            let _ = std::fs::remove_file(&partial);
            return Err(EngineError::folder(folder, &error));
        }
    }
    Ok((Index::open(&place)?, name))
}

/// Opens a file every byte of which is as it should be.
fn whole(place: &Path) -> Result<Index> {
    let index = Index::open(place)?;
    index.verify()?;
    Ok(index)
}

/// Copies a file to its place by way of another, so that there is the whole or nothing, after a loss of power too.
fn copy(from: &Path, partial: &Path, place: &Path) -> std::io::Result<()> {
    std::fs::copy(from, partial)?;
    std::fs::File::open(partial)?.sync_all()?;
    std::fs::rename(partial, place)?;
    match place.parent() {
        Some(folder) => std::fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
