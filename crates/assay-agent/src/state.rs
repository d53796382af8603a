//! What an agent keeps between its reports, in a directory that only its user reads.

use std::{
    fs, io,
    io::Write,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

use assay_sigv4::Credentials;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tempfile::NamedTempFile;
use thiserror::Error;

/// The largest report that is kept, in bytes.
const LARGEST_REPORT: u64 = 128 << 20;

/// How often a host is read where nobody says otherwise; what is rarer than this delays what is found.
pub const USUAL_INTERVAL: SignedDuration = SignedDuration::from_mins(30);

const IDENTITY: &str = "agent.json";
const SETTINGS: &str = "settings.json";
const REPORTED: &str = "reported.json";
const SPOOL: &str = "report.json";
const BASE: &str = "base.json";

/// The directory of an agent.
#[derive(Clone, Debug)]
pub struct State {
    directory: PathBuf,
}

/// Who the agent is to its service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// The service.
    pub server: String,
    /// The region.
    pub region: String,
    /// The account that the host belongs to.
    pub account_id: String,
    /// The host.
    pub host_id: String,
    /// The id of the key.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
    /// When the key was made.
    pub key_made_at: Timestamp,
}

/// What the service last said that the agent is to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Whether packages are told that no package manager of the system knows.
    pub inspects_deeply: bool,
    /// Directories whose changes are told at once.
    pub watched: Vec<String>,
    /// How many seconds pass between two reports; none where the service does not say.
    pub report_every: Option<u32>,
}

/// What the service took last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reported {
    /// The digest of the report as it was sent.
    pub(crate) sent: String,
    /// The digest that the service has it under.
    pub(crate) taken: String,
}

/// A file of the agent's that fails.
#[derive(Debug, Error)]
pub enum StateError {
    /// It cannot be read or written.
    #[error("cannot {what} {}: {source}", path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It holds something else.
    #[error("{} is damaged: {source}; take it away, and enrol the host anew where it is agent.json", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where.
        source: serde_json::Error,
    },
    /// A report that is too large to keep.
    #[error("the report has {0} bytes, more than the {LARGEST_REPORT} that are kept")]
    TooLarge(u64),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            inspects_deeply: true,
            watched: Vec::new(),
            report_every: None,
        }
    }
}

impl Settings {
    /// How often the host is read: as it says itself, else as the service says.
    pub fn interval(&self, own: Option<SignedDuration>) -> SignedDuration {
        let of_service = self
            .report_every
            .map(|seconds| SignedDuration::from_secs(seconds.into()));
        own.or(of_service).unwrap_or(USUAL_INTERVAL)
    }
}

impl Identity {
    /// The key, to sign with.
    pub fn credentials(&self) -> Credentials {
        Credentials {
            access_key: self.access_key_id.clone(),
            secret: self.secret_access_key.clone(),
            session_token: None,
        }
    }
}

impl State {
    /// The directory, made where it is not there.
    ///
    /// # Errors
    ///
    /// One that cannot be made.
    pub fn open(directory: &Path) -> Result<State, StateError> {
        let made = fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory);
        made.map_err(|source| StateError::File {
            what: "make",
            path: directory.to_owned(),
            source,
        })?;
        Ok(State {
            directory: directory.to_owned(),
        })
    }

    /// Who the agent is; `None` before it was enrolled.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or is damaged.
    pub fn identity(&self) -> Result<Option<Identity>, StateError> {
        self.read(IDENTITY)
    }

    /// Keeps who the agent is.
    ///
    /// # Errors
    ///
    /// A file that cannot be written; what was there stays.
    pub fn keep_identity(&self, identity: &Identity) -> Result<(), StateError> {
        self.write(IDENTITY, identity)
    }

    /// What the agent was last told to do.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or is damaged.
    pub fn settings(&self) -> Result<Settings, StateError> {
        Ok(self.read(SETTINGS)?.unwrap_or_default())
    }

    pub(crate) fn keep_settings(&self, settings: &Settings) -> Result<(), StateError> {
        self.write(SETTINGS, settings)
    }

    pub(crate) fn reported(&self) -> Result<Option<Reported>, StateError> {
        self.read(REPORTED)
    }

    pub(crate) fn keep_reported(&self, reported: &Reported) -> Result<(), StateError> {
        self.write(REPORTED, reported)
    }

    /// The inventory that the service took last.
    pub(crate) fn base(&self) -> Result<Option<Vec<u8>>, StateError> {
        self.bytes(BASE)
    }

    pub(crate) fn keep_base(&self, inventory: &[u8]) -> Result<(), StateError> {
        self.replace(BASE, inventory)
    }

    pub(crate) fn forget_base(&self) -> Result<(), StateError> {
        self.remove(BASE)
    }

    /// The report that the service has not taken yet.
    ///
    /// # Errors
    ///
    /// A file that cannot be read.
    pub fn spooled(&self) -> Result<Option<Vec<u8>>, StateError> {
        self.bytes(SPOOL)
    }

    pub(crate) fn spool(&self, report: &[u8]) -> Result<(), StateError> {
        let length = report.len() as u64;
        if length > LARGEST_REPORT {
            return Err(StateError::TooLarge(length));
        }
        self.replace(SPOOL, report)
    }

    pub(crate) fn unspool(&self) -> Result<(), StateError> {
        self.remove(SPOOL)
    }

    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, StateError> {
        let path = self.directory.join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(StateError::File {
                what: "read",
                path,
                source,
            }),
        }
    }

    fn remove(&self, name: &str) -> Result<(), StateError> {
        let path = self.directory.join(name);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(StateError::File {
                what: "remove",
                path,
                source,
            }),
            _ => Ok(()),
        }
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StateError> {
        let path = self.directory.join(name);
        let Some(bytes) = self.bytes(name)? else {
            return Ok(None);
        };
        match serde_json::from_slice(&bytes) {
            Ok(value) => Ok(Some(value)),
            Err(source) => Err(StateError::Damaged { path, source }),
        }
    }

    fn write(&self, name: &str, value: &impl Serialize) -> Result<(), StateError> {
        let bytes = serde_json::to_vec_pretty(value).map_err(|source| StateError::Damaged {
            path: self.directory.join(name),
            source,
        })?;
        self.replace(name, &bytes)
    }

    /// Puts a file in place in one step: whoever breaks off leaves the one before.
    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StateError> {
        let path = self.directory.join(name);
        let put = || -> io::Result<()> {
            let mut file = NamedTempFile::new_in(&self.directory)?;
            file.as_file()
                .set_permissions(fs::Permissions::from_mode(0o600))?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(&path)?;
            Ok(())
        };
        put().map_err(|source| StateError::File {
            what: "write",
            path: path.clone(),
            source,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_for_one_user_and_comes_back() {
        let directory = tempfile::tempdir().unwrap();
        let state = State::open(&directory.path().join("below/agent")).unwrap();
        assert_eq!(state.identity().unwrap(), None);
        assert_eq!(state.settings().unwrap(), Settings::default());
        let identity = Identity {
            server: "https://assay.example.org".into(),
            region: "eu-west-1".into(),
            account_id: "111122223333".into(),
            host_id: "i-0feedc0de00000001".into(),
            access_key_id: "AKIA".into(),
            secret_access_key: "secret".into(),
            key_made_at: Timestamp::UNIX_EPOCH,
        };
        state.keep_identity(&identity).unwrap();
        assert_eq!(state.identity().unwrap(), Some(identity));
        let path = directory.path().join("below/agent").join(IDENTITY);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let below = fs::metadata(path.parent().unwrap()).unwrap();
        assert_eq!(below.permissions().mode() & 0o777, 0o700);
        fs::write(&path, "{").unwrap();
        let told = state.identity().unwrap_err().to_string();
        assert!(told.contains("agent.json is damaged"), "{told}");

        assert_eq!(state.spooled().unwrap(), None);
        state.spool(b"one").unwrap();
        state.spool(b"two").unwrap();
        assert_eq!(state.spooled().unwrap(), Some(b"two".to_vec()));
        state.unspool().unwrap();
        state.unspool().unwrap();
        assert_eq!(state.spooled().unwrap(), None);
    }
}
