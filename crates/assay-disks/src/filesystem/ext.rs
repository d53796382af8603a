//! ext2, ext3 and ext4, read by the crate `ext4-view`, which replays the journal in memory.

use std::{error::Error, io::Read, sync::Arc};

use ext4_view::{Ext4, Ext4Error, Ext4Read, FileType, PathBuf};

use super::{DirectoryEntry, FileKind, FileSystem, Location, Place, Stat};
use crate::{Device, DiskError};

/// An open file system; places are paths in it.
pub(super) struct Ext(Ext4);

struct Reader(Arc<dyn Device>);

impl Ext4Read for Reader {
    fn read(&mut self, start: u64, out: &mut [u8]) -> Result<(), Box<dyn Error + Send + Sync + 'static>> {
        Ok(self.0.read_at(out, start)?)
    }
}

impl Ext {
    pub(super) fn open(device: Arc<dyn Device>) -> Result<Ext, DiskError> {
        Ext4::load(Box::new(Reader(device))).map(Ext).map_err(error)
    }
}

fn error(error: Ext4Error) -> DiskError {
    match error {
        Ext4Error::Incompatible(feature) => {
            DiskError::unsupported(format!("a feature of its file system ({feature:?})"))
        }
        Ext4Error::Io(error) => DiskError::damaged(error.to_string()),
        other => DiskError::damaged(other.to_string()),
    }
}

fn no_path() -> DiskError {
    DiskError::damaged("a path that is none")
}

fn bytes(place: &Place) -> Result<&[u8], DiskError> {
    match &place.0 {
        Location::Path(path, _) => Ok(path),
        Location::Inode(_) => Err(no_path()),
    }
}

fn path(place: &Place) -> Result<PathBuf, DiskError> {
    PathBuf::try_from(bytes(place)?).map_err(|_| no_path())
}

impl FileSystem for Ext {
    fn uuid(&self) -> String {
        self.0.uuid().to_string().to_lowercase()
    }

    fn label(&self) -> String {
        String::from_utf8_lossy(self.0.label().as_bytes())
            .trim_end_matches('\0')
            .to_owned()
    }

    fn root(&self) -> Place {
        Place(Location::Path(b"/".to_vec(), None))
    }

    fn list(&self, directory: &Place, each: &mut dyn FnMut(DirectoryEntry) -> bool) -> Result<(), DiskError> {
        for entry in self.0.read_dir(&path(directory)?).map_err(error)? {
            let entry = entry.map_err(error)?;
            let name = entry.file_name();
            let name: &[u8] = name.as_ref();
            if matches!(name, b"." | b"..") {
                continue;
            }
            let kind = match entry.file_type().map_err(error)? {
                FileType::Regular => FileKind::File,
                FileType::Directory => FileKind::Directory,
                FileType::Symlink => FileKind::SymbolicLink,
                _ => FileKind::Other,
            };
            let mut full = bytes(directory)?.to_vec();
            if !full.ends_with(b"/") {
                full.push(b'/');
            }
            full.extend_from_slice(name);
            let name = name.to_vec();
            let place = Place(Location::Path(full, Some(Box::new(entry))));
            if !each(DirectoryEntry { name, kind, place }) {
                break;
            }
        }
        Ok(())
    }

    fn stat(&self, file: &Place) -> Result<Stat, DiskError> {
        let metadata = match &file.0 {
            Location::Path(_, Some(entry)) => entry.metadata(),
            _ => self.0.symlink_metadata(&path(file)?),
        };
        let metadata = metadata.map_err(error)?;
        Ok(Stat {
            size: metadata.len(),
            mode: u32::from(metadata.mode()),
        })
    }

    fn open<'a>(&'a self, file: &Place) -> Result<Box<dyn Read + 'a>, DiskError> {
        Ok(Box::new(self.0.open(&path(file)?).map_err(error)?))
    }
}
