//! The API server of a cluster.

use std::{sync::Arc, time::Duration};

use ureq::{
    Agent,
    tls::{ClientCert, RootCerts, TlsConfig},
};

use super::access::Access;

/// Bytes of one page of pods: 500 with everything that their owners may say.
const LARGEST_PAGE: u64 = 64 << 20;

/// Longest that a page may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The status of an answer to who goes on with a list that is too old.
const GONE: u16 = 410;

/// An API server, by somebody who may list pods.
pub(super) struct Api {
    agent: Agent,
    server: String,
    token: Option<String>,
}

impl Api {
    pub(super) fn new(access: Access) -> Result<Api, String> {
        let roots = match access.authorities.is_empty() {
            true => RootCerts::WebPki,
            false => RootCerts::Specific(Arc::new(access.authorities)),
        };
        let certificate = access
            .certificate
            .map(|(chain, key)| ClientCert::new_with_certs(&chain, key));
        let agent = Agent::config_builder()
            .tls_config(
                TlsConfig::builder()
                    .root_certs(roots)
                    .client_cert(certificate)
                    .build(),
            )
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            // A token is for this server only.
            .max_redirects(0)
            .build()
            .into();
        Ok(Api {
            agent,
            server: access.server.trim_end_matches('/').to_owned(),
            token: access.token,
        })
    }

    /// A page of the pods of all namespaces, from where another ended; `None` where that is too long ago.
    pub(super) fn pods(&self, most: usize, next: &str) -> Result<Option<Vec<u8>>, String> {
        let mut request = self
            .agent
            .get(format!("{}/api/v1/pods", self.server))
            .query("limit", most.to_string())
            .header("accept", "application/json");
        if !next.is_empty() {
            request = request.query("continue", next);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut answer = request
            .call()
            .map_err(|error| format!("does not answer: {error}"))?;
        match answer.status().as_u16() {
            200 => {}
            GONE if !next.is_empty() => return Ok(None),
            status @ (401 | 403) => {
                return Err(format!(
                    "refuses with {status}: whoever asks must be allowed to list pods in all namespaces"
                ));
            }
            status => return Err(format!("answers with {status}")),
        }
        let body = answer.body_mut().with_config().limit(LARGEST_PAGE).read_to_vec();
        body.map(Some)
            .map_err(|error| format!("sends no whole answer: {error}"))
    }
}
