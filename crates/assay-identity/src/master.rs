//! The key that everything sealed or signed by the service hangs on.

use std::{
    fmt, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac, digest::common::Block};
use sha2::Sha256;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::random::{NoRandomness, random_bytes};

/// What the file begins with; the number is the version of its format.
const HEADER: &str = "assay-master-key-1 ";

/// Bytes that the file may have; it has some 64.
const LARGEST_FILE: u64 = 1024;

/// The one key of a service, 32 bytes in a file of its own. Whoever has it and the database has every secret; without it,
/// sealed secrets cannot be opened again.
///
/// It is used for nothing itself: each purpose has a key derived from it ([`MasterKey::derive`]).
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Why there is no master key.
#[derive(Debug, Error)]
pub enum MasterKeyError {
    /// The file cannot be read or written.
    #[error("the master key {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What was wrong.
        source: io::Error,
    },
    /// The file is not one of ours.
    #[error(
        "{path} is not a master key; put the right file back from a backup, sealed secrets open with no other"
    )]
    Malformed {
        /// The file.
        path: PathBuf,
    },
    /// Others than the owner may read the file.
    #[error("{path} can be read by others than its owner; say `chmod 600` to it")]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// There is no randomness to make one of.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl MasterKey {
    /// Takes 32 bytes as the key.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Makes a key.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness.
    pub fn generate() -> Result<Self, NoRandomness> {
        random_bytes().map(Self::from_bytes)
    }

    /// Reads the key from its file, or makes both. A new file appears whole or not at all, readable by its owner alone; of
    /// two processes that make it at once, both have the same key.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or made, that is no master key, or that others may read.
    pub fn open_or_create(path: &Path) -> Result<Self, MasterKeyError> {
        match Self::open(path) {
            Err(MasterKeyError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            other => return other,
        }
        let key = Self::generate()?;
        match key.save(path) {
            Ok(()) => Ok(key),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::open(path),
            Err(source) => Err(at(path, source)),
        }
    }

    /// Reads the key from its file.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, that is no master key, or that others may read.
    pub fn open(path: &Path) -> Result<Self, MasterKeyError> {
        let file = fs::File::open(path).map_err(|source| at(path, source))?;
        let metadata = file.metadata().map_err(|source| at(path, source))?;
        if is_exposed(&metadata) {
            let path = path.to_owned();
            return Err(MasterKeyError::Exposed { path });
        }
        let malformed = || MasterKeyError::Malformed {
            path: path.to_owned(),
        };
        let mut text = Zeroizing::new(String::new());
        io::Read::read_to_string(&mut io::Read::take(file, LARGEST_FILE), &mut text).map_err(|source| {
            match source.kind() {
                io::ErrorKind::InvalidData => malformed(),
                _ => at(path, source),
            }
        })?;
        let encoded = text.trim_end().strip_prefix(HEADER).ok_or_else(malformed)?;
        let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| malformed())?);
        let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| malformed())?;
        Ok(Self::from_bytes(bytes))
    }

    fn save(&self, path: &Path) -> io::Result<()> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut nonce = String::new();
        for byte in random_bytes::<8>().map_err(io::Error::other)? {
            nonce.push_str(&format!("{byte:02x}"));
        }
        let draft = folder.join(format!(".master-key-{nonce}"));
        let text = Zeroizing::new(format!("{HEADER}{}\n", STANDARD.encode(*self.0)));
        let saved = write_new(&draft, text.as_bytes())
            // A link, unlike a rename, never takes the place of a key that another process has just made.
            .and_then(|()| fs::hard_link(&draft, path))
            .and_then(|()| fs::File::open(folder)?.sync_all());
        // A draft that stays behind holds the same key under the same protection.
        let _ = fs::remove_file(&draft);
        saved
    }

    /// The key for one purpose, which tells nothing of the master key or of any other purpose's key.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        // RFC 2104: a key shorter than a block is filled up with zeros. A whole block has no length to be refused.
        let mut block = Block::<Sha256>::default();
        block.iter_mut().zip(*self.0).for_each(|(to, from)| *to = from);
        let mut mac = Hmac::<Sha256>::new(&block);
        mac.update(b"assay/");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

fn at(path: &Path, source: io::Error) -> MasterKeyError {
    MasterKeyError::File {
        path: path.to_owned(),
        source,
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn is_exposed(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0
}

/// Elsewhere the folder's access list protects the file.
#[cfg(not(unix))]
fn is_exposed(_: &fs::Metadata) -> bool {
    false
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MasterKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let made = MasterKey::open_or_create(&path).unwrap();
        let found = MasterKey::open_or_create(&path).unwrap();
        assert_eq!(*made.0, *found.0);
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no draft stays behind"
        );
        assert_eq!(format!("{made:?}"), "MasterKey(…)");
    }

    #[test]
    fn a_key_of_another_process_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let first = MasterKey::generate().unwrap();
        first.save(&path).unwrap();
        let second = MasterKey::generate().unwrap();
        assert_eq!(
            second.save(&path).unwrap_err().kind(),
            io::ErrorKind::AlreadyExists
        );
        assert_eq!(*MasterKey::open(&path).unwrap().0, *first.0);
    }

    #[cfg(unix)]
    #[test]
    fn files_that_are_no_keys() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let key = MasterKey::generate().unwrap();
        key.save(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for mode in [0o640, 0o604, 0o644] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(
                MasterKey::open_or_create(&path),
                Err(MasterKeyError::Exposed { .. })
            ));
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        for content in [
            &b""[..],
            b"assay-master-key-1 ",
            b"assay-master-key-1 AAAA",
            b"assay-master-key-2 ",
            b"\xff",
        ] {
            fs::write(&path, content).unwrap();
            let error = MasterKey::open_or_create(&path).unwrap_err();
            assert!(matches!(error, MasterKeyError::Malformed { .. }), "{error}");
        }
    }

    /// The file as version 1 has it.
    #[cfg(unix)]
    #[test]
    fn the_released_format() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let text = "assay-master-key-1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
        write_new(&path, text.as_bytes()).unwrap();
        let key = MasterKey::open(&path).unwrap();
        assert_eq!(*key.0, std::array::from_fn(|index| index as u8));
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let key = MasterKey::from_bytes([7; 32]);
        assert_eq!(key.derive("cursors"), key.derive("cursors"));
        assert_ne!(key.derive("cursors"), key.derive("secrets"));
        assert_ne!(
            key.derive("cursors"),
            MasterKey::from_bytes([8; 32]).derive("cursors")
        );
    }
}
