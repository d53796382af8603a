//! Answering the challenge of a registry.
//!
//! Source: Docker registry token authentication (`WWW-Authenticate: Bearer realm=…,service=…,scope=…`, and the OAuth 2
//! form for identity tokens); RFC 7617 for basic authentication.

use base64::Engine;
use http_auth::parser::ChallengeParser;
use serde::Deserialize;
use ureq::{Agent, Body, http::Response};

use crate::{Credentials, RegistryError};

/// A token document is a few kilobytes.
const LARGEST_TOKEN: u64 = 1 << 20;

/// Who asks whom, for messages.
pub(crate) struct Asking<'a> {
    pub(crate) agent: &'a Agent,
    pub(crate) registry: &'a str,
    pub(crate) repository: &'a str,
    pub(crate) credentials: &'a Credentials,
}

#[derive(Deserialize)]
struct TokenAnswer {
    token: Option<String>,
    access_token: Option<String>,
}

impl Asking<'_> {
    /// The `Authorization` header that answers a challenge; `None` when there is nothing to answer it with.
    pub(crate) fn answer(&self, challenge: &str) -> Result<Option<String>, RegistryError> {
        if let Credentials::AccessToken(token) = self.credentials {
            return Ok(Some(format!("Bearer {token}")));
        }
        for challenge in ChallengeParser::new(challenge).flatten() {
            if challenge.scheme.eq_ignore_ascii_case("bearer") {
                let find = |name: &str| {
                    let mut parameters = challenge.params.iter();
                    let found = parameters.find(|(key, _)| key.eq_ignore_ascii_case(name));
                    found.map(|(_, value)| value.to_unescaped())
                };
                let Some(realm) = find("realm") else { continue };
                let scope = find("scope").unwrap_or_else(|| format!("repository:{}:pull", self.repository));
                return self
                    .token(&realm, find("service").as_deref(), &scope)
                    .map(|token| Some(format!("Bearer {token}")));
            }
            if challenge.scheme.eq_ignore_ascii_case("basic")
                && let Credentials::Password { username, password } = self.credentials
            {
                return Ok(Some(basic(username, password)));
            }
        }
        Ok(None)
    }

    fn token(&self, realm: &str, service: Option<&str>, scope: &str) -> Result<String, RegistryError> {
        // A token service on plain HTTP would see the password; only loopback has nobody who listens.
        let host = realm.strip_prefix("http://").map(host_of);
        if !realm.starts_with("https://") && !host.is_some_and(is_loopback) {
            return Err(self.malformed(format!("its token service \"{realm}\" is not reached by TLS")));
        }
        let response = match self.credentials {
            Credentials::IdentityToken(token) => {
                let mut form = vec![
                    ("grant_type", "refresh_token"),
                    ("client_id", "assay"),
                    ("scope", scope),
                    ("refresh_token", token),
                ];
                form.extend(service.map(|service| ("service", service)));
                self.agent.post(realm).send_form(form)
            }
            other => {
                let mut request = self.agent.get(realm).query("scope", scope);
                if let Some(service) = service {
                    request = request.query("service", service);
                }
                if let Credentials::Password { username, password } = other {
                    request = request.header("Authorization", basic(username, password));
                }
                request.call()
            }
        };
        let response = response.map_err(|error| RegistryError::Unreachable {
            registry: format!("{} (its token service {realm})", self.registry),
            reason: error.to_string(),
        })?;
        self.read_token(response)
    }

    fn read_token(&self, mut response: Response<Body>) -> Result<String, RegistryError> {
        let what = || "an access token".to_owned();
        match response.status().as_u16() {
            200 => {}
            400 | 401 | 403 => {
                return Err(RegistryError::Unauthorised {
                    registry: self.registry.to_owned(),
                    who: self.credentials.who(),
                    what: self.repository.to_owned(),
                });
            }
            status => {
                return Err(RegistryError::Refused {
                    registry: self.registry.to_owned(),
                    what: what(),
                    status,
                    reason: String::new(),
                });
            }
        }
        let body = response
            .body_mut()
            .with_config()
            .limit(LARGEST_TOKEN)
            .read_to_vec();
        let answer: TokenAnswer = body
            .map_err(|error| error.to_string())
            .and_then(|bytes| serde_json::from_slice(&bytes).map_err(|error| error.to_string()))
            .map_err(|reason| self.malformed(reason))?;
        let token = answer.token.or(answer.access_token);
        token
            .filter(|token| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()))
            .ok_or_else(|| self.malformed("the answer holds no token".to_owned()))
    }

    fn malformed(&self, reason: String) -> RegistryError {
        RegistryError::Malformed {
            registry: self.registry.to_owned(),
            what: "a challenge or access token".to_owned(),
            reason,
        }
    }
}

fn basic(username: &str, password: &str) -> String {
    let pair = format!("{username}:{password}");
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}

/// Host and port of what stands behind `scheme://`.
pub(crate) fn host_of(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Whether a host, with or without a port, is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost"
        || name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback() {
        for (host, expected) in [
            ("localhost", true),
            ("localhost:5000", true),
            ("127.0.0.1:5000", true),
            ("[::1]:5000", true),
            ("localhost.example.org", false),
            ("10.0.0.1", false),
        ] {
            assert_eq!(is_loopback(host), expected, "{host}");
        }
    }

    #[test]
    fn a_password_never_goes_out_in_the_clear() {
        let agent = Agent::new_with_defaults();
        let asking = Asking {
            agent: &agent,
            registry: "r.example",
            repository: "x",
            credentials: &Credentials::Password {
                username: "u".to_owned(),
                password: "p".to_owned(),
            },
        };
        let error = asking
            .answer("Bearer realm=\"http://r.example/token\"")
            .unwrap_err();
        assert!(error.to_string().contains("TLS"), "{error}");
        let basic = asking.answer("Basic realm=\"x\"").unwrap();
        assert_eq!(basic.as_deref(), Some("Basic dTpw"));
        assert_eq!(asking.answer("Negotiate").unwrap(), None);
    }
}
