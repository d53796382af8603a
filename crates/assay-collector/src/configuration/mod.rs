//! What a collector watches, as a file in TOML says it.

mod packages;

use std::{
    collections::BTreeSet,
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use assay_registry::{ConnectOptions, Credentials, ImageReference};
use jiff::SignedDuration;
use serde::Deserialize;
use thiserror::Error;
use wildmatch::WildMatch;

use crate::{
    hosts::Host,
    kubernetes::{Cluster, PERIODS},
};

pub use packages::Packages;
pub(crate) use packages::parts;

/// The most characters of the ARN or name of a cluster, as the service takes them.
const LONGEST_CLUSTER: usize = 256;

/// How often a registry is looked at where nobody says otherwise.
const USUAL_PERIOD: SignedDuration = SignedDuration::from_mins(15);
/// The least time between two looks.
const LEAST_PERIOD: SignedDuration = SignedDuration::from_secs(10);

/// What a collector watches.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Configuration {
    /// Where notifications are received; nowhere where that is left out.
    pub receiver: Option<Receiver>,
    /// The registries.
    #[serde(default, rename = "registry")]
    pub registries: Vec<Registry>,
    /// Directories with images of disks, each of a host.
    #[serde(default)]
    pub disks: Vec<Directory>,
    /// Hosts, each with its disks.
    #[serde(default, rename = "host")]
    pub hosts: Vec<Host>,
    /// Directories and buckets with packages of functions.
    #[serde(default)]
    pub functions: Vec<Packages>,
    /// Clusters of Kubernetes.
    #[serde(default, rename = "cluster")]
    pub clusters: Vec<Cluster>,
}

/// A directory of files that are resources.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Directory {
    /// The directory.
    pub directory: PathBuf,
    /// How often it is looked at. Disks are read once a day at most, however often.
    #[serde(default = "usual_period")]
    pub every: SignedDuration,
}

/// Where notifications are received.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Receiver {
    /// The address.
    pub listen: SocketAddr,
    /// A file with what the `Authorization` header of a notification must be. Off loopback it must be there.
    pub authorization_file: Option<PathBuf>,
    /// A certificate in PEM form, and its key: notifications come by TLS then.
    pub certificate: Option<PathBuf>,
    /// The key.
    pub key: Option<PathBuf>,
    /// Whether a proxy before it speaks TLS with those who notify.
    #[serde(default)]
    pub behind_proxy: bool,
}

/// A registry.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Registry {
    /// `host` or `host:port`.
    pub address: String,
    /// Other names that notifications have for it.
    #[serde(default)]
    pub also_known_as: Vec<String>,
    /// Names of repositories, with `*` for any characters. Those without one are looked at whether the registry tells of them or
    /// not; none at all means every one of its catalogue.
    #[serde(default)]
    pub repositories: Vec<String>,
    /// Repositories that are left out.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// What the names of its repositories begin with in the service, to tell them from those of other registries.
    #[serde(default)]
    pub prefix: String,
    /// The user name; else what docker and podman keep.
    pub username: Option<String>,
    /// A file with the password.
    pub password_file: Option<PathBuf>,
    /// Whether it may be spoken to without TLS. On loopback it may always.
    #[serde(default)]
    pub plain_http: bool,
    /// A file in PEM form with authorities that are trusted besides the system's.
    pub ca: Option<PathBuf>,
    /// How often it is looked at, besides what it notifies of, such as `15m` or `PT15M`.
    #[serde(default = "usual_period")]
    pub every: SignedDuration,
}

pub(crate) fn usual_period() -> SignedDuration {
    USUAL_PERIOD
}

/// A file that cannot be used.
#[derive(Debug, Error)]
pub enum ConfigurationError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no TOML, or says something else than what is known.
    #[error("{}: {message}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where, and what is wrong.
        message: String,
    },
    /// Something that it names cannot be used.
    #[error("cannot use {name}: {message}")]
    Unusable {
        /// What.
        name: String,
        /// Why.
        message: String,
    },
    /// It says what cannot be.
    #[error("{}: {field} {message}", path.display())]
    Impossible {
        /// The file.
        path: PathBuf,
        /// Which of it.
        field: String,
        /// Why, and what to do.
        message: String,
    },
}

impl Configuration {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] says which line or field, and what to do.
    pub fn open(path: &Path) -> Result<Configuration, ConfigurationError> {
        let text = read(path)?;
        let configuration = Configuration::parse(&text).map_err(|message| ConfigurationError::Malformed {
            path: path.to_owned(),
            message,
        })?;
        match configuration.mistake() {
            None => Ok(configuration),
            Some((field, message)) => Err(ConfigurationError::Impossible {
                path: path.to_owned(),
                field,
                message,
            }),
        }
    }

    fn parse(text: &str) -> Result<Configuration, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// What of it cannot be.
    fn mistake(&self) -> Option<(String, String)> {
        let is_nothing = self.registries.is_empty()
            && self.disks.is_empty()
            && self.hosts.is_empty()
            && self.functions.is_empty()
            && self.clusters.is_empty();
        if is_nothing {
            let message = "says nothing to watch: name a [[registry]], [[disks]], [[host]], [[functions]] or [[cluster]] at least";
            return Some(("it".to_owned(), message.to_owned()));
        }
        for (at, disks) in self.disks.iter().enumerate() {
            let field = |name: &str| format!("disks[{at}].{name}");
            if disks.every < LEAST_PERIOD {
                return Some((field("every"), format!("must be {LEAST_PERIOD:#} at least")));
            }
            if !disks.directory.is_dir() {
                let message = format!("{} is no directory", disks.directory.display());
                return Some((field("directory"), message));
            }
        }
        for (at, functions) in self.functions.iter().enumerate() {
            if let Some((name, message)) = functions.mistake() {
                return Some((format!("functions[{at}].{name}"), message));
            }
        }
        let mut ids = BTreeSet::new();
        for (at, host) in self.hosts.iter().enumerate() {
            let field = |name: &str| format!("host[{at}].{name}");
            if let Some((name, message)) = host.mistake() {
                return Some((field(name), message));
            }
            if !ids.insert(host.id.as_str()) {
                let message = "is another host's: name the disks of both in one, or give each its own";
                return Some((field("id"), message.to_owned()));
            }
            if host.every < LEAST_PERIOD {
                return Some((field("every"), format!("must be {LEAST_PERIOD:#} at least")));
            }
        }
        if let Some(receiver) = &self.receiver {
            if receiver.certificate.is_some() != receiver.key.is_some() {
                return Some((
                    "receiver".to_owned(),
                    "has one of certificate and key: give both or none".to_owned(),
                ));
            }
            if !receiver.listen.ip().is_loopback() && receiver.authorization_file.is_none() {
                let message =
                    "is reached by others: name an authorization-file whose content registries send along";
                return Some(("receiver.listen".to_owned(), message.to_owned()));
            }
            let is_in_the_clear = receiver.certificate.is_none() && !receiver.behind_proxy;
            if !receiver.listen.ip().is_loopback() && is_in_the_clear {
                let message = "would show what registries send along to whoever listens: give certificate and key, or say \
                               behind-proxy = true where a proxy has them";
                return Some(("receiver.listen".to_owned(), message.to_owned()));
            }
        }
        let mut names = BTreeSet::new();
        for (at, cluster) in self.clusters.iter().enumerate() {
            let field = |name: &str| format!("cluster[{at}].{name}");
            if cluster.name.is_empty() || cluster.name.chars().count() > LONGEST_CLUSTER {
                return Some((
                    field("name"),
                    format!("must have 1 to {LONGEST_CLUSTER} characters: the cluster's ARN or name"),
                ));
            }
            if !names.insert(cluster.name.as_str()) {
                let message = "is another cluster's: one would end what the other tells; give each its own";
                return Some((field("name"), message.to_owned()));
            }
            let (least, longest) = PERIODS;
            if !(least..=longest).contains(&cluster.every) {
                return Some((field("every"), format!("must be {least:#} to {longest:#}")));
            }
        }
        let mut prefixes = BTreeSet::new();
        for (at, registry) in self.registries.iter().enumerate() {
            let field = |name: &str| format!("registry[{at}].{name}");
            if ImageReference::parse(&format!("{}/a", registry.address)).is_err()
                || registry.address.contains('/')
            {
                return Some((
                    field("address"),
                    format!(
                        "\"{}\" is no address of a registry: write HOST or HOST:PORT",
                        registry.address
                    ),
                ));
            }
            if registry.every < LEAST_PERIOD {
                return Some((field("every"), format!("must be {LEAST_PERIOD:#} at least")));
            }
            if registry.username.is_some() != registry.password_file.is_some() {
                return Some((
                    field("username"),
                    "goes with password-file: give both or none".to_owned(),
                ));
            }
            if !prefixes.insert(registry.prefix.as_str()) {
                let message = format!(
                    "\"{}\" is another registry's: equal repositories of the two would be one; give each its own",
                    registry.prefix
                );
                return Some((field("prefix"), message));
            }
        }
        None
    }
}

impl Registry {
    /// How it is spoken to.
    ///
    /// # Errors
    ///
    /// A password that cannot be read.
    pub fn options(&self) -> Result<ConnectOptions, ConfigurationError> {
        let credentials = match (&self.username, &self.password_file) {
            (Some(username), Some(file)) => Some(Credentials::Password {
                username: username.clone(),
                password: read(file)?.trim_end().to_owned(),
            }),
            _ => None,
        };
        Ok(ConnectOptions {
            credentials,
            authorities: self.ca.iter().cloned().collect(),
            without_tls: match self.plain_http {
                true => vec![self.address.clone()],
                false => Vec::new(),
            },
        })
    }

    /// How often it is looked at.
    pub(crate) fn period(&self) -> Duration {
        self.every.unsigned_abs()
    }

    /// Whether notifications that name a registry are about this one.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.address == name || self.also_known_as.iter().any(|other| other == name)
    }

    /// Whether a repository is watched.
    pub(crate) fn watches(&self, repository: &str) -> bool {
        let is_any = |patterns: &[String]| {
            patterns
                .iter()
                .any(|pattern| WildMatch::new(pattern).matches(repository))
        };
        (self.repositories.is_empty() || is_any(&self.repositories)) && !is_any(&self.exclude)
    }

    /// Repositories that are named one by one.
    pub(crate) fn named(&self) -> impl Iterator<Item = &String> {
        self.repositories.iter().filter(|name| !name.contains('*'))
    }

    /// Whether its catalogue is needed to know its repositories.
    pub(crate) fn needs_catalogue(&self) -> bool {
        self.repositories.is_empty() || self.repositories.iter().any(|name| name.contains('*'))
    }
}

impl Receiver {
    /// What the `Authorization` header must be; `None` where anything goes.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or says nothing.
    pub fn authorization(&self) -> Result<Option<String>, ConfigurationError> {
        let Some(path) = &self.authorization_file else {
            return Ok(None);
        };
        let text = read(path)?.trim().to_owned();
        match text.is_empty() {
            false => Ok(Some(text)),
            true => Err(ConfigurationError::Malformed {
                path: path.clone(),
                message: "is empty: write what registries send as their Authorization header".to_owned(),
            }),
        }
    }
}

pub(crate) fn read(path: &Path) -> Result<String, ConfigurationError> {
    fs::read_to_string(path).map_err(|source| ConfigurationError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<Configuration, String> {
        let configuration = Configuration::parse(text)?;
        match configuration.mistake() {
            None => Ok(configuration),
            Some((field, message)) => Err(format!("{field} {message}")),
        }
    }

    #[test]
    fn what_is_watched() {
        let text = "[[registry]]\naddress = 'r:5000'\nrepositories = ['shop/*', 'base']\nexclude = ['shop/test*']\nevery = '30s'";
        let registry = check(text).unwrap().registries.remove(0);
        for (repository, expected) in [
            ("shop/web", true),
            ("shop/a/b", true),
            ("shop/test-1", false),
            ("base", true),
            ("based", false),
        ] {
            assert_eq!(registry.watches(repository), expected, "{repository}");
        }
        assert_eq!(registry.named().collect::<Vec<_>>(), ["base"]);
        assert_eq!(registry.period(), Duration::from_secs(30));
        assert!(registry.needs_catalogue());
        let all = check("[[registry]]\naddress = 'r'").unwrap().registries.remove(0);
        assert!(all.watches("anything") && all.needs_catalogue());
        assert_eq!(all.period(), Duration::from_secs(900));
    }

    #[test]
    fn mistakes_are_told_with_what_to_do() {
        for (text, expected) in [
            ("", "it says nothing to watch"),
            (
                "[[disks]]\ndirectory = '/not/there'",
                "disks[0].directory /not/there is no directory",
            ),
            ("[[registry]]\naddress = 'https://r'", "registry[0].address"),
            (
                "[[registry]]\naddress = 'r'\nevery = '1s'",
                "registry[0].every must be 10s at least",
            ),
            (
                "[[registry]]\naddress = 'r'\nusername = 'a'",
                "goes with password-file",
            ),
            (
                "[[registry]]\naddress = 'r'\n[[registry]]\naddress = 's'",
                "registry[1].prefix",
            ),
            ("[[functions]]", "functions[0].directory or bucket"),
            (
                "[[functions]]\ndirectory = '/'\nbucket = 's3://a'",
                "functions[0].directory or bucket",
            ),
            (
                "[[functions]]\nbucket = 'a'",
                "functions[0].bucket \"a\" is no bucket",
            ),
            (
                "[[functions]]\nbucket = 's3://abc'\naccess-key = 'a'",
                "functions[0].access-key goes with",
            ),
            (
                "[[functions]]\nbucket = 's3://abc'\nevery = '1s'",
                "functions[0].every must be 10s at least",
            ),
            ("[[host]]\nid = ''\ndisks = ['a']", "host[0].id must have"),
            ("[[host]]\nid = 'a'\ndisks = []", "host[0].disks must name"),
            (
                "[[host]]\nid = 'a'\ndisks = ['a']\n[[host]]\nid = 'a'\ndisks = ['b']",
                "host[1].id is another host's",
            ),
            (
                "[[host]]\nid = 'a'\ndisks = ['a']\nevery = '1s'",
                "host[0].every must be 10s at least",
            ),
            ("[[cluster]]\nname = ''", "cluster[0].name"),
            (
                "[[cluster]]\nname = 'a'\n[[cluster]]\nname = 'a'",
                "cluster[1].name",
            ),
            (
                "[[cluster]]\nname = 'a'\nevery = '48h'",
                "cluster[0].every must be",
            ),
            (
                "[[registry]]\naddress = 'r'\ncolour = 'red'",
                "unknown field `colour`",
            ),
            (
                "[receiver]\nlisten = '0.0.0.0:1'\n[[registry]]\naddress = 'r'",
                "receiver.listen is reached by others",
            ),
            (
                "[receiver]\nlisten = '0.0.0.0:1'\nauthorization-file = 'x'\n[[registry]]\naddress = 'r'",
                "receiver.listen would show",
            ),
        ] {
            let message = check(text).unwrap_err();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
