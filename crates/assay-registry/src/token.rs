//! Answering the challenge of a registry.
//!
//! Source: Docker registry token authentication (`WWW-Authenticate: Bearer realm=…,service=…,scope=…`, and the OAuth 2
//! form for identity tokens); RFC 7617 for basic authentication.

use base64::Engine;
use http_auth::parser::ChallengeParser;
use serde::Deserialize;
use ureq::{
    Agent, Body,
    http::{Response, Uri},
};

use crate::{Credentials, RegistryError, connection::shown};

/// A token document is a few kilobytes.
const LARGEST_TOKEN: u64 = 1 << 20;
/// Bytes of a token itself, which goes into a header.
const LONGEST_TOKEN: usize = 32 << 10;

/// Who asks whom, for messages.
pub(crate) struct Asking<'a> {
    pub(crate) agent: &'a Agent,
    /// Whether the registry may be spoken to without TLS, and so a token service on this machine.
    pub(crate) may_be_plain: bool,
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
        if !self.may_ask(realm) {
            let reason = format!("its token service \"{}\" is not reached by TLS", shown(realm));
            return Err(self.malformed(reason));
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
            registry: format!("{} (its token service {})", self.registry, shown(realm)),
            reason: error.to_string(),
        })?;
        self.read_token(response)
    }

    /// Whether the password may go to a token service. One on plain HTTP would show it to whoever listens, and only on
    /// loopback nobody does; a registry elsewhere has no business there.
    fn may_ask(&self, realm: &str) -> bool {
        let Ok(uri) = realm.parse::<Uri>() else {
            return false;
        };
        // `http://localhost:x@elsewhere/` leads elsewhere.
        let has_user = uri
            .authority()
            .is_some_and(|authority| authority.as_str().contains('@'));
        let is_here = uri.host().is_some_and(is_loopback);
        match uri.scheme_str() {
            _ if has_user => false,
            Some("https") => true,
            Some("http") => self.may_be_plain && is_here,
            _ => false,
        }
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
            .filter(|token| (1..=LONGEST_TOKEN).contains(&token.len()))
            .filter(|token| token.bytes().all(|byte| byte.is_ascii_graphic()))
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
            may_be_plain: false,
            registry: "r.example",
            repository: "x",
            credentials: &Credentials::Password {
                username: "u".to_owned(),
                password: "p".to_owned(),
            },
        };
        for realm in [
            "http://r.example/token",
            "http://localhost/token",
            "http://localhost:x@r.example/token",
            "https://r.example@elsewhere.example/token",
            "file:///etc/passwd",
            "//r.example/token",
            "",
        ] {
            let error = asking.answer(&format!("Bearer realm=\"{realm}\"")).unwrap_err();
            assert!(error.to_string().contains("TLS"), "{realm}: {error}");
        }
        let basic = asking.answer("Basic realm=\"x\"").unwrap();
        assert_eq!(basic.as_deref(), Some("Basic dTpw"));
        assert_eq!(asking.answer("Negotiate").unwrap(), None);
    }
}
