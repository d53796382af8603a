//! What encrypts connections: a certificate that is given, or one that is made once and kept.

use std::{
    fmt, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use sha2::{Digest, Sha256};
use thiserror::Error;
use tokio_rustls::TlsAcceptor;

/// The certificate that is made, and its key.
const CERTIFICATE: &str = "tls-certificate.pem";
const KEY: &str = "tls-key.pem";

/// A certificate with its key, ready to accept connections.
#[derive(Clone)]
pub struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    certificate: PathBuf,
    fingerprint: String,
}

/// Why connections cannot be encrypted.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What was wrong.
        source: io::Error,
    },
    /// A file holds no certificate or key.
    #[error("{path} holds no {what} in PEM: {reason}")]
    Pem {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
        /// What was wrong.
        reason: String,
    },
    /// Certificate and key do not go together, or are of no use.
    #[error("the certificate {certificate} and its key cannot be used: {source}")]
    Unusable {
        /// The file of the certificate.
        certificate: PathBuf,
        /// What was wrong.
        source: rustls::Error,
    },
    /// No certificate can be made for these names.
    #[error("no certificate can be made for {names}: {source}")]
    Making {
        /// The names.
        names: String,
        /// What was wrong.
        source: rcgen::Error,
    },
}

impl Tls {
    /// Takes a certificate, with those that lead to its authority after it, and its key, both in PEM. Blocks.
    ///
    /// # Errors
    ///
    /// Files that cannot be read, hold something else, or do not go together.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let pem = |path: &Path, what, error: rustls::pki_types::pem::Error| TlsError::Pem {
            path: path.to_owned(),
            what,
            reason: error.to_string(),
        };
        let read = |path: &Path| {
            fs::read(path).map_err(|source| TlsError::File {
                path: path.to_owned(),
                source,
            })
        };
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&read(certificate)?)
            .collect::<Result<_, _>>()
            .map_err(|error| pem(certificate, "certificate", error))?;
        let leaf = chain.first().ok_or_else(|| TlsError::Pem {
            path: certificate.to_owned(),
            what: "certificate",
            reason: "there is none".to_owned(),
        })?;
        let fingerprint = fingerprint(leaf);
        let key = PrivateKeyDer::from_pem_slice(&read(key)?).map_err(|error| pem(key, "key", error))?;
        let unusable = |source| TlsError::Unusable {
            certificate: certificate.to_owned(),
            source,
        };
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .map_err(unusable)?
                .with_no_client_auth()
                .with_single_cert(chain, key)
                .map_err(unusable)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            certificate: certificate.to_owned(),
            fingerprint,
        })
    }

    /// Takes the certificate that is kept in a folder, or makes one for some names and addresses and keeps it there: signed
    /// by itself, so that clients have to be given it or its fingerprint. Blocks.
    ///
    /// # Errors
    ///
    /// Files that cannot be read or written, and names that no certificate can have.
    pub fn generated(folder: &Path, names: &[String]) -> Result<Self, TlsError> {
        let (certificate, key) = (folder.join(CERTIFICATE), folder.join(KEY));
        // The certificate is written last: where it is, the key is.
        if !certificate.exists() {
            let made = rcgen::generate_simple_self_signed(names).map_err(|source| TlsError::Making {
                names: names.join(", "),
                source,
            })?;
            write(&key, &made.signing_key.serialize_pem())?;
            write(&certificate, &made.cert.pem())?;
        }
        Self::from_files(&certificate, &key)
    }

    /// The SHA-256 of the certificate, as browsers and `openssl x509 -fingerprint -sha256` show it.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The file of the certificate, which clients can be given as an authority.
    pub fn certificate(&self) -> &Path {
        &self.certificate
    }
}

fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let digest = Sha256::digest(certificate);
    let bytes: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(":")
}

/// Writes a file that appears whole and that its owner alone can read.
fn write(path: &Path, text: &str) -> Result<(), TlsError> {
    let at = |source| TlsError::File {
        path: path.to_owned(),
        source,
    };
    let draft = path.with_extension("pem.new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft).map_err(at)?;
    file.write_all(text.as_bytes()).map_err(at)?;
    file.sync_all().map_err(at)?;
    fs::rename(&draft, path).map_err(at)
}

impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Tls({})", self.fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = Tls::generated(folder.path(), &names).unwrap();
        let found = Tls::generated(folder.path(), &names).unwrap();
        assert_eq!(made.fingerprint(), found.fingerprint());
        assert_eq!(made.fingerprint().len(), 32 * 3 - 1);
        let other = tempfile::tempdir().unwrap();
        let other = Tls::generated(other.path(), &names).unwrap();
        assert_ne!(other.fingerprint(), made.fingerprint());
    }

    #[test]
    fn what_is_wrong_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["localhost".to_owned()];
        let tls = Tls::generated(folder.path(), &names).unwrap();
        let (certificate, key) = (tls.certificate().to_owned(), folder.path().join(KEY));
        let other = tempfile::tempdir().unwrap();
        Tls::generated(other.path(), &names).unwrap();
        for (certificate, key, expected) in [
            (&certificate, folder.path().join("none"), "none: "),
            (
                &certificate,
                certificate.clone(),
                "tls-certificate.pem holds no key in PEM",
            ),
            (&key, key.clone(), "tls-key.pem holds no certificate in PEM"),
            (&certificate, other.path().join(KEY), "cannot be used: "),
        ] {
            let error = Tls::from_files(certificate, &key).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
