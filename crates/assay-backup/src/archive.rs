//! Making a backup.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use assay_store::Database;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::{
    error::BackupError,
    manifest::{CERTIFICATE, DATABASE, INTELLIGENCE, Listed, MASTER_KEY, Manifest, NAME, SCHEMA},
};

/// The level of zstd: most of what there is to gain.
const LEVEL: i32 = 3;

/// Whether a backup has the master key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MasterKeyIn {
    /// It has; whoever has the backup has every secret.
    Backup,
    /// It has not, and is kept elsewhere; without it no access key opens.
    OtherPlace,
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Where it is.
    pub file: PathBuf,
    /// How many bytes it has.
    pub size: u64,
    /// How many files are in it.
    pub files: usize,
}

/// Makes a backup of a service's directory in a file that is not there yet, while whoever works there goes on. The file
/// appears whole or not at all, readable by its owner alone.
///
/// # Errors
///
/// A place that is taken or cannot be written; a database in PostgreSQL, which has tools of its own.
pub async fn back_up(
    data: &Path,
    database: &Database,
    to: &Path,
    key: MasterKeyIn,
    now: Timestamp,
) -> Result<Made, BackupError> {
    if to.exists() {
        return Err(BackupError::Occupied(to.display().to_string()));
    }
    let folder = match to.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let work = tempfile::Builder::new()
        .prefix(".assay-backup-")
        .tempdir_in(&folder)
        .map_err(|error| BackupError::file(&folder, &error))?;
    let copy = work.path().join(DATABASE);
    database.copy_to(&copy).await?;
    let generations = database.generations(1).await?;
    let mut files = vec![(DATABASE.to_owned(), copy)];
    if key == MasterKeyIn::Backup {
        files.push((MASTER_KEY.to_owned(), data.join(MASTER_KEY)));
    }
    // A generation that was just replaced is left out: whoever starts puts another in force.
    for generation in generations {
        let file = data.join(INTELLIGENCE).join(&generation.file);
        if file.exists() {
            files.push((format!("{INTELLIGENCE}/{}", generation.file), file));
        }
    }
    let (data, to) = (data.to_owned(), to.to_owned());
    let packed = tokio::task::spawn_blocking(move || {
        files.extend(certificates(&data)?);
        let made = pack(&files, &folder, &to, now);
        drop(work);
        made
    });
    packed.await.map_err(|error| BackupError::File {
        place: "the backup".to_owned(),
        reason: error.to_string(),
    })?
}

/// The files of the certificate that the service made, where it did.
fn certificates(data: &Path) -> Result<Vec<(String, PathBuf)>, BackupError> {
    let folder = data.join(CERTIFICATE);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(BackupError::file(&folder, &error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| BackupError::file(&folder, &error))?;
        let name = format!("{CERTIFICATE}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_file() && crate::manifest::is_ours(&name) {
            files.push((name, entry.path()));
        }
    }
    files.sort();
    Ok(files)
}

fn pack(files: &[(String, PathBuf)], folder: &Path, to: &Path, now: Timestamp) -> Result<Made, BackupError> {
    let listed = files
        .iter()
        .map(|(name, file)| list(name, file))
        .collect::<Result<Vec<Listed>, _>>()?;
    let manifest = Manifest {
        schema: SCHEMA.to_owned(),
        made_at: now.to_string(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        files: listed,
    };
    let at = |error: io::Error| BackupError::file(to, &error);
    let mut draft = NamedTempFile::new_in(folder).map_err(at)?;
    let text = serde_json::to_vec(&manifest).map_err(|error| at(error.into()))?;
    write(&mut draft, &text, &manifest, files).map_err(at)?;
    let size = draft.as_file().metadata().map_err(at)?.len();
    draft.as_file().sync_all().map_err(at)?;
    draft
        .persist_noclobber(to)
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Occupied(to.display().to_string()),
            _ => BackupError::file(to, &error.error),
        })?;
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(at)?;
    Ok(Made {
        file: to.to_owned(),
        size,
        files: files.len(),
    })
}

fn write(
    draft: &mut NamedTempFile,
    manifest: &[u8],
    listed: &Manifest,
    files: &[(String, PathBuf)],
) -> io::Result<()> {
    let encoder = zstd::Encoder::new(draft, LEVEL)?;
    let mut archive = tar::Builder::new(encoder);
    append(&mut archive, NAME, manifest.len() as u64, manifest)?;
    for (listed, (name, file)) in listed.files.iter().zip(files) {
        append(
            &mut archive,
            name,
            listed.size,
            File::open(file)?.take(listed.size),
        )?;
    }
    archive.into_inner()?.finish()?.flush()
}

fn append(
    archive: &mut tar::Builder<impl Write>,
    name: &str,
    size: u64,
    content: impl Read,
) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(size);
    header.set_mode(0o600);
    header.set_mtime(0);
    archive.append_data(&mut header, name, content)
}

fn list(name: &str, file: &Path) -> Result<Listed, BackupError> {
    let at = |error: io::Error| BackupError::file(file, &error);
    let mut digest = Digested(Sha256::new());
    let size = io::copy(&mut File::open(file).map_err(at)?, &mut digest).map_err(at)?;
    Ok(Listed {
        path: name.to_owned(),
        size,
        sha256: digest.hexadecimal(),
    })
}

/// Takes the digest of what is written to it.
pub(crate) struct Digested(pub(crate) Sha256);

impl Digested {
    pub(crate) fn hexadecimal(self) -> String {
        self.0
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

impl Write for Digested {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
