//! What a collector keeps, in a directory: a file a source. It can be lost; then the source is looked at as for the first time.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};
use tempfile::NamedTempFile;

/// The file of a source.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
}

impl StateFile {
    /// The file of a source of a sort, by its name, in a directory, which is made where it is not there.
    ///
    /// # Errors
    ///
    /// A directory that cannot be made.
    pub fn of(directory: &Path, sort: &str, name: &str) -> io::Result<StateFile> {
        fs::create_dir_all(directory)?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let name: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
        Ok(StateFile {
            path: directory.join(format!("{sort}-{name}.json")),
        })
    }

    /// What was kept; nothing where there is none, or something else than is looked for.
    ///
    /// # Errors
    ///
    /// A file that cannot be read.
    pub fn read<T: DeserializeOwned>(&self) -> io::Result<Option<T>> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let read = serde_json::from_slice(&bytes);
        if let Err(error) = &read {
            tracing::warn!(
                "{} is damaged ({error}); looking at all anew",
                self.path.display()
            );
        }
        Ok(read.ok())
    }

    /// Keeps it in place of what was kept.
    ///
    /// # Errors
    ///
    /// A file that cannot be written; what was kept stays.
    pub fn write(&self, known: &impl Serialize) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec(known)?)?;
        file.persist(&self.path)?;
        Ok(())
    }
}
