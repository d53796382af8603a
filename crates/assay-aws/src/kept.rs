//! What is known of what is watched, by site and by name, and kept in a file.

use std::{
    collections::BTreeMap,
    io,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context, Result};
use assay_collector::StateFile;
use serde::{Serialize, de::DeserializeOwned};

use crate::estate::Site;

/// What is known. It can be lost; then all is told anew, and what went meanwhile is not noticed.
pub(crate) struct Kept<T> {
    file: StateFile,
    sites: Mutex<Sites<T>>,
}

type Sites<T> = BTreeMap<String, BTreeMap<String, T>>;

impl<T: Clone + Default + Serialize + DeserializeOwned> Kept<T> {
    /// What a directory has of a sort.
    ///
    /// # Errors
    ///
    /// A directory that cannot be used.
    pub(crate) fn open(directory: &Path, sort: &str) -> Result<Kept<T>> {
        let unusable = || format!("cannot use the directory {}", directory.display());
        let file = StateFile::of(directory, "aws", sort).with_context(unusable)?;
        let sites = file.read().with_context(unusable)?.unwrap_or_default();
        Ok(Kept {
            file,
            sites: Mutex::new(sites),
        })
    }

    fn sites(&self) -> MutexGuard<'_, Sites<T>> {
        self.sites.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, site: &Site, name: &str) -> Option<T> {
        self.look(site, name, T::clone)
    }

    pub(crate) fn has(&self, site: &Site, name: &str) -> bool {
        self.look(site, name, |_| ()).is_some()
    }

    /// Looks at what is known of a name, if anything is.
    pub(crate) fn look<R>(&self, site: &Site, name: &str, look: impl FnOnce(&T) -> R) -> Option<R> {
        self.sites().get(&site.name())?.get(name).map(look)
    }

    /// The names of which something holds.
    pub(crate) fn names(&self, site: &Site, holds: impl Fn(&str) -> bool) -> Vec<String> {
        let sites = self.sites();
        let names = sites.get(&site.name()).into_iter().flat_map(BTreeMap::keys);
        names.filter(|name| holds(name)).cloned().collect()
    }

    /// Changes what is known of a name, of which there may have been nothing; gives how it is then.
    pub(crate) fn note(&self, site: &Site, name: &str, change: impl FnOnce(&mut T)) -> T {
        let mut sites = self.sites();
        let known = sites.entry(site.name()).or_default();
        let one = known.entry(name.to_owned()).or_default();
        change(one);
        one.clone()
    }

    /// Changes what is known of a name, if anything is.
    pub(crate) fn change(&self, site: &Site, name: &str, change: impl FnOnce(&mut T)) {
        let mut sites = self.sites();
        if let Some(one) = sites.get_mut(&site.name()).and_then(|known| known.get_mut(name)) {
            change(one);
        }
    }

    pub(crate) fn remove(&self, site: &Site, name: &str) {
        if let Some(known) = self.sites().get_mut(&site.name()) {
            known.remove(name);
        }
    }

    /// Writes it to the file.
    ///
    /// # Errors
    ///
    /// A file that cannot be written; what was kept stays.
    pub(crate) fn keep(&self) -> io::Result<()> {
        let sites = self.sites().clone();
        self.file.write(&sites)
    }
}
