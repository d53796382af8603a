//! What `serve` and `admin` share: the directory of a service, its store, its keys and its people.

mod first_start;
mod people;
mod updates;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use assay_identity::{MasterKey, Pending};
use assay_store::Database;
use tokio::runtime::Runtime;

use crate::cli;

pub(crate) use first_start::first_start;
pub(crate) use people::{
    change_user, create_enrolment_key, create_key, create_sign_in_code, create_user, set_password,
};
pub(crate) use updates::{Updates, keep_up_to_date};

/// A service's directory and store.
pub(crate) struct Place {
    /// The directory.
    pub(crate) data: PathBuf,
    /// The store.
    pub(crate) database: Database,
    /// The key that secrets are sealed with.
    pub(crate) master_key: MasterKey,
}

impl Place {
    /// Opens what there is, or makes it.
    pub(crate) async fn open(place: &cli::Place) -> Result<Place> {
        let data = place.data.clone();
        private_folder(&data)?;
        let master_key = MasterKey::open_or_create(&data.join("master.key"))?;
        let at = match &place.database {
            Some(address) => assay_store::Place::Server(address.clone()),
            None => assay_store::Place::File(data.join("assay.db")),
        };
        Ok(Place {
            data,
            database: Database::open(&at).await?,
            master_key,
        })
    }
}

/// Ready as long as the store answers.
pub(crate) struct Answers(pub(crate) Database);

impl assay_api::Readiness for Answers {
    fn ready(&self) -> Pending<'_, Result<(), String>> {
        Box::pin(async {
            let generations = self.0.generations(1).await.map_err(|error| error.to_string())?;
            match generations.is_empty() {
                true => Err("there is no intelligence in force".to_owned()),
                false => Ok(()),
            }
        })
    }
}

/// Makes a folder that nobody else can look into.
fn private_folder(folder: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot make {}", folder.display()))
}

/// A runtime for what is asynchronous.
pub(crate) fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")
}
