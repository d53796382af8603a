//! Speaking to one registry about one image.

use std::{
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use sha2::{Digest, Sha256};
use ureq::{Agent, Body, Error, ResponseExt, http::Response, tls::TlsConfig};

use crate::{
    ConnectOptions, Credentials, ImageReference, RegistryError, certificates, credentials,
    token::{Asking, is_loopback},
};

/// Media types of manifests and indexes, Docker's and OCI's.
pub(crate) const MANIFEST_TYPES: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";

/// Bytes of a manifest or index; the specification asks registries to take 4 MiB.
const LARGEST_DOCUMENT: u64 = 8 << 20;

/// How often a request is sent in all when the failure may pass.
const TRIES: u32 = 4;
/// The first pause between tries; each further one is twice as long, give or take half.
const FIRST_PAUSE: Duration = Duration::from_millis(300);
/// The longest pause that a registry may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How long anything may take, and how many bytes a second must come beyond that.
const LEAST_PATIENCE: Duration = Duration::from_secs(60);
const LEAST_RATE: u64 = 64 << 10;

/// How long so many bytes may take.
pub(crate) fn patience(bytes: u64) -> Duration {
    LEAST_PATIENCE + Duration::from_secs(bytes / LEAST_RATE)
}

/// An open way to one image in a registry. It may be used from several threads at once.
#[derive(Debug)]
pub struct Connection {
    agent: Agent,
    /// `https://host:port`
    base: String,
    /// Whether what it refers to may be had without TLS as well.
    may_be_plain: bool,
    reference: ImageReference,
    credentials: Credentials,
    /// The `Authorization` header that was accepted last.
    authorization: Mutex<Option<String>>,
}

/// A manifest, index or other document, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The bytes that the digest is of.
    pub bytes: Vec<u8>,
    /// `sha256:…` of the bytes, computed here.
    pub digest: String,
}

/// What of an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// Its headers.
    Head,
}

/// What is asked for.
pub(crate) struct Wish<'a> {
    /// Below `/v2/`, with its query.
    pub(crate) path: String,
    pub(crate) part: Part,
    pub(crate) accept: &'a str,
    /// Where to go on in the content, in bytes.
    pub(crate) from: u64,
    /// Bytes of the content at most.
    pub(crate) most: u64,
    /// How messages call it.
    pub(crate) what: &'a str,
}

impl Connection {
    /// Finds the credentials and how the registry is reached.
    ///
    /// # Errors
    ///
    /// When the registry cannot be reached, or the credentials cannot be had.
    pub fn open(reference: &ImageReference, options: &ConnectOptions) -> Result<Connection, RegistryError> {
        let credentials = credentials::find(reference, options)?;
        let host = reference.host();
        let tls = TlsConfig::builder()
            .root_certs(certificates::authorities(host, &options.authorities)?)
            .build();
        let may_be_plain = is_loopback(host)
            || options
                .without_tls
                .iter()
                .any(|plain| plain == host || plain == reference.registry());
        let agent: Agent = Agent::config_builder()
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_recv_response(Some(Duration::from_secs(30)))
            .timeout_recv_body(Some(LEAST_PATIENCE))
            .user_agent(concat!("assay/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            // A redirect that leaves TLS would show an image, and the right to it, to whoever listens.
            .https_only(!may_be_plain)
            .tls_config(tls)
            .build()
            .into();
        let base = find_base(&agent, host, may_be_plain)?;
        Ok(Connection {
            agent,
            base,
            may_be_plain,
            reference: reference.clone(),
            credentials,
            authorization: Mutex::new(None),
        })
    }

    /// The image.
    pub fn reference(&self) -> &ImageReference {
        &self.reference
    }

    /// A manifest or index by tag or digest. What is asked for by digest is held to it by the caller.
    ///
    /// # Errors
    ///
    /// When the registry has none, refuses it, or sends more than a manifest may have.
    pub fn manifest(&self, name: &str) -> Result<Document, RegistryError> {
        let what = format!("{}, manifest {name}", self.reference.repository());
        let wish = Wish {
            path: self.within(&format!("manifests/{name}")),
            part: Part::Whole,
            accept: MANIFEST_TYPES,
            from: 0,
            most: LARGEST_DOCUMENT,
            what: &what,
        };
        let bytes = self.bytes(&wish)?;
        let digest = format!("sha256:{}", hex(&Sha256::digest(&bytes)));
        Ok(Document { bytes, digest })
    }

    /// A small blob, such as an image's configuration, of at most `most` bytes.
    ///
    /// # Errors
    ///
    /// When the registry has none, refuses it, or it has more bytes.
    pub fn blob(&self, digest: &str, most: u64) -> Result<Vec<u8>, RegistryError> {
        let what = format!("{}, blob {digest}", self.reference.repository());
        let wish = Wish {
            path: self.within(&format!("blobs/{digest}")),
            part: Part::Whole,
            accept: "*/*",
            from: 0,
            most,
            what: &what,
        };
        self.bytes(&wish)
    }

    /// A path in the repository.
    pub(crate) fn within(&self, path: &str) -> String {
        format!("{}/{path}", self.reference.repository())
    }

    pub(crate) fn bytes(&self, wish: &Wish<'_>) -> Result<Vec<u8>, RegistryError> {
        let mut response = self.get(wish)?;
        let body = response.body_mut().with_config().limit(wish.most).read_to_vec();
        body.map_err(|error| self.malformed(wish.what, error.to_string()))
    }

    /// Sends a request, answers a challenge, tries again what may pass.
    pub(crate) fn get(&self, wish: &Wish<'_>) -> Result<Response<Body>, RegistryError> {
        let mut pause = FIRST_PAUSE;
        let mut tries = 1;
        let mut challenged = false;
        loop {
            let (error, wait) = match self.send(wish) {
                Ok(response) => match response.status().as_u16() {
                    200 | 206 => return Ok(response),
                    401 if !self.is_own(&response) => {
                        return Err(self.refused_elsewhere(wish.what, &response));
                    }
                    401 if !challenged => {
                        challenged = true;
                        self.authorise(wish.what, &response)?;
                        continue;
                    }
                    429 | 500.. if tries < TRIES => {
                        let wait = header(&response, "retry-after").and_then(|value| value.parse().ok());
                        (None, wait.map(Duration::from_secs))
                    }
                    _ => return Err(self.refused(wish.what, response)),
                },
                Err(error) => (Some(error), None),
            };
            if let Some(error) = error.filter(|error| tries == TRIES || !may_pass(error)) {
                return Err(self.unreachable(&error));
            }
            tries += 1;
            let jittered = pause.mul_f64(0.5 + fastrand::f64());
            thread::sleep(wait.unwrap_or(jittered).min(LONGEST_PAUSE));
            pause *= 2;
        }
    }

    fn send(&self, wish: &Wish<'_>) -> Result<Response<Body>, ureq::Error> {
        let url = format!("{}/v2/{}", self.base, wish.path);
        let request = match wish.part {
            Part::Whole => self.agent.get(&url),
            Part::Head => self.agent.head(&url),
        };
        // What is served compressed on the way would not be what the digest and the range are of.
        let mut request = request
            .header("Accept", wish.accept)
            .header("Accept-Encoding", "identity")
            .config()
            .timeout_recv_body(Some(patience(wish.most.saturating_sub(wish.from))))
            .build();
        if let Some(authorization) = self.authorization().as_ref() {
            request = request.header("Authorization", authorization);
        }
        if wish.from > 0 {
            request = request.header("Range", format!("bytes={}-", wish.from));
        }
        request.call()
    }

    fn authorization(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.authorization.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn authorise(&self, what: &str, response: &Response<Body>) -> Result<(), RegistryError> {
        let challenges = response.headers().get_all("www-authenticate").into_iter();
        let challenges: Vec<&str> = challenges.filter_map(|value| value.to_str().ok()).collect();
        let asking = Asking {
            agent: &self.agent,
            may_be_plain: self.may_be_plain,
            registry: self.reference.registry(),
            repository: self.reference.repository(),
            credentials: &self.credentials,
        };
        match asking.answer(&challenges.join(", "))? {
            Some(authorization) => {
                *self.authorization() = Some(authorization);
                Ok(())
            }
            None => Err(self.unauthorised(what)),
        }
    }

    /// Whether an answer came from the registry itself. Where it sent us to, nobody is to be told our credentials, nor
    /// may choose whom we ask for a token.
    fn is_own(&self, response: &Response<Body>) -> bool {
        let uri = response.get_uri();
        let base = uri
            .scheme_str()
            .zip(uri.authority())
            .map(|(scheme, authority)| format!("{scheme}://{authority}"));
        base.as_deref() == Some(self.base.as_str())
    }

    fn refused_elsewhere(&self, what: &str, response: &Response<Body>) -> RegistryError {
        let host = response.get_uri().host().unwrap_or_default();
        RegistryError::Refused {
            registry: self.reference.registry().to_owned(),
            what: what.to_owned(),
            status: response.status().as_u16(),
            reason: format!(" by way of {host}, which is given no credentials"),
        }
    }

    fn unreachable(&self, error: &Error) -> RegistryError {
        let registry = self.reference.registry().to_owned();
        let reason = match error {
            Error::RequireHttpsOnly(address) => format!(
                "it sends us to {} without TLS, which --registry-plain-http {registry} allows",
                shown(address)
            ),
            other => other.to_string(),
        };
        RegistryError::Unreachable { registry, reason }
    }

    fn unauthorised(&self, what: &str) -> RegistryError {
        RegistryError::Unauthorised {
            registry: self.reference.registry().to_owned(),
            who: self.credentials.who(),
            what: what.to_owned(),
        }
    }

    fn refused(&self, what: &str, mut response: Response<Body>) -> RegistryError {
        let registry = self.reference.registry().to_owned();
        match response.status().as_u16() {
            401 | 403 => self.unauthorised(what),
            404 => RegistryError::NotFound {
                registry,
                what: what.to_owned(),
            },
            status => RegistryError::Refused {
                registry,
                what: what.to_owned(),
                status,
                reason: own_words(&mut response),
            },
        }
    }

    pub(crate) fn malformed(&self, what: &str, reason: String) -> RegistryError {
        RegistryError::Malformed {
            registry: self.reference.registry().to_owned(),
            what: what.to_owned(),
            reason,
        }
    }
}

/// What a registry says itself, `errors[].message`, on one line.
fn own_words(response: &mut Response<Body>) -> String {
    let body = response.body_mut().with_config().limit(64 << 10).read_to_vec();
    let document: serde_json::Value = body
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    match document
        .pointer("/errors/0/message")
        .and_then(|message| message.as_str())
    {
        Some(message) => format!(": {}", shown(message)),
        None => String::new(),
    }
}

/// Text of a stranger for a message.
pub(crate) fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Whether a failure may be gone the next time.
fn may_pass(error: &Error) -> bool {
    matches!(
        error,
        Error::Io(_) | Error::Timeout(_) | Error::HostNotFound | Error::ConnectionFailed | Error::Protocol(_)
    )
}

pub(crate) fn header<'a>(response: &'a Response<Body>, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// TLS where it answers at all; plain HTTP only where that is allowed.
fn find_base(agent: &Agent, host: &str, may_be_plain: bool) -> Result<String, RegistryError> {
    let mut schemes = vec!["https"];
    if may_be_plain {
        schemes.push("http");
    }
    let mut reason = String::new();
    for scheme in schemes {
        let base = format!("{scheme}://{host}");
        match agent.get(format!("{base}/v2/")).call() {
            Ok(_) => return Ok(base),
            // A server that has a certificate, if not a good one, is not to be asked without TLS.
            Err(error) if error.to_string().contains("certificate") => {
                reason = error.to_string();
                break;
            }
            // Else that TLS failed on loopback says less than why plain HTTP did.
            Err(error) => reason = error.to_string(),
        }
    }
    Err(RegistryError::Unreachable {
        registry: host.to_owned(),
        reason,
    })
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}
