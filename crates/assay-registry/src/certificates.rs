//! Whose certificates are trusted: the system's authorities, those that docker keeps for one registry, and those
//! that the user names.
//!
//! Source: the manual of `dockerd`, "Verify repository client with certificates" (`/etc/docker/certs.d`), and
//! containers-certs.d(5).

use std::{fs, path::Path, sync::Arc};

use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use crate::RegistryError;

/// Folders in which authorities of single registries stand, below a folder named for host and port.
const FOLDERS: [&str; 2] = ["/etc/docker/certs.d", "/etc/containers/certs.d"];

/// The authorities for a registry.
pub(crate) fn authorities(registry: &str, named: &[std::path::PathBuf]) -> Result<RootCerts, RegistryError> {
    let mut own = Vec::new();
    for path in named {
        let found = read(path)?;
        if found.is_empty() {
            let source = std::io::Error::new(
                std::io::ErrorKind::InvalidData,
                "it holds no certificate in PEM form",
            );
            return Err(RegistryError::File {
                file: path.display().to_string(),
                source,
            });
        }
        own.extend(found);
    }
    if !registry.contains(['/', '\\']) && registry != ".." {
        for folder in FOLDERS {
            let entries = fs::read_dir(Path::new(folder).join(registry))
                .into_iter()
                .flatten()
                .flatten();
            for path in entries.map(|entry| entry.path()) {
                if path.extension().is_some_and(|extension| extension == "crt") {
                    own.extend(read(&path)?);
                }
            }
        }
    }
    // SSL_CERT_FILE and SSL_CERT_DIR are honoured in here.
    let system = rustls_native_certs::load_native_certs().certs;
    if own.is_empty() && system.is_empty() {
        return Ok(RootCerts::WebPki);
    }
    own.extend(
        system
            .iter()
            .map(|certificate| Certificate::from_der(certificate).to_owned()),
    );
    Ok(RootCerts::Specific(Arc::new(own)))
}

fn read(path: &Path) -> Result<Vec<Certificate<'static>>, RegistryError> {
    let failed = |source| RegistryError::File {
        file: path.display().to_string(),
        source,
    };
    let bytes = fs::read(path).map_err(failed)?;
    let mut out = Vec::new();
    for item in parse_pem(&bytes) {
        if let Ok(PemItem::Certificate(certificate)) = item {
            out.push(certificate);
        }
    }
    Ok(out)
}
