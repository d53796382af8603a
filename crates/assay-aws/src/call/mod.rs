//! Asking AWS: requests of the three protocols, signed, in the pace that an account allows.
//!
//! The SDK is not used for this: what is asked is some thirty operations, answers are to be told on as AWS gives them, which the
//! SDK's types cannot be, and its EC2 alone takes longer to build than all of Assay.

mod answer;
mod endpoint;
mod error;
mod line;
mod pace;
mod pages;
mod service;

use std::{sync::Arc, thread};

use assay_sigv4::{BodyDigest, Credentials, Request, sign};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use ureq::http::{self, Method, Response};

pub(crate) use endpoint::Endpoints;
pub(crate) use error::AwsError;
pub(crate) use line::Line;
pub(crate) use service::{
    AwsService, CLOUDWATCH, EBS, EC2, ECR, ELB, ELBV2, LAMBDA, ORGANIZATIONS, Query, SQS, SSM, STS,
};

use service::{Address, Json, Rest};

/// Bytes of an answer.
const LARGEST_ANSWER: u64 = 64 << 20;

/// Tries of a call that is refused for what passes.
const MOST_TRIES: u32 = 7;
/// Tries of a call that something else than AWS answers.
const MOST_TRIES_ELSEWHERE: u32 = 2;

/// What of a path or a query is escaped: all but RFC 3986's unreserved characters.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Whoever has keys of an account.
pub(crate) trait Keys: Send + Sync {
    /// Keys that are good for some minutes at least.
    ///
    /// # Errors
    ///
    /// When there are none.
    fn keys(&self) -> Result<Credentials, AwsError>;
}

/// A region of an account, to be asked.
#[derive(Clone)]
pub(crate) struct Place {
    /// The account; empty where nobody knows yet whose keys these are.
    pub(crate) account: String,
    pub(crate) region: String,
    line: Arc<Line>,
    keys: Arc<dyn Keys>,
}

/// Bytes that were answered.
pub(crate) struct Answer {
    pub(crate) bytes: Vec<u8>,
    /// Their SHA-256 in base 64, where that was told.
    pub(crate) checksum: Option<String>,
}

/// A request before it is signed.
struct Asked<'a> {
    service: &'static Address,
    /// The operation, for messages.
    operation: &'a str,
    method: Method,
    path: String,
    query: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Place {
    pub(crate) fn new(account: &str, region: &str, line: Arc<Line>, keys: Arc<dyn Keys>) -> Place {
        Place {
            account: account.to_owned(),
            region: region.to_owned(),
            line,
            keys,
        }
    }

    /// The same account in another region.
    pub(crate) fn in_region(&self, region: &str) -> Place {
        Place {
            region: region.to_owned(),
            ..self.clone()
        }
    }

    /// Another account by its keys, in this region.
    pub(crate) fn of(&self, account: &str, keys: Arc<dyn Keys>) -> Place {
        Place {
            account: account.to_owned(),
            keys,
            ..self.clone()
        }
    }

    pub(crate) fn line(&self) -> &Line {
        &self.line
    }

    /// The part of AWS that it is in, as ARNs name it.
    pub(crate) fn partition(&self) -> &'static str {
        endpoint::partition(&self.region).name
    }

    /// Asks a service of the Query protocol; the answer has the names that the CLI shows.
    ///
    /// # Errors
    ///
    /// [`AwsError`].
    pub(crate) fn query(
        &self,
        service: &'static AwsService<Query>,
        operation: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Value, AwsError> {
        let asked = form(service, operation, parameters);
        let answer = self.persistently(&asked)?;
        answer::read(service.protocol.shapes, operation, &answer.bytes)
            .map_err(|message| self.strange(&asked, 200, &message))
    }

    /// Has a service of the Query protocol do something of which nothing is told but that it is done.
    ///
    /// # Errors
    ///
    /// [`AwsError`].
    pub(crate) fn order(
        &self,
        service: &'static AwsService<Query>,
        operation: &str,
        parameters: &[(&str, &str)],
    ) -> Result<(), AwsError> {
        self.persistently(&form(service, operation, parameters))
            .map(|_| ())
    }

    /// Asks a service of the JSON protocol.
    ///
    /// # Errors
    ///
    /// [`AwsError`].
    pub(crate) fn json(
        &self,
        service: &'static AwsService<Json>,
        operation: &str,
        input: &Value,
    ) -> Result<Value, AwsError> {
        let Json { target, version, .. } = service.protocol;
        let asked = Asked {
            service: &service.at,
            operation,
            method: Method::POST,
            path: "/".to_owned(),
            query: String::new(),
            headers: vec![
                ("content-type", format!("application/x-amz-json-{version}")),
                ("x-amz-target", format!("{target}.{operation}")),
            ],
            body: input.to_string().into_bytes(),
        };
        self.document(&asked)
    }

    /// Asks a service of the REST protocol for something. Parts of the path are escaped.
    ///
    /// # Errors
    ///
    /// [`AwsError`].
    pub(crate) fn rest(
        &self,
        service: &'static AwsService<Rest>,
        operation: &str,
        path: &[&str],
        parameters: &[(&str, &str)],
    ) -> Result<Value, AwsError> {
        self.document(&self.get(service, operation, path, parameters))
    }

    /// Asks a service of the REST protocol for bytes.
    ///
    /// # Errors
    ///
    /// [`AwsError`].
    pub(crate) fn bytes(
        &self,
        service: &'static AwsService<Rest>,
        operation: &str,
        path: &[&str],
        parameters: &[(&str, &str)],
    ) -> Result<Answer, AwsError> {
        self.persistently(&self.get(service, operation, path, parameters))
    }

    fn get<'a>(
        &self,
        service: &'static AwsService<Rest>,
        operation: &'a str,
        path: &[&str],
        parameters: &[(&str, &str)],
    ) -> Asked<'a> {
        let path = path
            .iter()
            .map(|part| format!("/{}", utf8_percent_encode(part, ESCAPED)));
        Asked {
            service: &service.at,
            operation,
            method: Method::GET,
            path: path.collect(),
            query: joined(parameters.iter().copied()),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    fn document(&self, asked: &Asked<'_>) -> Result<Value, AwsError> {
        let answer = self.persistently(asked)?;
        serde_json::from_slice(&answer.bytes).map_err(|error| self.strange(asked, 200, &error.to_string()))
    }

    /// Asks until the answer is another than that it may pass.
    fn persistently(&self, asked: &Asked<'_>) -> Result<Answer, AwsError> {
        let pace = self
            .line
            .pace(format!("{}/{}", self.account, self.region), asked.service);
        let mut tries = 0;
        loop {
            thread::sleep(pace.turn());
            tries += 1;
            let error = match self.once(asked) {
                Ok(answer) => {
                    pace.went_well();
                    return Ok(answer);
                }
                Err(error) => error,
            };
            if error.is_throttled() {
                pace.was_throttled();
            }
            let most = match error {
                AwsError::Strange { .. } => MOST_TRIES_ELSEWHERE,
                _ => MOST_TRIES,
            };
            if !error.is_passing() || tries >= most {
                return Err(error);
            }
            tracing::debug!("{error}; again");
            thread::sleep(pace::pause(tries));
        }
    }

    fn once(&self, asked: &Asked<'_>) -> Result<Answer, AwsError> {
        let keys = self.keys.keys()?;
        let (base, region) = self.line.endpoints.of(asked.service, &self.region);
        let host = base.split("://").nth(1).unwrap_or_default();
        let mut headers: Vec<(&str, &[u8])> = vec![("host", host.as_bytes())];
        headers.extend(
            asked
                .headers
                .iter()
                .map(|(name, value)| (*name, value.as_bytes())),
        );
        let unsigned = Request {
            method: asked.method.as_str(),
            path: &asked.path,
            query: &asked.query,
            headers: &headers,
            body: BodyDigest::of(&asked.body),
        };
        let added = sign(
            &unsigned,
            &keys,
            &region,
            asked.service.signing_name,
            Timestamp::now(),
        )
        .map_err(|error| AwsError::Keys(error.to_string()))?;
        let address = match asked.query.as_str() {
            "" => format!("{base}{}", asked.path),
            query => format!("{base}{}?{query}", asked.path),
        };
        let mut request = http::Request::builder().method(asked.method.clone()).uri(address);
        for (name, value) in asked.headers.iter().cloned().chain(added) {
            request = request.header(name, value);
        }
        let failed = |error: &dyn std::fmt::Display| AwsError::Unreachable {
            host: host.to_owned(),
            message: error.to_string(),
        };
        let answered = match asked.method {
            Method::GET => {
                let request = request.body(()).map_err(|error| failed(&error))?;
                self.line.agent.run(request)
            }
            _ => {
                let request = request
                    .body(asked.body.as_slice())
                    .map_err(|error| failed(&error))?;
                self.line.agent.run(request)
            }
        };
        let mut response: Response<ureq::Body> = answered.map_err(|error| failed(&error))?;
        let status = response.status().as_u16();
        let read = response
            .body_mut()
            .with_config()
            .limit(LARGEST_ANSWER)
            .read_to_vec();
        let bytes = read.map_err(|error| failed(&error))?;
        let header = |name: &str| response.headers().get(name)?.to_str().ok();
        if (200..300).contains(&status) {
            let checksum = header("x-amz-checksum").map(str::to_owned);
            return Ok(Answer { bytes, checksum });
        }
        let code = header("x-amzn-errortype").unwrap_or_default();
        Err(match answer::fault(code, &bytes) {
            Some((code, message)) => AwsError::Refused {
                operation: asked.operation.to_owned(),
                account: self.account.clone(),
                region: self.region.clone(),
                status,
                code,
                message,
            },
            None => self.strange(asked, status, &String::from_utf8_lossy(&bytes)),
        })
    }

    fn strange(&self, asked: &Asked<'_>, status: u16, beginning: &str) -> AwsError {
        let (base, _) = self.line.endpoints.of(asked.service, &self.region);
        let beginning = beginning.split_whitespace().collect::<Vec<_>>().join(" ");
        AwsError::Strange {
            operation: asked.operation.to_owned(),
            host: base.split("://").nth(1).unwrap_or_default().to_owned(),
            status,
            beginning: beginning.chars().take(120).collect(),
        }
    }
}

/// A question of the Query protocol.
fn form<'a>(
    service: &'static AwsService<Query>,
    operation: &'a str,
    parameters: &[(&str, &str)],
) -> Asked<'a> {
    let version = answer::version(service.protocol.shapes);
    let all = [("Action", operation), ("Version", version)]
        .into_iter()
        .chain(parameters.iter().copied());
    Asked {
        service: &service.at,
        operation,
        method: Method::POST,
        path: "/".to_owned(),
        query: String::new(),
        headers: vec![(
            "content-type",
            "application/x-www-form-urlencoded; charset=utf-8".to_owned(),
        )],
        body: joined(all).into_bytes(),
    }
}

fn joined<'a>(parameters: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let escaped = |text| utf8_percent_encode(text, ESCAPED);
    let parts: Vec<String> = parameters
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect();
    parts.join("&")
}
