//! A client that signs its requests and takes no failure for an answer, unless it is asked to.

use std::{
    path::Path,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use assay_sigv4::{BodyDigest, Credentials, Request, sign};
use jiff::Timestamp;
use serde_json::{Value, json};
use ureq::Agent;

pub(crate) const REGION: &str = "us-east-1";

/// How long a service that was killed may take to be back, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Calls a service, wherever it listens now.
#[derive(Clone)]
pub(crate) struct Client {
    url: Arc<Mutex<String>>,
    credentials: Arc<Credentials>,
    agent: Agent,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The name of the fault; empty for none.
    pub(crate) fault: String,
    /// The header `retry-after`; empty for none.
    pub(crate) retry_after: String,
    pub(crate) body: Value,
}

impl Client {
    /// With the credentials of a file of AWS's form.
    pub(crate) fn new(credentials: &Path) -> Client {
        let text = std::fs::read_to_string(credentials).unwrap();
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim_start_matches([' ', '=']).to_owned()
        };
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        Client {
            url: Arc::default(),
            credentials: Arc::new(Credentials {
                access_key: value("aws_access_key_id"),
                secret: value("aws_secret_access_key"),
                session_token: None,
            }),
            agent,
        }
    }

    /// Where the service listens from now on.
    pub(crate) fn at(&self, url: &str) {
        url.clone_into(&mut self.url.lock().unwrap());
    }

    fn url(&self) -> String {
        self.url.lock().unwrap().clone()
    }

    /// One request; nothing where the connection failed, so that nobody knows whether it was done.
    pub(crate) fn try_send(
        &self,
        service: &str,
        region: &str,
        method: &str,
        target: &str,
        body: &[u8],
    ) -> Option<Answer> {
        let url = self.url();
        let host = url.strip_prefix("http://")?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let request = Request {
            method,
            path,
            query,
            headers: &[("host", host.as_bytes())],
            body: BodyDigest::of(body),
        };
        let added = sign(&request, &self.credentials, region, service, Timestamp::now()).unwrap();
        let address = format!("{url}{target}");
        let mut response = if method == "GET" {
            let mut request = self.agent.get(address);
            for (name, value) in added {
                request = request.header(name, value);
            }
            request.call().ok()?
        } else {
            let mut request = self.agent.post(address);
            for (name, value) in added {
                request = request.header(name, value);
            }
            request.send(body).ok()?
        };
        let header = |name: &str| {
            let value = response.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (fault, retry_after) = (header("x-amzn-errortype"), header("retry-after"));
        let status = response.status().as_u16();
        let text = response
            .body_mut()
            .with_config()
            .limit(64 << 20)
            .read_to_vec()
            .ok()?;
        Some(Answer {
            status,
            fault,
            retry_after,
            body: serde_json::from_slice(&text).unwrap_or(Value::Null),
        })
    }

    /// A request again and again until it is answered for good.
    pub(crate) fn send(&self, service: &str, method: &str, target: &str, body: &Value) -> Answer {
        let body = match body {
            Value::Null => Vec::new(),
            body => serde_json::to_vec(body).unwrap(),
        };
        let until = Instant::now() + PATIENCE;
        loop {
            let answer = self.try_send(service, REGION, method, target, &body);
            match answer {
                Some(answer) if answer.status < 500 && answer.status != 429 => return answer,
                answer => assert!(Instant::now() < until, "{method} {target}: {answer:?}"),
            }
            thread::sleep(Duration::from_millis(30));
        }
    }

    /// The answer of an operation of Inspector's, which must succeed.
    pub(crate) fn ask(&self, target: &str, body: &Value) -> Value {
        let answer = self.send("inspector2", "POST", target, body);
        assert_eq!(answer.status, 200, "{target}: {answer:?}");
        answer.body
    }

    /// Pushes a resource, with the answer of the last try.
    pub(crate) fn push(&self, body: &Value) -> Value {
        let answer = self.send("assay", "POST", "/assay/v1/resources", body);
        assert_eq!(answer.status, 200, "{body}: {answer:?}");
        answer.body
    }

    /// One push, once.
    pub(crate) fn try_push(&self, body: &Value) -> Option<Answer> {
        let body = serde_json::to_vec(body).unwrap();
        self.try_send("assay", REGION, "POST", "/assay/v1/resources", &body)
    }

    /// Every item of a list, over all its pages.
    pub(crate) fn list(&self, target: &str, member: &str, mut request: Value) -> Vec<Value> {
        let mut all = Vec::new();
        loop {
            let mut page = self.ask(target, &request);
            all.extend(page[member].as_array().unwrap().iter().cloned());
            match page["nextToken"].take() {
                Value::Null => return all,
                token => request["nextToken"] = token,
            }
        }
    }

    /// Every finding, whatever its status.
    pub(crate) fn findings(&self) -> Vec<Value> {
        self.list("/findings/list", "findings", json!({ "maxResults": 100 }))
    }

    /// Vulnerability and status of every finding, sorted.
    pub(crate) fn told(&self) -> Vec<String> {
        let text = |finding: &Value, pointer: &str| {
            let text = finding.pointer(pointer).and_then(Value::as_str);
            text.unwrap_or("-").to_owned()
        };
        let mut told: Vec<String> = self
            .findings()
            .iter()
            .map(|finding| {
                let id = text(finding, "/packageVulnerabilityDetails/vulnerabilityId");
                format!("{id} {}", text(finding, "/status"))
            })
            .collect();
        told.sort();
        told
    }

    /// Waits until findings are as expected.
    pub(crate) fn expect(&self, expected: &[&str]) {
        let until = Instant::now() + PATIENCE;
        loop {
            let told = self.told();
            if told == expected {
                return;
            }
            assert!(Instant::now() < until, "{told:?}, not {expected:?}");
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// A document without signature.
    pub(crate) fn get(&self, path: &str) -> Option<(u16, String)> {
        let mut response = self.agent.get(format!("{}{path}", self.url())).call().ok()?;
        let status = response.status().as_u16();
        Some((status, response.body_mut().read_to_string().ok()?))
    }

    /// The value of a figure of `/metrics`, by the start of its line; 0 for none.
    pub(crate) fn figure(&self, start: &str) -> f64 {
        let Some((200, text)) = self.get("/metrics") else {
            return 0.0;
        };
        let line = text.lines().find(|line| line.starts_with(start));
        line.and_then(|line| line.rsplit_once(' ')?.1.parse().ok())
            .unwrap_or_default()
    }
}

/// A host with packages of PyPI, as it is pushed.
pub(crate) fn host(id: &str, packages: &[String]) -> Value {
    let components: Vec<Value> = packages
        .iter()
        .map(|package| {
            let (name, version) = package.split_once('@').unwrap();
            json!({ "type": "library", "name": name, "version": version, "purl": format!("pkg:pypi/{package}") })
        })
        .collect();
    json!({
        "resource": { "type": "host", "id": id },
        "inventory": { "bomFormat": "CycloneDX", "specVersion": "1.5", "components": components },
    })
}
