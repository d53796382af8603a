//! What a collector keeps, in a directory: a file a registry. It can be lost; then the registry is looked at as for the first
//! time.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::registry::Known;

/// The file of a registry.
#[derive(Debug)]
pub(crate) struct File {
    path: PathBuf,
}

impl File {
    /// The file of a registry in a directory, which is made where it is not there.
    pub(crate) fn of(directory: &Path, registry: &str) -> io::Result<File> {
        fs::create_dir_all(directory)?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let name: String = registry
            .chars()
            .map(|c| if is_plain(c) { c } else { '_' })
            .collect();
        Ok(File {
            path: directory.join(format!("registry-{name}.json")),
        })
    }

    /// What was kept; nothing where there is none, or of another version.
    pub(crate) fn read(&self) -> io::Result<Known> {
        match fs::read(&self.path) {
            Ok(bytes) => Ok(Known::read(&bytes).unwrap_or_else(|| {
                tracing::warn!(
                    "{} is of another version or damaged; looking at all anew",
                    self.path.display()
                );
                Known::default()
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Known::default()),
            Err(error) => Err(error),
        }
    }

    /// Keeps it in place of what was kept.
    pub(crate) fn write(&self, known: &Known) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec(known)?)?;
        file.persist(&self.path)?;
        Ok(())
    }
}
