//! A service of the program, and a client of it.

use std::{
    fs,
    time::{Duration, Instant},
};

use assay_sigv4::{BodyDigest, Credentials, Request, sign};
use serde_json::{Value, json};

use crate::support::{World, serving::Serving};

/// The region that it serves.
const REGION: &str = "us-east-1";

pub(crate) struct Service {
    pub(crate) serving: Serving,
    pub(crate) administrator: Credentials,
}

/// What came of a request.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) status: u16,
    pub(crate) answer: Value,
}

impl Service {
    /// Starts it over a directory, on a port of its own.
    pub(crate) fn start(world: &World, data: &str) -> Service {
        let serving = Serving::start(world, data);
        Service {
            serving,
            administrator: credentials(&fs::read_to_string(world.path("credentials")).unwrap()),
        }
    }

    /// Turns scanning on.
    pub(crate) fn enable(&self) {
        let body = json!({"resourceTypes": ["EC2"]});
        let sent = self.call(&self.administrator, "inspector2", "POST", "/enable", &body);
        assert_eq!(sent.status, 200, "{sent:?}");
    }

    /// Pushes a host that has a version of PyYAML.
    pub(crate) fn push(&self, id: &str, version: &str) -> Sent {
        let bill = json!({
            "bomFormat": "CycloneDX", "specVersion": "1.5",
            "components": [{
                "type": "library", "name": "PyYAML", "version": version, "purl": format!("pkg:pypi/pyyaml@{version}"),
            }],
        });
        let body = json!({"resource": {"type": "host", "id": id}, "inventory": bill});
        self.call(&self.administrator, "assay", "POST", "/assay/v1/resources", &body)
    }

    /// The ARNs and statuses of all findings, sorted.
    pub(crate) fn findings(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut token = Value::Null;
        loop {
            let body = json!({"nextToken": token});
            let sent = self.call(&self.administrator, "inspector2", "POST", "/findings/list", &body);
            assert_eq!(sent.status, 200, "{sent:?}");
            for finding in sent.answer["findings"].as_array().unwrap() {
                let text = |name: &str| finding[name].as_str().unwrap().to_owned();
                found.push((text("findingArn"), text("status")));
            }
            token = sent.answer["nextToken"].clone();
            if token.is_null() {
                break;
            }
        }
        found.sort();
        found
    }

    /// Waits until there are so many findings.
    pub(crate) fn expect(&self, count: usize) -> Vec<(String, String)> {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let findings = self.findings();
            if findings.len() == count {
                return findings;
            }
            assert!(Instant::now() < until, "{} findings, not {count}", findings.len());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Asks one of our own routes.
    pub(crate) fn get(&self, credentials: &Credentials, target: &str) -> Sent {
        self.send(credentials, "assay", "GET", target, "")
    }

    /// Sends a document.
    pub(crate) fn call(
        &self,
        credentials: &Credentials,
        service: &str,
        method: &str,
        target: &str,
        body: &Value,
    ) -> Sent {
        self.send(credentials, service, method, target, &body.to_string())
    }

    fn send(&self, credentials: &Credentials, service: &str, method: &str, target: &str, body: &str) -> Sent {
        let host = self.serving.url.strip_prefix("http://").unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let request = Request {
            method,
            path,
            query,
            headers: &[("host", host.as_bytes())],
            body: BodyDigest::of(body.as_bytes()),
        };
        let headers = sign(&request, credentials, REGION, service, jiff::Timestamp::now()).unwrap();
        self.plain(method, target, &headers, body)
    }

    /// Sends a request as it is.
    pub(crate) fn plain(&self, method: &str, target: &str, headers: &[(&str, String)], body: &str) -> Sent {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{target}", self.serving.url));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut answer = agent.run(request.body(body.to_owned()).unwrap()).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        Sent {
            status: answer.status().as_u16(),
            answer: serde_json::from_str(&text).unwrap_or(Value::String(text)),
        }
    }
}

/// Credentials as the program prints them, or as AWS's files have them.
pub(crate) fn credentials(text: &str) -> Credentials {
    let value = |name: &str| {
        let line = text
            .lines()
            .find(|line| line.to_lowercase().starts_with(name))
            .unwrap();
        line.split_once('=').unwrap().1.trim().to_owned()
    };
    Credentials {
        access_key: value("aws_access_key_id"),
        secret: value("aws_secret_access_key"),
        session_token: None,
    }
}
