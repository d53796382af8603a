//! How AWS is spoken to: connections, endpoints, and how quickly.

use std::{
    collections::HashMap,
    io::{self, Read, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use assay_client::ClientError;
use ureq::{Agent, http, tls::TlsConfig};

use super::{AwsError, Endpoints, pace::Pace, service::Address};

/// Longest a call takes. A queue is listened to for 20 seconds.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longest a download takes.
const PATIENCE_OF_DOWNLOADS: Duration = Duration::from_secs(900);

/// How AWS is spoken to, for everybody who does.
#[derive(Debug)]
pub(crate) struct Line {
    pub(super) agent: Agent,
    pub(super) endpoints: Endpoints,
    /// By place and service.
    paces: Mutex<HashMap<(String, &'static str), Arc<Pace>>>,
}

impl Line {
    /// A line to these endpoints. With a file of authorities in PEM form only these are trusted, else those of the web.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or holds no certificate.
    pub(crate) fn new(endpoints: Endpoints, authorities: Option<&Path>) -> Result<Line, ClientError> {
        let roots = assay_client::authorities(authorities)?;
        let tls = TlsConfig::builder().root_certs(roots).build();
        Ok(Line {
            agent: Agent::config_builder()
                .tls_config(tls)
                .timeout_global(Some(PATIENCE))
                .timeout_connect(Some(Duration::from_secs(20)))
                .http_status_as_error(false)
                .max_redirects(0)
                .build()
                .into(),
            endpoints,
            paces: Mutex::default(),
        })
    }

    pub(super) fn pace(&self, place: String, service: &'static Address) -> Arc<Pace> {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(paces.entry((place, service.id)).or_default())
    }

    /// Fetches what a signed address stands for into a file, and gives its size.
    ///
    /// # Errors
    ///
    /// An address that is not answered, or with more than is read.
    pub(crate) fn download(&self, address: &str, most: u64, into: &mut impl Write) -> Result<u64, AwsError> {
        let host = || address.split('/').nth(2).unwrap_or_default().to_owned();
        let failed = |error: &dyn std::fmt::Display| AwsError::Unreachable {
            host: host(),
            message: error.to_string(),
        };
        let request = http::Request::get(address)
            .body(())
            .map_err(|error| failed(&error))?;
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(Some(PATIENCE_OF_DOWNLOADS))
            .build();
        let response = self.agent.run(request).map_err(|error| failed(&error))?;
        let status = response.status();
        if !status.is_success() {
            return Err(AwsError::Strange {
                operation: "download".to_owned(),
                host: host(),
                status: status.as_u16(),
                beginning: String::new(),
            });
        }
        let mut body = response.into_body().into_reader().take(most + 1);
        let size = io::copy(&mut body, into).map_err(|error| failed(&error))?;
        match size > most {
            true => Err(AwsError::TooLarge { host: host(), most }),
            false => Ok(size),
        }
    }
}
