//! How a cluster is reached: by a kubeconfig, or by what each pod finds in itself.
//!
//! Source: Kubernetes documentation, "Accessing the API from a Pod".

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use thiserror::Error;
use ureq::tls::{Certificate, PemItem, PrivateKey, parse_pem};

use super::{Cluster, kubeconfig};

/// Where a pod has what it is given of its service account.
const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Bytes of a file with a certificate, a key or a token.
const LARGEST: u64 = 1 << 20;

/// A cluster that cannot be reached by what is said of it.
#[derive(Debug, Error)]
pub enum AccessError {
    /// A file that cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A kubeconfig that does not say what it should.
    #[error("{}: {message}", path.display())]
    Kubeconfig {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        message: String,
    },
    /// Certificates or a key that are none.
    #[error("{what} holds no {expected} in PEM form")]
    Pem {
        /// What should.
        what: String,
        /// What it should hold.
        expected: &'static str,
    },
    /// No kubeconfig, and not in a pod.
    #[error("no kubeconfig is named, and this is no pod of a cluster: name one as kubeconfig = \"FILE\"")]
    Nowhere,
}

impl Cluster {
    /// The address of its API server, when all that is needed to ask it is there and can be read.
    ///
    /// # Errors
    ///
    /// A kubeconfig, or a file that it names, that cannot be read or does not say what it should; where no kubeconfig is
    /// named, a process that is in no pod.
    pub fn server(&self) -> Result<String, AccessError> {
        Access::of(self).map(|access| access.server)
    }
}

/// How a cluster is reached.
pub(super) struct Access {
    /// The address of the API server.
    pub(super) server: String,
    /// Who vouches for it; nobody in particular where there is none.
    pub(super) authorities: Vec<Certificate<'static>>,
    /// What is sent along.
    pub(super) token: Option<String>,
    /// What TLS shows of us.
    pub(super) certificate: Option<(Vec<Certificate<'static>>, PrivateKey<'static>)>,
}

impl Access {
    /// What is said of a cluster.
    pub(super) fn of(cluster: &Cluster) -> Result<Access, AccessError> {
        match &cluster.kubeconfig {
            Some(path) => kubeconfig::access(path, cluster.context.as_deref()),
            None => {
                let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
                let (Some(host), Some(port)) = (
                    variable("KUBERNETES_SERVICE_HOST"),
                    variable("KUBERNETES_SERVICE_PORT"),
                ) else {
                    return Err(AccessError::Nowhere);
                };
                Access::of_pod(&host, &port, Path::new(ACCOUNT))
            }
        }
    }

    fn of_pod(host: &str, port: &str, account: &Path) -> Result<Access, AccessError> {
        let host = match host.contains(':') {
            true => format!("[{host}]"),
            false => host.to_owned(),
        };
        let authorities = account.join("ca.crt");
        Ok(Access {
            server: format!("https://{host}:{port}"),
            authorities: certificates(&read(&authorities)?, &authorities.display().to_string())?,
            token: Some(text(&account.join("token"))?),
            certificate: None,
        })
    }
}

/// All of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, AccessError> {
    let unreadable = |source| AccessError::Unreadable {
        path: path.to_owned(),
        source,
    };
    // A device or a pipe has no length, and may have no end.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(unreadable(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is no regular file",
        )));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(unreadable(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it has more than {LARGEST} bytes"),
        )));
    }
    Ok(bytes)
}

/// What stands in a file, without blanks around it.
pub(super) fn text(path: &Path) -> Result<String, AccessError> {
    Ok(String::from_utf8_lossy(&read(path)?).trim().to_owned())
}

/// The certificates of a text in PEM form.
pub(super) fn certificates(pem: &[u8], what: &str) -> Result<Vec<Certificate<'static>>, AccessError> {
    let found: Vec<Certificate<'static>> = parse_pem(pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    match found.is_empty() {
        false => Ok(found),
        true => Err(AccessError::Pem {
            what: what.to_owned(),
            expected: "certificate",
        }),
    }
}

/// The private key of a text in PEM form.
pub(super) fn key(pem: &[u8], what: &str) -> Result<PrivateKey<'static>, AccessError> {
    let mut keys = parse_pem(pem).filter_map(|item| match item {
        Ok(PemItem::PrivateKey(key)) => Some(key),
        _ => None,
    });
    keys.next().ok_or_else(|| AccessError::Pem {
        what: what.to_owned(),
        expected: "private key",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_finds_its_account() {
        let folder = tempfile::tempdir().unwrap();
        let message = |access: Result<Access, AccessError>| access.err().unwrap().to_string();
        let of = || Access::of_pod("fd00::1", "443", folder.path());
        assert!(message(of()).contains("ca.crt"));
        fs::write(folder.path().join("ca.crt"), "nonsense").unwrap();
        assert!(message(of()).contains("no certificate"));
        let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        fs::write(folder.path().join("ca.crt"), pem).unwrap();
        assert!(message(of()).contains("token"));
        fs::write(folder.path().join("token"), "secret\n").unwrap();
        let access = of().unwrap();
        assert_eq!(access.server, "https://[fd00::1]:443");
        assert_eq!(access.token.as_deref(), Some("secret"));
    }
}
