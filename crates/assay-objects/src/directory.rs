//! Buckets that are directories.

use std::{io, path::Path, sync::Arc};

use object_store::local::LocalFileSystem;

use crate::{bucket::Bucket, error::ObjectError};

/// Opens a bucket in a directory of such.
pub(crate) fn open(root: &Path, bucket: &str) -> Result<Bucket, ObjectError> {
    let folder = root.join(bucket);
    match std::fs::metadata(&folder) {
        Ok(found) if found.is_dir() => {}
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            return Err(ObjectError::Denied(format!("{}: {error}", folder.display())));
        }
        _ => {
            return Err(ObjectError::NoBucket {
                bucket: bucket.to_owned(),
                place: "of this service; whoever runs it makes it, as a directory among its reports"
                    .to_owned(),
            });
        }
    }
    let store = LocalFileSystem::new_with_prefix(&folder)
        .map_err(|error| ObjectError::Failed(error.to_string()))?
        .with_automatic_cleanup(true)
        .with_fsync(true);
    Ok(Bucket::new(Arc::new(store), bucket, Some(folder)))
}

/// Removes what is left of a file that was being written when the program was killed: files of its name with `#` and a number.
pub(crate) fn sweep(file: &Path) -> io::Result<()> {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else {
        return Ok(());
    };
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let rest = entry
            .file_name()
            .to_str()
            .zip(name.to_str())
            .and_then(|(found, name)| found.strip_prefix(name)?.strip_prefix('#').map(str::to_owned));
        let is_left =
            rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
        if is_left {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
