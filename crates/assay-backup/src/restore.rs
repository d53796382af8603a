//! Putting a backup back.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use assay_identity::MasterKey;
use assay_store::verify_copy;
use sha2::{Digest, Sha256};

use crate::{
    archive::{Digested, MasterKeyIn},
    error::BackupError,
    manifest::{DATABASE, LARGEST, Listed, MASTER_KEY, Manifest, NAME, SCHEMA, is_ours},
};

/// A backup that was put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// When the backup was made.
    pub made_at: String,
    /// How many files it had.
    pub files: usize,
    /// Whether it had the master key; else it must be put there before the service starts.
    pub key: MasterKeyIn,
}

/// Puts a backup into a directory that is not there yet, or is empty. It is there whole, or nothing is.
///
/// # Errors
///
/// A directory with anything in it; a file that is no whole backup; a database that is damaged or of a later program.
pub async fn restore(from: &Path, data: &Path) -> Result<Restored, BackupError> {
    if is_occupied(data)? {
        return Err(BackupError::Occupied(data.display().to_string()));
    }
    let parent = match data.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    fs::create_dir_all(&parent).map_err(|error| BackupError::file(&parent, &error))?;
    let (file, place) = (from.to_owned(), parent.clone());
    let unpacked = tokio::task::spawn_blocking(move || {
        let work = tempfile::Builder::new()
            .prefix(".assay-restore-")
            .tempdir_in(&place)
            .map_err(|error| BackupError::file(&place, &error))?;
        let manifest = unpack(&file, work.path())?;
        Ok::<_, BackupError>((work, manifest))
    });
    let (work, manifest) = unpacked
        .await
        .map_err(|error| BackupError::damaged(from, &error))??;
    verify_copy(&work.path().join(DATABASE)).await?;
    let has_key = manifest.files.iter().any(|file| file.path == MASTER_KEY);
    if has_key {
        MasterKey::open(&work.path().join(MASTER_KEY))?;
    }
    // An empty directory gives way to another; one with anything in it does not.
    let moved = fs::rename(work.path(), data);
    moved.map_err(|error| BackupError::file(data, &error))?;
    // It is no longer there to be cleared away.
    let _ = work.keep();
    File::open(&parent)
        .and_then(|parent| parent.sync_all())
        .map_err(|error| BackupError::file(&parent, &error))?;
    Ok(Restored {
        made_at: manifest.made_at,
        files: manifest.files.len(),
        key: match has_key {
            true => MasterKeyIn::Backup,
            false => MasterKeyIn::OtherPlace,
        },
    })
}

fn is_occupied(data: &Path) -> Result<bool, BackupError> {
    match fs::read_dir(data) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(BackupError::file(data, &error)),
    }
}

/// Unpacks a backup, and holds every file against the manifest.
fn unpack(from: &Path, into: &Path) -> Result<Manifest, BackupError> {
    let damaged = |error: io::Error| BackupError::damaged(from, &error);
    let file = File::open(from).map_err(|error| BackupError::file(from, &error))?;
    let decoder = zstd::Decoder::new(file).map_err(damaged)?;
    let mut archive = tar::Archive::new(decoder);
    // Raw: names that an extension would make long are none of ours.
    let mut entries = archive.entries().map_err(damaged)?.raw(true);
    let mut first = match entries.next() {
        Some(entry) => entry.map_err(damaged)?,
        None => return Err(BackupError::damaged(from, "it is empty")),
    };
    if first.path_bytes().as_ref() != NAME.as_bytes() || first.size() > LARGEST {
        return Err(BackupError::damaged(from, "it does not begin with a manifest"));
    }
    let mut text = Vec::new();
    first.read_to_end(&mut text).map_err(damaged)?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|error| BackupError::damaged(from, &error))?;
    if manifest.schema != SCHEMA {
        let reason = format!(
            "it is of the form {}, and this program reads {SCHEMA}",
            manifest.schema
        );
        return Err(BackupError::damaged(from, &reason));
    }
    if !manifest.files.iter().any(|file| file.path == DATABASE) {
        return Err(BackupError::damaged(from, "it has no database"));
    }
    for listed in &manifest.files {
        if !is_ours(&listed.path) {
            let reason = format!("it has `{}`, which no backup has", listed.path);
            return Err(BackupError::damaged(from, &reason));
        }
        let missing = || BackupError::damaged(from, &format!("`{}` is not in it", listed.path));
        let entry = entries.next().ok_or_else(missing)?.map_err(damaged)?;
        if entry.path_bytes().as_ref() != listed.path.as_bytes() || entry.size() != listed.size {
            return Err(missing());
        }
        let digest = write(entry, &into.join(&listed.path)).map_err(damaged)?;
        check(listed, &digest).map_err(|reason| BackupError::damaged(from, &reason))?;
    }
    for folder in ["", "intelligence", "tls"] {
        if let Ok(folder) = File::open(into.join(folder)) {
            folder.sync_all().map_err(damaged)?;
        }
    }
    Ok(manifest)
}

fn check(listed: &Listed, digest: &str) -> Result<(), String> {
    match listed.sha256 == digest {
        true => Ok(()),
        false => Err(format!("`{}` is not what it was", listed.path)),
    }
}

/// Writes an entry to a new file for its owner alone; gives the digest.
fn write(mut entry: impl Read, to: &Path) -> io::Result<String> {
    if let Some(folder) = to.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)?;
    let mut digest = Digested(Sha256::new());
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = entry.read(&mut buffer)?;
        if length == 0 {
            break;
        }
        file.write_all(&buffer[..length])?;
        digest.write_all(&buffer[..length])?;
    }
    file.sync_all()?;
    Ok(digest.hexadecimal())
}
