//! `assay backup` and `assay restore`: all that a service keeps, in one file.

use anyhow::{Result, bail};
use assay_backup::{MasterKeyIn, back_up, restore as put_back};
use assay_store::Database;
use jiff::Timestamp;

use crate::{
    Answer,
    cli::{Backup, Restore},
    service::runtime,
};

pub(crate) fn backup(options: &Backup) -> Result<Answer> {
    if options.place.database.is_some() {
        bail!(
            "the findings are in PostgreSQL: back them up with `pg_dump`, and keep {} beside that; without it no access \
             key opens again",
            options.place.data.join("master.key").display()
        );
    }
    let data = &options.place.data;
    let file = data.join("assay.db");
    if !file.exists() {
        bail!(
            "{} has no service: there is no {}",
            data.display(),
            file.display()
        );
    }
    let key = match options.without_master_key {
        true => MasterKeyIn::OtherPlace,
        false => MasterKeyIn::Backup,
    };
    let made = runtime()?.block_on(async {
        let database = Database::open(&assay_store::Place::File(file)).await?;
        let made = back_up(data, &database, &options.to, key, Timestamp::now()).await;
        database.close().await;
        anyhow::Ok(made?)
    })?;
    anstream::println!(
        "{}: {} files, {} bytes{}",
        made.file.display(),
        made.files,
        made.size,
        match key {
            MasterKeyIn::Backup => "; it has the master key: keep it as you keep secrets",
            MasterKeyIn::OtherPlace => "; without the master key, which must be put back with it",
        }
    );
    Ok(Answer::Yes)
}

pub(crate) fn restore(options: &Restore) -> Result<Answer> {
    let restored = runtime()?.block_on(put_back(&options.from, &options.data))?;
    anstream::println!(
        "{} is as it was at {}: {} files",
        options.data.display(),
        restored.made_at,
        restored.files
    );
    if restored.key == MasterKeyIn::OtherPlace {
        anstream::println!(
            "the backup has no master key: put it at {} before the service starts; without it no access key opens",
            options.data.join("master.key").display()
        );
    }
    Ok(Answer::Yes)
}
