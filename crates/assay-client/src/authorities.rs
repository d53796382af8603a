//! Who is trusted to vouch for a service.

use std::{fs, path::Path, sync::Arc};

use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use crate::ClientError;

/// The authorities of a file in PEM form, else those of the web.
///
/// # Errors
///
/// A file that cannot be read or holds none.
pub fn roots(path: Option<&Path>) -> Result<RootCerts, ClientError> {
    let Some(path) = path else {
        return Ok(RootCerts::WebPki);
    };
    let bytes = fs::read(path).map_err(|source| ClientError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let certificates: Vec<Certificate<'static>> = parse_pem(&bytes)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    match certificates.is_empty() {
        true => Err(ClientError::NoCertificate(path.to_owned())),
        false => Ok(RootCerts::Specific(Arc::new(certificates))),
    }
}
