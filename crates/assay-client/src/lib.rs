//! Signed calls to a service, for whatever reports to it: the command line and agents.
//!
//! It blocks, keeps nothing, and goes through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY` name, but for hosts
//! in `NO_PROXY`. What a service sends is an answer and never an instruction.

mod authorities;
mod error;

use std::{path::Path, time::Duration};

use assay_sigv4::{BodyDigest, Credentials, Request, sign};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use ureq::{
    Agent,
    http::{Method, Response, StatusCode},
    tls::TlsConfig,
};

pub use authorities::roots as authorities;
pub use error::{CallError, ClientError};

/// The largest answer that is read, in bytes.
const LARGEST_ANSWER: u64 = 1 << 20;

/// The header that has AWS's name of a fault.
const ERROR_TYPE: &str = "x-amzn-errortype";

/// Longest a call takes, with the body on its way.
const PATIENCE: Duration = Duration::from_secs(300);

/// Something that a service is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// How.
    pub method: RouteMethod,
    /// The path, from its first slash.
    pub path: &'static str,
    /// The service that signatures for it are scoped to.
    pub service: &'static str,
}

/// What of a query is escaped: all but RFC 3986's unreserved characters.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// How something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteMethod {
    /// Without a body.
    Get,
    /// With a body.
    Post,
    /// With a body that takes the place of what was there.
    Put,
}

impl Route {
    /// One of our own routes that takes a body.
    pub const fn post(path: &'static str) -> Route {
        Route {
            method: RouteMethod::Post,
            path,
            service: "assay",
        }
    }

    /// One of our own routes that takes none.
    pub const fn get(path: &'static str) -> Route {
        Route {
            method: RouteMethod::Get,
            path,
            service: "assay",
        }
    }
}

/// Whether a service answers that it is ready; nothing is signed for that.
pub fn is_ready(server: &str) -> bool {
    ureq::get(format!("{}/readyz", server.trim_end_matches('/')))
        .call()
        .is_ok()
}

/// A client of one service.
#[derive(Debug)]
pub struct Client {
    server: String,
    host: String,
    region: String,
    agent: Agent,
}

impl Client {
    /// A client of the service at an address such as `https://assay.example.org:8443`, for a region. With a file of
    /// authorities in PEM form only these are trusted, else those of the web.
    ///
    /// # Errors
    ///
    /// An address that is none; a file that cannot be read or holds no certificate.
    pub fn new(server: &str, region: &str, authorities: Option<&Path>) -> Result<Client, ClientError> {
        let server = server.trim_end_matches('/').to_owned();
        let host = match server.split_once("://") {
            Some(("http" | "https", host)) if !host.is_empty() && !host.contains('/') => host.to_owned(),
            _ => return Err(ClientError::Address(server)),
        };
        let roots = authorities::roots(authorities)?;
        let agent = Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .timeout_global(Some(PATIENCE))
            .timeout_connect(Some(Duration::from_secs(20)))
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        Ok(Client {
            server,
            host,
            region: region.to_owned(),
            agent,
        })
    }

    /// Calls a route with a body, by a key.
    ///
    /// # Errors
    ///
    /// [`CallError`] tells whether the same call may pass later.
    pub fn call(&self, keys: &Credentials, route: Route, body: &[u8]) -> Result<Value, CallError> {
        self.send(keys, route, "", body)
    }

    /// Calls a route with parameters in its query, by a key.
    ///
    /// # Errors
    ///
    /// As for [`Client::call`].
    pub fn ask(
        &self,
        keys: &Credentials,
        route: Route,
        parameters: &[(&str, &str)],
    ) -> Result<Value, CallError> {
        let escaped = |text| utf8_percent_encode(text, ESCAPED);
        let query: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        self.send(keys, route, &query.join("&"), b"")
    }

    fn send(&self, keys: &Credentials, route: Route, query: &str, body: &[u8]) -> Result<Value, CallError> {
        let method = match route.method {
            RouteMethod::Get => Method::GET,
            RouteMethod::Post => Method::POST,
            RouteMethod::Put => Method::PUT,
        };
        let headers = [("content-type", "application/json"), ("host", &self.host)]
            .map(|(name, value)| (name, value.as_bytes()));
        let unsigned = Request {
            method: method.as_str(),
            path: route.path,
            query,
            headers: &headers,
            body: BodyDigest::of(body),
        };
        let added = sign(&unsigned, keys, &self.region, route.service, Timestamp::now())
            .map_err(|error| CallError::Signing(error.to_string()))?;
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(match query {
                "" => format!("{}{}", self.server, route.path),
                query => format!("{}{}?{query}", self.server, route.path),
            })
            .header("content-type", "application/json");
        for (name, value) in added {
            request = request.header(name, value);
        }
        let unreachable = |error: &dyn std::fmt::Display| CallError::Unreachable {
            server: self.server.clone(),
            message: error.to_string(),
        };
        let answered = match route.method {
            RouteMethod::Get => {
                let request = request.body(()).map_err(|error| unreachable(&error))?;
                self.agent.run(request)
            }
            RouteMethod::Post | RouteMethod::Put => {
                let request = request.body(body).map_err(|error| unreachable(&error))?;
                self.agent.run(request)
            }
        };
        self.read(answered.map_err(|error| unreachable(&error))?)
    }

    fn read(&self, mut response: Response<ureq::Body>) -> Result<Value, CallError> {
        let status = response.status();
        let code = response
            .headers()
            .get(ERROR_TYPE)
            .and_then(|code| code.to_str().ok());
        let code = code.unwrap_or_default().to_owned();
        let read = response
            .body_mut()
            .with_config()
            .limit(LARGEST_ANSWER)
            .read_to_vec();
        let bytes = read.map_err(|error| CallError::Unreachable {
            server: self.server.clone(),
            message: format!("sent no whole answer: {error}"),
        })?;
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        match status.is_success() {
            true => Ok(answer),
            false => Err(self.refusal(status, code, &answer)),
        }
    }

    fn refusal(&self, status: StatusCode, code: String, answer: &Value) -> CallError {
        let message = ["message", "Message"]
            .into_iter()
            .find_map(|name| answer.get(name)?.as_str())
            .unwrap_or("no reason given");
        let fields: Vec<String> = answer
            .get("fields")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|field| {
                let text = |name: &str| field.get(name).and_then(Value::as_str);
                Some(format!("{} {}", text("name")?, text("message")?))
            })
            .collect();
        let mut message = message.to_owned();
        if !fields.is_empty() && !fields.iter().all(|field| message.contains(field)) {
            message = format!("{message}: {}", fields.join("; "));
        }
        CallError::Refused {
            server: self.server.clone(),
            status: status.as_u16(),
            code,
            message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (address, is_one) in [
            ("https://assay.example.org", true),
            ("https://assay.example.org:8443/", true),
            ("http://127.0.0.1:8443", true),
            ("http://[::1]:8443", true),
            ("assay.example.org:8443", false),
            ("ftp://assay.example.org", false),
            ("https://", false),
            ("https://assay.example.org/below", false),
            ("", false),
        ] {
            assert_eq!(
                Client::new(address, "eu-west-1", None).is_ok(),
                is_one,
                "{address}"
            );
        }
    }
}
